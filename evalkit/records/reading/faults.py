"""Collects what is wrong with one file: every fault once, with lines and count, never a cell's value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from evalkit.errors import DeliveryError
from evalkit.findings.quality import CheckOutcome, Severity

MOST_PLACES = 10
MOST_FAULTS = 40


@dataclass(slots=True)
class FaultLog:
    """The findings of one delivered file. `file` is the delivery's date and the file's name."""

    file: str
    source: str
    unit: str = "rad"
    outcomes: list[CheckOutcome] = field(default_factory=list)

    def stop(
        self, code: str, what: str, remedy: str, *, column: str = "", lines: Sequence[int] = (), count: int | None = None
    ) -> None:
        """Record a fault that closes the gate, and read on to find the others."""
        self._add(Severity.STOP, code, what, remedy, column=column, lines=lines, count=count)

    def note(
        self,
        code: str,
        what: str,
        remedy: str = "",
        *,
        column: str = "",
        lines: Sequence[int] = (),
        count: int | None = None,
        severity: Severity = Severity.NOTE,
    ) -> None:
        """Record something that may pass but is shown."""
        self._add(severity, code, what, remedy, column=column, lines=lines, count=count)

    def fail(self, code: str, what: str, remedy: str, *, lines: Sequence[int] = ()) -> NoReturn:
        """Record a fault after which nothing more of the file can be read, and raise all that was found.

        Raises
        ------
        DeliveryError
            Always.
        """
        self.stop(code, what, remedy, lines=lines)
        # Where a library's error is being handled, it would quote the file.
        raise self.error() from None

    @property
    def stops(self) -> list[CheckOutcome]:
        """Return the findings that close the gate."""
        return [outcome for outcome in self.outcomes if outcome.severity is Severity.STOP]

    def raise_if_stopped(self) -> None:
        """Raise everything found together, if anything of it closes the gate."""
        if self.stops:
            raise self.error()

    def error(self) -> DeliveryError:
        """Return one error with a line per fault."""
        shown = [sentence(outcome) for outcome in self.stops[:MOST_FAULTS]]
        left = len(self.stops) - MOST_FAULTS
        if left > 0:
            shown.append(f"{self.file}: och {left} fel till av samma slag")
        codes = tuple(dict.fromkeys(outcome.code for outcome in self.stops))
        return DeliveryError("\n".join(shown), code=codes[0], findings=codes)

    def _add(
        self, severity: Severity, code: str, what: str, remedy: str, *, column: str, lines: Sequence[int], count: int | None
    ) -> None:
        places = tuple(f"{self.file} {self.unit} {line}" for line in lines[:MOST_PLACES])
        failed = count if count is not None else max(len(lines), 1)
        message = f"{self.file}{self._where(column, lines)}: {what}"
        rule = f"läsning:{self.source}:{self.file}:{column or '-'}:{code}"
        self.outcomes.append(
            CheckOutcome(rule, code, severity, False, self.source, column, failed, failed, places, message, remedy)
        )

    def _where(self, column: str, lines: Sequence[int]) -> str:
        where = ""
        if lines:
            shown = ", ".join(str(line) for line in lines[:MOST_PLACES])
            more = f" och {len(lines) - MOST_PLACES} till" if len(lines) > MOST_PLACES else ""
            where = f" {self.unit} {shown}{more}"
        return where + (f" kolumn '{column}'" if column else "")


def sentence(outcome: CheckOutcome) -> str:
    """Return one finding as one line: place, code, what is wrong, what to do."""
    place, _, what = outcome.message.partition(": ")
    advice = f". Gör så här: {outcome.remedy}" if outcome.remedy else ""
    return f"{place}: {outcome.code}: {what}{advice}"


def merge(errors: Sequence[DeliveryError]) -> DeliveryError:
    """Return the errors of several files as one."""
    codes = tuple(dict.fromkeys(code for error in errors for code in error.findings))
    return DeliveryError("\n".join(str(error) for error in errors), code=codes[0], findings=codes)
