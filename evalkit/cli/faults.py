"""How a command ends when something is wrong: one message, an exit code, and nothing out of the data."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import evalkit
from evalkit.errors import EvalkitError, StorageError
from evalkit.files import storage_error, write_text

FAULT_REPORT = "felrapport.txt"
INTERRUPTED = 130
_PACKAGE = Path(evalkit.__file__).parent


def guarded(work: Callable[[], int], command: str, *, debug: bool = False) -> int:
    """Do `work` and return its exit code; turn whatever it raises into a message and a code.

    Parameters
    ----------
    command : str
        Name of the command, for the fault report.
    debug : bool
        Show the traceback too. It may hold values of the data: never send it on.
    """
    _speak_any_alphabet()
    try:
        return work()
    except EvalkitError as exc:
        fault: EvalkitError = exc
    except KeyboardInterrupt:
        print("\nevalkit: avbruten; den förra rapporten är orörd", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - the reader of our output left; nothing more to say
        return 0
    except OSError as exc:
        fault = storage_error(Path(exc.filename or "fil"), exc)
    except Exception as exc:  # noqa: BLE001, RUF100 - the last net: a report without data instead of a traceback with
        if debug:
            traceback.print_exc()
        return _unexpected(exc, command)
    if debug:
        traceback.print_exception(fault)
    code = f"[{fault.code}] " if fault.code else ""
    print(f"evalkit: {code}{fault}", file=sys.stderr)
    return fault.exit_code


def _unexpected(exc: Exception, command: str) -> int:
    folder = Path.cwd() / "reports"
    report = (folder if folder.is_dir() else Path.cwd()) / FAULT_REPORT
    try:
        write_text(report, fault_report(exc, command))
        place = report.relative_to(Path.cwd()).as_posix()
        where = f"en felrapport utan uppgifter ur era data ligger i {place}; skicka gärna den till utvecklarna"
    except StorageError:
        where = "felrapporten gick inte att skriva"
    print(f"evalkit: oväntat fel ({type(exc).__name__}); den förra rapporten är orörd; {where}", file=sys.stderr)
    return 1


def fault_report(exc: BaseException, command: str) -> str:
    """Return what we need to mend a fault: kinds and places in evalkit's own code; never a message, a value or a path."""
    lines = [
        f"evalkit {evalkit.__version__}, Python {sys.version.split()[0]}, {sys.platform}",
        f"command: {command}",
        "Holds no text of the error and nothing from the data.",
    ]
    current: BaseException | None = exc
    while current is not None:
        lines.append(f"{type(current).__module__}.{type(current).__qualname__}")
        for frame in traceback.extract_tb(current.__traceback__):
            path = Path(frame.filename)
            if path.is_relative_to(_PACKAGE):
                lines.append(f"  evalkit/{path.relative_to(_PACKAGE).as_posix()}:{frame.lineno} {frame.name}")
        current = current.__cause__ or current.__context__
    return "\n".join(lines) + "\n"


def _speak_any_alphabet() -> None:
    # A Windows console in cp1252 must not turn a minus sign into a crash.
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
