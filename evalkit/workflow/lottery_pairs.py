"""From a list to the same list with pairs of the most alike, before it is closed: the plan's lottery then draws one of each."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from evalkit.errors import PlanError
from evalkit.files import write_text
from evalkit.workflow.lottery import lottery_of
from evalkit.workflow.lottery_lists import find_list
from evalkit.workflow.lottery_receipts import LotteryStore

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.plan.project import Project


@dataclass(frozen=True, slots=True)
class Paired:
    """The new list, how many pairs it has, and how many units were left without one (0 or 1)."""

    path: Path
    pairs: int
    left: int


def write_pairs(project: Project, plan: EvaluationPlan, columns: tuple[str, ...], file: str | None, today: date) -> Paired:
    """Write the next list with a column of pairs, named as the plan's lottery says.

    Parameters
    ----------
    columns : tuple[str, ...]
        Numeric columns of the list, measured before, by which units are alike (Mahalanobis distance).

    Raises
    ------
    PlanError
        LOT-NONE; PAR-CALL if the plan's lottery has no ``pair`` column; LOT-FRAME.
    DeliveryError, EstimationError
        What is wrong with the list or its columns.
    """
    import numpy as np

    from evalkit.methods.assignment.pairs import form_pairs
    from evalkit.records.identity import identity_rules
    from evalkit.records.lottery_frame import list_table, read_lottery_frame
    from evalkit.records.pseudonym import load_key

    lottery = lottery_of(plan)
    if lottery.pair is None:
        raise PlanError(f"{plan.id}: lotten drar inte inom par; skriv pair: par i planens lottery först", code="PAR-CALL")
    store = LotteryStore(project, plan.id)
    source = find_list(store, lottery, file, store.batches() + 1)
    key = load_key(project, plan) if lottery.unit_kind == "identity" else None
    bare = lottery.model_copy(update={"pair": None, "strata": (), "covariates": columns})
    frame = read_lottery_frame(source, bare, key, identity_rules(plan, today))
    pairs = form_pairs([row.name for row in frame.rows], np.array([row.covariates for row in frame.rows], dtype=np.float64))
    number = {name: f"{i:03d}" for i, pair in enumerate(pairs, 1) for name in pair}
    of_line = {row.line: number.get(row.name, "") for row in frame.rows}
    head, *body = list_table(source)
    kept = [[*head, lottery.pair], *([*cells, of_line[line]] for line, cells in enumerate(body, start=2) if of_line.get(line))]
    path = source.with_name(f"{source.stem}-par.csv")
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\n").writerows(kept)
    write_text(path, text.getvalue())
    return Paired(path, len(pairs), len(frame.rows) - 2 * len(pairs))
