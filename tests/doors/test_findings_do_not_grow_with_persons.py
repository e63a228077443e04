"""Twice as many persons, the same findings in shape: whatever listed one entry a person would be twice as long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pandas as pd
import pytest
from evalkit.findings.result import EvaluationResult
from evalkit.methods.evaluate import evaluate
from evalkit.records.frame import build_frame
from evalkit.records.gate import check
from evalkit.records.scoring import score
from evalkit.records.stations import ScoredRecords
from evalkit.records.synthetic.world import create_world
from evalkit.release.disclosure import clear
from evalkit.workflow.twins import House, _identity, _read, _without_money, open_house
from tests.support.demo import REAL


def lengths(value: Any, where: str) -> Iterator[tuple[str, int]]:
    """Return how long every sequence is."""
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from lengths(getattr(value, field.name), f"{where}.{field.name}")
    elif isinstance(value, tuple):
        yield where, len(value)
        for number, item in enumerate(value):
            yield from lengths(item, f"{where}[{number}]")


def doubled(scored: ScoredRecords) -> ScoredRecords:
    def twice(table: pd.DataFrame) -> pd.DataFrame:
        return pd.concat([table, table.assign(unit=table["unit"] + "-b")], ignore_index=True)

    tables = {name: twice(getattr(scored, name)) for name in ("persons", "measurements", "periods", "activities")}
    return replace(scored, **tables)


def found(house: House, scored: ScoredRecords) -> EvaluationResult:
    frame = build_frame(scored, house.plan)
    return evaluate(frame, _without_money(house.plan), house.register, None, _identity(house.plan), house.provenance)


@pytest.mark.parametrize("demo", ["np-samverkan", "skolfam"])
def test_no_sequence_of_findings_or_of_the_cleared_result_grows_with_the_number_of_persons(demo: str) -> None:
    house = open_house(REAL, demo)
    raw = _read(house, create_world(house.plan, house.truth, house.plan.seed))
    scored = score(check(raw, house.plan, house.register), house.plan, house.register)
    once, twice = found(house, scored), found(house, doubled(scored))
    flow_once, flow_twice = (sum(arm.n_delivered for arm in result.flows[0].arms) for result in (once, twice))
    assert flow_twice == 2 * flow_once
    grown = {
        where: (before, after)
        for (where, before), (_, after) in zip(lengths(once, "result"), lengths(twice, "result"), strict=False)
        if after > before + 2
    }
    assert grown == {}
    safe = [sum(n for _, n in lengths(clear(result, house.policy), "safe")) for result in (once, twice)]
    # More persons leave less to hide: a few reasons and months more are named, nothing in proportion to the persons.
    assert safe[1] - safe[0] < flow_once / 2
