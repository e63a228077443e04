"""Clean invented data through every rule on scores: how often a rule speaks where nothing is wrong.

How many sets each stopping rule closes is counted by our own count; great-expectations then judges that the number is 0 for every
rule, all sets at once. Asking it set by set says the same (a test holds the two to each other) and took ten times as long.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from evalkit.findings.quality import Severity
from evalkit.records.scored_runs import checks_of, project_register
from evalkit.records.scored_samples import GROUPS, clean_sample
from evalkit.records.sheets import Fault, Sheet, counted, judge

SEED = 20151201


@dataclass(frozen=True, slots=True)
class CleanOutcome:
    """What the rules say of clean samples of one size.

    Attributes
    ----------
    n : int
        Persons a sample, each measured twice on every instrument of its group.
    sets : int
        Sets; each is one sample of every group of instruments.
    rules : int
        Different rules that were asked.
    stopped : int
        Sets that a stopping rule closes, by great-expectations' verdict and our own count.
    warned : tuple[tuple[str, int], ...]
        Code of each warning and the number of sets that have it, most common first.
    """

    n: int
    sets: int
    rules: int
    stopped: int
    warned: tuple[tuple[str, int], ...]


_STOPPED = Fault("SC-CLEAN", Severity.STOP, "regeln stoppar en uppsättning utan fel", "Se över regeln")


def clean_outcome(n: int, sets: int, progress: Callable[[str], None] = lambda step: None) -> CleanOutcome:
    """Judge `sets` clean sets of `n` persons; `progress` is called once a set."""
    register = project_register()
    failing: list[dict[str, float]] = []
    rules: set[str] = set()
    warned: Counter[str] = Counter()
    for number in range(sets):
        row: dict[str, float] = {}
        told: set[str] = set()
        for group in GROUPS:
            checks, _ = checks_of(clean_sample(group, n, SEED + 1 + number), register)
            for one in checks:
                rules.add(one.rule.name)
                row[one.rule.name] = float(not one.holds and one.rule.severity is Severity.STOP)
                told |= {one.rule.code} if not one.holds and one.rule.severity is Severity.WARN else set()
        failing.append(row)
        warned.update(told)
        progress(f"n = {n}")
    sheet = Sheet("rena", pd.DataFrame({"regel": sorted(rules)}), unit="regel")
    stops = pd.Series([float(sum(row.get(rule, 0.0) for row in failing)) for rule in sorted(rules)])
    (judged,) = judge([counted(sheet, "stopp", _STOPPED, stops, most=0.0)])
    stopped = 0 if judged.passed else sum(any(row.values()) for row in failing)
    return CleanOutcome(n, sets, len(rules), stopped, tuple(sorted(warned.items(), key=lambda pair: (-pair[1], pair[0]))))


def clean_table(outcomes: list[CleanOutcome]) -> str:
    """Return the outcomes as a table in Markdown."""
    lines = [
        "| personer | rena uppsättningar | regler | med stopp | med varning, per kod |",
        "|---|---|---|---|---|",
    ]
    for one in outcomes:
        words = ", ".join(f"{code} {count}" for code, count in one.warned) or "inga"
        lines.append(f"| {one.n} | {one.sets} | {one.rules} | {one.stopped} | {words} |")
    return "\n".join(lines) + "\n"
