"""Instrument pages: norm, bands, classes and expected regression, by paper, referee, property and refusal."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from evalkit.methods.asked import Asked
from evalkit.methods.change_findings import newcombe
from evalkit.methods.norm_findings import instrument_findings
from evalkit.methods.norm_lookup import band_of, bands_of, norm_of, weighted
from evalkit.methods.reliability_choice import choose_reliability
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.instrument_use import InstrumentUse
from evalkit.plan.instruments import InstrumentRegister
from evalkit.plan.register import load_register
from evalkit.release.clear_norms import clear_instruments
from evalkit.release.clearance import Clearance
from tests.support.frames import EMPTY_REGISTER, demo_plan, frame_of, person_table
from tests.support.sample_result import policy, sample_result

REGISTER = load_register(Path(__file__).parents[2] / "params" / "instruments")


def plan_with(instrument: str, scale: str, **use: object) -> EvaluationPlan:
    plan = demo_plan(economics=False)
    outcome = plan.outcomes[0].model_copy(update={"instruments": (InstrumentUse(instrument=instrument, scale=scale, **use),)})
    return plan.model_copy(update={"outcomes": (outcome,)})


def page(before, after, treated, instrument, scale, register: InstrumentRegister = REGISTER, **use):
    frame = frame_of(person_table(before, after, treated).assign(instrument=instrument))
    (found,) = instrument_findings(frame, plan_with(instrument, scale, **use), register)
    return found


def test_group_against_a_metric_norm_is_the_one_sample_t_on_paper():
    # Treated 90, 100, 110: mean 100, SD 10, SE 5.7735; against 100 the difference is 0, after +10 it is 10 -> t 1.7321, df 2.
    found = page([90, 100, 110, 95, 105], [100, 110, 120, 95, 105], [True, True, True, False, False], "wisc5", "full_scale")
    before, after = (c for c in found.comparisons if c.group == "treated")
    assert (before.difference, after.difference, after.route) == (0.0, 10.0, "one-sample-t")
    assert after.standardised == pytest.approx(10 / 15)
    assert after.p_value == pytest.approx(0.2254033, abs=1e-6)  # R: 2 * pt(-sqrt(3), 2)
    assert (after.interval.low + after.interval.high) / 2 == pytest.approx(10.0)
    assert found.norms[0].status == "metric"
    assert found.practice


def test_norm_of_known_size_takes_welch_and_the_plans_margin():
    rng = np.random.default_rng(2)
    values = rng.normal(13, 5, 40)
    use = {"norm_country": "GB", "norm_set": "UK-1999-self", "equivalence_margin": 0.5}
    found = page(values, values, [True] * 40, "sdq_self", "total", **use)
    assert found.no_norm == "age"  # the frame tells no ages, the norm is for 11 to 15 years
    norm = norm_of(REGISTER, InstrumentUse(instrument="sdq_self", **use), *_scale("sdq_self", "total"), [("f", 13.0), ("m", 12.0)])
    assert [r.n for r in norm.references] == [4228]


def test_a_norm_of_another_country_is_named_and_not_used():
    found = page([20, 14, 10], [18, 12, 9], [True, True, False], "sdq_parent", "total")
    assert (found.no_norm, found.norms_elsewhere, found.comparisons) == ("country", ("GB", "NL"), ())
    assert found.no_regression == "no-norm"


def test_a_scale_without_any_norm_says_so():
    assert page([40, 60], [52, 64], [True, True], "who5", "percent").no_norm == "none"


def test_a_mixed_group_has_the_weighted_mean_of_its_norms():
    use = InstrumentUse(instrument="phq9", norm_country="DE")
    norm = norm_of(REGISTER, use, *_scale("phq9", "total"), [("f", 30.0), ("f", 40.0), ("f", 50.0), ("m", 30.0)])
    mixed = weighted([row for row in norm.rows if row])
    assert mixed.mean == pytest.approx((3 * 3.1 + 2.7) / 4)
    assert mixed.sd == pytest.approx(np.sqrt(3.5**2 + 3 / 4 * 0.1**2 + 1 / 4 * 0.3**2))
    assert mixed.n is None  # the source does not tell the size by sex


def test_bands_count_everybody_once_before_and_after():
    found = page([10, 14, 16, 17, 40], [0, 13, 14, 20, 16], [True] * 5, "sdq_parent", "total")
    counts = {(s.order, s.band): s.n for s in found.shares if s.group == "treated"}
    assert [counts[0, b] for b in ("normal", "borderline", "abnormal")] == [1, 2, 2]
    assert [counts[1, b] for b in ("normal", "borderline", "abnormal")] == [2, 2, 1]


def test_bands_that_differ_by_sex_follow_the_person():
    cuts, _ = bands_of(*_scale("audit_c", "total"), InstrumentUse(instrument="audit_c", cutoff_system="FHM"))
    assert [band_of(cuts, 5.0, (sex, 20.0)).id for sex in ("f", "m")] == ["risk", "low_risk"]
    assert band_of(cuts, 5.0, ("all", 20.0)) is None


def test_two_band_systems_need_the_plans_choice():
    assert bands_of(*_scale("audit_c", "total"), InstrumentUse(instrument="audit_c"))[1] == "choice"


def test_classes_are_refused_without_a_reliability_that_can_carry_them():
    assert {c.reason for c in page([40, 60, 50], [52, 64, 50], [True] * 3, "who5", "percent").classes} == {"no-reliability"}
    assert {c.reason for c in page([20, 14, 9], [8, 12, 9], [True] * 3, "sdq_parent", "total").classes} == {"interval-unknown"}


def retested(instrument: str, **facts: object):
    """Return a register whose instrument has one made-up retest: a year apart and 0.89 unless told otherwise."""
    found = REGISTER.find(instrument)
    one = found.reliability[0].model_copy(
        update={"kind": "retest", "value": 0.89, "interval_days": 365, "scale": "total", "status": "draft", **facts}
    )
    return InstrumentRegister(instruments=(found.model_copy(update={"reliability": (one,)}),), norms=REGISTER.norms)


def chosen(register: InstrumentRegister, instrument: str, days: float = 365.0):
    found = register.find(instrument)
    scale = found.scale("total")
    use = InstrumentUse(instrument=instrument)
    return choose_reliability(Asked(plan_with(instrument, "total"), use, register, found, scale), days)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({}, ""),
        ({"value": 0.80}, ""),
        ({"value": 0.79}, "reliability-low"),
        ({"value": None, "low": 0.79, "high": 0.95}, "reliability-low"),
        ({"value": None, "low": 0.85, "high": 0.95}, ""),
        ({"kind": "alpha", "interval_days": None}, "no-retest"),
        ({"interval_days": None}, "interval-unknown"),
        ({"interval_days": 91}, "interval-other"),
        ({"interval_days": 92}, ""),
        ({"interval_days": 1460}, ""),
        ({"interval_days": 1461}, "interval-other"),
    ],
)
def test_only_a_retest_of_eighty_over_a_comparable_time_carries_a_judgement(facts, reason):
    assert chosen(retested("phq9", **facts), "phq9").reason == reason


def test_of_several_retests_the_lowest_counts_and_its_source_is_told():
    wisc = REGISTER.find("wisc4")
    asked = Asked(plan_with("wisc4", "full_scale"), InstrumentUse(instrument="wisc4"), REGISTER, wisc, wisc.scale("full_scale"))
    found = choose_reliability(asked, 730.0)
    assert (found.value, found.basis, found.status) == (0.82, "retest 1037", "draft")
    assert "Watkins & Smith 2013" in found.source
    assert found.key == "wisc4/reliability/full_scale/retest"


def test_classes_of_phq9_on_paper():
    # Retest .89, baseline SD 9.138 (sum of squares 334): smallest detectable change 8.40. No Swedish norm, so no border.
    before, after = [25.0, 20.0, 1.0, 12.0, 12.0], [10.0, 15.0, 10.0, 12.0, 13.0]
    found = page(before, after, [True] * 5, "phq9", "total", retested("phq9"))
    (classes,) = found.classes
    sd = float(np.std(before, ddof=1))
    assert classes.smallest_detectable == pytest.approx(1.96 * sd * np.sqrt(2 * 0.11))
    counts = (classes.n_recovered, classes.n_improved, classes.n_unchanged, classes.n_deteriorated)
    assert counts == (0, 1, 3, 1)
    assert (classes.sd_basis, classes.criterion, classes.why_not_c) == ("baseline", "", "no-clinical")


def test_newcombe_matches_the_published_interval():
    """Newcombe 1998, Statist Med 17:873-890, example (a): 56/70 minus 48/80, method 10: 0.0524 to 0.3339."""
    interval = newcombe((56, 48), (70, 80), 0.95)
    assert (interval.low, interval.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_regression_is_a_range_from_nothing_towards_the_norm():
    rng = np.random.default_rng(4)
    before = np.clip(np.round(rng.normal(88, 12, 60)), 45, 155)
    after = np.clip(np.round(100 + 0.6 * (before - 100) + rng.normal(0, 8, 60)), 45, 155)
    treated = np.arange(60) < 30
    found = page(before, after, treated, "wisc5", "full_scale")
    mine = next(r for r in found.regression if r.group == "treated")
    r = np.corrcoef(before[~treated], after[~treated])[0, 1]
    assert (mine.low, mine.basis) == (0.0, "comparison")
    assert mine.high == pytest.approx((1 - r) * (100 - before[treated].mean()))
    assert mine.observed == pytest.approx((after - before)[treated].mean())  # shown as it is, nothing subtracted


def test_an_empty_register_gives_no_page():
    frame = frame_of(person_table([1.0, 2.0], [2.0, 3.0], [True, True]).assign(instrument="who5"))
    assert instrument_findings(frame, demo_plan(economics=False), EMPTY_REGISTER) == ()


def test_small_bands_are_merged_and_never_shown():
    values = np.array([5.0] * 30 + [15.0] * 4 + [20.0] * 26)
    found = page(values, values, [True] * 60, "sdq_parent", "total")
    result = sample_result()
    result = type(result)(**{f: getattr(result, f) for f in result.__dataclass_fields__} | {"instruments": (found,)})
    ruler = Clearance(policy(), public=False)
    (safe,) = clear_instruments(result, ruler, ())
    assert {s.bands for s in safe.shares} == {("normal",), ("borderline", "abnormal")}
    assert all(s.n is None or s.n >= 10 for s in safe.shares)
    assert ("band:valbefinnande", "merged") in {(s.where, s.reason) for s in ruler.suppressions}


def _scale(instrument: str, scale: str):
    found = REGISTER.find(instrument)
    return found, found.scale(scale)
