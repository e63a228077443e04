"""From a gated extract to scored records: persons, measurements in outcome units, register rows, activities."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from evalkit.findings.quality import CheckOutcome
from evalkit.plan.evaluation import DataKind, EvaluationPlan
from evalkit.plan.instruments import InstrumentRegister
from evalkit.records.item_blocks import ItemBlock, gather_items, scored_rows
from evalkit.records.persons import gather_persons
from evalkit.records.public_panel import score_panel
from evalkit.records.score_rules import judge_scores
from evalkit.records.stations import GatedExtract, ScoredRecords
from evalkit.records.values import gather_activities, gather_measurements, gather_periods


def score(gated: GatedExtract, plan: EvaluationPlan, register: InstrumentRegister) -> ScoredRecords:
    """Score what passed the gate. What is noticed on the way joins the gate's report.

    Parameters
    ----------
    gated : GatedExtract
    plan : EvaluationPlan
    register : InstrumentRegister
        Finds the instrument behind a delivered label.

    Returns
    -------
    ScoredRecords
        Values in the outcomes' units; which occasion a measurement belongs to is decided later (`evalkit.records.occasions`).

    Raises
    ------
    GateClosed
        If a person has no group or two, a period cannot be read, or a score breaks a stopping rule (`score_rules`).
    PlanError
        If the plan leaves open which outcome an instrument measures, or the register how items are scored.
    """
    if plan.data_kind is DataKind.PUBLIC:
        return score_panel(gated, plan)
    gathered = gather_scores(gated, plan, register)
    persons = gathered.persons
    measurements, about_scores = judge_scores(gathered.measurements, gathered.blocks, persons, plan, register)
    periods, about_periods = gather_periods(gated, plan, persons)
    activities, about_activities = gather_activities(gated, plan, persons)
    noticed = (*gathered.noticed, *about_scores, *about_periods, *about_activities)
    return ScoredRecords(
        persons=persons,
        measurements=measurements,
        periods=periods,
        activities=activities,
        report=replace(gated.report, outcomes=(*gated.report.outcomes, *noticed)),
        stamps=gated.stamps,
        evaluated_on=gated.evaluated_on,
        key_id=gated.key_id,
    )


@dataclass(frozen=True, slots=True, repr=False)
class GatheredScores:
    """Persons, item blocks and measurements before any score is judged, and what was noticed on the way."""

    persons: pd.DataFrame
    blocks: tuple[ItemBlock, ...]
    measurements: pd.DataFrame
    noticed: tuple[CheckOutcome, ...]


def gather_scores(gated: GatedExtract, plan: EvaluationPlan, register: InstrumentRegister) -> GatheredScores:
    """Return the scores of persons, not judged yet; raises as `score`."""
    persons, checks = gather_persons(gated, plan)
    blocks, about_items = gather_items(gated, plan, register, persons)
    measurements, about_measurements = gather_measurements(gated, plan, register, persons, scored_rows(blocks))
    return GatheredScores(persons, blocks, measurements, (*checks, *about_items, *about_measurements))
