"""A study from receipts and frame: whoever was drawn counts where she was drawn, and what was planted is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from evalkit.errors import EstimationError
from evalkit.findings.decisions import Decision, Look
from evalkit.methods.assignment.draws import Rules
from evalkit.methods.assignment.redraws import redraws
from evalkit.methods.assignment.units import Arm, Unit
from evalkit.methods.experiment.itt import experiment_columns, itt
from evalkit.methods.experiment.offer import offer_forms, offer_test
from evalkit.methods.experiment.offer_estimate import at_own_level
from evalkit.methods.experiment.sample import DrawnUnit
from evalkit.methods.experiment.study import study_experiment
from evalkit.methods.multiplicity import holm
from evalkit.plan.preanalysis import PreAnalysis
from tests.support.frames import OUTCOME, demo_plan, frame_of, person_table

RULES = Rules((Arm("a"), Arm("b")))
N, LOST = 60, 6


def built(effect: float, *, compliance: float = 0.7):
    """Sixty drawn in three blocks, six of the comparison lost; persons p00000 … of the frame, and one whom no list knows."""
    rng = np.random.default_rng(11)
    names = [f"p{i:05d}" for i in range(N)]
    listed = [Unit(name, block=str(i // 20)) for i, name in enumerate(names)]
    again = redraws(listed, RULES, "studie", 1000)
    drawn, again = again[0], again[1:]
    part = drawn & (rng.random(N) < compliance)
    before = rng.normal(50, 10, N)
    after = before * 0.6 + effect * part + rng.normal(0, 4, N)
    lost = set(np.flatnonzero(~drawn)[:LOST])
    kept = [i for i in range(N) if i not in lost]
    stranger = 1
    table = person_table([*before, 50.0], [*after, 50.0], [*part, False])
    table = table[~table["unit"].isin([names[i] for i in lost])]
    units = [DrawnUnit(n, str(i // 20), n, bool(drawn[i])) for i, n in enumerate(names)]
    return table, units, again, (before[kept], after[kept], drawn[kept], np.arange(N)[kept] // 20), stranger


def test_counts_close_and_each_number_is_that_of_its_own_function():
    table, units, again, (before, after, drawn, block), stranger = built(8.0)
    study = study_experiment(frame_of(table), demo_plan(comparison="randomised"), units, again, excluded=2)
    found = study.outcomes[0]
    assert (found.outcome, found.flow.assessed, found.flow.excluded) == (OUTCOME, N + 2, 2)
    assert [(a.randomised, a.lost) for a in found.flow.arms] == [(30, 0), (30, LOST)]
    assert study.n_outside == stranger
    own = itt(after, drawn, baseline=before, block=block)
    assert (found.adjusted.estimate, found.adjusted.p_value) == pytest.approx((own.estimate, own.p_value))
    assert found.interacted is not None
    assert found.adjusted_p == pytest.approx(found.adjusted.p_value, rel=1e-9)
    assert found.estimate.inference in {"cr2", "cr2-cautious"}
    assert found.adjusted.p_value < 0.01
    assert found.randomisation.p_value < 0.01
    assert found.late is not None
    assert found.late.low < 8.0 < found.late.high
    assert found.late.estimate > found.adjusted.estimate
    assert found.lee is not None
    assert found.lee.low < found.lee.naive < found.lee.high
    assert study.balance.joint_p > 0.05


def test_nobody_is_counted_where_she_took_part_instead_of_where_she_was_drawn():
    table, units, again, (_, _, drawn, _), _ = built(8.0, compliance=0.5)
    found = study_experiment(frame_of(table), demo_plan(comparison="randomised"), units, again, excluded=0).outcomes[0]
    assert found.flow.arms[0].took_part < found.flow.arms[0].randomised
    assert found.flow.arms[0].analysed == int(drawn.sum())


def test_full_compliance_needs_no_second_stage():
    table, units, again, _, _ = built(8.0, compliance=1.1)
    found = study_experiment(frame_of(table), demo_plan(comparison="randomised"), units, again, excluded=0).outcomes[0]
    assert (found.late, found.late_note) == (None, "EST-COMPLIANCE")


def test_receipts_of_other_people_are_refused():
    table, _, again, _, _ = built(8.0)
    strangers = [DrawnUnit(f"x{i}", "", f"x{i}", i % 2 == 0) for i in range(N)]
    with pytest.raises(EstimationError, match="ingen av de lottade"):
        study_experiment(frame_of(table), demo_plan(comparison="randomised"), strangers, again, excluded=0)


@pytest.mark.parametrize("route", ["cr2", "cr2-and-pooled", "cr2-few-and-pooled"])
@pytest.mark.parametrize("level", [0.0054, 0.024, 0.0492])
def test_the_interval_of_a_series_is_computed_at_its_own_level_and_agrees_with_p(route, level):
    table, units, again, _, _ = built(2.2)
    found = study_experiment(frame_of(table), demo_plan(comparison="randomised"), units, again, excluded=0).outcomes[0]
    sample = found.sample
    columns = experiment_columns(sample.drawn, baseline=sample.before, block=sample.block)
    forms = offer_forms(columns, sample.drawn, sample.group)
    tested = offer_test(forms, sample.after, route, 0.95)
    offer = replace(found.estimate, inference=route, p_value=tested.p_value)
    look = Look("Del", "interim", 1, 2, 2, level, "pocock", "Slut", date(2030, 1, 1), False)
    own = Decision(offer.id, OUTCOME, "primary", "", 1, offer.p_value, offer.p_value, None, level, offer.p_value <= level)
    (decided,) = at_own_level([own], look, {offer.id: (sample, offer)})
    assert decided.interval.level == pytest.approx(1 - level)
    assert decided.interval.high - offer.value == pytest.approx(offer_test(forms, sample.after, route, 1 - level).half_width)
    assert (not decided.interval.low <= 0 <= decided.interval.high) is (offer.p_value <= level)
    # Nothing is added where no series spends anything.
    assert at_own_level([own], None, {}) == (own,)


def test_declared_subgroups_are_adjusted_together_and_one_alone_is_not():
    table, units, again, _, _ = built(8.0)
    frame = frame_of(table)
    number = frame.persons["unit"].str[1:].astype(int)
    frame = replace(frame, persons=frame.persons.assign(third=(number % 3).astype(str), half=(number % 2).astype(str)))
    groups = [{"id": name, "label": name, "column": name, "values": ["0"]} for name in ("third", "half")]
    for declared in (groups, groups[:1]):
        plan = demo_plan(comparison="randomised").model_copy(
            update={"preanalysis": PreAnalysis.model_validate({"subgroups": declared})}
        )
        found = study_experiment(frame, plan, units, again, excluded=0).outcomes[0].subgroups
        p = [group.p_value for group in found]
        assert [group.adjusted_p for group in found] == ([None] if len(declared) == 1 else list(holm(p)))
