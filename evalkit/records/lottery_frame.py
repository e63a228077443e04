"""The list that is drawn from: read once, names made pseudonyms at the door, put in one canonical form and hashed.

The canonical form (``unit;block;group`` and covariates, sorted by unit, UTF-8, line feeds) is what any other program replays.
"""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evalkit.errors import DeliveryError
from evalkit.files import sha256_bytes, storage_error
from evalkit.records.identity import MEANING, Identity, IdentityRules, looks_like_number, parse_identity
from evalkit.records.reading.labels import fold_code
from evalkit.records.reading.names import fold_name

if TYPE_CHECKING:
    from evalkit.plan.lottery import Lottery
    from evalkit.records.pseudonym import PseudonymKey

UNFIT = re.compile(r'[;|"\x00-\x1f\x7f]')
"""Signs that no name, block or group may have: the canonical form and the tickets use them."""
MOST_ROWS = 200_000


@dataclass(frozen=True, slots=True, repr=False)
class FrameRow:
    """One unit: its name (a pseudonym or a code), block, group drawn together, covariates, and its line in the file.

    `place` says where staff find the unit: the line, or the delivered file and its line.
    """

    name: str
    block: str
    group: str
    covariates: tuple[float, ...]
    line: int
    place: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class LotteryFrame:
    """The list of one batch. ``repr`` shows counts."""

    file: str
    file_sha256: str
    rows: tuple[FrameRow, ...]

    def __repr__(self) -> str:
        return f"LotteryFrame({len(self.rows)} enheter)"

    @property
    def canonical(self) -> str:
        """The list as it is hashed."""
        lines = [";".join((r.name, r.block, r.group, *map(repr, r.covariates))) for r in sorted(self.rows, key=lambda r: r.name)]
        return "\n".join(["unit;block;group", *lines]) + "\n"

    @property
    def sha256(self) -> str:
        """Hash of the canonical form: the same whatever the order of the rows and the kind of file."""
        return sha256_bytes(self.canonical.encode("utf-8"))


@dataclass(frozen=True, slots=True, repr=False)
class Earlier:
    """Names, and groups of siblings or clusters, of all earlier batches."""

    names: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()


def read_lottery_frame(path: Path, lottery: Lottery, key: PseudonymKey | None, rules: IdentityRules) -> LotteryFrame:
    """Read the list of units at `path`.

    Parameters
    ----------
    key : PseudonymKey | None
        Needed where `lottery.unit_kind` is ``identity``.
    rules : IdentityRules
        On the day when the list was closed, which settles the century of ten digits.

    Raises
    ------
    DeliveryError
        LOT-FILE, LOT-COLUMN, LOT-EMPTY, LOT-DUP, LOT-BLANK, LOT-SIGN, LOT-COVARIATE, LOT-PII: what is wrong, on which lines.
    """
    try:
        content = path.read_bytes()
    except OSError as exc:
        raise storage_error(path, exc) from None
    head, *body = _table(path.name, content)
    columns = _columns(path.name, head, lottery)
    filled = [(line, cells) for line, cells in enumerate(body, start=2) if any(cell.strip() for cell in cells)]
    if not filled:
        raise DeliveryError(f"{path.name}: listan är tom: lägg in dem som ska lottas", code="LOT-EMPTY")
    reader = _Reader(path.name, lottery, key, columns, rules)
    rows = tuple(reader.row(line, cells) for line, cells in filled)
    reader.refuse_faults()
    _refuse_repeated(path.name, rows)
    return LotteryFrame(path.name, sha256_bytes(content), rows)


def refuse_rows(file: str, faults: Mapping[str, Sequence[str]], code: str, remedy: str) -> None:
    """Raise DeliveryError where any fault has rows: what is wrong, how many, where (eight at most), what to do."""
    told = [
        f"{file}: {len(places)} rader {what} ({', '.join(places[:8])}{' …' if len(places) > 8 else ''}): {remedy}"
        for what, places in faults.items()
        if places
    ]
    if told:
        raise DeliveryError("\n".join(told), code=code)


def list_table(path: Path) -> list[list[str]]:
    """Return the cells of a list as they stand, headings first.

    Raises
    ------
    DeliveryError
        LOT-FILE, LOT-EMPTY.
    """
    try:
        return _table(path.name, path.read_bytes())
    except OSError as exc:
        raise storage_error(path, exc) from None


class _Reader:
    """Turns lines into rows and remembers on which lines something is wrong, never what stands there."""

    def __init__(
        self, file: str, lottery: Lottery, key: PseudonymKey | None, columns: dict[str, int], rules: IdentityRules
    ) -> None:
        self.file, self.lottery, self.key, self.columns, self.rules = file, lottery, key, columns, rules
        self.faults: dict[tuple[str, str], list[int]] = {}

    def row(self, line: int, cells: Sequence[str]) -> FrameRow:
        """Return one row; faults are remembered."""
        lottery = self.lottery
        blocks = (*lottery.strata, *((lottery.pair,) if lottery.pair else ()))
        together = lottery.cluster or lottery.siblings
        return FrameRow(
            name=self._name(line, self._text(line, cells, lottery.unit)),
            block=", ".join(f"{column}={self._text(line, cells, column)}" for column in blocks),
            group=self._text(line, cells, together, blank=lottery.cluster is None) if together else "",
            covariates=tuple(self._number(line, cells, column) for column in lottery.covariates),
            line=line,
        )

    def refuse_faults(self) -> None:
        """Raise what was found, the first kind first."""
        if self.faults:
            told = [
                f"{self.file}: {len(lines)} rader {what} (rad {', '.join(map(str, lines[:8]))}{' …' if len(lines) > 8 else ''})"
                for (_, what), lines in self.faults.items()
            ]
            raise DeliveryError("\n".join(told), code=next(iter(self.faults))[0])

    def _fault(self, code: str, what: str, line: int) -> None:
        self.faults.setdefault((code, what), []).append(line)

    def _text(self, line: int, cells: Sequence[str], column: str, *, blank: bool = False) -> str:
        place = self.columns[column]
        text = unicodedata.normalize("NFC", cells[place] if place < len(cells) else "").strip()
        if not text and not blank:
            self._fault("LOT-BLANK", f"saknar värde i kolumnen {column}: fyll i dem", line)
        if UNFIT.search(text):
            self._fault("LOT-SIGN", f"har tecknen ; | eller citattecken i kolumnen {column}: skriv utan dem", line)
        if column != self.lottery.unit and looks_like_number(text):
            self._fault("LOT-PII", f"har något som ser ut som personnummer i kolumnen {column}: ta bort dem", line)
        return text

    def _name(self, line: int, text: str) -> str:
        if self.lottery.unit_kind == "code":
            if looks_like_number(text):
                what = "har något som ser ut som personnummer som löpnummer: skriv unit_kind: identity i planens lottery"
                self._fault("LOT-PII", what, line)
            if text.startswith(("*", "=")):
                self._fault("LOT-SIGN", "har ett löpnummer som börjar med * eller =: byt löpnummer", line)
            return text
        found = parse_identity(text, self.rules)
        if isinstance(found, Identity) and self.key is not None:
            return self.key.pseudonym(found.digits)
        meaning = MEANING["ID-FORMAT" if isinstance(found, Identity) else found.code]
        if text:
            self._fault("LOT-PII", f"har ett personnummer som {meaning[0]}: {meaning[1]}", line)
        return f"fel {line}"

    def _number(self, line: int, cells: Sequence[str], column: str) -> float:
        text = self._text(line, cells, column).replace("\u2212", "-").replace(",", ".")
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if text and not math.isfinite(number):
            self._fault("LOT-COVARIATE", f"har inget tal i kolumnen {column}: rätta dem", line)
        return number


def _refuse_repeated(file: str, rows: Sequence[FrameRow]) -> None:
    first: dict[str, int] = {}
    # Deliveries fold case: two ways of writing a code would be one person drawn twice.
    repeated = [row.line for row in rows if first.setdefault(fold_code(row.name), row.line) != row.line]
    if repeated:
        where = ", ".join(map(str, repeated[:8]))
        message = f"{file}: {len(repeated)} enheter står mer än en gång (igen på rad {where}): ta bort dubbletterna"
        raise DeliveryError(message, code="LOT-DUP")


def _columns(file: str, head: Sequence[str], lottery: Lottery) -> dict[str, int]:
    wanted = {lottery.unit, *lottery.strata, *lottery.covariates}
    wanted |= {column for column in (lottery.pair, lottery.cluster, lottery.siblings) if column}
    names = [fold_name(cell) for cell in head]
    missing = sorted(column for column in wanted if names.count(column) != 1)
    if missing:
        message = f"{file}: kolumnen {', '.join(missing)} finns inte, eller finns två gånger: rubrikerna står på första raden"
        raise DeliveryError(message, code="LOT-COLUMN")
    return {column: names.index(column) for column in wanted}


def _table(file: str, content: bytes) -> list[list[str]]:
    rows = _workbook(file, content) if file.lower().endswith((".xlsx", ".xlsm")) else _delimited(file, content)
    if not rows or len(rows) > MOST_ROWS:
        raise DeliveryError(f"{file}: listan är tom eller har fler än {MOST_ROWS} rader", code="LOT-EMPTY")
    return rows


def _delimited(file: str, content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
        if "\ufffd" in text:
            raise DeliveryError(f"{file}: spara som CSV UTF-8", code="LOT-FILE") from None
    head = text.split("\n", 1)[0]
    separator = max(";,\t", key=head.count)
    try:
        return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)]
    except csv.Error:
        raise DeliveryError(f"{file}: går inte att läsa som CSV: spara om filen", code="LOT-FILE") from None


def _workbook(file: str, content: bytes) -> list[list[str]]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        pages = [[["" if cell is None else str(cell) for cell in row] for row in page.iter_rows(values_only=True)] for page in book]
        book.close()
    except Exception:  # openpyxl raises anything on a broken file
        raise DeliveryError(f"{file}: går inte att läsa som Excel: öppna och spara som .xlsx", code="LOT-FILE") from None
    filled = [rows for rows in pages if any(any(row) for row in rows)]
    if len(filled) != 1:
        raise DeliveryError(f"{file}: {len(filled)} blad har innehåll: lämna bara listan kvar", code="LOT-FILE")
    return filled[0]
