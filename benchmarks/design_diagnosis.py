"""Designs per CPU second: the vectorised diagnosis beside a loop over statsmodels formulas, in one process.

::

    OPENBLAS_NUM_THREADS=1 python benchmarks/design_diagnosis.py

A design is one simulated study: drawn, tested with HC2 standard errors, and the rejection counted. The loop draws persons and calls
``smf.ols(...).fit(cov_type="HC2")``: of two groups, and with the first measurement as covariate. Beside it:

- ``diagnose``: two groups from means and variances alone, which is all that normal outcomes need.
- ``rows``: two groups, every person drawn, as loss that depends on the outcome and partial take-up need.
- ``offer``: what ``evalkit design`` calls for a lottery: first measurement as covariate, CR2, the degrees of freedom of offers.

Also timed: 20,000 draws of 2 × 20 clusters of 20 with CR2, with and without effect, by cluster means and by rows with a covariate.
Prints a table; exits 1 where the promise (200 times the loop, 10 seconds) is not kept by ``diagnose`` and ``offer``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf
from evalkit.methods.power.declare import Declared
from evalkit.methods.power.diagnosis import Study, diagnose
from evalkit.methods.power.offers import OfferStudy

SIZES = (30, 100, 1000)
PROMISED = 200
LOOP_SECONDS = 3.0
DRAWS = 400_000
OFFERS = {30: 100_000, 100: 40_000, 1000: 20_000}


def loop(n: int, formula: str) -> float:
    """Return designs a CPU second of one formula call a design; as many as fit in a few seconds, whatever the size."""
    rng, done, rejected, start = np.random.default_rng(1), 0, 0, time.process_time()
    treated = (np.arange(n) < n // 2).astype(float)
    while time.process_time() - start < LOOP_SECONDS:
        first = rng.standard_normal(n)
        frame = pd.DataFrame({"y": rng.standard_normal(n) + 0.5 * treated + first, "treated": treated, "first": first})
        rejected += smf.ols(formula, frame).fit(cov_type="HC2", use_t=True).pvalues["treated"] <= 0.05
        done += 1
    return done / (time.process_time() - start)


def rows(n: int) -> float:
    """Return designs a CPU second of two groups with every person drawn."""
    study, rng, batch, done = Declared(n // 2, n - n // 2, 0.5), np.random.Generator(np.random.SFC64(1)), (1 << 16) // n, 0
    start = time.process_time()
    while time.process_time() - start < LOOP_SECONDS / 2:
        np.mean(study.tests(study.draw(batch, rng))[0].p_values() <= 0.05)
        done += batch
    return done / (time.process_time() - start)


def diagnosed(study: Study, draws: int) -> float:
    """Return designs a CPU second of a whole diagnosis; every draw is made twice, with the effect and without."""
    start = time.process_time()
    diagnose(study, draws=draws, seed=1)
    return 2 * draws / (time.process_time() - start)


def seconds(name: str, call: Callable[[], object]) -> float:
    """Print and return the wall seconds of 20,000 draws."""
    wall, cpu = time.perf_counter(), time.process_time()
    call()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"2 x 20 clusters, CR2, 20,000 draws with and without effect, {name}: {wall:.2f} s wall, {cpu:.2f} s CPU")
    return wall


def main() -> int:
    kept = True
    print("   N   loop/s  diagnose/s   times      rows/s   times | loop+covariate/s   offer/s   times")
    for n in SIZES:
        slow, covariate = loop(n, "y ~ treated"), loop(n, "y ~ treated + first")
        fast, each = diagnosed(Declared(n // 2, n - n // 2, 0.5, answer="welch"), DRAWS), rows(n)
        offer = diagnosed(OfferStudy((n,), 0.5, 0.5, baseline=0.5), OFFERS[n])
        kept &= fast / slow >= PROMISED and offer / covariate >= PROMISED
        two = f"{n:>4} {slow:>8.0f} {fast:>11,.0f} {fast / slow:>7,.0f} {each:>11,.0f} {each / slow:>7,.0f}"
        print(f"{two} | {covariate:>16.0f} {offer:>9,.0f} {offer / covariate:>7,.0f}", flush=True)
    means = Declared(20, 20, 0.3, (20,) * 40, 0.05, answer="cr2")
    persons = OfferStudy((20,) * 40, 0.5, 0.3, clustered=True, baseline=0.5, icc=0.05)
    kept &= seconds("cluster means", lambda: diagnose(means, draws=20_000, seed=1)) < 10
    kept &= seconds("rows with a covariate", lambda: diagnose(persons, draws=20_000, seed=1)) < 10
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
