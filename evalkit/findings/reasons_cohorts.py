"""Sentences of routes for units that started at different times, Swedish and English; `evalkit.findings.reasons` holds them all."""

from __future__ import annotations

COHORT_ROUTES: dict[str, tuple[str, str]] = {
    "cohorts-never_treated": (
        "Enheterna fick insatsen olika år. Varje startgrupp jämförs för sig med enheter som aldrig fått den, från "
        "sista perioden före "
        "egen start; sedan vägs grupperna ihop så att varje enhet väger lika.",
        "Units were treated in different years. Each cohort is compared on its own with units never treated, from the last period "
        "before its own start; cohorts are then put together so that every unit weighs the same.",
    ),
    "cohorts-not_yet_treated": (
        "Enheterna fick insatsen olika år. Varje startgrupp jämförs för sig med enheter som ännu inte fått den, från "
        "sista perioden "
        "före egen start; sedan vägs grupperna ihop så att varje enhet väger lika.",
        "Units were treated in different years. Each cohort is compared on its own with units not yet treated, from "
        "the last period "
        "before its own start; cohorts are then put together so that every unit weighs the same.",
    ),
    "cohorts-imputed": (
        "Vad insatsenheterna skulle haft utan insats räknas fram ur alla enheter och perioder utan insats "
        "(imputation): samma fråga "
        "med en annan metod.",
        "What treated units would have had is computed from all untreated units and periods (imputation): the same question by "
        "another method.",
    ),
    "risk-sets": (
        "Deltagarna började vid olika tid. Varje startgrupp jämförs för sig med dem som ännu inte börjat samma termin; sedan vägs "
        "grupperna ihop så att varje person väger lika.",
        "Participants started at different times. Each start group is compared on its own with those who had not started in the "
        "same term; groups are then put together so that every person weighs the same.",
    ),
    "cohorts-in-clusters": (
        "Enheterna hör till större kluster och fick insatsen vid olika tidpunkter. För det upplägget finns ingen prövad metod här: "
        "bara skillnaden visas.",
        "Units belong to larger clusters and were treated at different times. No tested method for that design is available here: "
        "only the difference is shown.",
    ),
    "adjusted-for-background": (
        "Samma jämförelse med hänsyn till deltagarnas bakgrund: jämförelsegruppen görs lik insatsgruppen i planens mått.",
        "The same comparison with an eye to participants' background: the comparison group is made alike in what the plan names.",
    ),
    "adjusted-units": (
        "Samma jämförelse med hänsyn till enheternas bakgrund: jämförelsegruppen görs lik dem som fick insatsen i planens "
        "mått, som de var före starten.",
        "The same comparison with an eye to the units' background: the comparison group is made alike in what the plan names, "
        "as it was before the start.",
    ),
    "adjusted-in-clusters": (
        "Med hänsyn till bakgrund visas bara skillnaden: insatsen gavs till hela kluster, och ingen prövad metod finns här.",
        "Adjusted for background only the difference is shown: clusters were treated, and no tested method is available here.",
    ),
    "as-received": (
        "Skillnaden efter vad de fick, inte efter lotten, visas som beskrivning, utan intervall och p-värde: svaret är "
        "jämförelsen efter lotten.",
        "The difference by what they got, not by the lottery, is shown as a description, without interval and p-value: the answer "
        "is the comparison as drawn.",
    ),
    "twfe-beside": (
        "Den vanliga regressionen med enhets- och periodeffekter visas bredvid, utan p-värde: den jämför delvis sena "
        "startgrupper med "
        "tidiga som redan fått insatsen.",
        "The ordinary regression with unit and period effects is shown beside, without a p-value: it partly compares late cohorts "
        "with early ones that are treated already.",
    ),
}
"""Joined to `ROUTES`."""

COHORT_INFERENCES: dict[str, tuple[str, str]] = {
    "scores-t": (
        "t-test på enheternas bidrag, med Satterthwaites frihetsgrader",
        "t test of unit scores with Satterthwaite's degrees of freedom",
    ),
    "scores-and-hall": (
        "det försiktigaste av t-test på enheternas bidrag med och utan Halls korrigering för skevhet",
        "the more cautious of the t test of unit scores with and without Hall's correction for skewness",
    ),
    "scores-few": (
        "t-test på enheternas bidrag med Halls korrigering och insatsgruppens frihetsgrader",
        "t test of unit scores with Hall's correction and the treated group's degrees of freedom",
    ),
    "influence-z": (
        "influensfunktionens medelfel med normalfördelning",
        "the influence function's standard error with normal quantiles",
    ),
}
"""Joined to `INFERENCES`."""

COHORT_TESTS: dict[str, tuple[str, str]] = {
    "leads-in-clusters": (
        "Enheterna hör till större kluster: startgruppernas utveckling före insatsen kan inte prövas.",
        "Units belong to larger clusters: the cohorts' development before the intervention cannot be tested.",
    ),
    "leads-shared-shocks": (
        "Händelser kan träffa en hel grupp på en gång: startgruppernas utveckling före insatsen kan inte prövas.",
        "Events may hit a whole group at once: the cohorts' development before the intervention cannot be tested.",
    ),
    "leads-too-thin": (
        "För få enheter bakom perioderna före start: bara trender som är mycket branta hade synts, eller så håller ingen prövning "
        "i simuleringen av upplägget. Parallella trender kan inte prövas.",
        "Too few units behind the periods before the start: only very steep trends would have been seen, or no test holds in the "
        "simulation of the design. Parallel trends cannot be tested.",
    ),
}
"""Joined to `TESTS`."""
