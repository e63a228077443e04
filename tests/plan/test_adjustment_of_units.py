"""What a plan on public data may adjust for, and how a unit's background is made: of what was known before the first start."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from evalkit.errors import PlanError
from evalkit.findings.quality import GateReport
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.instruments import InstrumentRegister
from evalkit.plan.loader import parse_plan
from evalkit.plan.strict_yaml import read_document
from evalkit.plan.writing import to_yaml
from evalkit.records.scoring import score
from evalkit.records.stations import GatedExtract

PUBLIC = Path(__file__).parents[2] / "params" / "interventions" / "exempel-hemtjanst.yaml"
OLD = {"name": "old", "role": "attribute", "kind": "decimal"}


def parsed(
    covariates: list[str], *, column: dict[str, Any] = OLD, top: dict[str, Any] | None = None, **design: Any
) -> EvaluationPlan:
    plan: dict[str, Any] = read_document(PUBLIC).data
    plan["design"] |= {"adjustment": {"covariates": covariates}} | design
    plan["sources"][0]["columns"].append(column)
    return parse_plan(f"{plan['id']}.yaml", to_yaml(plan | (top or {})).encode("utf-8"))


def test_a_column_of_the_panel_may_be_named() -> None:
    rules = parsed(["old"]).design.adjustment
    assert rules is not None
    assert (rules.covariates, rules.method) == (("old",), "doubly_robust")


@pytest.mark.parametrize(
    ("covariates", "change", "code", "said"),
    [
        (["cost"], {}, "PAR-VALUE", "är ett effektmått och kan inte vara bakgrund"),
        (["olb"], {}, "PAR-REF", "old"),
        (["public_providers"], {}, "PAR-REF", "role: attribute"),
        (["age"], {}, "PAR-REF", "role: attribute"),
        (["old", "old"], {}, "PAR-DUP", "två gånger"),
        (["old"], {"column": OLD | {"kind": "category"}}, "PAR-VALUE", "måste vara tal"),
        (["old"], {"column": OLD | {"kind": "integer", "labels": {"1": "ja"}}}, "PAR-VALUE", "måste vara tal"),
        (["old"], {"staggered": {"compare_with": "never_treated"}}, "PAR-VALUE", "avgränsa till en startgrupp"),
        (["old"], {"top": {"single_unit": {"decides": "synthetic_did"}}}, "PAR-VALUE", "en enda enhet"),
        (["old"], {"analyses": ["pre_post"]}, "PAR-VALUE", "gäller analysen did"),
    ],
)
def test_what_does_not_fit_is_named_with_the_way_out(covariates: list[str], change: dict[str, Any], code: str, said: str) -> None:
    with pytest.raises(PlanError, match=said) as caught:
        parsed(covariates, **change)
    assert code in str(caught.value)


def units(plan: EvaluationPlan, order: int = 0) -> pd.Series:
    """Return the background of three units over 2014–2017: Bro starts in 2016, Cen started before the panel and is left out."""
    rows = [
        {"unit": unit, "period": float(year), "treatment": share, "cost": 1.0 + n, "hours": 2.0, "old": old}
        for unit, paths in {
            "Aby": ([100] * 4, [10.0, 14.0, 99.0, 99.0]),
            "Bro": ([100, 100, 80, 80], [20.0, np.nan, 99.0, np.nan]),
            "Cen": ([80] * 4, [5.0, 7.0, 99.0, 99.0]),
            "Dal": ([100] * 4, [np.nan, np.nan, 99.0, 99.0]),
        }.items()
        for n, (year, share, old) in enumerate(zip(range(2014, 2018), *paths, strict=True))
    ]
    table = pd.DataFrame(rows).sample(frac=1, random_state=order).reset_index(drop=True)
    extract = GatedExtract({plan.sources[0].id: table}, GateReport("prov", ()), {}, (), date(2018, 1, 1), "")
    return score(extract, plan, InstrumentRegister(instruments=())).persons.set_index("unit")["old"]


@pytest.mark.parametrize("order", [0, 1, 2])
def test_background_is_the_mean_of_what_was_known_before_the_first_start(order: int) -> None:
    found = units(parsed(["old"]), order)
    assert found[["Aby", "Bro", "Cen"]].tolist() == [12.0, 20.0, 6.0]
    assert np.isnan(found["Dal"])
