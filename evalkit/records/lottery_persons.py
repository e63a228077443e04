"""The list that is drawn from, taken from the plan's own delivered persons instead of a separate file.

Read as every run reads them, so that names are the pseudonyms that the follow-up will have; those without consent are left out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from evalkit.errors import DeliveryError
from evalkit.plan.sources import Kind, Role
from evalkit.records.deliveries import find_deliveries
from evalkit.records.forgotten import without_forgotten
from evalkit.records.lottery_frame import UNFIT, Earlier, FrameRow, LotteryFrame, refuse_rows
from evalkit.records.pseudonym import load_key
from evalkit.records.reading import read_sources
from evalkit.records.reading.table import table_name
from evalkit.records.stations import FILE, LINE

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.plan.lottery import Lottery
    from evalkit.plan.project import Project
    from evalkit.plan.sources import Column, Source
    from evalkit.records.pseudonym import PseudonymKey
    from evalkit.records.stations import Delivery

_DERIVED = {"kön": "sex", "födelseår": "birth_date"}


@dataclass(frozen=True, slots=True, repr=False)
class DeliveredList:
    """The frame, the delivery it is from, and how many were left out: without consent, drawn before, siblings of those drawn."""

    frame: LotteryFrame
    delivered: date
    n_without_consent: int
    n_drawn_before: int
    n_later_siblings: int


def delivered_list(
    project: Project, plan: EvaluationPlan, lottery: Lottery, until: date, before: Earlier, *, forgotten: bool = True
) -> DeliveredList:
    """Return the persons of the lottery's source as they were delivered on `until` at the latest.

    Parameters
    ----------
    before : Earlier
        Whom earlier batches drew: they are left out, since a source holds everybody so far, and so are their later siblings.
    forgotten : bool
        Leave out those who asked to be forgotten; False replays a list that was closed before they asked.

    Raises
    ------
    DeliveryError
        What reading refuses; LOT-EMPTY, LOT-DUP, LOT-BLANK, LOT-SIGN, LOT-COVARIATE with files and lines.
    """
    from evalkit.plan.register import load_register

    source = plan.source(str(lottery.source))
    # Before the draw nothing else need be delivered: neither who took part nor any answer.
    alone = plan.model_copy(update={"sources": (source,)})
    key = load_key(project, plan)
    deliveries = find_deliveries(project, alone, until)
    extract = read_sources(deliveries, alone, key, load_register(project.instruments))
    if forgotten:
        extract = without_forgotten(extract, project, plan.id, key)
    table = extract.tables[source.id].sort_values([FILE, LINE], kind="stable").reset_index(drop=True)
    agreed = _agreed(table)
    fresh = agreed & ~table["person"].isin(before.names)
    listed = _Rows(table[fresh], source, lottery).frame_rows()
    rows = tuple(row for row in listed if not (lottery.siblings and row.group in before.families))
    if not rows:
        message = f"{source.label}: ingen att lotta i leveransen {deliveries.evaluated_on} ({int((~agreed).sum())} utan samtycke)"
        raise DeliveryError(f"{message}: leverera nya personer eller komplettera samtycken", code="LOT-EMPTY")
    frame = LotteryFrame(f"källan {source.id}", _sealed(deliveries.items, key), rows)
    refuse_rows(frame.file, {"står mer än en gång (igen)": _repeated(rows)}, "LOT-DUP", "ta bort dubbletterna i källan")
    return DeliveredList(
        frame, deliveries.evaluated_on, int((~agreed).sum()), int((agreed & ~fresh).sum()), len(listed) - len(rows)
    )


def _agreed(table: pd.DataFrame) -> pd.Series:
    """Return who may be drawn: consent known and not withdrawn, where the source asks for it."""
    agreed = pd.Series(True, index=table.index)
    if "consent" in table:
        agreed &= (table["consent"] == "yes").fillna(False).astype(bool)
    if "withdrawn" in table:
        agreed &= table["withdrawn"].isna()
    return agreed


def _sealed(items: Sequence[Delivery], key: PseudonymKey | None) -> str:
    """Return a keyed fingerprint: a plain hash of a list of personal numbers could be guessed at."""
    stamps = sorted(item.stamp.sha256 for item in items)
    return key.seal("|".join(stamps)) if key is not None else "-"


def _repeated(rows: tuple[FrameRow, ...]) -> list[str]:
    first: dict[str, str] = {}
    return [row.place for row in rows if first.setdefault(row.name, row.place) != row.place]


class _Rows:
    """Turns a source's table into rows of a frame and remembers where something is missing."""

    def __init__(self, table: pd.DataFrame, source: Source, lottery: Lottery) -> None:
        self.table, self.source, self.lottery = table, source, lottery
        self.columns: dict[str, Column] = {column.name: column for column in source.columns}
        self.faults: dict[str, list[str]] = {}

    def frame_rows(self) -> tuple[FrameRow, ...]:
        lottery, places = self.lottery, self._places()
        blocks = (*lottery.strata, *((lottery.pair,) if lottery.pair else ()))
        texts = {name: self._texts(name, blank=name == lottery.siblings) for name in (*blocks, *self._together())}
        numbers = {name: self._numbers(name) for name in lottery.covariates}
        together = next(iter(self._together()), None)
        rows = tuple(
            FrameRow(
                name=str(person),
                block=", ".join(f"{name}={texts[name][i]}" for name in blocks),
                group=texts[together][i] if together else "",
                covariates=tuple(numbers[name][i] for name in lottery.covariates),
                line=i + 1,
                place=places[i],
            )
            for i, person in enumerate(self.table["person"])
        )
        refuse_rows(f"källan {self.source.id}", self.faults, "LOT-BLANK", "komplettera källan och leverera om, eller ändra lotten")
        return rows

    def _together(self) -> tuple[str, ...]:
        return tuple(name for name in (self.lottery.cluster, self.lottery.siblings) if name)

    def _places(self) -> list[str]:
        return [f"{file}:{line}" for file, line in zip(self.table[FILE], self.table[LINE], strict=True)]

    def _texts(self, name: str, *, blank: bool) -> list[str]:
        column = self.columns.get(name)
        values = self._values(name)
        told = {} if column is None else {canonical: delivered for delivered, canonical in reversed(list(column.labels.items()))}
        if column is None and name == "kön":
            told = {"woman": "kvinna", "man": "man"}
        texts = ["" if value is None else told.get(_plain(value), _plain(value)) for value in values]
        if not blank:
            self._note(f"saknar värde i kolumnen {name}", [not text for text in texts])
        self._note(f"har tecknen ; | eller citattecken i kolumnen {name}", [bool(UNFIT.search(text)) for text in texts])
        return texts

    def _numbers(self, name: str) -> list[float]:
        values = [_number(value) for value in self._values(name)]
        self._note(f"har inget tal i kolumnen {name}", [not math.isfinite(value) for value in values])
        return values

    def _values(self, name: str) -> list[object]:
        """Return a column's cells, None where nothing stands; of days the year."""
        column = self.columns.get(name)
        stored = _DERIVED[name] if column is None else table_name(column)
        if stored not in self.table:
            self._note(f"saknar värde i kolumnen {name}", [True] * len(self.table))
            return [None] * len(self.table)
        values = self.table[stored]
        return list(values.dt.year) if (column is None and stored == "birth_date") or _is_date(column) else list(values)

    def _note(self, what: str, hit: list[bool]) -> None:
        places = [place for place, wrong in zip(self._places(), hit, strict=True) if wrong]
        if places:
            self.faults.setdefault(what, []).extend(places)


def _is_date(column: Column | None) -> bool:
    """Whether a column holds days: a lottery draws within years, never within days, which would point at persons."""
    return column is not None and (column.kind is Kind.DATE or column.role is Role.BIRTH_DATE)


def _plain(value: object) -> str:
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)


def _number(value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return math.nan
