"""What stands beside a lottery's answer is computed as it was drawn, or is not there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from evalkit.methods.experiment.itt import experiment_columns, itt
from evalkit.methods.experiment.robust import examine_as_drawn
from evalkit.methods.experiment.sample import DrawnUnit
from evalkit.methods.experiment.study import study_experiment
from evalkit.plan.analysis import AnalysisRules
from statsmodels.regression.linear_model import OLS
from tests.support.frames import OUTCOME, demo_plan, frame_of, person_table

N = 48


def asked(**rules):
    plan = demo_plan(comparison="randomised")
    return plan.model_copy(update={"analysis": AnalysisRules.model_validate(rules)})


def built(*, clusters: bool = False, part: float = 0.5):
    """Return frame, drawn units and redraws of a lottery that half of the drawn follow: what they got is another grouping."""
    rng = np.random.default_rng(5)
    group = np.repeat(np.arange(N // 4), 4) if clusters else np.arange(N)
    drawn = group % 2 == 0
    took = drawn & (rng.random(N) < part)
    before = rng.normal(50, 10, N)
    after = before * 0.5 + 6 * took + rng.normal(0, 5, N)
    table = person_table(before, after, took)
    names = [f"p{i:05d}" for i in range(N)]
    table["sex"] = table["unit"].map({name: "woman" if i % 3 else "man" for i, name in enumerate(names)})
    units = [DrawnUnit(name, "", f"g{group[i]}", bool(drawn[i])) for i, name in enumerate(names)]
    again = np.array([rng.permutation(drawn[::4])[group] if clusters else rng.permutation(drawn) for _ in range(199)])
    return frame_of(table), units, again, (before, after, drawn)


def studied(plan, **how):
    frame, units, again, arrays = built(**how)
    return frame, study_experiment(frame, plan, units, again, 0), arrays


def test_a_specification_is_that_of_the_draw_by_another_program():
    plan = asked(specifications=["baseline", "sex", "winsorised", "two_way"])
    frame, study, (before, after, drawn) = studied(plan)
    found = {a.key: a for a in examine_as_drawn(frame, plan, study).alternatives}
    # The baseline is in the answer already; fixed effects of units ask another question.
    assert set(found) == {"sex", "winsorised"}
    man = np.array([i % 3 == 0 for i in range(N)], dtype=float)
    columns = np.column_stack([experiment_columns(drawn, baseline=before), man])
    assert found["sex"].value == pytest.approx(float(OLS(after, columns).fit().params[0]), rel=1e-8)
    change = np.clip(after - before, *np.quantile(after - before, [0.05, 0.95]))
    other = OLS(before + change, experiment_columns(drawn, baseline=before)).fit()
    assert found["winsorised"].value == pytest.approx(float(other.params[0]), rel=1e-8)
    assert {a.interval for a in found.values()} == {None}
    assert (found["sex"].n_units, found["sex"].n_treated_units) == (N, int(drawn.sum()))


def test_drawn_clusters_are_left_out_one_at_a_time():
    plan = asked(specifications=["sex"])
    frame, study, (before, after, drawn) = studied(plan, clusters=True)
    found = examine_as_drawn(frame, plan, study).leave_one_out
    group = np.repeat(np.arange(N // 4), 4)
    kept = [group != g for g in range(N // 4)]
    own = [itt(after[k], drawn[k], baseline=before[k], cluster=group[k]).estimate for k in kept]
    assert (found.n_clusters, found.smallest) == (12, 4)
    assert (found.low, found.high) == pytest.approx((min(own), max(own)), rel=1e-8)


def test_sex_is_one_test_of_the_difference_in_the_effect_of_the_offer():
    plan = asked(subgroup="sex")
    frame, study, (before, after, drawn) = studied(plan)
    found = examine_as_drawn(frame, plan, study).subgroup
    woman = np.array([i % 3 != 0 for i in range(N)])
    columns = np.column_stack([drawn * woman, experiment_columns(drawn, baseline=before), woman])
    fit = OLS(after, columns).fit(cov_type="HC2")
    assert (found.value, found.std_error) == pytest.approx((float(fit.params[0]), float(fit.bse[0])), rel=1e-8)
    assert found.inference.startswith("cr2")
    assert found.interval.low < found.value < found.interval.high
    assert found.false_positive_rate < 0.06
    assert (found.n_women, found.n_men, found.smallest) == (32, 16, 8)


def test_a_placebo_outcome_is_the_offer_s_own_estimate_of_it():
    outcomes = (OUTCOME, "franvaro")
    plan = demo_plan(comparison="randomised", outcomes=outcomes)
    plan = plan.model_copy(update={"analysis": AnalysisRules(placebo_outcomes=("franvaro",))})
    frame, units, again, _ = built()
    other = frame.table.assign(outcome="franvaro", value=frame.table["value"] * 0.3 + 1)
    both = frame_of(pd.concat([frame.table, other]))
    study = study_experiment(both, plan, units, again, 0)
    (found,) = examine_as_drawn(both, plan, study).alternatives
    offer = next(one.estimate for one in study.outcomes if one.outcome == "franvaro")
    assert (found.kind, found.value, found.interval) == ("placebo-outcome", offer.value, offer.interval)


def test_nothing_asked_is_nothing_shown():
    plan = asked()
    frame, study, _ = studied(plan)
    assert examine_as_drawn(frame, plan, study) is None


def test_too_few_in_a_cell_give_no_test_of_sex():
    plan = asked(subgroup="sex")
    frame, study, _ = studied(plan)
    women = frame.persons.assign(sex=["man" if i < 2 else "woman" for i in range(N)])
    assert examine_as_drawn(replace(frame, persons=women), plan, study) is None
