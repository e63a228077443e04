"""Why a norm, a band or a class is not there, in words of both languages."""

from __future__ import annotations

from evalkit.findings.reasons import Words

NO_NORM: dict[str, Words] = {
    "none": Words(
        "Registret har ingen norm för skalan: hur gruppen ligger mot befolkningen går inte att säga.",
        "The register has no norm for the scale: where the group stands against the population cannot be said.",
    ),
    "country": Words(
        "Registret har ingen norm från planens land. Normer från andra länder används inte i stället.",
        "The register has no norm from the plan's country. Norms of other countries are not used instead.",
    ),
    "choice": Words(
        "Registret har flera normer som passar, och planen anger inte vilken som gäller.",
        "The register has several norms that fit, and the plan does not say which one counts.",
    ),
    "age": Words(
        "Normen gäller andra åldrar, ett annat kön eller en annan utgåva än deltagarnas; den används inte i stället.",
        "The norm is for other ages, another sex or another edition than the participants'; it is not used instead.",
    ),
}
"""`InstrumentFinding.no_norm`."""

NO_BANDS: dict[str, Words] = {
    "none": Words("Registret har inga gränser för skalan.", "The register has no cut-offs for the scale."),
    "choice": Words(
        "Registret har flera gränssystem för skalan, och planen anger inte vilket som gäller.",
        "The register has several cut-off systems for the scale, and the plan does not say which one counts.",
    ),
}
"""`InstrumentFinding.no_bands`."""

NO_CLASSES: dict[str, Words] = {
    "no-reliability": Words(
        "Registret har ingen reliabilitet för skalan: ingen enskild persons förändring bedöms, bara gruppens.",
        "The register has no reliability for the scale: no single person's change is judged, only the group's.",
    ),
    "no-retest": Words(
        "Den publicerade reliabiliteten är inte ett omtest: den säger inget om hur mycket värdet varierar över tid. Ingen enskild "
        "persons förändring bedöms, bara gruppens.",
        "The published reliability is no retest: it tells nothing about variation over time. No single person's change is judged, "
        "only the group's.",
    ),
    "interval-other": Words(
        "Omtestet gäller en helt annan tid mellan mätningarna än planens: ingen enskild persons förändring bedöms, bara gruppens.",
        "The retest is for quite another time between measurements than the plan's: no single person's change is judged, only the "
        "group's.",
    ),
    "no-population": Words(
        "Planen vill räkna med återgång mot medelvärdet, men varken norm eller plan säger vilket medelvärde: ingen enskild "
        "persons förändring bedöms.",
        "The plan wants regression to the mean allowed for, but neither norm nor plan tells which mean: no single person's change "
        "is judged.",
    ),
    "no-norm-spread": Words(
        "Planen vill ta spridningen ur en norm, men registret har ingen: ingen enskild persons förändring bedöms.",
        "The plan wants the spread of a norm, but the register has none: no single person's change is judged.",
    ),
    "interval-unknown": Words(
        "Den publicerade reliabiliteten säger inte hur lång tid som gick mellan mätningarna: ingen enskild persons "
        "förändring bedöms, bara gruppens.",
        "The published reliability does not tell the time between the measurements: no single person's change is judged, only the "
        "group's.",
    ),
    "reliability-low": Words(
        "Skalans reliabilitet är under 0,80: mätfelet är större än de flesta verkliga förändringar. Bara gruppens visas.",
        "The reliability of the scale is below .80: error exceeds most true changes. Only the group's change is shown.",
    ),
    "no-spread": Words("Alla hade samma värde från början.", "Everybody had the same score to begin with."),
}
"""`ChangeClasses.reason`."""

NOT_C: dict[str, Words] = {
    "no-clinical": Words(
        "Kriterium c kräver en klinisk jämförelsegrupp, och registret har ingen för skalan.",
        "Criterion c needs a clinical group, and the register has none for the scale.",
    ),
    "clinical-unnamed": Words(
        "Kriterium c kräver en klinisk jämförelsegrupp. Registret har en, men planen anger den inte.",
        "Criterion c needs a clinical group. The register has one, but the plan does not name it.",
    ),
    "clinical-other": Words(
        "Kriterium c kräver en klinisk jämförelsegrupp. Den som planen anger gäller ett annat land, kön eller andra åldrar.",
        "Criterion c needs a clinical group. The one that the plan names is for another country, other ages or another sex.",
    ),
    "no-normal": Words(
        "Kriterium b och c kräver en norm för befolkningen, och registret har ingen som gäller deltagarna.",
        "Criteria b and c need a norm of the population, and the register has none for the participants.",
    ),
    "no-overlap": Words(
        "Den kliniska gruppen och normen överlappar inte: kriterium b används i stället för c.",
        "The clinical group and the norm do not overlap: criterion b is used instead of c.",
    ),
}
"""`ChangeClasses.why_not_c`."""

NO_REGRESSION: dict[str, Words] = {
    "not-selected": Words(
        "Deltagarna valdes inte efter sitt värde: ingen regression mot medelvärdet väntas.",
        "Participants were not selected on the score: no regression to the mean is expected.",
    ),
    "no-norm": Words(
        "Hur mycket som kan vara regression mot medelvärdet går inte att räkna ut utan norm.",
        "How much may be regression to the mean cannot be worked out without a norm.",
    ),
    "no-correlation": Words(
        "Hur mycket som kan vara regression mot medelvärdet går inte att räkna ut: sambandet mellan två mätningar utan insats "
        "är okänt.",
        "How much may be regression to the mean cannot be worked out: the correlation of two measurements without intervention "
        "is unknown.",
    ),
}
"""`InstrumentFinding.no_regression`."""
