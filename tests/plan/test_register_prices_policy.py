"""The other files that people write: instruments, unit costs, the disclosure policy, and what a plan says about them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from evalkit.errors import PlanError
from evalkit.plan.disclosure import DisclosureLimits, effective_policy, load_policy
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.loader import load_plan, parse_plan
from evalkit.plan.price_rows import check_price_rows, parse_kronor, read_price_rows
from evalkit.plan.references import check_references
from evalkit.plan.register import load_register
from evalkit.plan.unit_costs import UnitCostTable, load_unit_costs
from tests.support.shared import SHARED

PARAMS = Path(__file__).parents[2] / "params"
PLAN = PARAMS / "interventions" / "np-samverkan.yaml"
HEADER = "id;label;kronor;unit;price_year;source;status;overhead_included;comment\n"


def price(name: str = "hvb", year: str = "2014", kronor: str = "4500", unit: str = "dygn") -> str:
    return f"{name};Vård i hem;{kronor};{unit};{year};Påhittad;draft;no;\n"


def costs(folder: Path, text: str, encoding: str = "utf-8") -> UnitCostTable:
    path = folder / "lista.csv"
    path.write_bytes(text.encode(encoding))
    return load_unit_costs(path)


@pytest.mark.parametrize("plan", ["np-samverkan", "skolfam"])
def test_the_demonstrations_name_only_what_exists(plan: str) -> None:
    path = PARAMS / "interventions" / f"{plan}.yaml"
    unit_costs = load_unit_costs(PARAMS / "unit_costs" / "skl-2015.csv")
    check_references(load_plan(path), load_register(PARAMS / "instruments"), unit_costs, load_policy(PARAMS / "disclosure.yaml"))


def changed_plan(old: str, new: str) -> EvaluationPlan:
    text = PLAN.read_text(encoding="utf-8")
    assert old in text
    return parse_plan(PLAN.name, text.replace(old, new, 1).encode("utf-8"))


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ("instrument: who5", "instrument: who6", "PAR-INSTR", "menade du ”who5”"),
        ("scale: percent", "scale: procent", "PAR-INSTR", "menade du ”percent”"),
        ("direction: higher_better\n    minimum: 0\n    maximum: 100", "direction: lower_better", "PAR-INSTR", "registret"),
        ("unit_cost: utredning_bbic", "unit_cost: utredning_bbik", "PAR-REF", "menade du ”utredning_bbic”"),
        ("quality:\n", "disclosure: {min_cell: 5}\nquality:\n", "PAR-LIMIT", "aldrig mildra"),
        ("quality:\n", "disclosure: {round_counts_to: 7}\nquality:\n", "PAR-LIMIT", "multipel"),
    ],
)
def test_a_plan_that_names_what_does_not_exist_is_refused_with_the_nearest_word(
    old: str, new: str, code: str, says: str, tmp_path: Path
) -> None:
    plan = changed_plan(old, new)
    path = tmp_path / PLAN.name
    path.write_text(PLAN.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    unit_costs = load_unit_costs(PARAMS / "unit_costs" / "skl-2015.csv")
    with pytest.raises(PlanError) as caught:
        check_references(
            plan, load_register(PARAMS / "instruments"), unit_costs, load_policy(PARAMS / "disclosure.yaml"), path=path
        )
    assert caught.value.code == code
    assert says in str(caught.value)
    assert "] rad " in str(caught.value)


def test_a_price_list_that_is_not_there_and_every_other_fault_are_told_together() -> None:
    plan = changed_plan("instrument: who5", "instrument: who6")
    with pytest.raises(PlanError) as caught:
        check_references(plan, load_register(PARAMS / "instruments"), None, None)
    assert set(caught.value.codes) == {"PAR-INSTR", "PAR-REF"}


def test_a_price_of_another_year_is_not_carried_over(tmp_path: Path) -> None:
    table = costs(tmp_path, HEADER + price("utredning_bbic", "2013") + price("psykologutredning", "2015"))
    with pytest.raises(PlanError, match="2015") as caught:
        check_references(load_plan(PLAN), load_register(PARAMS / "instruments"), table, None)
    assert caught.value.codes == ("COST-YEAR",)


def test_each_instrument_has_a_source_a_status_and_an_allowed_range() -> None:
    register = load_register(PARAMS / "instruments")
    assert {"who5", "cgas", "sdq_parent", "sdq_teacher", "sdq_self", "wisc4", "wisc5", "laskedjor", "meritvarde"} <= {
        instrument.id for instrument in register.instruments
    }
    for instrument in register.instruments:
        assert instrument.source
        assert instrument.status == "draft"
        for scale in instrument.scales:
            assert scale.minimum < scale.maximum
            low, high, step = (Decimal(str(number)) for number in (scale.minimum, scale.maximum, scale.step))
            assert (high - low) % step == 0
    who5 = register.find("WHO-5")
    assert who5 is not None
    assert {scale.id: (scale.minimum, scale.maximum, scale.step) for scale in who5.scales} == {
        "raw": (0, 25, 1),
        "percent": (0, 100, 4),
    }


def instrument(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


GOOD = """id: {id}
label: {label}
respondent: self
source: Prov
status: draft
scales: [{{id: total, label: T, minimum: 0, maximum: 4, direction: neutral}}]
"""


def test_the_register_tells_the_faults_of_every_file_and_names_that_two_share(tmp_path: Path) -> None:
    instrument(tmp_path, "aa", GOOD.format(id="aa", label="Prov A"))
    instrument(tmp_path, "bb", GOOD.format(id="bb", label="prov a"))
    instrument(tmp_path, "cc", GOOD.format(id="cx", label="C").replace("maximum: 4", "maximum: -4"))
    instrument(tmp_path, "dd", GOOD.format(id="dd", label="D").replace("respondent", "respondant"))
    with pytest.raises(PlanError) as caught:
        load_register(tmp_path)
    assert set(caught.value.codes) == {"PAR-VALUE", "PAR-KEY", "PAR-DUP"}
    assert all(f"{name}.yaml" in str(caught.value) for name in ("bb", "cc", "dd"))


def test_an_empty_register_is_a_register(tmp_path: Path) -> None:
    assert load_register(tmp_path).instruments == ()


@pytest.mark.skipif(not SHARED.exists(), reason="the shared corpus is not on this machine")
@pytest.mark.parametrize(
    ("name", "code"),
    [("i04_unitcost_dup", "COST-DUP"), ("i05_unitcost_unit", "COST-UNIT"), ("i06_unitcost_year_missing", "COST-YEAR")],
)
def test_the_price_lists_of_the_corpus_get_their_verdict(name: str, code: str) -> None:
    path = SHARED / "badinput" / f"{name}.csv"
    with pytest.raises(PlanError) as caught:
        check_price_rows(path.name, read_price_rows(path), wanted=[("HVB", 2015)])
    assert caught.value.code == code
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("rows", "code", "says"),
    [
        (price() + price(kronor="5400"), "COST-DUP", "rad 2"),
        (price() + price(), "COST-DUP", "rad 2"),
        (price(year="2013") + price(year="2014", unit="månad"), "COST-UNIT", "månad"),
        (price() + price(unit="timme"), "COST-UNIT", "timme"),
        (price(kronor="4.500"), "COST-NUM", "tillåtet"),
        (price(kronor="0"), "COST-NUM", "över noll"),
        (price(kronor="-5"), "COST-NUM", "över noll"),
        (price(kronor="4500 kr"), "COST-NUM", "tillåtet"),
        (price(kronor="1e6"), "COST-NUM", "tillåtet"),
        (price(unit="vecka"), "PAR-VALUE", "styck"),
        (price().replace("draft", "klar"), "PAR-VALUE", "secured"),
        (price().replace("Påhittad", ""), "PAR-VALUE", "tomt"),
        (price() + "hvb;bara tre;fält\n", "PAR-VALUE", "3 fält"),
        (price().replace("Vård i hem", "=cmd|x"), "PAR-TEMPLATE", "formel"),
        (price().replace("Vård i hem", '"öppet'), "PAR-VALUE", "citattecken"),
    ],
)
def test_a_price_list_with_one_mistake_is_refused_with_its_line(rows: str, code: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(PlanError) as caught:
        costs(tmp_path, HEADER + rows)
    assert caught.value.code == code
    assert says in str(caught.value)
    assert "rad " in str(caught.value)


def test_columns_are_named_with_the_nearest_right_word(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="menade du ”kronor”") as caught:
        costs(tmp_path, HEADER.replace("kronor", "kroner") + price())
    assert set(caught.value.codes) == {"PAR-KEY", "PAR-MISSING"}
    with pytest.raises(PlanError) as caught:
        costs(tmp_path, HEADER.replace("comment", "label") + price())
    assert "PAR-DUP" in caught.value.codes


def test_a_price_list_from_excel_reads_whatever_its_line_ends_but_not_in_another_encoding(tmp_path: Path) -> None:
    assert costs(tmp_path, ("\ufeff" + HEADER + price(kronor="4 500")).replace("\n", "\r\n")).costs[0].kronor == 4500
    with pytest.raises(PlanError) as caught:
        costs(tmp_path, HEADER + price(), encoding="cp1252")
    assert caught.value.code == "PAR-ENC"
    with pytest.raises(PlanError) as caught:
        costs(tmp_path, "")
    assert caught.value.code == "PAR-EMPTY"


@pytest.mark.parametrize(
    ("text", "kronor"),
    [
        ("4500", 4500.0),
        ("4 500", 4500.0),
        ("4\u00a0500", 4500.0),
        ("4\u202f500,50", 4500.5),
        ("12,5", 12.5),
        ("4 50", None),
        ("4.500", None),
        ("", None),
    ],
)
def test_kronor_are_read_the_swedish_way(text: str, kronor: float | None) -> None:
    assert parse_kronor(text) == kronor


def test_a_thing_priced_for_several_years_is_found_only_with_its_year(tmp_path: Path) -> None:
    table = costs(tmp_path, HEADER + price(year="2013", kronor="4400") + price(year="2014"))
    assert table.find("hvb") is None
    assert table.find("hvb", 2015) is None
    assert (found := table.find("hvb", 2014)) is not None
    assert found.kronor == 4500
    assert table.find("annat") is None


def test_a_plan_may_tighten_the_policy_and_never_loosen_it() -> None:
    policy = load_policy(PARAMS / "disclosure.yaml")
    stricter = effective_policy(policy, DisclosureLimits(min_cell=20, round_counts_to=10))
    assert (stricter.min_cell, stricter.round_counts_to) == (20, 10)
    assert stricter.max_top_two_share == policy.max_top_two_share
    assert effective_policy(policy, DisclosureLimits()) == policy
    for looser in (DisclosureLimits(min_cell=9), DisclosureLimits(round_counts_to=3)):
        with pytest.raises(PlanError) as caught:
            effective_policy(policy, looser)
        assert caught.value.code == "PAR-LIMIT"


def test_without_a_policy_nothing_leaves_and_a_faulty_one_is_named(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="lämnar ingenting") as caught:
        load_policy(tmp_path / "disclosure.yaml")
    assert caught.value.code == "PAR-POLICY"
    path = tmp_path / "disclosure.yaml"
    path.write_text("set_by: X\ndecided: nej\nmin_cel: 10\nround_counts_to: 5\n", encoding="utf-8")
    with pytest.raises(PlanError, match="menade du ”min_cell”"):
        load_policy(path)
