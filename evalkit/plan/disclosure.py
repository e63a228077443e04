"""What may leave the house: set by the data protection officer, tightened (never loosened) by a plan."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from evalkit.errors import PlanError
from evalkit.plan.problems import Problem, plan_error
from evalkit.plan.reading import read_model
from evalkit.plan.strict import Share, Strict, Text
from evalkit.plan.strict_yaml import read_document


class DisclosurePolicy(Strict):
    """`params/disclosure.yaml`. There is no default policy: without the file nothing leaves.

    Attributes
    ----------
    min_cell : int
        Fewest distinct persons behind any published figure.
    round_counts_to : int
        Counts are rounded to a multiple of this.
    max_top_two_share : float
        Largest share that the two largest persons may have of a sum.
    min_degrees_of_freedom : int
        Fewest residual degrees of freedom behind a published model.
    """

    set_by: Text
    decided: Text
    min_cell: int = Field(ge=3, le=1000)
    round_counts_to: int = Field(ge=1, le=100)
    max_top_two_share: Share = 0.85
    min_degrees_of_freedom: int = Field(default=10, ge=1)
    max_breakdown_variables: int = Field(default=2, ge=0, le=3)


class DisclosureLimits(Strict):
    """A plan's own limits; each may only be stricter than the policy's."""

    min_cell: int | None = Field(default=None, ge=3, le=1000)
    round_counts_to: int | None = Field(default=None, ge=1, le=100)


def load_policy(path: Path) -> DisclosurePolicy:
    """Read the disclosure policy at `path`.

    Raises
    ------
    PlanError
        If it is missing (PAR-POLICY: without a policy nothing leaves) or faulty.
    """
    if not path.is_file():
        raise PlanError(f"{path.name}: röjandepolicyn finns inte i params; utan den lämnar ingenting huset", code="PAR-POLICY")
    return read_model(read_document(path), DisclosurePolicy, noun="röjandepolicyn")


def effective_policy(policy: DisclosurePolicy, limits: DisclosureLimits) -> DisclosurePolicy:
    """Return `policy` with the plan's own, stricter limits.

    Raises
    ------
    PlanError
        If a limit of the plan is looser than the policy's (PAR-LIMIT).
    """
    stricter: dict[str, int] = {}
    problems = []
    for key, wanted in limits.model_dump(exclude_none=True).items():
        least = getattr(policy, key)
        if wanted < least:
            text = f"planen sätter {wanted}, policyn {least}; en plan får skärpa röjandegränser, aldrig mildra dem"
            problems.append(Problem("PAR-LIMIT", None, f"disclosure → {key}", text))
        elif key == "round_counts_to" and wanted % least:
            text = f"{wanted} är ingen multipel av policyns {least}; två avrundningar av samma antal röjer mer än en"
            problems.append(Problem("PAR-LIMIT", None, f"disclosure → {key}", text))
        stricter[key] = wanted
    if problems:
        raise plan_error("planens röjandegränser", problems)
    return policy.model_copy(update=stricter)
