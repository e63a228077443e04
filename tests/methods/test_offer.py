"""The test of an offer: the same numbers as CR2, a route that is measured on the very draw, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from evalkit.errors import EstimationError
from evalkit.methods.experiment.itt import experiment_columns, itt
from evalkit.methods.experiment.offer import ROUTES, offer_forms, offer_test
from evalkit.methods.experiment.offer_route import Offer, measure_offer
from evalkit.methods.validity.measure import candidates, limit, measure
from evalkit.methods.validity.offer_grid import judge_offer, offer_cells
from evalkit.workflow.validity_doc import SEED
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from tests.support.small_run import HERE


def drawn_study(seed: int, *, cluster_size: int = 1, blocks: int = 1):
    rng = np.random.default_rng(seed)
    units = int(rng.integers(8, 20)) * 2
    drawn = np.repeat(rng.permutation(units) < units // 2, cluster_size)
    n = len(drawn)
    block = np.repeat(np.arange(units) % blocks, cluster_size)
    return rng.normal(size=n), rng.normal(size=n), drawn, block, np.repeat(np.arange(units), cluster_size)


@given(st.integers(0, 10_000), st.sampled_from([1, 3]), st.sampled_from([1, 2]))
@settings(max_examples=25, deadline=None)
def test_the_linear_forms_give_the_estimate_the_error_and_the_degrees_of_freedom_of_cr2(seed, size, blocks):
    y, x, drawn, block, cluster = drawn_study(seed, cluster_size=size, blocks=blocks)
    fit = itt(y, drawn, baseline=x, block=block, cluster=cluster)
    forms = offer_forms(experiment_columns(drawn, baseline=x, block=block), drawn, cluster)
    found = forms.tests(y[None, :])
    assert found.estimate[0] == pytest.approx(fit.estimate, rel=1e-9)
    assert np.sqrt(found.variance[0]) == pytest.approx(fit.std_error, rel=1e-9)
    assert forms.df == pytest.approx(fit.df, rel=1e-9)
    assert offer_test(forms, y, "cr2", 0.95).p_value == pytest.approx(fit.p_value, rel=1e-7)


def test_without_covariates_the_seen_degrees_of_freedom_are_welchs_and_the_pooled_test_is_students():
    rng = np.random.default_rng(4)
    one, other = rng.normal(1, 3, 7), rng.normal(0, 1, 12)
    drawn = np.arange(19) < 7
    y = np.r_[one, other]
    forms = offer_forms(experiment_columns(drawn), drawn, np.arange(19))
    welch, student = (stats.ttest_ind(one, other, equal_var=equal) for equal in (False, True))
    found = forms.tests(y[None, :])
    seen = found.parts(forms.df)["seen"]
    assert seen[1][0] == pytest.approx(min(welch.df, forms.df))
    assert offer_test(forms, y, "cr2-cautious", 0.95).p_value >= welch.pvalue - 1e-12
    pooled, df = (values[0] for values in found.parts(forms.df)["pooled"])
    assert 2 * stats.t.sf(abs(found.estimate[0]) / np.sqrt(pooled), df) == pytest.approx(student.pvalue)


def test_an_interval_excludes_zero_exactly_where_the_p_value_is_below_five_per_cent():
    for seed in range(40):
        y, x, drawn, block, cluster = drawn_study(seed)
        forms = offer_forms(experiment_columns(drawn, baseline=x, block=block), drawn, cluster)
        for route in ROUTES:
            found = offer_test(forms, y, route, 0.95)
            assert (abs(float(y @ forms.weights)) > found.half_width) == (found.p_value < 0.05)


def test_a_small_arm_with_three_times_the_spread_gets_a_route_that_holds_where_cr2_alone_does_not():
    cells = {cell.label: cell for cell in offer_cells()}
    found = judge_offer(cells["8 + 30 personer, SD × 3"], 4_000, SEED)
    assert found.holds
    assert found.route != "cr2"
    measured = measure_offer(cells["8 + 30 personer, SD × 3"].design, SEED)
    plain = next(m for m in measured.measured if m.name == "cr2")
    assert plain.worst > limit(measured.draws)


@pytest.mark.parametrize("label", ["12 + 12 personer, SD × 3", "12 par, SD × 3", "6 + 6 kluster om 8, ICC .1, SD × 2"])
def test_rows_of_the_table_hold_at_fewer_draws(label):
    cell = next(cell for cell in offer_cells() if cell.label == label)
    assert judge_offer(cell, 3_000, SEED).holds


def test_the_stored_table_holds_every_row_and_no_row_beyond_the_bound():
    text = (HERE / "docs" / "VALIDITY.md").read_text(encoding="utf-8")
    part = text.partition("<!-- offers: made by")[2].partition("<!-- end of offers -->")[0]
    assert [cell.label for cell in offer_cells() if f"| {cell.label} |" not in part] == []
    assert "över gränsen" not in part
    assert "20000 dragningar" in part


def test_two_in_an_arm_are_measured_by_nobody():
    drawn = np.arange(12) < 2
    design = Offer.of(experiment_columns(drawn), drawn, np.arange(12))
    assert measure_offer(design, 1) is None


def test_every_route_is_a_candidate_and_the_same_seed_measures_the_same():
    assert {candidate.name for candidate in candidates("offer")} == set(ROUTES)
    drawn = np.arange(24) < 12
    design = Offer.of(experiment_columns(drawn), drawn, np.arange(24))
    assert measure(design, 3, 500).measured == measure(Offer.of(experiment_columns(drawn), drawn, np.arange(24)), 3, 500).measured


def test_a_cluster_in_both_arms_is_refused():
    drawn = np.array([True, True, False, False])
    with pytest.raises(EstimationError, match="båda grupperna"):
        offer_forms(experiment_columns(drawn), drawn, np.array([0, 1, 1, 2]))
