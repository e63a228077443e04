"""Awkward tables in every design: a sentence with the remedy, never the words of a matrix library."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from evalkit.errors import EstimationError
from evalkit.findings.dip import UNTESTED
from evalkit.findings.result import to_json
from evalkit.methods.assignment.draws import Rules
from evalkit.methods.assignment.redraws import redrawn_arms
from evalkit.methods.assignment.units import Arm, Unit
from evalkit.methods.evaluate import evaluate
from evalkit.methods.experiment.arms import study_arms
from evalkit.methods.experiment.sample import DrawnUnit
from evalkit.methods.experiment.study import study_experiment
from evalkit.methods.single_unit import design as single_design
from evalkit.methods.time_series import design as series_design
from evalkit.methods.validity.measure import measured_with
from evalkit.plan.lottery import Lottery
from tests.support import every_design as designs
from tests.support.every_design import Case
from tests.support.frames import EMPTY_REGISTER, PROVENANCE, demo_plan, frame_of, identity, person_table
from tests.support.single_unit import built

MACHINE = re.compile(r"singular|\bnan\b|linalg|dtype|\barray\b|traceback|\bshape\b|\bindex\b|operands|broadcast", re.IGNORECASE)
QUARTERS = np.random.default_rng(3).normal(10, 2, 24).round(2)


@pytest.fixture(autouse=True)
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    for room in (single_design, series_design):
        monkeypatch.setattr(room, "DRAWS", 100)


def touched(case: Case, change: Callable[[object], object], where: str = "table") -> Case:
    frame, plan = case
    return replace(frame, **{where: change(getattr(frame, where)).reset_index(drop=True)}), plan


def constant(table):
    return table.assign(value=3.0)


def empty(table):
    return table.iloc[:0]


def ragged(table):
    return table.iloc[1:]


def all_treated(table):
    return table[table["treated"].astype(bool)]


def nobody(table):
    return table[~table["treated"].astype(bool)]


def one_unit(table):
    return table[table["unit"] == table["unit"].iloc[0]]


def hole(table):
    return table.assign(value=table["value"].where(np.arange(len(table)) != 4))


def reversed_after(table):
    last = table["order"] == table["order"].max()
    return table.assign(is_after=table["is_after"] & ~last)


def period_gone(table):
    return table[table["order"] != 5]


def separated(case: Case) -> Case:
    """Background that decides who is treated."""
    frame, plan = case
    apart = frame.persons["treated"].astype(bool)
    return replace(frame, persons=frame.persons.assign(behov=apart * 9.0, skolform=np.where(apart, "ingen", "gymnasium"))), plan


STRANGE = (constant, empty, ragged, all_treated, nobody, one_unit, hole)
PUBLIC = (*STRANGE, reversed_after)
STARTED: dict[str, Callable[[], Case]] = {
    "ahead": lambda: designs.start_groups(anticipation=1, compare_with="never_treated"),
    "ahead of later ones": lambda: designs.start_groups(anticipation=1),
    "two-way": lambda: plain(designs.start_groups()),
    "one start": designs.one_start,
}
PERSONS = {"adjusted": designs.adjusted, "matched": designs.matched}


def plain(case: Case) -> Case:
    return case[0], case[1].model_copy(update={"design": case[1].design.model_copy(update={"staggered": None})})


def donors(y: np.ndarray, start: int = 8) -> Case:
    return built(y, start)


def values(n: int = 21) -> np.ndarray:
    return np.random.default_rng(6).normal(20, 2, (n, 12)).round(2)


CASES: dict[str, Callable[[], Case]] = {
    **{f"{n}: {c.__name__}": (lambda m=m, c=c: touched(m(), c)) for n, m in STARTED.items() for c in PUBLIC},
    **{f"{n}: {c.__name__}": (lambda m=m, c=c: touched(m(), c)) for n, m in PERSONS.items() for c in STRANGE},
    **{f"{n}: separated": (lambda m=m: separated(m())) for n, m in PERSONS.items()},
    **{f"single: {c.__name__}": (lambda c=c: touched(designs.single(), c)) for c in PUBLIC},
    "single: singular": lambda: donors(np.tile(np.arange(12.0), (21, 1))),
    "single: one donor": lambda: donors(values(2)),
    "single: two treated": lambda: built(values(), 8, treated=2),
    "single: from the first": lambda: donors(values(), 0),
    **{
        f"series: {c.__name__}": (lambda c=c: touched(designs.series(decides="level"), c))
        for c in (constant, empty, nobody, hole, period_gone)
    },
    "series: straight": lambda: designs.series(y=np.arange(24.0), decides="level"),
    "series: short": lambda: designs.series(y=QUARTERS[:6], start=3, decides="level"),
    "series: from the first": lambda: designs.series(y=QUARTERS, start=0, decides="level"),
    "series: infinite": lambda: designs.series(y=np.where(np.arange(24) == 3, np.inf, QUARTERS), decides="level"),
}
CASES.pop("ahead of later ones: all_treated")  # later starters are compared with


def said(name: str) -> EstimationError:
    frame, plan = CASES[name]()
    with measured_with(100), pytest.raises(EstimationError) as stopped:
        evaluate(frame, plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE)
    return stopped.value


def is_a_sentence(error: EstimationError) -> None:
    text = str(error)
    assert (error.code or "").startswith("EST-")
    assert not MACHINE.search(text), text
    assert len(text) > 40, text
    assert ";" in text or ":" in text or "behövs" in text, text


@pytest.mark.parametrize("name", CASES)
def test_an_awkward_table_gets_a_sentence_with_the_remedy(name: str) -> None:
    is_a_sentence(said(name))


@pytest.mark.parametrize("change", [constant, empty, all_treated, nobody, one_unit, hole, ragged], ids=lambda c: c.__name__)
def test_persons_start_groups_that_cannot_be_told_are_refused_and_the_rest_answers(change: Callable[[object], object]) -> None:
    frame, plan = touched(designs.rolling(), change, "terms")
    with measured_with(100):
        result = evaluate(frame, plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE)
    to_json(result)
    assert result.estimates
    if not any(e.id.startswith("did-cohorts") for e in result.estimates) and change is not empty:
        assert [r.code for r in result.refusals if r.analysis == "risk_sets"]


def test_a_dip_that_cannot_be_tested_is_said_so() -> None:
    frame, plan = touched(designs.one_start(), lambda t: t[t["order"] >= 4])
    with measured_with(100):
        result = evaluate(frame, plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE)
    to_json(result)
    assert [d.state for d in result.dips] == [UNTESTED]


N = 30
LOTTERY = {
    "files": "lista*.csv",
    "unit": "nr",
    "arms": [{"id": a, "label": a.upper()} for a in "abk"],
    "draws": [{"name": "Lotto", "held_on": "2015-09-05", "rule": "tal"}],
}


def lottery(arms: str, kind: str) -> object:
    rng = np.random.default_rng(4)
    listed = [Unit(f"p{i:05d}", block="") for i in range(N)]
    again = redrawn_arms(listed, Rules(tuple(Arm(a) for a in arms)), "prov", 60)
    arm, again = again[0], again[1:]
    before, after = rng.normal(50, 8, N), rng.normal(50, 8, N)
    if kind == "constant":
        before, after = np.full(N, 3.0), np.full(N, 3.0)
    if kind == "missing":
        after[2] = np.nan
    if kind == "separated":
        after = np.where(arm == 0, 1.0, 0.0)
    table = person_table(before, after, arm < len(arms) - 1)
    names = np.array([u.name for u in listed])
    gone = {"empty": names, "one": names[1:], "one arm": names[arm != 0], "one in an arm": names[arm == 0][1:]}.get(kind, names[:0])
    table = table[~table["unit"].isin(gone)]
    units = [DrawnUnit(u.name, u.block, u.name, bool(arm[i] == 0), arms[arm[i]]) for i, u in enumerate(listed)]
    plan, frame = demo_plan(comparison="randomised"), frame_of(table)
    if len(arms) == 2:
        return study_experiment(frame, plan, units, again == 0, excluded=0)
    return study_arms(frame, plan.model_copy(update={"lottery": Lottery.model_validate(LOTTERY)}), units, again, 0)


@pytest.mark.parametrize("kind", ["empty", "one", "one arm", "one in an arm", "constant", "missing", "separated"])
@pytest.mark.parametrize("arms", ["ab", "abk"])
def test_an_awkward_lottery_gets_a_sentence_with_the_remedy(arms: str, kind: str) -> None:
    with measured_with(100), pytest.raises(EstimationError) as stopped:
        lottery(arms, kind)
    is_a_sentence(stopped.value)
