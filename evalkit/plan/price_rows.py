"""Price lists as people save them: semicolon CSV, Swedish numbers, one thing per unit and year, each fault with its line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from evalkit.errors import PlanError
from evalkit.plan.problems import Problem, one_fault, plan_error, quote, suggestion
from evalkit.plan.strict_yaml import MOST_BYTES, read_file
from evalkit.plan.unsafe import unsafe_texts

_THOUSANDS = re.compile(r"[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+(?:,[0-9]{1,2})?|[0-9]{1,12}(?:,[0-9]{1,2})?")
_HEADERS = {
    "thing": ("id", "insats", "vad"),
    "unit": ("unit", "enhet"),
    "year": ("price_year", "ar", "år", "prisår"),
    "kronor": ("kronor", "kostnad", "pris"),
}


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One price: what, per what, of which year, in kronor; `line` is its line in the file."""

    line: int
    thing: str
    unit: str
    year: str
    kronor: float


def read_price_table(path: Path, *, noun: str = "prislistan") -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """Return the header and the rows (with their lines) of the semicolon CSV at `path`; `noun` names the kind of list in messages.

    Raises
    ------
    PlanError
        If it is not UTF-8, is empty, or a row has another number of fields than the header.
    """
    content = read_file(path)
    if len(content) > MOST_BYTES:
        raise one_fault(path.name, f"filen är större än {MOST_BYTES // 1000} kB", code="PAR-VALUE")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = content.count(b"\n", 0, exc.start) + 1
        raise one_fault(path.name, "inte UTF-8; spara om som ”CSV UTF-8”", line=line, code="PAR-ENC") from None
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    try:
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error:
        raise one_fault(path.name, "citattecken som inte avslutas", line=reader.line_num, code="PAR-VALUE") from None
    if not rows:
        raise one_fault(path.name, "filen är tom", code="PAR-EMPTY")
    header = [name.casefold() for name in rows[0][1]]
    _check_shape(path.name, header, rows, noun)
    return header, [(line, dict(zip(header, cells, strict=True))) for line, cells in rows[1:]]


def read_price_rows(path: Path) -> tuple[PriceRow, ...]:
    """Read the prices of any list with the columns thing, unit, year and kronor (by their usual names).

    Raises
    ------
    PlanError
        If a column is missing or an amount is no amount in kronor (COST-NUM).
    """
    header, rows = read_price_table(path)
    columns = {part: next((name for name in names if name in header), None) for part, names in _HEADERS.items()}
    lacking = [names[0] for part, names in _HEADERS.items() if columns[part] is None]
    if lacking:
        raise one_fault(path.name, f"kolumner saknas: {', '.join(lacking)}", line=1, code="PAR-MISSING")
    prices, problems = [], []
    for line, row in rows:
        thing, unit, year, amount = (row[columns[part] or ""] for part in ("thing", "unit", "year", "kronor"))
        kronor = parse_kronor(amount)
        if kronor is None:
            problems.append(not_kronor(line, amount))
        else:
            prices.append(PriceRow(line, thing, unit, year, kronor))
    if problems:
        raise plan_error(path.name, problems, noun="prislistan")
    return tuple(prices)


def parse_kronor(text: str) -> float | None:
    """Return an amount above zero written the Swedish way (``4 500`` or ``12,50``), None for anything else.

    A point is refused: ``4.500`` may be four thousand or four and a half.
    """
    plain = text.strip()
    if _THOUSANDS.fullmatch(plain) is None:
        return None
    amount = float(re.sub(r"\s", "", plain).replace(",", "."))
    return amount if amount > 0 else None


def not_kronor(line: int, amount: str) -> Problem:
    """Return the problem of an amount that `parse_kronor` refuses."""
    text = f"hittade {quote(amount)}; tillåtet: ett belopp över noll som 4500, 4 500 eller 12,50"
    return Problem("COST-NUM", line, "kronor", text)


def check_price_rows(name: str, rows: Iterable[PriceRow], *, wanted: Iterable[tuple[str, int]] = ()) -> None:
    """Refuse a price list that gives two answers, or none for a year that is needed.

    Parameters
    ----------
    name : str
        The file, for the message.
    rows : Iterable[PriceRow]
        Its prices.
    wanted : Iterable[tuple[str, int]]
        Things and the years whose price is needed. A price is never carried to another year.

    Raises
    ------
    PlanError
        COST-DUP: two prices for one thing and year. COST-UNIT: the unit of a thing changes. COST-YEAR: no price for the year.
    """
    listed = list(rows)
    problems = _two_answers(listed) or _without_price(listed, wanted)  # a list that contradicts itself has no year's price
    if problems:
        raise plan_error(name, problems, noun="prislistan")


def _two_answers(rows: list[PriceRow]) -> list[Problem]:
    problems = []
    first: dict[str, PriceRow] = {}
    years: dict[tuple[str, str], PriceRow] = {}
    for row in rows:
        thing = row.thing.casefold()
        known = first.setdefault(thing, row)
        twin = years.setdefault((thing, row.year.casefold()), row)
        if known.unit.casefold() != row.unit.casefold():
            text = f"{quote(row.thing)} räknas per {row.unit} här men per {known.unit} på rad {known.line}; ge dem olika namn"
            problems.append(Problem("COST-UNIT", row.line, "unit", text))
        elif twin is not row:
            text = f"{quote(row.thing)} har redan ett pris för {row.year} på rad {twin.line}; ta bort det ena"
            problems.append(Problem("COST-DUP", row.line, "price_year", text))
    return problems


def _without_price(rows: list[PriceRow], wanted: Iterable[tuple[str, int]]) -> list[Problem]:
    problems = []
    for thing, year in sorted(set(wanted)):
        own = [row for row in rows if row.thing.casefold() == thing.casefold()]
        if not own:
            text = f"{quote(thing)} finns inte i listan; {suggestion(thing, {row.thing for row in rows})}"
            problems.append(Problem("PAR-REF", None, "", text))
        elif all(re.fullmatch("[0-9]{4}", row.year) and int(row.year) != year for row in own):
            text = f"inget pris för {quote(thing)} år {year} (priser finns för {', '.join(sorted(row.year for row in own))}); "
            problems.append(
                Problem(
                    "COST-YEAR", own[-1].line, "price_year", text + "lägg till årets pris: inget räknas om utan namngivet index"
                )
            )
    return problems


def _check_shape(name: str, header: list[str], rows: list[tuple[int, list[str]]], noun: str) -> None:
    problems = [
        Problem("PAR-VALUE", line, "", f"{len(cells)} fält, men rubrikraden har {len(header)} (semikolon mellan fälten)")
        for line, cells in rows[1:]
        if len(cells) != len(header)
    ]
    problems += [
        Problem("PAR-DUP", 1, column, "kolumnen står två gånger") for column in sorted({c for c in header if header.count(c) > 1})
    ]
    for line, cells in rows:
        problems += [Problem(code, line, "", text) for code, _, text in unsafe_texts(cells)]
    if problems:
        raise plan_error(name, problems, noun=noun)


def unknown_columns(name: str, header: list[str], allowed: list[str], noun: str = "prislistan") -> PlanError | None:
    """Return the error for columns of a list that are unknown or missing, None if all is well."""
    missing = [column for column in allowed if column not in header]
    problems = [
        Problem("PAR-KEY", 1, column, f"okänd kolumn; {suggestion(column, allowed)}") for column in header if column not in allowed
    ]
    problems += [Problem("PAR-MISSING", 1, column, "kolumnen saknas") for column in missing]
    return plan_error(name, problems, noun=noun) if problems else None
