"""Simulated and analytic power agree; simulated inference is the evaluation's own; each figure knows its Monte Carlo error."""

from __future__ import annotations

import math

import numpy as np
import pytest
from evalkit.errors import PlanError
from evalkit.methods.inference.cluster_robust import cr2_test
from evalkit.methods.power.cluster_tests import cr2_persons
from evalkit.methods.power.clusters import Cluster
from evalkit.methods.power.declare import Declared
from evalkit.methods.power.designs import Individual
from evalkit.methods.power.diagnosis import diagnose, diagnose_grid
from evalkit.methods.power.retrodesign import retrodesign
from evalkit.methods.power.solve import mde, power
from evalkit.methods.power.sufficient import SUMMARISED, Arm, route_tests
from evalkit.methods.validity.designs import COMPONENTS
from hypothesis import given, settings
from hypothesis import strategies as st

LIMIT = 3.3


def _cases():
    """Return a grid drawn once: sizes, allocations and effects that nobody chose."""
    rng = np.random.default_rng(20_260_101)
    for _ in range(12):
        treated, comparison = (int(n) for n in rng.integers(4, 60, 2))
        yield Declared(treated, comparison, float(rng.uniform(0.1, 1.2)), answer="pooled-t"), None
    for _ in range(12):
        half, size, icc = int(rng.integers(3, 20)), int(rng.integers(2, 40)), float(rng.uniform(0, 0.4))
        answer = str(rng.choice(["pooled-t", "cr2", "bell-mccaffrey"]))
        yield Declared(half, half, float(rng.uniform(0.1, 0.8)), (size,) * 2 * half, icc, answer=answer), size


@pytest.mark.parametrize(("study", "size"), tuple(_cases()), ids=lambda value: "")
def test_analytic_power_is_within_the_monte_carlo_error_of_the_simulated(study: Declared, size: int | None) -> None:
    planned = Cluster(study.treated * 2, size, study.icc) if size else Individual.of_arms(study.treated, study.comparison)
    found = diagnose(study, draws=6_000, seed=4)
    expected = power(planned, study.effect)
    assert abs(found.power.value - expected) <= LIMIT * max(found.power.mcse, math.sqrt(expected * (1 - expected) / 6_000))
    assert abs(found.false_rejection.value - 0.05) <= LIMIT * math.sqrt(0.05 * 0.95 / 6_000)
    assert abs(found.coverage.value - 0.95) <= LIMIT * math.sqrt(0.05 * 0.95 / 6_000)
    assert abs(found.bias.value) <= LIMIT * found.bias.mcse


def test_unequal_clusters_are_the_exception_and_the_simulation_says_so() -> None:
    sizes = (5, 8, 10, 12, 15, 18, 20, 25, 30, 37) * 2
    found = diagnose(Declared(10, 10, 0.5, sizes, 0.05, answer="cr2"))
    assert found.power.value == pytest.approx(0.859, abs=LIMIT * found.power.mcse + 0.0005)
    assert power(Cluster.of_sizes(sizes, 0.05), 0.5) - found.power.value > LIMIT * found.power.mcse


@given(st.lists(st.integers(1, 9), min_size=5, max_size=12), st.integers(0, 999))
@settings(max_examples=40, deadline=None)
def test_the_closed_form_is_the_general_cr2(sizes, seed) -> None:
    rng, treated = np.random.default_rng(seed), len(sizes) // 2
    cluster = np.repeat(np.arange(len(sizes)), sizes)
    y = rng.standard_normal(len(cluster)) + rng.standard_normal(len(sizes))[cluster]
    design = np.column_stack([np.ones(len(y)), cluster < treated])
    general = cr2_test(design, y, cluster, np.array([0.0, 1.0]))
    closed = cr2_persons((np.bincount(cluster, y) / sizes)[None], treated, np.array(sizes, dtype=float))
    assert (closed.value[0], closed.std_error[0], closed.df[0], closed.p_values()[0]) == pytest.approx(
        (general.estimate, general.std_error, general.df, general.p_value), rel=1e-7
    )


@given(st.integers(2, 40), st.integers(2, 40), st.integers(0, 999))
@settings(max_examples=60, deadline=None)
def test_tests_from_means_and_variances_are_the_route_tests_the_evaluation(treated, comparison, seed) -> None:
    rows = np.random.default_rng(seed).standard_normal((3, treated + comparison)) + 1e3
    arms = [Arm(part.mean(axis=1), part.var(axis=1, ddof=1), part.shape[1]) for part in np.split(rows, [treated], axis=1)]
    for route in SUMMARISED:
        for quick, own in zip(route_tests(route, *arms), COMPONENTS[route], strict=True):
            slow = own(rows, treated)
            for name in ("value", "std_error", "df"):
                np.testing.assert_allclose(getattr(quick, name), getattr(slow, name), rtol=1e-8, atol=1e-10)


def test_drawn_means_and_variances_give_the_figures_of_drawn_persons() -> None:
    study = Declared(14, 9, 0.9, spread=1.6)
    assert study.summarised
    quick = diagnose(study, draws=20_000, seed=9)
    rng = np.random.default_rng(10)
    (slow,) = study.tests(study.draw(20_000, rng))
    share = float(np.mean(slow.p_values() <= 0.05))
    assert abs(quick.power.value - share) <= LIMIT * math.sqrt(2) * quick.power.mcse
    assert abs(quick.mean_se.value - slow.std_error.mean()) <= LIMIT * math.sqrt(2) * quick.mean_se.mcse


def test_a_study_planned_for_eighty_per_cent_exaggerates_by_what_theory_says() -> None:
    effect = mde(Individual(2_000))
    found = diagnose(Declared(1_000, 1_000, effect), draws=4_000, seed=2)
    theory = retrodesign(effect, math.sqrt(2 / 1_000))
    assert abs(found.type_m.value - theory.type_m) <= LIMIT * found.type_m.mcse
    weak = diagnose(Declared(15, 15, 0.1, answer="pooled-t"), seed=3)
    assert weak.type_s.value > 0.1
    assert weak.type_m.value > 5


def test_take_up_dilutes_the_effect_of_the_offer_and_is_no_bias() -> None:
    found = diagnose(Declared(200, 200, 0.6, take_up=0.7, take_up_comparison=0.1), draws=4_000, seed=5)
    assert found.study.estimand == pytest.approx(0.36)
    assert abs(found.bias.value) <= LIMIT * found.bias.mcse
    in_clusters = diagnose(Declared(10, 10, 0.6, (20,) * 20, 0.1, take_up=0.5, answer="pooled-t"), draws=4_000, seed=6)
    assert abs(in_clusters.bias.value) <= LIMIT * in_clusters.bias.mcse


def test_loss_by_chance_costs_power_and_loss_of_the_low_gives_false_alarms() -> None:
    whole, lost, selected = diagnose_grid(
        [
            Declared(60, 60, 0.5),
            Declared(60, 60, 0.5, attrition=0.4, attrition_comparison=0.4),
            Declared(60, 60, 0.5, attrition=0.4, selective=0.8),
        ],
        draws=4_000,
        seed=7,
    )
    assert whole.power.value - lost.power.value > LIMIT * lost.power.mcse
    assert abs(lost.bias.value) <= LIMIT * lost.bias.mcse
    assert selected.bias.value > 0.2
    assert selected.false_rejection.value > 0.3
    assert selected.coverage.value < 0.7


def test_error_and_spread_obey_their_identity() -> None:
    found = diagnose(Declared(30, 20, 0.4, spread=1.5), draws=4_000, seed=8)
    expected = math.sqrt(1.5**2 / 30 + 1 / 20)
    assert abs(found.rmse.value - expected) <= LIMIT * found.rmse.mcse


def test_the_same_seed_gives_the_same_figures_and_another_seed_others() -> None:
    study = Declared(12, 12, 0.5)
    first, second = diagnose(study, draws=3_000, seed=1), diagnose(study, draws=3_000, seed=1)
    assert first == second
    assert diagnose(study, draws=3_000, seed=2).bias != first.bias


def test_no_effect_has_no_sign_to_get_wrong() -> None:
    found = diagnose(Declared(12, 12, 0.0), draws=1_000)
    assert math.isnan(found.type_s.value)
    assert found.power == found.false_rejection


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"answer": "guess"}, "ANSWER"),
        ({"answer": "cr2"}, "ANSWER"),
        ({"icc": 0.1}, "ICC"),
        ({"icc": 2.0}, "ICC"),
        ({"attrition": 0.99}, "SMALL"),
        ({"take_up": 1.4}, "SHARE"),
        ({"sizes": (3, 3)}, "ARMS"),
    ],
)
def test_an_impossible_study_is_refused(wrong, code) -> None:
    with pytest.raises(PlanError) as caught:
        Declared(**{"treated": 10, "comparison": 10, "effect": 0.5, **wrong})
    assert caught.value.code == f"DSN-{code}"
