"""Designs where persons are drawn or followed one by one. A design knows the variance of its estimate and its degrees of freedom.

Unit of every effect: one standard deviation (SD) of the outcome. `n` is persons measured at the end unless
said otherwise. Formulas and their sources: docs/METHODS.md#power.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, Protocol, Self

from evalkit.methods.power.refusals import check_count, check_df, check_share, refuse


class PlannedDesign(Protocol):
    """What the solver needs of a design."""

    @property
    def size(self) -> float:
        """What is solved for: persons, pairs or clusters."""
        ...

    @property
    def variance(self) -> float:
        """Variance of the estimated effect, in squared SD."""
        ...

    @property
    def df(self) -> float:
        """Degrees of freedom of its t test."""
        ...

    @property
    def persons(self) -> float:
        """Persons in all arms together."""
        ...

    @property
    def clusters(self) -> float:
        """Clusters in all arms together; 0 where persons are assigned."""
        ...

    @property
    def least_size(self) -> float:
        """The smallest size with a degree of freedom left."""
        ...

    def with_size(self, size: float) -> Self:
        """Return the same design with another size."""
        ...

    def after_loss(self, kept: float) -> Self:
        """Return what is left of the design when a share `kept` of the persons is measured at the end."""
        ...


def check_arms(share: float) -> None:
    """Refuse a treated share outside 0–1: more treated than units, or nobody to compare with (DSN-ARMS)."""
    if not 0 < share < 1:
        raise refuse("ARMS", "antalet med insats måste vara minst en och färre än alla: någon ska vara att jämföra med")


@dataclass(frozen=True, slots=True)
class Individual:
    """Persons drawn one by one, with covariates or block effects taken out.

    Attributes
    ----------
    n : float
        Persons in both arms.
    share : float
        Treated share P. Variance (1 − R²)/(P(1 − P)n), degrees of freedom n − 2 − covariates − (blocks − 1).
    r2 : float
        Share of the outcome's variance that covariates and blocks explain.
    blocks : int
        Blocks inside which the lottery is drawn; 1 is none.
    """

    n: float
    share: float = 0.5
    r2: float = 0.0
    covariates: int = 0
    blocks: int = 1

    def __post_init__(self) -> None:
        check_arms(self.share)
        check_share("R²", self.r2)
        if self.r2 >= 1:
            raise refuse("SHARE", "R² måste vara mindre än 1")
        if self.blocks > 1 and self.n / self.blocks < 2:
            raise refuse("BLOCK", "ett block med en enda person kan inte innehålla både insats och jämförelse; slå samman block")
        check_count("personer", self.n, 2)
        check_df(self.df, "personer")

    @classmethod
    def of_arms(cls, treated: float, comparison: float, *, r2: float = 0.0, covariates: int = 0) -> Individual:
        """Return the design with these numbers in the arms; DSN-ARMS if one is empty."""
        if treated <= 0 or comparison <= 0:
            raise refuse("ARMS", "antalet med insats måste vara minst en och färre än alla: någon ska vara att jämföra med")
        return cls(treated + comparison, treated / (treated + comparison), r2, covariates)

    @classmethod
    def of_lottery(cls, places: float, applicants: float, *, r2: float = 0.0, covariates: int = 0) -> Individual:
        """Return a lottery of `places` among `applicants`; DSN-ARMS if there are no more applicants than places."""
        if places >= applicants:
            raise refuse("ARMS", "fler ska få insatsen än det finns personer: lotta bara där fler söker än det finns platser")
        return cls.of_arms(places, applicants - places, r2=r2, covariates=covariates)

    @property
    def size(self) -> float:
        """Persons."""
        return self.n

    @property
    def persons(self) -> float:
        """Persons."""
        return self.n

    @property
    def clusters(self) -> float:
        """None."""
        return 0.0

    @property
    def variance(self) -> float:
        """(1 − R²)/(P(1 − P)n)."""
        return (1 - self.r2) / (self.share * (1 - self.share) * self.n)

    @property
    def df(self) -> float:
        """Persons less two, less covariates and block effects."""
        return self.n - 2 - self.covariates - (self.blocks - 1)

    @property
    def least_size(self) -> float:
        """Three persons more than what is estimated beside the effect."""
        return max(3.0 + self.covariates + (self.blocks - 1), 2.0 * self.blocks if self.blocks > 1 else 0.0)

    def after_loss(self, kept: float) -> Self:
        """Return what is left when a share `kept` is measured at the end."""
        return replace(self, n=self.n * kept)

    def with_size(self, size: float) -> Self:
        """Return the design with `size` persons."""
        return replace(self, n=size)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Matched pairs, or one group before and after: n differences with variance 2(1 − r) SD².

    Attributes
    ----------
    n : float
        Pairs (persons, before–after).
    correlation : float
        Between the two of a pair (the two measurements of a person).
    two_persons : bool
        A pair is two persons; false for before–after.
    """

    n: float
    correlation: float
    two_persons: bool = True

    def __post_init__(self) -> None:
        if not -1 < self.correlation < 1:
            raise refuse("CORR", "korrelationen ska ligga mellan −1 och 1, utan ändarna")
        check_count("par", self.n, 2)

    @property
    def size(self) -> float:
        """Pairs."""
        return self.n

    @property
    def persons(self) -> float:
        """Persons."""
        return self.n * (2 if self.two_persons else 1)

    @property
    def clusters(self) -> float:
        """None."""
        return 0.0

    @property
    def variance(self) -> float:
        """2(1 − r)/n."""
        return 2 * (1 - self.correlation) / self.n

    @property
    def df(self) -> float:
        """Pairs less one."""
        return self.n - 1

    @property
    def least_size(self) -> float:
        """Two pairs."""
        return 2.0

    def after_loss(self, kept: float) -> Self:
        """Return what is left when a share `kept` is measured at the end."""
        return replace(self, n=self.n * kept)

    def with_size(self, size: float) -> Self:
        """Return the design with `size` pairs."""
        return replace(self, n=size)


@dataclass(frozen=True, slots=True)
class Arm:
    """One of several arms against a common comparison arm, all of `n` persons.

    Attributes
    ----------
    pool : bool
        Take the variance from all arms (Dunnett): df = (arms + 1)(n − 1); else from the two that are compared.
    """

    n: float
    arms: int
    pool: bool = False

    def __post_init__(self) -> None:
        check_count("personer i varje arm", self.n, 2)
        check_count("armar med insats", self.arms, 1)

    @property
    def size(self) -> float:
        """Persons in an arm."""
        return self.n

    @property
    def persons(self) -> float:
        """Persons in all arms."""
        return self.n * (self.arms + 1)

    @property
    def clusters(self) -> float:
        """None."""
        return 0.0

    @property
    def variance(self) -> float:
        """2/n."""
        return 2 / self.n

    @property
    def df(self) -> float:
        """Of the arms whose variance is used."""
        return (self.arms + 1 if self.pool else 2) * (self.n - 1)

    @property
    def least_size(self) -> float:
        """Two persons in an arm."""
        return 2.0

    def after_loss(self, kept: float) -> Self:
        """Return what is left when a share `kept` is measured at the end."""
        return replace(self, n=self.n * kept)

    def with_size(self, size: float) -> Self:
        """Return the design with `size` persons in every arm."""
        return replace(self, n=size)


Estimator = Literal["post", "change", "ancova"]
