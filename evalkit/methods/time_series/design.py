"""The design of a time series, so that its inference is simulated on the plan's own periods, and critical values from there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from evalkit.methods.fits import Floats
from evalkit.methods.time_series.segments import Segments, fit_series, newey_west
from evalkit.methods.validity.designs import EFFECT, Z
from evalkit.methods.validity.measure import ALPHA, Bools, Candidate, Design, Measurement, measure, register_route
from evalkit.methods.validity.nuisances import Array, Nuisance, autocorrelated

DRAWS = 8_000
CRITICAL_DRAWS = 10_000
"""Series without effect behind a simulated critical value, in each declared case."""
MOST_MEMORY = 0.6
"""Largest autocorrelation under which the inference must hold; where the data's own is larger there is no p-value."""
DECLARED = tuple(Nuisance(shape, 1.0, None, rho) for shape in ("normal", "exponential") for rho in (0.0, 0.3, MOST_MEMORY))
"""The declared cases."""
_SEED = 76130227


@dataclass(frozen=True)
class SeriesDesign:
    """One series of `segments`, and what decides."""

    segments: Segments
    decides: str
    kind: str = "series"
    ordinary_call: str = "newey-west"

    @property
    def n_values(self) -> int:
        """Periods."""
        return self.segments.n

    @property
    def nuisances(self) -> tuple[Nuisance, ...]:
        """The declared cases."""
        return DECLARED

    def draw(self, nuisance: Nuisance, samples: int, rng: np.random.Generator) -> Array:
        """Return series of shape (samples, periods) without level, trend and season: no statistic depends on them."""
        return autocorrelated(nuisance, (samples, 1, self.segments.n), rng)[:, 0]

    def with_effect(self, values: Array) -> Array:
        """Add a jump at the start of 2.8 standard errors of ordinary least squares with independent errors."""
        x, contrast = self.segments.matrix, self.segments.contrast(self.decides)
        inverse = np.linalg.inv(np.einsum("tk,tl->kl", x, x))
        error = np.sqrt(np.einsum("k,kl,l->", contrast, inverse, contrast))
        return np.asarray(values + EFFECT * error * (np.arange(self.segments.n) >= self.segments.before))

    def ordinary(self, values: Array) -> Bools:
        """Return ordinary least squares with Newey–West errors on normal quantiles, as packages ship it."""
        value, error = newey_west(values, self.segments, self.decides)
        return np.asarray(np.abs(value) >= Z * error)


def null_statistics(segments: Segments, decides: str) -> Floats:
    """Return |t| of simulated series without effect, sorted, one row for each of `DECLARED`: (cases, `CRITICAL_DRAWS`)."""
    return _null_statistics(segments, decides, CRITICAL_DRAWS)


@lru_cache(maxsize=64)
def _null_statistics(segments: Segments, decides: str, draws: int) -> Floats:
    design = SeriesDesign(segments, decides)
    rows = []
    for case, nuisance in enumerate(DECLARED):
        rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([_SEED, case])))
        fits = fit_series(design.draw(nuisance, draws, rng), segments, decides)
        rows.append(np.sort(np.abs(fits.value) / fits.std_error))
    return np.stack(rows)


def critical_value(segments: Segments, decides: str, level: float) -> float:
    """Return the |t| that the worst declared case exceeds in 1 − `level` of all series without effect."""
    place = int(np.ceil(level * (CRITICAL_DRAWS + 1))) - 1
    return float(null_statistics(segments, decides)[:, place].max())


def simulated_p_value(statistic: float, segments: Segments, decides: str) -> float:
    """Return the largest share over the declared cases of series without effect whose |t| is at least `statistic`."""
    found = null_statistics(segments, decides)
    beyond = max(CRITICAL_DRAWS - int(np.searchsorted(row, statistic, side="left")) for row in found)
    return (1 + beyond) / (CRITICAL_DRAWS + 1)


def measured(segments: Segments, decides: str, seed: int) -> Measurement:
    """Return how often each candidate raises a false alarm on so many periods."""
    return measure(SeriesDesign(segments, decides), seed, DRAWS)


def _t(values: Array, design: Design) -> Array:
    assert isinstance(design, SeriesDesign)
    fits = fit_series(values, design.segments, design.decides)
    return np.abs(fits.value) / fits.std_error


def _simulated(values: Array, design: Design) -> Bools:
    assert isinstance(design, SeriesDesign)
    return np.asarray(_t(values, design) >= critical_value(design.segments, design.decides, 1 - ALPHA))


def _applies(design: Design) -> bool:
    return isinstance(design, SeriesDesign)


register_route("series", Candidate("ar1-simulated", (_simulated,), _applies))
