"""Privacy by simulation: release series against the differencing guard, random tables against the linear programmes.

    python -m benchmarks.privacy            1,000 series, 1,000 tables at each of n = 30, 60, 120
    python -m benchmarks.privacy --small    a tenth of each, as the tests do

What is looked for is judged by other means than what protects: series by trying sums and differences of raw person sets, tables by
integer programming over the true margins.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from itertools import product

import numpy as np
from evalkit.records.release_guard import unsafe_groups
from evalkit.release.rounding import round_count
from evalkit.release.secondary import CountSystem, protect

LEAST = 10
BASE = 5
FACTORS = (-2, -1, 0, 1, 2)


def release_series(seed: int) -> tuple[int, int, int, int]:
    """Return offered, let through, unsafe ones let through, and unsafe ones had nothing guarded, of one random series.

    Every step adds, drops, swaps or withdraws persons in two groups; most steps are small, as rolling intake is.
    """
    rng = np.random.default_rng(seed)
    people = iter(range(10**6))
    groups = {arm: {next(people) for _ in range(int(rng.integers(25, 150)))} for arm in ("treated", "comparison")}
    released: list[dict[str, frozenset[str]]] = []
    unguarded: list[dict[str, frozenset[str]]] = []
    passed = unsafe = control = 0
    steps = int(rng.integers(3, 9))
    for _ in range(steps):
        new = {f"sample:utfall:{arm}": frozenset(str(p) for p in members) for arm, members in groups.items()}
        control += _isolates(unguarded, new)
        unguarded.append(new)
        if not unsafe_groups(released, new, LEAST):
            passed += 1
            unsafe += _isolates(released, new)
            released.append(new)
        for members in groups.values():
            _move(members, rng, people)
    return steps, passed, unsafe, control


def _move(members: set[int], rng: np.random.Generator, people: Iterator[int]) -> None:
    kind, size = rng.choice(["stay", "add", "drop", "swap", "withdraw"]), int(rng.choice([1, 2, 5, 9, 10, 11, 25]))
    gone = rng.permutation(sorted(members))[: min(1 if kind == "withdraw" else size, max(len(members) - 25, 0))]
    if kind in {"drop", "swap", "withdraw"}:
        members.difference_update(int(p) for p in gone)
    if kind in {"add", "swap"}:
        members.update(next(people) for _ in range(len(gone) if kind == "swap" else size))


def _isolates(earlier: list[dict[str, frozenset[str]]], new: dict[str, frozenset[str]]) -> bool:
    """Whether some small whole-number combination of the releases' sums concerns some but fewer than `LEAST` persons."""
    for name, now in new.items():
        sets = list(dict.fromkeys([release[name] for release in earlier[-4:]] + [now]))
        everybody = sorted(frozenset().union(*sets))
        matrix = np.array([[person in group for person in everybody] for group in sets], dtype=np.int64)
        combos = np.array([f for f in product(FACTORS, repeat=len(sets)) if f[-1] != 0])
        support = (combos @ matrix != 0).sum(axis=1)
        if ((support > 0) & (support < LEAST)).any():
            return True
    return False


def random_table(n: int, seed: int) -> tuple[bool, int, int, int]:
    """Return whether the table's hidden cells could be had back before, how many still can, cells hidden, cells shown.

    A table of four schools and two sexes: small schools are merged first, what is still small is hidden, margins follow the
    programmes. Before: cells under the limit hidden and true margins printed.
    """
    rng = np.random.default_rng([n, seed])
    table = rng.multinomial(n, rng.dirichlet(np.ones(8))).reshape(4, 2)
    before = _hidden_recoverable(table, {(i, j) for i in range(4) for j in range(2) if 0 < table[i, j] < LEAST})
    merged = _merged(table)
    system = _system(merged)
    protect(system, _order)
    few = sorted(system.few)
    caught = sum(_possible(system, merged, cell) < system.least_values for cell in few)
    return before, caught, len(few), sum(v is not None for v in system.shown.values())


def _merged(table: np.ndarray) -> np.ndarray:
    rows = [row for row in table if row.sum()]
    while len(rows) > 2 and any(0 < value < LEAST for row in rows for value in row):
        rows.sort(key=lambda row: (int(row.sum()), row.tolist()), reverse=True)
        rows[-2:] = [rows[-2] + rows[-1]]
    return np.array(rows)


def _system(table: np.ndarray) -> CountSystem:
    system = CountSystem(BASE, LEAST)
    for i, row in enumerate(table):
        for j, value in enumerate(row):
            _enter(system, f"cell{i}{j}", int(value))
    for j, total in enumerate(table.sum(axis=0)):
        _enter(system, f"col{j}", int(total))
        system.whole.append({f"cell{i}{j}": 1.0 for i in range(len(table))} | {f"col{j}": -1.0})
    for i, total in enumerate(table.sum(axis=1)):
        _enter(system, f"row{i}", int(total))
        system.whole.append({f"cell{i}{j}": 1.0 for j in range(table.shape[1])} | {f"row{i}": -1.0})
    _enter(system, "total", int(table.sum()))
    system.whole.append({f"row{i}": 1.0 for i in range(len(table))} | {"total": -1.0})
    return system


def _enter(system: CountSystem, cell: str, value: int) -> None:
    system.add(cell, None if 0 < value < LEAST else round_count(value, BASE), few=True)


def _order(cell: str) -> int:
    return ("row", "col", "cell", "tot").index(cell[:3] if cell[:3] in {"row", "col", "tot"} else "cell")


def _possible(system: CountSystem, table: np.ndarray, cell: str) -> int:
    """Return how many whole numbers a hidden cell may be, by trying each with an integer programme."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    names = sorted(system.shown)
    rows = np.array([[terms.get(name, 0.0) for name in names] for terms in system.whole])
    low, high = np.array([system.bounds(name) for name in names]).T
    possible = 0
    for value in range(1, LEAST):
        lower, upper = low.copy(), high.copy()
        lower[names.index(cell)] = upper[names.index(cell)] = value
        found = milp(
            np.zeros(len(names)),
            constraints=LinearConstraint(rows, 0, 0),
            bounds=Bounds(lower, upper),
            integrality=np.ones(len(names)),
        )
        possible += found.status == 0
    return possible


def _hidden_recoverable(table: np.ndarray, hidden: set[tuple[int, int]]) -> bool:
    """Whether true margins and the shown cells leave one value for some hidden cell: iterated subtraction."""
    left = set(hidden)
    moved = True
    while moved and left:
        moved = False
        for cell in sorted(left):
            alone_in_row = sum(c[0] == cell[0] for c in left) == 1
            if alone_in_row or sum(c[1] == cell[1] for c in left) == 1:
                left.discard(cell)
                moved = True
    return len(left) < len(hidden)


def report(series: int, tables: int) -> list[str]:
    """Return the results as lines of a table."""
    begun = time.perf_counter()
    sums = np.array([release_series(seed) for seed in range(series)]).sum(axis=0)
    lines = [
        "| vad | antal | resultat |",
        "|---|---|---|",
        f"| serier av releaser (tillagda, borttagna, utbytta, återkallade) | {series} | {sums[0]} erbjudna, {sums[1]} släppta |",
        f"| osäkra releaser utan spärren | {series} | {sums[3]} |",
        f"| **osäkra releaser som spärren släppte** | {series} | **{sums[2]}** |",
    ]
    for n in (30, 60, 120):
        results = [random_table(n, seed) for seed in range(tables)]
        broken, caught = sum(r[0] for r in results), sum(r[1] > 0 for r in results)
        hidden, shown = sum(r[2] for r in results), sum(r[3] for r in results)
        share = f"{100 * shown / (shown + hidden):.0f} % av antalen visas"
        lines.append(f"| tabeller, n = {n}: celler går att räkna fram om bara små celler döljs | {tables} | {broken} |")
        lines.append(f"| **tabeller, n = {n}: celler går att räkna fram efter evalkit** | {tables} | **{caught}** ({share}) |")
    print(f"{time.perf_counter() - begun:.0f} s", file=sys.stderr)
    return lines


if __name__ == "__main__":
    print("\n".join(report(100, 100) if "--small" in sys.argv else report(1000, 1000)))
