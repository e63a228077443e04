"""Personal numbers in every written form: one person, one number, or the code of what is wrong."""

from __future__ import annotations

from datetime import date

import pytest
from evalkit.records.identity import (
    Identity,
    IdentityFault,
    IdentityRules,
    contains_identity,
    identity_rules,
    parse_identity,
)
from hypothesis import given
from hypothesis import strategies as st
from tests.support.corpus_plan import corpus_plan

RULES = IdentityRules(date(2016, 9, 15), 10, 40, test_numbers_only=True)
ANY = IdentityRules(date(2016, 9, 15))


def digits(cell: object, rules: IdentityRules = RULES) -> str:
    read = parse_identity(cell, rules)
    assert isinstance(read, Identity), read
    return read.digits


def code(cell: object, rules: IdentityRules = RULES) -> str:
    read = parse_identity(cell, rules)
    assert isinstance(read, IdentityFault)
    return read.code


@pytest.mark.parametrize(
    "cell",
    [
        "19900101-9802",
        "199001019802",
        "900101-9802",
        "9001019802",
        "19900101–9802",
        "19900101−9802",
        "19900101\u20119802",
        "19900101\u00a09802",
        "19900101 9802",
        " 19900101-9802 ",
        "1990\u200b0101-9802",
        "\ufeff19900101-9802",
        "１９９００１０１-９８０２",
        "199001019802.0",
        "199001019802,00",
        199001019802,
        199001019802.0,
        9001019802,
    ],
)
def test_every_written_form_gives_the_same_twelve_digits(cell: object) -> None:
    assert digits(cell) == "199001019802"


def test_a_float_is_remembered_as_one_and_text_is_not() -> None:
    floats = [parse_identity(cell, RULES) for cell in ("199001019802.0", 199001019802, "19900101-9802")]
    assert [isinstance(read, Identity) and read.was_float for read in floats] == [True, True, False]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("", "ID-FORMAT"),
        (None, "ID-FORMAT"),
        (True, "ID-FORMAT"),
        (199001019802.5, "ID-FORMAT"),
        ("P001", "ID-FORMAT"),
        ("19900101-0007", "ID-FORMAT"),
        ("3159902", "ID-DIGITS"),
        ("03159902", "ID-DIGITS"),
        ("19900101-980", "ID-DIGITS"),
        (3159902, "ID-DIGITS"),
        ("1,99001E+11", "ID-SCIENTIFIC"),
        ("1.99E+11", "ID-SCIENTIFIC"),
        ("2E11", "ID-SCIENTIFIC"),
        ("19900101-9803", "ID-LUHN"),
        ("19990230-9955", "ID-DATE"),
        ("19901301-9800", "ID-DATE"),
        ("900101+9802", "ID-AGE"),
        ("20900101-9802", "ID-AGE"),
        ("19900101-T802", "ID-INTERIM"),
        ("900101T802", "ID-INTERIM"),
        ("19900101-TF02", "ID-INTERIM"),
        ("992001019802", "ID-INTERIM"),
    ],
)
def test_what_is_no_number_gets_the_code_of_its_fault(cell: object, expected: str) -> None:
    assert code(cell) == expected


def test_a_coordination_number_gives_the_day_less_sixty_and_its_own_sex() -> None:
    read = parse_identity("20000564-9918", RULES)
    assert isinstance(read, Identity)
    assert (read.birth_date, read.sex) == (date(2000, 5, 4), "man")
    assert code("20000595-9918") == "ID-DATE"


def test_sex_follows_the_third_digit_of_the_serial() -> None:
    sexes = [parse_identity(cell, RULES) for cell in ("19900101-9802", "19910608-9817")]
    assert [isinstance(read, Identity) and read.sex for read in sexes] == ["woman", "man"]


def test_ten_digits_take_the_century_that_fits_the_target_group() -> None:
    old = IdentityRules(date(2016, 9, 15), 65, 110)
    assert digits("000315-9902") == "200003159902"
    assert digits("0003159902", IdentityRules(date(2016, 9, 15), 100, 119)) == "190003159902"
    assert digits("300101+9805", IdentityRules(date(2040, 1, 2), 90, 120)) == "193001019805"
    assert code("000315-9902", old) == "ID-AGE"


def test_the_dash_and_the_plus_state_their_century() -> None:
    assert digits("150101-9804", IdentityRules(date(2016, 9, 15), 0, 120)) == "201501019804"
    assert digits("150101+9804", IdentityRules(date(2016, 9, 15), 0, 120)) == "191501019804"


def test_a_synthetic_plan_takes_test_numbers_only_and_another_takes_all() -> None:
    tolvan = "19121212-1212"  # the made-up person of Swedish forms
    assert digits(tolvan, ANY) == "191212121212"
    assert code(tolvan, IdentityRules(date(2016, 9, 15), test_numbers_only=True)) == "ID-REAL"


def test_rules_follow_from_the_plan() -> None:
    rules = identity_rules(corpus_plan(), date(2016, 9, 15))
    assert (rules.youngest, rules.oldest, rules.test_numbers_only) == (10, 40, True)


def test_nothing_of_the_number_is_shown() -> None:
    read = parse_identity("19900101-9802", RULES)
    assert "9802" not in repr(read)
    assert "1990" not in repr(read)


@given(st.one_of(st.text(max_size=40), st.integers(), st.floats(), st.booleans(), st.none()))
def test_any_cell_gives_an_identity_or_a_code_and_never_a_traceback(cell: object) -> None:
    assert isinstance(parse_identity(cell, ANY), Identity | IdentityFault)


@pytest.mark.parametrize(
    "text",
    [
        "19900101-9802",
        "Se 900101-9802.",
        "nr:9001019802;",
        "1990-01-01-9802",
        "19900101‑9802",
        "19900101 – 9802",
        "19900101\u00a09802",
        "1990\u200b0101\u200b9802",
        "12 19900101-9802",
        "x1,19900101-9802",
        "20000564-9918",
        "19900101-T802",
        "199001019802.0",
        "１９９００１０１９８０２",
    ],
)
def test_a_number_is_found_wherever_it_hides(text: str) -> None:
    assert contains_identity(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2015-09-01",
        "2015-09-01 12:30",
        "0701740650",
        "tel 070-174 06 50",
        "12500,50",
        "450000123456",
        "Dnr 2015-1234",
        "19900101-9803",
    ],
)
def test_dates_telephones_and_amounts_are_no_numbers(text: str) -> None:
    assert not contains_identity(text)
