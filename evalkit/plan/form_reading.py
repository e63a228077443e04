"""The Excel form back to a plan: what people typed, with sheet, row and heading in every message."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from evalkit.plan.consistency import check_plan, newer_format
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.form_layout import BETWEEN, NO, YES, Cell, cells
from evalkit.plan.form_words import HEADING_ROW, PARTS, SHEETS
from evalkit.plan.problems import Problem, one_fault, plan_error, quote, suggestion
from evalkit.plan.reading import read_model
from evalkit.plan.strict_yaml import Document, Location, read_file
from evalkit.plan.writing import number_text, to_yaml

MOST_UNPACKED = 30_000_000
MOST_ROWS = 5_000

_Row = tuple[int, dict[str, str]]
"""Row number as Excel counts, and the texts of its filled cells by key."""


def read_form(path: Path) -> str:
    """Return the plan of the Excel form at `path` as YAML text, also if it has faults; comments of an earlier file are lost.

    Raises
    ------
    PlanError
        If the file is no form.
    StorageError
        If the file exists but may not be read.
    """
    return "# Utvärderingsschema, läst ur ett Excelformulär.\n" + to_yaml(form_document(path).data)


def load_form(path: Path) -> EvaluationPlan:
    """Read the plan of the Excel form at `path`.

    Raises
    ------
    PlanError
        That lists every fault with sheet, row and heading.
    StorageError
        If the file exists but may not be read.
    """
    document = form_document(path)
    newer = newer_format(document)
    if newer is not None:
        raise plan_error(path.name, [newer], noun="formuläret")
    own = str(document.data.get("id", ""))
    return read_model(document, EvaluationPlan, noun="formuläret", more=lambda read: check_plan(read, own))


def form_document(path: Path) -> Document:
    """Return what is typed in the form at `path`: nested texts with their places; raises PlanError if it is no form."""
    book = _open(path)
    reader = _Reader(path.name)
    try:
        for sheet in SHEETS:
            if sheet in book.sheetnames:
                reader.add(sheet, list(reader.rows(book[sheet], sheet)))
            else:
                reader.problems.append(Problem("PAR-FORM", None, sheet, "bladet saknas; skriv ut formuläret på nytt"))
    finally:
        book.close()
    return Document(path.name, reader.data, {}, tuple(reader.problems), reader.places)


def _open(path: Path) -> Any:
    import openpyxl

    content = read_file(path)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            harmless = _is_harmless(archive)
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=False, keep_links=False) if harmless else None
    except Exception:  # openpyxl raises anything on a broken file; whatever it was, this is no form
        raise one_fault(path.name, "går inte att läsa som Excelformulär (.xlsx utan lösenord)", code="PAR-FORM") from None
    if book is None:
        raise one_fault(path.name, "för stor eller med makron; använd formuläret som evalkit skrev", code="PAR-FORM")
    return book


def _is_harmless(archive: zipfile.ZipFile) -> bool:
    size = sum(item.file_size for item in archive.infolist())
    return size <= MOST_UNPACKED and not any(name.endswith("vbaProject.bin") for name in archive.namelist())


class _Reader:
    """Gathers the sheets into one nested plan, and remembers where each value stood."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.data: dict[str, Any] = {}
        self.places: dict[Location, str] = {}
        self.problems: list[Problem] = []

    def rows(self, page: Any, sheet: str) -> Iterator[_Row]:
        """Yield the filled rows of a sheet; the sheet Plan is one row, turned on its side."""
        if page.max_row > MOST_ROWS:
            raise one_fault(self.name, f"bladet {sheet} har mer än {MOST_ROWS} rader", code="PAR-FORM")
        known = {_plain(cell.heading): cell for cell in cells(sheet)}
        if sheet == "Plan":
            yield from self._questions(page, known)
            return
        columns = self._headings([cell.value for cell in page[HEADING_ROW]], sheet, known)
        for number, row in enumerate(page.iter_rows(min_row=HEADING_ROW + 1, values_only=True), start=HEADING_ROW + 1):
            filled = {
                cell.path: text
                for cell, value in zip(columns, row, strict=False)
                if cell and (text := _text(cell, value)) is not None
            }
            if filled:
                yield number, filled

    def _headings(self, titles: list[Any], sheet: str, known: dict[str, Cell]) -> list[Cell | None]:
        found = [known.get(_plain(title)) for title in titles]
        for title, cell in zip(titles, found, strict=True):
            if title is not None and cell is None:
                advice = suggestion(str(title), [own.heading for own in known.values()], listed=40)
                self.problems.append(
                    Problem("PAR-KEY", None, f"blad {sheet}, rad {HEADING_ROW}", f"okänd rubrik {quote(title)}; {advice}")
                )
        for own in known.values():
            if found.count(own) != 1:
                text = f"rubriken {quote(own.heading)} " + ("saknas" if own not in found else "står två gånger")
                self.problems.append(Problem("PAR-FORM", None, f"blad {sheet}, rad {HEADING_ROW}", text))
        return found

    def _questions(self, page: Any, known: dict[str, Cell]) -> Iterator[_Row]:
        for number, row in enumerate(page.iter_rows(min_row=HEADING_ROW + 1, max_col=2, values_only=True), start=HEADING_ROW + 1):
            question, answer = (*row, None, None)[:2]
            cell = known.get(_plain(question))
            if cell is not None:
                self.places[tuple(cell.path.split("."))] = f"blad Plan, rad {number}: {cell.heading}"
            if question is not None and cell is None:
                advice = suggestion(str(question), [own.heading for own in known.values()], listed=5)
                self.problems.append(
                    Problem("PAR-KEY", None, f"blad Plan, rad {number}", f"okänd fråga {quote(question)}; {advice}")
                )
            elif cell is not None and (text := _text(cell, answer)) is not None:
                yield number, {cell.path: text}

    def add(self, sheet: str, rows: list[_Row]) -> None:
        """Put the rows of one sheet where they belong in the plan."""
        path = SHEETS[sheet][0]
        if sheet == "Plan":
            for number, row in rows:
                self._fill(self.data, (), row, sheet, number)
        elif sheet in ("Frågor", "Bieffekter"):
            for number, row in rows:
                self._append((path,), sheet, number, row[""])
        elif sheet == "Instrument":
            self._nested(sheet, rows, "outcomes", "outcome", "instruments")
        elif sheet == "Kodbok":
            self._nested(sheet, rows, "sources", "source", "columns")
        elif sheet == "Etiketter":
            self._labels(sheet, rows)
        else:
            for number, row in rows:
                above = tuple(path.split("."))
                self._fill({}, self._append(above, sheet, number, {}), row, sheet, number)

    def _nested(self, sheet: str, rows: list[_Row], owners: str, pointer: str, part: str) -> None:
        for number, row in rows:
            owner = self._owner(sheet, number, owners, row.pop(pointer, ""))
            if owner is not None:
                self._fill({}, self._append((owners, owner, part), sheet, number, {}), row, sheet, number)

    def _labels(self, sheet: str, rows: list[_Row]) -> None:
        for number, row in rows:
            owner = self._owner(sheet, number, "sources", row.get("source", ""))
            part = PARTS.get(row.get("part", ""))
            if part is None:
                self._note("PAR-VALUE", sheet, number, f"hittade {quote(row.get('part', ''))}; tillåtet: {', '.join(PARTS)}")
            place = self._labelled(sheet, number, row, owner, part)
            if place is None:
                continue
            target, written = self._value(place[:-1]).setdefault(place[-1], {}), row.get("written", "")
            if written in target:
                self._note("PAR-DUP", sheet, number, "samma etikett står redan ovanför")
            target[written] = row.get("means", "")
            self.places[(*place, written)] = f"blad {sheet}, rad {number}"

    def _labelled(self, sheet: str, number: int, row: dict[str, str], owner: int | None, part: str | None) -> Location | None:
        if owner is None or part is None:
            return None
        if part == "constants":
            return ("sources", owner, part)
        names = [str(column.get("name")) for column in self.data["sources"][owner].get("columns", [])]
        name = row.get("column", "")
        if name not in names:
            self._note("PAR-REF", sheet, number, f"källan har ingen kolumn {quote(name)}; {suggestion(name, names)}")
            return None
        return ("sources", owner, "columns", names.index(name), part)

    def _note(self, code: str, sheet: str, number: int, text: str) -> None:
        self.problems.append(Problem(code, None, f"blad {sheet}, rad {number}", text))

    def _owner(self, sheet: str, number: int, owners: str, name: str) -> int | None:
        ids = [str(item.get("id", "")) for item in self.data.get(owners, [])]
        if name in ids:
            return ids.index(name)
        text = f"{quote(name)} finns inte på bladet {'Källor' if owners == 'sources' else 'Effektmått'}; {suggestion(name, ids)}"
        self._note("PAR-REF", sheet, number, text)
        return None

    def _value(self, place: Location) -> Any:
        value: Any = self.data
        for step in place:
            value = value[step]
        return value

    def _append(self, path: Location, sheet: str, number: int, item: Any) -> Location:
        target: Any = self.data
        for step in path[:-1]:
            target = target.setdefault(step, {}) if isinstance(target, dict) else target[step]
        items = target.setdefault(path[-1], [])
        items.append(item)
        place = (*path, len(items) - 1)
        self.places[place] = f"blad {sheet}, rad {number}"
        return place

    def _fill(self, target: dict[str, Any], place: Location, row: dict[str, str], sheet: str, number: int) -> None:
        target = self._value(place) if place else target
        headings = {cell.path: cell for cell in cells(sheet)}
        for path, text in row.items():
            keys = path.split(".")
            inner = target
            for key in keys[:-1]:
                inner = inner.setdefault(key, {})
            cell = headings[path]
            inner[keys[-1]] = [part.strip() for part in text.split(",") if part.strip()] if cell.form == "list" else text
            self.places[(*place, *keys)] = f"blad {sheet}, rad {number}: {cell.heading}"


def _plain(heading: Any) -> str:
    return str(heading or "").strip().rstrip("*").strip().casefold()


def _text(cell: Cell, value: Any) -> str | None:
    """Return what a cell says as plan text, None if it is empty: Excel's own dates, numbers and truths count as what they are."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number_text(float(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return _typed(cell, str(value).strip())


def _typed(cell: Cell, text: str) -> str:
    if cell.form == "bool":
        return {YES: "true", NO: "false"}.get(text.casefold(), text)
    if cell.form in ("integer", "number"):
        return re.sub(r"(?<=\d)[ \u00a0\u202f](?=\d{3})", "", text).replace(",", ".").replace("−", "-")
    if cell.options and cell.form == "text":
        value = text.split(BETWEEN, maxsplit=1)[0].strip()
        return value if value in cell.options else text
    return text
