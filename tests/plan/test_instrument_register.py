"""The register: every number has a source, a norm is the one that was asked for or none, and a status is earned."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from evalkit.errors import PlanError
from evalkit.plan.instrument_parts import Grounded
from evalkit.plan.instrument_text import instrument_text
from evalkit.plan.instruments import Instrument, InstrumentRegister
from evalkit.plan.norm_rows import NormRow
from evalkit.plan.norms import Missing, NormRefusal, find_norm
from evalkit.plan.register import load_register
from evalkit.plan.signed_checks import current_status, cutoff_key, sign, write_checks
from pydantic import BaseModel

FOLDER = Path(__file__).parents[2] / "params" / "instruments"
DAY = date(2026, 11, 22)
NOT_MEASURED = {"tier", "level"}
"""Numbers that evalkit gives itself: the order of its own proposal, and of the bands."""


@pytest.fixture(scope="module")
def register() -> InstrumentRegister:
    return load_register(FOLDER)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the register that a test may sign and change."""
    own = tmp_path / "params" / "instruments"
    shutil.copytree(FOLDER, own)
    return own


def numbers(part: object, sources: tuple[str, ...], place: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield every number in a part with the sources that carry it."""
    if isinstance(part, Grounded):
        sources = part.sources
    if isinstance(part, BaseModel):
        for name in type(part).model_fields:
            if name not in NOT_MEASURED:
                yield from numbers(getattr(part, name), sources, f"{place}/{name}")
    elif isinstance(part, tuple):
        for position, entry in enumerate(part):
            yield from numbers(entry, sources, f"{place}/{position}")
    elif isinstance(part, (int, float)) and not isinstance(part, bool):
        yield place, sources


def grounded_numbers(one: Instrument) -> Iterator[tuple[str, tuple[str, ...]]]:
    own = one.items.sources if one.items is not None else ()
    for name in type(one).model_fields:
        value = getattr(one, name)
        if name in ("age_from", "age_to"):
            yield from numbers(value, one.age_ground.sources if one.age_ground else (), f"{one.id}/{name}")
        elif name == "scales":
            for scale in one.scales:
                in_set = next((value_set.sources for value_set in one.value_sets if value_set.scale == scale.id), ())
                sources = scale.ground.sources if scale.ground else in_set or own
                yield from numbers(scale, sources, f"{one.id}/{scale.id}")
        elif name not in NOT_MEASURED:
            yield from numbers(value, (), f"{one.id}/{name}")


def test_not_one_number_is_without_a_source(register: InstrumentRegister) -> None:
    cited = {source.id for source in register.sources}
    found = [pair for one in register.instruments for pair in grounded_numbers(one)]
    assert len(found) > 1000
    assert [place for place, sources in found if not sources] == []
    assert {name for _, sources in found for name in sources} <= cited
    assert {row.source for row in register.norms} <= cited
    assert len(register.norms) == 27


def test_the_walk_sees_a_number_that_lost_its_source(register: InstrumentRegister) -> None:
    who5 = register.find("who5")
    assert who5 is not None
    bare = who5.model_copy(update={"age_ground": None})
    assert [place for place, sources in grounded_numbers(bare) if not sources] == ["who5/age_from"]


def test_what_is_known_from_memory_is_a_draft(register: InstrumentRegister) -> None:
    memory = [row for one in register.instruments for row in (*one.cutoffs, *one.reliability) if set(row.sources) == {"mem"}]
    assert len(memory) > 5
    assert {row.status for row in memory} == {"draft"}
    assert {row.confidence for row in memory} == {"well_known"}


def test_the_ten_proposed_instruments_are_there_with_rules_licence_and_pitfalls(register: InstrumentRegister) -> None:
    sdq, alcohol_drugs = ("sdq_self", "sdq_parent", "sdq_teacher"), ("audit", "audit_c", "dudit")
    for name in (*sdq, "who5", "eq5d5l", "kidscreen10", "phq9", "gad7", *alcohol_drugs, "whodas12", "asrs11"):
        one = register.find(name)
        assert one is not None
        assert one.items is not None
        assert one.missing
        assert one.recalls
        assert one.rights is not None
        assert one.measures
        assert one.psynk
        assert one.tier == 1


@pytest.mark.parametrize("name", [
    "sdq_self", "sdq_parent", "sdq_teacher", "who5", "eq5d5l", "kidscreen10", "phq9", "madrs_y", "gad7", "audit", "audit_c",
    "dudit", "whodas12", "asrs11",
])  # fmt: skip
def test_each_proposed_instrument_is_complete_or_says_that_there_is_no_source(name: str, register: InstrumentRegister) -> None:
    """Every field that the register is to hold: there, or named as lacking where the instrument is explained."""
    one = register.find(name)
    assert one is not None
    assert one.tier == 1
    assert one.items is not None
    assert all(part for part in (one.recalls, one.licence, one.rights, one.psynk, one.pitfalls, one.measures, one.age_ground))
    assert {scale.direction for scale in one.scales} <= {"higher_better", "lower_better", "neutral"}
    text = instrument_text(register, one)
    sections = {part.split("\n", 1)[0]: part.split("\n", 1)[1] for part in text.split("\n\n")[1:]}
    assert sections.keys() >= {"Skalor", "Svar", "Tomma svar", "Gränser", "Normer", "Reliabilitet", "Fallgropar", "Källor"}
    for title, there in (("Tomma svar", one.missing), ("Gränser", one.cutoffs), ("Reliabilitet", one.reliability)):
        assert ("ingen källa" in sections[title]) is not bool(there)
    assert ("inga frågor vänds" in sections["Svar"]) is not bool(one.items.reversed)


def test_commercial_tests_hold_no_item_keys(register: InstrumentRegister) -> None:
    commercial = [one for one in register.instruments if one.licence == "commercial"]
    assert len(commercial) >= 9
    for one in commercial:
        assert all(not scale.items for scale in one.scales)
        assert one.items is None or not one.items.reversed
        assert one.rights is not None
        assert not one.rights.store_items


def asked(register: InstrumentRegister, **changes: object) -> NormRow | NormRefusal:
    question = {"instrument": "sdq_self", "scale": "total", "sex": "f", "age": 13.0, "country": "NL"} | changes
    return find_norm(register, question.pop("instrument"), question.pop("scale"), **question)  # type: ignore[arg-type]


def test_the_row_that_was_asked_for_is_given(register: InstrumentRegister) -> None:
    row = asked(register)
    assert isinstance(row, NormRow)
    assert (row.country, row.sex, row.mean, row.sd) == ("NL", "f", 8.7, 5.1)
    assert isinstance(asked(register, age=17.9), NormRow)


@pytest.mark.parametrize(
    ("changes", "missing", "says"),
    [
        ({"instrument": "sdq_jag"}, Missing.INSTRUMENT, "finns inte i registret"),
        ({"scale": "totalt"}, Missing.SCALE, "där finns"),
        ({"scale": "peer"}, Missing.NORM, "har ingen norm"),
        ({"country": "SE"}, Missing.COUNTRY, "registret har GB, NL"),
        ({"age": 11.9}, Missing.AGE, "12–17 år"),
        ({"age": 18.0}, Missing.AGE, "för 18 år"),
        ({"age": None}, Missing.AGE, "utan åldersgräns"),
        ({"country": "GB"}, Missing.SEX, "registret har all"),
        ({"require": "secured"}, Missing.STATUS, "evalkit instruments secure"),
        ({"edition": "2021"}, None, ""),
        ({"norm_set": "UK-1999-self"}, Missing.CHOICE, "NL-12-17-self"),
        ({"instrument": "dudit", "country": "SE", "sex": "all", "age": 30}, Missing.KIND, "clinical"),
        ({"instrument": "hads", "scale": "anxiety", "country": "SE", "sex": "all", "age": 30}, Missing.AGE, "ej angiven"),
    ],
)
def test_nothing_else_is_given_instead(
    changes: dict[str, object], missing: Missing | None, says: str, register: InstrumentRegister
) -> None:
    answer = asked(register, **changes)
    if missing is None:
        assert isinstance(answer, NormRow)
        return
    assert isinstance(answer, NormRefusal)
    assert answer.missing is missing
    assert says in answer.text


def test_a_row_of_another_edition_is_not_given(register: InstrumentRegister) -> None:
    rows = tuple(row.model_copy(update={"edition": "Fjärde utgåvan"}) for row in register.norms)
    answer = find_norm(
        register.model_copy(update={"norms": rows}), "wisc5", "full_scale", sex="f", age=10, country="XN", require="secured"
    )
    assert isinstance(answer, NormRefusal)
    assert answer.missing is Missing.EDITION


def test_two_sets_that_fit_are_a_choice_that_the_caller_makes(register: InstrumentRegister) -> None:
    row = next(row for row in register.norms if row.norm_id == "NL-12-17-self.sdq_self.total.f")
    twin = row.model_copy(update={"norm_id": "annan", "norm_set": "NL-2030"})
    both = register.model_copy(update={"norms": (*register.norms, twin)})
    answer = asked(both)
    assert isinstance(answer, NormRefusal)
    assert answer.missing is Missing.CHOICE
    assert asked(both, norm_set="NL-2030") == twin


def test_a_metric_is_a_class_of_its_own(register: InstrumentRegister) -> None:
    row = find_norm(register, "laskedjor", "stanine", sex="f", age=10, country="SE", require="secured")
    assert isinstance(row, NormRow)
    assert (row.kind, row.status, row.mean, row.sd) == ("metric", "draft", 5, 2)


ROW = "SE-Jamtland-1997.hads.anxiety.all"


def signed(folder: Path, target: str, *checkers: str) -> InstrumentRegister:
    for checker in checkers:
        write_checks(folder, sign(load_register(folder), target, checker, "tabell 2", DAY))
    return load_register(folder)


def test_a_row_is_secured_by_two_names_and_by_no_less(folder: Path) -> None:
    assert current_status(signed(folder, ROW, "ekonom/Anna Berg"), ROW) == "reviewed"
    secured = signed(folder, ROW, "psykolog/Bo Ek")
    assert current_status(secured, ROW) == "secured"
    assert {row.status for row in secured.norms if row.norm_id != ROW} == {"draft"}
    assert [(check.checker, check.page, check.on) for check in secured.checks] == [
        ("ekonom/Anna Berg", "tabell 2", DAY),
        ("psykolog/Bo Ek", "tabell 2", DAY),
    ]


def test_one_person_in_two_roles_is_one_person(folder: Path) -> None:
    signed(folder, ROW, "ekonom/Anna Berg")
    with pytest.raises(PlanError, match="två olika namn"):
        signed(folder, ROW, "chef/anna  berg")


def test_a_number_changed_after_the_check_is_a_draft_again(folder: Path) -> None:
    signed(folder, ROW, "ekonom/Anna Berg", "psykolog/Bo Ek")
    table = folder / "norms.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("4.55;3.73", "4.56;3.73"), encoding="utf-8")
    assert current_status(load_register(folder), ROW) == "draft"


def test_a_cutoff_is_secured_the_same_way(folder: Path) -> None:
    register = signed(folder, "audit/SE/total/f", "ekonom/Anna Berg", "psykolog/Bo Ek")
    audit = register.find("audit")
    assert audit is not None
    assert {cutoff_key(audit, cut): cut.status for cut in audit.cutoffs} == {
        "audit/SE/total/m": "draft",
        "audit/SE/total/f": "secured",
        "audit/WHO-zones/total": "draft",
    }


@pytest.mark.parametrize(("target", "code"), [("audit/WHO-zones/total", "NORM-SOURCE"), ("ingen.sådan", "PAR-REF")])
def test_memory_and_the_unknown_cannot_be_signed(target: str, code: str, folder: Path) -> None:
    with pytest.raises(PlanError) as caught:
        sign(load_register(folder), target, "ekonom/Anna Berg", "sidan", DAY)
    assert caught.value.code == code


def test_a_status_that_no_checks_carry_is_refused(folder: Path) -> None:
    table = folder / "norms.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(";verified;draft;", ";verified;secured;", 1), encoding="utf-8")
    with pytest.raises(PlanError, match="säger secured") as caught:
        load_register(folder)
    assert caught.value.codes == ("NORM-SECURE",)


def test_a_licensed_table_is_read_with_the_rest_and_marked(folder: Path) -> None:
    table = (folder / "norms.csv").read_text(encoding="utf-8").splitlines()
    licensed = folder.parent.parent / "data" / "raw" / "licensed_norms"
    licensed.mkdir(parents=True)
    row = (
        next(line for line in table if line.startswith(ROW))
        .replace(ROW, "SE-manual.hads.anxiety.all")
        .replace("SE-Jamtland-1997", "SE-manual")
    )
    (licensed / "hads.csv").write_text(f"{table[0]}\n{row}\n", encoding="utf-8")
    register = load_register(folder)
    assert [row.norm_id for row in register.norms if row.licensed] == ["SE-manual.hads.anxiety.all"]
    assert len(register.norms) == 28


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (";4.55;3.73;", ";4,55;3.73;", "decimalpunkt"),
        (";4.55;3.73;", ";;3.73;", "nyckeln saknas"),
        (";all;;;;;624;", ";båda;;;;;624;", "tillåtet"),
        ("response_rate;mean", "svarsandel;mean", "okänd kolumn"),
    ],
)
def test_a_norm_table_is_read_strictly_and_names_the_line(old: str, new: str, says: str, folder: Path) -> None:
    table = folder / "norms.csv"
    text = table.read_text(encoding="utf-8")
    assert old in text
    table.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PlanError, match=r"norms\.csv") as caught:
        load_register(folder)
    assert says in str(caught.value)
    assert "rad " in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("period: two_weeks", "period: last_week"),
        ("system: severity", "systemet: severity"),
        ("sources: [kroenke2001]", "sources: []"),
        ("confidence: verified", "confidence: säker"),
    ],
)
def test_a_file_without_source_system_or_known_period_is_refused(old: str, new: str, folder: Path) -> None:
    path = folder / "phq9.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PlanError, match=r"phq9\.yaml"):
        load_register(folder)
