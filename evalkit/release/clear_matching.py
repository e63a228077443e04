"""Clearing of a matching: counts rounded, small reasons put together, differences with one decimal."""

from __future__ import annotations

from evalkit.findings.adjustment import FEW, CovariateBalance, SafeBalanceRow
from evalkit.findings.matching import MatchingFinding, SafeMatching, SafeUnmatched
from evalkit.findings.result import EvaluationResult
from evalkit.findings.safe import OTHER_REASONS
from evalkit.release.clearance import Clearance
from evalkit.release.rounding import round_to


def clear_matchings(result: EvaluationResult, ruler: Clearance) -> tuple[SafeMatching, ...]:
    """Return who was matched and how alike the groups became, for each outcome."""
    return tuple(_finding(found, ruler) for found in result.matchings)


def balance_rows(rows: tuple[CovariateBalance, ...], ruler: Clearance, where: str) -> tuple[SafeBalanceRow, ...]:
    """Return each background once; what rests on few persons loses its numbers, and a value that few have its name too."""
    return tuple(dict.fromkeys(_balance_row(row, ruler, where) for row in rows))


def _balance_row(row: CovariateBalance, ruler: Clearance, where: str) -> SafeBalanceRow:
    if not ruler.permits(row.evidence, where):
        return SafeBalanceRow(row.covariate, FEW if row.level else "", None, None)
    return SafeBalanceRow(row.covariate, row.level, round_to(row.before, 1), round_to(row.after, 1))


def _finding(found: MatchingFinding, ruler: Clearance) -> SafeMatching:
    where = f"matching:{found.outcome}"
    left = _reasons(found, ruler, where)
    matched, used = (ruler.count(n, where) for n in (found.n_matched, found.n_used))
    if not ruler.margins_protect:
        # All less the matched would give a hidden number back.
        if any(row.n is None for row in left):
            ruler.hide(where, "policy")
            matched = None
        if ruler.is_small(found.n_comparison - found.n_used):
            ruler.hide(where, "policy")
            used = None
    return SafeMatching(
        outcome=found.outcome,
        method=found.method,
        decides=found.decides,
        columns=found.columns,
        exact=found.exact,
        neighbours=found.neighbours,
        reuse=found.reuse,
        caliper=found.caliper,
        on_start_value=found.on_start_value,
        remaining=found.remaining,
        n_treated=ruler.count(found.n_treated, where),
        n_matched=matched,
        n_comparison=ruler.count(found.n_comparison, where),
        n_used=used,
        effective=ruler.count(found.effective, where),
        all_matched=not found.left_out,
        left_out=left,
        some_unknown=found.n_without > 0,
        rows=balance_rows(found.rows, ruler, where),
    )


def _reasons(found: MatchingFinding, ruler: Clearance, where: str) -> tuple[SafeUnmatched, ...]:
    shown = {row.reason: row.n for row in found.left_out if not ruler.is_small(row.n)}
    other = sum(row.n for row in found.left_out if ruler.is_small(row.n))
    while shown and ruler.is_small(other):
        smallest = min(shown, key=lambda reason: (shown[reason], reason))
        other += shown.pop(smallest)
    kept = [SafeUnmatched(reason, ruler.count(n, where)) for reason, n in shown.items()]
    return (*kept, *([SafeUnmatched(OTHER_REASONS, ruler.count(other, where))] if other else []))
