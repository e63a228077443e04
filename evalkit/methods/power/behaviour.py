"""What people do with a design: some leave, some do not take part, some get the intervention anyway, some wait for their turn.

docs/METHODS.md#power-behaviour.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Generic, Self, TypeVar

from evalkit.methods.power.designs import Individual, PlannedDesign
from evalkit.methods.power.refusals import check_count, check_share, refuse

D = TypeVar("D", bound=PlannedDesign)


@dataclass(frozen=True, slots=True)
class Expected(Generic[D]):
    """A design as it is drawn, and what is left of it at the end.

    Attributes
    ----------
    drawn : PlannedDesign
        The design with everybody that is drawn.
    attrition : float
        Share of persons who are not measured at the end. Clusters are not lost, they become smaller.
    take_up, take_up_comparison : float
        Share of each arm that gets the intervention. The effect of being offered it is the effect of getting it times the
        difference (the design's `dilution`): an encouragement design is one with a low `take_up`.
    arrived : float
        Share of the effect that has had time to come at the follow-up.
    """

    drawn: D
    attrition: float = 0.0
    take_up: float = 1.0
    take_up_comparison: float = 0.0
    arrived: float = 1.0

    def __post_init__(self) -> None:
        check_share("bortfallet", self.attrition)
        check_share("andelen som tar del av insatsen", self.take_up)
        check_share("andelen i jämförelsegruppen som får insatsen", self.take_up_comparison)
        check_share("andelen av effekten som hunnit komma", self.arrived)
        if self.attrition >= 1:
            raise refuse("SHARE", "om alla faller bort finns inget att mäta; sänk bortfallet")
        if self.dilution <= 0:
            raise refuse(
                "TAKEUP", "insatsgruppen måste få insatsen oftare än jämförelsegruppen; annars finns ingen kontrast att mäta"
            )
        self.left  # noqa: B018 - builds what is left, which refuses too few

    @property
    def dilution(self) -> float:
        """What an effect on those who get the intervention is multiplied by."""
        return (self.take_up - self.take_up_comparison) * self.arrived

    @property
    def left(self) -> PlannedDesign:
        """The design of those who are measured at the end."""
        return self.drawn.after_loss(1 - self.attrition)

    @property
    def size(self) -> float:
        """Size of the design as drawn."""
        return self.drawn.size

    @property
    def persons(self) -> float:
        """Persons drawn."""
        return self.drawn.persons

    @property
    def clusters(self) -> float:
        """Clusters drawn."""
        return self.drawn.clusters

    @property
    def variance(self) -> float:
        """Variance of the estimated effect on those who get the intervention: that of the offer over dilution squared."""
        return self.left.variance / self.dilution**2

    @property
    def df(self) -> float:
        """Degrees of freedom of what is left."""
        return self.left.df

    @property
    def least_size(self) -> float:
        """Least size as drawn."""
        return self.drawn.least_size / (1.0 if self.drawn.clusters else 1 - self.attrition)

    def after_loss(self, kept: float) -> Self:
        """Return the same behaviour with a share `kept` of those who were left."""
        return replace(self, attrition=1 - (1 - self.attrition) * kept)

    def with_size(self, size: float) -> Self:
        """Return the same behaviour with another size."""
        return replace(self, drawn=self.drawn.with_size(size))


@dataclass(frozen=True, slots=True)
class Round:
    """One follow-up of a phase-in: after `number` rounds, `treated` of `persons` have the intervention."""

    number: int
    treated: float
    design: Individual


def phase_in(persons: float, places: float, *, r2: float = 0.0, covariates: int = 0) -> tuple[Round, ...]:
    """Return the comparisons that a lottery about the order of entry allows, one a round, until nobody is left to compare with.

    Parameters
    ----------
    places : float
        Persons who can start in each round. A waiting list with one round is two rounds: now and later.

    Raises
    ------
    PlanError
        DSN-ARMS if everybody has a place at once: then there is nothing to draw.
    """
    check_count("platser", places, 1)
    if places >= persons:
        raise refuse(
            "ARMS", "alla får plats i första omgången: väntelistan ger ingen jämförelse; starta färre i taget eller jämför annat"
        )
    rounds: list[Round] = []
    treated = places
    while treated < persons:
        rounds.append(Round(len(rounds) + 1, treated, Individual(persons, treated / persons, r2, covariates)))
        treated += places
    return tuple(rounds)
