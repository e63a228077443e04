"""One row per person out of several sources."""

from __future__ import annotations

import pandas as pd
import pytest
from evalkit.errors import GateClosed
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.records.calendar import period_bounds, whole_years
from evalkit.records.codebook import open_case, roster
from evalkit.records.scoring import score
from evalkit.records.stations import GatedExtract, RawExtract
from tests.support.people import EVALUATED_ON, gated, measured, months, persons, plan_mapping, plan_of, register_of

TWO = persons(("a", "treated", "2016-09-01"), ("b", "comparison", "2016-10-01"))


def people(extract: GatedExtract, **changes: object) -> pd.DataFrame:
    return score(extract, plan_of(**changes), register_of()).persons.set_index("unit")


def test_comparison_persons_start_at_their_index_date():
    table = people(gated(lista=TWO))
    assert table.loc["a", "start"] == pd.Timestamp("2016-09-01")
    assert table.loc["b", "start"] == pd.Timestamp("2016-10-01")
    assert table["treated"].to_dict() == {"a": True, "b": False}
    assert table["outside"].isna().all()


def test_a_start_of_a_comparison_person_never_stands_in_for_the_missing_index_date():
    late = TWO.assign(start=pd.to_datetime(["2016-09-01", "2017-03-01"]), index_date=pd.NaT)
    assert people(gated(lista=late)).loc["b", "outside"] == "no_start_date"


@pytest.mark.parametrize(("started", "crossed"), [("2017-12-05", 1), ("2017-12-06", 0), (None, 0)])
def test_comparison_persons_who_got_the_intervention_before_their_follow_up_stay_and_are_counted(started: str | None, crossed: int):
    # Index date 1 October 2016; the decisive window ends on day 430, 5 December 2017.
    listed = TWO.assign(start=pd.to_datetime(["2016-09-01", started]))
    scored = score(gated(lista=listed), plan_of(), register_of())
    found = next(o for o in scored.report.outcomes if o.code == "SC-CROSSOVER")
    assert (found.n_checked, found.n_failed, found.passed) == (1, crossed, crossed == 0)
    assert scored.persons["outside"].isna().all()


def test_somebody_outside_without_a_known_group_is_counted_beside_the_flow():
    scored = score(gated(lista=TWO, outside={"consent_unknown": ("x",)}), plan_of(), register_of())
    found = next(o for o in scored.report.outcomes if o.code == "SC-NO-ARM")
    assert (found.n_checked, found.n_failed) == (3, 1)
    assert scored.persons["unit"].tolist() == ["a", "b"]


def test_without_start_a_person_is_outside_for_that_reason():
    assert (
        people(gated(lista=persons(("a", "treated", None), ("b", "comparison", "2016-10-01")))).loc["a", "outside"]
        == "no_start_date"
    )


@pytest.mark.parametrize(
    ("born", "reason"),
    [
        ("2001-09-01", None),
        ("2001-09-02", "outside_target_group"),
        ("1990-09-02", None),
        ("1990-09-01", "outside_target_group"),
        (None, None),
    ],
)
def test_the_target_group_is_judged_in_whole_years_at_start(born: str | None, reason: str | None):
    # Start 1 September 2016, target group 15 to 25: fifteen that very day is in, one day short of it is out.
    listed = persons(("a", "treated", "2016-09-01"), birth_date=pd.to_datetime([born]))
    found = people(gated(lista=listed)).loc["a", "outside"]
    assert found == reason if reason else pd.isna(found)


def test_birth_dates_read_from_identities_in_another_source_count_too():
    skattning = measured(("a", "2016-09-01", 40.0), birth_date=pd.to_datetime(["1980-01-01"]))
    assert people(gated(lista=TWO, skattning=skattning)).loc["a", "outside"] == "outside_target_group"


def test_the_first_source_wins_and_the_disagreement_is_counted():
    twice = pd.concat([TWO.assign(sex="woman"), TWO.assign(sex="man").iloc[:1]], ignore_index=True)
    scored = score(gated(lista=twice), plan_of(), register_of())
    assert scored.persons.set_index("unit").loc["a", "sex"] == "woman"
    conflict = next(o for o in scored.report.outcomes if o.code == "SC-CONFLICT")
    assert (conflict.n_failed, conflict.passed, conflict.column) == (1, False, "sex")
    assert "woman" not in conflict.message


def test_persons_kept_outside_are_counted_in_their_group():
    extract = gated(lista=TWO, outside={"consent_unknown": ("x",), "consent_withdrawn": ("y",)})
    known = GatedExtract(
        extract.tables,
        extract.report,
        extract.outside,
        (),
        extract.evaluated_on,
        "",
        outside_groups={"x": "comparison", "y": "treated"},
    )
    table = people(known)
    assert table.loc["x", "outside"] == "consent_unknown"
    assert table["treated"].to_dict() == {"a": True, "b": False, "x": False, "y": True}


def test_a_plan_without_a_list_of_persons_takes_everybody_in_its_tables():
    mapping = plan_mapping()
    source = mapping["sources"][1]
    source["columns"].insert(
        1, {"name": "grupp", "role": "group", "kind": "category", "labels": {"i": "treated", "k": "comparison"}}
    )
    mapping["sources"] = [source]
    rows = measured(("a", None, 40.0), ("b", None, 50.0), group=["treated", "comparison"], occasion=["start", "start"])
    scored = score(gated(skattning=rows), plan_of(mapping), register_of())
    assert scored.persons["unit"].tolist() == ["a", "b"]
    assert scored.persons["outside"].isna().all()


def test_a_person_in_both_groups_closes_the_gate():
    both = pd.concat([TWO, TWO.assign(group="comparison").iloc[:1]], ignore_index=True)
    with pytest.raises(GateClosed, match="1 personer står i båda grupperna"):
        people(gated(lista=both))


def test_a_person_without_group_closes_the_gate():
    with pytest.raises(GateClosed, match="1 av 2 personer saknar grupp"):
        people(gated(lista=TWO.assign(group=["treated", None])))


def test_rows_of_unlisted_persons_are_counted_and_left_out():
    scored = score(
        gated(lista=TWO, skattning=measured(("a", "2016-09-01", 1.0), ("z", "2016-09-01", 2.0))), plan_of(), register_of()
    )
    assert scored.measurements["unit"].unique().tolist() == ["a"]
    lost = next(o for o in scored.report.outcomes if o.rule == "row-unmatched.skattning")
    assert (lost.n_checked, lost.n_failed) == (2, 1)


def test_register_rows_get_the_first_and_last_day_of_their_period():
    scored = score(gated(lista=TWO, skola=months(("a", "2016-02", 5.0))), plan_of(), register_of())
    row = scored.periods.iloc[0]
    assert (row["first"], row["last"]) == (pd.Timestamp("2016-02-01"), pd.Timestamp("2016-02-29"))


def test_periods_are_read_in_every_declared_form():
    texts = pd.Series(["2016", "2016-02", "2016K4", "VT2016", "HT 2015", None], dtype="object")
    first, last = period_bounds(texts, "skola")
    assert [f"{a:%y%m%d}-{b:%y%m%d}" for a, b in zip(first[:5], last[:5], strict=True)] == [
        "160101-161231",
        "160201-160229",
        "161001-161231",
        "160101-160630",
        "150701-151231",
    ]
    assert pd.isna(first[5])
    years, _ = period_bounds(pd.Series([1996.0]), "skola")
    assert years[0] == pd.Timestamp("1996-01-01")


@pytest.mark.parametrize("nonsense", ["2016-13", "ST2016", "16", "2016K5", "hösten"])
def test_a_period_in_no_known_form_closes_the_gate_without_being_quoted(nonsense: str):
    with pytest.raises(GateClosed, match="skola: 1 perioder går inte att tolka") as caught:
        period_bounds(pd.Series([nonsense, "2016-01"]), "skola")
    assert nonsense not in str(caught.value)


def test_ages_are_whole_years_also_for_those_born_on_a_leap_day():
    born = pd.to_datetime(pd.Series(["2000-02-29", "2000-02-29", "2000-03-01"]))
    days = pd.to_datetime(pd.Series(["2015-02-28", "2015-03-01", "2015-03-01"]))
    assert whole_years(born, days).tolist() == [14.0, 15.0, 15.0]


def test_the_gate_and_scoring_agree_on_who_has_no_start():
    """A comparison person's own later start is no index date, for either of them."""
    late = TWO.assign(start=pd.to_datetime(["2016-09-01", "2017-03-01"]), index_date=pd.NaT, _file="l.csv", _line=[2, 3])
    case = open_case(RawExtract({"lista": late}, (), (), EVALUATED_ON, ""), plan_of(), register_of())
    assert roster(case).set_index("person")["start"].isna().to_dict() == {"a": False, "b": True}
    assert people(gated(lista=late)).loc["b", "outside"] == "no_start_date"


def test_background_in_figures_is_numbers_and_figures_with_labels_are_words():
    """A matching would else take each age or score for a category of its own, and name it in the report."""
    mapping = plan_mapping()
    mapping["sources"][0]["columns"] += [
        {"name": "betyg", "role": "attribute", "kind": "decimal", "required": "false"},
        {"name": "kod", "role": "attribute", "kind": "integer", "labels": {"1": "gymnasium", "2": "ingen"}, "required": "false"},
    ]
    listed = TWO.assign(betyg=pd.Series([12.5, None], dtype="float64"), kod=["gymnasium", "ingen"])
    found = score(gated(lista=listed), EvaluationPlan.model_validate(mapping), register_of()).persons.set_index("unit")
    assert found["betyg"].dtype == "float64"
    assert found.loc["a", "betyg"] == 12.5
    assert pd.isna(found.loc["b", "betyg"])
    assert found["kod"].tolist() == ["gymnasium", "ingen"]
