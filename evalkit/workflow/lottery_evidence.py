"""Whether a comparison that calls itself randomised was: receipts replayed, and everybody analysed where she was drawn.

The comparison of groups in a run is between those who got the intervention and those who did not. It is the lottery's own only
where the two are the same persons; else the evidence level is lowered, and `evalkit experiment` compares as drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from evalkit.findings.evidence import EvidenceLevel
from evalkit.workflow.lottery import bound_frame, lottery_of
from evalkit.workflow.lottery_draw import draw_frame, units_of
from evalkit.workflow.lottery_receipts import LotteryStore

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from evalkit.findings.result import EvaluationResult
    from evalkit.methods.assignment.units import Unit
    from evalkit.methods.experiment.sample import DrawnUnit
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.plan.project import Project
    from evalkit.records.stations import AnalysisFrame


@dataclass(frozen=True, slots=True, repr=False)
class DrawnBatch:
    """One batch, replayed: those who got an arm, as the lottery and as the frame names them, and how many got none."""

    number: int
    inside: tuple[Unit, ...]
    units: tuple[DrawnUnit, ...]
    covariates: NDArray[np.float64] | None
    excluded: int


def drawn_batches(project: Project, plan: EvaluationPlan) -> Iterator[DrawnBatch]:
    """Yield every batch that has been drawn, replayed from its list and its receipts.

    Raises
    ------
    LotteryDiffers
        If a list, the rules or a receipt is not what was bound.
    """
    store, named = LotteryStore(project, plan.id), _pseudonyms(project, plan)
    for number in range(1, store.batches() + 1):
        receipt = store.drawn(number)
        if receipt is not None:
            yield _batch(project, plan, store, number, str(receipt["draw_text"]), named)


def as_randomised(project: Project, plan: EvaluationPlan, frame: AnalysisFrame, result: EvaluationResult) -> EvaluationResult:
    """Return `result` with its evidence lowered where the lottery is not proved, or was not followed."""
    verdict = result.evidence
    if verdict.ceiling is not EvidenceLevel.RANDOMISED:
        return result
    reason = _doubt(project, plan, frame)
    if not reason:
        return result
    level = min(verdict.level, EvidenceLevel.CAUSAL_WITH_CAVEATS)
    return replace(result, evidence=replace(verdict, level=level, lowered_by=(*verdict.lowered_by, reason)))


def _doubt(project: Project, plan: EvaluationPlan, frame: AnalysisFrame) -> str:
    batches = [] if plan.lottery is None else list(drawn_batches(project, plan))
    if not batches:
        return "no-lottery-receipt"
    drawn = {unit.name: unit.drawn for batch in batches for unit in batch.units}
    analysed = frame.table.loc[frame.table["outcome"] == plan.primary_outcome, ["unit", "treated"]].drop_duplicates("unit")
    followed = (drawn.get(str(unit)) == bool(treated) for unit, treated in zip(analysed["unit"], analysed["treated"], strict=True))
    return "" if all(followed) else "lottery-not-followed"


def _batch(  # noqa: PLR0917 - one batch of one lottery
    project: Project, plan: EvaluationPlan, store: LotteryStore, number: int, draw_text: str, named: Callable[[str], str]
) -> DrawnBatch:
    import numpy as np

    from evalkit.methods.experiment.sample import DrawnUnit

    closed, lottery = store.closed(number), lottery_of(plan)
    frame = bound_frame(project, plan, closed)
    allocation = draw_frame(frame, plan, closed, draw_text).allocation
    listed = units_of(frame)
    # Those left outside by the misfit rule are no part of the assignment set; the others divide evenly then.
    kept = [i for i, unit in enumerate(listed) if allocation[unit.name]]
    inside = tuple(listed[i] for i in kept)
    covariates = None
    if lottery.accept is not None:
        rows = sorted(frame.rows, key=lambda row: row.name)
        covariates = np.array([rows[i].covariates for i in kept], dtype=np.float64)
    first = lottery.arms[0].id
    units = tuple(
        DrawnUnit(
            name=named(unit.name),
            block=f"{number}|{unit.block}",
            group=f"{number}|{unit.group}" if unit.group else f"{number}|={unit.name}",
            drawn=allocation[unit.name] == first,
            arm=allocation[unit.name],
        )
        for unit in inside
    )
    return DrawnBatch(number, inside, units, covariates, len(listed) - len(kept))


def _pseudonyms(project: Project, plan: EvaluationPlan) -> Callable[[str], str]:
    """Return what turns a list's unit into the frame's: serial numbers become pseudonyms as the deliveries' do."""
    from evalkit.records.pseudonym import load_key
    from evalkit.records.reading.labels import fold_code

    lottery = lottery_of(plan)
    if lottery.source is not None or lottery.unit_kind == "identity":
        return str
    key = load_key(project, plan)
    return str if key is None else lambda name: key.pseudonym_of_code(fold_code(name))
