"""How long one demonstration evaluation takes, step by step, beside bare papermill and nbconvert on the same notebooks.

::

    python benchmarks/run_demo.py [--rounds 3]

Each round runs, one after the other on this machine: the whole job on a delivery that is new, the same again unchanged,
``evalkit --help``, and bare ``papermill`` and ``nbconvert --to html`` for each of the notebooks of that run. Medians are printed,
with the ratio bare / ours taken round by round: bare does the notebooks alone, ours the whole job.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DEMO = "np-samverkan"
COPIED = ("params", "notebooks", f"data/raw/{DEMO}")

WHOLE_JOB = """
import json, sys, time
start = time.perf_counter()
from evalkit.plan.project import find_project
from evalkit.workflow.run import run
marks = [("plan och hashar", start)]
run(find_project(), sys.argv[1], lambda step: marks.append((step, time.perf_counter())))
marks.append(("", time.perf_counter()))
print(json.dumps({a[0]: b[1] - a[1] for a, b in zip(marks, marks[1:])}))
"""


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        project = prepare(Path(folder) / "projekt")
        call(project, "-m", "evalkit", "run", DEMO)
        measured = [one_round(project, number) for number in range(rounds)]
    report(measured)
    return 0


def prepare(project: Path) -> Path:
    """Copy what a demonstration needs to `project`."""
    for name in COPIED:
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns(".*"))
    shutil.copy(ROOT / "requirements.lock", project)
    return project


def one_round(project: Path, number: int) -> dict[str, object]:
    """Return the seconds of each thing that is compared, measured right after one another."""
    deliver_again(project, number)
    start = time.perf_counter()
    steps = json.loads(call(project, "-c", WHOLE_JOB, DEMO))
    whole = time.perf_counter() - start
    timed = {"unchanged": ("-m", "evalkit", "run", DEMO), "help": ("-m", "evalkit", "--help")}
    return {
        "steps": steps,
        "whole": whole,
        **{name: seconds(project, *words) for name, words in timed.items()},
        "bare": bare(project),
    }


def deliver_again(project: Path, number: int) -> None:
    """Deliver the newest list of participants once more, a day later: new inputs, the same persons."""
    folder = project / "data" / "raw" / DEMO
    newest = max(path for path in folder.iterdir() if path.is_dir())
    source = next(path for path in newest.glob("*.xlsx"))
    later = folder / (date.fromisoformat(newest.name) + timedelta(days=1)).isoformat()
    later.mkdir()
    shutil.copy(source, later / f"deltagare_{number}.xlsx")


def bare(project: Path) -> float:
    """Return the seconds that papermill and nbconvert take for the notebooks of the newest run, a process each."""
    run = project / "reports" / DEMO / (project / "reports" / DEMO / "senaste.txt").read_text(encoding="utf-8").strip()
    total = 0.0
    for path in sorted((run / "internal" / "notebooks").glob("*.ipynb")):
        out = project / "bare" / path.name
        out.parent.mkdir(exist_ok=True)
        total += seconds(project, "-m", "papermill", str(project / "notebooks" / path.name), str(out), "--no-progress-bar")
        total += seconds(project, "-m", "nbconvert", "--to", "html", "--no-input", str(out))
    return total


def seconds(project: Path, *words: str) -> float:
    """Return how long one Python process takes."""
    start = time.perf_counter()
    call(project, *words)
    return time.perf_counter() - start


def call(project: Path, *words: str) -> str:
    """Run Python with `words` in the project and return what it printed; compiled modules are kept, as in an installation."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment.update(PYTHONIOENCODING="utf-8", PYTHONPATH=str(ROOT))
    done = subprocess.run(
        [sys.executable, *words], cwd=project, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(words[:4])} failed:\n{done.stderr[-2000:]}")
    return done.stdout


def report(measured: list[dict[str, object]]) -> None:
    """Print medians, shares and the ratio."""
    whole = statistics.median(one["whole"] for one in measured)
    print(f"{'whole job, new delivery':<28}{whole:7.1f} s   100 %")
    named = list(measured[0]["steps"])
    inside = {name: statistics.median(one["steps"][name] for one in measured) for name in named}
    inside["start of Python"] = max(0.0, whole - sum(inside.values()))
    for name, spent in inside.items():
        print(f"  {name:<26}{spent:7.1f} s   {100 * spent / whole:3.0f} %")
    for name in ("unchanged", "help", "bare"):
        title = {"unchanged": "unchanged inputs", "help": "evalkit --help", "bare": "bare papermill + nbconvert"}[name]
        print(f"{title:<28}{statistics.median(one[name] for one in measured):7.1f} s")
    ratios = [one["bare"] / one["whole"] for one in measured]
    print(f"bare / whole job: {statistics.median(ratios):.1f} (rounds: {', '.join(f'{ratio:.1f}' for ratio in ratios)})")


if __name__ == "__main__":
    raise SystemExit(main())
