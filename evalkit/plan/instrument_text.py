"""One instrument and the whole register explained in Swedish, with sources and status; no item texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from evalkit.plan.instrument_parts import CutOff, Grounded, MissingRule, Period, Reliability
from evalkit.plan.instruments import Instrument, InstrumentRegister, Scale
from evalkit.plan.norm_rows import NormRow
from evalkit.plan.signed_checks import cutoff_key, reliability_key

STATUS = {"draft": "utkast, ej säkerställd", "reviewed": "granskad av en person", "secured": "säkrad av två personer"}
CONFIDENCE = {"verified": "läst i källan", "well_known": "ur minnet eller inte läst i källan"}
RESPONDENT = {
    "self": "personen själv",
    "parent": "förälder eller annan vårdnadshavare",
    "teacher": "lärare",
    "clinician": "behandlare",
    "staff": "personal",
    "register": "register",
    "test": "test med testledare",
}
LICENCE = {
    "free": "fritt",
    "free_unmodified": "fritt om det inte ändras",
    "free_noncommercial": "fritt för icke-kommersiell användning",
    "permission": "kräver tillstånd",
    "commercial": "kommersiellt: bara skalornas uppgifter finns här",
}
DIRECTION = {"higher_better": "högre är bättre", "lower_better": "lägre är bättre", "neutral": "ingen riktning"}
PSYNK = {"general": "generell nivå", "risk": "tecken på risk", "problem": "bekräftad problematik"}
SEX = {"all": "alla", "f": "kvinnor/flickor", "m": "män/pojkar"}
KIND = {"general": "befolkning", "clinical": "klinisk grupp", "selected": "utvald grupp", "metric": "skalans egen metrik"}
RELIABILITY = {"alpha": "inre konsistens (alfa)", "omega": "omega", "retest": "upprepad mätning", "icc": "upprepad mätning (ICC)"}
PERIOD: dict[Period, str] = {
    "now": "i dag",
    "three_days": "senaste tre dygnen",
    "week": "senaste veckan",
    "two_weeks": "senaste två veckorna",
    "month": "senaste månaden",
    "six_months": "senaste sex månaderna",
    "year": "senaste året",
    "lifetime": "hela livet",
    "usual": "jämfört med det vanliga",
}


def register_lines(register: InstrumentRegister) -> list[str]:
    """Return the register as a table: id, label, respondent, ages, status, how many norm rows."""
    rows = [("id", "namn", "svarar", "ålder", "status", "normer")]
    for one in sorted(register.instruments, key=lambda one: one.id):
        norms = sum(row.instrument == one.id for row in register.norms)
        rows.append((one.id, one.label, RESPONDENT[one.respondent], ages(one.age_from, one.age_to), one.status, str(norms)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def instrument_text(register: InstrumentRegister, one: Instrument) -> str:
    """Return everything the register knows of one instrument."""
    own = [row for row in register.norms if row.instrument == one.id]
    used: list[str] = []
    parts = [
        *_head(one),
        *_section("Skalor", (_scale(scale) for scale in one.scales)),
        *_section("Svar", _items(one, used)),
        *_section("Tomma svar", _or(_NO_RULE, (_missing(rule, used) for rule in one.missing))),
        *_section("Gränser", _or(_NO_SOURCE, (line for cut in one.cutoffs for line in _cutoff(one, cut, used)))),
        *_section("Normer", (line for row in own for line in _norm(row, used)) if own else ["inga i registret"]),
        *_section("Reliabilitet", _or(_NO_SOURCE, (_reliability(one, entry, used) for entry in one.reliability))),
        *_section("Värdeset", (f"{v.id} ger skalan {v.scale} ({_ground(v, used)})" for v in one.value_sets)),
        *_section(
            "Relevant förändring", (f"{c.scale}: {number(c.points)} poäng ({_ground(c, used)})" for c in one.change_thresholds)
        ),
        *_section("Tidsseriebrott", (f"{b.year}: {b.note or ''} ({_ground(b, used)})" for b in one.breaks)),
        *_section("Fallgropar", one.pitfalls),
        *_section("Att göra", one.todo),
    ]
    return "\n".join([*parts, *_sources(register, one, used)])


def ages(low: int | None, high: int | None) -> str:
    """Return an age span in words."""
    if low is None and high is None:
        return "ej angiven"
    if high is None:
        return f"från {low} år"
    return f"till {high} år" if low is None else f"{low}–{high} år"


def number(value: float) -> str:
    """Return a number with decimal comma and a true minus sign."""
    return f"{value:g}".replace(".", ",").replace("-", "−")


def _head(one: Instrument) -> list[str]:
    lines = [
        f"{one.label} ({one.id})",
        f"  Mäter: {one.measures or 'ej angivet'}",
        f"  Svarar: {RESPONDENT[one.respondent]}; ålder: {ages(one.age_from, one.age_to)}",
        f"  Status: {STATUS[one.status]}",
    ]
    if one.edition:
        lines.append(f"  Utgåva: {one.edition}")
    periods = "; ".join(
        f"{PERIOD[recall.period]} ({recall.form})" if len(one.recalls) > 1 else PERIOD[recall.period] for recall in one.recalls
    )
    if periods or one.recall:
        lines.append(f"  Frågar om: {periods or one.recall}")
    if one.licence:
        holder = f"; {one.rights.holder}" if one.rights else ""
        lines.append(
            f"  Licens: {LICENCE[one.licence]}{holder}" + (f". {one.rights.note}" if one.rights and one.rights.note else "")
        )
    if one.psynk:
        lines.append(f"  PSYNK-nivå (evalkits förslag): {', '.join(PSYNK[level] for level in one.psynk)}")
    return [*lines, *([f"  Att veta: {one.note}"] if one.note else [])]


def _section(title: str, lines: Iterable[str]) -> list[str]:
    found = list(lines)
    return ["", title, *(f"  {line}" for line in found)] if found else []


_NO_SOURCE = "ingen källa"
_NO_RULE = "ingen källa: alla svar krävs"


def _or(nothing: str, lines: Iterable[str]) -> list[str]:
    """Return the lines, or that no source was found: what is missing is said and not left out."""
    return list(lines) or [nothing]


def _scale(scale: Scale) -> str:
    span = f"{number(scale.minimum)}–{number(scale.maximum)}"
    return f"{scale.id}: {scale.label}, {span} i steg om {number(scale.step)}; {DIRECTION[scale.direction]}"


def _items(one: Instrument, used: list[str]) -> Iterator[str]:
    if one.items is None:
        return
    items = one.items
    yield f"{items.count} frågor, {number(items.minimum)}–{number(items.maximum)} ({_ground(items, used)})"
    if not items.reversed:
        yield "inga frågor vänds"
    else:
        yield f"vända före summering: {', '.join(map(str, items.reversed))}"
    for part in items.exceptions:
        yield f"fråga {', '.join(map(str, part.items))} tar bara {', '.join(number(answer) for answer in part.allowed)}"
    if items.missing_codes:
        yield f"koder för saknat svar: {', '.join(number(code) for code in items.missing_codes)}"


def _missing(rule: MissingRule, used: list[str]) -> str:
    of = f"minst {rule.least_answered} av {rule.of}" if rule.least_answered and rule.of else ""
    words = {
        "complete": "alla svar krävs",
        "prorate": f"{of} svar: medelvärdet räknas upp" + (", avrundat uppåt från halva" if rule.rounding == "half_up" else ""),
        "mean": "medelvärdet av de svar som finns",
        "manual": "enligt utgivarens handbok",
    }[rule.kind]
    skips = "".join(f"; är fråga {_listed(skip.zero)} noll får {_listed(skip.blank)} vara tomma" for skip in rule.skips)
    own = "" if rule.official else "; evalkits egen regel"
    scales = f"{', '.join(rule.scales)}: " if rule.scales else ""
    return f"{scales}{words}{skips}{own} ({_ground(rule, used)})"


def _cutoff(one: Instrument, cut: CutOff, used: list[str]) -> Iterator[str]:
    whom = f", {SEX[cut.sex]}" if cut.sex else ""
    whom += f", {ages(cut.age_from, cut.age_to)}" if cut.age_from is not None or cut.age_to is not None else ""
    yield f"{cutoff_key(one, cut)}{whom}: {STATUS[cut.status]} ({_ground(cut, used)})"
    yield "    " + "; ".join(f"{band.label} {number(band.minimum)}–{number(band.maximum)}" for band in cut.bands)
    if cut.note:
        yield f"    Obs: {cut.note}"


def _norm(row: NormRow, used: list[str]) -> Iterator[str]:
    used.append(row.source)
    years = "–".join(dict.fromkeys(str(year) for year in (row.year_from, row.year_to) if year is not None)) or "år okänt"
    who = f"{row.country}, {row.population}, {SEX[row.sex]}, {ages(row.age_from, row.age_to)}, {years}"
    size = f"n = {row.n}" if row.n is not None else "n okänt"
    status = "skalans egen metrik" if row.kind == "metric" else f"{KIND[row.kind]}; {STATUS[row.status]}"
    yield f"{row.norm_id}: medelvärde {number(row.mean)}, standardavvikelse {number(row.sd)}, {size}"
    yield f"    {who}; {status}; {CONFIDENCE[row.confidence]} [{row.source}]" + (f". {row.note}" if row.note else "")


def _reliability(one: Instrument, entry: Reliability, used: list[str]) -> str:
    if entry.value is not None:
        value = number(entry.value)
    else:
        value = f"minst {number(entry.low or 0)}" if entry.high is None else f"{number(entry.low or 0)}–{number(entry.high)}"
    when = f", {entry.interval}" if entry.interval else ""
    size = f", n = {entry.n}" if entry.n else ""
    scale = "alla skalor" if entry.scale == "all" else entry.scale
    what = f"{scale}: {RELIABILITY[entry.kind]}{when} {value}; {entry.population}{size} ({_ground(entry, used)})"
    return f"{what}; {reliability_key(one, entry)}: {STATUS[entry.status]}"


def _ground(part: Grounded, used: list[str]) -> str:
    used.extend(part.sources)
    return f"{CONFIDENCE[part.confidence]} [{', '.join(part.sources)}]"


def _sources(register: InstrumentRegister, one: Instrument, used: list[str]) -> list[str]:
    for part in (one.age_ground, one.rights, *one.recalls, *(scale.ground for scale in one.scales)):
        used.extend(part.sources if part is not None else ())
    cited = {source.id: source.citation for source in register.sources}
    return _section("Källor", (f"[{name}] {cited.get(name, 'saknas i sources.yaml')}" for name in sorted(set(used))))


def _listed(numbers: tuple[int, ...]) -> str:
    return "+".join(map(str, numbers))
