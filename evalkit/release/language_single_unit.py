"""Texts of the chapter on one treated unit in both languages, by key."""

from __future__ import annotations

SV_SINGLE_UNIT: dict[str, str] = {
    "an_single_unit": "en enhet mot sin tvilling",
    "e_twin": "Skillnad mot den syntetiska tvillingen",
    "su_heading": "En enda enhet: {unit} mot sin syntetiska tvilling",
    "su_intro": "Bara {unit} fick insatsen, från {start}. {n} enheter utan insatsen vägs därför ihop till en tvilling som följde "
    "{unit} före start. Det som skiljer dem efter start är skattningen. Perioder före start: {before}, efter: {after}.",
    "su_rank": "Varje annan enhet har satts i insatsenhetens ställe. Mätt i den egna avvikelsen före start har {unit} plats "
    "{place} "
    "av {n}, där plats 1 är störst. Det minsta p-värde som {n} enheter kan ge är {smallest}.",
    "su_few": "Färre än 19 enheter får jämföras. Rangordningen kan då inte bli ett p-värde under 0,05, och något sådant visas "
    "inte.",
    "su_fit_bad": "Tvillingen följer {unit} dåligt före start: plats {place} av {n}, där 1 är sämst. Läs skillnaden med "
    "försiktighet.",
    "su_without": "Tas en tung enhet bort i taget blir skillnaden mellan {low} och {high} {unit} ({method}).",
    "su_starts": "Med start satt där inget ännu hänt ({first} till {last}) blir skillnaden mellan {low} och {high} {unit} "
    "({method}).",
    "su_alone": "Rangordningen visar om skillnaden är ovanlig. Den visar inte att inget annat hände just {unit} samtidigt.",
    "t_twins": "Skillnad mot tvillingen på två sätt",
    "c_method": "Sätt",
    "c_misfit": "Avvikelse före start",
    "c_place": "Plats av {n}",
    "c_spread": "Spridning bland de andra",
    "note_twins": "Planen säger vilket sätt som avgör; bara det har p-värde och intervall. Intervallet är alla lika stora effekter "
    "som rangordningen inte förkastar. Plats efter kvot av medelavvikelser efter och före start: {ratio}.",
    "m_synthetic_did": "syntetisk skillnad i skillnader",
    "m_synthetic_control": "syntetisk kontroll",
    "su_decides": "{method} (avgör)",
    "t_twin_weights": "Tvillingen: enheternas vikter",
    "c_donor": "Enhet",
    "su_rest": "övriga {n} enheter",
    "t_left_out": "Enheter som inte fick ingå i jämförelsen",
    "c_reason": "Skäl",
    "d_not_named": "står inte bland dem som planen jämför med",
    "d_counted": "{n} enheter: {reason}",
    "su_none_left_out": "Alla enheter utan insatsen fick ingå.",
    "f_twin": "{label}: {unit} och den syntetiska tvillingen ({outcome_unit}). Lodrät linje: starten.",
    "f_placebos": "Skillnaden för {unit} bland enheter utan insatsen, mätt i egen avvikelse före start.",
    "f_twin_weights": "De tyngsta enheterna i tvillingen, andel i procent.",
    "twin": "syntetisk tvilling",
    "su_axis": "skillnad delad med egen avvikelse före start",
    "su_axis_n": "antal enheter",
    "su_axis_weight": "andel i procent",
    "alt_twin": "Linjediagram över {label}. {unit}: {own}. Syntetisk tvilling: {twin}.",
    "alt_placebos": "Stapeldiagram över antal enheter efter skillnadens storlek. {unit} har {own}, plats {place} av {n}. De "
    "andra: {numbers}.",
    "alt_twin_weights": "Stapeldiagram över vikter: {numbers}.",
}

EN_SINGLE_UNIT: dict[str, str] = {
    "an_single_unit": "one unit against its twin",
    "e_twin": "Difference from the synthetic twin",
    "su_heading": "A single unit: {unit} against its synthetic twin",
    "su_intro": "Only {unit} was treated, from {start}. {n} untreated units are therefore weighted into a twin that followed "
    "{unit} "
    "before the start. What sets them apart afterwards is the estimate. Periods before the start: {before}, after: {after}.",
    "su_rank": "Every other unit was put in the treated one's place. In terms of its own deviation before the start {unit} is "
    "number "
    "{place} of {n}, where 1 is the largest. The smallest p-value that {n} units can give is {smallest}.",
    "su_few": "Fewer than 19 units may be compared. The rank cannot become a p-value below 0.05, and none is shown.",
    "su_fit_bad": "The twin follows {unit} poorly before the start: number {place} of {n}, where 1 is the worst. Read with "
    "caution.",
    "su_without": "With one heavy unit taken away at a time the difference is between {low} and {high} {unit} ({method}).",
    "su_starts": "With the start put where nothing had happened ({first} to {last}) it is between {low} and {high} {unit} "
    "({method}).",
    "su_alone": "The rank shows whether the difference is unusual. It does not show that nothing else happened to {unit} then.",
    "t_twins": "Difference from the twin in two ways",
    "c_method": "Way",
    "c_misfit": "Deviation before the start",
    "c_place": "Place of {n}",
    "c_spread": "Spread among the others",
    "note_twins": "The plan says which way decides; only that one has a p-value and an interval. The interval holds every constant "
    "effect that the rank does not reject. Place by the ratio of root mean squares after and before the start: {ratio}.",
    "m_synthetic_did": "synthetic difference-in-differences",
    "m_synthetic_control": "synthetic control",
    "su_decides": "{method} (decides)",
    "t_twin_weights": "The twin: weights of the units",
    "c_donor": "Unit",
    "su_rest": "the other {n} units",
    "t_left_out": "Units that could not be part of the comparison",
    "c_reason": "Reason",
    "d_not_named": "not among those that the plan compares with",
    "d_counted": "{n} units: {reason}",
    "su_none_left_out": "Every untreated unit could be part of it.",
    "f_twin": "{label}: {unit} and the synthetic twin ({outcome_unit}). Vertical line: the start.",
    "f_placebos": "The difference of {unit} among untreated units, in terms of its own deviation before the start.",
    "f_twin_weights": "The heaviest units of the twin, per cent.",
    "twin": "synthetic twin",
    "su_axis": "difference over own deviation before the start",
    "su_axis_n": "number of units",
    "su_axis_weight": "per cent",
    "alt_twin": "Line chart of {label}. {unit}: {own}. Synthetic twin: {twin}.",
    "alt_placebos": "Bar chart of the number of units by the size of the difference. {unit} has {own}, number {place} of {n}. "
    "The others: {numbers}.",
    "alt_twin_weights": "Bar chart of weights: {numbers}.",
}
