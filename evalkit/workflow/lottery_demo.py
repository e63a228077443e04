"""The demonstration of a lottery: an invented waiting list, drawn by a receipt, followed up with invented families.

The truth that is planted: the support adds 8 points of safety to those who take part, and nothing to their stress.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING

from evalkit.errors import StorageError
from evalkit.files import sha256_bytes, write_bytes
from evalkit.workflow.lottery import close_list, draw_batch, write_drawn
from evalkit.workflow.lottery_receipts import LotteryStore

if TYPE_CHECKING:
    from pathlib import Path

    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.plan.project import Project

PLAN = "exempel-vantelista"
CLOSED, HELD, DELIVERED = date(2016, 8, 15), date(2016, 8, 20), date(2017, 6, 30)
DRAW = "3 11 17 22 26 34 35"
FAMILIES = 160
PLANTED = 8.0
NEVER, LOST, LOST_WAITING = 13, 11, 18
"""Drawn who do not take part; drawn, and waiting, who do not answer the follow-up."""
_FIRST = date(2016, 9, 5)


def write_lottery_demo(project: Project) -> None:
    """Write the list, close and draw it where that is not done, and write the delivery that followed.

    Raises
    ------
    StorageError
        OUT-EXISTS if another file lies where an invented one belongs.
    """
    from evalkit.plan.loader import load_plan
    from evalkit.records.raw_folder import RECEIPT, receipt_bytes

    plan = load_plan(project.plan_file(PLAN))
    families = _families(plan.seed)
    store = LotteryStore(project, PLAN)
    _put(project, store.lists / "lista.csv", _csv([["personnummer", "stadsdel"], *([f["nr"], f["place"]] for f in families)]))
    if store.batches() == 0:
        close_list(project, plan, None, CLOSED)
    if store.drawn(1) is None:
        draw_batch(project, plan, DRAW, HELD)
    elif not store.protocol(1, "txt").is_file():
        write_drawn(project, plan, 1)
    drawn = _drawn(project, plan)
    files = {name: _csv(rows) for name, rows in _delivery(families, drawn, plan.seed).items()}
    folder = project.raw(PLAN) / DELIVERED.isoformat()
    for name, content in files.items():
        _put(project, folder / name, content)
    _put(project, folder / RECEIPT, receipt_bytes({name: sha256_bytes(content) for name, content in files.items()}))


def _families(seed: int) -> list[dict[str, str]]:
    rng = random.Random(seed)
    places = ("Norr", "Söder", "Öster", "Väster")
    return [
        {
            "nr": _number(number),
            "place": places[number % 4],
            "sex": "kvinna" if number % 10 < 7 else "man",
            "home": "ensam" if rng.random() < 0.35 else "två",
        }
        for number in range(1, FAMILIES + 1)
    ]


def _number(number: int) -> str:
    """Return a number of those that the tax agency keeps for tests, odd in its last but one digit for men."""
    from evalkit.records.synthetic.persons import reserved_number

    man = number % 10 >= 7
    digits = reserved_number(date(1976, 1, 1) + timedelta(days=17 * number), 980 + 2 * (number % 9) + man)
    return f"{digits[:8]}-{digits[8:]}"


def _drawn(project: Project, plan: EvaluationPlan) -> set[str]:
    """Return the numbers that the receipt's own replay gives the intervention."""
    from evalkit.records.pseudonym import load_key
    from evalkit.workflow.lottery_evidence import drawn_batches

    key = load_key(project, plan)
    assert key is not None
    (batch,) = drawn_batches(project, plan)
    names = {unit.name for unit in batch.units if unit.drawn}
    return {f["nr"] for f in _families(plan.seed) if key.pseudonym(f["nr"].replace("-", "")) in names}


def _delivery(families: list[dict[str, str]], drawn: set[str], seed: int) -> dict[str, list[list[str]]]:
    rng = random.Random(seed + 1)
    offered = sorted(drawn)
    waiting = sorted(f["nr"] for f in families if f["nr"] not in drawn)
    rng.shuffle(offered)
    rng.shuffle(waiting)
    part = drawn - set(offered[:NEVER])
    lost = {*offered[NEVER : NEVER + LOST - 3], *offered[:3], *waiting[:LOST_WAITING]}
    persons = [["personnummer", "deltog", "start", "besked", "kön", "samtycke", "hushåll"]]
    answers, meetings = [["personnummer", "datum", "trygghet", "stress"]], [["personnummer", "datum", "aktivitet", "antal"]]
    for family in families:
        nr, took_part = family["nr"], family["nr"] in part
        begun = _FIRST + timedelta(days=rng.randrange(0, 14))
        when = [begun.isoformat(), ""] if took_part else ["", begun.isoformat()]
        persons.append([nr, "ja" if took_part else "nej", *when, family["sex"], "ja", family["home"]])
        answers += _answers(rng, nr, begun, took_part=took_part, answered=nr not in lost)
        if took_part:
            came = 6 + rng.randrange(5)
            meetings += [[nr, (begun + timedelta(days=14 * step)).isoformat(), "traff", "1"] for step in range(came)]
    return {"familjer.csv": persons, "enkät.csv": answers, "närvaro.csv": meetings}


def _answers(rng: random.Random, nr: str, begun: date, *, took_part: bool, answered: bool) -> list[list[str]]:
    own, strain = rng.gauss(54, 11), rng.gauss(20, 5)
    first = [own + rng.gauss(0, 9), strain + rng.gauss(0, 4)]
    later = [own + PLANTED * took_part + rng.gauss(0, 9), strain + rng.gauss(0, 4)]
    rows = [[nr, (begun - timedelta(days=20)).isoformat(), str(_within(first[0], 100)), str(_within(first[1], 40))]]
    if answered:
        rows.append([nr, (begun + timedelta(days=182)).isoformat(), str(_within(later[0], 100)), str(_within(later[1], 40))])
    return rows


def _within(value: float, most: int) -> int:
    return max(0, min(most, round(value)))


def _csv(rows: list[list[str]]) -> bytes:
    return ("\n".join(";".join(row) for row in rows) + "\n").encode("utf-8")


def _put(project: Project, path: Path, content: bytes) -> None:
    if path.exists() and path.read_bytes() != content:
        message = f"{project.relative(path)}: där ligger redan en annan fil; flytta den innan exemplet skapas på nytt"
        raise StorageError(message, code="OUT-EXISTS")
    if not path.exists():
        write_bytes(path, content)
