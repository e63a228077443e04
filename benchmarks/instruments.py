"""How long the gate of the instrument register takes, and scoring with both gates of 100,000 forms: each beyond the imports.

::

    python benchmarks/instruments.py [--persons 50000] [--instrument phq9] [--rounds 3]

The register gate judges every rule on the whole register through great-expectations. Then invented persons answer every item of one
instrument before and after: the gate on the delivery, scoring from items, and the gate on the scores, all through
great-expectations. Nobody is in the data.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.instruments import InstrumentRegister
from evalkit.plan.register import load_register
from evalkit.records.gate import check
from evalkit.records.register_gate import check_register
from evalkit.records.scored_samples import clean_sample
from evalkit.records.scoring import score
from evalkit.records.stations import FILE, LINE, RawExtract

ROOT = Path(__file__).resolve().parents[1]
MOST_REGISTER, MOST_SCORING = 3.0, 10.0
"""Seconds."""


def main() -> int:
    """Measure and print; exit 1 where a limit is passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--persons", type=int, default=50_000)
    parser.add_argument("--instrument", default="phq9", choices=("phq9", "who5", "audit"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--work", action="store_true", help="processor time of all threads instead of the clock on the wall")
    arguments = parser.parse_args()
    clock = time.process_time if arguments.work else time.perf_counter
    register = load_register(ROOT / "params" / "instruments")
    check_register(register, date(2026, 1, 1))  # the imports
    gate = median(lambda: check_register(register, date(2026, 1, 1)), arguments.rounds, clock)
    extract, plan = delivery(arguments.instrument, arguments.persons)
    parts = [whole_way(extract, plan, register, clock) for _ in range(arguments.rounds)]
    gated, scored = (statistics.median(part) for part in zip(*parts, strict=True))
    print(f"registrets grind, {len(register.instruments)} instrument: {gate:.2f} s (högst {MOST_REGISTER:g})")
    forms = 2 * arguments.persons
    total = gated + scored
    print(
        f"grind, poängsättning och poängens grind, {forms} formulär {arguments.instrument}: {total:.2f} s (högst {MOST_SCORING:g})"
    )
    print(f"  varav leveransens grind {gated:.2f} s, poängsättning med sin grind {scored:.2f} s; median av {arguments.rounds}")
    print("  processortid, inte väggur: det en ledig maskin behöver" if arguments.work else "  väggur")
    return int(gate > MOST_REGISTER or total > MOST_SCORING)


def median(work: Callable[[], object], rounds: int, clock: Callable[[], float]) -> float:
    """Return the median time of some work."""
    taken = []
    for _ in range(rounds):
        start = clock()
        work()
        taken.append(clock() - start)
    return statistics.median(taken)


def delivery(instrument: str, persons: int) -> tuple[RawExtract, EvaluationPlan]:
    """Return a delivery of one instrument's items for persons measured twice, and its plan."""
    sample = clean_sample("adults", persons, 1)
    sample.tables = {instrument: sample.tables[instrument]}
    gated = sample.extract()
    tables = {name: table.assign(**{FILE: f"{name}.csv", LINE: range(2, len(table) + 2)}) for name, table in gated.tables.items()}
    mapping = sample.plan().model_dump(mode="python")
    mapping["outcomes"] = [one for one in mapping["outcomes"] if one["id"] == instrument]
    ground = {"ground": "Prov", "reference": "Prov", "decided": date(2015, 1, 1), "decided_by": "Prov"}
    for source in mapping["sources"]:
        source["legal_ground"] = ground
        for column in source["columns"]:
            column["labels"] = {"i": "treated", "j": "comparison"} if column["role"] == "group" else column["labels"]
    plan = EvaluationPlan.model_validate(mapping | {"primary_outcome": instrument})
    return RawExtract(tables, (), (), gated.evaluated_on, ""), plan


def whole_way(
    extract: RawExtract, plan: EvaluationPlan, register: InstrumentRegister, clock: Callable[[], float]
) -> tuple[float, float]:
    """Return how long the gate of the delivery took, and scoring with its gate."""
    start = clock()
    gated = check(extract, plan, register)
    between = clock()
    records = score(gated, plan, register)
    end = clock()
    if len(records.measurements) != len(extract.tables[plan.primary_outcome]):
        raise RuntimeError("not every form was scored")
    return between - start, end - between


if __name__ == "__main__":
    raise SystemExit(main())
