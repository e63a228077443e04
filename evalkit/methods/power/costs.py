"""What precision costs: best cluster size and allocation under prices and the price of a design.

Sources: Cochran 1977 (allocation); Raudenbush 1997 (cluster size). docs/METHODS.md#power-costs. Kronor of the given price year.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from evalkit.methods.power.designs import PlannedDesign
from evalkit.methods.power.refusals import check_count, check_icc, refuse


@dataclass(frozen=True, slots=True)
class Prices:
    """What a plan costs, in kronor.

    Attributes
    ----------
    treatment, comparison : float
        A person in each arm, over what would be spent anyway.
    measurement : float
        One measurement of one person.
    cluster : float
        One more cluster.
    """

    treatment: float = 0.0
    comparison: float = 0.0
    measurement: float = 0.0
    cluster: float = 0.0

    def __post_init__(self) -> None:
        for name, value in (("insats", self.treatment), ("jämförelse", self.comparison), ("mätning", self.measurement)):
            check_count(f"pris för {name}", value, 0)
        check_count("pris för ett kluster", self.cluster, 0)


def optimal_share(price_treated: float, price_comparison: float) -> float:
    """Return the treated share with the smallest variance for the money: 1/(1 + √(price treated / price comparison))."""
    if not (price_treated > 0 and price_comparison > 0):
        raise refuse("PRICE", "båda priserna måste vara större än noll kronor")
    return 1 / (1 + math.sqrt(price_treated / price_comparison))


def optimal_cluster_size(icc: float, price_cluster: float, price_person: float) -> float:
    """Return persons a cluster with the smallest variance for the money: √((1 − ρ)/ρ · price cluster / price person)."""
    if not (price_cluster > 0 and price_person > 0):
        raise refuse("PRICE", "båda priserna måste vara större än noll kronor")
    if check_icc(icc) == 0:
        raise refuse("ICC", "med ICC 0 spelar kluster ingen roll: mät så många som möjligt i varje")
    return math.sqrt((1 - icc) / icc * price_cluster / price_person)


def price(design: PlannedDesign, prices: Prices, measurements: int, treated_share: float) -> float:
    """Return what a design costs, in kronor."""
    each = prices.measurement * measurements
    treated = design.persons * treated_share
    comparison = design.persons - treated
    return treated * (prices.treatment + each) + comparison * (prices.comparison + each) + design.clusters * prices.cluster
