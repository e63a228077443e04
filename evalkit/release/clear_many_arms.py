"""Clearing of several arms: p-values only of contrasts whose estimate is shown."""

from __future__ import annotations

from evalkit.findings.experiment import ContrastFinding, ManyArms
from evalkit.findings.safe_experiment import SafeContrast, SafeManyArms
from evalkit.release.rounding import round_p, round_to


def clear_many(found: ManyArms, *, shown: set[str], tests: bool) -> SafeManyArms:
    """Return the contrasts as they may be shared.

    Parameters
    ----------
    shown : set[str]
        Ids of estimates that are shown.
    tests : bool
        The report tests something; else there is no p-value.
    """
    joint, below = _p(found.joint_p, shown=tests and any(c.estimate_id in shown for c in found.contrasts))
    return SafeManyArms(
        labels=found.labels,
        contrasts=tuple(_contrast(c, shown=tests and c.estimate_id in shown) for c in found.contrasts),
        joint_p=joint,
        joint_below=below,
        family_rate=None if found.family_rate is None else round_to(found.family_rate, 2),
        tests_together=found.tests_together,
    )


def _contrast(c: ContrastFinding, *, shown: bool) -> SafeContrast:
    adjusted, redrawn = _p(c.adjusted_p, shown=shown), _p(c.randomisation_p, shown=shown)
    return SafeContrast(c.outcome, c.arm, c.against, c.estimate_id, *adjusted, *redrawn)


def _p(value: float | None, *, shown: bool) -> tuple[float | None, bool]:
    return round_p(value) if shown and value is not None else (None, False)
