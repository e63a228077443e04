"""A sample through scoring and its rules: what fails, by our own count, and great-expectations' verdict on just that."""

from __future__ import annotations

from functools import lru_cache

from evalkit.plan.instruments import InstrumentRegister
from evalkit.plan.project import find_project
from evalkit.plan.register import load_register
from evalkit.records.score_rules import score_checks
from evalkit.records.scored_samples import Sample
from evalkit.records.scoring import GatheredScores, gather_scores
from evalkit.records.sheets import Check, judge


@lru_cache(maxsize=1)
def project_register() -> InstrumentRegister:
    """Return the register of the project."""
    return load_register(find_project().root / "params" / "instruments")


def gathered(sample: Sample, register: InstrumentRegister) -> GatheredScores:
    """Return the scores of a sample, not judged."""
    return gather_scores(sample.extract(), sample.plan(), register)


def checks_of(sample: Sample, register: InstrumentRegister) -> tuple[list[Check], GatheredScores]:
    """Return every check on a sample's scores, not judged."""
    scores = gathered(sample, register)
    checks, _ = score_checks(scores.measurements, scores.blocks, scores.persons, sample.plan(), register)
    return checks, scores


def findings(sample: Sample, register: InstrumentRegister) -> tuple[str, ...]:
    """Return code and severity of every failed rule: the stops where the gate closes, else the warnings and notes.

    Great-expectations judges the checks that fail by our own count, and must agree (`evalkit.records.sheets.judge`).
    """
    checks, scores = checks_of(sample, register)
    failed = judge([check for check in checks if not check.holds])
    stops = [f"{one.code} (stopp)" for one in failed if one.severity.value == "stop"]
    told = [*scores.noticed, *failed]
    return tuple(stops) or tuple(f"{one.code} ({one.severity.value})" for one in told if not one.passed)
