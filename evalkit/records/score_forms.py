"""Rules on the form that scores were given in: the same time in the questions, the same way of answering, no overlap."""

from __future__ import annotations

import pandas as pd

from evalkit.findings.quality import Severity
from evalkit.plan.instrument_parts import RECALL_DAYS
from evalkit.plan.instruments import Instrument
from evalkit.records.sheets import Check, Fault, Sheet, counted, number


def form_checks(instrument: Instrument, sheet: Sheet) -> list[Check]:
    """Return the checks of one outcome's measurements with one instrument; `sheet` holds a measurement a row.

    A pair that differs is left out and counted in the sample flow (`evalkit.records.flow`): the checks tell of it.
    """
    rows = sheet.table
    checks = [
        counted(sheet, name, fault, _kinds(rows, column), most=1.0, shown=column)
        for name, column, fault in (("samma_tid", "recall", _MIXED_RECALL), ("samma_satt", "mode", _MIXED_MODE))
    ]
    for name, column, fault in (("planens_tid", "recall", _OTHER_RECALL), ("planens_satt", "mode", _OTHER_MODE)):
        checks.append(counted(sheet, name, fault, (rows["deviates"] == column).astype("float64"), most=0.0, shown=column))
    if len({recall.period for recall in instrument.recalls}) > 1:
        unknown = rows["recall"].isna().astype("float64")
        checks.append(counted(sheet, "okand_tid", _UNKNOWN_RECALL, unknown, most=0.0, shown="recall"))
    return [*checks, *_overlap(instrument, sheet), *_breaks(instrument, sheet)]


def _kinds(rows: pd.DataFrame, column: str) -> pd.Series:
    """Return how many known forms each person's measurements have, on the person's first row only."""
    kinds = rows.groupby("unit")[column].nunique().astype("float64")
    return rows["unit"].map(kinds).where(~rows["unit"].duplicated())


def _overlap(instrument: Instrument, sheet: Sheet) -> list[Check]:
    """Check that two measurements of a person lie further apart than the later one's answers look back."""
    lengths = {recall.period: RECALL_DAYS[recall.period] for recall in instrument.recalls}
    days = min((length for length in lengths.values() if length is not None), default=None)
    if days is None:
        return []
    order = sheet.table.sort_values(["unit", "date"], kind="stable")
    apart = order.groupby("unit", sort=False)["date"].diff().dt.days.astype("float64").reindex(sheet.table.index)
    own = sheet.table["recall"].map(RECALL_DAYS).astype("float64")
    least = own.where(sheet.table["recall"].notna(), float(days))
    told = sorted({int(length) for length in least.dropna().unique()}) or [days]
    fault = Fault(
        "SC-RECALL",
        Severity.WARN,
        "uppföljningen frågar om tid före den förra mätningen "
        f"({instrument.label} frågar om {' eller '.join(map(str, told))} dagar bakåt)",
        "Följ upp senare, eller säg i rapporten att perioderna överlappar; en förändring ser då mindre ut än den är",
    )
    return [counted(sheet, "overlapp", fault, (apart - least).where(apart > 0), least=0.0, shown="datum")]


def _breaks(instrument: Instrument, sheet: Sheet) -> list[Check]:
    """Check that no score passes what was possible before a break of the series, and tell of pairs on both sides of it."""
    checks, years = [], sheet.table["date"].dt.year.astype("float64")
    for one in instrument.breaks:
        old = years < one.year
        if one.maximum_before is not None:
            above = (sheet.table["value"] - one.maximum_before).clip(lower=0).where(old)
            words = f"värdet är större än skalan medgav före {one.year} (högst {number(one.maximum_before)})"
            fault = Fault("IN-RANGE", Severity.STOP, words, "Kontrollera värdet och datumet i källan")
            checks.append(counted(sheet, f"fore_{one.year}", fault, above, most=0.0, shown="värde"))
        sides = sheet.table.assign(side=old.where(years.notna())).groupby("unit")["side"].nunique().astype("float64")
        both = sheet.table["unit"].map(sides).where(~sheet.table["unit"].duplicated())
        fault = _warning(
            "SC-BREAK",
            f"skalan ändrades {one.year}, mellan en persons mätningar: de är inte fullt jämförbara",
            "Jämför inom samma sida om brottet, eller nämn det i rapporten",
        )
        checks.append(counted(sheet, f"brott_{one.year}", fault, both, most=1.0, shown="datum"))
    return checks


def _warning(code: str, message: str, remedy: str) -> Fault:
    return Fault(code, Severity.WARN, message, remedy)


_LEFT_OUT = "Mät på samma sätt före och efter; paren räknas i urvalsflödet och är inte med i jämförelsen"
_MIXED_RECALL = _warning("SC-FORM", "frågorna gällde olika lång tid vid en persons mätningar: paret räknas inte", _LEFT_OUT)
_MIXED_MODE = _warning("SC-MODE", "en person svarade på olika sätt vid sina mätningar: paret räknas inte", _LEFT_OUT)
_OTHER_RECALL = _warning(
    "SC-FORM",
    "frågorna gällde en annan tid än planen eller registret säger: mätningen räknas inte",
    "Rätta recall i planen eller i källan, eller välj rätt utgåva ur registret",
)
_OTHER_MODE = _warning(
    "SC-MODE", "svaren gavs på ett annat sätt än planen säger: mätningen räknas inte", "Rätta mode i planen eller i källan"
)
_UNKNOWN_RECALL = _warning(
    "SC-FORM",
    "instrumentet har formulär med olika tid, och varken källan eller planen säger vilket som användes",
    "Ange recall för instrumentet i planen, eller en kolumn med rollen recall",
)
