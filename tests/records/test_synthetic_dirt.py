"""The usual dirt is really there: corrections, codes, encodings, forms, consent, strangers, editions, those not yet due."""

from datetime import timedelta

import pytest
from evalkit.plan.sources import Role
from evalkit.records.synthetic.rows import person_rows, source_rows
from evalkit.records.synthetic.tables import delivered_tables, number_text
from tests.support.demo import REAL, plan_and_truth, world


@pytest.fixture(scope="module")
def np_world():
    return world("np-samverkan")


@pytest.fixture(scope="module")
def skolfam_world():
    return world("skolfam")


def test_a_corrected_row_is_delivered_wrong_first_and_right_next(np_world):
    source = np_world.plan.source("skattning")
    corrected = [row for row in source_rows(np_world, source) if row.wrong_first]
    assert corrected
    tables = delivered_tables(np_world, source)
    for row in corrected:
        wrong, right = row.wrong_first["valbefinnande"], row.facts["valbefinnande"]
        assert wrong != right
        for nth, value in ((row.first, wrong), (row.first + 1, right)):
            match = [cells for cells in tables[nth] if same_person(cells[0], row.number) and cells[1] == row.day]
            assert [cells[3] for cells in match] == [round(value)]


def same_person(written, number):
    return written in {number_text(number, form) for form in ("long", "long_dash", "short_dash")}


def test_every_form_of_a_number_occurs(np_world):
    table = delivered_tables(np_world, np_world.plan.source("personal"))[-1]
    shapes = {(len(row[0]), "-" in row[0]) for row in table}
    assert shapes == {(12, False), (13, True), (11, True)}


def test_consent_is_unknown_for_some_and_withdrawn_by_some_at_the_last_delivery(np_world):
    last = np_world.truth.deliveries[-1]
    rows = person_rows(np_world, last)
    assert sum(row.facts["consent"] is None for row in rows) == 3
    assert sum(row.facts["consent"] == "withdrawn" for row in rows) == 2
    assert all((row.facts["withdrawn"] is not None) is (row.facts["consent"] == "withdrawn") for row in rows)


def test_late_consent_is_missing_in_an_early_delivery_and_there_in_the_last(np_world):
    late = {person.number for person in np_world.persons if person.consent == "late"}
    seen = [{row.facts["consent"] for row in person_rows(np_world, day) if row.number in late} for day in np_world.truth.deliveries]
    assert seen[-1] == {"yes"}
    assert any(None in answers for answers in seen[:-1])


def test_nothing_is_delivered_after_consent_was_withdrawn(np_world):
    withdrawn = {person.number: person.withdrawn for person in np_world.persons if person.withdrawn}
    rows = [row for source in np_world.plan.sources[1:] for row in source_rows(np_world, source)]
    assert all(row.day <= withdrawn[row.number] for row in rows if row.number in withdrawn)


def test_strangers_stand_in_other_sources_but_not_in_the_list(np_world):
    listed = {row.number for row in person_rows(np_world, np_world.truth.deliveries[-1])}
    measured = {row.number for row in source_rows(np_world, np_world.plan.source("skattning"))}
    assert len(measured - listed) == 2


def test_the_last_starters_are_not_yet_due_at_the_decisive_occasion(np_world):
    last = np_world.truth.deliveries[-1]
    decisive = np_world.plan.occasion(np_world.plan.decisive_occasion)
    waiting = [n for n, p in enumerate(np_world.persons) if p.start + timedelta(days=decisive.day_to) > last]
    numbers = {np_world.persons[n].number for n in waiting}
    rows = [row for row in source_rows(np_world, np_world.plan.source("skattning")) if row.number in numbers]
    assert len(waiting) >= 20
    assert not [row for row in rows if row.facts["occasion"] == decisive.id]
    assert [row for row in rows if row.facts["occasion"] == "uppf6"]


def test_a_register_row_is_delivered_only_when_its_lag_has_passed_and_inside_coverage(np_world):
    source = np_world.plan.source("skola")
    for row in source_rows(np_world, source):
        delivered = np_world.truth.deliveries[row.first]
        assert source.coverage.first <= row.day
        assert row.day + timedelta(days=28 + source.coverage.lag_days) <= delivered


def test_months_of_zero_leave_no_row(np_world):
    source = np_world.plan.source("socialtjanst")
    column = source.columns.index(source.with_role(Role.VALUE)[0])
    assert all(cells[column] > 0 for table in delivered_tables(np_world, source) for cells in table)


def test_missing_codes_are_the_declared_ones(np_world):
    table = [cells for part in delivered_tables(np_world, np_world.plan.source("skola")) for cells in part]
    july = {cells[2] for cells in table if cells[1].endswith("-07")}
    assert july == {"."}
    assert {cells[2] for cells in table if not cells[1].endswith("-07") and isinstance(cells[2], str)} == {"."}


def test_the_encodings_differ_between_deliveries():
    first, second, third = sorted(REAL.raw("np-samverkan").rglob("skattning*.csv"))
    assert "mätdatum" in first.read_bytes().decode("cp1252")
    with pytest.raises(UnicodeDecodeError):
        first.read_bytes().decode("utf-8")
    assert "mätdatum" in second.read_bytes().decode("utf-8")
    assert third.read_bytes().startswith(b"\xef\xbb\xbf")


def test_one_pair_in_each_group_crosses_to_another_edition(skolfam_world):
    crossed = skolfam_world.other_editions
    assert sorted(skolfam_world.persons[person].treated for _, person in crossed) == [False, True]
    rows = source_rows(skolfam_world, skolfam_world.plan.source("kartlaggning"))
    for _, person in crossed:
        number = skolfam_world.persons[person].number
        mine = {row.facts["occasion"]: row.facts["instrument"] for row in rows if row.number == number and "begavning" in row.facts}
        assert mine == {"kart1": "wisc4", "kart2": "wisc5"}


def test_dirt_is_declared_and_not_more(skolfam_world):
    _, truth = plan_and_truth("skolfam")
    assert len(skolfam_world.strangers) == truth.dirt.unmatched_persons
    assert sum(person.withdrawn is not None for person in skolfam_world.persons) == truth.dirt.withdrawn
