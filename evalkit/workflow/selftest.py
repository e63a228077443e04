"""Planted truth: what the house says about twins of a plan in which the effect is known, zero or as expected."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalkit.findings.evidence import EvidenceLevel
from evalkit.methods.validity.measure import measured_with
from evalkit.workflow.twins import House, Twin, make_twin, open_house

if TYPE_CHECKING:
    from evalkit.findings.estimate import Estimate
    from evalkit.plan.project import Project

DRAWS = 2_000
"""Samples in each declared case when a twin's route is chosen; a run of the plan itself uses more."""
ARMS = {"noll": 0.0, "väntad": 1.0}
"""Name of an arm -> share of the expected effect that is planted."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """How one outcome's difference-in-differences was recovered in one arm.

    Attributes
    ----------
    bias, bias_error : float
        Mean estimate minus planted effect, and its Monte Carlo standard error; in the outcome's unit.
    coverage, rejected : float | None
        Shares of the twins with an interval, and with a p-value; None where none has one.
    """

    outcome: str
    unit: str
    planted: float
    n: int
    bias: float
    bias_error: float
    coverage: float | None
    rejected: float | None
    n_tested: int


@dataclass(frozen=True, slots=True)
class Claims:
    """How many twins without effect got a report that claims one.

    Attributes
    ----------
    strongest : int
        Causal words (level 3 or 4) and an improvement.
    any_positive : int
        The verdict, in whatever words, says that the treated developed better.
    any_estimate : int
        Some estimate of any outcome, also before and after, excludes zero in the wanted direction: what tables show.
    """

    n: int
    strongest: int
    any_positive: int
    any_estimate: int


@dataclass(frozen=True, slots=True)
class SelfTest:
    """All that a self-test found; `stopped` counts twins that the quality gate or an estimator stopped, by code."""

    plan_id: str
    arms: dict[str, tuple[Recovered, ...]]
    claims: Claims
    stopped: dict[str, int]


def selftest(project: Project, plan_id: str, n: int, progress: Callable[[str], None], *, null_only: bool = False) -> SelfTest:
    """Take `n` twins without effect, and as many with the expected one unless `null_only`, through the house.

    Raises
    ------
    PlanError
        If the plan has no truth to invent twins from.
    """
    house = open_house(project, plan_id)
    twins: dict[str, list[Twin]] = {}
    for number, (arm, share) in enumerate(list(ARMS.items())[: 1 if null_only else 2]):
        twins[arm] = []
        for i in range(n):
            progress(f"{arm} {i + 1}")
            with measured_with(DRAWS):
                twins[arm].append(make_twin(house, house.plan.seed + 1 + 2 * i + number, share=share))
    stopped: dict[str, int] = {}
    for twin in (t for made in twins.values() for t in made if t.stopped):
        stopped[twin.stopped] = stopped.get(twin.stopped, 0) + 1
    return SelfTest(plan_id, {arm: recovered(house, made) for arm, made in twins.items()}, claims(twins["noll"]), stopped)


def recovered(house: House, twins: Sequence[Twin]) -> tuple[Recovered, ...]:
    """Return bias, coverage and rejections of every outcome's difference-in-differences."""
    rows = []
    for outcome in house.plan.outcomes:
        pairs = [(t.planted[outcome.id], e) for t in twins if t.result for e in t.result.estimates if e.id == f"did.{outcome.id}"]
        if not pairs:
            continue
        errors = [estimate.value - planted for planted, estimate in pairs]
        mean = sum(errors) / len(errors)
        spread = math.sqrt(sum((e - mean) ** 2 for e in errors) / max(len(errors) - 1, 1))
        tested = [e for _, e in pairs if e.p_value is not None]
        covered = [e.interval.low <= planted <= e.interval.high for planted, e in pairs if e.interval is not None]
        rows.append(
            Recovered(
                outcome=outcome.label,
                unit=outcome.unit,
                planted=pairs[0][0],
                n=len(pairs),
                bias=mean,
                bias_error=spread / math.sqrt(len(errors)),
                coverage=sum(covered) / len(covered) if covered else None,
                rejected=sum(_excludes_zero(e) for e in tested) / len(tested) if tested else None,
                n_tested=len(tested),
            )
        )
    return tuple(rows)


def claims(twins: Sequence[Twin]) -> Claims:
    """Count the claims of reports on twins without effect."""
    safes = [t.safe for t in twins if t.safe is not None]
    positive = [s for s in safes if s.primary is not None and s.primary.significant and s.primary.better]
    strongest = [s for s in positive if s.evidence.level >= EvidenceLevel.CAUSAL_WITH_CAVEATS]
    seen = [s for s in safes if any(e.significant and e.better and e.group != "comparison" for e in s.estimates)]
    return Claims(len(safes), len(strongest), len(positive), len(seen))


def selftest_text(found: SelfTest) -> str:
    """Return the result as Swedish text with Markdown tables."""
    parts = [f"## {found.plan_id}"]
    for arm, rows in found.arms.items():
        head = f"Planterad effekt: {arm}."
        lines = [
            "| mått | planterat | tvillingar | snedhet (MC-fel) | täckning 95 % | förkastar noll |",
            "|---|---|---|---|---|---|",
        ]
        lines += [_row(r) for r in rows]
        parts += [head, "\n".join(lines)]
    c = found.claims
    parts.append(
        f"Rapporter om tvillingar utan effekt: {c.n}. På starkaste nivån: {_share(c.strongest, c.n)}. "
        f"Positiv slutsats i någon form: {_share(c.any_positive, c.n)}. Minst en av alla skattningar i tabellerna, "
        f"före–efter inräknat, skild från noll åt önskat håll: {_share(c.any_estimate, c.n)}."
    )
    if found.stopped:
        parts.append(
            "Stoppade tvillingar, som i skarp drift: " + ", ".join(f"{k} {v}" for k, v in sorted(found.stopped.items())) + "."
        )
    return "\n\n".join(parts) + "\n"


def _row(r: Recovered) -> str:
    bias = f"{r.bias:+.2f} ({r.bias_error:.2f}) {r.unit}"
    rates = f"{_rate(r.coverage, r.n_tested)} | {_rate(r.rejected, r.n_tested)}"
    return f"| {r.outcome} | {r.planted + 0.0:g} | {r.n} | {bias} | {rates} |"


def _rate(share: float | None, n: int) -> str:
    if share is None:
        return "inget p-värde"
    return f"{100 * share:.1f} % ({100 * math.sqrt(max(share * (1 - share), 0) / n):.1f})"


def _share(count: int, n: int) -> str:
    return f"{count} ({100 * count / n:.1f} %)" if n else "–"


def _excludes_zero(estimate: Estimate) -> bool:
    return estimate.interval is not None and not estimate.interval.low <= 0 <= estimate.interval.high
