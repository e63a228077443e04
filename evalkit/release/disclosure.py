"""`clear`: the only door from what a run found to what may be shared. Fails closed.

Order of means: fewer and coarser first (merged reasons, merged months, rounded counts), hidden cells last. What is hidden is
listed with the kind of rule and never with a number.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

from evalkit.errors import DisclosureRefused
from evalkit.findings.result import EvaluationResult
from evalkit.findings.safe import (
    FINAL_REPORT,
    SAFE_FORMAT,
    WORKING_REPORT,
    SafeBreakEven,
    SafeCheck,
    SafeGate,
    SafePolicy,
    SafeProvenance,
    SafeResult,
    SafeStamp,
    SafeValuation,
)
from evalkit.plan.disclosure import DisclosurePolicy
from evalkit.release.adjustment_page import clear_adjustments
from evalkit.release.as_drawn import without_errors, without_second_answers
from evalkit.release.clear_chosen import clear_returns
from evalkit.release.clear_counts import clear_activities, clear_flows, clear_months, clear_occasions
from evalkit.release.clear_decisions import clear_decisions, tested_only
from evalkit.release.clear_dip import clear_dips
from evalkit.release.clear_estimates import clear_effect_sizes, clear_estimates, clear_means, clear_path, clear_tests
from evalkit.release.clear_experiment import clear_experiment
from evalkit.release.clear_honest import clear_honest
from evalkit.release.clear_matching import clear_matchings
from evalkit.release.clear_norms import clear_instruments
from evalkit.release.clear_robustness import clear_robustness
from evalkit.release.clear_routes import clear_routes
from evalkit.release.clear_series import clear_series
from evalkit.release.clear_single_unit import clear_single_unit
from evalkit.release.clear_smooth import clear_smooth
from evalkit.release.clear_staggered import clear_staggered
from evalkit.release.clear_together import clear_together
from evalkit.release.clear_validity import clear_validity
from evalkit.release.clearance import Clearance
from evalkit.release.experiment_counts import drawn_counts
from evalkit.release.points import in_points, means_in_percent
from evalkit.release.report_counts import Tables
from evalkit.release.risk_set_page import clear_risk_sets
from evalkit.release.rounding import digits_of, round_to, significant

CHECK_KINDS = frozenset(
    {
        *("ATTRITION", "CHANGE", "CONSENT", "COST", "COVERAGE", "DATE", "DUP", "EST", "GRP", "ID", "IN", "INSTR", "KEY", "LEGAL"),
        *("MISS", "NORM", "OTHER", "PANEL", "PII", "SC"),
    }
)
"""Kinds of check that the report has words for."""
_SAME_KIND = {"START": "DATE", "TREATED": "DATE"}
_DATA_KINDS = ("persons", "public")
_IDENTITY = re.compile(r"(?<!\d)(?:\d{2})?\d{6}\s*[-+]?\s*\d{4}(?!\d)")


def clear(result: EvaluationResult, policy: DisclosurePolicy, kind: str = WORKING_REPORT) -> SafeResult:
    """Return what may leave the house about one run.

    Parameters
    ----------
    result : EvaluationResult
        Everything found, with disclosure evidence at each number.
    policy : DisclosurePolicy
        The data protection officer's limits, tightened by the plan.
    kind : str
        ``arbetsrapport``, or ``slutrapport``: without what rests on norms that nobody has secured.

    Returns
    -------
    SafeResult
        Counts rounded to `policy.round_counts_to`, shares made of rounded counts, estimates with two significant digits of
        their standard error, means with one; cells of fewer than `policy.min_cell` persons merged or None. For public data
        no cell rule applies, and counts are exact.

    Raises
    ------
    DisclosureRefused
        If a value has a type that findings may not hold, evidence is missing, a persons' plan claims public data, or a text
        of the plan holds a personal number. The message names the place, never the value.
    """
    _refuse_unknown(result, "result")
    _refuse_identities(result.plan_text, "plan_text")
    if result.plan.data_kind not in _DATA_KINDS or not isinstance(policy, DisclosurePolicy):
        raise DisclosureRefused("okänt slag av uppgifter eller ingen röjandepolicy: inget lämnas ut", code="SDC-POLICY")
    if kind not in {WORKING_REPORT, FINAL_REPORT}:
        raise DisclosureRefused("okänt slag av rapport: inget lämnas ut", code="SDC-POLICY")
    result = in_points(result)
    ruler = Clearance(policy, public=result.plan.data_kind == "public")
    result = without_second_answers(result, _primary(result))
    estimates = without_errors(clear_estimates(result, ruler))
    means = clear_means(result, ruler, estimates)
    instruments = clear_instruments(result, ruler, means, final=kind == FINAL_REPORT)
    drawn = drawn_counts(result, clear_experiment(result, ruler, estimates), ruler)
    flows, occasions = clear_flows(result, ruler), clear_occasions(result, ruler)
    counts = clear_together(Tables(flows, occasions, clear_activities(result, ruler), instruments, drawn), ruler)
    robustness = clear_robustness(result, ruler, estimates, means)
    dips = clear_dips(result, ruler, estimates)
    series, returns = clear_series(result, ruler, estimates), clear_returns(result, ruler, means, estimates)
    return SafeResult(
        safe_format=SAFE_FORMAT,
        kind=kind,
        plan=result.plan,
        plan_text=result.plan_text,
        policy=SafePolicy(policy.set_by, policy.decided, policy.min_cell, policy.round_counts_to, applied=not ruler.public),
        requirements=result.requirements,
        evidence=result.evidence,
        gate=_clear_gate(result),
        flows=counts.flows,
        occasions=counts.occasions,
        activities=counts.activities,
        activity_months=clear_months(result, ruler),
        estimates=tested_only(result, estimates),
        primary_estimate=_primary(result),
        effect_sizes=clear_effect_sizes(result, estimates),
        means=means_in_percent(result, means),
        effect_path=clear_path(result, ruler),
        tests=clear_tests(result),
        valuation=_clear_valuation(result, ruler),
        refusals=result.refusals,
        # Last on purpose: the lines above fill the list.
        suppressions=ruler.suppressions,
        provenance=_clear_provenance(result, ruler),
        validity=clear_validity(result, estimates),
        instruments=counts.instruments,
        look=result.look,
        decisions=clear_decisions(result, estimates),
        honest=clear_honest(result, ruler),
        single_unit=clear_single_unit(result, ruler),
        staggered=clear_staggered(result, ruler),
        adjustments=clear_adjustments(result, ruler),
        experiment=None if counts.drawn is None else counts.drawn.study,
        robustness=robustness,
        time_series=series,
        chosen=returns,
        dips=dips,
        routes=clear_routes(result, tested_only(result, estimates)),
        matchings=clear_matchings(result, ruler),
        risk_sets=clear_risk_sets(result, ruler),
        smooth=clear_smooth(result, ruler),
    )


def _refuse_unknown(value: Any, where: str) -> None:
    """Walk everything: findings are frozen dataclasses of this package, tuples and plain finite scalars, nothing else."""
    if is_dataclass(value) and type(value).__module__.startswith("evalkit.findings."):
        for field in fields(value):
            _refuse_unknown(getattr(value, field.name), f"{where}.{field.name}")
    elif isinstance(value, tuple):
        for item in value:
            _refuse_unknown(item, where)
    elif isinstance(value, float) and not math.isfinite(value):
        raise DisclosureRefused(f"{where}: inte ett ändligt tal, får inte lämnas ut", code="SDC-TYPE")
    elif not (value is None or isinstance(value, bool | int | float | str | date | Enum)):
        raise DisclosureRefused(f"{where}: typen {type(value).__name__} får inte lämnas ut", code="SDC-TYPE")


def _refuse_identities(value: Any, where: str) -> None:
    if is_dataclass(value):
        for field in fields(value):
            _refuse_identities(getattr(value, field.name), f"{where}.{field.name}")
    elif isinstance(value, tuple):
        for item in value:
            _refuse_identities(item, where)
    elif isinstance(value, str) and _holds_identity(value):
        raise DisclosureRefused(f"{where}: texten innehåller ett personnummer; ta bort det ur planen", code="PII-FREETEXT")


def _holds_identity(text: str) -> bool:
    from personnummer import personnummer

    plain = unicodedata.normalize("NFKC", text)
    plain = "".join(
        "-" if unicodedata.category(c) == "Pd" or c == "\u2212" else c for c in plain if unicodedata.category(c) != "Cf"
    )
    return any(personnummer.valid(re.sub(r"\s", "", match)) for match in _IDENTITY.findall(plain))


def _clear_gate(result: EvaluationResult) -> SafeGate:
    """Count rules by kind; rows, places and messages stay inside."""
    outcomes = result.gate.outcomes
    total = Counter(_check_kind(o.code) for o in outcomes)
    warned, noted = (Counter(_check_kind(o.code) for o in part) for part in (result.gate.warnings, result.gate.notes))
    checks = tuple(SafeCheck(kind, n, warned[kind], noted[kind]) for kind, n in sorted(total.items()))
    return SafeGate(len(outcomes), sum(not o.passed for o in outcomes), checks)


def _check_kind(code: str) -> str:
    first = code.split("-", maxsplit=1)[0]
    first = _SAME_KIND.get(first, first)
    return first if first in CHECK_KINDS else "OTHER"


def _clear_valuation(result: EvaluationResult, ruler: Clearance) -> SafeValuation | None:
    """Divide the budget by the rounded number of participants: the exact one could be had back from an exact quotient."""
    value = result.valuation
    if value is None:
        return None
    n = ruler.count(value.n_participants, "valuation")
    rows = []
    for row in value.break_even:
        each = row.number_needed / n if n else None
        decimals = digits_of(each, 2) if each else 0
        each = round_to(each, decimals) if each is not None and row.per_participant is not None else None
        rows.append(SafeBreakEven(row.party, row.description, row.price, math.ceil(row.number_needed), each, decimals, row.note))
    cost = significant(value.budget / n, 2 if not ruler.public else 3) if n else None
    return SafeValuation(value.budget, value.price_year, value.budget_source, n, cost, tuple(rows))


def _clear_provenance(result: EvaluationResult, ruler: Clearance) -> SafeProvenance:
    source = result.provenance
    if ruler.public:
        data = tuple(SafeStamp(stamp.path, stamp.sha256) for stamp in source.data)
    else:
        # A delivery's own hash tells its content to whoever can guess it: one person more, one known number.
        data = tuple(SafeStamp(str(number), seal) for number, seal in enumerate(source.seals, 1))
    return SafeProvenance(
        evaluated_on=source.evaluated_on,
        evalkit_version=source.evalkit_version,
        python_version=source.python_version,
        data=data,
        parameters=tuple(SafeStamp(s.path, s.sha256) for s in source.parameters),
        code_sha256=source.code_sha256,
        lock_sha256=source.lock_sha256,
    )


def _primary(result: EvaluationResult) -> str:
    """Return the primary outcome's estimate at the deciding occasion: as drawn by lottery, else a difference before a change."""
    deciding = {o.label for o in result.plan_text.occasions if o.decisive} | {result.plan.decisive_occasion}
    candidates = [e for e in result.estimates if e.outcome == result.plan.primary_outcome and e.group != "comparison"]
    ranked = sorted(
        candidates,
        key=lambda e: (
            e.estimator != "itt-ancova",
            not deciding & set(e.occasions),
            e.group != "all",
            e.route_reason == "weighted-by-persons",
        ),
    )
    return ranked[0].id if ranked else ""
