"""A lottery with more than two arms: every arm against the control, and what else the plan declares, each as it was drawn.

A contrast is a study of its own two arms (ANCOVA, CR2, a route measured on them). The p-values of the primary outcome's contrasts
are adjusted by Holm; those of a family's other outcomes likewise, over outcomes and contrasts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from evalkit.errors import EstimationError
from evalkit.findings.estimate import Estimate
from evalkit.findings.validity import RouteValidity
from evalkit.methods.experiment.attrition import ArmFlow, AttritionTest, Consort
from evalkit.methods.experiment.family import Contrast, family_rate
from evalkit.methods.experiment.itt import LIN_SUPPORT, experiment_columns, itt
from evalkit.methods.experiment.offer_estimate import Arms, offer_estimate, subgroup_findings
from evalkit.methods.experiment.offer_route import Offer
from evalkit.methods.experiment.randomisation import RandomisationTest
from evalkit.methods.experiment.sample import DrawnUnit, Floats, Sample, analysed_sample
from evalkit.methods.experiment.study import OutcomeStudy
from evalkit.methods.inference.cluster_robust import ClusterTest
from evalkit.methods.multiplicity import holm
from evalkit.methods.validity.measure import limit
from evalkit.plan.many_arms import ArmAnalysis

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.records.stations import AnalysisFrame

Ints = NDArray[np.int64]
MANY = "many-arms"
"""`OutcomeStudy.late_note`: the effect of taking part is not estimated between several arms."""
FAMILY_DRAWS = 2_000


@dataclass(frozen=True, slots=True)
class Compared:
    """Arms in the plan's order, the control, and the pairs that are compared: the one that decides first."""

    arms: tuple[str, ...]
    control: str
    pairs: tuple[tuple[str, str], ...]
    labels: dict[str, str]

    def named(self, pair: tuple[str, str]) -> Arms:
        """Return a pair with its labels."""
        return Arms(*pair, (self.labels[pair[0]], self.labels[pair[1]]))


@dataclass(frozen=True, slots=True)
class ArmContrast:
    """One outcome's contrast; `adjusted_p` is Holm's, `randomisation_p` that of the lottery's own redraws."""

    outcome: str
    pair: tuple[str, str]
    estimate: Estimate
    validity: RouteValidity | None
    sample: Sample
    fit: ClusterTest
    randomisation_p: float
    adjusted_p: float | None = None


@dataclass(frozen=True, slots=True)
class ArmsStudy:
    """All outcomes as the deciding contrast has them, every contrast, and what holds for them together."""

    outcomes: tuple[OutcomeStudy, ...]
    contrasts: tuple[ArmContrast, ...]
    compared: Compared
    joint_p: float
    family_rate: float | None
    n_outside: int
    refused: tuple[tuple[str, str], ...]


def compared_arms(plan: EvaluationPlan) -> Compared:
    """Return what the plan compares: each arm with the control, and the declared contrasts."""
    assert plan.lottery is not None
    rules = plan.analysis.arms or ArmAnalysis()
    names = tuple(arm.id for arm in plan.lottery.arms)
    control = rules.control or names[-1]
    others = [name for name in names if name != control]
    first = rules.decides or others[0]
    pairs = [(name, control) for name in sorted(others, key=lambda name: name != first)]
    pairs += [(pair.partition(":")[0], pair.partition(":")[2]) for pair in rules.contrasts]
    labels = {arm.id: arm.label for arm in plan.lottery.arms}
    return Compared(names, control, tuple(pairs), labels)


def study_arms(frame: AnalysisFrame, plan: EvaluationPlan, units: Sequence[DrawnUnit], redrawn: Ints, excluded: int) -> ArmsStudy:
    """Evaluate every outcome and contrast as the arms were drawn.

    Parameters
    ----------
    redrawn : shape (draws, n_units)
        Arm of each unit in further draws of the same lottery, by its place in the plan.

    Raises
    ------
    EstimationError
        If a contrast of the primary outcome cannot be evaluated; another outcome is refused and named.
    """
    compared, refused = compared_arms(plan), []
    contrasts: list[ArmContrast] = []
    outcomes: list[OutcomeStudy] = []
    joint = 1.0
    for outcome in plan.outcomes:
        try:
            found, own = _contrasts(frame, plan, outcome.id, units, redrawn, compared)
            outcomes.append(_outcome(frame, plan, found[0], units, redrawn, excluded))
        except EstimationError as exc:
            if outcome.id == plan.primary_outcome or exc.code == "EST-ENGINES":
                raise
            refused.append((outcome.id, exc.code))
            continue
        contrasts += found
        joint = own if outcome.id == plan.primary_outcome else joint
    rate = _family(plan, units, compared, [c for c in contrasts if c.outcome == plan.primary_outcome])
    holds = rate is not None and rate <= limit(FAMILY_DRAWS)
    adjusted = _adjusted(plan, contrasts) if holds else {}
    contrasts = [replace(c, adjusted_p=adjusted.get(c.estimate.id)) for c in contrasts]
    known = {unit.name for unit in units}
    outside = sum(str(name) not in known for name in frame.persons["unit"])
    return ArmsStudy(tuple(outcomes), tuple(contrasts), compared, joint, rate, outside, tuple(refused))


def between(units: Sequence[DrawnUnit], pair: tuple[str, str]) -> list[DrawnUnit]:
    """Return those drawn to two arms, as a lottery between them."""
    return [replace(unit, drawn=unit.arm == pair[0]) for unit in units if unit.arm in pair]


def _contrasts(  # noqa: PLR0917 - one outcome of one study
    frame: AnalysisFrame,
    plan: EvaluationPlan,
    outcome: str,
    units: Sequence[DrawnUnit],
    redrawn: Ints,
    compared: Compared,
) -> tuple[list[ArmContrast], float]:
    p_values, joint = redraw_p(analysed_sample(frame, plan, outcome, units), units, redrawn, compared)
    found = []
    for pair, p_value in zip(compared.pairs, p_values, strict=True):
        sample = analysed_sample(frame, plan, outcome, between(units, pair))
        fit = itt(sample.shifted, sample.drawn, baseline=sample.before, block=sample.block, cluster=sample.group)
        estimate, validity = offer_estimate(sample, plan, outcome, fit, arms=compared.named(pair))
        found.append(ArmContrast(outcome, pair, estimate, validity, sample, fit, p_value))
    return found, joint


def redraw_p(sample: Sample, units: Sequence[DrawnUnit], redrawn: Ints, compared: Compared) -> tuple[list[float], float]:
    """Return each pair's p among the lottery's own redraws if no arm did anything, and that of the largest of them all.

    Notes
    -----
    Studentised difference of means of what blocks and baseline leave, one value a group drawn together;
    p = (count + 1)/(draws + 1).
    """
    place = {name: number for number, name in enumerate(compared.arms)}
    centred = sample.before - sample.before.mean()
    design = np.column_stack([np.eye(int(sample.block.max()) + 1)[sample.block], centred])
    residual = sample.shifted - design @ np.linalg.lstsq(design, sample.shifted, rcond=None)[0]
    _, first = np.unique(sample.group, return_index=True)
    values = np.bincount(sample.group, residual) / np.bincount(sample.group)
    actual = np.array([place[units[c].arm] for c in sample.column[first]], dtype=np.int64)
    drawn = np.vstack([actual[None, :], redrawn[:, sample.column[first]]])
    sizes = np.column_stack([_sizes(values, drawn, place[one], place[other]) for one, other in compared.pairs])
    reached = sizes[1:] >= sizes[0] * (1 - 1e-9)
    total = len(drawn)
    largest = sizes[1:].max(axis=1) >= sizes[0].max() * (1 - 1e-9)
    return [float((count + 1) / total) for count in reached.sum(axis=0)], float((largest.sum() + 1) / total)


def _sizes(values: Floats, drawn: Ints, one: int, other: int) -> Floats:
    parts = []
    for arm in (one, other):
        inside = (drawn == arm).astype(np.float64)
        n = np.maximum(inside.sum(axis=1), 1.0)
        mean = inside @ values / n
        spread = np.maximum(inside @ values**2 / n - mean**2, 0.0) / np.maximum(n - 1, 1.0)
        parts.append((mean, spread))
    error = np.sqrt(parts[0][1] + parts[1][1])
    # Rounding alone is no spread.
    spread = error > 1e-9 * max(float(np.abs(values).max()), 1e-300)
    return np.asarray(np.where(spread, np.abs(parts[0][0] - parts[1][0]) / np.where(spread, error, 1.0), 0.0))


def _outcome(  # noqa: PLR0917 - one outcome of one study
    frame: AnalysisFrame, plan: EvaluationPlan, main: ArmContrast, units: Sequence[DrawnUnit], redrawn: Ints, excluded: int
) -> OutcomeStudy:
    """Return an outcome as the deciding contrast has it, with the flow of all arms."""
    sample, compared = main.sample, compared_arms(plan)
    block, cluster = sample.block, sample.group
    support = min(len(np.unique(cluster[part])) for part in (sample.drawn, ~sample.drawn))
    interacted = None
    if support >= LIN_SUPPORT:
        interacted = itt(sample.shifted, sample.drawn, baseline=sample.before, block=block, cluster=cluster, interacted=True)
    flow, attrition = _flow(frame, plan, main.outcome, units, redrawn, excluded, compared)
    return OutcomeStudy(
        outcome=main.outcome,
        sample=sample,
        estimate=main.estimate,
        validity=main.validity,
        flow=flow,
        attrition=attrition,
        plain=itt(sample.shifted, sample.drawn, block=block, cluster=cluster),
        adjusted=main.fit,
        interacted=interacted,
        adjusted_p=main.estimate.p_value,
        randomisation=RandomisationTest(0.0, main.randomisation_p, main.randomisation_p, len(redrawn), exact=False),
        late=None,
        late_note=MANY,
        lee=None,
        subgroups=subgroup_findings(frame, plan, sample, main.outcome),
    )


def _flow(  # noqa: PLR0917 - one outcome of one study
    frame: AnalysisFrame,
    plan: EvaluationPlan,
    outcome: str,
    units: Sequence[DrawnUnit],
    redrawn: Ints,
    excluded: int,
    compared: Compared,
) -> tuple[Consort, AttritionTest]:
    """Return the arms, the control last, and whether attrition differs between them: chi-square among the lottery's own redraws."""
    part = {str(name) for name in frame.persons.loc[frame.persons["treated"].astype(bool), "unit"]}
    seen = set(analysed_sample(frame, plan, outcome, units).names)
    lost = np.array([unit.name not in seen for unit in units])
    flows = []
    for name in sorted(compared.arms, key=lambda name: name == compared.control):
        listed = [unit for unit in units if unit.arm == name]
        analysed = sum(unit.name in seen for unit in listed)
        flows.append(ArmFlow(name, len(listed), sum(u.name in part for u in listed), len(listed) - analysed, analysed))
    shares = [one.lost / one.randomised for one in flows]
    place = {name: number for number, name in enumerate(compared.arms)}
    drawn = np.vstack([np.array([[place[unit.arm] for unit in units]]), redrawn])
    size = _chi_square(lost, drawn, len(compared.arms))
    p_value = float((np.sum(size[1:] >= size[0] * (1 - 1e-9)) + 1) / len(drawn)) if lost.any() else 1.0
    consort = Consort(len(units) + excluded, excluded, tuple(flows))
    return consort, AttritionTest(max(shares), min(shares), max(shares) - min(shares), p_value)


def _chi_square(lost: NDArray[np.bool_], drawn: Ints, arms: int) -> Floats:
    share, total = float(lost.mean()), np.zeros(len(drawn))
    if not 0 < share < 1:
        return total
    for arm in range(arms):
        inside = drawn == arm
        n = inside.sum(axis=1)
        total += np.where(n > 0, (inside @ lost - n * share) ** 2 / np.maximum(n * share * (1 - share), 1e-12), 0.0)
    return total


def _family(plan: EvaluationPlan, units: Sequence[DrawnUnit], compared: Compared, contrasts: Sequence[ArmContrast]) -> float | None:
    """Return the simulated rate of at least one false alarm after Holm on the primary outcome's own draw; None without p-values."""
    tested = [c for c in contrasts if c.estimate.p_value is not None]
    if not tested:
        return None
    names = sorted({name for c in contrasts for name in c.sample.names})
    row = {name: number for number, name in enumerate(names)}
    place, arm_of = {name: n for n, name in enumerate(compared.arms)}, {unit.name: unit for unit in units}
    arm = np.array([place[arm_of[name].arm] for name in names], dtype=np.int64)
    cluster = np.unique([arm_of[name].group for name in names], return_inverse=True)[1].astype(np.int64)
    family = []
    for c in tested:
        columns = experiment_columns(c.sample.drawn, baseline=c.sample.before, block=c.sample.block)
        design = Offer.of(columns, c.sample.drawn, c.sample.group)
        family.append(Contrast(np.array([row[name] for name in c.sample.names]), design, c.estimate.inference))
    return family_rate(family, arm, cluster, place[compared.control], FAMILY_DRAWS, plan.seed)


def _adjusted(plan: EvaluationPlan, contrasts: Sequence[ArmContrast]) -> dict[str, float | None]:
    """Return Holm's p by estimate: the primary outcome's contrasts together, those of each family's other outcomes together."""
    families: dict[str, list[ArmContrast]] = {}
    for c in contrasts:
        own = "" if c.outcome == plan.primary_outcome else plan.outcome(c.outcome).family
        families.setdefault(own, []).append(c)
    adjusted: dict[str, float | None] = {}
    for members in families.values():
        found = holm([c.estimate.p_value for c in members])
        adjusted |= {c.estimate.id: p for c, p in zip(members, found, strict=True)}
    return adjusted
