"""What a plan may say of change: the index, the border a, b or c with the right SDs, a declared retest, who was referred."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from evalkit.methods.norm_findings import instrument_findings
from evalkit.methods.single_case import single_cases
from evalkit.plan.instrument_use import InstrumentUse
from evalkit.plan.register import load_register
from tests.support.frames import demo_plan, frame_of, person_table

REGISTER = load_register(Path(__file__).parents[2] / "params" / "instruments")
RETEST = {"value": 0.84, "days": 365, "source": "Påhittad manual, sidan 1"}


def register(normal: tuple[float, float, int] | None, clinical: tuple[float, float] | None):
    """Return the register with made-up Swedish norms of phq9: none, one of the population, one of patients, or both."""
    row = next(r for r in REGISTER.norms if r.norm_id == "DE-2003-08.phq9.total.f")
    rows = []
    if normal is not None:
        mean, sd, n = normal
        facts = {
            "country": "SE",
            "norm_id": "SE-x.phq9.total.all",
            "norm_set": "SE-x",
            "sex": "all",
            "age_from": None,
            "age_to": None,
        }
        rows.append(row.model_copy(update={**facts, "mean": mean, "sd": sd, "n": n, "status": "draft"}))
    if clinical is not None:
        mean, sd = clinical
        facts = {
            "country": "SE",
            "norm_id": "SE-y.phq9.total.all",
            "norm_set": "SE-y",
            "sex": "all",
            "age_from": None,
            "age_to": None,
        }
        rows.append(row.model_copy(update={**facts, "kind": "clinical", "mean": mean, "sd": sd, "n": 50}))
    return REGISTER.model_copy(update={"norms": tuple(rows)})


def plan_with(**use: object):
    plan = demo_plan(economics=False)
    one = InstrumentUse.model_validate({"instrument": "phq9", "scale": "total", **use}, strict=False)
    outcome = plan.outcomes[0].model_copy(update={"instruments": (one,), "direction": "lower_better"})
    return plan.model_copy(update={"outcomes": (outcome,)})


def frame(before, after, treated):
    return frame_of(person_table(before, after, treated).assign(instrument="phq9", sex="woman"))


def found(before, after, treated, norms, **use):
    (page,) = instrument_findings(frame(before, after, treated), plan_with(**use), norms)
    return page


BEFORE, AFTER = [18.0, 18, 12, 20, 15], [9.0, 13, 6, 21, 21]
EVERYBODY = [True] * 5


def counts(page) -> tuple[int, int, int, int]:
    (one,) = page.classes
    return one.n_recovered, one.n_improved, one.n_unchanged, one.n_deteriorated


def test_b_takes_two_sds_of_the_norm_and_never_the_clinical_ones():
    # M 5, SD 4 (n 300): b 13; error from the norm's SD: Sdiff 4 * sqrt(.32) = 2.2627, smallest detectable 4.4350.
    page = found(BEFORE, AFTER, EVERYBODY, register((5, 4, 300), None), change={"reliability": RETEST})
    (one,) = page.classes
    assert (one.criterion, one.cut, one.why_not_c, one.sd_basis) == ("b", 13.0, "no-clinical", "norm")
    assert one.smallest_detectable == pytest.approx(1.96 * 4 * np.sqrt(2 * 0.16))
    # 18 to 9 and 18 to 13 cross 13 and are reliable; 12 to 6 began inside; 15 to 21 is worse.
    assert counts(page) == (2, 1, 1, 1)


def test_c_weights_each_mean_with_the_other_groups_sd():
    use = {"change": {"reliability": RETEST, "clinical_set": "SE-y"}}
    page = found(BEFORE, AFTER, EVERYBODY, register((5, 4, 300), (18, 5)), **use)
    (one,) = page.classes
    assert (one.criterion, one.why_not_c) == ("c", "")
    assert one.cut == pytest.approx(10.7778, abs=5e-5)
    assert not one.clinical_secured
    # 18 to 9 and 12 to 6 cross 10.78; 18 to 13 is reliable and does not.
    assert counts(page) == (2, 1, 1, 1)


def test_c_is_never_taken_unasked_and_the_sentence_says_so():
    (one,) = found(BEFORE, AFTER, EVERYBODY, register((5, 4, 300), (18, 5)), change={"reliability": RETEST}).classes
    assert (one.criterion, one.why_not_c) == ("b", "clinical-unnamed")


def test_c_without_overlap_gives_way_to_b():
    use = {"change": {"reliability": RETEST, "clinical_set": "SE-y"}}
    (one,) = found(BEFORE, AFTER, EVERYBODY, register((2, 1, 300), (18, 3)), **use).classes
    assert (one.criterion, one.cut, one.why_not_c) == ("b", 4.0, "no-overlap")


def test_a_comes_from_the_clinical_group_where_there_is_no_norm():
    use = {"change": {"reliability": RETEST, "clinical_set": "SE-y"}}
    (one,) = found(BEFORE, AFTER, EVERYBODY, register(None, (18, 5)), **use).classes
    assert (one.criterion, one.cut, one.why_not_c, one.sd_basis) == ("a", 8.0, "no-normal", "baseline")


def test_the_first_measurement_may_stand_for_the_clinical_group():
    use = {"change": {"reliability": RETEST, "clinical_set": "baseline", "criterion": "a"}}
    (one,) = found(BEFORE, AFTER, EVERYBODY, register((5, 4, 300), None), **use).classes
    assert one.criterion == "a"
    assert one.cut == pytest.approx(np.mean(BEFORE) - 2 * np.std(BEFORE, ddof=1))


def test_a_criterion_that_cannot_be_had_gives_no_border_and_a_reason():
    (one,) = found(BEFORE, AFTER, EVERYBODY, register(None, None), change={"reliability": RETEST, "criterion": "b"}).classes
    assert (one.criterion, one.cut, one.why_not_c, one.n_recovered) == ("", None, "no-clinical", 0)
    use = {"change": {"reliability": RETEST, "criterion": "c", "clinical_set": "SE-z"}}
    (one,) = found(BEFORE, AFTER, EVERYBODY, register((5, 4, 300), (18, 5)), **use).classes
    assert (one.criterion, one.why_not_c) == ("", "clinical-other")


def test_the_regressed_index_expects_who_is_far_off_to_move_back():
    # M 18, s 5, r .84: 24 to 15 is -2.9636 (plain -3.1820), 18 to 9 is -3.3174.
    change = {"reliability": RETEST, "index": "regressed"}
    referred = {"mean": 18, "retest": 0.84, "source": "Påhittat"}
    norms, plan = register((18, 5, 300), None), plan_with(change=change, referred=referred)
    cases = list(single_cases(frame([24.0, 18], [15.0, 9], [True, True]), plan, norms))
    assert [case.index for case in cases] == pytest.approx([-3.3174, -2.9636], abs=5e-5)  # ordered by the first measurement
    (page,) = instrument_findings(frame([24.0, 18], [15.0, 9], [True, True]), plan, norms)
    (one,) = page.classes
    assert (one.index, one.n_improved + one.n_recovered) == ("regressed", 2)
    assert one.smallest_detectable == pytest.approx(1.96 * 5 * np.sqrt(1 - 0.84**2))


def test_the_regressed_index_without_a_mean_judges_nobody():
    (one,) = found(BEFORE, AFTER, EVERYBODY, register(None, None), change={"reliability": RETEST, "index": "regressed"}).classes
    assert one.reason == "no-population"


def test_spread_follows_the_plan_and_is_missed_where_it_is_not_there():
    change = {"reliability": RETEST, "spread": "baseline"}
    (one,) = found(BEFORE, AFTER, EVERYBODY, register((5, 4, 300), None), change=change).classes
    assert one.sd_basis == "baseline"
    assert one.smallest_detectable == pytest.approx(1.96 * np.std(BEFORE, ddof=1) * np.sqrt(0.32))
    change = {"reliability": RETEST, "spread": "norm"}
    (one,) = found(BEFORE, AFTER, EVERYBODY, register(None, None), change=change).classes
    assert one.reason == "no-norm-spread"


@pytest.mark.parametrize(
    ("declared", "reason"), [({"value": 0.79}, "reliability-low"), ({"days": 30}, "interval-other"), ({"days": 92}, "")]
)
def test_a_declared_retest_is_held_to_the_same_rules(declared, reason):
    change = {"reliability": {**RETEST, **declared}}
    (one,) = found(BEFORE, AFTER, EVERYBODY, register(None, None), change=change).classes
    assert (one.reason, one.reliability_status) == (reason, "plan")


def test_one_case_against_a_small_norm_is_crawford_and_howells_t():
    norms = register((14.5, 6.2, 18), None)
    (case,) = single_cases(frame([31.0], [14.5], [True]), plan_with(), norms)
    assert (case.before_against.statistic, case.before_against.p_value) == pytest.approx((2.5903, 0.0191), abs=5e-5)
    assert case.before_z == pytest.approx(2.6613, abs=5e-5)
    assert case.after_against.statistic == 0
    assert (case.index, case.change_class) == (None, "")


def test_a_norm_of_unknown_size_has_no_test_of_a_single_case():
    norms = register((14.5, 6.2, 18), None)
    unknown = norms.model_copy(update={"norms": tuple(r.model_copy(update={"n": None}) for r in norms.norms)})
    (case,) = single_cases(frame([31.0], [14.5], [True]), plan_with(), unknown)
    assert case.before_against is None
    assert case.before_z == pytest.approx(2.6613, abs=5e-5)


def test_regression_goes_to_the_referred_groups_mean_and_is_never_subtracted():
    referred = {"mean": 10, "retest": 0.6, "source": "Eget register"}
    page = found(BEFORE, AFTER, EVERYBODY, register(None, None), referred=referred)
    (one,) = page.regression
    expected = -(1 - 0.6) * (np.mean(BEFORE) - 10)
    assert (one.low, one.high) == pytest.approx((expected, 0.0))
    assert (one.basis, one.target, one.source) == ("plan", "plan", "Eget register")
    assert one.observed == pytest.approx(np.mean(AFTER) - np.mean(BEFORE))


def test_no_regression_is_shown_where_the_plan_says_nobody_was_selected():
    plan = plan_with(referred={"mean": 10, "retest": 0.6, "source": "Eget register"})
    plan = plan.model_copy(update={"design": plan.design.model_copy(update={"selected_on_outcome": "no"})})
    (page,) = instrument_findings(frame(BEFORE, AFTER, EVERYBODY), plan, register(None, None))
    assert (page.regression, page.no_regression) == ((), "not-selected")


def test_equivalence_is_tested_with_the_plans_margin_as_on_paper():
    """Treated 8.2 (5.5), n 40, against 6.0 (4.8), n 300: within one SD p .0032, within half an SD p .4137."""
    rng = np.random.default_rng(1)
    raw = rng.standard_normal(40)
    values = 8.2 + 5.5 * (raw - raw.mean()) / raw.std(ddof=1)
    norms = register((6.0, 4.8, 300), None)
    for margin, p in ((1.0, 0.0032), (0.5, 0.4137)):
        page = found(values, values, [True] * 40, norms, equivalence_margin=margin)
        assert page.comparisons[0].margin == pytest.approx(margin * 4.8)
        assert page.comparisons[0].equivalence_p == pytest.approx(p, abs=5e-5)


def test_the_norm_is_weighted_by_the_sexes_and_ages_that_were_measured():
    base = register((5, 4, 300), None).norms[0]
    rows = [
        base.model_copy(
            update={"norm_id": f"SE-x.{sex}.{low}", "sex": sex, "age_from": low, "age_to": low + 4, "mean": mean, "n": 100}
        )
        for sex, low, mean in (("f", 15, 4.0), ("m", 15, 3.0), ("f", 20, 6.0), ("m", 20, 5.0))
    ]
    norms = REGISTER.model_copy(update={"norms": tuple(rows)})
    shown = frame([8.0, 9, 10, 11], [8.0, 9, 10, 12], [True] * 4)
    shown.persons["sex"] = ["woman", "woman", "man", "woman"]
    shown.persons["birth_date"] = pd.to_datetime(["2000-01-01", "1994-01-01", "1994-01-01", "1980-01-01"])
    (page,) = instrument_findings(shown, plan_with(), norms)
    one = page.comparisons[0]
    assert (one.n, one.n_without_norm) == (3, 1)
    assert one.norm_mean == pytest.approx((4 + 6 + 5) / 3)
    assert one.norm_sd == pytest.approx(np.sqrt(16 + np.var([4, 6, 5])))
    assert [row.id for row in page.norms] == ["SE-x.f.15", "SE-x.f.20", "SE-x.m.20"]


def test_a_clustered_design_has_no_test_against_the_norm():
    plan = plan_with(equivalence_margin=1.0)
    plan = plan.model_copy(update={"design": plan.design.model_copy(update={"assigned_at": "cluster"})})
    (page,) = instrument_findings(frame(BEFORE, AFTER, EVERYBODY), plan, register((5, 4, 300), None))
    assert {(c.interval, c.p_value, c.equivalence_p) for c in page.comparisons} == {(None, None, None)}
    assert [c.difference for c in page.comparisons] == pytest.approx([np.mean(BEFORE) - 5, np.mean(AFTER) - 5])
