"""Seconds for what a plan costs: measuring its route, and estimating one outcome once the route is measured.

::

    python benchmarks/estimation.py

CPU seconds, so that other work on the machine does not count. Promises: at most 10 s to measure the validity of one plan's design,
under 0.5 s to estimate one outcome of 300 persons. Exits 1 where one is not kept.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from evalkit.methods.estimates import estimate_changes, estimate_did
from evalkit.methods.event_study import study_events
from evalkit.methods.panel import make_panel
from evalkit.methods.validity.designs import Adoption, OneGroup, TwoGroups
from evalkit.methods.validity.measure import Design, forget, measure
from tests.support.frames import OUTCOME, demo_plan, frame_of, person_table

MEASURED, ESTIMATED = 10.0, 0.5
STARTS = np.where(np.arange(290) % 5 == 0, 4 + np.arange(290) // 5 % 4, 10)
DESIGNS: dict[str, Design] = {
    "30 + 30 persons": TwoGroups(30, 30),
    "150 + 150 persons": TwoGroups(150, 150),
    "300 persons, one group": OneGroup(300),
    "7 + 6 clusters": TwoGroups(7, 6, (8,) * 13, "cr1-z"),
    "5 of 290 municipalities": TwoGroups(5, 285, (), "cr1-z"),
    "58 of 290 municipalities, staggered, 10 years": Adoption(
        290, 10, (np.arange(10) >= STARTS[:, None]).tobytes(), tuple(range(290))
    ),
}


def seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def main() -> int:
    kept = True
    measure(OneGroup(20), 1, 100)
    for name, design in DESIGNS.items():
        forget()
        spent = seconds(lambda design=design: measure(design, 1))
        kept &= spent <= MEASURED
        print(f"measure   {name:48} {spent:6.2f} s")
    rng = np.random.default_rng(1)
    before = rng.normal(50, 8, 300)
    plan, treated = demo_plan(economics=False), np.arange(300) < 150
    table = person_table(before, before + rng.normal(2, 5, 300), list(treated))

    def once() -> None:
        panel = make_panel(frame_of(table), plan, OUTCOME)
        estimate_changes(panel, plan)
        estimate_did(panel, plan)
        study_events(panel, 0.95)

    once()
    spent = seconds(once)
    kept &= spent < ESTIMATED
    print(f"estimate  {'one outcome of 300 persons, both engines':48} {spent:6.2f} s")
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
