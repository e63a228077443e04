"""What a report claims: every statement that a reader can take for "it helped", and the rule that holds such words back.

One primary outcome decides. Only where it differs from zero in the wanted direction may anything else in the report be read as a
finding, but for outcomes of a declared confirmatory family; else the other rows and the shares improved are descriptions and are
called so. The error rate of the whole report is then the primary outcome's own. Level 3 and 4 keep their strongest words for
p < `STRONG_P`: chance alone then gives them, in the wanted direction, in at most one report of a hundred.
docs/METHODS.md#claims.
"""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.findings.evidence import EvidenceLevel
from evalkit.findings.safe import SafeEstimate, SafeResult
from evalkit.release.claims_chapters import chapter_claims

STRONG_P = 0.02
"""Two-sided p-value below which the words of level 3 and 4 are said without reserve."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One positive statement of a report.

    Attributes
    ----------
    kind : str
        ``verdict``, ``confirmatory`` (of a declared family), ``row`` (another estimate), ``classes`` (share recovered or
        improved beyond the comparison group's) or ``chapter`` (any other number with an interval: `chapter_claims`).
    strongest : bool
        Said in the words of level 3 or 4 without reserve.
    """

    kind: str
    outcome: str
    strongest: bool


def found_better(estimate: SafeEstimate | None) -> bool:
    """Return whether an estimate differs from zero in the wanted direction, by a test that holds."""
    return estimate is not None and bool(estimate.significant) and bool(estimate.better)


def is_strong(safe: SafeResult, estimate: SafeEstimate) -> bool:
    """Return whether the words of level 3 and 4 may be used without reserve: by the adjusted p-value where there is one."""
    decision = next((d for d in safe.decisions if d.estimate_id == estimate.id), None)
    if decision is not None and decision.adjusted_p is not None:
        return decision.adjusted_below or decision.adjusted_p < STRONG_P
    return estimate.p_value is not None and (estimate.p_below or estimate.p_value < STRONG_P)


def is_weak(safe: SafeResult, estimate: SafeEstimate) -> bool:
    """Return whether a finding is called weak wherever it is told: it differs from zero, but not by the words of level 3 and 4."""
    reached = estimate.group == "all" and safe.evidence.level >= EvidenceLevel.CAUSAL_WITH_CAVEATS
    return bool(estimate.significant) and reached and not is_strong(safe, estimate)


def claims(safe: SafeResult) -> tuple[Claim, ...]:
    """Return the positive claims of a report.

    Outcomes of a confirmatory family that the plan declared are claims by their own adjusted test; everything else is one only
    beside a primary outcome that was found better.
    """
    primary = safe.primary
    if primary is None or not found_better(primary):
        return _confirmed(safe)
    level = EvidenceLevel.DEVELOPMENT if primary.group != "all" else safe.evidence.level
    strongest = level >= EvidenceLevel.CAUSAL_WITH_CAVEATS and is_strong(safe, primary)
    return (Claim("verdict", primary.outcome, strongest), *_followers(safe))


def would_be_claims(safe: SafeResult) -> tuple[Claim, ...]:
    """Return what somebody finds who scans every number without the rule: other rows and shares improved that exclude zero."""
    return _followers(safe)


def claim_notes(safe: SafeResult) -> tuple[str, ...]:
    """Return the keys of what stands below the table of estimates where its rows invite a conclusion that nothing carries."""
    others = any(claim.kind in {"row", "chapter"} for claim in _followers(safe))
    return ("note_rows_describe",) if others and not found_better(safe.primary) else ()


def _confirmed(safe: SafeResult) -> tuple[Claim, ...]:
    named = {e.id: e for e in safe.estimates}
    found = [d.outcome for d in safe.decisions if d.role == "confirmatory" and d.rejected and named[d.estimate_id].better]
    return tuple(Claim("confirmatory", outcome, False) for outcome in found)


def _followers(safe: SafeResult) -> tuple[Claim, ...]:
    rows = [e for e in safe.estimates if e.id != safe.primary_estimate and e.group != "comparison" and found_better(e)]
    classes = [
        page.outcome
        for page in safe.instruments
        if page.excess is not None and page.excess.interval is not None and page.excess.interval.low > 0
    ]
    told = (("row", [e.outcome for e in rows]), ("chapter", chapter_claims(safe)), ("classes", classes))
    return tuple(Claim(kind, outcome, False) for kind, outcomes in told for outcome in outcomes)
