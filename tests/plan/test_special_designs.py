"""What must agree in a plan with one treated unit, a time series, or a population that participants were chosen from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from evalkit.errors import PlanError
from evalkit.plan.loader import parse_plan
from evalkit.plan.strict_yaml import read_document
from evalkit.plan.writing import to_yaml

FOLDER = Path(__file__).parents[2] / "params" / "interventions"
REFERRED = {"mean": "20", "retest": "0.6", "source": "Registret"}


def parsed(name: str, place: str, value: Any, *, spending: str = ""):
    plan: dict[str, Any] = read_document(FOLDER / f"{name}.yaml").data
    target: Any = plan
    *above, last = [int(step) if step.isdigit() else step for step in place.split(".")]
    for step in above:
        target = target[step]
    target[last] = value
    if spending:
        plan["analysis"] = {"spending": spending}
    return parse_plan(f"{plan['id']}.yaml", to_yaml(plan).encode("utf-8"))


def test_the_shipped_examples_are_read():
    assert parsed("exempel-organdonation", "language", "sv").single_unit.decides == "synthetic_did"
    assert parsed("exempel-nilen", "language", "sv").time_series.decides == "level"


@pytest.mark.parametrize(
    ("name", "place", "value", "said"),
    [
        ("np-samverkan", "single_unit", {"decides": "synthetic_did"}, "kommun eller region"),
        ("exempel-organdonation", "design.analyses", ["pre_post"], "kräver did"),
        ("exempel-organdonation", "single_unit", {"left_out": [{"unit": "Ohio", "reason": "x"}] * 2}, "två gånger"),
        ("exempel-organdonation", "single_unit", {"donors": ["Ohio"], "left_out": [{"unit": "Ohio", "reason": "x"}]}, "välj"),
        ("exempel-organdonation", "single_unit", {"decide": "synthetic_did"}, "decides"),
        ("exempel-organdonation", "time_series", {"season": "none"}, "kräver pre_post"),
        ("np-samverkan", "outcomes.0.referred", REFERRED, "skriv referred under instrumentet"),
        ("exempel-nilen", "outcomes.0.referred", REFERRED, "gäller bara personer"),
    ],
)
def test_what_does_not_agree_is_named(name, place, value, said):
    with pytest.raises(PlanError, match=said):
        parsed(name, place, value)


@pytest.mark.parametrize("name", ["exempel-organdonation", "exempel-nilen"])
def test_one_rank_or_one_series_is_tested_once(name):
    with pytest.raises(PlanError, match="spending: none"):
        parsed(name, "language", "sv", spending="pocock")
