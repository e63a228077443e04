"""One person at a time against the norm and the measurement error: for those inside the house, never for a report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalkit.methods.norm_comparison import Norm, NormTest, person_against_small_norm, z_score
from evalkit.methods.norm_findings import judged_measures

if TYPE_CHECKING:
    from evalkit.findings.norms import NormReference
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.plan.instruments import InstrumentRegister
    from evalkit.records.stations import AnalysisFrame


@dataclass(frozen=True, slots=True, repr=False)
class Case:
    """One analysed person's measurements with one instrument; no name and no pseudonym.

    Attributes
    ----------
    before_against, after_against : NormTest | None
        Crawford and Howell's t where the norm's size is known; None without a norm.
    before_z, after_z : float | None
        In SDs of the norm.
    index : float | None
        Reliable change index; None where nobody is judged.
    change_class : str
        Key of `ChangeClass`; empty where nobody is judged.
    """

    outcome: str
    instrument: str
    group: str
    before: float
    after: float
    before_z: float | None
    after_z: float | None
    before_against: NormTest | None
    after_against: NormTest | None
    index: float | None
    change_class: str


def single_cases(frame: AnalysisFrame, plan: EvaluationPlan, register: InstrumentRegister) -> Iterator[Case]:
    """Yield every analysed person of every instrument, ordered by group and first measurement."""
    for asked, outcome, people, norm, judged in judged_measures(frame, plan, register):
        order = sorted(range(len(people.before)), key=lambda i: (not people.treated[i], people.before[i], people.after[i], i))
        for i in order:
            before, after, row = float(people.before[i]), float(people.after[i]), norm.rows[i]
            yield Case(
                outcome=outcome,
                instrument=asked.instrument.label,
                group="treated" if people.treated[i] else "comparison",
                before=before,
                after=after,
                before_z=_z(before, row),
                after_z=_z(after, row),
                before_against=_against(before, row),
                after_against=_against(after, row),
                index=float(judged.index[i]) if judged.classes else None,
                change_class=str(judged.classes[i]) if judged.classes else "",
            )


def _z(value: float, row: NormReference | None) -> float | None:
    return None if row is None else z_score(value, Norm(row.mean, row.sd, row.n))


def _against(value: float, row: NormReference | None) -> NormTest | None:
    """Return Crawford and Howell's test; a metric and a norm of unknown size have no sample to allow for."""
    if row is None or row.status == "metric" or row.n is None or row.n < 2:
        return None
    return person_against_small_norm(value, Norm(row.mean, row.sd, row.n))
