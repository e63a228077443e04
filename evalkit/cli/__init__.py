"""The commands. Each is a small module, imported only when it is called, so that ``evalkit --help`` answers at once."""

from __future__ import annotations

import argparse
import difflib
import importlib
import sys
from collections.abc import Sequence

COMMANDS = {
    "new": "scaffold an evaluation plan, its codebook and data templates",
    "form": "export a plan as an Excel form, or import a filled-in form",
    "schema": "write JSON Schemas of plans and results",
    "import": "copy delivered files into data/raw with their hashes, compared with the last delivery",
    "check": "read and gate the data only; every finding with place, count and remedy",
    "run": "gate, score, estimate, notebooks, report; unchanged inputs are not recomputed",
    "design": "what a plan can find before anybody is measured: power, designs side by side, price",
    "lab": "JupyterLab on the analysis notebooks with the plan's parameters set",
    "randomise": "the notarised lottery: close the list, draw once with a public draw, replay it",
    "lock": "freeze the plan's version in force, dated and hashed",
    "pap": "the pre-analysis plan out of the evaluation plan, in Swedish and English; gaps stay gaps",
    "experiment": "the newest run of a randomised plan, evaluated as it was drawn (stays inside)",
    "verify": "recompute a run and name whatever differs; or check a received bundle (zip)",
    "report": "the newest report as page, PDF, Word, Excel or tables; one page, summary or full; Swedish or English",
    "share": "make one receiver's bundle from the cleared result; it waits for a second person",
    "approve": "show a waiting bundle's texts, or release exactly that bundle",
    "forget": "a withdrawn consent: drop a person inside, list the releases that held them",
    "scan": "look any file through for what must not leave the house",
    "instruments": "list, check, show, secure: the instrument register with norms and sources",
    "key": "create, back up, restore or show the pseudonym key",
    "demo": "the whole job on the two synthetic demonstration evaluations",
    "validity": "how often the printed p-values raise a false alarm, on a grid of municipal designs (docs/VALIDITY.md)",
    "placebo": "the same evaluation on fake groups and starts where nobody was treated, in your own data",
    "selftest": "synthetic twins of a plan with a known effect through the whole house: bias, coverage, power, false claims",
    "study": "the whole job on a real, published study (needs the extra evalkit[study])",
    "doctor": "what is missing on this machine",
}

EXIT_CODES = """\
exit codes:
  0 done                           5 a recomputed run differs
  1 unexpected fault               6 a replayed lottery differs
  2 the call or the plan is wrong  7 held by another run
  3 the quality gate is closed     8 file, disk or permission
  4 disclosure refused             9 a notebook failed
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : Sequence[str] | None
        Words after ``evalkit``; None takes them from the process.

    Returns
    -------
    int
        The exit code (see `evalkit.errors`).
    """
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or words[0] in {"-h", "--help", "help"}:
        print(_overview())
        return 0 if words else 2
    if words[0] == "--version":
        from evalkit import __version__

        print(f"evalkit {__version__}")
        return 0
    if words[0] not in COMMANDS:
        near = difflib.get_close_matches(words[0], COMMANDS, n=1)
        hint = f"did you mean '{near[0]}'?" if near else "see 'evalkit --help'"
        print(f"evalkit: no command '{words[0]}'; {hint}", file=sys.stderr)
        return 2
    return _call(words[0], words[1:])


def _call(command: str, words: list[str]) -> int:
    from evalkit.cli.faults import guarded

    module = importlib.import_module(f"evalkit.cli.{command}_command")
    parser = argparse.ArgumentParser(prog=f"evalkit {command}", description=f"{COMMANDS[command].capitalize()}.")
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    module.configure(parser)
    try:
        arguments = parser.parse_args(words)
    except SystemExit as exc:
        return exc.code if isinstance(exc.code, int) else 2
    return guarded(lambda: int(module.execute(arguments)), command, debug=arguments.debug)


def _overview() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {text}" for name, text in COMMANDS.items()]
    usage = "usage: evalkit COMMAND [--help] ...\n\nEvaluation of municipal social investments, honest by construction."
    return f"{usage}\n\ncommands:\n" + "\n".join(lines) + f"\n\n{EXIT_CODES}"
