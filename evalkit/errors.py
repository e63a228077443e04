"""What can go wrong, as one tree. Each class carries the exit code that the command line returns.

::

    EvalkitError (1)
    ├── PlanError (2)             the call, the plan or another file in params/ is wrong
    ├── GateClosed (3)            a delivery or the data in it cannot be evaluated
    │   └── DeliveryError (3)     a file cannot be read as what its plan declares
    ├── EstimationError (3)       the design and the data cannot answer the question
    ├── DisclosureRefused (4)     something may not leave the house
    ├── NotReproduced (5)         a recomputed run differs from the stored one
    ├── LotteryDiffers (6)        a replayed lottery differs from its receipt
    ├── RunLocked (7)             another run holds the intervention
    ├── StorageError (8)          file, disk or permission
    └── NotebookFailed (9)        a cell of a notebook failed

A message names file, line, key or column, the count and the next step. It never quotes a cell of a record.
"""

from __future__ import annotations


class EvalkitError(Exception):
    """Base of every error that is shown without a traceback.

    Parameters
    ----------
    message : str
        What is wrong, where, and what to do next. Never a value from a record.
    code : str
        Machine-readable class of the fault, such as ``IN-RANGE`` (see docs/CODES.md).
    """

    exit_code = 1

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class PlanError(EvalkitError):
    """The call, a plan or another file that people write is wrong.

    Parameters
    ----------
    message : str
        All faults of the file, one a line.
    code : str
        The code of the first fault.
    codes : tuple[str, ...]
        The codes of all faults, in the order of their lines.
    """

    exit_code = 2

    def __init__(self, message: str, *, code: str = "", codes: tuple[str, ...] = ()) -> None:
        super().__init__(message, code=code)
        self.codes = codes or ((code,) if code else ())


class GateClosed(EvalkitError):
    """The quality gate found a fault that stops the evaluation.

    Parameters
    ----------
    message : str
        All findings, one a line.
    code : str
        The code of the first stopping finding.
    findings : tuple[str, ...]
        The codes of all stopping findings, in the order they were found.
    """

    exit_code = 3

    def __init__(self, message: str, *, code: str = "", findings: tuple[str, ...] = ()) -> None:
        super().__init__(message, code=code)
        self.findings = findings or ((code,) if code else ())


class DeliveryError(GateClosed):
    """A delivered file cannot be read as what its plan declares."""


class EstimationError(EvalkitError):
    """The design and the data cannot answer the question asked."""

    exit_code = 3


class DisclosureRefused(EvalkitError):
    """Something may not leave the house."""

    exit_code = 4


class NotReproduced(EvalkitError):
    """A recomputed run differs from the stored one."""

    exit_code = 5


class LotteryDiffers(EvalkitError):
    """A replayed lottery differs from its receipt."""

    exit_code = 6


class RunLocked(EvalkitError):
    """Another run holds the intervention."""

    exit_code = 7


class StorageError(EvalkitError):
    """A file, the disk or a permission stands in the way."""

    exit_code = 8


class NotebookFailed(EvalkitError):
    """A cell of a notebook failed; the half-run notebook is kept inside the house."""

    exit_code = 9
