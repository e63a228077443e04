"""The dip before the start: a worked example, the referee, what is found, what cannot be tested, and its size on the grid."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from evalkit.findings.dip import DESCRIBED, DIP, FOUND, NOT_FOUND, UNTESTED
from evalkit.findings.evidence import EvidenceLevel, EvidenceVerdict
from evalkit.methods.dip import look_for_dip, lowered_by_dip
from evalkit.methods.dip_periods import last_periods
from evalkit.methods.panel import Panel, make_panel
from evalkit.methods.validity.dip_grid import dip_cells
from evalkit.methods.validity.grid import judge
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from tests.support.frames import OUTCOME, demo_plan, frame_of, panel_table, public_plan

QUARTERS = 4
PLAN = demo_plan(economics=False)


def panel(y: np.ndarray, n_treated: int, before: int = QUARTERS, cluster: np.ndarray | None = None) -> Panel:
    n, periods = y.shape
    treated = np.arange(n) < n_treated
    return Panel(
        outcome=OUTCOME,
        y=y,
        after=np.broadcast_to(np.arange(periods) >= before, y.shape).copy(),
        treated=treated,
        treated_order=np.where(treated, float(before), np.nan),
        cluster=np.arange(n) if cluster is None else cluster,
        cohort=("HT2015",) * n,
        periods=tuple(f"kvartal {q - before}" for q in range(periods)),
        public=False,
    )


def noise(n: int, periods: int = 8, seed: int = 3) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return 50 + rng.normal(0, 8, (n, 1)) + rng.normal(0, 4, (n, periods))


def test_a_dip_by_hand():
    # Treated: 10, 10, 10 and then 4, after the start 12 and 12; the others stay at 10. Dip −6; +2 from earlier, +8 from the dip.
    treated, others = [10.0, 10, 10, 4, 12, 12], [10.0] * 6
    y = np.array([treated] * 3 + [others] * 3) + np.array([0.5, 0, -0.5] * 2)[:, None]
    found = look_for_dip(panel(y, 3), PLAN, by_quarter=True)
    assert (found.value, found.from_earlier, found.from_last) == pytest.approx((-6.0, 2.0, 8.0))
    assert (found.periods_last, found.periods_earlier, found.periods_after) == (1, 3, 2)
    assert found.worse
    assert found.state == DESCRIBED


def test_the_interval_is_welchs_of_one_value_a_person():
    y = noise(60)
    found = look_for_dip(panel(y, 30), PLAN, by_quarter=True)
    dips = y[:, 3] - y[:, :3].mean(axis=1)
    referee = stats.ttest_ind(dips[:30], dips[30:], equal_var=False).confidence_interval(0.95)
    assert found.inference == "welch"
    assert (found.interval.low, found.interval.high) == pytest.approx((referee.low, referee.high), rel=1e-9)
    assert found.state == (NOT_FOUND if referee.low <= 0 <= referee.high else FOUND)
    assert found.false_positive_rate is not None


@pytest.mark.parametrize(("step", "worse"), [(-8.0, True), (8.0, False)])
def test_a_planted_dip_or_peak_is_found_and_the_way_that_it_misleads(step: float, worse: bool):
    y = noise(60)
    y[:30, 3] += step
    found = look_for_dip(panel(y, 30), PLAN, by_quarter=True)
    assert (found.state, found.worse) == (FOUND, worse)
    assert abs(found.value - step) < 4
    assert found.from_last == pytest.approx(found.from_earlier - found.value)
    lower_is_better = demo_plan(outcomes=("valbefinnande", "franvaro"), economics=False)
    assert look_for_dip(replace(panel(y, 30), outcome="franvaro"), lower_is_better, by_quarter=True).worse is not worse


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(-1e4, 1e4))
def test_levels_of_units_and_of_periods_change_nothing(seed: int, level: float):
    y, rng = noise(24), np.random.default_rng(seed)
    moved = y + level + rng.normal(0, 10, (24, 1)) + rng.normal(0, 10, (1, y.shape[1]))
    first, second = (look_for_dip(panel(values, 12), PLAN, by_quarter=True) for values in (y, moved))
    assert second.value == pytest.approx(first.value, abs=1e-7)
    assert (second.interval.low, second.interval.high) == pytest.approx((first.interval.low, first.interval.high), abs=1e-7)
    assert second.from_last == pytest.approx(first.from_last, abs=1e-7)


def test_two_periods_different_starts_or_nobody_to_compare_with_cannot_be_tested():
    y = noise(30)
    uneven = replace(panel(y, 15), treated_order=np.where(np.arange(30) < 15, 3.0 + np.arange(30) % 2, np.nan))
    for made in (panel(y, 15, before=2), uneven, panel(y, 30)):
        found = look_for_dip(made, PLAN, by_quarter=True)
        assert (found.state, found.value, found.interval) == (UNTESTED, None, None)


def test_two_treated_clusters_are_described_only():
    y, cluster = noise(60), np.repeat(np.arange(6), 10)
    plan = demo_plan(economics=False, assigned_at="cluster")
    found = look_for_dip(panel(y, 20, cluster=cluster), plan, by_quarter=True)
    assert (found.state, found.interval, found.inference) == (DESCRIBED, None, "none")
    assert found.value is not None


def test_public_units_with_one_start_are_looked_at_by_year():
    y = np.random.default_rng(5).normal(0, 1, (24, 10))
    y[:12, 4:6] -= 4.0
    after = np.zeros(y.shape, dtype=bool)
    after[:12, 6:] = True
    plan = public_plan(("andel",))
    made = make_panel(frame_of(panel_table(y, after, outcome="andel")), plan, "andel")
    found = look_for_dip(made, plan, by_quarter=False)
    assert (found.state, found.periods_last, found.periods_earlier) == (FOUND, 2, 4)
    assert found.value == pytest.approx(-4.0, abs=1.0)


def test_the_number_of_last_periods_follows_the_number_before_alone():
    assert [last_periods(n) for n in (3, 5, 6, 12)] == [1, 1, 2, 2]


def verdict(*reasons: str) -> EvidenceVerdict:
    level = EvidenceLevel.COMPARED if reasons else EvidenceLevel.CAUSAL_WITH_CAVEATS
    return EvidenceVerdict(EvidenceLevel.CAUSAL_WITH_CAVEATS, level, reasons, below_minimum=False)


def test_a_dip_of_the_primary_outcome_lowers_the_words_once():
    y = noise(60)
    y[:30, 3] -= 12
    found = (look_for_dip(panel(y, 30), PLAN, by_quarter=True),)
    lowered = lowered_by_dip(verdict(), found, OUTCOME)
    assert (lowered.level, lowered.lowered_by) == (EvidenceLevel.COMPARED, (DIP,))
    assert lowered_by_dip(verdict("pre-trends-cannot-be-tested", "attrition"), found, OUTCOME).lowered_by == (DIP, "attrition")
    contradicted = verdict("pre-trends-contradicted")
    assert lowered_by_dip(contradicted, found, OUTCOME) is contradicted
    assert lowered_by_dip(verdict(), found, "franvaro") == verdict()
    assert lowered_by_dip(verdict(), (look_for_dip(panel(noise(60), 30), PLAN, by_quarter=True),), OUTCOME) == verdict()


@pytest.mark.parametrize("cell", tuple(dip_cells()), ids=lambda cell: cell.label)
def test_where_nothing_happened_a_dip_is_seen_as_seldom_as_promised(cell):
    found = judge(cell, 2_000, 20261122)
    assert found.holds
    assert found.route != "none"
