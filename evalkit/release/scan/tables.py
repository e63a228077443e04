"""Tables as a reader sees them, from markup, separated text or records; and what in them shows single persons."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser

from evalkit.release.scan.finding import Scan

_THINGS = (
    r"regler|rules|noteringar|notes|varningar|warnings|perioder|periods|leads|post|steps|\w*clusters?|kluster|kommuner|skolor|kontroller|källor|mått"
    r"|dagar|månader|år|fel|avvikande|rader|draws|simuleringar|samtal|aktiviteter"
)
_COUNT = re.compile(
    rf"^(?:n|count|number|personer|deltagare|antal(?!\s+(?:{_THINGS})\b)\b.*|n[_ (](?!(?:{_THINGS})\b).*)$", re.IGNORECASE
)
_TOTAL = re.compile(r"^(?:totalt|total|summa|alla|sum|all)\b", re.IGNORECASE)
_WHO = frozenset(
    [
        "id",
        "pid",
        "personnummer",
        "pnr",
        "person",
        "person_id",
        "deltagar-id",
        "löpnr",
        "löpnummer",
        "namn",
        "name",
        "förnamn",
        "efternamn",
        "initialer",
        "ärende",
        "ärendenummer",
        "född",
        "fodd",
        "födelseår",
        "fodelsear",
        "födelsedatum",
        "elev",
        "klient",
        "pseudonym",
    ]
)
_TRAIT = frozenset(
    [
        "kön",
        "kon",
        "sex",
        "ålder",
        "alder",
        "age",
        "skola",
        "school",
        "klass",
        "start",
        "startdatum",
        "före",
        "fore",
        "efter",
        "before",
        "after",
        "diagnos",
        "kommentar",
        "utfall",
        "poäng",
        "placeringskostnad",
        "kostnad",
        "datum",
        "score",
        "value",
        "värde",
        "behandlad",
        "treated",
    ]
)
_EXTREME = frozenset(["min", "max", "minimum", "maximum", "lägsta", "högsta", "minst", "störst"])
_QUANTILE = re.compile(
    r"^(?:0[.,](?:0[0-9]*[1-9]|9[0-9]*)|p ?(?:1|5|95|99)|(?:1|5|95|99)[.,]?\d* ?%|(?:1|5|95|99):e.*)$", re.IGNORECASE
)
_LEVEL = re.compile(r"C\([^)]{1,60}\)\[(?:T\.)?[^\]]{1,80}\]|\[T\.[^\]]{1,80}\]")
_DIAGNOSTIC = re.compile(r"cooks?_?d|hat_diag|student_resid|standard_resid|dffits|dfb_|residual|leverage", re.IGNORECASE)
_SPARED = re.compile(
    r"\bnorm(?:värde|grupp|tabell|er\b|data|s\b)|simuler|påhittade tal"
    r"|\bdirection\b.*\binstruments\b|\blabel level maximum minimum\b",
    re.IGNORECASE,
)
_HASH = re.compile(r"^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$", re.IGNORECASE)
_CODE = re.compile(r"^[A-Za-z]{1,3}[-_]?\d{2,6}$|^(?:[A-ZÅÄÖ]\.){2,3}$")
_NUMBER = re.compile(r"^[-−]?\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?$|^[-−]?\d+(?:[.,]\d+)?$")

Table = list[list[str]]


class _Tables(HTMLParser):
    """Every table of a page with the words just before it."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[tuple[str, Table]] = []
        self._before, self._open, self._cell = "", 0, False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._open += 1
            self.tables.append((self._before[-200:], []))
        elif self._open and tag == "tr":
            self.tables[-1][1].append([])
        elif self._open and tag in {"td", "th"}:
            if not self.tables[-1][1]:
                self.tables[-1][1].append([])
            self.tables[-1][1][-1].append("")
            self._cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self._open:
            self._open -= 1
        elif tag in {"td", "th"}:
            self._cell = False

    def handle_data(self, data: str) -> None:
        rows = self.tables[-1][1] if self.tables else []
        if self._open and self._cell and rows and rows[-1]:
            rows[-1][-1] += data.strip()
        elif not self._cell:
            self._before += data


def tables_of_page(text: str) -> Iterator[tuple[str, Table]]:
    """Return each table of an HTML page with the words before it."""
    if "<t" in text.lower():
        parser = _Tables()
        parser.feed(text)
        yield from parser.tables


def tables_of_text(text: str) -> Iterator[tuple[str, Table]]:
    """Return the tables in printed text: at least three lines with the same number of columns, parted by two blanks."""
    block: Table = []
    for line in [*text.splitlines(), ""]:
        cells = re.split(r"\s{2,}|\t", line.strip()) if line.strip() else []
        if len(cells) >= 2:
            block.append(cells)
        else:
            if len(block) >= 3:
                yield "", block
            block = []


def table_of_csv(text: str) -> Table:
    """Return separated text as a table; the separator is the one that the first line holds most of."""
    first = text.split("\n", 1)[0]
    separator = max(";,\t|", key=first.count)
    return [row for row in csv.reader(io.StringIO(text), delimiter=separator) if row] if first.count(separator) else []


def judge(table: Table, before: str, where: str, scan: Scan) -> None:
    """Note what one table shows of single persons."""
    rows = [row for row in table if any(cell.strip() for cell in row)]
    if len(rows) < 2:
        return
    heading, body = rows[0], rows[1:]
    labels = [row[0] for row in body if row]
    flat = [cell for row in rows for cell in row]
    if any(_LEVEL.search(cell) for cell in flat):
        scan.add("SDC-FE", where)
    if not (scan.simulated or _SPARED.search(" ".join([before, *heading]))):
        _extremes([*heading, *labels], where, scan)
        _persons(heading, body, where, scan)
        _counts(heading, body, before, where, scan)
    _all_or_none(heading, body, where, scan)


def _extremes(words: Sequence[str], where: str, scan: Scan) -> None:
    plain = [word.strip().lower() for word in words]
    if _EXTREME & set(plain):
        scan.add("SDC-EXTREME", where)
    if sum(bool(_QUANTILE.match(word)) for word in plain) >= 2:
        scan.add("SDC-QUANTILE", where)


def _persons(heading: list[str], body: Table, where: str, scan: Scan) -> None:
    words = {part for cell in heading for part in re.split(r"[\s/(),:]+", cell.strip().lower()) if part}
    has_count = any(_COUNT.match(cell.strip()) for cell in heading)
    who, traits = _WHO & words, _TRAIT & words
    many = len(body) >= 3
    if many and not has_count and ((who and (traits or len(who) > 1)) or (len(traits) >= 3 and len(body) >= 8)):
        scan.add("MICRO-ROWS", where)
    if many and any(_DIAGNOSTIC.search(cell) for cell in heading) and len(body) >= 8:
        scan.add("MICRO-ROWS", where)
    first = [row[0].strip() for row in body if row]
    if many and sum(bool(_CODE.match(cell)) for cell in first) >= 0.8 * len(first) and len(set(first)) == len(first):
        scan.add("MICRO-ROWS", where)
    if sum(bool(_HASH.match(cell)) for cell in first) >= 3:
        # A fingerprint of a file stands after the file's name; an identity comes first.
        scan.add("HASH-ID", where)
    running = [cell for cell in first if cell.isdigit()]
    if len(running) >= 15 and [int(c) for c in running] == list(range(int(running[0]), int(running[0]) + len(running))):
        scan.add("MICRO-ROWS", where)
    if (
        (who or traits - {"kommentar"})
        and words & {"kommentar", "anteckning", "fritext"}
        and any(len(row[-1]) > 20 for row in body if row)
    ):
        scan.add("FREETEXT", where)


def _counts(heading: list[str], body: Table, before: str, where: str, scan: Scan) -> None:
    counted = {i for i, cell in enumerate(heading) if _COUNT.match(cell.strip())}
    shown = [_whole(row[i]) for row in body for i in counted if i < len(row)]
    if any(n is not None and 0 < n < scan.min_cell for n in shown):
        scan.add("SDC-SMALL", where)
    if not counted and _is_cross_table(heading, body, before):
        cells = [_whole(cell) for row in body for cell in row[1:]]
        if any(n is not None and 0 < n < scan.min_cell for n in cells):
            scan.add("SDC-SMALL", where)


def _is_cross_table(heading: list[str], body: Table, before: str) -> bool:
    """Whether the cells are counts: whole numbers with margins, that add up or are called counts."""
    columns = [i for i, cell in enumerate(heading) if _TOTAL.match(cell.strip())]
    margin = [row for row in body if row and _TOTAL.match(row[0].strip())]
    numbers = [cell for row in body for cell in row[1:] if cell.strip()]
    if not numbers or not (columns or margin) or sum(_whole(c) is not None for c in numbers) < 0.7 * len(numbers):
        return False
    if re.search(r"\bantal\b|personer|deltagare|elever|\bn\b", before, re.IGNORECASE):
        return True
    for row in body:
        values = [_whole(cell) for cell in row[1:]]
        if len(values) >= 3 and None not in values and sum(values[:-1]) == values[-1] > 0:  # type: ignore[arg-type, operator]
            return True
    return False


def _all_or_none(heading: list[str], body: Table, where: str, scan: Scan) -> None:
    shares = [i for i, cell in enumerate(heading) if re.search(r"andel|share|%|procent", cell, re.IGNORECASE)]
    counted = any(_COUNT.match(cell.strip()) for cell in heading)
    if counted and any(re.fullmatch(r"(?:100|0)(?:[.,]0+)?\s*%?", row[i].strip()) for row in body for i in shares if i < len(row)):
        scan.add("SDC-CLASS", where)


def _whole(cell: str) -> int | None:
    plain = re.sub(r"[ \u00a0\u202f]", "", cell.strip())
    return int(plain) if plain.isdigit() else None


def number_of(cell: str) -> float | None:
    """Return a cell's number, decimal comma or point; None where it holds none."""
    plain = cell.strip()
    return float(re.sub(r"[ \u00a0\u202f]", "", plain).replace("−", "-").replace(",", ".")) if _NUMBER.match(plain) else None


def differs_slightly(now: Table, then: Table, limit: int) -> bool:
    """Whether two tables have the same form and a count that differs by more than none and fewer than `limit`."""
    if len(now) != len(then) or not now or [len(r) for r in now] != [len(r) for r in then]:
        return False
    columns = [i for i, cell in enumerate(now[0]) if _COUNT.match(cell.strip()) and i < len(then[0]) and then[0][i] == cell]
    pairs = [(_whole(a[i]), _whole(b[i])) for a, b in zip(now[1:], then[1:], strict=True) if a and b for i in columns if i < len(a)]
    return any(a is not None and b is not None and 0 < abs(a - b) < limit for a, b in pairs)
