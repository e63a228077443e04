"""Texts about the adjustment for background in both languages, by key."""

from __future__ import annotations

SV_ADJUSTMENT: dict[str, str] = {
    "e_did_adjusted": "Skillnad i utveckling, med hänsyn till bakgrund",
    "adj_title": "Hänsyn till bakgrund",
    "an_adjustment": "jämförelse med hänsyn till bakgrund",
    "adj_doubly_robust": "{label}: jämförelsegruppen är viktad så att den liknar insatsgruppen, och resten är räknad bort med "
    "regression (dubbelt robust).",
    "adj_regression": "{label}: skillnader i bakgrund är räknade bort med regression.",
    "adj_weighting": "{label}: jämförelsegruppen är viktad så att den liknar insatsgruppen.",
    "adj_effective": "De {n} i jämförelsegruppen väger efter viktningen som omkring {effective} lika viktiga.",
    "adj_unknown": "För några är någon uppgift okänd; de är kvar, med okänt som ett eget värde.",
    "adj_table": "{label}: hur lika grupperna var i bakgrund",
    "adj_c_what": "Bakgrund",
    "adj_c_before": "Skillnad före",
    "adj_c_after": "Skillnad efter viktning",
    "adj_note": "Skillnad mellan grupperna i standardavvikelser. Under 0,1 räknas som lika. Det som inte är mätt kan "
    "fortfarande skilja.",
    "adj_sex": "Kön",
    "adj_age": "Ålder vid start",
    "adj_level_woman": "kvinna",
    "adj_level_man": "man",
    "adj_level_other": "annat",
    "adj_level_few": "värden med få personer",
}

EN_ADJUSTMENT: dict[str, str] = {
    "e_did_adjusted": "Difference in development, adjusted for background",
    "adj_title": "Adjustment for background",
    "an_adjustment": "comparison adjusted for background",
    "adj_doubly_robust": "{label}: the comparison group is weighted to be like the intervention group, and what "
    "remains is taken out by "
    "regression (doubly robust).",
    "adj_regression": "{label}: differences in background are taken out by regression.",
    "adj_weighting": "{label}: the comparison group is weighted to be like the intervention group.",
    "adj_effective": "The {n} of the comparison group weigh as about {effective} of equal weight after weighting.",
    "adj_unknown": "For some a value is unknown; they stay, with unknown as a value of its own.",
    "adj_table": "{label}: how alike the groups were in background",
    "adj_c_what": "Background",
    "adj_c_before": "Difference before",
    "adj_c_after": "Difference after weighting",
    "adj_note": "Difference between the groups in standard deviations. Below 0.1 counts as alike. What was not "
    "measured may still differ.",
    "adj_sex": "Sex",
    "adj_age": "Age at start",
    "adj_level_woman": "woman",
    "adj_level_man": "male",
    "adj_level_other": "other",
    "adj_level_few": "values of few persons",
}
