"""Reads what was delivered into one typed table per source; identities are pseudonyms from the first moment.

Bytes are judged before they are parsed (`content`, `encoding`, `workbook`), the heading before the rows (`header`, `rows`), the
cells by the codebook (`numbers`, `dates`, `labels`). Every fault says file, line, column and count, never what stood there.
"""

from __future__ import annotations

import pandas as pd

from evalkit.errors import DeliveryError, PlanError
from evalkit.plan.evaluation import DataKind, EvaluationPlan
from evalkit.plan.instruments import InstrumentRegister
from evalkit.records.pseudonym import PseudonymKey
from evalkit.records.reading.combine import combine
from evalkit.records.reading.faults import merge
from evalkit.records.reading.file import ReadFile, read_source_file
from evalkit.records.stations import Deliveries, Delivery, RawExtract

__all__ = ["ReadFile", "read_source_file", "read_sources"]


def read_sources(
    deliveries: Deliveries, plan: EvaluationPlan, key: PseudonymKey | None, register: InstrumentRegister
) -> RawExtract:
    """Read every delivered file as its source declares it.

    Parameters
    ----------
    deliveries : Deliveries
        The files, with the hashes they must still have.
    plan : EvaluationPlan
        The sources and their codebooks.
    key : PseudonymKey | None
        From `evalkit.records.pseudonym.load_key`.
    register : InstrumentRegister
        Unused while reading; the gate compares instruments with it.

    Returns
    -------
    RawExtract
        One table per source.

    Raises
    ------
    DeliveryError
        With the stopping faults of all files together.
    PlanError
        If the data are about persons and there is no key.
    """
    if plan.data_kind is DataKind.PERSONS and key is None:
        raise PlanError("planen gäller personer men pseudonymnyckel saknas: kör 'evalkit key create'", code="KEY-MISSING")
    read, errors = [], []
    for delivery in deliveries.items:
        try:
            read.append((delivery, _read(delivery, plan, key, deliveries)))
        except DeliveryError as error:
            errors.append(error)
    if errors:
        raise merge(errors)
    tables: dict[str, pd.DataFrame] = {}
    findings = [*deliveries.notes]
    for source in plan.sources:
        parts = [(delivery, file) for delivery, file in read if delivery.source == source.id]
        findings += [finding for _, file in parts for finding in file.findings]
        tables[source.id], corrections = combine([(d.delivered.isoformat(), file.table) for d, file in parts], source)
        findings += corrections
    stamps = tuple(delivery.stamp for delivery in deliveries.items) + (key.stamps if key else ())
    return RawExtract(tables, tuple(findings), stamps, deliveries.evaluated_on, key.key_id if key else "")


def _read(delivery: Delivery, plan: EvaluationPlan, key: PseudonymKey | None, deliveries: Deliveries) -> ReadFile:
    return read_source_file(
        delivery.path,
        plan.source(delivery.source),
        plan,
        key,
        evaluated_on=deliveries.evaluated_on,
        shown=f"{delivery.delivered.isoformat()}/{delivery.path.name}",
        sha256=delivery.stamp.sha256,
    )
