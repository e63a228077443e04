"""The result's bytes depend on neither the hash seed nor the number of threads."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
SCRIPT = """
import hashlib
import numpy as np
import pandas as pd
from tests.support.frames import EMPTY_REGISTER, PROVENANCE, demo_plan, frame_of, identity, panel_table, person_table, public_plan
from evalkit.findings.result import to_json
from evalkit.methods.evaluate import evaluate

rng = np.random.default_rng(5)
start = np.where(np.arange(240) % 2 == 0, 3 + np.arange(240) // 2 % 4, 9)
after = np.arange(9) >= start[:, None]
units = frame_of(panel_table(rng.normal(250_000, 9_000, (240, 9)), after, outcome="cost"))
before = rng.normal(50, 8, 120)
names = [f"s{i % 14:02d}" for i in range(120)]
persons = frame_of(person_table(before, before + rng.normal(2, 5, 120), [int(n[1:]) < 5 for n in names], cluster=names))
for plan, frame in ((public_plan(["cost"]), units), (demo_plan(assigned_at="cluster", economics=False), persons)):
    result = evaluate(frame, plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE)
    print(hashlib.sha256(to_json(result).encode("utf-8")).hexdigest())
"""


def run(seed: str, threads: str) -> str:
    settings = {"PYTHONHASHSEED": seed, "OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads, "TZ": "Asia/Tokyo"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=PROJECT,
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=True,
        timeout=55,
    )
    return done.stdout


@pytest.mark.slow
def test_hash_seed_and_threads_change_no_byte():
    first = run("0", "1")
    assert len(first.split()) == 2
    assert run("77", "4") == first
