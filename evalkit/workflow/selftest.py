"""Planted truth: what the house says about twins of a plan in which the effect is known, zero or as expected."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from evalkit.plan.units import difference_unit
from evalkit.release.claims import claims as positive_claims
from evalkit.release.claims import would_be_claims
from evalkit.workflow.many_twins import make_twins
from evalkit.workflow.twins import House, Twin, open_house

if TYPE_CHECKING:
    from evalkit.findings.estimate import Estimate
    from evalkit.plan.project import Project

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
    """How many twins without effect got a report that claims one (`evalkit.release.claims`), over the whole report.

    Attributes
    ----------
    strongest : int
        Words of level 3 or 4 without reserve.
    any_positive : int
        At least one positive claim of any kind: verdict, another row, shares recovered or improved.
    unguarded : int
        At least one number that would be read as a finding if the report did not hold such words back: any row, also before and
        after, and any share improved, that excludes zero in the wanted direction.
    """

    n: int
    strongest: int
    any_positive: int
    unguarded: int


@dataclass(frozen=True, slots=True)
class SelfTest:
    """All that a self-test found; `stopped` counts twins that the quality gate or an estimator stopped, by code."""

    plan_id: str
    arms: dict[str, tuple[Recovered, ...]]
    claims: Claims
    stopped: dict[str, int]


def selftest(
    project: Project,
    plan_id: str,
    n: int,
    progress: Callable[[str], None],
    *,
    null_only: bool = False,
    processes: int = 1,
) -> SelfTest:
    """Take `n` twins without effect, and as many with the expected one unless `null_only`, through the house.

    Parameters
    ----------
    processes : int
        Twins made at the same time; their number changes no result.

    Raises
    ------
    PlanError
        If the plan has no truth to invent twins from.
    """
    house = open_house(project, plan_id)
    twins: dict[str, list[Twin]] = {}
    for number, (arm, share) in enumerate(list(ARMS.items())[: 1 if null_only else 2]):
        seeds = [house.plan.seed + 1 + 2 * i + number for i in range(n)]
        told = partial(_tell, progress, arm)
        twins[arm] = make_twins(project, plan_id, seeds, share, told, processes=processes)
    stopped: dict[str, int] = {}
    for twin in (t for made in twins.values() for t in made if t.stopped):
        stopped[twin.stopped] = stopped.get(twin.stopped, 0) + 1
    return SelfTest(plan_id, {arm: recovered(house, made) for arm, made in twins.items()}, claims(twins["noll"]), stopped)


def _tell(progress: Callable[[str], None], arm: str, made: int) -> None:
    progress(f"{arm} {made}")


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
                unit=difference_unit(outcome.unit),
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
    """Count the reports on twins without effect that claim one."""
    safes = [t.safe for t in twins if t.safe is not None]
    found = [positive_claims(s) for s in safes]
    seen = [s for s, said in zip(safes, found, strict=True) if said or would_be_claims(s)]
    return Claims(len(safes), sum(any(c.strongest for c in said) for said in found), sum(map(bool, found)), len(seen))


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
        f"Positiv slutsats i någon form, hela rapporten, återhämtade och förbättrade inräknade: {_share(c.any_positive, c.n)}. "
        f"Utan rapportens spärr (någon rad eller andel förbättrade skild från noll åt önskat håll): {_share(c.unguarded, c.n)}."
    )
    if found.stopped:
        parts.append(
            "Stoppade tvillingar, som i skarp drift: " + ", ".join(f"{k} {v}" for k, v in sorted(found.stopped.items())) + "."
        )
    return "\n\n".join(parts) + "\n"


def _row(r: Recovered) -> str:
    bias = f"{_comma(f'{r.bias:+.2f}')} ({_comma(f'{r.bias_error:.2f}')}) {r.unit}"
    rates = f"{_rate(r.coverage, r.n_tested)} | {_rate(r.rejected, r.n_tested)}"
    return f"| {r.outcome} | {_comma(f'{r.planted + 0.0:g}')} | {r.n} | {bias} | {rates} |"


def _comma(number: str) -> str:
    """Return a number as Swedish has it."""
    return number.replace(".", ",").replace("-", "−")


def _rate(share: float | None, n: int) -> str:
    if share is None:
        return "inget p-värde"
    return _comma(f"{100 * share:.1f} % ({100 * math.sqrt(max(share * (1 - share), 0) / n):.1f})")


def _share(count: int, n: int) -> str:
    return _comma(f"{count} ({100 * count / n:.1f} %)") if n else "–"


def _excludes_zero(estimate: Estimate) -> bool:
    return estimate.interval is not None and not estimate.interval.low <= 0 <= estimate.interval.high
