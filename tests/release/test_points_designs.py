"""A yes or no is in percent in every chapter; a level in percent differs by percentage points."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from evalkit.methods.evaluate import evaluate
from evalkit.methods.experiment.findings import experiment_finding
from evalkit.methods.experiment.sample import DrawnUnit
from evalkit.methods.experiment.study import study_experiment
from evalkit.methods.validity.measure import measured_with
from evalkit.plan.evaluation import OutcomeKind
from evalkit.plan.units import difference_unit, level_unit
from evalkit.release.disclosure import clear
from evalkit.release.language import Language
from evalkit.release.points import in_points, person_parts
from evalkit.release.points_designs import in_percent
from tests.referees.rosetta import designs
from tests.support.frames import EMPTY_REGISTER, OUTCOME, PROVENANCE, demo_plan, frame_of, identity, person_table
from tests.support.sample_result import policy


@pytest.mark.parametrize(
    ("unit", "level", "difference"),
    [
        ("procent", "procent", "procentenheter"),
        ("procentenheter", "procent", "procentenheter"),
        ("%", "%", "procentenheter"),
        ("percent", "percent", "percentage points"),
        ("poäng", "poäng", "poäng"),
        ("kronor per månad", "kronor per månad", "kronor per månad"),
    ],
)
def test_a_level_in_percent_differs_by_percentage_points(unit, level, difference):
    assert (level_unit(unit), difference_unit(unit)) == (level, difference)
    assert difference_unit(level_unit(unit)) == difference


@pytest.mark.parametrize("unit", ["procent", "procentenheter"])
def test_levels_and_differences_of_a_run_are_called_what_they_are(unit):
    plan = demo_plan(economics=False)
    own = plan.outcome(OUTCOME).model_copy(update={"unit": unit})
    plan = plan.model_copy(update={"outcomes": tuple(own if o.id == OUTCOME else o for o in plan.outcomes)})
    rng = np.random.default_rng(3)
    frame = frame_of(person_table(rng.normal(50, 5, 40), rng.normal(52, 5, 40), np.arange(40) < 20))
    with measured_with(200):
        safe = clear(evaluate(frame, plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE), policy())
    outcome = next(o for o in safe.plan_text.outcomes if o.id == OUTCOME)
    assert (outcome.unit, outcome.gap) == ("procent", "procentenheter")
    assert {e.unit for e in safe.estimates if e.outcome == OUTCOME} == {"procentenheter"}


def test_a_lottery_on_a_yes_or_no_is_in_percentage_points_everywhere():
    rng = np.random.default_rng(4)
    drawn, followed = np.arange(80) < 40, rng.random(80) < 0.8
    before, after = (rng.random(80) < 0.3).astype(float), (rng.random(80) < 0.3 + 0.3 * drawn).astype(float)
    plan = demo_plan(economics=False, comparison="randomised")
    own = plan.outcome(OUTCOME).model_copy(update={"kind": OutcomeKind.BINARY, "unit": "andel", "instruments": ()})
    plan = plan.model_copy(update={"outcomes": (own,)})
    frame = frame_of(person_table(before, after, drawn & followed))
    units = tuple(DrawnUnit(f"p{i:05d}", "", f"p{i:05d}", bool(drawn[i])) for i in range(80))
    with measured_with(200):
        result = evaluate(frame, plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE)
        study = study_experiment(frame, plan, units, np.stack([rng.permutation(drawn) for _ in range(99)]), 0)
    finding = experiment_finding(study, plan, n_redrawn=0, receipts=["0" * 64], clusters=False)
    whole = replace(result, estimates=(*result.estimates, *(o.estimate for o in study.outcomes)), experiment=finding)
    shown = in_points(whole)
    assert shown.experiment is not None
    one, raw = shown.experiment.outcomes[0], finding.outcomes[0]
    assert raw.late is not None
    assert one.late is not None
    assert one.late.value == pytest.approx(100 * raw.late.value)
    assert one.late.first_stage == raw.late.first_stage
    assert [o.value for o in one.others] == pytest.approx([100 * o.value for o in raw.others])
    estimate = next(e for e in shown.estimates if e.id == one.estimate_id)
    assert (estimate.unit, abs(estimate.value) > 1) == ("procentenheter", True)
    baseline = next(row for row in shown.experiment.balance if row.covariate == "baseline")
    assert 5 < baseline.mean_drawn < 95
    safe = clear(whole, policy())
    value = next(e.value for e in safe.estimates if e.id == one.estimate_id)
    assert value is not None
    said = f"ungefär {round(value / 100 * 40)} fler av de 40 som lottades till insatsen"
    assert said in "".join(person_parts(safe, Language("sv")))


def test_other_designs_are_scaled_however_deep_a_number_lies():
    wanted = {"start-groups", "one-unit-synthetic_did"}
    for name, frame, plan in designs():
        if name not in wanted:
            continue
        with measured_with(100):
            result = evaluate(frame, plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE)
        if result.staggered:
            found, scaled = result.staggered[0], in_percent(result.staggered[0])
            assert [c.value for c in scaled.cohorts] == pytest.approx([100 * c.value for c in found.cohorts])
            assert scaled.cohorts[0].n_units == found.cohorts[0].n_units
            assert scaled.paths[0].mean == pytest.approx(100 * found.paths[0].mean)
        else:
            twin, scaled_twin = result.single_unit[0].methods[0], in_percent(result.single_unit[0]).methods[0]
            assert scaled_twin.path[3].own == pytest.approx(100 * twin.path[3].own)
            assert scaled_twin.weights == twin.weights
            assert scaled_twin.statistic == twin.statistic
