"""An evaluation under way teaches its planning, and what it says can be pasted into the plan."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml
from evalkit.errors import PlanError
from evalkit.methods.panel import Panel
from evalkit.methods.power.learned import learn
from evalkit.plan.loader import load_plan
from evalkit.plan.planning import PlanningAssumption
from evalkit.release.design_learned import learned_text

PLAN = load_plan(Path(__file__).parents[2] / "params" / "interventions" / "np-samverkan.yaml")


def panel(n: int, *, effect: float = 0.0, clusters: int = 0, seed: int = 3) -> Panel:
    rng = np.random.default_rng(seed)
    treated = np.arange(n) % 2 == 0
    cluster = np.arange(n) // (n // clusters) if clusters else np.arange(n)
    shared = np.sqrt(0.3) * rng.standard_normal(n)[cluster] if clusters else 0.0
    own = np.sqrt(0.7) * rng.standard_normal(n) if clusters else rng.standard_normal(n)
    before = 50 + 12 * (shared + own)
    after = 20 + 0.6 * before + 9.6 * rng.standard_normal(n) + effect * treated
    return Panel(
        outcome="valbefinnande",
        y=np.column_stack([before, after]),
        after=np.column_stack([np.zeros(n, bool), treated]),
        treated=treated,
        treated_order=np.where(treated, 1.0, np.nan),
        cluster=cluster,
        cohort=("2020",) * n,
        periods=("före", "efter"),
        public=False,
    )


def test_spread_correlation_and_reach_are_found_whatever_the_effect() -> None:
    plain, strong = learn(panel(2_000), clustered=False), learn(panel(2_000, effect=30.0), clustered=False)
    for quantity, truth in (("standard_deviation", 12.0), ("correlation", 0.6)):
        found = dict(plain.rows)[quantity]
        assert found.low < truth < found.high
        assert dict(strong.rows)[quantity].value == pytest.approx(found.value)
    assert strong.mde_so_far == pytest.approx(plain.mde_so_far)
    assert plain.mde_so_far == pytest.approx(2.8 * 12 * 0.8 * 2 / np.sqrt(2_000), rel=0.05)


def test_clusters_give_their_likeness_and_no_promise_about_persons() -> None:
    found = learn(panel(1_200, clusters=100), clustered=True)
    icc = dict(found.rows)["icc"]
    assert icc.low < 0.3 < icc.high
    assert found.mde_so_far is None


def test_the_rows_can_be_pasted_into_the_plan() -> None:
    found = learn(panel(60), clustered=False)
    rows = [(quantity, one.value, one.low, one.high) for quantity, one in found.rows]
    lines = learned_text(PLAN.outcome("valbefinnande"), "2020-01-31", 30, 30, rows=rows, reach=found.mde_so_far)
    first = lines.index("planning:")
    pasted = yaml.load("\n".join(lines[first:-1]), Loader=yaml.BaseLoader)["planning"]
    read = [PlanningAssumption.model_validate(row) for row in pasted]
    assert [row.quantity for row in read] == ["standard_deviation", "correlation"]
    assert read[0].value == pytest.approx(rows[0][1], abs=0.005)
    assert {row.source for row in read} == {"pilot"}
    assert "60 som hittills" in lines[-1]


def test_too_few_persons_teach_nothing() -> None:
    with pytest.raises(PlanError) as caught:
        learn(panel(3), clustered=False)
    assert caught.value.code == "DSN-DATA"
