"""Clean invented answers for trying the rules on scores: adults and pupils, before and after, seeded. Nobody is in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.findings.quality import GateReport
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.records.stations import GatedExtract

Floats = NDArray[np.float64]

ITEMS = {"phq9": 9, "who5": 5, "audit": 10, "eq5d5l": 5, "sdq_self": 25, "meritvarde": 17}
SCALES = {
    "phq9": "total", "who5": "percent", "audit": "total", "eq5d5l": "index_se_2020", "cgas": "total",
    "sdq_self": "total", "kidscreen10": "t_score", "wisc5": "full_scale", "laskedjor": "stanine", "meritvarde": "total",
}  # fmt: skip
FORMS = {"sdq_self": {"recall": "standard"}}
"""What the plan says of the form, where an instrument has several."""
GROUPS = {
    "adults": ("phq9", "who5", "audit", "eq5d5l"),
    "pupils": ("sdq_self", "kidscreen10", "wisc5", "laskedjor", "meritvarde", "cgas"),
}
_BORN = {"adults": "1985-03-01", "pupils": "2002-03-01"}
_START, _END = pd.Timestamp("2015-09-01"), pd.Timestamp("2016-09-15")
_SDQ_TURNED = (7, 11, 14, 21, 25)
_SDQ_KIND = (1, 4, 9, 17, 20)


@dataclass(slots=True)
class Sample:
    """Delivered tables by instrument (two rows a person, before then after), and the persons' birth date."""

    group: str
    tables: dict[str, pd.DataFrame]
    born: str
    with_sex: bool = False

    def extract(self) -> GatedExtract:
        """Return the tables as a gated extract."""
        people = sorted({str(p) for table in self.tables.values() for p in table["person"]})
        listed = pd.DataFrame(
            {"person": people, "group": ["treated", "comparison"] * (len(people) // 2) + ["treated"] * (len(people) % 2)}
        )
        listed = listed.assign(start=_START, birth_date=pd.Timestamp(self.born))
        if self.with_sex:
            listed = listed.assign(sex=sexes(listed["person"]))
        tables: Mapping[str, pd.DataFrame] = {"lista": listed, **self.tables}
        return GatedExtract(tables, GateReport("prov", ()), {}, (), date(2017, 1, 1), "")

    def plan(self) -> EvaluationPlan:
        """Return a plan whose sources are these tables."""
        return EvaluationPlan.model_validate(_plan(self.group, self.tables))


def sexes(people: pd.Series) -> pd.Series:
    """Return the made-up sex of each person: every other number is a woman."""
    return people.str[-1].astype(int).mod(2).map({0: "woman", 1: "man"})


def clean_sample(group: str, n: int, seed: int) -> Sample:
    """Return `n` persons of ``adults`` or ``pupils`` whose scores hang together as published ones do."""
    rng = np.random.default_rng(seed)
    before = rng.normal(size=n)
    trait = np.stack([before, 0.75 * before + np.sqrt(1 - 0.75**2) * rng.normal(size=n)], axis=1).ravel()
    rows = {
        "person": np.repeat([f"p{i:04d}" for i in range(n)], 2),
        "date": np.tile(np.array([_START, _END], dtype="datetime64[ns]"), n),
    }
    return Sample(group, {name: pd.DataFrame(rows).assign(**_scores(name, trait, rng)) for name in GROUPS[group]}, _BORN[group])


def _scores(name: str, trait: Floats, rng: np.random.Generator) -> dict[str, Floats]:
    """Return the columns of one instrument; `trait` is distress."""
    if name == "kidscreen10":
        return {name: np.clip(np.round(50 - 8 * trait + 5 * rng.normal(size=len(trait))), 20, 80)}
    if name == "wisc5":
        return {name: np.clip(np.round(100 + 13 * _kept(trait, rng)), 45, 155)}
    if name == "laskedjor":
        return {name: np.clip(np.round(5 + 1.9 * _kept(trait, rng)), 1, 9)}
    if name == "cgas":
        return {name: np.clip(np.round(62 - 10 * trait + 6 * rng.normal(size=len(trait))), 5, 95)}
    return {f"f{i + 1}": column for i, column in enumerate(_items(name, trait, rng).T)}


def _items(name: str, trait: Floats, rng: np.random.Generator) -> Floats:
    n_items = ITEMS[name]
    noise = rng.normal(size=(len(trait), n_items))
    shared = 0.75 * trait[:, None] + 0.66 * noise
    if name == "phq9":
        return np.clip(np.round(1.0 + 0.9 * shared), 0, 3)
    if name == "who5":
        return np.clip(np.round(2.5 - 1.2 * shared), 0, 5)
    if name == "eq5d5l":
        return np.clip(np.round(2.2 + 0.9 * shared), 1, 5)
    if name == "audit":
        answers = np.clip(np.round(1.4 + 1.0 * shared), 0, 4)
        answers[:, 8:] = 2 * np.round(answers[:, 8:] / 2)
        return answers
    if name == "sdq_self":
        answers = np.clip(np.round(0.9 + 0.7 * shared), 0, 2)
        turned = [i - 1 for i in (*_SDQ_TURNED, *_SDQ_KIND)]
        answers[:, turned] = 2 - answers[:, turned]
        return answers
    points = np.array([0.0, 10.0, 12.5, 15.0, 17.5, 20.0])
    return np.asarray(points[np.clip(np.round(2.6 - 1.0 * shared), 0, 5).astype(int)], dtype=np.float64)


def _kept(trait: Floats, rng: np.random.Generator) -> Floats:
    """Return an ability that has nothing to do with distress but keeps from before to after."""
    own = np.repeat(rng.normal(size=len(trait) // 2), 2)
    return np.asarray(0.9 * own + 0.44 * rng.normal(size=len(trait)), dtype=np.float64)


def _plan(group: str, tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    better = {"phq9": "lower_better", "audit": "lower_better", "sdq_self": "lower_better"}
    outcomes = [
        {"id": name, "label": name, "unit": "p", "kind": "score", "direction": better.get(name, "higher_better"),
         "instruments": [{"instrument": name, "scale": SCALES[name], **FORMS.get(name, {})}]}
        for name in GROUPS[group]
    ]  # fmt: skip
    who = [{"name": "person", "role": "person", "kind": "identity"}]
    listed = [*who, {"name": "group", "role": "group", "kind": "category"}, {"name": "start", "role": "start", "kind": "date"}]
    sources = [_source("lista", "person", listed)]
    for name, table in tables.items():
        columns = [*who, {"name": "date", "role": "date", "kind": "date"}]
        columns += [
            {"name": c, "role": "item", "kind": "integer", "outcome": name, "item": c[1:]} for c in table.columns if c[0] == "f"
        ]
        columns += [{"name": "summa", "role": "value", "kind": "decimal", "outcome": name}] if name in table.columns else []
        sources.append(_source(name, "measurement", columns))
    return {
        "plan_format": "1", "id": "prov", "title": "Prov", "municipality": "Prov", "data_kind": "persons", "synthetic": "true",
        "seed": "1", "versions": [{"version": "2015-01-01", "decided_by": "Prov", "reason": "Prov"}], "background": "Prov",
        "target_group": {"description": "Prov"}, "theory_of_change": {"why": "P", "who": "P", "what": "P", "how": "P"},
        "outcomes": outcomes, "primary_outcome": GROUPS[group][0], "sources": sources,
        "occasions": [
            {"id": "fore", "label": "Före", "role": "before", "day_from": "-60", "target_day": "0", "day_to": "30"},
            {"id": "efter", "label": "Efter", "role": "after", "day_from": "100", "target_day": "365", "day_to": "430"},
        ],
        "design": {"analyses": ["pre_post"], "comparison": "other_persons", "assigned_at": "person"},
    }  # fmt: skip


def _source(name: str, row: str, columns: list[dict[str, Any]]) -> dict[str, Any]:
    return {"id": name, "label": name, "owner": "Prov", "row": row, "files": f"{name}*.csv", "columns": columns}
