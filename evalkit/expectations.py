"""The one door to great-expectations: a table and rules in, verdicts out. No value of a cell ever comes back.

great-expectations is built to be forgiving: a misspelt expectation is logged and left out, and a suite that lost its only rule
passes. Here nothing is forgiven: every rule must come back judged, or the call fails and names the rule.
"""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evalkit.errors import EvalkitError
from evalkit.findings.quality import Severity

if TYPE_CHECKING:
    import pandas as pd

RESULT_FORMAT = "BOOLEAN_ONLY"
"""Any richer format carries cells of the table, so there is no argument for it."""

_COLUMN = "column"
_PANDAS = "default_pandas_datasource"


@dataclass(frozen=True, slots=True)
class Rule:
    """One expectation and what its failure means.

    Attributes
    ----------
    name : str
        Unique among the rules of one gate.
    expectation : str
        Name in great-expectations, such as ``expect_column_values_to_be_between``.
    column : str | None
        The column it judges; None where `kwargs` name columns, or the whole table is judged.
    kwargs : tuple[tuple[str, Any], ...]
        Further arguments of the expectation.
    code : str
        Class of the fault, such as ``IN-RANGE``.
    severity : Severity
        What a failure does to the run.
    message, remedy : str
        What is wrong and what to do, in Swedish, without any value.
    """

    name: str
    expectation: str
    column: str | None
    kwargs: tuple[tuple[str, Any], ...]
    code: str
    severity: Severity
    message: str
    remedy: str

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of the expectation, the column among them."""
        return {**({} if self.column is None else {_COLUMN: self.column}), **dict(self.kwargs)}


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """A rule and great-expectations' verdict on it."""

    rule: Rule
    passed: bool


def validate(table: pd.DataFrame, rules: Sequence[Rule]) -> tuple[RuleOutcome, ...]:
    """Let great-expectations judge a table.

    Parameters
    ----------
    table : pandas.DataFrame
        What is judged; it is not changed.
    rules : sequence of Rule
        Names must be unique.

    Returns
    -------
    tuple[RuleOutcome, ...]
        One outcome a rule, in the order of `rules`.

    Raises
    ------
    EvalkitError
        If a rule cannot be judged: an unknown expectation, wrong arguments, a missing column, an error inside the library, or a
        rule that the library dropped. Severity plays no part: a rule that was not judged is never a pass.
    """
    return validate_tables([(table, rules)])


def validate_tables(batches: Sequence[tuple[pd.DataFrame, Sequence[Rule]]]) -> tuple[RuleOutcome, ...]:
    """Let great-expectations judge several tables, each by its own rules, in one of its contexts (a context costs 30 ms).

    As `validate`; the outcomes come in the order of the tables and of their rules.
    """
    rules = [rule for _, of_table in batches for rule in of_table]
    _require_unique(rules)
    if not rules:
        return ()
    judged: dict[str, bool] = {}
    with _quiet():
        context = _new_context()
        try:
            for table, of_table in batches:
                if of_table:
                    judged.update(_run(context, table, _build_suite(of_table), of_table))
        finally:
            # The library keeps its latest context, and with it the tables, for as long as the process lives.
            context.delete_datasource(_PANDAS)
    return tuple(RuleOutcome(rule, judged[rule.name]) for rule in rules)


def _require_unique(rules: Sequence[Rule]) -> None:
    names = [rule.name for rule in rules]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise _fault(f"regelnamn används flera gånger: {', '.join(twice)}")


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the library's logs and warnings in: they quote arguments, tables and stack traces."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _library()
        logger = logging.getLogger("great_expectations")
        level = logger.level
        logger.setLevel(logging.CRITICAL + 1)
        try:
            yield
        finally:
            logger.setLevel(level)


def _library() -> Any:
    """Import great-expectations without the grammar that its JSON schema checker builds and evalkit never asks for (3 seconds)."""
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None makes the import fail, as the checker allows
    import great_expectations

    return great_expectations


def _build_suite(rules: Sequence[Rule]) -> Any:
    """Build one suite that holds every rule; each is built alone first, so that a fault can be named."""
    gx = _library()
    expectations = []
    for rule in rules:
        configuration = {"type": rule.expectation, "kwargs": rule.arguments(), "meta": {"rule": rule.name}}
        try:
            alone = gx.ExpectationSuite(name="regel", expectations=[configuration]).expectations
        except Exception:
            raise _fault(f"regeln {rule.name}: {rule.expectation} tar inte emot de angivna argumenten") from None
        if len(alone) != 1:
            raise _fault(f"regeln {rule.name}: {rule.expectation} finns inte i great-expectations")
        expectations.extend(alone)
    suite = gx.ExpectationSuite(name="evalkit", expectations=expectations)
    if len(suite.expectations) != len(rules):
        raise _fault(f"{len(rules) - len(suite.expectations)} av {len(rules)} regler föll bort ur regelsamlingen")
    return suite


def _new_context() -> Any:
    """Return a context that lives in memory, writes no documents, draws no progress bars and reports to nobody."""
    from great_expectations.data_context.types.base import DataContextConfig, InMemoryStoreBackendDefaults

    bars: Any = {"globally": False}  # typed as a class, read as a mapping
    stores = InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
    configuration = DataContextConfig(store_backend_defaults=stores, progress_bars=bars, analytics_enabled=False)
    return _library().get_context(mode="ephemeral", project_config=configuration)


def _run(context: Any, table: pd.DataFrame, suite: Any, rules: Sequence[Rule]) -> dict[str, bool]:
    batch = context.data_sources.pandas_default.read_dataframe(table)
    try:
        results = batch.validate(suite, result_format=RESULT_FORMAT).results
    except Exception:
        raise _fault(f"great-expectations kunde inte pröva reglerna {rules[0].name} … {rules[-1].name}") from None
    judged: dict[str, bool] = {}
    for result in results:
        name = str(result.expectation_config.meta["rule"])
        if _has_raised(result.exception_info):
            raise _fault(f"regeln {name} kunde inte prövas: fel i great-expectations, eller en kolumn som saknas")
        judged[name] = bool(result.success)
    missing = [rule.name for rule in rules if rule.name not in judged]
    if missing or len(results) != len(rules):
        raise _fault(f"{len(rules)} regler gav {len(results)} svar; oprövade: {', '.join(missing) or 'inga'}")
    return judged


def _fault(message: str) -> EvalkitError:
    return EvalkitError(message, code="GATE-RULE")


def _has_raised(information: Mapping[str, Any] | None) -> bool:
    """Whether an expectation raised: the library says so flat, or once per metric."""
    if not information:
        return False
    if "raised_exception" in information:
        return bool(information["raised_exception"])
    return any(isinstance(part, Mapping) and bool(part.get("raised_exception", True)) for part in information.values())
