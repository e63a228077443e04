"""A planned lottery is answered as its evaluation will be: the same forms, the same route, take-up and loss included."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from evalkit.errors import PlanError
from evalkit.methods.experiment.itt import experiment_columns, itt
from evalkit.methods.experiment.offer import ROUTES, offer_test
from evalkit.methods.experiment.offer_route import Offer, measure_offer
from evalkit.methods.power.behaviour import Expected
from evalkit.methods.power.clusters import Cluster
from evalkit.methods.power.designs import Individual
from evalkit.methods.power.diagnosis import diagnose
from evalkit.methods.power.offer_kernels import ClusterKernel, DrawnOffer, PersonKernel
from evalkit.methods.power.offers import MOST_PERSONS, OfferStudy, blocks_of, route_of
from evalkit.methods.power.solve import power
from hypothesis import given, settings
from hypothesis import strategies as st

LIMIT, DRAWS = 3.3, 6_000


def _cases():
    """Return designs that nobody chose, each with the formula's own."""
    rng = np.random.default_rng(20_260_102)
    for _ in range(5):
        n, r, share = int(rng.integers(40, 160)), float(rng.uniform(0, 0.8)), float(rng.uniform(0.3, 0.6))
        study = OfferStudy((n,), share, float(rng.uniform(0.2, 0.8)), baseline=r)
        yield study, Individual(n, round(n * share) / n, r**2, 1)
    for _ in range(3):
        blocks, r = int(rng.integers(4, 12)), float(rng.uniform(0.2, 0.7))
        n = blocks * 2 * int(rng.integers(2, 8))
        yield OfferStudy(blocks_of(n, blocks), 0.5, 0.6, baseline=r), Individual(n, 0.5, r**2, 1, blocks=blocks)
    for _ in range(4):
        half, size, icc = int(rng.integers(6, 14)), int(rng.integers(4, 16)), float(rng.uniform(0.02, 0.3))
        r = float(rng.uniform(0.2, 0.7))
        yield OfferStudy((size,) * 2 * half, 0.5, 0.5, True, r, icc), Cluster(2 * half, size, icc, r2_within=r**2)


@pytest.mark.parametrize(("study", "planned"), tuple(_cases()), ids=lambda value: "")
def test_formula_and_simulation_agree_but_for_first_measurements_that_differ_by_chance(study: OfferStudy, planned) -> None:
    """The exception named: a covariate that the arms share unequally by chance costs 1/(N − k − 2) of the variance of persons."""
    found = diagnose(study, draws=DRAWS, seed=3)
    chance = 1.0 if study.clustered else 1 - 1 / max(sum(study.sizes) - len(study.sizes) - 3, 1)
    expected = power(planned, study.effect * math.sqrt(chance))
    # Two Monte Carlo errors: of the outcomes, and of the lotteries among which they are divided (about as half of the first).
    assert abs(found.power.value - expected) <= LIMIT * 1.15 * found.power.mcse + 0.003
    assert abs(found.bias.value) <= LIMIT * 1.15 * found.bias.mcse
    assert abs(found.coverage.value - 0.95) <= LIMIT * math.sqrt(0.05 * 0.95 / DRAWS) + 0.004


@given(st.integers(0, 999), st.sampled_from(sorted(ROUTES)), st.booleans())
@settings(max_examples=25, deadline=None)
def test_the_simulated_test_is_the_evaluations_own(seed: int, route: str, clustered: bool) -> None:
    study = OfferStudy((4,) * 8, 0.5, 0.4, clustered, 0.5, 0.1 if clustered else 0.0, attrition=0.2, route=route)
    rng = np.random.default_rng(seed)
    drawn = study.lottery(rng)
    outcome = rng.standard_normal(len(drawn.arm)) + 3 * drawn.columns[:, -1] + 7
    kernel = (ClusterKernel if clustered else PersonKernel).of(drawn, study.icc, 0.0)
    given = kernel.loadings @ outcome if clustered else outcome
    tests = study._route(kernel.tests(given[None, :]), kernel.df)
    block = None if clustered else np.unique(drawn.columns[:, 1:-1], axis=0, return_inverse=True)[1]
    fit = itt(outcome, drawn.arm, baseline=drawn.columns[:, -1], block=block, cluster=drawn.group)
    assert tests[0].value[0] == pytest.approx(fit.estimate, abs=1e-9)
    p = offer_test(drawn.forms, outcome, route, 0.95).p_value
    assert max(float(test.p_values()[0]) for test in tests) == pytest.approx(p, abs=1e-9)
    assert kernel.df == pytest.approx(fit.df, rel=1e-9)
    if route == "cr2":
        assert tests[0].std_error[0] == pytest.approx(fit.std_error, rel=1e-9)


def test_whoever_is_alone_in_a_block_after_loss_is_left_out_as_the_evaluation_leaves_her_out() -> None:
    block = np.array([0] * 6 + [1] * 6 + [2])
    arm = np.array([True, False] * 6 + [True])
    first = np.random.default_rng(2).standard_normal(13)
    drawn = DrawnOffer(experiment_columns(arm, baseline=first, block=block), arm, np.arange(13))
    outcome = np.random.default_rng(3).standard_normal((4, 13))
    kernel, forms = PersonKernel.of(drawn, 0.0, 0.0), drawn.forms
    found, slow = kernel.tests(outcome), forms.tests(outcome)
    assert kernel.df == pytest.approx(forms.df, rel=1e-9)
    for name in ("estimate", "variance", "df", "pooled"):
        assert getattr(found, name) == pytest.approx(getattr(slow, name), rel=1e-9)


def test_drawn_scores_of_clusters_have_the_spread_of_drawn_persons() -> None:
    study = OfferStudy((3, 5) * 5, 0.5, 0.0, True, 0.4, 0.2)
    drawn = study.lottery(np.random.default_rng(1))
    kernel = ClusterKernel.of(drawn, 0.2, 0.0)
    scores = kernel.noise(60_000, np.random.default_rng(2), 0.8)
    rng, codes = np.random.default_rng(3), drawn.group
    persons = 0.8 * rng.standard_normal((60_000, 40)) + math.sqrt(0.2) * rng.standard_normal((60_000, 10))[:, codes]
    rows = persons @ kernel.loadings.T
    assert np.cov(scores.T) == pytest.approx(np.cov(rows.T), abs=6 * float(np.abs(np.cov(rows.T)).max()) / math.sqrt(60_000))


def test_the_route_is_the_one_the_evaluation_would_choose() -> None:
    study = OfferStudy((24,), 1 / 3, 0.5, baseline=0.5)
    drawn = study.lottery(np.random.Generator(np.random.SFC64(np.random.SeedSequence([9]))))
    measured = measure_offer(Offer.of(drawn.columns, drawn.arm, drawn.group), 9)
    assert measured is not None
    assert measured.chosen is not None
    assert route_of(study, 9) == measured.chosen.name


def test_take_up_dilutes_loss_costs_power_and_neither_is_bias() -> None:
    whole = OfferStudy((80,), 0.5, 0.6, baseline=0.5)
    part = replace(whole, take_up=0.7, take_up_comparison=0.1, attrition=0.25)
    found, all_of_it = (diagnose(study, draws=DRAWS, seed=5) for study in (part, whole))
    assert found.study.estimand == pytest.approx(0.36)
    assert abs(found.bias.value) <= LIMIT * 1.15 * found.bias.mcse
    assert found.power.value < all_of_it.power.value - 0.2
    expected = power(Expected(Individual(80, 0.5, 0.25, 1), 0.25, 0.7, 0.1), 0.6)
    assert abs(found.power.value - expected) < 0.03


@given(st.integers(2, 9), st.integers(1, 6), st.floats(0.2, 0.8), st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_every_block_has_both_arms_and_the_whole_its_share(size: int, blocks: int, share: float, seed: int) -> None:
    study = OfferStudy((size,) * blocks, min(max(share, 1 / size), 1 - 1 / size), 0.1)
    drawn = study.lottery(np.random.default_rng(seed))
    inside = drawn.columns[:, 1 : 1 + blocks].astype(bool)
    counts = [int(drawn.arm[inside[:, b]].sum()) for b in range(blocks)]
    assert all(0 < n < size for n in counts)
    assert abs(sum(counts) - study.share * size * blocks) <= blocks


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"sizes": (1, 4)}, "DSN-ARMS"),
        ({"share": 0.0}, "DSN-ARMS"),
        ({"icc": 1.2}, "DSN-ICC"),
        ({"take_up": 1.4}, "DSN-SHARE"),
        ({"attrition": -0.1}, "DSN-SHARE"),
        ({"route": "z"}, "DSN-ANSWER"),
        ({"sizes": (MOST_PERSONS + 1,)}, "DSN-LARGE"),
    ],
)
def test_an_impossible_lottery_is_refused(wrong, code) -> None:
    with pytest.raises(PlanError) as caught:
        OfferStudy(**{"sizes": (8, 8), "share": 0.5, "effect": 0.5, **wrong})
    assert caught.value.code == code


def test_no_route_is_promised_where_none_holds() -> None:
    assert route_of(OfferStudy((2, 2), 0.5, 0.5), 1) is None
