"""What must agree inside a plan: persons, public data, sources and columns; and what only deserves a warning."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from evalkit.errors import PlanError
from evalkit.plan.loader import load_plan, parse_plan, plan_warnings
from evalkit.plan.register import load_register
from evalkit.plan.strict_yaml import parse_document, read_document
from evalkit.plan.writing import to_yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.corpus_plan import corpus_mapping

PARAMS = Path(__file__).parents[2] / "params"
DEMO = PARAMS / "interventions" / "np-samverkan.yaml"
PUBLIC = PARAMS / "interventions" / "exempel-rkd.yaml"


def changed(path: Path, *changes: tuple[str, Any]) -> dict[str, Any]:
    """Return a plan's texts with values set at dotted places; None removes the key."""
    plan = read_document(path).data
    for place, value in changes:
        target: Any = plan
        *above, last = [int(step) if step.isdigit() else step for step in place.split(".")]
        for step in above:
            target = target[step]
        if value is None:
            del target[last]
        else:
            target[last] = value
    return plan


def faults(plan: dict[str, Any]) -> PlanError:
    with pytest.raises(PlanError) as caught:
        parse_plan(f"{plan['id']}.yaml", to_yaml(plan).encode("utf-8"))
    return caught.value


def column(name: str, role: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "role": role, "kind": kind, **more}


PERSONS = [
    ("sources.0.columns.0", column("nummer", "attribute", "text"), "PAR-REF", "role: person"),
    ("sources.0.legal_ground", None, "PAR-LEGAL", "rättslig grund"),
    ("sources.0.columns.1", column("grupp", "attribute", "category"), "PAR-REF", "treated"),
    ("sources.0.columns.1", column("grupp", "group", "category"), "PAR-VALUE", "treated"),
    ("sources.0.columns.1.labels", {"insats": "treated"}, "PAR-REF", "comparison"),
    ("sources.0.columns.2", column("startdatum", "attribute", "date"), "PAR-REF", "role: start"),
    ("sources.0.columns.5.labels", None, "PAR-VALUE", "woman"),
    ("sources.0.columns.6.labels", None, "PAR-VALUE", "withdrawn"),
    ("sources.0.columns.8", column("kommentar", "text", "category"), "PAR-VALUE", "tillåtet: text"),
    ("sources.0.columns.8", column("kod", "attribute", "identity"), "PAR-VALUE", "identity"),
    ("sources.0.columns.8", column("start2", "start", "date"), "PAR-DUP", "högst en"),
    ("sources.0.columns.8", column("kommun", "unit", "category"), "PAR-VALUE", "public"),
    ("sources.1.columns.1", column("matdatum", "attribute", "date"), "PAR-REF", "role: date"),
    ("sources.1.columns.3.outcome", "franvaro", "PAR-REF", "ingen källa levererar"),
    ("sources.1.columns.3.minimum", "200", "PAR-VALUE", "före"),
    ("sources.2.columns.1", column("månad", "attribute", "period"), "PAR-REF", "role: period"),
    ("sources.2.columns.2.outcome", None, "PAR-REF", "outcome"),
    ("sources.2.row", "panel", "PAR-VALUE", "public"),
    ("sources.4.columns.2", column("aktivitet", "attribute", "category"), "PAR-REF", "role: activity"),
    ("sources.0.constants", {"grupp": "treated"}, "PAR-KEY", "menade du ”group”"),
    ("sources.0.constants", {"group": "treated"}, "PAR-DUP", "redan en kolumn"),
    ("sources.1.constants", {"occasion": "starten"}, "PAR-REF", "menade du ”start”"),
    ("design.treatment", {"when": "above", "threshold": "1"}, "PAR-VALUE", "public"),
    ("data_kind", "public", "PAR-MISSING", "regel"),
    ("occasions", [], "PAR-VALUE", "role: before"),
]


@pytest.mark.parametrize(("place", "value", "code", "says"), PERSONS)
def test_a_plan_about_persons_must_agree_with_itself(place: str, value: Any, code: str, says: str) -> None:
    error = faults(changed(DEMO, (place, value)))
    assert any(f"[{code}]" in line and says in line for line in str(error).splitlines()), str(error)


@pytest.mark.parametrize(
    ("role", "code", "says"),
    [("unit", "PAR-REF", "role: unit"), ("period", "PAR-REF", "role: period"), ("treatment", "PAR-REF", "role: treatment")],
)
def test_public_data_need_a_unit_a_period_and_a_treatment_column(role: str, code: str, says: str) -> None:
    plan = read_document(PUBLIC).data
    for source in plan["sources"]:
        for one in source["columns"]:
            if one["role"] == role:
                one["role"] = "attribute"
    error = faults(plan)
    assert any(f"[{code}]" in line and says in line for line in str(error).splitlines()), str(error)


def test_public_data_need_a_treatment_rule_and_have_no_persons() -> None:
    assert "PAR-MISSING" in faults(changed(PUBLIC, ("design.treatment", None))).codes
    plan = read_document(PUBLIC).data
    plan["sources"][0]["columns"].append(column("nummer", "person", "identity"))
    assert "har inga personer" in str(faults(plan))


def test_a_plan_whose_occasions_stand_in_a_column_needs_no_start_dates() -> None:
    assert parse_plan("felkorpus.yaml", to_yaml(corpus_mapping()).encode("utf-8")).id == "felkorpus"


def test_a_constant_may_say_the_occasion_of_a_whole_file() -> None:
    plan = changed(DEMO, ("sources.1.constants", {"occasion": "start"}))
    assert parse_plan("np-samverkan.yaml", to_yaml(plan).encode("utf-8")).sources[1].constants == {"occasion": "start"}


WARNED = [
    ("target_group.age_to", "29", "28–29 år"),
    ("outcomes.0.expected_effect", "-10", "sämre"),
    ("sources.0.columns.6", column("svar", "attribute", "category"), "samtycke"),
    ("sources.0.columns.5", column("svar", "attribute", "category"), "kön"),
    ("sources.0.columns.3", column("dag", "attribute", "date"), "indexdatum"),
    ("design.comparison_description", None, "inte beskriven"),
    ("sources.2.coverage", None, "täckningstiden"),
    ("sources.3.files", "franvaro_extra*.csv", "samma fil"),
    ("background", "FYLL I något", "fyllas i"),
]


@pytest.mark.parametrize(("place", "value", "says"), WARNED)
def test_what_a_plan_can_run_without_is_a_warning(place: str, value: Any, says: str) -> None:
    plan = parse_plan("np-samverkan.yaml", to_yaml(changed(DEMO, (place, value))).encode("utf-8"))
    warnings = plan_warnings(plan)
    assert len(warnings) == 1
    assert says in warnings[0]


def test_an_instrument_used_outside_its_ages_or_not_secured_is_a_warning() -> None:
    register = load_register(PARAMS / "instruments")
    told = plan_warnings(load_plan(DEMO), register)
    assert [warning for warning in told if "inte säkrade" in warning]
    assert not [warning for warning in told if "utanför" in warning]
    plan = changed(DEMO, ("outcomes.0.instruments.0.age_from", "7"), ("target_group.age_from", "7"))
    told = plan_warnings(parse_plan("np-samverkan.yaml", to_yaml(plan).encode("utf-8")), register)
    assert [warning for warning in told if "utanför sina åldrar (9– år)" in warning]


PLACES = sorted((place for place in parse_document("x", DEMO.read_bytes()).lines if place), key=str)
JUNK = st.recursive(
    st.sampled_from(["", "x", "0", "-1", "2015-01-01", "true", "start"]) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "name", "role", "labels", "x"]), inner, max_size=3)
    ),
    max_leaves=5,
)


@settings(max_examples=200, deadline=None)
@given(place=st.sampled_from(PLACES), junk=JUNK)
def test_whatever_shape_stands_anywhere_the_answer_is_a_plan_or_a_plan_error(place: tuple[str | int, ...], junk: Any) -> None:
    plan = read_document(DEMO).data
    target: Any = plan
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = junk
    assert code_of(plan) is None or str(code_of(plan)).startswith("PAR-")


def code_of(plan: dict[str, Any]) -> str | None:
    try:
        parse_plan("np-samverkan.yaml", to_yaml(plan).encode("utf-8"))
    except PlanError as error:
        return error.code
    return None
