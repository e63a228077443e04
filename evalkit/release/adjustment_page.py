"""Clearing of the adjustment for background, and its part of the results."""

from __future__ import annotations

from evalkit.findings.adjustment import TOLD, AdjustmentFinding, SafeAdjustment
from evalkit.findings.result import EvaluationResult
from evalkit.findings.safe import SafeResult
from evalkit.release.clear_matching import balance_rows
from evalkit.release.clearance import Clearance
from evalkit.release.language import Language
from evalkit.release.markup import Table, heading, para
from evalkit.release.tables import render


def clear_adjustments(result: EvaluationResult, ruler: Clearance) -> tuple[SafeAdjustment, ...]:
    """Return the balance of each adjusted outcome; rows that rest on few persons lose their numbers."""
    return tuple(_finding(found, ruler) for found in result.adjustments)


def _finding(found: AdjustmentFinding, ruler: Clearance) -> SafeAdjustment:
    where = f"adjustment:{found.outcome}"
    return SafeAdjustment(
        outcome=found.outcome,
        method=found.method,
        n_comparison=ruler.count(found.n_comparison, where),
        effective=ruler.count(found.effective, where),
        some_unknown=found.n_without > 0,
        rows=balance_rows(found.rows, ruler, where),
    )


def adjustment_parts(safe: SafeResult, language: Language) -> list[str]:
    """Return heading, words and a table of balance for each adjusted outcome; nothing where the plan adjusts for nothing."""
    if not safe.adjustments:
        return []
    t = language.text
    parts = [heading(t("adj_title"))]
    for found in safe.adjustments:
        label = safe.outcome_label(found.outcome)
        words = [t(f"adj_{found.method}", label=label)]
        if found.effective is not None and found.n_comparison is not None and found.method != "regression":
            words.append(t("adj_effective", n=language.count(found.n_comparison), effective=language.count(found.effective)))
        words += [t("adj_unknown")] if found.some_unknown else []
        parts += [para(" ".join(words)), render(_table(found, label, language), language)]
    return parts


def _table(found: SafeAdjustment, label: str, language: Language) -> Table:
    t = language.text
    rows = []
    for row in found.rows:
        known = {"sex", "age"} & {row.covariate}
        name = t(f"adj_{row.covariate}") if known else row.covariate
        level = t(f"adj_level_{row.level}") if row.level in TOLD else row.level
        rows.append([f"{name}: {level}" if level else name, language.number(row.before, 1), language.number(row.after, 1)])
    return Table(
        t("adj_table", label=label), [t("adj_c_what"), t("adj_c_before"), t("adj_c_after")], rows, frozenset({1, 2}), t("adj_note")
    )
