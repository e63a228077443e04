"""What must answer quickly, measured in one run beside what it is measured against: ``python -m benchmarks.limits``.

Run it on a quiet machine; the tests hold what is answered, never how fast.
"""

from __future__ import annotations

import io
import json
import statistics
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LEAKS = ROOT.parent / "shared" / "leaks"


def median(work: Callable[[], object], rounds: int = 3) -> float:
    """Return the median seconds of `rounds` calls."""
    spent = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        spent.append(time.perf_counter() - begun)
    return statistics.median(spent)


def line(what: str, seconds: float, limit: str, against: str = "") -> None:
    """Print one measurement."""
    print(f"{what:58} {seconds:8.2f} s   gräns {limit:6} {against}")


def started(*words: str) -> float:
    """Return the median seconds of a process of its own."""
    return median(lambda: subprocess.run([sys.executable, *words], cwd=ROOT, check=True, capture_output=True))


def bomb() -> bytes:
    """Return a zip of 60 MB of zeros in 60 kB."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"0" * 60_000_000)
    return target.getvalue()


def unpack(content: bytes) -> None:
    """Do what the scanner does not: unpack it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.read("a.txt")


def main() -> None:
    """Measure and print."""
    from evalkit.methods.power.diagnosis import Declared, diagnose
    from evalkit.plan.register import load_register
    from evalkit.records.register_gate import check_register
    from evalkit.release.scan import Scan, scan_bytes, scan_file

    line("evalkit --help", started("-m", "evalkit", "--help"), "0,5 s", f"(python -c pass: {started('-c', 'pass'):.2f} s)")
    content = bomb()
    against = f"(packa upp: {median(lambda: unpack(content)):.2f} s)"
    line("skannern vägrar en zip-bomb", median(lambda: scan_bytes("a.zip", content, Scan())), "1 s", against)
    if LEAKS.is_dir():
        files = [LEAKS / entry["file"] for entry in json.loads((LEAKS / "expect.json").read_text(encoding="utf-8"))]
        line(f"skannern läser {len(files)} filer", median(lambda: [scan_file(path) for path in files]), "10 s")
    register = load_register(ROOT / "params" / "instruments")
    check_register(register, date(2026, 1, 1))  # imports the library
    line("instrumentregistrets grind", median(lambda: check_register(register, date(2026, 1, 1))), "3 s")
    declared = Declared(20, 20, 0.3, (20,) * 40, 0.05, answer="cr2")
    line("20 000 dragningar, 2 × 20 kluster, CR2", median(lambda: diagnose(declared, draws=20_000)), "10 s")


if __name__ == "__main__":
    main()
