"""Numbers of textbooks and other programs, each held to two computations: ours, and one that shares no code with it."""

from __future__ import annotations

import json
import math
import re
from functools import cache

import numpy as np
import pytest
from evalkit.methods.power.behaviour import Expected
from evalkit.methods.power.binary import arcsine_power, cluster_power, fisher_power, pooled_power, pooled_size
from evalkit.methods.power.clusters import Cluster, SteppedWedge, design_effect, design_effect_weighted, hussey_hughes, size_spread
from evalkit.methods.power.costs import optimal_cluster_size, optimal_share
from evalkit.methods.power.designs import Arm, Individual, Pairs
from evalkit.methods.power.lotteries import blocked_lottery, lottery
from evalkit.methods.power.noncentral import anova_power, bloom_multiplier, dunnett_critical, dunnett_power, power_of, required_ncp
from evalkit.methods.power.repeated import RepeatedMeasures, ar1, frison_pocock, serial_factor
from evalkit.methods.power.retrodesign import retrodesign
from evalkit.methods.power.solve import bloom_mde, half_width, mde, power, sample_size
from scipy import integrate, optimize, stats
from statsmodels.stats.power import FTestAnovaPower, NormalIndPower, TTestIndPower, TTestPower
from statsmodels.stats.proportion import power_proportions_2indep
from tests.support.shared import REASON, SHARED

TOLERANCE = 5e-5
SIZES = [5, 8, 10, 12, 15, 18, 20, 25, 30, 37] * 2
FILE = SHARED / "planning-reference-numbers.json"


def by_integral(ncp, df, alpha=0.05, border=None):
    """Return the power of a t test as a mixture of normal ones over the estimated spread: no noncentral t anywhere."""
    c = stats.t.ppf(1 - alpha / 2, df) if border is None else border

    def given(s):
        return (stats.norm.sf(c * s - ncp) + stats.norm.cdf(-c * s - ncp)) * stats.chi.pdf(s * math.sqrt(df), df) * math.sqrt(df)

    return integrate.quad(given, 0, 12, points=[0.5, 1, 2], limit=200)[0]


def by_search(variance, df, target=0.8, alpha=0.05):
    return optimize.brentq(lambda d: by_integral(d / math.sqrt(variance), df, alpha) - target, 0.01, 20)


def bloom_by_hand(variance, df):
    return (stats.t.ppf(0.975, df) + stats.t.ppf(0.8, df)) * math.sqrt(variance)


def two_arm_rows(sizes, icc):
    """Return the exact variance of the difference of persons' means from the matrix of all persons."""
    n = sum(sizes)
    block = np.zeros((n, n))
    at = 0
    for size in sizes:
        block[at : at + size, at : at + size] = icc
        at += size
    np.fill_diagonal(block, 1.0)
    weight = np.full(n, 1 / n)
    return 2 * weight @ block @ weight


def wedge_by_gls(clusters, periods, m, icc):
    """Return the variance of the effect from generalised least squares on cells, period effects as dummies."""
    covariance = np.full((periods, periods), icc) + np.eye(periods) * (1 - icc) / m
    inverse, information = np.linalg.inv(covariance), np.zeros((periods + 1, periods + 1))
    for i in range(clusters):
        step = 1 + i * (periods - 1) // clusters
        x = np.column_stack([np.eye(periods), np.arange(periods) >= step])
        information += x.T @ inverse @ x
    return np.linalg.inv(information)[-1, -1]


def contrast_by_matrix(correlation, before, after, estimator):
    sigma = np.full((before + after, before + after), correlation) + np.eye(before + after) * (1 - correlation)
    return by_matrix(sigma, before, estimator)


def by_matrix(sigma, before, estimator):
    """Return the variance of one person's contrast by linear algebra on all measurements."""
    k = len(sigma)
    last = np.r_[np.zeros(before), np.full(k - before, 1 / (k - before))]
    first = np.r_[np.full(before, 1 / before), np.zeros(k - before)]
    slope = {"post": 0.0, "change": 1.0, "ancova": last @ sigma @ first / (first @ sigma @ first)}[estimator]
    c = last - slope * first
    return c @ sigma @ c


def burlig(phi, m, r):
    """Return Burlig, Preonas and Woerman's factor from the mean covariances before, after and across."""
    s = ar1(phi, m + r)
    inside_b = (s[:m, :m].sum() - m) / (m * (m - 1))
    inside_a = (s[m:, m:].sum() - r) / (r * (r - 1))
    return (m + r) / (m * r) + (m - 1) / m * inside_b + (r - 1) / r * inside_a - 2 * s[:m, m:].mean()


def fisher_by_loop(n, p1, p0):
    total = 0.0
    for a in range(n + 1):
        for b in range(n + 1):
            if stats.fisher_exact([[a, n - a], [b, n - b]])[1] <= 0.05:
                total += stats.binom.pmf(a, n, p1) * stats.binom.pmf(b, n, p0)
    return total


def retro_by_integral(effect, error):
    c, shift = stats.norm.ppf(0.975), effect / error
    up, down = stats.norm.sf(c - shift), stats.norm.cdf(-c - shift)
    density = stats.norm(loc=shift).pdf
    size = sum(integrate.quad(lambda z: abs(z) * density(z), *part)[0] for part in ((c, shift + 12), (shift - 12, -c)))
    return up + down, down / (up + down), size / (up + down) / shift


def hh_power(base):
    return power_of(0.015 / math.sqrt(hussey_hughes(24, 5, base * (1 - base) / 100, (0.3 * base) ** 2)), math.inf)


ROWS = Cluster(20, 25, 0.05)
COVARIATES = Cluster(20, 25, 0.05, r2_within=0.4, r2_between=0.5, covariates=1)
WEDGE = SteppedWedge(12, 20, 5, 0.05)
THIN = (0.05 * 0.5 + 0.95 * 0.6 / 25) / 5

# name: (value, source of the value, ours, another way)
CASES = {
    "1_power_2s_n64_d.5": (
        0.8015,
        "R power.t.test(n=64, delta=.5)",
        lambda: power(Individual(128), 0.5),
        lambda: TTestIndPower().power(0.5, 64, 0.05, 1),
    ),
    "2_n_2s_d.5_p80": (
        63.7656,
        "R pwr.t.test(d=.5, power=.8)",
        lambda: sample_size(Individual(9), 0.5).exact / 2,
        lambda: TTestIndPower().solve_power(0.5, power=0.8, alpha=0.05),
    ),
    "3_mde_15v15_exact": (1.0598, "R power.t.test(n=15, power=.8)", lambda: mde(Individual(30)), lambda: by_search(2 / 15, 28)),
    "3b_mde_15v15_bloom": (
        1.0600,
        "PowerUpR mdes.ira1r1(n=30)",
        lambda: bloom_mde(Individual(30)),
        lambda: bloom_by_hand(2 / 15, 28),
    ),
    "3c_mde_15v15_normal": (
        1.0230,
        "R qnorm",
        lambda: bloom_multiplier(math.inf) * math.sqrt(2 / 15),
        lambda: (stats.norm.ppf(0.975) + stats.norm.ppf(0.8)) * math.sqrt(2 / 15),
    ),
    "4_power_20v60_d.7": (
        0.7635,
        "R pwr.t2n.test(n1=20, n2=60, d=.7)",
        lambda: power(Individual.of_arms(20, 60), 0.7),
        lambda: TTestIndPower().power(0.7, 20, 0.05, 3),
    ),
    "5_power_prop_.20_.35_n100": (
        0.6633,
        "R power.prop.test(n=100, p1=.2, p2=.35)",
        lambda: pooled_power(100, 0.35, 0.2),
        lambda: stats.norm.sf((1.959963985 * math.sqrt(2 * 0.275 * 0.725) - 0.15 * 10) / math.sqrt(0.16 + 0.2275)),
    ),
    "5b_power_prop_arcsine": (
        0.6685,
        "R pwr.2p.test(h=ES.h(.35,.2), n=100)",
        lambda: arcsine_power(100, 0.35, 0.2),
        lambda: NormalIndPower().power(2 * math.asin(math.sqrt(0.35)) - 2 * math.asin(math.sqrt(0.2)), 100, 0.05, 1),
    ),
    "5c_power_prop_sm": (
        0.6633,
        "statsmodels power_proportions_2indep",
        lambda: pooled_power(100, 0.35, 0.2),
        lambda: power_proportions_2indep(0.15, 0.2, 100).power,
    ),
    "5d_n_prop_.20_.35": (
        137.9148,
        "R power.prop.test(p1=.2, p2=.35, power=.8)",
        lambda: pooled_size(0.35, 0.2),
        lambda: ((stats.norm.ppf(0.975) * math.sqrt(2 * 0.275 * 0.725) + stats.norm.ppf(0.8) * math.sqrt(0.3875)) / 0.15) ** 2,
    ),
    "5e_power_fisher_exact_n30_.2_.5": (
        0.5964,
        "R fisher.test in a loop",
        lambda: fisher_power(30, 30, 0.5, 0.2),
        lambda: fisher_by_loop(30, 0.5, 0.2),
    ),
    "6_power_paired_n24_dz.5": (
        0.6504,
        "R power.t.test(n=24, delta=.5, type='paired')",
        lambda: power(Pairs(24, 0.5), 0.5),
        lambda: TTestPower().power(0.5, 24, 0.05),
    ),
    "6b_n_paired_dz.5": (
        33.3671,
        "R power.t.test",
        lambda: sample_size(Pairs(9, 0.5), 0.5).exact,
        lambda: TTestPower().solve_power(0.5, power=0.8, alpha=0.05),
    ),
    "6c_mde_paired_n10": (0.9960, "R power.t.test", lambda: mde(Pairs(10, 0.5)), lambda: by_search(0.1, 9)),
    "7_power_cra2_J20_m25_icc.05_d.4": (
        0.8136,
        "PowerUpR power.cra2r2(es=.4, rho2=.05, n=25, J=20)",
        lambda: power(ROWS, 0.4),
        lambda: by_integral(0.4 / math.sqrt(0.088 / 5), 18),
    ),
    "7b_mdes_cra2": (
        0.3931,
        "PowerUpR mdes.cra2r2(rho2=.05, n=25, J=20)",
        lambda: bloom_mde(ROWS),
        lambda: bloom_by_hand(0.088 / 5, 18),
    ),
    "7c_mdes_cra2_exact": (0.3930, "noncentral t", lambda: mde(ROWS), lambda: by_search(0.088 / 5, 18)),
    "8_power_cra2_R2": (
        0.9707,
        "PowerUpR power.cra2r2(r21=.4, r22=.5, g2=1)",
        lambda: power(COVARIATES, 0.4),
        lambda: by_integral(0.4 / math.sqrt(THIN), 17),
    ),
    "8b_mdes_cra2_R2": (0.2907, "PowerUpR mdes.cra2r2", lambda: bloom_mde(COVARIATES), lambda: bloom_by_hand(THIN, 17)),
    "9_deff_cv.6": (
        2.65,
        "Eldridge, Ashby and Kerry 2006",
        lambda: design_effect(25, 0.05, 0.6),
        lambda: 1 + (1.36 * 25 - 1) * 0.05,
    ),
    "9b_sizes_deff_eldridge": (
        2.11,
        "the same",
        lambda: design_effect(*_spread()),
        lambda: two_arm_rows(SIZES[:10], 0.05) / 2 * 180,
    ),
    "9c_sizes_deff_exact_GLS": (
        1.9920,
        "R, matrices of persons",
        lambda: design_effect_weighted(SIZES, 0.05),
        lambda: 180 * _gls_mean(SIZES[:10], 0.05),
    ),
    "9d_sizes_deff_exact_OLS": (
        2.11,
        "R, matrices of persons",
        lambda: Cluster.of_sizes(SIZES, 0.05).variance * 90,
        lambda: two_arm_rows(SIZES[:10], 0.05) * 90,
    ),
    "9e_power_unequal_d.5": (
        0.8701,
        "R",
        lambda: power(Cluster.of_sizes(SIZES, 0.05), 0.5),
        lambda: by_integral(0.5 / math.sqrt(two_arm_rows(SIZES[:10], 0.05)), 18),
    ),
    "10_power_ancova_n50_r.6_d.5": (
        0.8716,
        "PowerUpR power.ira1r1(es=.5, n=100, r21=.36, g1=1)",
        lambda: power(RepeatedMeasures(100, 0.6), 0.5),
        lambda: by_integral(0.5 / math.sqrt(0.04 * 0.64), 97),
    ),
    "11_power_did_n50_r.6": (
        0.7904,
        "R power.t.test(n=50, delta=.5, sd=sqrt(.8))",
        lambda: power(RepeatedMeasures(100, 0.6, estimator="change"), 0.5),
        lambda: TTestIndPower().power(0.5 / math.sqrt(0.8), 50, 0.05, 1),
    ),
    "12_power_post_n50": (
        0.6969,
        "R power.t.test",
        lambda: power(RepeatedMeasures(100, 0.6, estimator="post"), 0.5),
        lambda: TTestIndPower().power(0.5, 50, 0.05, 1),
    ),
    "14_did_ar1_m5_r5_phi.5": (0.7398, "R toeplitz", lambda: serial_factor(0.5, 5, 5), lambda: burlig(0.5, 5, 5)),
    "14b_did_ar1_m5_r5_phi.8": (0.7254, "R toeplitz", lambda: serial_factor(0.8, 5, 5), lambda: burlig(0.8, 5, 5)),
    "14c_did_iid_m5_r5": (0.4, "1/m + 1/r", lambda: serial_factor(0.0, 5, 5), lambda: 1 / 5 + 1 / 5),
    "14d_burlig_m5_r5_phi.5": (
        0.73984375,
        "Burlig, Preonas and Woerman",
        lambda: serial_factor(0.5, 5, 5),
        lambda: burlig(0.5, 5, 5),
    ),
    "15_N_d.3": (
        350.7693,
        "R power.t.test, twice",
        lambda: sample_size(Individual(9), 0.3).exact,
        lambda: 2 * TTestIndPower().solve_power(0.3, power=0.8, alpha=0.05),
    ),
    "15b_N_d.3_attr20": (
        438.4617,
        "the same over 0.8",
        lambda: sample_size(Expected(Individual(9), attrition=0.2), 0.3).exact,
        lambda: 2 * TTestIndPower().solve_power(0.3, power=0.8, alpha=0.05) / 0.8,
    ),
    "16_N_takeup_.75_.20": (
        1155.1081,
        "R power.t.test(delta=.165)",
        lambda: sample_size(Expected(Individual(9), take_up=0.75, take_up_comparison=0.2), 0.3).exact,
        lambda: 2 * TTestIndPower().solve_power(0.165, power=0.8, alpha=0.05),
    ),
    "16b_N_inflation": (
        3.3058,
        "1/.55²",
        lambda: 1 / Expected(Individual(9), take_up=0.75, take_up_comparison=0.2).dilution ** 2,
        lambda: 1 / 0.3025,
    ),
    "17_anova_power_k3_n20_f.25": (
        0.3744,
        "R pwr.anova.test(k=3, n=20, f=.25)",
        lambda: anova_power(3, 20, 0.25),
        lambda: FTestAnovaPower().power(0.25, 60, 0.05, k_groups=3),
    ),
    "18_bonf_2_contrasts_n50_d.5": (
        0.5896,
        "R pwr.t.test(sig.level=.025)",
        lambda: power(Arm(50, 2), 0.5, alpha=0.025),
        lambda: TTestIndPower().power(0.5, 50, 0.025, 1),
    ),
    "18b_dunnett_crit_k2_df147": (
        2.2335,
        "scipy multivariate_t",
        lambda: dunnett_critical(2, 147),
        lambda: _dunnett_by_quadrature(147),
    ),
    "18c_dunnett_power_per_contrast_n50_d.5": (
        0.6057,
        "R, 4 million simulations .6046",
        lambda: dunnett_power(50, 2, 0.5),
        lambda: by_integral(2.5, 147, border=_dunnett_by_quadrature(147)),
    ),
    "19_SW_var_I12_T5_n20_icc.05": (0.009540, "Hussey and Hughes", lambda: WEDGE.variance, lambda: wedge_by_gls(12, 5, 20, 0.05)),
    "19b_SW_var_GLS": (0.009540, "R, rows of persons", lambda: WEDGE.variance, lambda: wedge_by_gls(12, 5, 20, 0.05)),
    "19c_SW_power_d.25_z": (
        0.7256,
        "R",
        lambda: power_of(0.25 / math.sqrt(WEDGE.variance), math.inf),
        lambda: NormalIndPower(ddof=0).power(0.25 / math.sqrt(wedge_by_gls(12, 5, 20, 0.05)), 2, 0.05, 1),
    ),
    "19d_HH_example_power_mu0": (
        0.6179,
        "the example of Hussey and Hughes",
        lambda: hh_power(0.05),
        lambda: stats.norm.cdf(0.015 / math.sqrt(_hh_gls(0.05, 0.015)) - stats.norm.ppf(0.975)),
    ),
    "20_power_blocked_N40_B10_R2.3": (
        0.8320,
        "PowerUpR power.ira1r1(es=.8, n=40, r21=.3, g1=9)",
        lambda: power(Individual(40, r2=0.3, blocks=10), 0.8),
        lambda: by_integral(0.8 / math.sqrt(0.07), 29),
    ),
    "21_power_binary_cluster_t": (
        0.7249,
        "R",
        lambda: cluster_power(40, 20, 0.03, p_treated=0.2, p_comparison=0.3),
        lambda: by_integral(0.1 / math.sqrt(0.37 / 400 * 1.57), 38),
    ),
    "22_retro_2_8.1_power": (0.0570, "R integrate", lambda: retrodesign(2, 8.1).power, lambda: retro_by_integral(2, 8.1)[0]),
    "22_retro_2_8.1_typeS": (0.2396, "R integrate", lambda: retrodesign(2, 8.1).type_s, lambda: retro_by_integral(2, 8.1)[1]),
    "22_retro_2_8.1_typeM": (9.5366, "R integrate", lambda: retrodesign(2, 8.1).type_m, lambda: retro_by_integral(2, 8.1)[2]),
    "22_retro_0.1_3.28_power": (
        0.0501,
        "closed form",
        lambda: retrodesign(0.1, 3.28).power,
        lambda: retro_by_integral(0.1, 3.28)[0],
    ),
    "22_retro_0.1_3.28_typeS": (
        0.4644,
        "closed form",
        lambda: retrodesign(0.1, 3.28).type_s,
        lambda: retro_by_integral(0.1, 3.28)[1],
    ),
    "22_retro_0.1_3.28_typeM": (
        76.6892,
        "closed form",
        lambda: retrodesign(0.1, 3.28).type_m,
        lambda: retro_by_integral(0.1, 3.28)[2],
    ),
    "23_opt_alloc_share_cost4": (
        0.3333,
        "R optimize",
        lambda: optimal_share(4, 1),
        lambda: _least(lambda p: (4 * p + 1 - p) / (p * (1 - p)), 0.01, 0.99),
    ),
    "24_ci_halfwidth_15v15": (0.7480, "R", lambda: half_width(Individual(30)), lambda: stats.t.ppf(0.975, 28) * math.sqrt(2 / 15)),
    "25_opt_cluster_size": (
        19.4936,
        "R optimize",
        lambda: optimal_cluster_size(0.05, 200, 10),
        lambda: _least(lambda m: (0.05 + 0.95 / m) * (200 + 10 * m), 1, 200),
    ),
    "26_min_p_RI_10c_2t": (0.0222, "1/C(10, 2)", lambda: lottery(10, 2).smallest_p, lambda: 1 / 45),
    "26b_min_p_RI_24_12": (
        3.698011505253395e-07,
        "1/C(24, 12), one-sided",
        lambda: 1 / lottery(24, 12).assignments,
        lambda: (math.factorial(12) ** 2) / math.factorial(24),
    ),
    "27_mde_late_N400_pi.4": (0.7021, "R", lambda: mde(Expected(Individual(400), take_up=0.4)), lambda: by_search(0.01, 398) / 0.4),
    "47_did_3_units_a_side": (
        2.7467,
        "R uniroot",
        lambda: mde(RepeatedMeasures(6, 0.6, estimator="change")),
        lambda: by_search(0.8 * 2 / 3, 4),
    ),
}


def _spread():
    mean, cv = size_spread(SIZES)
    return mean, 0.05, cv


def _gls_mean(sizes, icc):
    return 1 / sum(n / (1 + (n - 1) * icc) for n in sizes)


@cache
def _dunnett_by_quadrature(df):
    """Return the critical value from the correlated pair's distribution given the spread, by adaptive integration."""

    def inside(c):
        def given(s):
            def both(z):
                return (stats.norm.cdf(math.sqrt(2) * c * s - z) - stats.norm.cdf(-math.sqrt(2) * c * s - z)) ** 2 * stats.norm.pdf(
                    z
                )

            return integrate.fixed_quad(both, -9, 9, n=120)[0] * stats.chi.pdf(s * math.sqrt(df), df) * math.sqrt(df)

        return integrate.quad(given, 0.6, 1.4, limit=100)[0]

    return optimize.brentq(lambda c: inside(c) - 0.95, 1.9, 2.6, xtol=1e-7)


def _hh_gls(base, _effect):
    total, icc = base * (1 - base) / 100, (0.3 * base) ** 2
    scale = icc + total * 100  # variance of one person, so that (1 − ρ)/m and ρ are the two parts
    return wedge_by_gls(24, 5, 100, icc / scale) * scale


def _least(function, low, high):
    return optimize.minimize_scalar(function, bounds=(low, high), method="bounded", options={"xatol": 1e-8}).x


@pytest.mark.parametrize("name", CASES)
def test_a_number_of_the_literature_is_met_by_two_computations(name: str) -> None:
    value, _, ours, other = CASES[name]
    digits = 5.1e-5 if value != 3.698011505253395e-07 else 1e-12
    assert ours() == pytest.approx(value, abs=digits)
    assert other() == pytest.approx(ours(), abs=TOLERANCE if digits > 1e-6 else 1e-12)


@pytest.mark.skipif(not FILE.exists(), reason=REASON)
def test_every_number_of_the_reference_file_is_met() -> None:
    left = []
    for name, (value, _) in json.loads(FILE.read_text("utf-8")).items():
        if name in CASES:
            assert CASES[name][2]() == pytest.approx(value, abs=TOLERANCE), name
        elif match := re.fullmatch(r"13_FP_r([\d.]+)_m(\d)_p(\d)_(\w+)", name):
            r, m, p, estimator = match.groups()
            assert _factors(float(r), int(m), int(p))[estimator] == pytest.approx((value, value), abs=TOLERANCE), name
        else:
            left.append(name)
    # Hussey and Hughes' example read another way: it has a test of its own below.
    assert left == ["19d_HH_example_power_mubar"]


def _factors(r, m, p):
    return {
        name: (frison_pocock(r, m, p, kind), contrast_by_matrix(r, m, p, kind))
        for name, kind in {"post": "post", "did": "change", "ancova": "ancova"}.items()
    }


@pytest.mark.parametrize(
    ("r", "m", "p", "expected"),
    [
        (0.5, 1, 1, (1, 1, 0.75)),
        (0.25, 1, 4, (0.4375, 0.9375, 0.3750)),
        (0.7, 2, 2, (0.85, 0.30, 0.2735)),
        (0.5, 3, 3, (0.6667, 0.3333, 0.2917)),
    ],
)
def test_factors_of_repeated_measurements_by_formula_and_by_matrix(r, m, p, expected) -> None:
    for value, pair in zip(expected, _factors(r, m, p).values(), strict=True):
        assert pair == pytest.approx((value, value), abs=TOLERANCE)


def test_hussey_and_hughes_example_at_the_mean_rate_between_clusters_at_the_first() -> None:
    mean = 0.0425
    variance = hussey_hughes(24, 5, mean * (1 - mean) / 100, (0.3 * 0.05) ** 2)
    assert power_of(0.015 / math.sqrt(variance), math.inf) == pytest.approx(0.6773, abs=TOLERANCE)
    between, person = (0.3 * 0.05) ** 2, mean * (1 - mean)
    by_gls = wedge_by_gls(24, 5, 100, between / (between + person)) * (between + person)
    assert stats.norm.cdf(0.015 / math.sqrt(by_gls) - stats.norm.ppf(0.975)) == pytest.approx(0.6773, abs=TOLERANCE)


@pytest.mark.parametrize(
    ("units", "treated", "smallest"), [(6, 3, 0.1000), (6, 1, 0.1667), (8, 4, 0.0286), (10, 2, 0.0222), (20, 1, 0.0500)]
)
def test_the_smallest_p_of_a_lottery(units: int, treated: int, smallest: float) -> None:
    assert lottery(units, treated).smallest_p == pytest.approx(smallest, abs=TOLERANCE)


def test_assignments_inside_blocks_multiply() -> None:
    assert blocked_lottery([(4, 2), (4, 2), (6, 3)]).assignments == 720


@pytest.mark.parametrize(
    ("clusters", "exact", "normal", "simulated"),
    [
        (6, 1.169, 0.871, 0.563),
        (8, 0.907, 0.754, 0.645),
        (10, 0.771, 0.675, 0.690),
        (12, 0.684, 0.616, 0.712),
        (20, 0.505, 0.477, 0.756),
        (40, 0.346, 0.337, 0.781),
    ],
)
def test_what_normal_quantiles_would_have_promised(clusters, exact, normal, simulated) -> None:
    promised = bloom_multiplier(math.inf)
    assert power_of(promised, clusters - 2) == pytest.approx(simulated, abs=3.3 * math.sqrt(0.25 / 20_000))
    # Both columns are rounded to three digits.
    assert required_ncp(clusters - 2) / promised == pytest.approx(exact / normal, abs=0.002)
