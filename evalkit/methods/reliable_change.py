"""Change that matters for one person: reliable change and clinically significant change.

Source: Jacobson & Truax 1991; the factor sqrt(2) after Christensen & Mendoza 1986; the variant that allows for regression to the
mean after Gulliksen, Lord and Novick. docs/METHODS.md#reliable-change has the equations and the referees.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from evalkit.errors import EstimationError

LEAST_RELIABILITY = 0.80
"""Below this no person is classified: the error of two measurements is larger than most true changes."""

CRITICAL = 1.96
"""An index beyond this is no measurement error at 95 %."""


class ChangeClass(StrEnum):
    """What happened to one person, by a declared rule."""

    RECOVERED = "recovered"
    IMPROVED = "improved"
    UNCHANGED = "unchanged"
    DETERIORATED = "deteriorated"


@dataclass(frozen=True, slots=True)
class MeasurementError:
    """Error of one scale in one stated population, in scale units.

    Attributes
    ----------
    sem : float
        Standard error of measurement, s * sqrt(1 - r).
    sdiff : float
        Standard error of the difference of two measurements, sem * sqrt(2).
    smallest_detectable : float
        Smallest change that exceeds error at 95 %, 1.96 * sdiff.
    """

    sem: float
    sdiff: float
    smallest_detectable: float


@dataclass(frozen=True, slots=True)
class NormalRange:
    """Means and SDs of the clinical and the normal group, in scale units. None where no norm is secured."""

    clinical_mean: float | None
    clinical_sd: float | None
    normal_mean: float | None
    normal_sd: float | None


def measurement_error(sd: float, reliability: float) -> MeasurementError:
    """Return the error of a scale from its SD and reliability, both of the same stated population.

    Raises
    ------
    EstimationError
        If `sd` is not positive or `reliability` is outside [0, 1).
    """
    if not sd > 0 or not 0 <= reliability < 1:
        raise EstimationError("mätfelet kräver en spridning över 0 och en reliabilitet från 0 till under 1", code="NORM-SD")
    sem = float(sd * np.sqrt(1 - reliability))
    sdiff = float(sem * np.sqrt(2))
    return MeasurementError(sem=sem, sdiff=sdiff, smallest_detectable=CRITICAL * sdiff)


def reliable_change_index(before: NDArray[np.float64], after: NDArray[np.float64], error: MeasurementError) -> NDArray[np.float64]:
    """Return (after - before) / sdiff; shape (n_persons,), dimensionless."""
    return np.asarray((after - before) / error.sdiff, dtype=np.float64)


def reliable_change_index_regressed(
    before: NDArray[np.float64], after: NDArray[np.float64], *, mean: float, sd: float, reliability: float
) -> NDArray[np.float64]:
    """Return the index that expects a person far from the mean to move towards it.

    ((after - M) - r (before - M)) / (s sqrt(1 - r^2)); shape (n_persons,). `mean`, `sd` and `reliability` describe the population
    that the persons were referred from, in scale units.
    """
    measurement_error(sd, reliability)
    expected = mean + reliability * (before - mean)
    return np.asarray((after - expected) / (sd * np.sqrt(1 - reliability**2)), dtype=np.float64)


def cut_a(norms: NormalRange, *, higher_is_better: bool) -> float:
    """Return criterion a: two clinical SDs from the clinical mean, towards health."""
    mean, sd = _required(norms.clinical_mean, norms.clinical_sd, "a")
    return mean + 2 * sd if higher_is_better else mean - 2 * sd


def cut_b(norms: NormalRange, *, higher_is_better: bool) -> float:
    """Return criterion b: two *normal* SDs from the normal mean, towards illness."""
    mean, sd = _required(norms.normal_mean, norms.normal_sd, "b")
    return mean - 2 * sd if higher_is_better else mean + 2 * sd


def cut_c(norms: NormalRange) -> float:
    """Return criterion c: where the two groups are equally likely, each mean weighted by the other group's SD."""
    clinical_mean, clinical_sd = _required(norms.clinical_mean, norms.clinical_sd, "c")
    normal_mean, normal_sd = _required(norms.normal_mean, norms.normal_sd, "c")
    return (clinical_sd * normal_mean + normal_sd * clinical_mean) / (clinical_sd + normal_sd)


def chosen_criterion(norms: NormalRange, *, higher_is_better: bool) -> tuple[str, float]:
    """Return which criterion the norms allow, and its cut: c where both overlap, b where they do not, else b or a.

    Raises
    ------
    EstimationError
        If there is no norm at all.
    """
    has_clinical = norms.clinical_mean is not None and norms.clinical_sd is not None
    has_normal = norms.normal_mean is not None and norms.normal_sd is not None
    if has_clinical and has_normal:
        a, b = cut_a(norms, higher_is_better=higher_is_better), cut_b(norms, higher_is_better=higher_is_better)
        overlap = a > b if higher_is_better else a < b
        return ("c", cut_c(norms)) if overlap else ("b", b)
    if has_normal:
        return "b", cut_b(norms, higher_is_better=higher_is_better)
    return "a", cut_a(norms, higher_is_better=higher_is_better)


def classify(
    before: NDArray[np.float64],
    after: NDArray[np.float64],
    *,
    index: NDArray[np.float64],
    cut: float | None,
    higher_is_better: bool,
) -> tuple[ChangeClass, ...]:
    """Return each person's class: recovered (reliable and across the cut), improved, unchanged or deteriorated.

    Parameters
    ----------
    before, after : shape (n_persons,), scale units
    index : shape (n_persons,), from one of the reliable change indices
    cut : float | None
        Border between the clinical and the normal range; None where no norm allows one, so nobody is called recovered.
    """
    sign = 1.0 if higher_is_better else -1.0
    better = sign * index > CRITICAL
    worse = sign * index < -CRITICAL
    crossed = np.zeros(len(before), dtype=bool)
    if cut is not None:
        crossed = (sign * before < sign * cut) & (sign * after >= sign * cut)
    return tuple(_class_of(bool(b), bool(w), bool(c)) for b, w, c in zip(better, worse, crossed, strict=True))


def _class_of(better: bool, worse: bool, crossed: bool) -> ChangeClass:
    if better:
        return ChangeClass.RECOVERED if crossed else ChangeClass.IMPROVED
    return ChangeClass.DETERIORATED if worse else ChangeClass.UNCHANGED


def _required(mean: float | None, sd: float | None, criterion: str) -> tuple[float, float]:
    if mean is None or sd is None or not sd > 0:
        raise EstimationError(
            f"kriterium {criterion} kräver medelvärde och spridning ur en norm; ange en norm med källa", code="NORM-GAP"
        )
    return mean, sd
