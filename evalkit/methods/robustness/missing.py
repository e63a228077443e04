"""Missing follow-ups: what the plan's declared model makes of them, beside complete cases. Values and bounds, no p-values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from evalkit.findings.cell import DisclosureEvidence
from evalkit.findings.estimate import Estimate, Interval
from evalkit.findings.robustness import Alternative
from evalkit.methods.estimates import change_of
from evalkit.methods.fits import Bools, Floats, mean
from evalkit.methods.panel import Panel
from evalkit.methods.robustness.naive import levels
from evalkit.methods.robustness.specifications import dummies
from evalkit.records.stations import AnalysisFrame

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan

LOST = ("no_follow_up", "partial", "other_instrument", "other_recall", "other_mode")
"""Reasons for which somebody who was measured at the start has no follow-up; not yet due is none of them."""
_STEPS = 50
_SMALLEST_SHARE = 0.02
"""A fitted probability of being followed up below this makes one person speak for fifty: no weights then."""


@dataclass(frozen=True, slots=True)
class Followed:
    """Everybody measured at the start: those analysed first, then those without follow-up.

    Attributes
    ----------
    before : shape (n,)
    change : shape (n_analysed,)
    treated : shape (n,)
    analysed : shape (n,)
    covariates : shape (n, k)
    """

    before: Floats
    change: Floats
    treated: Bools
    analysed: Bools
    covariates: Floats

    def lost(self, *, treated: bool) -> int:
        """Return how many of one group have no follow-up."""
        return int((~self.analysed & (self.treated == treated)).sum())


def missing_data(frame: AnalysisFrame, panel: Panel, plan: EvaluationPlan, main: Estimate) -> tuple[Alternative, ...]:
    """Return complete cases and the declared model's value or bounds; nothing where nobody is lost or the plan names no model."""
    rules = plan.analysis.missing
    if rules is None or panel.public or frame.left is None:
        return ()
    known = gather(frame, panel, plan)
    if not known.lost(treated=True) + known.lost(treated=False):
        return ()
    n = panel.n_units, int(panel.treated.sum())
    rows: list[_Row] = [("complete_cases", mean_difference(known.change, panel.treated), None, main.evidence)]
    if rules.model == "weights":
        rows.append(("weights", weighted_difference(known), None, main.evidence))
    if rules.model == "bounds":
        rows += [_worst_best(known, plan, main), _lee(known, main)]
    return tuple(
        Alternative("missing", key, panel.outcome, main.unit, value, interval, None, *n, evidence)
        for key, value, interval, evidence in rows
        if value is not None
    )


def gather(frame: AnalysisFrame, panel: Panel, plan: EvaluationPlan) -> Followed:
    """Return all who were measured at the start and were due at the deciding occasion."""
    left, occasions = frame.left, {o.id for o in plan.occasions if o.role == "after"}
    assert left is not None
    mine = left[(left["outcome"] == panel.outcome) & left["reason"].isin(LOST) & left["occasion"].isin(occasions)]
    rows = frame.table[frame.table["outcome"] == panel.outcome].sort_values(["unit", "order"], kind="stable")
    units = list(rows["unit"].iloc[:: len(panel.periods)])
    before, _ = levels(panel, plan)
    start = _start_values(frame, panel, plan)
    gone = [unit for unit in sorted(mine["unit"]) if unit in start.index]
    everybody = frame.persons.drop_duplicates("unit").set_index("unit").loc[[*units, *gone]]
    assert plan.analysis.missing is not None
    columns = [dummies(tuple(everybody[name].fillna("").astype(str))) for name in plan.analysis.missing.covariates]
    return Followed(
        before=np.concatenate([before, start.loc[gone].to_numpy(dtype=np.float64)]),
        change=change_of(panel, plan)[0],
        treated=everybody["treated"].to_numpy(dtype=bool),
        analysed=np.arange(len(everybody)) < len(units),
        covariates=np.column_stack([np.zeros((len(everybody), 0)), *columns]),
    )


def _start_values(frame: AnalysisFrame, panel: Panel, plan: EvaluationPlan) -> pd.Series:
    """Return the value at the last occasion before the start, by unit, for everybody who has one."""
    labels = [o.label for o in plan.occasions if o.role == "before"]
    seen = frame.observed
    if seen is None:
        return pd.Series(dtype="float64")
    last = next(label for label in reversed(panel.periods) if label in labels)
    rows = seen[(seen["outcome"] == panel.outcome) & (seen["axis"] == "occasion") & (seen["period"] == last)]
    return rows.drop_duplicates("unit").set_index("unit")["value"]


def mean_difference(change: Floats, treated: Bools) -> float:
    """Return the difference of mean changes of those with both measurements."""
    return mean(change[treated]) - mean(change[~treated])


def weighted_difference(known: Followed) -> float | None:
    """Return the difference of mean changes weighted by one over the fitted probability of being followed up.

    Notes
    -----
    Logistic regression of follow-up on group, the value at the start and the declared covariates; weights 1/p̂, means of each
    group divided by the sum of its weights (Hájek). None where the regression is not determined or somebody's p̂ is
    below 2 %. It is right if those lost would have changed as those like them did.
    """
    spread = float(known.before.std())
    start = (known.before - known.before.mean()) / spread if spread > 0 else np.zeros(len(known.before))
    design = np.column_stack([np.ones(len(start)), known.treated.astype(np.float64), start, known.covariates])
    design = design[:, [0, *(i for i in range(1, design.shape[1]) if np.ptp(design[:, i]) > 0)]]
    fitted = logistic(known.analysed, design)
    if fitted is None or float(fitted[known.analysed].min()) < _SMALLEST_SHARE:
        return None
    weight, treated = 1 / fitted[known.analysed], known.treated[known.analysed]
    level = known.change - known.change[0]
    means = [float((weight[part] * level[part]).sum() / weight[part].sum()) for part in (treated, ~treated)]
    return means[0] - means[1]


def logistic(answer: Bools, design: Floats) -> Floats | None:
    """Return fitted probabilities of a logistic regression by Newton's method; None where it does not converge (separation)."""
    beta = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        fitted = 1 / (1 + np.exp(-np.clip((design * beta).sum(axis=1), -35, 35)))
        information = np.einsum("ia,i,ib->ab", design, fitted * (1 - fitted), design)
        if np.linalg.cond(information) > 1e10:
            return None
        step = np.linalg.solve(information, (design * (answer - fitted)[:, None]).sum(axis=0))
        beta = beta + step
        if float(np.abs(step).max()) < 1e-10:
            return np.asarray(1 / (1 + np.exp(-(design * beta).sum(axis=1))))
    return None


def worst_best(known: Followed, minimum: float, maximum: float) -> tuple[float, float]:
    """Return the smallest and largest difference of mean changes if those lost ended anywhere on the scale.

    Notes
    -----
    Lower: each treated person lost ends at `minimum`, each comparison person lost at `maximum`; upper the other way. No
    assumption but the scale. Source: Horowitz and Manski 2000.
    """
    change, treated = known.change, known.treated[known.analysed]
    ends = []
    for low, high in ((minimum, maximum), (maximum, minimum)):
        means = []
        for part, end in ((True, low), (False, high)):
            filled = end - known.before[~known.analysed & (known.treated == part)]
            means.append(mean(np.concatenate([change[treated == part], filled])))
        ends.append(means[0] - means[1])
    return ends[0], ends[1]


def lee(change: Floats, treated: Bools, shares: tuple[float, float]) -> tuple[float, float]:
    """Return Lee's bounds of the difference of means for those who would be followed up in either group.

    Parameters
    ----------
    change, treated : shape (n,)
        Of those followed up.
    shares : tuple[float, float]
        Shares followed up among treated and comparison persons.

    Notes
    -----
    The group with the larger share p is trimmed by (p − p′)/p of its persons, from below and from above; a person on the border
    counts in part. Assumes that the intervention changes who is followed up in one direction only. Source: Lee 2009.
    """
    more = shares[0] >= shares[1]
    high, low = (shares[0], shares[1]) if more else (shares[1], shares[0])
    share = (high - low) / high
    group = np.sort(change[treated == more])
    other = mean(change[treated != more])
    ends = [_kept_mean(group[::-1], share), _kept_mean(group, share)]
    return (ends[0] - other, ends[1] - other) if more else (other - ends[1], other - ends[0])


def _kept_mean(ordered: Floats, share: float) -> float:
    """Return the mean without the first `share` of the persons, counted in parts."""
    gone = share * len(ordered)
    weight = np.clip(np.arange(1, len(ordered) + 1) - gone, 0, 1)
    return float((weight * ordered).sum() / weight.sum())


_Row = tuple[str, float | None, Interval | None, DisclosureEvidence]


def _worst_best(known: Followed, plan: EvaluationPlan, main: Estimate) -> _Row:
    outcome = plan.outcome(main.outcome)
    ends = (0.0, 1.0) if outcome.kind.value == "binary" else (outcome.minimum, outcome.maximum)
    if ends[0] is None or ends[1] is None:
        return "worst-best", None, None, main.evidence
    low, high = worst_best(known, ends[0], ends[1])
    # The bounds hold the start values of those lost: as many of them must stand behind it as behind any mean.
    few = min(n for n in (known.lost(treated=True), known.lost(treated=False)) if n)
    return "worst-best", (low + high) / 2, Interval(low, high, 1.0), DisclosureEvidence(min(few, main.evidence.n_persons))


def _lee(known: Followed, main: Estimate) -> _Row:
    treated = known.treated[known.analysed]
    counts = [int((known.treated == part).sum()) for part in (True, False)]
    kept = [int((treated == part).sum()) for part in (True, False)]
    shares = kept[0] / counts[0], kept[1] / counts[1]
    if min(kept) == 0 or shares[0] == shares[1]:
        return "lee", None, None, main.evidence
    low, high = lee(known.change, treated, shares)
    larger = kept[0] if shares[0] > shares[1] else kept[1]
    trimmed = math.ceil(abs(shares[0] - shares[1]) / max(shares) * larger)
    # The mean of those trimmed follows from the bounds and the mean of all.
    return "lee", (low + high) / 2, Interval(low, high, 1.0), DisclosureEvidence(min(trimmed, main.evidence.n_persons))
