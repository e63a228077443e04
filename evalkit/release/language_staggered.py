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
    "sg_two_ways": "Räknat på ett annat sätt (imputation) blir skillnaden {imputed}, {apart} {side}. Startgruppernas sätt jämför "
    "med den sista perioden före start, imputationen med alla perioder före.",
    "sg_more": "högre",
    "sg_less": "lägre",
    "sg_two_ways_beyond": "De två sätten skiljer sig mer än osäkerheten ({level} konfidensintervall för skillnaden mellan dem: "
    "{low} till {high}). Det kan bero på att grupperna utvecklades olika redan före start; då ger inget av sätten en ren effekt.",
    "sg_two_ways_within": "Skillnaden mellan sätten ryms inom osäkerheten ({level} konfidensintervall: {low} till {high}).",
    "sg_two_ways_unknown": "Hur osäker skillnaden mellan sätten är går inte att säga med det här upplägget.",
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
    "sg_two_ways": "Computed in another way (imputation) the difference is {imputed}, {apart} {side}. The cohorts' way compares "
    "with the last period before the start, imputation with all periods before it.",
    "sg_more": "higher",
    "sg_less": "lower",
    "sg_two_ways_beyond": "The two ways differ by more than the uncertainty ({level} confidence interval of the difference between "
    "them: {low} to {high}). The groups may have developed differently before the start already; neither way then gives "
    "a clean effect.",
    "sg_two_ways_within": "The difference between the ways is within the uncertainty ({level} confidence interval: {low} to "
    "{high}).",
    "sg_two_ways_unknown": "How uncertain the difference between the ways is cannot be said with this design.",
    "sg_balance": "Only units with every period are in ({complete}): {value}. With all {any} units measured at some "
    "time the difference "
    "is {with_any} (imputation).",
}
