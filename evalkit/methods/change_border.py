"""The border between the clinical and the normal range that a plan's norms allow, and why no better one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalkit.findings.norms import NormReference
from evalkit.methods.norm_comparison import Norm
from evalkit.methods.norm_lookup import Who, weighted
from evalkit.methods.reliable_change import NormalRange, chosen_criterion, cut_a, cut_b, cut_c
from evalkit.plan.change import BASELINE
from evalkit.plan.norms import NormRefusal, find_norm

if TYPE_CHECKING:
    from evalkit.methods.asked import Asked
    from evalkit.methods.fits import Floats


@dataclass(frozen=True, slots=True)
class Border:
    """The border to the normal range.

    Attributes
    ----------
    criterion : str
        ``a``, ``b`` or ``c``; empty where nothing allows one.
    cut : float | None
        In scale units.
    why_not_c : str
        Key of `evalkit.findings.norm_words.NOT_C`; empty where c is used or the plan asks for another.
    secured : bool
        Whether the clinical group's numbers may stand in a final report.
    """

    criterion: str
    cut: float | None
    why_not_c: str
    secured: bool = True


def border(
    asked: Asked,
    people: Sequence[Who],
    before: Floats,
    normal: Norm | None,
) -> Border:
    """Return the criterion and cut that the plan asks for, of the normal norm and the clinical group that it names.

    Parameters
    ----------
    before : shape (n_persons,), scale units
    normal : Norm | None
        Of the general population.
    """
    better = asked.scale.direction == "higher_better"
    clinical, secured, why = _clinical(asked, people, before)
    norms = NormalRange(
        None if clinical is None else clinical.mean,
        None if clinical is None else clinical.sd,
        None if normal is None else normal.mean,
        None if normal is None else normal.sd,
    )
    wanted = "best" if asked.use.change is None else asked.use.change.criterion
    why = why or ("no-normal" if normal is None else "")
    possible = {"a": clinical is not None, "b": normal is not None, "c": clinical is not None and normal is not None}
    if wanted == "best":
        if clinical is None and normal is None:
            return Border("", None, why)
        criterion, cut = chosen_criterion(norms, higher_is_better=better)
        return Border(criterion, cut, "" if criterion == "c" else why or "no-overlap", secured or criterion == "b")
    if not possible[wanted]:
        return Border("", None, why)
    cut = cut_c(norms) if wanted == "c" else (cut_a if wanted == "a" else cut_b)(norms, higher_is_better=better)
    return Border(wanted, cut, "", secured or wanted == "b")


def _clinical(
    asked: Asked,
    people: Sequence[Who],
    before: Floats,
) -> tuple[Norm | None, bool, str]:
    """Return the clinical group that the plan names, whether it is secured, or the key of `NOT_C`."""
    wanted = None if asked.use.change is None else asked.use.change.clinical_set
    if wanted == BASELINE:
        sd = float(before.std(ddof=1)) if len(before) > 1 else 0.0
        # Measured in the evaluation itself: nothing published that two persons could check.
        return (Norm(float(before.mean()), sd, len(before)), True, "") if sd > 0 else (None, True, "no-clinical")
    mine = (asked.instrument.id, asked.scale.id, "clinical")
    rows = [r for r in asked.register.norms if (r.instrument, r.scale, r.kind) == mine]
    if wanted is None:
        return None, True, "clinical-unnamed" if rows else "no-clinical"
    found = [_row(asked, who, wanted) for who in people]
    kept = [row for row in found if row is not None]
    if not kept:
        return None, True, "clinical-other" if rows else "no-clinical"
    return weighted(kept), all(row.secured for row in kept), ""


def _row(asked: Asked, who: Who, wanted: str) -> NormReference | None:
    """Return the clinical row for one person's sex and age, or of both sexes, or of a group whose ages are not told."""
    sex, age = who
    # A clinical group is one group of patients: where its source tells no ages, it is for all of them.
    for asked_sex, asked_age in ((sex, age), ("all", age), (sex, None), ("all", None)):
        row = find_norm(
            asked.register,
            asked.instrument.id,
            asked.scale.id,
            sex=asked_sex,
            age=asked_age,
            country=asked.use.norm_country,
            kinds=("clinical",),
            norm_set=wanted,
        )
        if not isinstance(row, NormRefusal):
            return NormReference(
                row.norm_id,
                row.source,
                row.status,
                row.country,
                row.population,
                row.year_to,
                row.sex,
                row.age_from,
                row.age_to,
                row.n,
                row.mean,
                row.sd,
            )
    return None
