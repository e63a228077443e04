"""What must hold for any plan, and what is refused with a remedy."""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import pytest
from evalkit.errors import PlanError
from evalkit.methods.power.assumptions import estimate_autocorrelation, estimate_correlation, estimate_icc, estimate_r2
from evalkit.methods.power.behaviour import Expected, phase_in
from evalkit.methods.power.binary import fisher_power, fisher_size, pooled_power
from evalkit.methods.power.clusters import Cluster, SteppedWedge, design_effect, size_spread
from evalkit.methods.power.costs import Prices, optimal_cluster_size, price
from evalkit.methods.power.designs import Arm, Individual, Pairs
from evalkit.methods.power.lotteries import blocked_lottery, check_lottery, lottery
from evalkit.methods.power.noncentral import power_of, required_ncp
from evalkit.methods.power.repeated import RepeatedMeasures, serial_factor
from evalkit.methods.power.solve import curve, mde, power, sample_size
from hypothesis import given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).parents[2]
PEOPLE = st.integers(6, 400)
SHARES = st.floats(0.2, 0.8)
ICCS = st.floats(0.0, 0.6)
DESIGNS = st.one_of(
    st.builds(Individual, PEOPLE, SHARES, st.floats(0, 0.8)),
    st.builds(Pairs, PEOPLE, st.floats(-0.5, 0.9)),
    st.builds(Arm, PEOPLE, st.integers(1, 4)),
    st.builds(Cluster, PEOPLE, st.integers(1, 40), ICCS, SHARES, st.floats(0, 1)),
    st.builds(
        RepeatedMeasures,
        PEOPLE,
        st.floats(0, 0.9),
        st.integers(1, 3),
        st.integers(1, 3),
        st.sampled_from(["post", "change", "ancova"]),
    ),
    st.builds(SteppedWedge, PEOPLE, st.integers(1, 30), st.integers(3, 6), ICCS),
    st.builds(Expected, st.builds(Individual, st.integers(20, 400)), st.floats(0, 0.5), st.floats(0.5, 1.0), st.floats(0, 0.3)),
)


@given(DESIGNS, st.floats(0.5, 0.95))
@settings(max_examples=120, deadline=None)
def test_the_detectable_effect_is_found_with_the_power_asked_for(design, target) -> None:
    assert power(design, mde(design, target=target)) == pytest.approx(target, abs=1e-9)


@given(DESIGNS, st.floats(0.05, 2.0), st.floats(1.05, 3.0))
@settings(max_examples=120, deadline=None)
def test_more_people_and_larger_effects_are_found_more_often(design, effect, more) -> None:
    assert power(design.with_size(design.size * more), effect) >= power(design, effect) - 1e-12
    assert power(design, effect * more) >= power(design, effect) - 1e-12
    assert power(design, -effect) == power(design, effect)


@given(DESIGNS, st.floats(0.2, 1.5))
@settings(max_examples=80, deadline=None)
def test_the_size_is_the_first_that_reaches_the_power(design, effect) -> None:
    found = sample_size(design, effect)
    assert power(found.design, effect) >= 0.8 - 1e-9
    assert found.whole >= found.exact - 1e-6
    if found.exact > design.least_size * 1.01:
        assert power(design.with_size(found.exact * 0.995), effect) < 0.8


@given(st.integers(2, 60), st.integers(2, 40), ICCS)
def test_equal_sizes_have_the_textbook_design_effect(clusters, size, icc) -> None:
    mean, cv = size_spread([size] * clusters)
    assert design_effect(mean, icc, cv) == pytest.approx(1 + (size - 1) * icc)


def test_a_rounded_share_of_those_left_is_still_a_degree_of_freedom() -> None:
    found = sample_size(Expected(Individual(20), 0.265625), 1.0)
    assert found.exact >= Expected(Individual(20), 0.265625).least_size - 1e-9


@given(st.integers(4, 200), SHARES)
def test_clusters_of_one_person_are_persons(n, share) -> None:
    one_by_one, clusters = Individual(n, share), Cluster(n, 1, 0.3, share)
    assert (clusters.variance, clusters.df) == pytest.approx((one_by_one.variance, one_by_one.df))


@given(st.integers(1, 8), st.integers(1, 8))
def test_without_serial_correlation_the_factor_is_one_over_each_side(before, after) -> None:
    assert serial_factor(0.0, before, after) == pytest.approx(1 / before + 1 / after)


@given(st.floats(0.0, 0.95), st.integers(1, 4), st.integers(1, 4))
def test_ancova_is_never_worse_than_change_or_after_only(r, before, after) -> None:
    factors = {e: RepeatedMeasures(100, r, before, after, e).factor for e in ("post", "change", "ancova")}
    assert factors["ancova"] <= min(factors["post"], factors["change"]) + 1e-12


@pytest.mark.parametrize("df", [1, 2, 4, 28, 498])
@pytest.mark.parametrize("ncp", [8.0, 8.2, 8.3, 12.0, 30.0, 60.0])
def test_the_far_tail_of_scipy_never_reaches_a_number(df, ncp) -> None:
    assert 0 < power_of(ncp, df) <= 1
    assert power_of(ncp, df) >= power_of(7.9, df) - 1e-9


def test_one_degree_of_freedom_needs_an_enormous_effect() -> None:
    assert power_of(required_ncp(1), 1) == pytest.approx(0.8)
    assert required_ncp(1) > 10


def test_one_sided_tests_look_one_way() -> None:
    design = Individual(100)
    assert power(design, 0.5, sides=1) > power(design, 0.5)
    assert power(design, -0.5, sides=1) < 0.001


def test_loss_of_persons_makes_clusters_smaller_and_never_fewer() -> None:
    lost = Expected(Cluster(20, 20, 0.1), attrition=0.5)
    assert (lost.df, lost.left.persons) == (18, 200)
    assert Expected(Individual(100), attrition=0.25).df == 73


def test_a_waiting_list_is_the_comparison_until_it_is_served() -> None:
    rounds = phase_in(60, 20)
    assert [(r.number, r.treated) for r in rounds] == [(1, 20), (2, 40)]
    assert rounds[0].design.variance == pytest.approx(Individual.of_arms(20, 40).variance)


def test_the_exact_test_has_less_power_than_its_approximation_says() -> None:
    n = fisher_size(0.5, 0.2)
    assert fisher_power(n, n, 0.5, 0.2) >= 0.8 > fisher_power(n - 1, n - 1, 0.5, 0.2) - 0.02
    assert fisher_power(30, 30, 0.5, 0.2) < pooled_power(30, 0.5, 0.2)


def test_halving_the_detectable_effect_costs_four_times_as_much() -> None:
    prices = Prices(treatment=50_000, comparison=0, measurement=500)
    small, large = Individual(2_000), Individual(8_000)
    costs = [price(design, prices, 2, 0.5) for design in (small, large)]
    assert costs == [2_000 * 25_000 + 2_000 * 1_000, 4 * (2_000 * 26_000)]
    assert mde(small) / mde(large) == pytest.approx(2, rel=1e-3)


def test_the_curve_leaves_out_sizes_without_a_test() -> None:
    assert [size for size, _ in curve(Cluster(20, 10, 0.1), (2, 3, 8, 20))] == [3, 8, 20]


REFUSED = {
    "ICC": lambda: Cluster(20, 10, 1.2),
    "ICC ": lambda: Cluster(20, 10, -0.1),
    "ICC  ": lambda: optimal_cluster_size(0.0, 200, 10),
    "POWER": lambda: mde(Individual(30), target=0.04),
    "ALPHA": lambda: power(Individual(30), 0.5, alpha=0.0),
    "ARMS": lambda: Individual.of_lottery(30, 20),
    "ARMS ": lambda: Individual(30, share=1.0),
    "ARMS  ": lambda: lottery(4, 4),
    "ARMS   ": lambda: phase_in(20, 20),
    "BLOCK": lambda: Individual(10, blocks=10),
    "BLOCK ": lambda: blocked_lottery([(4, 2), (1, 0)]),
    "SMALL": lambda: Cluster(2, 10, 0.1),
    "SMALL ": lambda: Individual(5, covariates=3),
    "SHARE": lambda: Individual(30, r2=1.5),
    "SHARE ": lambda: Expected(Individual(30), attrition=1.0),
    "TAKEUP": lambda: Expected(Individual(30), take_up=0.2, take_up_comparison=0.2),
    "EFFECT": lambda: sample_size(Individual(30), 0.0),
    "EFFECT ": lambda: pooled_power(30, 0.2, 0.2),
    "LARGE": lambda: sample_size(Individual(30), 1e-5),
    "LOTTERY": lambda: check_lottery(6, 3),
    "CORR": lambda: Pairs(10, 1.0),
    "DATA": lambda: estimate_icc(np.ones(4), np.arange(4)),
    "PRICE": lambda: optimal_cluster_size(0.1, 0, 10),
}


@pytest.mark.parametrize("code", REFUSED)
def test_nonsense_is_refused_with_a_remedy(code: str) -> None:
    with pytest.raises(PlanError) as caught:
        REFUSED[code]()
    assert caught.value.code == f"DSN-{code.strip()}"
    assert re.search(r"[;:]| så | behövs|mellan|måste|vanligen", str(caught.value))


def test_three_against_three_can_never_be_significant_and_the_remedy_can() -> None:
    with pytest.raises(PlanError, match=r"mindre än 0,1\. Ta med minst (\d+)") as caught:
        check_lottery(6, 3)
    enough = int(re.search(r"minst (\d+)", str(caught.value))[1])
    assert check_lottery(enough, enough // 2).smallest_p <= 0.05
    assert lottery(enough - 1, round((enough - 1) / 2)).smallest_p > 0.05


def test_estimated_assumptions_find_what_was_put_in() -> None:
    rng = np.random.default_rng(5)
    cluster = np.repeat(np.arange(300), 10)
    values = np.sqrt(0.2) * rng.standard_normal(300)[cluster] + np.sqrt(0.8) * rng.standard_normal(3000)
    icc = estimate_icc(values, cluster)
    assert icc.low < 0.2 < icc.high
    assert icc.value == pytest.approx(0.2, abs=0.05)
    before = rng.standard_normal(800)
    after = 0.6 * before + 0.8 * rng.standard_normal(800)
    assert estimate_correlation(before, after).value == pytest.approx(0.6, abs=0.07)
    assert estimate_r2(after, before[:, None]).value == pytest.approx(0.36, abs=0.08)
    panel = rng.standard_normal((400, 12))
    for t in range(1, 12):
        panel[:, t] = 0.5 * panel[:, t - 1] + math.sqrt(0.75) * panel[:, t]
    assert estimate_autocorrelation(panel + 7 * np.arange(12) + 100 * np.arange(400)[:, None]).value == pytest.approx(0.5, abs=0.06)


def test_the_interval_of_the_intraclass_correlation_covers_as_often_as_it_says() -> None:
    rng, cluster = np.random.default_rng(11), np.repeat(np.arange(8), 12)
    hits = 0
    for _ in range(800):
        values = np.sqrt(0.1) * rng.standard_normal(8)[cluster] + np.sqrt(0.9) * rng.standard_normal(96)
        found = estimate_icc(values, cluster)
        hits += found.low <= 0.1 <= found.high
    assert abs(hits / 800 - 0.95) <= 3.3 * math.sqrt(0.95 * 0.05 / 800)


def test_every_code_of_planning_is_explained() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "evalkit" / "methods" / "power").glob("*.py")]
    codes = {f"DSN-{code}" for text in texts for code in re.findall(r'refuse\(\s*"([A-Z]+)"', text)}
    explained = set(re.findall(r"DSN-[A-Z]+", (ROOT / "docs" / "CODES.md").read_text(encoding="utf-8")))
    assert len(codes) > 15
    assert codes == explained


def test_no_module_of_planning_looks_up_a_section_that_is_not_there() -> None:
    methods = (ROOT / "docs" / "METHODS.md").read_text(encoding="utf-8")
    for path in (ROOT / "evalkit" / "methods" / "power").glob("*.py"):
        for anchor in re.findall(r"METHODS\.md#([a-z0-9-]+)", path.read_text(encoding="utf-8")):
            assert f'<a id="{anchor}">' in methods, f"{path.name}: {anchor}"
