"""Placebos in space: every donor in the treated unit's place, and where the treated unit stands among them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evalkit.findings.estimate import Interval
from evalkit.methods.fits import Floats, Ints
from evalkit.methods.single_unit.synthetic import Method, Synthetic

LEAST_DONORS = 19
"""Fewest donors behind a p-value: with 19 the smallest one is 1/20."""


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """The treated unit among its placebos.

    Attributes
    ----------
    placebos : tuple[Synthetic, ...]
        Donor by donor, each against the other donors.
    place : int
        1 is the largest difference in units of its misfit; ties count against the treated unit.
    """

    treated: Synthetic
    placebos: tuple[Synthetic, ...]
    place: int

    @property
    def n(self) -> int:
        """Units ranked: the treated one and the donors."""
        return len(self.placebos) + 1

    @property
    def p_value(self) -> float:
        """Share of units at least as far out as the treated one, itself counted."""
        return self.place / self.n

    @property
    def ratio_place(self) -> int:
        """Place by the ratio of root mean squares (Abadie et al. 2010), the usual one elsewhere."""
        return 1 + sum(p.ratio >= self.treated.ratio for p in self.placebos)

    @property
    def misfit_place(self) -> int:
        """Place by misfit before the start; 1 is the worst."""
        return 1 + sum(p.misfit >= self.treated.misfit for p in self.placebos)

    @property
    def spread(self) -> float:
        """Standard deviation of the placebos' differences around zero effect (Arkhangelsky et al. 2021, algorithm 4)."""
        return float(np.std([p.value for p in self.placebos]))

    def interval(self, level: float) -> Interval | None:
        """Return every constant effect that the ranking would not reject; None where there are too few donors for the level."""
        tolerated = allowed(self.n, 1 - level)
        if tolerated < 1:
            return None
        reach = sorted((p.statistic for p in self.placebos), reverse=True)[tolerated - 1] * self.treated.scale
        return Interval(self.treated.value - reach, self.treated.value + reach, level)


def rank(method: Method, own: Floats, donors: Floats, before: int, treated: Synthetic | None = None) -> Ranking:
    """Return the treated unit's place among its placebos.

    Parameters
    ----------
    own : shape (T,)
    donors : shape (J, T)
    treated : Synthetic | None
        The treated unit's own fit where it has been made.
    """
    treated = treated or method(own, donors, before)
    placebos = tuple(method(donors[i], np.delete(donors, i, axis=0), before) for i in range(len(donors)))
    return Ranking(treated, placebos, 1 + sum(p.statistic >= treated.statistic for p in placebos))


def rejects(method: Method, own: Floats, donors: Floats, before: int, alpha: float) -> bool:
    """Return whether the rank p-value is at most `alpha`; donors beyond what decides it are not fitted."""
    tolerated = allowed(len(donors) + 1, alpha)
    if tolerated < 1:
        return False
    statistic = method(own, donors, before).statistic
    beyond = 0
    for i in _likely_first(donors, before):
        beyond += method(donors[i], np.delete(donors, i, axis=0), before).statistic >= statistic
        if beyond >= tolerated:
            return False
    return True


def _likely_first(donors: Floats, before: int) -> Ints:
    """Return the donors in order of how far out they are likely to be, which spares fits and changes no answer."""
    change = donors[:, before:].mean(axis=1) - donors[:, :before].mean(axis=1)
    noise = np.abs(np.diff(donors[:, :before], axis=1)).mean(axis=1)
    return np.argsort(-np.abs(change - change.mean()) / (noise + noise.mean()), kind="stable")


def allowed(n: int, alpha: float) -> int:
    """Return the largest place of `n` whose p-value is at most `alpha`; 0 where none is."""
    return int(np.floor(alpha * n + 1e-9))
