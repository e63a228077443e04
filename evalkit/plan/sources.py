"""What is delivered, by whom, in which form: the codebook of one evaluation plan."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from evalkit.plan.strict import ColumnName, Name, Strict, Text

_NO_PATH = r'[^/\\:*?"<>|\x00-\x1f]*'
_FIRST = r'[^/\\:*?"<>|\x00-\x1f.~]'
FilePattern = Annotated[
    str, StringConstraints(pattern=rf"^(?:{_FIRST}{_NO_PATH}\*?{_NO_PATH}|\*{_NO_PATH})$", min_length=1, max_length=120)
]
"""A file name in the delivery's folder, at most one ``*``; never a path."""


class Role(StrEnum):
    """What a column means to evalkit."""

    PERSON = "person"  # personal number or other identity, made a pseudonym at the door
    UNIT = "unit"  # code of a public unit (municipality), `data_kind: public` only
    GROUP = "group"  # treated or comparison
    OCCASION = "occasion"
    DATE = "date"  # when the row was measured
    PERIOD = "period"  # month (YYYY-MM), term (VT2016, HT2016) or year
    START = "start"  # when the person's intervention began
    INDEX_DATE = "index_date"  # the comparison person's counterpart of `start`
    END = "end"
    MOVED_OUT = "moved_out"  # day on which the person left what a register covers (`coverage.residence`)
    CLUSTER = "cluster"  # school, home municipality: the level at which treatment may be assigned
    SEX = "sex"
    BIRTH_DATE = "birth_date"
    CONSENT = "consent"
    WITHDRAWN = "withdrawn"  # date on which consent was withdrawn
    INSTRUMENT = "instrument"
    RECALL = "recall"  # form or time that the answers are about
    MODE = "mode"  # how they were given: paper, interview, telephone, web
    VALUE = "value"  # the value of one outcome; in a long table, of the row's instrument
    ITEM = "item"  # one answered item of an instrument
    ACTIVITY = "activity"
    QUANTITY = "quantity"  # how much of the activity
    FIDELITY = "fidelity"  # whether the activity was given as the programme says
    ATTRIBUTE = "attribute"  # background variable
    TREATMENT = "treatment"  # public data: the column that the treatment rule reads
    TEXT = "text"  # free text: declared, scanned, never copied
    IGNORE = "ignore"  # known, not wanted; dropped at the door


_NUMBER_ROLES = frozenset({Role.VALUE, Role.ITEM, Role.QUANTITY, Role.TREATMENT})


class Kind(StrEnum):
    """What a column's cells hold."""

    IDENTITY = "identity"
    CATEGORY = "category"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    PERIOD = "period"
    TEXT = "text"


class RowMeaning(StrEnum):
    """What one row of a source is."""

    PERSON = "person"
    MEASUREMENT = "measurement"
    PERIOD = "period"
    ACTIVITY = "activity"
    PANEL = "panel"  # public data: one unit in one year


class Mode(StrEnum):
    """How a new delivery of a source meets the earlier ones."""

    REPLACE = "replace"
    APPEND = "append"


class FileFormat(Strict):
    """Hints for reading; what is left out is recognised, and the guess is reported."""

    encoding: Annotated[str, StringConstraints(pattern=r"^(utf-8|cp1252|iso-8859-1|utf-16)$")] | None = None
    separator: Annotated[str, StringConstraints(pattern=r"^(semicolon|comma|tab)$")] | None = None
    decimal: Annotated[str, StringConstraints(pattern=r"^(comma|point)$")] = "comma"
    sheet: Annotated[str, StringConstraints(min_length=1, max_length=31)] | None = None
    header_row: int = Field(default=1, ge=1, le=50)
    footer_rows: int = Field(default=0, ge=0, le=50)


DeliveredMetric = Literal["z", "T", "standard_100_15", "scaled_10_3", "stanine", "percentile"]
"""Standardised scores that can be converted into each other, since each is a function of z."""


class Column(Strict):
    """One column of a source.

    Attributes
    ----------
    labels : dict[str, str]
        Delivered label -> canonical value. For `group`: treated, comparison. For `sex`: woman, man, other. For
        `consent`: yes, no, unknown, withdrawn. For `occasion`: an occasion's id. Case and outer blanks are folded.
    missing : dict[str, str]
        Delivered code -> its meaning, such as ``".": "uppgift saknas"``.
    header : Text
        The heading exactly as delivered, where it is not `name` (case, blanks and Unicode form are folded).
    date_form : str
        How a `date` column's text is written; date cells of a workbook need none.
    outcome : Name
        Which outcome a `value` or `item` column holds; absent in a long table, where the instrument says it.
    metric : str
        The metric of ready scores, where it is another than the instrument's scale has: they are converted by construction.
    """

    name: ColumnName
    role: Role
    kind: Kind
    label: Text | None = None
    required: bool = True
    labels: dict[str, str] = Field(default_factory=dict)
    missing: dict[str, str] = Field(default_factory=dict)
    minimum: float | None = None
    maximum: float | None = None
    unit: Annotated[str, StringConstraints(min_length=1, max_length=40)] | None = None
    header: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    date_form: Literal["YYYY-MM-DD", "YYYYMMDD", "DD/MM/YYYY", "DD.MM.YYYY", "MM/DD/YYYY"] = "YYYY-MM-DD"
    outcome: Name | None = None
    item: int | None = Field(default=None, ge=1, le=400)
    metric: DeliveredMetric | None = None

    @property
    def holds_numbers(self) -> bool:
        """Whether cells are numbers. A figure with a label, such as 1 for the treated, is a word unless it counts or measures."""
        return self.kind in {Kind.INTEGER, Kind.DECIMAL} and (self.role in _NUMBER_ROLES or not self.labels)


class LegalGround(Strict):
    """Why the municipality may use a source for this evaluation."""

    ground: Text
    reference: Text
    decided: date
    decided_by: Text


class Coverage(Strict):
    """What a register covers: outside it, no row means nothing is known; inside it may mean zero."""

    first: date
    last: date
    lag_days: int = Field(default=0, ge=0, le=1000)
    residence: Text | None = None
    zero_inside: bool = False


class Source(Strict):
    """One thing that somebody delivers, several times a year."""

    id: Name
    label: Text
    owner: Text
    row: RowMeaning
    files: FilePattern
    mode: Mode = Mode.REPLACE
    legal_ground: LegalGround | None = None
    citation: Text | None = None
    licence: Text | None = None
    format: FileFormat = FileFormat()
    columns: tuple[Column, ...] = Field(min_length=2)
    coverage: Coverage | None = None
    constants: dict[str, str] = Field(default_factory=dict)
    """Values that hold for every row and stand in no column, such as ``occasion: start``."""

    def with_role(self, role: Role) -> tuple[Column, ...]:
        """Return the columns that play `role`, in the file's order."""
        return tuple(column for column in self.columns if column.role is role)
