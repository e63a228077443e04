"""Frames whose estimates R computes again: persons, clusters, public units, start groups, matched, one unit, series, lotteries.

Run from the project: python -m tests.referees.rosetta. It writes each frame as a run does, calls Rscript (haven, sandwich,
clubSandwich, estimatr, nlme, quadprog) and stores what R printed in rosetta.json.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd
from evalkit.findings.result import EvaluationResult
from evalkit.methods.evaluate import evaluate
from evalkit.methods.experiment.findings import experiment_finding
from evalkit.methods.experiment.sample import DrawnUnit
from evalkit.methods.experiment.study import study_experiment
from evalkit.methods.rosetta import translate_experiment
from evalkit.methods.single_unit import design as unit_design
from evalkit.methods.time_series import design as series_design
from evalkit.methods.validity.measure import measured_with
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.time_series import TimeSeries
from evalkit.records.stations import AnalysisFrame
from evalkit.workflow.rosetta_files import R, write_rosetta
from tests.support.frames import EMPTY_REGISTER, PROVENANCE, demo_plan, frame_of, identity, panel_table, person_table, public_plan
from tests.support.single_unit import built
from tests.support.staggered import FIRST_YEAR, staggered_panel

STORED = Path(__file__).with_suffix(".json")

MATCHED: dict[str, dict[str, object]] = {
    "pairs": {"method": "mahalanobis"},
    "reused": {"method": "mahalanobis", "reuse": True, "neighbours": 2, "remaining": "none"},
    "regression": {"method": "propensity", "reuse": True, "remaining": "regression"},
    "sets": {"method": "sets", "columns": [], "set_column": "par"},
}
"""Ways of matching, each with a standard error of its own kind."""

Run = tuple[AnalysisFrame, EvaluationPlan, EvaluationResult, tuple[DrawnUnit, ...]]
"""What `write_rosetta` writes: frame, plan, result and who was drawn."""


def designs() -> Iterator[tuple[str, AnalysisFrame, EvaluationPlan]]:
    """Yield name, frame and plan of each design."""
    rng = np.random.default_rng(20261122)
    plan = demo_plan(economics=False)
    for name, treated, skewed in (("persons", np.arange(60) < 30, False), ("skewed", np.arange(48) < 14, True)):
        n = len(treated)
        before = rng.normal(40, 10, n)
        change = (rng.exponential(12, n) if skewed else rng.normal(0, 10, n)) + 4 * treated
        yield name, frame_of(person_table(before, before + change, treated)), plan
    treated = np.arange(210) < 90
    cluster = [f"s{i // 10:02d}" for i in range(210)]
    shock = np.repeat(rng.normal(0, 4, 21), 10)
    before = rng.normal(40, 10, 210)
    table = person_table(before, before + shock + rng.normal(0, 6, 210) + 3 * treated, treated, cluster=cluster)
    yield "clusters", frame_of(table), demo_plan(economics=False, assigned_at="cluster")
    y = rng.normal(20, 3, (60, 6))
    public = public_plan(["tal"], analyses=["pre_post", "did"])
    one, several = np.zeros((60, 6), dtype=bool), np.zeros((60, 6), dtype=bool)
    one[:25, 3:], several[:15, 3:], several[15:30, 2:] = True, True, True
    yield "one-start", frame_of(panel_table(y + one, one, outcome="tal")), public
    yield "several-starts", frame_of(panel_table(y + several, several, outcome="tal")), public
    yield from _of_their_own()


def _of_their_own() -> Iterator[tuple[str, AnalysisFrame, EvaluationPlan]]:
    """Yield start groups (two ways), background (three ways), one unit (two ways) and a series (two ways)."""
    y, first, _ = staggered_panel()
    after = (np.arange(y.shape[1])[None, :] >= (first - FIRST_YEAR)[:, None]) & (first > 0)[:, None]
    starts = frame_of(panel_table(y, after, outcome="tal"))
    for name, compare, ahead in (("start-groups", "not_yet_treated", 0), ("start-groups-ahead", "never_treated", 1)):
        plan = public_plan(["tal"], staggered={"compare_with": compare, "anticipation": ahead})
        yield name, starts, plan
    everybody = first > 0
    plan = public_plan(["tal"], staggered={"compare_with": "not_yet_treated"})
    yield "all-start", frame_of(panel_table(y[everybody], after[everybody], outcome="tal")), plan
    for method in ("doubly_robust", "regression", "weighting"):
        yield f"background-{method}", *_background(method)
    for name in MATCHED:
        yield f"matched-{name}", *_matched(name)
    yield "background-units", *_background_of_units()
    series = np.loadtxt(STORED.with_name("single_unit.csv"), delimiter=",", skiprows=1, usecols=range(1, 13))
    for decides in ("synthetic_did", "synthetic_control"):
        yield f"one-unit-{decides}", *built(series, decides=decides)
    seen = np.loadtxt(STORED.with_name("time_series.csv"), delimiter=",", skiprows=1, usecols=2)
    for decides, season in (("mean_after", "calendar"), ("level", "none")):
        table = panel_table(seen[np.newaxis], (np.arange(len(seen)) >= 16)[np.newaxis], outcome="tal")
        table["period"] = [f"{2000 + order // 4}K{order % 4 + 1}" for order in table["order"]]
        plan = public_plan(["tal"], analyses=["pre_post"], comparison="none")
        yield (
            f"series-{decides}",
            frame_of(table),
            plan.model_copy(update={"time_series": TimeSeries(decides=decides, season=season)}),
        )


def _background(method: str) -> tuple[AnalysisFrame, EvaluationPlan]:
    rng = np.random.default_rng(11)
    school = rng.choice(["gymnasium", "ingen", "komvux"], 120)
    treated = rng.random(120) < np.where(school == "ingen", 0.65, 0.3)
    before = rng.normal(50, 5, 120)
    age = rng.integers(6000, 9000, 120)
    change = 2.0 * treated - 3.0 * (school == "ingen") + 0.001 * age + rng.exponential(3, 120)
    frame = frame_of(person_table(before, before + change, treated))
    persons = frame.persons.reset_index(drop=True)
    born = persons["start"] - pd.to_timedelta(age, unit="D")
    plan = demo_plan(
        economics=False,
        adjustment={"covariates": ["skolform", "age"], "method": method},
        analyses=["did"],
        common_shocks_at="none",
    )
    return replace(frame, persons=persons.assign(skolform=school, birth_date=born)), plan


def _matched(name: str) -> tuple[AnalysisFrame, EvaluationPlan]:
    """Return forty persons and eighty others whose need differs, matched in one of the ways."""
    rng = np.random.default_rng(31)
    treated = np.arange(120) < 40
    need = np.where(treated, rng.normal(0.6, 1, 120), rng.normal(0, 1, 120)).round(3)
    before = 50 - 2 * need + rng.normal(0, 3, 120)
    change = 3.0 * treated - 2 * need + (rng.exponential(2, 120) if name == "sets" else rng.normal(0, 2, 120))
    frame = frame_of(person_table(before, before + change, treated))
    sets = np.where(treated, np.arange(120) // 2, (np.arange(120) - 40) // 4)
    persons = frame.persons.reset_index(drop=True).assign(behov=need, par=sets.astype(str))
    rules = {"columns": ["behov"], **MATCHED[name]}
    plan = demo_plan(economics=False, matching=rules, analyses=["did"], comparison="matched", common_shocks_at="none")
    return replace(frame, persons=persons), plan


def _background_of_units() -> tuple[AnalysisFrame, EvaluationPlan]:
    """Return forty public units with one start, whose change depends on a background that the groups have unlike."""
    rng = np.random.default_rng(13)
    treated, after = np.arange(40) < 16, np.arange(10) >= 5
    elderly = rng.normal(20, 3, 40) + 2 * treated
    y = 100 + rng.normal(0, 3, (40, 10)) + np.outer(0.8 * elderly + 2 * treated, after)
    frame = frame_of(panel_table(y, np.outer(treated, after), outcome="tal"))
    persons = frame.persons.reset_index(drop=True).assign(elderly=elderly, dense=rng.exponential(40, 40))
    plan = public_plan(["tal"], adjustment={"covariates": ["elderly", "dense"]}, common_shocks_at="cluster")
    return replace(frame, persons=persons), plan


def results() -> Iterator[tuple[str, Run]]:
    """Yield each design with its result and who was drawn; simulations of validity are short, since R repeats none of them."""
    short = patch.multiple(series_design, DRAWS=400, CRITICAL_DRAWS=400), patch.multiple(unit_design, DRAWS=100, DRAWS_IF_NEAR=100)
    with measured_with(1_000), short[0], short[1]:
        for name, frame, plan in designs():
            yield name, (frame, plan, evaluate(frame, plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE), ())
        for name, clusters in (("lottery", False), ("lottery-clusters", True)):
            yield name, _lottery(clusters=clusters)


def _lottery(*, clusters: bool) -> Run:
    """Return sixty persons in three blocks (or sixty drawn five at a time), some of whom did not follow the draw."""
    rng = np.random.default_rng(21)
    group = np.arange(60) // 5 if clusters else np.arange(60)
    block = np.zeros(60, dtype=int) if clusters else np.arange(60) // 20
    drawn = group % 2 == 0
    part = drawn & (rng.random(60) < 0.7)
    before = rng.normal(50, 10, 60)
    frame = frame_of(person_table(before, 0.6 * before + 6 * part + rng.normal(0, 4, 60), part))
    units = tuple(DrawnUnit(f"p{i:05d}", str(block[i]), f"g{group[i]:02d}", bool(drawn[i])) for i in range(60))
    again = np.stack([rng.permutation(12)[group] % 2 == 0 if clusters else rng.permutation(drawn) for _ in range(99)])
    plan = demo_plan(economics=False, comparison="randomised")
    result = evaluate(frame, plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE)
    study = study_experiment(frame, plan, units, again, 0)
    finding = experiment_finding(study, plan, n_redrawn=99, receipts=["0" * 64], clusters=clusters)
    offers = tuple(found.estimate for found in study.outcomes)
    told = translate_experiment(finding, offers, frame, plan)
    whole = replace(
        result,
        estimates=(*result.estimates, *offers),
        experiment=finding,
        translations=(*result.translations, *told),
    )
    return frame, plan, whole, units


def by_r(folder: Path, run: Run) -> dict[str, list[str]]:
    """Return what R makes of a run's files: estimate, standard error, p and whether R calls them the same numbers."""
    write_rosetta(folder, *run)
    done = subprocess.run(["Rscript", R], cwd=folder, capture_output=True, text=True, encoding="utf-8", check=True)
    rows = [line.split("\t") for line in done.stdout.splitlines()[1:]]
    return {row[0]: row[1:] for row in rows}


if __name__ == "__main__":
    found = {}
    for name, run in results():
        with tempfile.TemporaryDirectory() as folder:
            found[name] = by_r(Path(folder), run)
    STORED.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
