"""Start groups of persons, term by term: their clearing, and their part of the results."""

from __future__ import annotations

from evalkit.findings.estimate import Estimate
from evalkit.findings.result import EvaluationResult
from evalkit.findings.risk_sets import RiskSetFinding, SafeRiskSet, SafeRiskSets
from evalkit.findings.safe import SafeResult
from evalkit.release.clearance import Clearance
from evalkit.release.language import Language
from evalkit.release.markup import Table, heading, para
from evalkit.release.points import BINARY
from evalkit.release.rounding import digits_of, round_to
from evalkit.release.tables import render, sums_note


def clear_risk_sets(result: EvaluationResult, ruler: Clearance) -> tuple[SafeRiskSets, ...]:
    """Return each outcome's start groups; those of few persons lose their numbers, and never one alone."""
    named = {e.outcome: e for e in result.estimates if e.estimator == "risk-sets"}
    yes_no = set() if ruler.public else {o.id for o in result.plan_text.outcomes if o.kind == BINARY}
    return tuple(_finding(f, named[f.outcome], ruler, yes_no=f.outcome in yes_no) for f in result.risk_sets)


def _finding(found: RiskSetFinding, estimate: Estimate, ruler: Clearance, *, yes_no: bool) -> SafeRiskSets:
    where = f"risk-sets:{found.outcome}"
    hidden = {c.cohort for c in found.cohorts if not ruler.permits(c.evidence, where)}
    rest = sorted((c for c in found.cohorts if c.cohort not in hidden), key=lambda c: (c.n_units, c.cohort))
    if len(hidden) == 1 and rest:
        # The mean over all and every group but one give that one back.
        hidden.add(rest[0].cohort)
        ruler.hide(where, "policy")
    # A start group is less certain than all of them together.
    decimals = digits_of(estimate.std_error or estimate.value or 1.0, 2) - 1
    decimals = min(decimals, 0) if yes_no else decimals
    rows = tuple(
        SafeRiskSet(c.cohort, None, None, None, decimals)
        if c.cohort in hidden
        else SafeRiskSet(
            c.cohort, ruler.count(c.n_units, where), ruler.count(c.n_comparison, where), round_to(c.value, decimals), decimals
        )
        for c in found.cohorts
    )
    return SafeRiskSets(
        outcome=found.outcome,
        comparison=found.comparison,
        anticipation=found.anticipation,
        first=found.first,
        last=found.last,
        n_terms=found.n_terms,
        n_persons=ruler.count(found.n_persons, where),
        n_left=ruler.count(found.n_left, where),
        joined=found.joined,
        cohorts=rows,
    )


def risk_set_parts(safe: SafeResult, language: Language) -> list[str]:
    """Return heading, words and a table of start groups for each outcome; nothing where the plan asks for none."""
    if not safe.risk_sets:
        return []
    t = language.text
    parts = [heading(t("rs_title"))]
    for found in safe.risk_sets:
        label = safe.outcome_label(found.outcome)
        words = [t(f"rs_{found.comparison}", label=label, first=found.first, last=found.last)]
        words += [t("rs_anticipation", n=language.count(found.anticipation))] if found.anticipation else []
        words += [t("rs_left", n=language.count(found.n_left))] if found.n_left else []
        words += [t("rs_joined")] if found.joined else []
        parts += [
            para(" ".join([*words, *sums_note(safe, found.outcome, "term", language), t("rs_beside")])),
            render(_table(safe, found, language), language),
        ]
    return parts


def _table(safe: SafeResult, found: SafeRiskSets, language: Language) -> Table:
    t = language.text
    unit = next((o.gap for o in safe.plan_text.outcomes if o.id == found.outcome), "")
    rows = [
        [
            c.cohort,
            language.count(c.n_persons),
            language.count(c.n_comparison),
            language.number(c.value, c.decimals) if c.value is None else language.quantity(c.value, c.decimals, unit),
        ]
        for c in found.cohorts
    ]
    head = [t("rs_c_start"), t("rs_c_n"), t("rs_c_waiting"), t("rs_c_value")]
    caption = t("rs_table", label=safe.outcome_label(found.outcome))
    return Table(caption, head, rows, frozenset({1, 2, 3}), t("rs_note"))
