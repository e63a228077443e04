"""Other roads to the same number: by hand, against other engines, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from evalkit.findings.result import EvaluationResult
from evalkit.findings.robustness import Alternative, Robustness
from evalkit.findings.validity import ORDINARY_CLUSTER
from evalkit.methods.evaluate import evaluate
from evalkit.methods.robustness.missing import Followed, lee, logistic, weighted_difference, worst_best
from evalkit.methods.robustness.specifications import adjusted
from evalkit.methods.robustness.subgroups import FourGroups
from evalkit.methods.validity.measure import limit, measure
from evalkit.plan.analysis import AnalysisRules
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.records.stations import AnalysisFrame
from evalkit.release.disclosure import clear
from evalkit.release.language import Language
from evalkit.release.robustness_pages import naive, robustness_parts
from scipy import stats
from tests.support.frames import (
    BEFORE,
    EMPTY_REGISTER,
    OUTCOME,
    PROVENANCE,
    demo_plan,
    frame_of,
    identity,
    panel_table,
    person_table,
    public_plan,
)
from tests.support.sample_result import policy


def with_rules(plan: EvaluationPlan, **rules: Any) -> EvaluationPlan:
    return plan.model_copy(update={"analysis": AnalysisRules.model_validate(rules)})


def judged(frame: AnalysisFrame, plan: EvaluationPlan) -> EvaluationResult:
    return evaluate(frame, plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE)


def robust(frame: AnalysisFrame, plan: EvaluationPlan) -> Robustness:
    found = judged(frame, plan).robustness
    assert found is not None
    return found


def kinds(found: Robustness, kind: str) -> dict[str, Alternative]:
    return {a.key: a for a in found.alternatives if a.kind == kind}


def persons(n: int = 60, effect: float = 4.0, seed: int = 5, **columns: Any) -> AnalysisFrame:
    rng = np.random.default_rng(seed)
    treated = np.arange(n) < n // 2
    before = rng.normal(40, 10, n) + 6 * treated
    return frame_of(person_table(before, before + rng.normal(2, 8, n) + effect * treated, treated, **columns))


# Naive comparisons


def test_naive_comparisons_by_hand() -> None:
    # Treated 10->16, 12->20, 14->21 (changes 6, 8, 7); others 20->21, 22->25, 24->26 (1, 3, 2).
    frame = frame_of(person_table([10, 12, 14, 20, 22, 24], [16, 20, 21, 21, 25, 26], [True] * 3 + [False] * 3))
    found = kinds(robust(frame, demo_plan(economics=False)), "naive")
    assert (found["before-after"].value, found["before-after"].explained_by) == (pytest.approx(7), pytest.approx(2))
    assert (found["others-after"].value, found["others-after"].explained_by) == (pytest.approx(-5), pytest.approx(-10))
    assert found["two-way"].value == pytest.approx(5)


def test_what_separates_a_naive_comparison_is_what_it_says() -> None:
    result = judged(persons(), demo_plan(economics=False))
    main = result.estimate(f"did.{OUTCOME}").value
    assert result.robustness is not None
    for key in ("before-after", "others-after"):
        one = kinds(result.robustness, "naive")[key]
        assert one.explained_by is not None
        assert one.value - one.explained_by == pytest.approx(main)


def test_the_ordinary_two_way_interval_is_that_of_statsmodels_with_dummies_but_for_what_it_counts() -> None:
    import statsmodels.api as sm

    rng = np.random.default_rng(9)
    y, after = rng.normal(size=(12, 5)), np.zeros((12, 5), dtype=bool)
    after[:5, 3:] = True
    one = kinds(robust(frame_of(panel_table(y + after, after, outcome="tal")), public_plan(["tal"])), "naive")["two-way"]
    unit, time = np.repeat(np.arange(12), 5), np.tile(np.arange(5), 12)
    x = np.column_stack([after.ravel().astype(float), np.eye(12)[unit], np.eye(5)[time][:, 1:]])
    fit = sm.OLS((y + after).ravel(), x).fit(cov_type="cluster", cov_kwds={"groups": unit})
    # statsmodels counts all K and takes z; xtreg and fixest leave out unit effects, which lie within clusters, and take t(G − 1).
    error = fit.bse[0] * np.sqrt((60 - x.shape[1]) / (60 - 6))
    assert one.interval is not None
    assert (one.interval.high - one.interval.low) / 2 == pytest.approx(stats.t.ppf(0.975, 11) * error, rel=1e-8)


def test_the_page_on_naive_comparisons_says_why_they_differ_and_is_absent_without_a_comparison() -> None:
    plan = demo_plan(economics=False)
    page = str(naive(clear(judged(persons(), plan), policy())))
    assert "Jämförelsegruppen förändrades med" in page
    assert "skilde sig redan före" in page
    # Where the ordinary call's own value differs, its interval is not all that does.
    safe = clear(judged(persons(), plan), policy())
    assert safe.primary is not None
    other = replace(safe.primary, value=99.0, estimand="ATT-clusters")
    said = str(naive(replace(safe, estimates=tuple(other if e.id == other.id else e for e in safe.estimates))))
    assert "rapporten räknar varje kluster lika" in said
    assert "rapporten räknar varje kluster lika" not in page
    alone = demo_plan(economics=False, analyses=["pre_post"])
    assert str(naive(clear(judged(persons(), alone), policy()))) == ""


@pytest.mark.parametrize("headline", ["itt", "sdid"])
def test_another_answer_than_the_difference_in_differences_is_not_called_the_reports(headline: str) -> None:
    safe = clear(judged(persons(), with_rules(demo_plan(economics=False), specifications=["baseline"])), policy())
    assert "Rapportens svar" in str(naive(safe))
    assert robustness_parts(safe, Language("sv"))
    assert safe.primary is not None
    other = replace(safe.primary, id=f"{headline}.{OUTCOME}", value=1.0)
    moved = replace(safe, estimates=(other, *safe.estimates), primary_estimate=other.id)
    assert not str(naive(moved))
    assert not robustness_parts(moved, Language("sv"))


def test_a_hidden_group_takes_the_naive_comparisons_with_it() -> None:
    result = judged(persons(), demo_plan(economics=False))
    hidden = replace(result.estimates[0], evidence=replace(result.estimates[0].evidence, n_persons=3))
    safe = clear(replace(result, estimates=(hidden, *result.estimates[1:])), policy())
    assert safe.robustness is None or not [a for a in safe.robustness.alternatives if a.kind == "naive"]


def test_where_everybody_starts_in_time_the_last_to_start_are_the_others() -> None:
    rng = np.random.default_rng(6)
    y, after = rng.normal(size=(30, 8)), np.zeros((30, 8), dtype=bool)
    for i, start in enumerate(np.repeat([3, 5, 7], 10)):
        after[i, start:] = True
    plan = public_plan(["tal"], staggered={"compare_with": "not_yet_treated"})
    result = judged(frame_of(panel_table(y + after, after, outcome="tal")), with_rules(plan, specifications=["two_way"]))
    assert result.robustness is not None
    found = kinds(result.robustness, "naive")
    assert set(found) == {"before-after", "others-after", "two-way"}
    assert found["before-after"].n_treated_units == 20
    assert page_of_naive(result)


def page_of_naive(result: EvaluationResult) -> str:
    return str(naive(clear(result, policy())))


RATE = "Den vanliga metoden hade gett falskt larm i"


def test_the_rate_of_false_alarms_stands_by_the_ordinary_method_that_was_simulated() -> None:
    of_clusters = judged(clustered(3.0), demo_plan(economics=False, assigned_at="cluster"))
    assert {v.ordinary for v in clear(of_clusters, policy()).validity if v.estimate_id.startswith("did.")} == {ORDINARY_CLUSTER}
    assert RATE in page_of_naive(of_clusters)
    of_persons = judged(persons(), demo_plan(economics=False))
    assert {v.ordinary for v in clear(of_persons, policy()).validity if v.estimate_id.startswith("did.")} == {"ols"}
    assert RATE not in page_of_naive(of_persons)


def test_on_public_units_the_row_and_the_simulated_call_are_one_and_the_same() -> None:
    rng = np.random.default_rng(9)
    after = np.zeros((24, 2), dtype=bool)
    after[:12, 1] = True
    result = judged(frame_of(panel_table(rng.normal(size=(24, 2)) + after, after, outcome="tal")), public_plan(["tal"]))
    assert [v.ordinary for v in result.validity] == [ORDINARY_CLUSTER]
    assert RATE in page_of_naive(result)


# One cluster out


def clustered(shock: float) -> AnalysisFrame:
    treated = np.repeat([True] * 4 + [False] * 5, 12)
    cluster = [f"s{i // 12}" for i in range(108)]
    rng = np.random.default_rng(2)
    before = rng.normal(40, 5, 108)
    change = rng.normal(0, 1, 108) + shock * (np.arange(108) < 12) - 1.0 * treated
    return frame_of(person_table(before, before + change, treated, cluster=cluster))


def test_an_answer_that_hangs_on_one_cluster_is_said_to_turn() -> None:
    plan = demo_plan(economics=False, assigned_at="cluster")
    found = robust(clustered(20.0), plan).leave_one_out
    assert found is not None
    assert (found.same_sign, found.n_clusters) == (False, 9)
    assert found.low < 0 < found.high
    safe = clear(judged(clustered(20.0), plan), policy())
    assert "byter riktning" in "".join(robustness_parts(safe, Language("sv")))
    # 12 persons in each: with a limit of 15 the range would tell about one of them.
    hidden = clear(judged(clustered(20.0), plan), policy(min_cell=12)).robustness
    assert hidden is not None
    assert hidden.leave_one_out is not None
    assert hidden.leave_one_out.low is not None


def test_the_range_is_hidden_where_a_cluster_is_small() -> None:
    result = judged(clustered(0.0), demo_plan(economics=False, assigned_at="cluster"))
    assert result.robustness is not None
    assert result.robustness.leave_one_out is not None
    small = replace(result.robustness, leave_one_out=replace(result.robustness.leave_one_out, smallest=4))
    safe = clear(replace(result, robustness=small), policy()).robustness
    assert safe is not None
    assert safe.leave_one_out is not None
    assert (safe.leave_one_out.low, safe.leave_one_out.high) == (None, None)


def test_one_cluster_out_is_the_estimate_without_it() -> None:
    frame, plan = clustered(3.0), demo_plan(economics=False, assigned_at="cluster")
    found = robust(frame, plan).leave_one_out
    assert found is not None
    values = []
    for cluster in sorted(frame.table["cluster"].unique()):
        rest = frame_of(frame.table[frame.table["cluster"] != cluster])
        values.append(judged(rest, plan).estimate(f"did.{OUTCOME}").value)
    assert (found.low, found.high) == (pytest.approx(min(values)), pytest.approx(max(values)))


def test_nobody_is_left_out_where_persons_were_assigned() -> None:
    assert robust(persons(), demo_plan(economics=False)).leave_one_out is None


# Placebos and specifications


def test_a_start_that_never_was_is_placed_before_the_intervention_only() -> None:
    rng = np.random.default_rng(4)
    y, after = rng.normal(size=(40, 8)), np.zeros((40, 8), dtype=bool)
    after[:15, 6:] = True
    y[:15, 3:] += 2.0
    plan = with_rules(public_plan(["tal"]), placebo_periods=["2003", "2007", "1990"])
    found = kinds(robust(frame_of(panel_table(y, after, outcome="tal")), plan), "placebo-time")
    assert set(found) == {"2003"}
    change = y[:, 3:6].mean(axis=1) - y[:, :3].mean(axis=1)
    assert found["2003"].value == pytest.approx(change[:15].mean() - change[15:].mean())
    interval = found["2003"].interval
    assert interval is not None
    assert interval.low > 0
    safe = clear(judged(frame_of(panel_table(y, after, outcome="tal")), plan), policy())
    assert "Noll ligger utanför intervallet" in "".join(robustness_parts(safe, Language("sv")))


def test_specifications_are_those_of_the_plan_in_its_order_and_agree_with_least_squares() -> None:
    import statsmodels.api as sm

    frame = persons()
    wanted = ["winsorised", "baseline", "persons"]
    found = kinds(robust(frame, with_rules(demo_plan(economics=False), specifications=wanted)), "specification")
    assert list(found) == wanted
    wide = frame.table.pivot_table(index="unit", columns="order", values="value")
    treated = frame.table.drop_duplicates("unit").set_index("unit")["treated"].astype(float)
    fit = sm.OLS(wide[1] - wide[0], np.column_stack([treated, np.ones(60), wide[0]])).fit()
    assert found["baseline"].value == pytest.approx(fit.params.iloc[0], rel=1e-8)


def test_a_covariate_that_is_the_treatment_leaves_nothing_to_compute() -> None:
    treated = np.arange(20) < 8
    assert adjusted(np.arange(20.0), treated, treated.astype(float)[:, None]) is None


# Sex


def sexed(effect_women: float, n: int = 120, seed: int = 1) -> AnalysisFrame:
    rng = np.random.default_rng(seed)
    treated, women = np.arange(n) % 2 == 0, np.arange(n) % 4 < 2
    before = rng.normal(40, 10, n)
    table = person_table(before, before + rng.normal(0, 6, n) + effect_women * (treated & women), treated)
    sex = {f"p{i:05d}": "woman" if women[i] else "man" for i in range(n)}
    return frame_of(table.assign(sex=table["unit"].map(sex)))


def test_the_difference_between_women_and_men_is_one_test_with_the_error_of_hc2() -> None:
    import statsmodels.api as sm

    frame = sexed(5.0)
    found = robust(frame, with_rules(demo_plan(economics=False), subgroup="sex")).subgroup
    assert found is not None
    wide = frame.table.pivot_table(index="unit", columns="order", values="value")
    first = frame.table.drop_duplicates("unit").set_index("unit")
    t, w = first["treated"].astype(float), (first["sex"] == "woman").astype(float)
    fit = sm.OLS(wide[1] - wide[0], np.column_stack([t * w, t, w, np.ones(120)])).fit(cov_type="HC2")
    assert found.value == pytest.approx(fit.params.iloc[0], rel=1e-8)
    assert found.std_error == pytest.approx(fit.bse.iloc[0], rel=1e-8)
    assert found.inference == "welch-four"


def test_sex_is_not_tested_where_whole_clusters_were_assigned_or_a_group_is_empty() -> None:
    rules = {"subgroup": "sex"}
    frame = sexed(5.0)
    shared = with_rules(demo_plan(economics=False, common_shocks_at="cluster"), **rules)
    found = robust(frame, shared).subgroup
    assert found is not None
    assert (found.p_value, found.interval, found.inference) == (None, None, "none")
    women = frame_of(frame.table.assign(sex="woman"))
    assert robust(women, with_rules(demo_plan(economics=False), **rules)).subgroup is None


def test_a_small_group_of_one_sex_shows_nothing() -> None:
    plan = with_rules(demo_plan(economics=False), subgroup="sex")
    safe = clear(judged(sexed(5.0), plan), policy(min_cell=31)).robustness
    assert safe is None or safe.subgroup is None or safe.subgroup.value is None


@pytest.mark.parametrize("sizes", [(15, 15, 15, 15), (30, 10, 20, 12)])
def test_the_route_of_four_groups_keeps_its_error_rate_or_is_not_taken(sizes: tuple[int, int, int, int]) -> None:
    found = measure(FourGroups(sizes), 7, draws=2000)
    assert found.chosen is None or found.chosen.worst <= limit(2000)
    # The ordinary interaction with one variance is what fails where the treated vary more.
    assert max(found.ordinary) >= max(m.worst for m in found.measured) - 0.01


# Missing data


def test_lees_bounds_are_those_of_the_referee() -> None:
    # Treated 9 of 10 followed up, y = 2 .. 18; comparison 6 of 10: trimmed by a third, naive 3.0.
    change = np.array([2, 4, 6, 8, 10, 12, 14, 16, 18, 3, 5, 6, 8, 9, 11], dtype=float)
    treated = np.arange(15) < 9
    assert lee(change, treated, (0.9, 0.6)) == (pytest.approx(0.0), pytest.approx(6.0))
    low, high = lee(change, ~treated, (0.6, 0.9))
    assert (low, high) == (pytest.approx(-6.0), pytest.approx(0.0))


def test_lees_bounds_count_a_person_on_the_border_in_part() -> None:
    # Trim 1/4 of 6 persons = 1.5: the second counts half. Kept of 1..6 from below: (0.5*2+3+4+5+6)/4.5.
    change = np.array([1, 2, 3, 4, 5, 6, 0, 0], dtype=float)
    low, high = lee(change, np.arange(8) < 6, (0.8, 0.6))
    assert high == pytest.approx(19 / 4.5)
    assert low == pytest.approx((0.5 * 5 + 4 + 3 + 2 + 1) / 4.5)


def followed(**changes: Any) -> Followed:
    rng = np.random.default_rng(11)
    n = 80
    before, treated = rng.normal(50, 10, n), np.arange(n) % 2 == 0
    analysed = rng.random(n) < 1 / (1 + np.exp(-(1.2 - 0.05 * (before - 50) + 0.4 * treated)))
    order = np.argsort(~analysed, kind="stable")
    known = Followed(before[order], rng.normal(0, 5, int(analysed.sum())), treated[order], analysed[order], np.zeros((n, 0)))
    return replace(known, **changes)


def test_worst_and_best_case_by_hand() -> None:
    # Scale 0-10. Treated: change 2 and one lost at 4; comparison: change 1 and one lost at 6.
    arrays = np.array([3.0, 5.0, 4.0, 6.0]), np.array([2.0, 1.0])
    known = Followed(*arrays, np.array([True, False, True, False]), np.array([True, True, False, False]), np.zeros((4, 0)))
    # Lower: treated lost ends at 0 (-4), comparison lost at 10 (+4): (2-4)/2 - (1+4)/2 = -3.5. Upper: (2+6)/2 - (1-6)/2 = 6.5.
    assert worst_best(known, 0, 10) == (pytest.approx(-3.5), pytest.approx(6.5))


def test_bounds_hold_whatever_those_lost_did() -> None:
    known, rng = followed(), np.random.default_rng(3)
    low, high = worst_best(known, 0, 100)
    lost = ~known.analysed
    for _ in range(50):
        ends = rng.uniform(0, 100, int(lost.sum()))
        change = np.concatenate([known.change, ends - known.before[lost]])
        truth = change[known.treated].mean() - change[~known.treated].mean()
        assert low - 1e-9 <= truth <= high + 1e-9


def test_weights_agree_with_statsmodels() -> None:
    import statsmodels.api as sm

    known = followed()
    start = (known.before - known.before.mean()) / known.before.std()
    design = np.column_stack([np.ones(80), known.treated, start])
    fitted = sm.GLM(known.analysed.astype(float), design, family=sm.families.Binomial()).fit(tol=1e-14).fittedvalues
    assert logistic(known.analysed, design) == pytest.approx(fitted, rel=1e-7)
    weight, treated = 1 / fitted[known.analysed], known.treated[known.analysed]
    means = [np.average(known.change[part], weights=weight[part]) for part in (treated, ~treated)]
    assert weighted_difference(known) == pytest.approx(means[0] - means[1], rel=1e-7)


def test_weights_take_out_attrition_that_follows_the_start_value() -> None:
    rng, n = np.random.default_rng(0), 20_000
    before, treated = rng.normal(0, 1, n), np.arange(n) % 2 == 0
    change = 2.0 * treated + 1.5 * before * treated + rng.normal(0, 1, n)
    analysed = rng.random(n) < 1 / (1 + np.exp(-(0.5 + before)))
    order = np.argsort(~analysed, kind="stable")
    known = Followed(before[order], change[analysed], treated[order], analysed[order], np.zeros((n, 0)))
    assert weighted_difference(known) == pytest.approx(2.0, abs=0.1)
    complete = change[analysed & treated].mean() - change[analysed & ~treated].mean()
    assert complete > 2.3


def test_separated_attrition_gives_no_weights() -> None:
    known = followed()
    before = np.where(known.analysed, 10.0, 90.0) + np.arange(80) / 100
    assert weighted_difference(replace(known, before=before)) is None


@pytest.mark.parametrize(
    ("model", "rows"), [("weights", {"complete_cases", "weights"}), ("bounds", {"complete_cases", "worst-best", "lee"})]
)
def test_the_plans_model_stands_beside_complete_cases(model: str, rows: set[str]) -> None:
    frame = _with_lost(persons(100))
    result = judged(frame, with_rules(demo_plan(economics=False), missing={"model": model}))
    assert result.robustness is not None
    found = kinds(result.robustness, "missing")
    assert set(found) == rows
    assert found["complete_cases"].value == pytest.approx(result.estimate(f"did.{OUTCOME}").value)
    shown = "".join(robustness_parts(clear(result, policy()), Language("sv")))
    assert "Planen angav i förväg" in shown


def test_bounds_of_a_few_lost_are_hidden() -> None:
    result = judged(_with_lost(persons(100)), with_rules(demo_plan(economics=False), missing={"model": "bounds"}))
    safe = clear(result, policy(min_cell=20)).robustness
    assert safe is not None
    assert [a.value for a in safe.alternatives if a.key == "worst-best"] == [None]


def _with_lost(frame: AnalysisFrame) -> AnalysisFrame:
    """Return the frame with 12 treated and 15 comparison persons more, measured at the start only."""
    lost = [(f"q{i:05d}", i < 12, 35.0 + i) for i in range(27)]
    persons_table = pd.concat(
        [frame.persons, pd.DataFrame([{"unit": u, "treated": t, "sex": "man", "cohort": "HT2015"} for u, t, _ in lost])]
    )
    observed = pd.DataFrame(
        [
            {"unit": u, "outcome": OUTCOME, "axis": "occasion", "order": 0, "period": BEFORE, "treated": t, "value": v}
            for u, t, v in lost
        ]
    )
    left = pd.DataFrame([{"unit": u, "outcome": OUTCOME, "reason": "no_follow_up", "occasion": "uppf12"} for u, _, _ in lost])
    return replace(frame, persons=persons_table, observed=observed, left=left)
