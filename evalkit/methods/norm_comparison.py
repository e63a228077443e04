"""A score against a norm: conversions, group against norm, one person against a small norm, equivalence.

docs/METHODS.md#norm-comparison has the equations. Standardised scores assume a normal distribution; skewed screening scales
(SDQ, PHQ-9, AUDIT) need the norm's own percentiles instead.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from evalkit.errors import EstimationError

_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Norm:
    """Mean and SD of a norm group in scale units; `n` is None where the norm's size is unknown or the norm is by construction."""

    mean: float
    sd: float
    n: int | None


@dataclass(frozen=True, slots=True)
class GroupSummary:
    """Mean and SD of a group of `n` persons, in scale units."""

    mean: float
    sd: float
    n: int


@dataclass(frozen=True, slots=True)
class NormTest:
    """A group (or one person) against a norm.

    Attributes
    ----------
    route : str
        ``one-sample-t``, ``welch`` or ``crawford-howell``.
    statistic, df, p_value : float
    difference, std_error : float
        Group minus norm, in scale units.
    standardised : float
        Glass' d: the difference in SDs of the norm group.
    """

    route: str
    statistic: float
    df: float
    p_value: float
    difference: float
    std_error: float
    standardised: float


@dataclass(frozen=True, slots=True)
class EquivalenceTest:
    """Two one-sided tests that the group lies within `margin` (scale units) of the norm; `p_value` is the larger of the two."""

    margin: float
    t_lower: float
    t_upper: float
    df: float
    std_error: float
    p_lower: float
    p_upper: float

    @property
    def p_value(self) -> float:
        """Return the larger p: both sides must be excluded."""
        return max(self.p_lower, self.p_upper)


def z_score(value: float, norm: Norm) -> float:
    """Return (value - mean) / sd."""
    _check(norm)
    return (value - norm.mean) / norm.sd


def t_score(z: float) -> float:
    """Return the T score, mean 50 and SD 10."""
    return 50 + 10 * z


def standard_score(z: float) -> float:
    """Return the standard score, mean 100 and SD 15."""
    return 100 + 15 * z


def scaled_score(z: float) -> float:
    """Return the scaled score, mean 10 and SD 3."""
    return 10 + 3 * z


def stanine(z: float) -> int:
    """Return the stanine 1-9: half an SD wide, 5 in the middle."""
    return int(min(9, max(1, math.floor(5 + 2 * z + 0.5))))


def percentile_if_normal(z: float) -> float:
    """Return the percentile 0-100 that `z` has in a normal distribution."""
    return 100 * _NORMAL.cdf(z)


def z_of_percentile(percentile: float) -> float:
    """Return the z score at a percentile in (0, 100) of a normal distribution."""
    if not 0 < percentile < 100:
        raise EstimationError("en percentil ligger mellan 0 och 100", code="IN-RANGE")
    return _NORMAL.inv_cdf(percentile / 100)


def group_against_norm(group: GroupSummary, norm: Norm) -> NormTest:
    """Return Welch's test where the norm's size is known, else the one-sample t test against a fixed mean.

    Raises
    ------
    EstimationError
        With fewer than two persons, or where neither the group nor a norm of known size varies.
    """
    from scipy import stats

    _check(norm)
    if group.n < 2:
        raise EstimationError("en grupp om färre än två personer kan inte jämföras med en norm", code="EST-SMALL")
    own = group.sd**2 / group.n
    norms = norm.sd**2 / norm.n if norm.n else 0.0
    error = math.sqrt(own + norms)
    if not error > 0:
        raise EstimationError("alla i gruppen har samma värde: jämförelsen med normen har inget medelfel", code="EST-NOVAR")
    df = float(group.n - 1) if not norm.n else error**4 / (own**2 / (group.n - 1) + norms**2 / (norm.n - 1))
    difference = group.mean - norm.mean
    statistic = difference / error
    p_value = 2 * float(stats.t.sf(abs(statistic), df))
    return NormTest("welch" if norm.n else "one-sample-t", statistic, df, p_value, difference, error, difference / norm.sd)


def person_against_small_norm(value: float, norm: Norm) -> NormTest:
    """Return Crawford and Howell's (1998) t for one person against a norm sample of known size.

    Raises
    ------
    EstimationError
        If the norm's size is unknown or below two.
    """
    from scipy import stats

    _check(norm)
    if norm.n is None or norm.n < 2:
        raise EstimationError("en enskild person jämförs bara med en norm vars storlek är känd", code="NORM-GAP")
    error = norm.sd * math.sqrt((norm.n + 1) / norm.n)
    difference = value - norm.mean
    statistic = difference / error
    p_value = 2 * float(stats.t.sf(abs(statistic), norm.n - 1))
    return NormTest("crawford-howell", statistic, float(norm.n - 1), p_value, difference, error, difference / norm.sd)


def equivalence_to_norm(group: GroupSummary, norm: Norm, *, margin: float, pooled: bool = False) -> EquivalenceTest:
    """Return Schuirmann's two one-sided tests that the group's mean is within `margin` of the norm's (Kendall et al. 1999).

    Parameters
    ----------
    margin : float
        In scale units, declared in the plan beforehand; Kendall proposes one norm SD.
    pooled : bool
        Assume equal SDs; Welch's error otherwise.

    Raises
    ------
    EstimationError
        If the norm's size is unknown, the margin is not positive, or nothing varies.
    """
    from scipy import stats

    _check(norm)
    if norm.n is None or norm.n < 2 or group.n < 2 or not margin > 0:
        raise EstimationError("likvärdighet prövas med en marginal över 0 och två grupper av känd storlek", code="NORM-GAP")
    error, df = _pooled(group, norm, norm.n) if pooled else _welch(group, norm, norm.n)
    if not error > 0:
        raise EstimationError("alla i gruppen har samma värde: jämförelsen med normen har inget medelfel", code="EST-NOVAR")
    difference = group.mean - norm.mean
    lower, upper = (difference + margin) / error, (difference - margin) / error
    return EquivalenceTest(margin, lower, upper, df, error, float(stats.t.sf(lower, df)), float(stats.t.cdf(upper, df)))


def expected_regression_to_mean(mean_selected: float, mean_referred: float, retest_correlation: float) -> float:
    """Return the change expected with no effect at all when persons were selected on the score itself.

    -(1 - r) (mean_selected - mean_referred), scale units; `mean_referred` and `retest_correlation` are those of the population
    that the persons were referred from. Shown beside an observed change, never subtracted from it.
    """
    if not 0 <= retest_correlation <= 1:
        raise EstimationError("en korrelation mellan två mätningar ligger mellan 0 och 1", code="NORM-SD")
    return -(1 - retest_correlation) * (mean_selected - mean_referred)


def _welch(group: GroupSummary, norm: Norm, norm_n: int) -> tuple[float, float]:
    own, norms = group.sd**2 / group.n, norm.sd**2 / norm_n
    error = math.sqrt(own + norms)
    if error == 0:
        return 0.0, 0.0
    return error, error**4 / (own**2 / (group.n - 1) + norms**2 / (norm_n - 1))


def _pooled(group: GroupSummary, norm: Norm, norm_n: int) -> tuple[float, float]:
    df = group.n + norm_n - 2
    variance = ((group.n - 1) * group.sd**2 + (norm_n - 1) * norm.sd**2) / df
    return math.sqrt(variance * (1 / group.n + 1 / norm_n)), float(df)


def _check(norm: Norm) -> None:
    if not norm.sd > 0:
        raise EstimationError("normens spridning måste vara över 0; kontrollera raden i normregistret", code="NORM-SD")
