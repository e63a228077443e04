"""Sentences of matched comparisons, Swedish and English; `evalkit.findings.reasons` holds them all."""

from __future__ import annotations

from evalkit.findings.words import Words

ROUTES: dict[str, Words] = {
    "matched-sets": Words(
        "Var och en som fått insatsen jämförs med personer som liknade dem före starten. Metoden är prövad i simulering på just "
        "dessa par och grupper.",
        "Each person who received the intervention is compared with persons who were like them before the start. The method is "
        "tested by simulation on these very pairs and sets.",
    ),
    "matched-in-clusters": Words(
        "Av den matchade jämförelsen visas bara skillnaden: insatsen gavs till hela kluster, och ingen prövad metod finns här.",
        "Of the matched comparison only the difference is shown: clusters were treated, and no tested method is available here.",
    ),
    "matched-no-route": Words(
        "Av den matchade jämförelsen visas bara skillnaden: ingen av de prövade metoderna håller sin felrisk med så få eller så "
        "olika matchade (simulerat).",
        "Of the matched comparison only the difference is shown: none of the methods tried keeps its error rate with so few or so "
        "unlike matched persons (simulated).",
    ),
    "before-matching": Words(
        "Skillnaden före matchning visas bredvid, utan intervall och p-värde: svaret är den matchade jämförelsen.",
        "The difference before matching is shown beside, without interval and p-value: the answer is the matched comparison.",
    ),
}
"""Joined to `ROUTES`."""

INFERENCES: dict[str, Words] = {
    "sets-t": Words("t-test på de matchade parens eller gruppernas skillnader", "t test of the matched sets' differences"),
    "sets-and-hall": Words(
        "det försiktigaste av t-test på de matchade parens eller gruppernas skillnader med och utan Halls korrigering för skevhet",
        "the more cautious t test of the matched sets' differences, with or without Hall's correction for skewness",
    ),
    "matched-t": Words(
        "t-test på de matchade personernas bidrag, med Satterthwaites frihetsgrader",
        "t test of the matched persons' scores with Satterthwaite's degrees of freedom",
    ),
    "matched-and-hall": Words(
        "det försiktigaste av t-test på de matchade personernas bidrag med och utan Halls korrigering för skevhet",
        "the more cautious t test of the matched persons' scores, with or without Hall's correction for skewness",
    ),
    "abadie-imbens-t": Words(
        "Abadies och Imbens medelfel för matchning där samma person används flera gånger, med t-fördelning",
        "Abadie and Imbens' standard error for matching with replacement, with the t distribution",
    ),
    "abadie-imbens-and-hall": Words(
        "det försiktigaste av Abadies och Imbens test med och utan Halls korrigering för skevhet",
        "the more cautious of Abadie and Imbens' test with and without Hall's correction for skewness",
    ),
}
"""Joined to `INFERENCES`."""

REFUSALS: dict[str, Words] = {
    "EST-MATCHED": Words("för få kunde matchas", "too few could be matched"),
    "EST-PLACEBO": Words("låtsasgrupper kan inte matchas", "fake groups cannot be matched"),
}
"""Joined to `REFUSALS`."""

TESTS: dict[str, Words] = {
    "matched-weighted": Words(
        "De matchade väger olika mycket, och för det finns inget prövat test av utvecklingen före insatsen: parallella trender kan "
        "inte prövas.",
        "The matched persons weigh differently, and no tested method for development before the intervention is available for "
        "that: parallel trends cannot be tested.",
    ),
}
"""Joined to `TESTS`."""
