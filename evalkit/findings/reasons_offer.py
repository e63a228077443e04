"""Codes of studies as they were drawn, beside those of `reasons`, which holds them all."""

from __future__ import annotations

from evalkit.findings.words import Words

ROUTES: dict[str, Words] = {
    "as-drawn": Words(
        "Alla jämförs efter vad lotten gav dem, vare sig de deltog eller inte; utgångsvärdet och lottningens block är med i "
        "skattningen.",
        "Everybody is compared by what the lottery gave them, whether or not they took part; the baseline and the lottery's blocks "
        "are in the estimate.",
    ),
    "as-drawn-clusters": Words(
        "Alla jämförs efter vad lotten gav deras grupp, vare sig de deltog eller inte; de som lottades tillsammans räknas som en.",
        "Everybody is compared by what the lottery gave their group, whether or not they took part; those drawn together count as "
        "one.",
    ),
    "described-beside-draw": Words(
        "Förändringen från före till efter visas som beskrivning, utan intervall och p-värde: svaret är jämförelsen efter lotten.",
        "The change from before to after is a description, without interval and p-value: the answer is the comparison by the draw.",
    ),
    "few-drawn": Words(
        "Färre än tre lottades till en av grupperna: bara skillnaden visas.",
        "Fewer than three were drawn to one of the groups: only the difference is shown.",
    ),
}

INFERENCES: dict[str, Words] = {
    "cr2": Words(
        "t-test med CR2-medelfel och Satterthwaites frihetsgrader", "t test with CR2 standard errors and Satterthwaite's df"
    ),
    "cr2-cautious": Words(
        "t-test med CR2-medelfel och de färre frihetsgrader som gruppernas spridning visar",
        "t test with CR2 standard errors and the fewer degrees of freedom that the arms' spread shows",
    ),
    "cr2-and-pooled": Words(
        "det försiktigaste av t-test med CR2-medelfel och med gemensam spridning",
        "the more cautious of t tests with CR2 standard errors and with a common spread",
    ),
    "cr2-few": Words(
        "t-test med CR2-medelfel och den mindre gruppens frihetsgrader",
        "t test with CR2 standard errors and the smaller arm's degrees of freedom",
    ),
    "cr2-few-and-pooled": Words(
        "det försiktigaste av t-test med CR2-medelfel (den mindre gruppens frihetsgrader) och med gemensam spridning",
        "the more cautious of t tests with CR2 standard errors (the smaller arm's degrees of freedom) and with a common spread",
    ),
}

LOWERED: dict[str, Words] = {
    "lottery-stated": Words(
        "lottningen är uppgiven, den kan inte räknas om här", "the lottery is stated and cannot be drawn again here"
    ),
    "offer-not-followed": Words(
        "alla följde inte lotten: siffran gäller att erbjudas insatsen, inte att delta",
        "not everybody followed the lottery: the figure is that of being offered the intervention, not of taking part",
    ),
}

REFUSALS: dict[str, Words] = {
    "EST-ARMS": Words("för få lottade i en grupp", "too few drawn to one of the groups"),
    "EST-FLOW": Words("antalen i lottens listor går inte ihop", "the counts of the lottery's lists do not close"),
    "EST-NOVAR": Words("alla har samma värde", "everybody has the same value"),
    "EST-SEED": Words("för få möjliga lottningar", "too few possible draws"),
    "few-treated-clusters": Words("osäkerheten vilar på ett enda kluster", "uncertainty rests on a single cluster"),
}
