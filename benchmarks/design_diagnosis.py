"""Designs per CPU second: the vectorised diagnosis beside a loop over statsmodels formulas, in one process.

::

    python benchmarks/design_diagnosis.py

A design is one simulated study: drawn, tested with HC2 standard errors (which is Welch's test), and the rejection counted.
``diagnose`` is what evalkit calls: of normal outcomes it needs means and variances only. ``rows`` draws every person, as loss that
depends on the outcome and partial take-up do. The loop draws persons and calls ``smf.ols(...).fit(cov_type="HC2")``. Also timed:
20,000 draws of 2 × 20 clusters with CR2, with and without effect. Prints a table; exits 1 where the promise is not kept.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf
from evalkit.methods.power.declare import Declared
from evalkit.methods.power.diagnosis import diagnose

SIZES = (30, 100, 1000)
PROMISED = 200
LOOP_SECONDS = 4.0
DRAWS = 400_000


def loop(n: int) -> float:
    rng, done, rejected, start = np.random.default_rng(1), 0, 0, time.process_time()
    treated = (np.arange(n) < n // 2).astype(float)
    while time.process_time() - start < LOOP_SECONDS:
        frame = pd.DataFrame({"y": rng.standard_normal(n) + 0.5 * treated, "treated": treated})
        rejected += smf.ols("y ~ treated", frame).fit(cov_type="HC2", use_t=True).pvalues["treated"] <= 0.05
        done += 1
    return done / (time.process_time() - start)


def rows(n: int) -> float:
    study, rng, batch, done = Declared(n // 2, n - n // 2, 0.5), np.random.Generator(np.random.SFC64(1)), (1 << 16) // n, 0
    start = time.process_time()
    while time.process_time() - start < LOOP_SECONDS / 2:
        np.mean(study.tests(study.draw(batch, rng))[0].p_values() <= 0.05)
        done += batch
    return done / (time.process_time() - start)


def vectorised(n: int) -> float:
    study, start = Declared(n // 2, n - n // 2, 0.5, answer="welch"), time.process_time()
    diagnose(study, draws=DRAWS, seed=1)
    # Every draw is made twice: with the effect and without.
    return 2 * DRAWS / (time.process_time() - start)


def main() -> int:
    kept = True
    print("   N   loop/s       rows/s   times   diagnose/s   times")
    for n in SIZES:
        slow, each, fast = loop(n), rows(n), vectorised(n)
        kept &= fast / slow >= PROMISED
        print(f"{n:>4} {slow:>8.0f} {each:>12,.0f} {each / slow:>7,.0f} {fast:>12,.0f} {fast / slow:>7,.0f}")
    wall, cpu = time.perf_counter(), time.process_time()
    diagnose(Declared(20, 20, 0.3, (20,) * 40, 0.05, answer="cr2"), draws=20_000, seed=1)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    kept &= wall < 10
    print(f"2 x 20 clusters, CR2, 20,000 draws with and without effect: {wall:.2f} s wall, {cpu:.2f} s CPU")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
