"""The quality gate: a delivered extract is judged against its plan, and passes or is refused with every finding named."""

from __future__ import annotations

from dataclasses import replace

from evalkit.errors import GateClosed
from evalkit.findings.quality import GateReport
from evalkit.findings.quality_text import gate_text
from evalkit.plan.evaluation import DataKind, EvaluationPlan
from evalkit.plan.instruments import InstrumentRegister
from evalkit.records.answers import MEASURED_ROWS, at_occasions, gather_answers
from evalkit.records.codebook import PERSON, Case, open_case, roster
from evalkit.records.consent import Admission, admit
from evalkit.records.rules_attrition import attrition_checks
from evalkit.records.rules_dates import calendar_checks, own_time_checks, treated_early_checks
from evalkit.records.rules_keys import key_checks, unmatched_checks
from evalkit.records.rules_panel import panel_checks
from evalkit.records.rules_persons import change_checks, person_checks
from evalkit.records.rules_schema import cell_checks, form_checks, legal_checks
from evalkit.records.rules_values import value_checks, variation_checks
from evalkit.records.sheets import Check, Sheet, judge
from evalkit.records.stations import GatedExtract, RawExtract

GATE = "Kvalitetskontroll av leveranserna"


def check(extract: RawExtract, plan: EvaluationPlan, register: InstrumentRegister) -> GatedExtract:
    """Judge an extract by its plan.

    Returns
    -------
    GatedExtract
        The tables without those who wait or withdrew, and without rows of persons in no list; the report rides along, the
        findings of reading first.

    Raises
    ------
    GateClosed
        If a finding stops the run. All of them are named: rule, source, column, how many of how many, where, what to do.
    EvalkitError
        If a rule could not be judged (`evalkit.expectations.validate`).

    Notes
    -----
    In four steps: the form of each table, consent, every rule on those who are in, the verdict. A table without its columns
    closes the gate at once, since no other rule could be judged on it.
    """
    report, gated = inspect(extract, plan, register)
    if gated is None:
        codes = tuple(outcome.code for outcome in report.stops)
        raise GateClosed(gate_text(report), code=codes[0], findings=codes)
    return gated


def inspect(extract: RawExtract, plan: EvaluationPlan, register: InstrumentRegister) -> tuple[GateReport, GatedExtract | None]:
    """Judge an extract as `check` does; return the report, and the gated extract unless something stops the run."""
    case = open_case(extract, plan, register)
    found = [*extract.findings, *judge(form_checks(case, _sheets(case)))]
    report = GateReport(GATE, tuple(found))
    if not report.is_open:
        return report, None
    admission = admit(case)
    inside = replace(case, tables=admission.tables)
    found += [*admission.outcomes, *judge(content_checks(inside))]
    report = GateReport(GATE, tuple(found))
    return report, _gated(extract, inside, admission, report) if report.is_open else None


def content_checks(case: Case) -> list[Check]:
    """Return every check that follows form and consent, in the order of the report."""
    sheets = _sheets(case)
    checks = [*legal_checks(case), *cell_checks(case, sheets), *key_checks(case, sheets), *value_checks(case, sheets)]
    checks += calendar_checks(case, sheets)
    everything = gather_answers(case)
    if case.plan.data_kind is DataKind.PUBLIC:
        return [*checks, *panel_checks(case), *variation_checks(case, everything)]
    people = roster(case)
    measured = gather_answers(case, *MEASURED_ROWS)
    return [
        *checks,
        *own_time_checks(case, sheets, people),
        *unmatched_checks(case, people),
        *person_checks(case, people, measured),
        *treated_early_checks(case, people),
        *change_checks(case, people, at_occasions(case, measured, people)),
        *attrition_checks(case, people, measured),
        *variation_checks(case, everything),
    ]


def _sheets(case: Case) -> dict[str, Sheet]:
    return {source.id: Sheet(source.id, table, source.id) for source, table in case.sources()}


def _gated(extract: RawExtract, case: Case, admission: Admission, report: GateReport) -> GatedExtract:
    """Return the tables as they were read, without those outside and without persons that no list knows."""
    tables = dict(case.tables)
    if case.plan.data_kind is DataKind.PERSONS:
        people = roster(case)
        known = set(people.loc[people["listed"], PERSON])
        tables = {source: table[table[PERSON].isin(known)].reset_index(drop=True) for source, table in tables.items()}
    delivered = {
        source: table[[name for name in table.columns if name in extract.tables[source].columns]]
        for source, table in tables.items()
    }
    return GatedExtract(
        tables=delivered,
        report=report,
        outside=admission.outside,
        stamps=extract.stamps,
        evaluated_on=extract.evaluated_on,
        key_id=extract.key_id,
        outside_groups=admission.outside_groups,
    )
