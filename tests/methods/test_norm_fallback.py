"""No norm is taken silently instead of another: each way that it could happen, refused; the one that is declared, named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from evalkit.methods.norm_lookup import FoundNorm, norm_of
from evalkit.plan.instrument_use import InstrumentUse
from evalkit.plan.instruments import InstrumentRegister
from evalkit.plan.norm_rows import NormRow
from evalkit.plan.norms import Missing, NormRefusal, find_norm
from evalkit.plan.register import load_register

REGISTER = load_register(Path(__file__).parents[2] / "params" / "instruments")
PHQ9 = REGISTER.find("phq9")
TOTAL = PHQ9.scale("total")
PATTERN = next(row for row in REGISTER.norms if row.norm_id == "DE-2003-08.phq9.total.f")


def row(sex: str, mean: float, **changes: Any) -> NormRow:
    given = {"norm_set": "SE-prov", "country": "SE", "sex": sex, "mean": mean, "age_from": 18, "age_to": 29, **changes}
    place = f"{given['norm_set']}.{given['country']}.{sex}.{given['age_from']}.{given.get('edition')}"
    return PATTERN.model_copy(update={**given, "norm_id": place})


def look(rows: list[NormRow], *people: tuple[str, float | None], edition: str | None = None, **use: Any) -> FoundNorm:
    instrument = PHQ9.model_copy(update={"edition": edition})
    register = InstrumentRegister(instruments=(instrument,), norms=tuple(rows), sources=REGISTER.sources)
    return norm_of(register, InstrumentUse(instrument="phq9", **use), instrument, TOTAL, people)


def means(found: FoundNorm) -> list[float | None]:
    return [None if one is None else one.mean for one in found.rows]


def test_a_set_for_both_sexes_together_is_used_for_each_and_says_for_whom():
    found = look([row("all", 3.0, year_to=2018)], ("f", 20.0), ("m", 21.0))
    (used,) = found.references
    assert means(found) == [3.0, 3.0]
    assert (used.id, used.sex, used.age_from, used.age_to, used.country, used.year) == (
        "SE-prov.SE.all.18.None", "all", 18, 29, "SE", 2018)  # fmt: skip
    assert used.stands_for == "f,m"


def test_the_row_of_the_own_sex_goes_before_the_joint_one():
    found = look([row("f", 4.0), row("m", 2.0), row("all", 3.0)], ("f", 20.0), ("m", 20.0), ("all", 20.0))
    assert means(found) == [4.0, 2.0, 3.0]
    assert {one.stands_for for one in found.references} == {""}


def test_a_set_that_tells_the_sexes_apart_but_lacks_one_has_no_norm_for_it():
    """Men held against the joint row and women against their own would make a difference out of nothing."""
    found = look([row("f", 4.0), row("all", 3.0)], ("m", 20.0), ("f", 20.0))
    assert means(found) == [None, 4.0]
    assert look([row("f", 4.0), row("all", 3.0)], ("m", 20.0)).missing == "age"


@pytest.mark.parametrize("rows", [[row("all", 3.0)], [row("f", 4.0), row("m", 2.0), row("all", 3.0)]])
def test_another_age_band_is_never_taken(rows):
    assert means(look(rows, ("f", 30.0), ("m", 17.9), ("all", 44.0))) == [None, None, None]
    assert look(rows, ("f", 30.0)).missing == "age"


def test_the_joint_row_of_another_age_is_not_taken_for_a_sex_whose_own_row_is_for_others():
    assert means(look([row("f", 4.0), row("m", 2.0), row("all", 3.0, age_from=30, age_to=49)], ("f", 35.0))) == [None]


def test_an_unknown_age_is_for_no_band():
    assert means(look([row("all", 3.0)], ("f", None))) == [None]


@pytest.mark.parametrize("rows", [[row("all", 3.0, country="NO")], [row("f", 4.0, country="NO"), row("m", 2.0, country="NO")]])
def test_another_country_is_named_and_never_taken(rows):
    found = look(rows, ("f", 20.0), ("all", 20.0))
    assert (means(found), found.missing, found.elsewhere) == ([None, None], "country", ("NO",))


def test_another_edition_is_never_taken_and_the_right_one_is_named():
    assert means(look([row("all", 3.0, edition="IV")], ("f", 20.0), edition="V")) == [None]
    (used,) = look([row("all", 3.0, edition="V")], ("f", 20.0), edition="V").references
    assert used.edition == "V"


def test_of_two_sets_the_plan_chooses():
    rows = [row("all", 3.0), row("all", 5.0, norm_set="SE-annan")]
    assert look(rows, ("f", 20.0)).missing == "choice"
    assert means(look(rows, ("f", 20.0), norm_set="SE-annan")) == [5.0]


def test_clinical_groups_of_the_register_are_given_by_name_and_never_unasked():
    """Both clinical groups of the research draft, each with its source."""
    clinical = {row.norm_set: row for row in REGISTER.norms if row.kind == "clinical"}
    assert {"AU-2007-mental", "SE-DUDIT-clinical"} <= clinical.keys()
    assert {one.source for one in clinical.values()} <= {source.id for source in REGISTER.sources}
    for asked, age in (("AU-2007-mental", 30.0), ("SE-DUDIT-clinical", None)):
        one = clinical[asked]
        place = {"sex": "all", "age": age, "country": one.country, "norm_set": asked}
        assert find_norm(REGISTER, one.instrument, one.scale, kinds=("clinical",), **place) == one
        refused = find_norm(REGISTER, one.instrument, one.scale, **place)
        assert isinstance(refused, NormRefusal)
        assert refused.missing in (Missing.KIND, Missing.CHOICE, Missing.COUNTRY)
