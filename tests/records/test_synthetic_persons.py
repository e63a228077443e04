"""Nobody in the demonstrations can be a living person."""

import re
from datetime import date

import pytest
from evalkit.records.synthetic.persons import reserved_number
from personnummer import personnummer
from tests.support.demo import DEMOS, REAL, world

WRITTEN = re.compile(rb"(?<!\d)(?:19|20)?\d{6}-?(\d{3})\d(?!\d)")


@pytest.mark.parametrize("demo", DEMOS)
def test_every_number_is_valid_distinct_and_in_the_test_range(demo):
    made = world(demo)
    numbers = [person.number for person in made.persons] + list(made.strangers)
    assert len(set(numbers)) == len(numbers)
    for number in numbers:
        assert personnummer.valid(f"{number[:8]}-{number[8:]}")
        assert 980 <= int(number[8:11]) <= 999


@pytest.mark.parametrize("demo", DEMOS)
def test_a_number_agrees_with_the_persons_birth_date_and_sex(demo):
    for person in world(demo).persons:
        assert person.number.startswith(f"{person.birth_date:%Y%m%d}")
        assert (int(person.number[10]) % 2 == 0) is (person.sex == "woman")


@pytest.mark.parametrize(("demo", "youngest", "oldest"), [("np-samverkan", 15, 25), ("skolfam", 7, 11)])
def test_everybody_is_in_the_target_group_at_the_start(demo, youngest, oldest):
    for person in world(demo).persons:
        birthday = (person.start.month, person.start.day) >= (person.birth_date.month, person.birth_date.day)
        age = person.start.year - person.birth_date.year - (not birthday)
        assert youngest <= age <= oldest


@pytest.mark.parametrize("demo", DEMOS)
def test_every_number_written_in_a_delivered_text_file_is_in_the_test_range(demo):
    serials = [found for path in REAL.raw(demo).rglob("*.csv") for found in WRITTEN.findall(path.read_bytes())]
    assert len(serials) > 200
    assert all(980 <= int(serial) <= 999 for serial in serials)


@pytest.mark.parametrize("serial", [979, 1000, 0])
def test_a_serial_outside_the_test_range_is_refused(serial):
    with pytest.raises(ValueError, match="980-999"):
        reserved_number(date(1999, 1, 1), serial)


def test_the_groups_are_as_large_as_the_truth_says():
    treated = [person.treated for person in world("skolfam").persons]
    assert (sum(treated), len(treated) - sum(treated)) == (54, 37)


def test_a_cluster_lies_in_one_group_only_and_each_group_has_several():
    persons = world("skolfam").persons
    treated, comparison = ({p.cluster for p in persons if p.treated is group} for group in (True, False))
    assert not treated & comparison
    assert len(treated) >= 6
    assert len(comparison) >= 5
