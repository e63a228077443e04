"""One randomised study from its receipts and its analysis frame: flow, balance, intention to treat, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evalkit.errors import EstimationError
from evalkit.findings.estimate import Estimate
from evalkit.findings.experiment import SubgroupFinding
from evalkit.findings.validity import RouteValidity
from evalkit.methods.experiment.attrition import (
    ArmFlow,
    AttritionTest,
    Consort,
    LeeBounds,
    differential_attrition,
    holm,
    lee_bounds,
)
from evalkit.methods.experiment.balance import Balance, balance_table
from evalkit.methods.experiment.itt import LIN_SUPPORT, itt
from evalkit.methods.experiment.late import Late, late
from evalkit.methods.experiment.offer_estimate import offer_estimate, subgroup_findings
from evalkit.methods.experiment.randomisation import RandomisationTest, randomisation_test
from evalkit.methods.experiment.sample import Bools, DrawnUnit, Floats, Sample, analysed_sample
from evalkit.methods.inference.cluster_robust import ClusterTest
from evalkit.plan.sources import Kind, Role

if TYPE_CHECKING:
    import pandas as pd

    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.records.stations import AnalysisFrame

STATED = "stated"
"""`OutcomeStudy.late_note` of a lottery without receipt."""


@dataclass(frozen=True, slots=True)
class OutcomeStudy:
    """What the lottery did to one outcome.

    Attributes
    ----------
    estimate : Estimate
        The effect of the offer by the route that holds on this draw, from `adjusted`; `validity` is that route's measurement.
    plain, adjusted, interacted : ClusterTest
        ITT without covariate, with the baseline, and Lin's where it has support (None else).
    adjusted_p : float | None
        Of `estimate`; by Holm within its family for outcomes that are not the primary one. None without p-value.
    late : Late | None
        None where everybody followed the draw, or nothing can be said (`late_note`: code).
    lee : LeeBounds | None
        None where nobody was lost.
    randomisation : RandomisationTest | None
        None where the lottery cannot be drawn again.
    change : ClusterTest | None
        The difference of changes; for a stated lottery on public data, where it is what others would have printed.
    """

    outcome: str
    sample: Sample
    estimate: Estimate
    validity: RouteValidity | None
    flow: Consort
    attrition: AttritionTest
    plain: ClusterTest
    adjusted: ClusterTest
    interacted: ClusterTest | None
    adjusted_p: float | None
    randomisation: RandomisationTest | None
    late: Late | None
    late_note: str
    lee: LeeBounds | None
    subgroups: tuple[SubgroupFinding, ...] = ()
    change: ClusterTest | None = None


@dataclass(frozen=True, slots=True)
class Study:
    """All outcomes; balance on what was measured before; persons of the frame that no receipt knows; refusals (outcome, code)."""

    outcomes: tuple[OutcomeStudy, ...]
    balance: Balance
    n_outside: int
    refused: tuple[tuple[str, str], ...]


def study_experiment(
    frame: AnalysisFrame, plan: EvaluationPlan, units: Sequence[DrawnUnit], redrawn: Bools | None, excluded: int
) -> Study:
    """Evaluate every outcome as it was randomised.

    Parameters
    ----------
    units : sequence of DrawnUnit
        All who were drawn, whether followed or not.
    redrawn : shape (draws, n_units)
        Further draws of the same lottery, in the order of `units`; None where it cannot be drawn again.
    excluded : int
        Listed but left without a draw.

    Raises
    ------
    EstimationError
        If the primary outcome cannot be evaluated; another one is refused and named.
    """
    studies: list[OutcomeStudy] = []
    refused: list[tuple[str, str]] = []
    for outcome in plan.outcomes:
        try:
            studies.append(_study(frame, plan, outcome.id, units, redrawn, excluded))
        except EstimationError as exc:
            if outcome.id == plan.primary_outcome or exc.code == "EST-ENGINES":
                raise
            refused.append((outcome.id, exc.code))
    known = {unit.name for unit in units}
    outside = sum(str(name) not in known for name in frame.persons["unit"])
    balance = _balance(frame, plan, units, redrawn)
    return Study(_within_families(studies, plan), balance, outside, tuple(refused))


def _study(  # noqa: PLR0917 - one outcome of one study
    frame: AnalysisFrame, plan: EvaluationPlan, outcome: str, units: Sequence[DrawnUnit], redrawn: Bools | None, excluded: int
) -> OutcomeStudy:
    sample = analysed_sample(frame, plan, outcome, units)
    flow, block, cluster = _flow(frame, units, sample, excluded), sample.block, sample.group
    adjusted = itt(sample.shifted, sample.drawn, baseline=sample.before, block=block, cluster=cluster)
    support = min(len(np.unique(sample.group[part])) for part in (sample.drawn, ~sample.drawn))
    interacted = None
    if support >= LIN_SUPPORT:
        interacted = itt(sample.shifted, sample.drawn, baseline=sample.before, block=block, cluster=cluster, interacted=True)
    # A stated lottery's groups are the arms: who took part is not in the delivery.
    effect, note = (None, STATED) if redrawn is None else _late(sample, plan.design.confidence_level)
    estimate, validity = offer_estimate(sample, plan, outcome, adjusted)
    return OutcomeStudy(
        outcome=outcome,
        sample=sample,
        estimate=estimate,
        validity=validity,
        flow=flow,
        attrition=differential_attrition(*flow.arms),
        plain=itt(sample.shifted, sample.drawn, block=block, cluster=cluster),
        adjusted=adjusted,
        interacted=interacted,
        adjusted_p=estimate.p_value,
        randomisation=None if redrawn is None else _randomisation(sample, redrawn),
        late=effect,
        late_note=note,
        lee=_lee(sample, flow),
        subgroups=subgroup_findings(frame, plan, sample, outcome),
        change=itt(sample.after - sample.before, sample.drawn, block=block, cluster=cluster) if _is_public(plan) else None,
    )


def _is_public(plan: EvaluationPlan) -> bool:
    return plan.data_kind.value == "public"


def _flow(frame: AnalysisFrame, units: Sequence[DrawnUnit], sample: Sample, excluded: int) -> Consort:
    part = {str(name) for name in frame.persons.loc[frame.persons["treated"].astype(bool), "unit"]}
    arms = []
    for name, drawn in (("lottade till insatsen", True), ("lottade till jämförelse", False)):
        listed = [unit for unit in units if unit.drawn is drawn]
        analysed = int((sample.drawn == drawn).sum())
        arms.append(ArmFlow(name, len(listed), sum(u.name in part for u in listed), len(listed) - analysed, analysed))
    return Consort(len(units) + excluded, excluded, tuple(arms))


def _late(sample: Sample, level: float) -> tuple[Late | None, str]:
    try:
        found = late(
            sample.shifted,
            sample.took_part,
            sample.drawn,
            baseline=sample.before,
            block=sample.block,
            cluster=sample.group,
            level=level,
        )
    except EstimationError as exc:
        return None, exc.code
    return found, "EST-WEAK" if found.weak else ""


def _randomisation(sample: Sample, redrawn: Bools) -> RandomisationTest:
    """Test on what the baseline does not explain, one value a group drawn together."""
    centred = sample.before - sample.before.mean()
    design = np.column_stack([np.eye(int(sample.block.max()) + 1)[sample.block], centred])
    residual = sample.shifted - design @ np.linalg.lstsq(design, sample.shifted, rcond=None)[0]
    _, first = np.unique(sample.group, return_index=True)
    means = np.bincount(sample.group, residual) / np.bincount(sample.group)
    return randomisation_test(means, sample.drawn[first], redrawn[:, sample.column[first]], block=sample.block[first])


def _lee(sample: Sample, flow: Consort) -> LeeBounds | None:
    if not any(arm.lost for arm in flow.arms):
        return None
    one, other = (sample.after[part] for part in (sample.drawn, ~sample.drawn))
    return lee_bounds(one.tolist(), flow.arms[0].randomised, other.tolist(), flow.arms[1].randomised)


def _balance(frame: AnalysisFrame, plan: EvaluationPlan, units: Sequence[DrawnUnit], redrawn: Bools | None) -> Balance:
    sample = analysed_sample(frame, plan, plan.primary_outcome, units)
    columns = background_of(frame, plan, sample)
    matrix = np.column_stack(list(columns.values()))
    again = None if redrawn is None else redrawn[:, sample.column]
    return balance_table(list(columns), matrix, sample.drawn, again, block=sample.block)


def background_of(frame: AnalysisFrame, plan: EvaluationPlan, sample: Sample) -> dict[str, Floats]:
    """Return what was known of those analysed before the draw: the baseline, sex, age, and numeric columns of public units."""
    persons = frame.persons.set_index("unit").loc[list(sample.names)]
    columns: dict[str, Floats] = {"baseline": sample.before}
    if "sex" in persons and persons["sex"].notna().all() and not (persons["sex"] == persons["sex"].iloc[0]).all():
        columns["women"] = np.asarray(persons["sex"] == "woman", dtype=np.float64)
    if {"birth_date", "start"} <= set(persons) and persons[["birth_date", "start"]].notna().all(axis=None):
        columns["age"] = (persons["start"] - persons["birth_date"]).dt.days.to_numpy(dtype=np.float64) / 365.25
    if _is_public(plan):
        columns |= _background(persons, plan)
    return columns


def _background(persons: pd.DataFrame, plan: EvaluationPlan) -> dict[str, Floats]:
    """Return the numeric background columns of public units that are known for all and differ between some."""
    names = [c.name for source in plan.sources for c in source.with_role(Role.ATTRIBUTE) if c.kind is not Kind.CATEGORY]
    known = {n: persons[n].to_numpy(dtype=np.float64) for n in names if n in persons and persons[n].notna().all()}
    return {name: values for name, values in known.items() if np.ptp(values) > 0}


def _within_families(studies: Sequence[OutcomeStudy], plan: EvaluationPlan) -> tuple[OutcomeStudy, ...]:
    from dataclasses import replace

    families: dict[str, dict[str, float]] = {}
    for study in studies:
        if study.outcome != plan.primary_outcome and study.estimate.p_value is not None:
            families.setdefault(plan.outcome(study.outcome).family, {})[study.outcome] = study.estimate.p_value
    adjusted: dict[str, float] = {}
    for members in families.values():
        adjusted |= dict(zip(members, holm(list(members.values())), strict=True))
    return tuple(replace(study, adjusted_p=adjusted.get(study.outcome, study.estimate.p_value)) for study in studies)
