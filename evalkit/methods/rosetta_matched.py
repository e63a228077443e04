"""A matched difference in Stata and R: who is matched with whom as columns of the analysis file, and the commands that use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evalkit.errors import EstimationError
from evalkit.methods.matching.study import Settled, settle
from evalkit.methods.panel import make_panel

if TYPE_CHECKING:
    import pandas as pd

    from evalkit.findings.estimate import Estimate
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.records.stations import AnalysisFrame

LABELS = {
    "matchvikt": "Vikt i den matchade jämförelsen; 0 för den som inte är med",
    "matchset": "Set: alla som jämförs med varandra, direkt eller genom andra (löpnummer)",
    "par": "Enheterna som personen jämförs med (tal ur kolumnen enhet)",
    "narmast": "Personen och de mest lika i den egna gruppen (tal ur kolumnen enhet)",
}
"""Labels of the columns; those of matched background are made with them."""
_BACKGROUND = "matchbakgrund"
_KEYS = ("enhet", "insats", "matchvikt", "matchset", "par", "narmast")

Commands = tuple[tuple[str, ...], tuple[str, ...], str]


def matched_columns(frame: AnalysisFrame, plan: EvaluationPlan, rows: pd.DataFrame, outcome: str) -> dict[str, np.ndarray]:
    """Return weight, set, partners, nearest and what regression takes out, in the order of `rows`; empty without matching.

    Notes
    -----
    An outcome that could not be matched has weight 0 throughout: there is no estimate to do again.
    """
    if plan.design.matching is None or plan.data_kind.value == "public":
        return {}
    units = sorted(rows["unit"].unique())
    place = rows["unit"].map({unit: i for i, unit in enumerate(units)}).to_numpy()
    settled = _settled(frame, plan, outcome)
    if settled is None:
        empty, nothing = np.zeros(len(rows)), np.full(len(rows), "", dtype=object)
        return {"matchvikt": empty, "matchset": empty, "par": nothing, "narmast": nothing}
    numbers = {unit: i + 1 for i, unit in enumerate(sorted(frame.table["unit"].unique()))}
    own = np.array([numbers[unit] for unit in units])
    partners, nearest = _partners(settled, own)
    found = {
        "matchvikt": settled.links.weights[place],
        "matchset": (settled.links.sets + 1.0)[place],
        "par": partners[place],
        "narmast": nearest[place],
    }
    taken_out = settled.taken_out
    return found | {f"{_BACKGROUND}{k + 1}": taken_out[place, k] for k in range(taken_out.shape[1])}


def matched_translation(estimate: Estimate, frame: AnalysisFrame, plan: EvaluationPlan, route: str) -> Commands | None:
    """Return the commands of a matched difference."""
    settled = _settled(frame, plan, estimate.outcome)
    if settled is None:
        return None
    names = [f"{_BACKGROUND}{k + 1}" for k in range(settled.taken_out.shape[1])]
    keys = (*_KEYS, *names)
    background = f", as.matrix(w[, c({', '.join(repr(name) for name in names)}), drop = FALSE])" if names else ""
    r = (
        'd <- as.data.frame(haven::zap_labels(haven::read_dta("analysdata.dta")))',
        'd <- subset(d, matt == "{outcome}" & !is.na(fas)); d <- d[order(d$enhet), ]',
        f"w <- subset(d, fas == 0, select = c({', '.join(keys)}))",
        "w$forandring <- d$varde[d$fas == 1] - d$varde[d$fas == 0]",
        f'matchad(w, "{route}"{background})',
    )
    by = "enhet" if route.startswith("matched") else "matchset"
    stata = (
        'use "analysdata.dta", clear',
        'keep if matt == "{outcome}" & !missing(fas)',
        f"keep enhet fas varde insats matchvikt matchset{''.join(f' {name}' for name in names)}",
        "reshape wide varde, i(enhet) j(fas)",
        "generate double forandring = varde1 - varde0",
        f"regress forandring insats{''.join(f' {name}' for name in names)} [aweight=matchvikt] if matchvikt > 0, vce(cluster {by})",
    )
    return stata, r, "matched-reused" if route.startswith("abadie-imbens") else "matched"


def _settled(frame: AnalysisFrame, plan: EvaluationPlan, outcome: str) -> Settled | None:
    try:
        return settle(frame, make_panel(frame, plan, outcome), plan)
    except EstimationError:  # refused: there is no estimate to do again
        return None


def _partners(settled: Settled, own: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return, one text a unit, who a treated person is compared with and who a re-used one varies like."""
    links, near = settled.links, settled.near
    partners, nearest = (np.full(links.n_units, "", dtype=object) for _ in range(2))
    for person in links.matched:
        partners[person] = _told(own[links.control[links.treated == person]])
    for person, alike in zip(links.used, near, strict=False):
        nearest[person] = _told(own[alike])
    return partners, nearest


def _told(numbers: np.ndarray) -> str:
    return " ".join(str(int(number)) for number in numbers)
