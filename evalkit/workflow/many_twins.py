"""Hundreds of twins of one plan: the gate's second opinion on the first one only, and two at a time where wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from evalkit.workflow.twins import House, Twin, make_twin, open_house

if TYPE_CHECKING:
    from evalkit.plan.project import Project

DRAWS = 2_000
"""Samples in each declared case when a twin's route is chosen; a run of the plan itself uses more."""
CHUNK = 5

_HOUSES: dict[tuple[str, str], House] = {}
"""Of a worker process: each opens its house once."""


def make_twins(
    project: Project, plan_id: str, seeds: Sequence[int], share: float, progress: Callable[[int], None], *, processes: int = 1
) -> list[Twin]:
    """Return one twin a seed, in the order of the seeds.

    Parameters
    ----------
    share : float
        Of the expected effect that is planted.
    progress : Callable[[int], None]
        Told how many are made.
    processes : int
        Worker processes; 1 makes them here. A twin depends on its seed alone.
    """
    jobs = [(str(project.root), plan_id, seed, share, seed == seeds[0]) for seed in seeds]
    made: list[Twin] = []
    for twin in _in_turn(jobs) if processes < 2 else _at_once(jobs, processes):
        made.append(twin)
        progress(len(made))
    return made


_Job = tuple[str, str, int, float, bool]


def _in_turn(jobs: Iterable[_Job]) -> Iterator[Twin]:
    return map(_make, jobs)


def _at_once(jobs: Sequence[_Job], processes: int) -> Iterator[Twin]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_make, jobs, chunksize=CHUNK)


def _make(job: _Job) -> Twin:
    from evalkit.methods.validity.measure import measured_with
    from evalkit.plan.project import Project
    from evalkit.records.sheets import own_count_alone

    root, plan_id, seed, share, judged_twice = job
    if (root, plan_id) not in _HOUSES:
        _HOUSES[root, plan_id] = open_house(Project(Path(root)), plan_id)
    with measured_with(DRAWS), nullcontext() if judged_twice else own_count_alone():
        return make_twin(_HOUSES[root, plan_id], seed, share=share)
