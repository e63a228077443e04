"""Sex: whether women and men differ in their difference-in-differences. One test of the difference, never one for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evalkit.findings.estimate import Estimate, Interval
from evalkit.findings.robustness import SubgroupDifference
from evalkit.methods.disclosure_facts import evidence_of_groups
from evalkit.methods.estimates import change_of
from evalkit.methods.fits import Floats, is_negligible
from evalkit.methods.inference.unit_tests import UnitTest
from evalkit.methods.panel import Panel
from evalkit.methods.robustness.specifications import unit_column
from evalkit.methods.validity.designs import EFFECT
from evalkit.methods.validity.measure import ALPHA, Candidate, Design, measure, register_route
from evalkit.methods.validity.nuisances import Array, Nuisance, of_two_groups, unit_values
from evalkit.records.stations import AnalysisFrame

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan

Bools = np.ndarray
SIGNS = (1.0, -1.0, -1.0, 1.0)
"""Treated women − comparison women − treated men + comparison men."""
LEAST = 3


@dataclass(frozen=True)
class FourGroups:
    """Persons with one change each in four groups: treated and comparison women, treated and comparison men."""

    sizes: tuple[int, int, int, int]
    kind: str = "four-groups"
    ordinary_call: str = "ols"

    @property
    def n_values(self) -> int:
        """Persons."""
        return sum(self.sizes)

    @property
    def nuisances(self) -> tuple[Nuisance, ...]:
        """The declared cases: those of two groups of persons."""
        return of_two_groups(clustered=False, persons=True)

    def draw(self, nuisance: Nuisance, samples: int, rng: np.random.Generator) -> Array:
        """Return samples of shape (samples, persons); both treated groups have the treated's variance."""
        values = unit_values(nuisance, None, (samples, self.n_values), rng)
        for start, end, treated in zip(self._starts(), self._ends(), (True, False, True, False), strict=True):
            if treated:
                values[:, start:end] *= np.sqrt(nuisance.variance_ratio)
        return values

    def with_effect(self, values: Array) -> Array:
        """Add the effect to treated women, in standard errors of the first case."""
        error = np.sqrt(sum(1 / n for n in self.sizes))
        return np.asarray(values + EFFECT * error * (np.arange(self.n_values) < self.sizes[0]))

    def estimates(self, values: Array) -> Floats:
        """Return women's difference less men's, for each sample."""
        return _contrast(values, self.sizes, common=False).value

    def ordinary(self, values: Array) -> Bools:
        """Return least squares with an interaction, one variance, on t(n − 4)."""
        return _contrast(values, self.sizes, common=True).rejects(ALPHA)

    def _starts(self) -> list[int]:
        return [0, *np.cumsum(self.sizes)[:-1].tolist()]

    def _ends(self) -> list[int]:
        return [int(n) for n in np.cumsum(self.sizes)]


def by_sex(frame: AnalysisFrame, panel: Panel, plan: EvaluationPlan, main: Estimate) -> SubgroupDifference | None:
    """Return women's difference-in-differences minus men's, where the plan asks for it and all four groups have three persons.

    Notes
    -----
    SE² = Σ s²/n over the four groups, Satterthwaite's degrees of freedom. A p-value only where persons were
    assigned one by one, shocks are nobody's in common, and the simulated error rate holds.
    """
    if plan.analysis.subgroup != "sex" or panel.public:
        return None
    sex = np.array(unit_column(frame, panel, "sex"))
    parts = [(sex == s) & (panel.treated == t) for s in ("woman", "man") for t in (True, False)]
    sizes = tuple(int(part.sum()) for part in parts)
    if min(sizes) < LEAST:
        return None
    change = change_of(panel, plan)[0]
    values = np.concatenate([change[part] for part in parts])[np.newaxis]
    fit = _contrast(values, sizes, common=False)
    known = (
        plan.design.assigned_at == "person" and plan.design.common_shocks_at == "none" and plan.design.selected_on_outcome != "yes"
    )
    measured = measure(FourGroups((sizes[0], sizes[1], sizes[2], sizes[3])), plan.seed) if known else None
    chosen = None if measured is None else measured.chosen
    holds = chosen is not None and not is_negligible(float(fit.std_error[0]) ** 2, change)
    whole = parts[0] | parts[1] | parts[2] | parts[3]
    return SubgroupDifference(
        outcome=panel.outcome,
        unit=main.unit,
        value=float(fit.value[0]),
        std_error=float(fit.std_error[0]) if holds else None,
        interval=Interval(*fit.interval(plan.design.confidence_level), plan.design.confidence_level) if holds else None,
        df=float(fit.df[0]) if holds else None,
        p_value=float(fit.p_values()[0]) if holds else None,
        inference=chosen.name if holds and chosen is not None else "none",
        false_positive_rate=chosen.worst if holds and chosen is not None else None,
        n_women=sizes[0] + sizes[1],
        n_men=sizes[2] + sizes[3],
        smallest=min(sizes),
        evidence=evidence_of_groups(change[whole], panel.treated[whole], public=False),
    )


def _contrast(values: Array, sizes: tuple[int, ...], *, common: bool) -> UnitTest:
    """Return the signed sum of four means with its error: a variance each and Satterthwaite, or a common one on t(n − 4)."""
    level = values - values[:, :1]
    groups = np.split(level, np.cumsum(sizes)[:-1], axis=1)
    value: Floats = np.asarray(sum(s * g.mean(axis=1) for s, g in zip(SIGNS, groups, strict=True)))
    squares = [((g - g.mean(axis=1, keepdims=True)) ** 2).sum(axis=1) for g in groups]
    if common:
        df = float(sum(sizes) - len(sizes))
        error = np.sqrt(np.asarray(sum(squares)) / df * sum(1 / n for n in sizes))
        return UnitTest(value, error, np.full(len(value), df))
    parts = [q / (n - 1) / n for q, n in zip(squares, sizes, strict=True)]
    total = np.asarray(sum(parts))
    with np.errstate(invalid="ignore", divide="ignore"):
        df_each = total**2 / np.asarray(sum(p**2 / (n - 1) for p, n in zip(parts, sizes, strict=True)))
    return UnitTest(value, np.sqrt(total), df_each)


def _part(*, common: bool) -> Callable[[Array, Design], Bools]:
    def rejects(values: Array, design: Design) -> Bools:
        assert isinstance(design, FourGroups)
        return _contrast(values, design.sizes, common=common).rejects(ALPHA)

    return rejects


register_route("four-groups", Candidate("welch-four", (_part(common=False),), lambda design: design.n_values >= 4 * LEAST))
