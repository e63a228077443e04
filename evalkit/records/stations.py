"""The stations of a record on its way to an estimate: one frozen type each, made by one function.

========================  ==========================================  ===================================
Type                      Made by                                     Holds
========================  ==========================================  ===================================
`Deliveries`              `evalkit.records.deliveries.find`           which files, hashes, dates
`RawExtract`              `evalkit.records.reading.read_sources`      one table per source, pseudonyms
`GatedExtract`            `evalkit.records.gate.check`                the same, judged
`ScoredRecords`           `evalkit.records.scoring.score`             persons, measurements, activities
`AnalysisFrame`           `evalkit.records.frame.build_frame`         one row per unit, outcome and period
========================  ==========================================  ===================================

Tables are pandas data frames; the columns of each are listed at its type. ``repr`` prints counts only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from evalkit.findings.provenance import FileStamp
from evalkit.findings.quality import CheckOutcome, GateReport
from evalkit.findings.sample import OccasionCount, SampleFlow

if TYPE_CHECKING:
    import pandas as pd

FILE = "_file"
LINE = "_line"
"""Every raw table says where its rows come from: file name and line (or sheet row) as the deliverer sees it."""

TREATED = "treated"
COMPARISON = "comparison"


@dataclass(frozen=True, slots=True)
class Delivery:
    """The files of one source in one delivery, with the date of its folder."""

    source: str
    delivered: date
    path: Path
    stamp: FileStamp


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Every delivered file that the plan's sources match, oldest first; `evaluated_on` is the newest delivery's date.

    `notes` say which files no source asked for; `days` are those of all deliveries, replaced ones included.
    """

    items: tuple[Delivery, ...]
    evaluated_on: date
    notes: tuple[CheckOutcome, ...] = ()
    days: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class RawExtract:
    """What was delivered, typed by the codebook, identities already pseudonyms. Not judged yet.

    Attributes
    ----------
    tables : Mapping[str, pandas.DataFrame]
        Source id -> table. Columns: one per declared column that is kept, named by its role for the structural roles
        (`person`, `unit`, `group`, `occasion`, `date`, `period`, `start`, `index_date`, `end`, `cluster`, `sex`, `birth_date`,
        `consent`, `withdrawn`, `instrument`, `recall`, `mode`, `activity`, `quantity`, `fidelity`, `treatment`), by outcome id for
        `value` columns with an outcome, ``value`` for the value column of a long table, by column name for attributes and items,
        and `FILE`, `LINE`. Dates are ``datetime64``, numbers float64, labels canonical text, missing NaN/NaT/None.
        `birth_date` and legal sex are read from the personal number where no column gives them (columns ``birth_date``,
        ``sex``) when a source has an identity column.
    findings : tuple[CheckOutcome, ...]
        What reading noticed and could pass: guesses, notes, missing codes. A file that cannot pass raises DeliveryError.
    key_id : str
        First eight hex digits of the pseudonym key's hash; empty for public data.
    """

    tables: Mapping[str, pd.DataFrame]
    findings: tuple[CheckOutcome, ...]
    stamps: tuple[FileStamp, ...]
    evaluated_on: date
    key_id: str

    def __repr__(self) -> str:
        rows = ", ".join(f"{source}: {len(table)} rader" for source, table in self.tables.items())
        return f"RawExtract({rows})"


@dataclass(frozen=True, slots=True, repr=False)
class GatedExtract:
    """An extract that passed the gate; `report` rides along. Withdrawn and waiting persons are out and counted.

    Attributes
    ----------
    outside : Mapping[str, tuple[str, ...]]
        Reason (`evalkit.findings.sample.REASONS`) -> pseudonyms kept outside for it.
    outside_groups : Mapping[str, str]
        Pseudonym kept outside -> `TREATED` or `COMPARISON`, so that the sample flow can count them in their arm.
    """

    tables: Mapping[str, pd.DataFrame]
    report: GateReport
    outside: Mapping[str, tuple[str, ...]]
    stamps: tuple[FileStamp, ...]
    evaluated_on: date
    key_id: str
    outside_groups: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"GatedExtract({len(self.tables)} källor, {len(self.report.outcomes)} kontroller)"


@dataclass(frozen=True, slots=True, repr=False)
class ScoredRecords:
    """Persons (or public units) and everything measured on them, in outcome units.

    Attributes
    ----------
    persons : pandas.DataFrame
        One row each: ``unit``, ``treated`` (bool), ``start`` (datetime64; the index date for comparison persons; NaT unknown),
        ``end``, ``cluster``, ``sex``, ``birth_date``, ``outside`` (reason or None), ``moved_out`` (where
        declared), then attributes. For public data: ``unit``,
        ``treated`` (ever), ``treated_from`` (year as float, NaN never), ``outside``.
    measurements : pandas.DataFrame
        ``unit``, ``outcome``, ``date``, ``occasion`` (declared label's id or None), ``instrument`` (id or None), ``planned``
        (bool: the plan measures this outcome with this instrument at the person's age), ``recall`` (time that the answers are
        about), ``mode`` (how they were given), ``deviates`` (``recall`` or ``mode`` where it is not the plan's; each None
        unknown), ``value`` (NaN: a row without answer).
    periods : pandas.DataFrame
        Register rows: ``unit``, ``outcome``, ``first``, ``last`` (datetime64 days of the period), ``value``. For public data
        ``first`` and ``last`` are the period's ends, and ``is_treated`` says whether the unit was treated in it.
    activities : pandas.DataFrame
        ``unit``, ``activity``, ``date``, ``quantity``, ``fidelity`` (float 0/1 or NaN).
    """

    persons: pd.DataFrame
    measurements: pd.DataFrame
    periods: pd.DataFrame
    activities: pd.DataFrame
    report: GateReport
    stamps: tuple[FileStamp, ...]
    evaluated_on: date
    key_id: str

    def __repr__(self) -> str:
        return f"ScoredRecords({len(self.persons)} enheter, {len(self.measurements)} mätningar, {len(self.periods)} registerrader)"


@dataclass(frozen=True, slots=True, repr=False)
class AnalysisFrame:
    """One row per unit, outcome and period, complete within each outcome, with its sample flows.

    Attributes
    ----------
    table : pandas.DataFrame
        ``unit`` (str), ``outcome``, ``order`` (int, 0 = first), ``period`` (label shown), ``is_after`` (bool: occasion after
        the start; for public data, the unit is treated in that row), ``treated`` (bool: belongs to the treated), ``treated_order``
        (float: `order` of the first treated period, NaN never), ``cluster`` (str), ``cohort`` (str: pooled start term or
        first treated year), ``sex``, ``value`` (float64, never missing), ``instrument`` (id or None; persons only).
        Sorted by outcome, unit, order; unique on them;
        every unit of an outcome has every period of it. For persons its periods are the `before` occasions and the decisive one.
    persons : pandas.DataFrame
        As in `ScoredRecords`, with ``cohort``.
    activities : pandas.DataFrame
        As in `ScoredRecords`, treated persons only, with ``day`` (days since start).
    observed : pandas.DataFrame | None
        Everything measured inside a window, unbalanced: what raw trends are drawn from, never an estimate. ``unit``, ``outcome``,
        ``axis`` (``occasion``; ``quarter`` for register outcomes; ``period`` for public data), ``order`` (int, time order within
        the axis; negative quarters lie before the start), ``period`` (label), ``treated``, ``value``.
    left : pandas.DataFrame | None
        Who left which outcome: ``outcome``, ``unit``, ``group``, ``reason``, ``occasion``. Not stored with a run.
    terms : pandas.DataFrame | None
        Register outcomes by calendar term, as `evalkit.records.calendar_terms` makes them; None where the plan asks for none.
    """

    table: pd.DataFrame
    persons: pd.DataFrame
    activities: pd.DataFrame
    flows: tuple[SampleFlow, ...]
    occasions: tuple[OccasionCount, ...]
    report: GateReport
    stamps: tuple[FileStamp, ...]
    evaluated_on: date
    key_id: str
    notes: tuple[str, ...] = field(default=())
    observed: pd.DataFrame | None = None
    left: pd.DataFrame | None = None
    terms: pd.DataFrame | None = None

    def __repr__(self) -> str:
        return f"AnalysisFrame({self.table['unit'].nunique()} enheter, {self.table['outcome'].nunique()} mått)"
