"""One small frame and plan for each way of estimating, at a level that the caller chooses: what must hold, must hold for all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.time_series import TimeSeries
from evalkit.records.stations import AnalysisFrame
from tests.support.frames import OUTCOME, demo_plan, frame_of, panel_table, person_table, public_plan
from tests.support.single_unit import BEFORE, built, referee_panel
from tests.support.staggered import FIRST_YEAR, staggered_panel

Case = tuple[AnalysisFrame, EvaluationPlan]
TERMS = 6


def start_groups(offset: float = 0.0, anticipation: int = 0, compare_with: str = "not_yet_treated") -> Case:
    """Public units that start in different years; imputation stands beside."""
    y, first, _ = staggered_panel()
    after = (first[:, None] > 0) & (FIRST_YEAR + np.arange(y.shape[1])[None, :] >= first[:, None])
    plan = public_plan(["y"], staggered={"compare_with": compare_with, "anticipation": anticipation})
    return frame_of(panel_table(y + offset, after, outcome="y")), plan


def one_start(offset: float = 0.0) -> Case:
    """Forty public units, one common start: leads, bounds of drift and of smoothness, the dip."""
    y = np.random.default_rng(8).normal(100, 4, (40, 8)).round(2)
    after = np.zeros(y.shape, dtype=bool)
    after[:20, 5:] = True
    return frame_of(panel_table(y + offset, after, outcome="y")), public_plan(["y"])


def rolling(offset: float = 0.0) -> Case:
    """Persons who start in different terms, and some who never do."""
    rng = np.random.default_rng(2)
    first = np.concatenate([np.repeat([2.0, 3.0, 4.0], 8), np.full(16, np.inf)])
    n, treated = len(first), np.isfinite(first)
    y = (rng.normal(20, 3, (n, 1)) + rng.normal(0, 2, (n, TERMS))).round(2) + offset
    frame = frame_of(person_table(y[:, 0], y[:, -1], treated))
    order = np.tile(np.arange(TERMS), n)
    terms = pd.DataFrame({"unit": np.repeat([f"p{i:05d}" for i in range(n)], TERMS), "outcome": OUTCOME, "order": order})
    terms = terms.assign(period=[f"T{t}" for t in order], is_after=order >= np.repeat(first, TERMS))
    terms = terms.assign(treated=np.repeat(treated, TERMS), treated_order=np.nan, cluster="", cohort="", sex="woman")
    plan = demo_plan(economics=False, analyses=["did"], staggered={"compare_with": "not_yet_treated"})
    return replace(frame, terms=terms.assign(value=y.ravel())), plan


def with_background(n: int, offset: float, **design: object) -> Case:
    """Return persons whose need decides both who is treated and how much they change."""
    rng = np.random.default_rng(5)
    treated = np.arange(n) < n // 3
    need = np.where(treated, rng.normal(0.7, 1, n), rng.normal(0, 1.2, n)).round(3)
    before = (50 - 2 * need + rng.normal(0, 3, n)).round(2) + offset
    after = before + (2 * treated - need + rng.normal(0, 2, n)).round(2)
    frame = frame_of(person_table(before, after, treated))
    known = frame.persons.reset_index(drop=True).assign(birth_date=pd.Timestamp("2000-03-01"))
    school = rng.choice(["gymnasium", "ingen"], n)
    plan = demo_plan(economics=False, analyses=["did"], common_shocks_at="none", **design)
    return replace(frame, persons=known.assign(behov=need, skolform=school)), plan


def adjusted(offset: float = 0.0, n: int = 120) -> Case:
    """Persons adjusted for background."""
    return with_background(n, offset, adjustment={"covariates": ["skolform"]})


def matched(offset: float = 0.0, n: int = 120) -> Case:
    """Persons matched on background."""
    rules = {"method": "mahalanobis", "columns": ["behov"], "exact": ["skolform"]}
    return with_background(n, offset, matching=rules, comparison="matched")


def single(offset: float = 0.0) -> Case:
    """One treated unit among donors: synthetic control and synthetic difference-in-differences."""
    return built(referee_panel() + offset, BEFORE)


def series(offset: float = 0.0, y: np.ndarray | None = None, start: int = 16, **rules: object) -> Case:
    """One unit by quarter, its own trend continued."""
    values = np.random.default_rng(3).normal(10, 2, 24).round(2) if y is None else y
    after = (np.arange(len(values)) >= start)[None]
    table = panel_table(values[None] + offset, after, outcome="y")
    table["period"] = [f"{2000 + order // 4}K{order % 4 + 1}" for order in table["order"]]
    plan = public_plan(["y"], analyses=["pre_post"], comparison="none")
    return frame_of(table), plan.model_copy(update={"time_series": TimeSeries.model_validate(rules)})


EVERY: tuple[Callable[..., Case], ...] = (start_groups, one_start, rolling, adjusted, matched, single, series)
