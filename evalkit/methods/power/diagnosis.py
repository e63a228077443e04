"""What a declared study would find if it were made many times, each figure with its Monte Carlo error.

docs/METHODS.md#diagnosis.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from evalkit.methods.inference.unit_tests import UnitTest
from evalkit.methods.power.refusals import check_count, check_levels

Array = NDArray[np.float64]

DRAWS = 20_000
"""The Monte Carlo error of a 5 % rate is then 0.15 points."""

Tests = tuple[UnitTest, ...]


class Study(Protocol):
    """What is declared before it is made: `evalkit.methods.power.declare.Declared`, `evalkit.methods.power.offers.OfferStudy`."""

    @property
    def effect(self) -> float:
        """Effect on those who get the intervention, in SD."""
        ...

    @property
    def estimand(self) -> float:
        """The mean effect of being offered the intervention."""
        ...

    def rows_at_once(self, draws: int) -> int:
        """Return how many samples are made at a time."""
        ...

    def answered(self, samples: int, seeds: np.random.SeedSequence) -> tuple[Tests, Tests]:
        """Make the study `samples` times and return its tests, and those without any effect; all of a kind must reject."""
        ...


@dataclass(frozen=True, slots=True)
class Diagnosand:
    """A simulated figure and its Monte Carlo standard error; both NaN where nothing was there to count (no significant draw)."""

    value: float
    mcse: float


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the draws say of one study. Effects and errors in SD.

    Attributes
    ----------
    power : Diagnosand
        Share of draws that reject "no effect".
    false_rejection : Diagnosand
        The same where the true effect is nothing.
    bias : Diagnosand
        Mean estimate less the estimand (the effect of being offered the intervention).
    coverage : Diagnosand
        Share of intervals that hold the estimand.
    rmse, mean_se : Diagnosand
    type_s, type_m : Diagnosand
        Of significant estimates: share with the wrong sign; mean size over the true one.
    """

    study: Study
    alpha: float
    draws: int
    seed: int
    power: Diagnosand
    false_rejection: Diagnosand
    bias: Diagnosand
    coverage: Diagnosand
    rmse: Diagnosand
    mean_se: Diagnosand
    type_s: Diagnosand
    type_m: Diagnosand


def diagnose(study: Study, *, draws: int = DRAWS, seed: int = 0, alpha: float = 0.05) -> Diagnosis:
    """Make the study `draws` times and count.

    The same seed gives the same numbers on every machine of the same numpy; the number of processes has no say.
    """
    check_levels(alpha)
    check_count("dragningar", draws, 100)
    truth = study.estimand
    found = _run(study, draws, seed, truth, alpha)
    error = found.value - truth
    significant = found.value[found.rejects]
    return Diagnosis(
        study,
        alpha,
        draws,
        seed,
        power=_share(found.rejects),
        false_rejection=_share(found.silent),
        bias=_mean(error),
        coverage=_share(found.covers),
        rmse=_rmse(error),
        mean_se=_mean(found.std_error),
        type_s=_share(np.sign(significant) != np.sign(truth)) if truth else _NOTHING,
        type_m=_mean(np.abs(significant) / abs(truth)) if truth else _NOTHING,
    )


def diagnose_grid(studies: Iterable[Study], *, draws: int = DRAWS, seed: int = 0, alpha: float = 0.05) -> tuple[Diagnosis, ...]:
    """Diagnose several studies on common random numbers: differences between them are less noisy than each."""
    return tuple(diagnose(study, draws=draws, seed=seed, alpha=alpha) for study in studies)


@dataclass(frozen=True, slots=True, eq=False)
class _Draws:
    value: Array
    std_error: Array
    rejects: NDArray[np.bool_]
    covers: NDArray[np.bool_]
    silent: NDArray[np.bool_]


def _run(study: Study, draws: int, seed: int, truth: float, alpha: float) -> _Draws:
    parts = [_one(*study.answered(rows, seeds), truth, alpha) for rows, seeds in _chunks(study, draws, seed)]
    return _Draws(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _one(
    tests: Tests, silent: Tests, truth: float, alpha: float
) -> tuple[Array, Array, NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    apart = np.max([type(test)(test.value - truth, test.std_error, test.df, test.skew).p_values() for test in tests], axis=0)
    widest = np.max([test.std_error for test in tests], axis=0)
    return tests[0].value, widest, _largest(tests) <= alpha, apart > alpha, _largest(silent) <= alpha


def _largest(tests: Tests) -> Array:
    return np.asarray(np.max([test.p_values() for test in tests], axis=0))


def _chunks(study: Study, draws: int, seed: int) -> Iterator[tuple[int, np.random.SeedSequence]]:
    rows = study.rows_at_once(draws)
    for number, first in enumerate(range(0, draws, rows)):
        yield min(rows, draws - first), np.random.SeedSequence([seed, number])


_NOTHING = Diagnosand(math.nan, math.nan)


def _share(hits: NDArray[np.bool_]) -> Diagnosand:
    if not len(hits):
        return _NOTHING
    share = float(np.mean(hits))
    # A rate of exactly 0 or 1 is known no better than to one draw.
    inside = min(max(share, 1 / len(hits)), 1 - 1 / len(hits)) if len(hits) > 1 else 0.5
    return Diagnosand(share, math.sqrt(inside * (1 - inside) / len(hits)))


def _mean(values: Array) -> Diagnosand:
    if len(values) < 2:
        return _NOTHING
    return Diagnosand(float(np.mean(values)), float(np.std(values, ddof=1)) / math.sqrt(len(values)))


def _rmse(error: Array) -> Diagnosand:
    square = _mean(error**2)
    root = math.sqrt(square.value)
    return Diagnosand(root, square.mcse / (2 * root) if root else 0.0)
