"""Whether start groups developed like their comparison before their start: the groups' own leads, tested together."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evalkit.findings.estimate import TestOutcome
from evalkit.methods.cohorts.details import PATH_DRAWS
from evalkit.methods.cohorts.group_time import GroupTime, Starts, event_time_effect
from evalkit.methods.event_study import ALPHA, EARLIEST
from evalkit.methods.fits import Bools, Floats, is_negligible
from evalkit.methods.panel import Panel
from evalkit.methods.validity.lead_designs import LeadDesign, covariance, known_reach, p_value, reach, stands
from evalkit.methods.validity.measure import Measured, measure
from evalkit.methods.validity.nuisances import AUTOCORRELATION

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan

JOINT_LEADS_COHORTS = "joint-leads-cohorts"
PLAIN = "leads-sup-t"
LEAST_IN_LEAD = 5
"""Fewest treated units behind a lead of the test."""
STEEPEST = 1.5
"""A test that sees only trends more than so many times as steep as one that knew the uncertainty would see is none."""


@dataclass(frozen=True, slots=True)
class Lead:
    """The difference so many periods before the start, as weights, and the cells it is about: shape (n_units, n_periods)."""

    event_time: int
    weights: Floats
    about: Bools


def leads_of(starts: Starts, cells: tuple[GroupTime, ...]) -> tuple[Lead, ...]:
    """Return the leads with units enough, from the farthest on: at most those of the event figure."""
    distance = np.arange(starts.n_periods)[None, :] - starts.first[:, None]
    found = []
    for k in sorted({c.event_time for c in cells if EARLIEST <= c.event_time < 0}):
        groups = [c.cohort for c in cells if c.event_time == k]
        weights, n = event_time_effect(cells, starts, k)
        if n >= LEAST_IN_LEAD:
            found.append(Lead(k, weights, (distance == k) & np.isin(starts.first, groups)[:, None]))
    return tuple(found)


def judge_leads(panel: Panel, plan: EvaluationPlan, starts: Starts, cells: tuple[GroupTime, ...]) -> TestOutcome:
    """Return the test of all leads at once: the largest t against their simultaneous band, as wide as the design needs.

    Which leads are in it, and how wide the band is, follow from the starts alone: those that see the slightest trend, and the
    narrowest band that holds its size in every declared case. `minimum_detectable` is the trend per period that every unit that
    starts would have on its own for the test to see it with 80 % probability, by the scores' own covariance.
    """
    ahead = 0 if plan.design.staggered is None else plan.design.staggered.anticipation
    before = [c for c in cells if c.event_time < -1 - ahead]
    leads = leads_of(starts, tuple(before))
    if not leads:
        return _untestable(panel, "too-few-clusters" if before else "too-few-pre-periods", 0)
    if panel.treated_clusters + panel.comparison_clusters != panel.n_units:
        return _untestable(panel, "leads-in-clusters", len(leads))
    if plan.design.common_shocks_at == "group":
        return _untestable(panel, "leads-shared-shocks", len(leads))
    found = choose_leads(lead_designs(starts, ahead, leads), plan.seed)
    if found is None:
        return _untestable(panel, "leads-too-thin", len(leads))
    return _judge(panel, *found)


def lead_designs(starts: Starts, anticipation: int, leads: tuple[Lead, ...]) -> tuple[LeadDesign, ...]:
    """Return the designs of all leads, of all but the farthest, and so on, as far as each has a standard error."""
    shape = (len(starts.first), starts.n_periods)
    made = []
    for first in range(len(leads)):
        weights = np.stack([lead.weights for lead in leads[first:]])
        about = np.stack([lead.about for lead in leads[first:]])
        made.append(
            LeadDesign(*shape, starts.cells().tobytes(), weights.tobytes(), cells=about.tobytes(), anticipation=anticipation)
        )
    return tuple(design for design in made if stands(design))


def choose_leads(designs: tuple[LeadDesign, ...], seed: int) -> tuple[LeadDesign, Measured] | None:
    """Return the clearest design and its route; None where no route holds or it sees steep trends only."""
    if not designs:
        return None
    best = clearest(designs)
    chosen = measure(best, seed, PATH_DRAWS).chosen
    return None if chosen is None or sees_little(best, chosen.name) else (best, chosen)


def clearest(designs: tuple[LeadDesign, ...]) -> LeadDesign:
    """Return the design that sees the slightest trend."""
    return min(designs, key=lambda design: _worst_reach(design, PLAIN))


def sees_little(design: LeadDesign, route: str) -> bool:
    """Return whether a test sees only trends `STEEPEST` times as steep as one that knows the uncertainty."""
    return _worst_reach(design, route) > STEEPEST * known_reach(design)


def _worst_reach(design: LeadDesign, route: str) -> float:
    return max(reach(design, route, design.sums.working_covariance(rho)) for rho in AUTOCORRELATION)


def _judge(panel: Panel, design: LeadDesign, route: Measured) -> TestOutcome:
    found, scores = design.sums.judge(panel.y[None])
    spread = covariance(design.sums, scores)[0]
    errors = np.sqrt(np.diagonal(spread))
    k = len(errors)
    if is_negligible(float(errors.min()) ** 2, panel.y - panel.y[0, 0]):
        return _untestable(panel, "leads-singular", k)
    p = p_value(design, route.name, found[0], errors)
    least = reach(design, route.name, spread)
    largest = int(np.argmax(np.abs(found[0]) / errors))
    return TestOutcome(
        name=JOINT_LEADS_COHORTS,
        outcome=panel.outcome,
        state="contradicted" if p < ALPHA else "not_contradicted",
        statistic=float(abs(found[0, largest]) / errors[largest]),
        df=float(design.sums.df[largest]),
        df_denominator=None,
        p_value=p,
        n_leads=k,
        minimum_detectable=least if math.isfinite(least) else None,
        reason="leads-reject" if p < ALPHA else "leads-do-not-reject",
        false_positive_rate=route.worst,
    )


def _untestable(panel: Panel, reason: str, leads: int) -> TestOutcome:
    return TestOutcome(JOINT_LEADS_COHORTS, panel.outcome, "cannot_be_tested", None, None, None, None, leads, None, reason)
