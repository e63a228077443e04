"""Boundaries of a series of reports: against rpact and a published table, and what they do to the error rate of a whole series."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from evalkit.methods.spending import boundaries, nominal_levels, obrien_fleming, pocock

STORED = json.loads((Path(__file__).parents[1] / "referees" / "group_sequential.json").read_text(encoding="utf-8"))
CASES = [(function, case) for function in ("obrien_fleming", "pocock") for case in STORED[function]]


@pytest.mark.parametrize(("function", "case"), CASES, ids=lambda value: value if isinstance(value, str) else str(value["shares"]))
def test_boundaries_are_those_of_rpact(function: str, case: dict[str, list[float]]) -> None:
    assert boundaries(case["shares"], 0.05, function) == pytest.approx(case["z"], abs=2e-5)


def test_boundaries_are_those_of_a_published_table() -> None:
    # SeqBounds.jl README: one-sided 5 %, O'Brien-Fleming type, quarters.
    assert boundaries([0.25, 0.5, 0.75, 1], 0.1, "obrien_fleming") == pytest.approx([3.74955, 2.53993, 2.01604, 1.72014], abs=1e-4)


def test_the_first_boundary_by_hand() -> None:
    # 2(1 - Phi(2.2414/sqrt(0.5))) = 0.001525 a side.
    assert obrien_fleming(0.5, 0.025) == pytest.approx(0.00152532, abs=1e-7)
    assert pocock(1.0, 0.025) == pytest.approx(0.025)
    assert nominal_levels([0.5, 1], 0.05, "obrien_fleming") == pytest.approx((0.0030506, 0.0489998), abs=2e-6)


def test_a_series_of_one_report_spends_everything_at_once() -> None:
    assert nominal_levels([1.0], 0.05, "pocock") == pytest.approx((0.05,))


@pytest.mark.parametrize("function", ["obrien_fleming", "pocock"])
def test_the_series_keeps_its_error_rate_with_t_tests_of_thirty_and_sixty(function: str) -> None:
    p = _p_of_series(np.random.default_rng(1), 20_000, (10, 20, 30))
    levels = nominal_levels([10 / 30, 20 / 30, 1], 0.05, function)
    assert (p <= levels).any(axis=1).mean() <= 0.055 + 3 * np.sqrt(0.05 * 0.95 / 20_000)
    # What happens without a rule: every report tests at 5 %.
    assert (p <= 0.05).any(axis=1).mean() > 0.09


def _p_of_series(rng: np.random.Generator, series: int, sizes: tuple[int, ...]) -> np.ndarray:
    """Return Welch-like p-values of growing samples, treated and comparison alike: shape (series, reports)."""
    from scipy.stats import ttest_ind

    treated, others = rng.normal(size=(2, series, sizes[-1]))
    return np.stack([ttest_ind(treated[:, :n], others[:, :n], axis=1, equal_var=False).pvalue for n in sizes], axis=1)
