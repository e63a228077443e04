"""A set of specifications that the plan names beforehand: a table of values, never a curve and never a choice of the best."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from evalkit.findings.cell import DisclosureEvidence
from evalkit.findings.estimate import Estimate
from evalkit.findings.robustness import Alternative
from evalkit.methods import did
from evalkit.methods.estimates import change_of
from evalkit.methods.fits import Bools, Floats
from evalkit.methods.panel import Panel
from evalkit.methods.robustness.naive import levels
from evalkit.records.stations import AnalysisFrame

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan

TAIL = 0.05
"""Share of changes at each end that winsorising pulls in."""


def specifications(frame: AnalysisFrame, panel: Panel, plan: EvaluationPlan, main: Estimate) -> tuple[Alternative, ...]:
    """Return the value of each declared specification that can be computed, in the plan's order."""
    change = change_of(panel, plan)[0]
    n = panel.n_units, int(panel.treated.sum())
    found = []
    for key in plan.analysis.specifications:
        value = _SPECIFICATIONS[key](frame, panel, plan, change)
        if value is not None:
            evidence = _evidence(key, frame, panel, main)
            found.append(Alternative("specification", key, panel.outcome, main.unit, value, None, None, *n, evidence))
    return tuple(found)


def _evidence(key: str, frame: AnalysisFrame, panel: Panel, main: Estimate) -> DisclosureEvidence:
    """Return the evidence of a specification: as many persons as its smallest level has, or as its pulled-in tails have."""
    if main.evidence.public or key not in _PARTS:
        return main.evidence
    return replace(main.evidence, n_persons=min(main.evidence.n_persons, _PARTS[key](frame, panel)))


def _smallest(labels: tuple[str, ...]) -> int:
    return min(Counter(labels).values())


_PARTS: dict[str, Callable[[AnalysisFrame, Panel], int]] = {
    "sex": lambda frame, panel: _smallest(unit_column(frame, panel, "sex")),
    "cohort": lambda _, panel: _smallest(tuple(panel.cohort)),
    "winsorised": lambda _, panel: int(2 * TAIL * panel.n_units),
}


def _baseline(frame: AnalysisFrame, panel: Panel, plan: EvaluationPlan, change: Floats) -> float | None:
    before, _ = levels(panel, plan)
    return adjusted(change, panel.treated, (before - before.mean())[:, None])


def _sex(frame: AnalysisFrame, panel: Panel, plan: EvaluationPlan, change: Floats) -> float | None:
    return adjusted(change, panel.treated, dummies(unit_column(frame, panel, "sex")))


def _cohort(frame: AnalysisFrame, panel: Panel, plan: EvaluationPlan, change: Floats) -> float | None:
    return adjusted(change, panel.treated, dummies(panel.cohort))


def _winsorised(frame: AnalysisFrame, panel: Panel, plan: EvaluationPlan, change: Floats) -> float | None:
    low, high = np.quantile(change, [TAIL, 1 - TAIL])
    return did.difference(np.clip(change, low, high), panel.treated).value


def _persons(frame: AnalysisFrame, panel: Panel, plan: EvaluationPlan, change: Floats) -> float | None:
    return did.difference(change, panel.treated).value


def _two_way(frame: AnalysisFrame, panel: Panel, plan: EvaluationPlan, change: Floats) -> float | None:
    return did.fit_twfe(panel).value if panel.public else None


_SPECIFICATIONS: dict[str, Callable[[AnalysisFrame, Panel, EvaluationPlan, Floats], float | None]] = {
    "baseline": _baseline,
    "sex": _sex,
    "cohort": _cohort,
    "winsorised": _winsorised,
    "persons": _persons,
    "two_way": _two_way,
}


def adjusted(change: Floats, treated: Bools, covariates: Floats) -> float | None:
    """Return the coefficient of treatment in a least-squares fit of changes with covariates; None where it is not determined."""
    design = np.column_stack([treated.astype(np.float64), np.ones(len(change)), covariates])
    rest = design[:, 1:]
    left = treated - rest @ np.linalg.lstsq(rest, treated.astype(np.float64), rcond=None)[0]
    square = float((left**2).sum())
    if square < 1e-8 * len(change):
        return None
    centred = change - change[0]
    return float((left * centred).sum() / square)


def dummies(labels: tuple[str, ...]) -> Floats:
    """Return one column a label but the first."""
    names = sorted(set(labels))[1:]
    return np.array([[label == name for name in names] for label in labels], dtype=np.float64).reshape(len(labels), len(names))


def unit_column(frame: AnalysisFrame, panel: Panel, name: str) -> tuple[str, ...]:
    """Return one column of the frame's table by unit, in the panel's order; empty text where it is missing."""
    rows = frame.table[frame.table["outcome"] == panel.outcome].sort_values(["unit", "order"], kind="stable")
    return tuple(rows.drop_duplicates("unit")[name].fillna("").astype(str))
