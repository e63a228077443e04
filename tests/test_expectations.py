"""The one door to great-expectations: it judges, it never forgives, and no value comes back through it."""

from __future__ import annotations

import gc
import logging
import subprocess
import sys
import weakref
from typing import Any

import pandas as pd
import pytest
from evalkit import expectations
from evalkit.errors import EvalkitError
from evalkit.expectations import Rule, RuleOutcome, validate, validate_tables
from evalkit.findings.quality import Severity

SECRET = "4711-hemligt-värde"


def rule(name: str, expectation: str = "expect_column_values_to_be_between", column: str | None = "alder", **kwargs: Any) -> Rule:
    return Rule(name, expectation, column, tuple(kwargs.items()), "IN-RANGE", Severity.STOP, "fel", "rätta")


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame({"alder": [15.0, 20.0, None], "grupp": ["a", "b", SECRET]})


def test_outcomes_come_in_the_order_of_the_rules(table: pd.DataFrame) -> None:
    rules = [rule("b", min_value=18), rule("a", min_value=10), rule("c", "expect_column_values_to_not_be_null")]
    assert validate(table, rules) == (RuleOutcome(rules[0], False), RuleOutcome(rules[1], True), RuleOutcome(rules[2], False))


def test_a_failed_warning_is_no_pass(table: pd.DataFrame) -> None:
    warning = Rule("v", "expect_column_values_to_be_between", "alder", (("min_value", 18),), "X", Severity.WARN, "", "")
    assert validate(table, [warning])[0].passed is False


def test_no_rules_give_no_outcomes(table: pd.DataFrame) -> None:
    assert validate(table, []) == ()


def test_several_tables_are_judged_each_by_its_own_rules(table: pd.DataFrame) -> None:
    other = table.assign(alder=99.0)
    outcomes = validate_tables([(table, [rule("första", max_value=30)]), (other, [rule("andra", max_value=30)])])
    assert [(o.rule.name, o.passed) for o in outcomes] == [("första", True), ("andra", False)]


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (rule("felstavad", "expect_column_values_to_be_betwen", min_value=1), "finns inte i great-expectations"),
        (rule("okänt argument", min_valu=1), "tar inte emot"),
        (rule("argument av fel slag", min_value="ett"), "tar inte emot"),
        (rule("saknad kolumn", column="finns_inte", min_value=1), "kunde inte prövas"),
        (rule("fel i jämförelsen", column="grupp", min_value=1), "kunde inte prövas"),
    ],
)
def test_a_rule_that_cannot_be_judged_is_an_error_that_names_it(table: pd.DataFrame, broken: Rule, said: str) -> None:
    with pytest.raises(EvalkitError, match=said) as error:
        validate(table, [rule("hel", min_value=1), broken])
    assert broken.name in str(error.value)
    assert SECRET not in str(error.value)
    assert error.value.__cause__ is None


def test_a_missing_table_level_column_list_is_an_error(table: pd.DataFrame) -> None:
    broken = rule("nyckel", "expect_compound_columns_to_be_unique", None, column_list=["grupp", "finns_inte"])
    with pytest.raises(EvalkitError, match="nyckel"):
        validate(table, [broken])


def test_two_rules_of_one_name_are_an_error(table: pd.DataFrame) -> None:
    with pytest.raises(EvalkitError, match="flera gånger: samma"):
        validate(table, [rule("samma", min_value=1), rule("samma", min_value=2)])


def test_a_rule_that_the_library_drops_from_the_suite_is_an_error(table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    class Forgetful:
        def __init__(self, name: str, expectations: list[Any]) -> None:
            self.expectations = expectations if name == "regel" else expectations[:-1]

    class Library:
        ExpectationSuite = Forgetful
        get_context = staticmethod(expectations._library().get_context)

    monkeypatch.setattr(expectations, "_library", lambda: Library)
    with pytest.raises(EvalkitError, match="1 av 2 regler föll bort"):
        validate(table, [rule("a", min_value=1), rule("b", min_value=2)])


def test_a_rule_that_never_comes_back_is_an_error(table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    from great_expectations.datasource.fluent.interfaces import Batch

    judge = Batch.validate

    def lose_one(self: Any, suite: Any, **kwargs: Any) -> Any:
        result = judge(self, suite, **kwargs)
        result.results = result.results[:-1]
        return result

    monkeypatch.setattr(Batch, "validate", lose_one)
    with pytest.raises(EvalkitError, match="2 regler gav 1 svar"):
        validate(table, [rule("a", min_value=1), rule("b", min_value=2)])


def test_only_verdicts_are_ever_asked_for(table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    from great_expectations.datasource.fluent.interfaces import Batch

    seen: list[Any] = []
    judge = Batch.validate

    def listen(self: Any, suite: Any, **kwargs: Any) -> Any:
        result = judge(self, suite, **kwargs)
        seen.append((kwargs, [dict(one.result) for one in result.results]))
        return result

    monkeypatch.setattr(Batch, "validate", listen)
    validate(table, [rule("a", "expect_column_values_to_be_in_set", "grupp", value_set=["a", "b"])])
    assert seen == [({"result_format": "BOOLEAN_ONLY"}, [{}])]


def test_nothing_is_logged_or_printed_even_where_a_rule_is_broken(
    table: pd.DataFrame, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    validate(table, [rule("a", "expect_column_values_to_be_in_set", "grupp", value_set=["a"])])
    with pytest.raises(EvalkitError):
        validate(table, [rule("b", "expect_nonsense", "grupp")])
    printed = capfd.readouterr()
    assert (printed.out, printed.err) == ("", "")
    assert SECRET not in caplog.text


def test_the_table_is_not_changed(table: pd.DataFrame) -> None:
    before = table.copy()
    validate(table, [rule("a", min_value=18)])
    pd.testing.assert_frame_equal(table, before)


def test_the_library_keeps_no_table() -> None:
    table = pd.DataFrame({"alder": [15.0]})
    kept = weakref.ref(table)
    validate(table, [rule("a", min_value=10)])
    with pytest.raises(EvalkitError):
        validate(table, [rule("b", column="finns_inte", min_value=10)])
    del table
    gc.collect()
    assert kept() is None


def test_importing_the_door_imports_no_library() -> None:
    script = "import sys, evalkit.expectations; print('great_expectations' in sys.modules, 'pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_the_needless_grammar_is_never_built_and_nothing_is_sent() -> None:
    script = (
        "import socket, sys\n"
        "def refuse(*a, **k): raise SystemExit('nätet användes')\n"
        "socket.socket.connect = refuse\n"
        "socket.getaddrinfo = refuse\n"
        "import pandas as pd\n"
        "from evalkit.expectations import Rule, validate\n"
        "from evalkit.findings.quality import Severity\n"
        "rule = Rule('a', 'expect_column_values_to_not_be_null', 'x', (), 'X', Severity.STOP, '', '')\n"
        "print(validate(pd.DataFrame({'x': [1.0]}), [rule])[0].passed, sys.modules['rfc3987_syntax'])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["True", "None"], done.stderr[-500:]
