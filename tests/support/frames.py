"""Analysis frames built by hand, and the demo plan with a few of its decisions changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from evalkit.findings.cell import DisclosureEvidence
from evalkit.findings.provenance import Provenance
from evalkit.findings.quality import GateReport
from evalkit.findings.result import PlanIdentity
from evalkit.findings.sample import FlowArm, SampleFlow
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.instruments import InstrumentRegister
from evalkit.records.stations import AnalysisFrame

PROJECT = Path(__file__).parents[2]
OUTCOME = "valbefinnande"
BEFORE, AFTER = "Vid start", "Efter 12 månader"


def demo_plan(*, outcomes: Sequence[str] = (OUTCOME,), economics: bool = True, **design: Any) -> EvaluationPlan:
    """Return the demo plan with the named outcomes only and some of its design keys replaced."""
    text = (PROJECT / "params" / "interventions" / "np-samverkan.yaml").read_text(encoding="utf-8")
    raw = yaml.load(text, Loader=yaml.BaseLoader)
    raw["outcomes"] = [o for o in raw["outcomes"] if o["id"] in outcomes]
    raw["design"] |= design
    if not economics:
        raw.pop("economics")
    return EvaluationPlan.model_validate(raw)


def public_plan(outcomes: Sequence[str], **design: Any) -> EvaluationPlan:
    """Return a plan on public data with never-treated units to compare with; the first outcome is the primary one."""
    text = (PROJECT / "params" / "interventions" / "np-samverkan.yaml").read_text(encoding="utf-8")
    raw = yaml.load(text, Loader=yaml.BaseLoader)
    raw |= {"data_kind": "public", "synthetic": "false", "activities": [], "occasions": [], "primary_outcome": outcomes[0]}
    raw["outcomes"] = [{"id": o, "label": o, "unit": "enheter", "kind": "rate", "direction": "higher_better"} for o in outcomes]
    for key in ("economics", "decisive_occasion"):
        raw.pop(key)
    raw["design"] |= {"comparison": "never_treated_units", "assigned_at": "cluster", "analyses": ["did"]} | design
    return EvaluationPlan.model_validate(raw)


def person_table(
    before: Sequence[float],
    after: Sequence[float],
    treated: Sequence[bool],
    *,
    outcome: str = OUTCOME,
    cluster: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Return table rows of persons measured at start and after twelve months."""
    labels = [f"p{i:05d}" for i in range(len(before))]
    clusters = list(cluster) if cluster is not None else [""] * len(before)
    rows = [
        (unit, outcome, order, period, bool(order), bool(t), 1.0 if t else np.nan, c, "HT2015", "woman", float(value))
        for unit, t, c, *pair in zip(labels, treated, clusters, before, after, strict=True)
        for order, (period, value) in enumerate(zip((BEFORE, AFTER), pair, strict=True))
    ]
    return pd.DataFrame(rows, columns=TABLE)


def panel_table(y: np.ndarray, after: np.ndarray, *, outcome: str, cluster: Sequence[str] | None = None) -> pd.DataFrame:
    """Return table rows of public units: `y` and `after` (treated in that period) of shape (units, periods)."""
    rows = []
    for i in range(len(y)):
        first = float(after[i].argmax()) if after[i].any() else np.nan
        for t in range(y.shape[1]):
            name = f"u{i:04d}"
            label = cluster[i] if cluster is not None else name
            rows.append((name, outcome, t, str(2000 + t), bool(after[i, t]), bool(after[i].any()), first, label, "", "", y[i, t]))
    return pd.DataFrame(rows, columns=TABLE)


TABLE = ["unit", "outcome", "order", "period", "is_after", "treated", "treated_order", "cluster", "cohort", "sex", "value"]


def frame_of(
    table: pd.DataFrame,
    *,
    activities: pd.DataFrame | None = None,
    observed: pd.DataFrame | None = None,
    start: date = date(2015, 9, 1),
    evaluated_on: date = date(2017, 6, 30),
) -> AnalysisFrame:
    """Return an analysis frame around rows of a table; everybody in it started on the same day."""
    table = table.sort_values(["outcome", "unit", "order"], kind="stable").reset_index(drop=True)
    persons = table.drop_duplicates("unit")[["unit", "treated", "cluster", "sex", "cohort"]].copy()
    persons["start"] = pd.Timestamp(start)
    persons["outside"] = None
    if activities is None:
        activities = pd.DataFrame(columns=["unit", "activity", "date", "quantity", "fidelity", "day"])
        activities["date"] = pd.to_datetime(activities["date"])
    return AnalysisFrame(
        table=table,
        persons=persons,
        activities=activities,
        flows=tuple(_flow(table, str(o)) for o in sorted(table["outcome"].unique())),
        occasions=(),
        report=GateReport("test", ()),
        stamps=(),
        evaluated_on=evaluated_on,
        key_id="",
        observed=observed,
    )


def _flow(table: pd.DataFrame, outcome: str) -> SampleFlow:
    units = table[table["outcome"] == outcome].drop_duplicates("unit")
    counts = {"treated": int(units["treated"].sum()), "comparison": int((~units["treated"].astype(bool)).sum())}
    return SampleFlow(outcome, tuple(FlowArm(g, n, n, DisclosureEvidence(n)) for g, n in counts.items()), ())


EMPTY_REGISTER = InstrumentRegister(instruments=())


def identity(plan: EvaluationPlan) -> PlanIdentity:
    """Return the identity of a plan that nobody has hashed."""
    return PlanIdentity(
        id=plan.id,
        title=plan.title,
        version=plan.version,
        sha256="0" * 64,
        language=plan.language,
        data_kind=plan.data_kind.value,
        synthetic=plan.synthetic,
        primary_outcome=plan.primary_outcome,
        decisive_occasion=plan.decisive_occasion or "",
        locked=False,
    )


PROVENANCE = Provenance(date(2017, 6, 30), "0.1.0", "3.13", "", (), (), "0" * 64, "")
