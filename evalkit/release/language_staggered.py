"""Texts about units that started at different times in both languages, by key."""

from __future__ import annotations

SV_STAGGERED: dict[str, str] = {
    "e_did_imputation": "Skillnad i utveckling, med imputation",
    "e_did_twfe": "Vanlig regression med enhets- och periodeffekter",
    "sg_title": "Startgrupper: insatsen började vid olika tidpunkter",
    "sg_never_treated": "{label}: varje startgrupp jämförs med enheter som aldrig fick insatsen.",
    "sg_not_yet_treated": "{label}: varje startgrupp jämförs med enheter som ännu inte fått insatsen.",
    "sg_anticipation": "De {n} sista perioderna före start används inte som jämförelse, eftersom insatsen kan ha märkts i förväg.",
    "sg_joined": "Startperioder med få enheter visas ihop med nästa ({n}).",
    "sg_cohorts": "{label}: skillnad i utveckling per startgrupp, {unit}",
    "sg_c_cohort": "Start",
    "sg_c_units": "Enheter",
    "sg_c_comparison": "Jämförs med, minst",
    "sg_c_value": "Skillnad",
    "sg_c_band": "Intervall, {level} för alla tillsammans",
    "sg_no_band": "Intervall saknas där gruppen är mindre än tre enheter eller där inget intervall höll i simuleringen "
    "av upplägget.",
    "sg_events": "{label}: skillnad mot jämförelsegruppen per period räknat från start, relativt sista perioden före. "
    "Det grå bandet "
    "täcker alla punkter samtidigt med {level}.",
    "sg_events_no_band": "{label}: skillnad mot jämförelsegruppen per period räknat från start, relativt sista "
    "perioden före. Inget "
    "band höll i simuleringen av upplägget.",
    "sg_alt_events": "Skillnad per period från start för {label}: {numbers}.",
    "sg_paths": "{label}: medelvärde per startgrupp. Fylld markör: perioden ligger efter gruppens start.",
    "sg_alt_paths": "Medelvärde per startgrupp för {label}, {unit}: {numbers}.",
    "sg_alt_path": "start {cohort}, {n} enheter: {numbers}",
    "sg_alt_path_never": "aldrig insats, {n} enheter: {numbers}",
    "sg_never": "Aldrig insats ({n})",
    "sg_group": "Start {cohort} ({n})",
    "sg_diagnosis": "Den vanliga regressionen ger {value}. Av den vilar {forbidden} på att sena startgrupper jämförs "
    "med sådana som "
    "redan fått insatsen, och {cells} av insatsens enheter och perioder räknas med minustecken.",
    "sg_diagnosis_clean": "Den vanliga regressionen ger {value}. Inget av den vilar på att startgrupper jämförs med "
    "sådana som redan "
    "fått insatsen.",
    "sg_balance": "Bara enheter med alla perioder är med ({complete}): {value}. Med alla {any} enheter som mätts någon gång blir "
    "skillnaden {with_any} (imputation).",
}

EN_STAGGERED: dict[str, str] = {
    "e_did_imputation": "Difference in development, by imputation",
    "e_did_twfe": "Ordinary regression with unit and period effects",
    "sg_title": "Cohorts: the intervention began at different times",
    "sg_never_treated": "{label}: each cohort is compared with units that were never treated.",
    "sg_not_yet_treated": "{label}: each cohort is compared with units not yet treated.",
    "sg_anticipation": "The last {n} periods before the start are not used as the level before, since the intervention may have "
    "been felt in advance.",
    "sg_joined": "Starting periods with few units are shown together with the next ({n}).",
    "sg_cohorts": "{label}: difference in development by cohort, {unit}",
    "sg_c_cohort": "Cohort",
    "sg_c_units": "Units",
    "sg_c_comparison": "Compared with, at least",
    "sg_c_value": "Difference",
    "sg_c_band": "Interval, {level} for all together",
    "sg_no_band": "No interval where a cohort has fewer than three units or where none held in the simulation of the design.",
    "sg_events": "{label}: difference from the comparison group by period since the start, relative to the last period "
    "before. The grey "
    "band covers all points at once with {level}.",
    "sg_events_no_band": "{label}: difference from the comparison group by period since the start, relative to the "
    "last period before. "
    "No band held in the simulation of the design.",
    "sg_alt_events": "Difference by period since the start for {label}: {numbers}.",
    "sg_paths": "{label}: mean by cohort. Filled marker: the period is after the cohort's start.",
    "sg_alt_paths": "Mean by cohort for {label}, {unit}: {numbers}.",
    "sg_alt_path": "start {cohort}, {n} units: {numbers}",
    "sg_alt_path_never": "never treated, {n} units: {numbers}",
    "sg_never": "Never treated ({n})",
    "sg_group": "Cohort {cohort} ({n})",
    "sg_diagnosis": "The ordinary regression gives {value}. Of it {forbidden} rests on comparing late cohorts with units already "
    "treated, and {cells} of treated units and periods count with a minus sign.",
    "sg_diagnosis_clean": "The ordinary regression gives {value}. None of it rests on comparing cohorts with units "
    "already treated.",
    "sg_balance": "Only units with every period are in ({complete}): {value}. With all {any} units measured at some "
    "time the difference "
    "is {with_any} (imputation).",
}
