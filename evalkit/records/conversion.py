"""Ready scores from the metric that they were delivered in to that of the instrument's scale: by construction, never by a table.

A standardised score is a function of z, so T 64 is 121 as a standard score and stanine 8. A raw score is not, and neither is a
percentile of a skewed scale: only scales whose metric is given can be converted to, and a percentile is read as that of a normal
distribution, which the report of the gate says. A stanine is rounded to nine steps and becomes nothing finer.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.findings.quality import CheckOutcome
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.instruments import InstrumentRegister
from evalkit.plan.sources import Column, Role, Source
from evalkit.records.scoring_notes import note, warn

Floats = NDArray[np.float64]

METRICS = {
    "z": (0.0, 1.0),
    "T": (50.0, 10.0),
    "standard_100_15": (100.0, 15.0),
    "scaled_10_3": (10.0, 3.0),
    "stanine": (5.0, 2.0),
}
"""Mean and SD that a standardised score has by construction."""

RANGES = {
    "z": (-6.0, 6.0),
    "T": (10.0, 120.0),
    "standard_100_15": (20.0, 180.0),
    "scaled_10_3": (1.0, 19.0),
    "stanine": (1.0, 9.0),
    "percentile": (0.01, 99.99),
}
"""Least and greatest score that can be delivered; no person lies at the percentile 0 or 100."""


def converted(values: Floats, given: str, wanted: str) -> Floats:
    """Return scores of the metric `given` in the metric `wanted`; NaN stays NaN, and so does a percentile outside (0, 100).

    Parameters
    ----------
    values : shape (n,)
    given : a key of `RANGES`
    wanted : a key of `METRICS`

    Notes
    -----
    wanted = M + S z with z = (x - m) / s, or the normal quantile of a percentile; a stanine is half an SD wide, 5 in the middle.
    """
    if given == wanted:
        return values
    z = _z_of_percentile(values) if given == "percentile" else (values - METRICS[given][0]) / METRICS[given][1]
    if wanted == "stanine":
        return np.clip(np.floor(5 + 2 * z + 0.5), 1, 9)
    mean, sd = METRICS[wanted]
    return np.asarray(mean + sd * z, dtype=np.float64)


def _z_of_percentile(values: Floats) -> Floats:
    normal = NormalDist()
    known = {p: normal.inv_cdf(p / 100) for p in np.unique(values[np.isfinite(values)]) if 0 < p < 100}
    return np.array([known.get(p, np.nan) for p in values], dtype=np.float64)


def declared_metric(source: Source, outcome: str) -> str | None:
    """Return the metric that a source says an outcome's ready scores have; None where it says none."""
    return next((c.metric for c in source.with_role(Role.VALUE) if c.outcome == outcome and c.metric), None)


def in_scale_metric(
    values: pd.Series, source: Source, outcome: str, plan: EvaluationPlan, register: InstrumentRegister
) -> pd.Series:
    """Return an outcome's delivered scores in the metric of its scale, unchanged where the source declares none."""
    given = declared_metric(source, outcome)
    wanted = scale_metric(outcome, plan, register) if given is not None else None
    if given is None or wanted is None:
        return values
    return pd.Series(converted(values.to_numpy(dtype=np.float64, na_value=np.nan), given, wanted), index=values.index)


def scale_metric(outcome: str, plan: EvaluationPlan, register: InstrumentRegister) -> str | None:
    """Return the metric of the scales that an outcome is measured on; None where they have none, or not the same."""
    found = set()
    for use in plan.outcome(outcome).instruments:
        instrument = register.find(use.instrument)
        scale = None if instrument is None else instrument.scale(use.scale)
        found.add(scale.score_type if scale is not None else "")
    return found.pop() if len(found) == 1 and found <= METRICS.keys() else None


def converted_columns(source: Source, plan: EvaluationPlan, register: InstrumentRegister) -> list[tuple[Column, str]]:
    """Return the columns whose scores are converted, each with the metric of its scale."""
    wanted = [(c, scale_metric(c.outcome, plan, register)) for c in source.with_role(Role.VALUE) if c.outcome and c.metric]
    return [(column, metric) for column, metric in wanted if metric is not None and metric != column.metric]


def conversion_notes(source: Source, table: pd.DataFrame, plan: EvaluationPlan, register: InstrumentRegister) -> list[CheckOutcome]:
    """Say how many scores were converted, and that a percentile was read as that of a normal distribution."""
    said = []
    for column, metric in converted_columns(source, plan, register):
        n = int(table[str(column.outcome)].notna().sum()) if column.outcome in table.columns else 0
        words = f"poäng är omräknade från {column.metric} till {metric} enligt skalornas konstruktion"
        where = {"source": source.id, "column": column.name}
        if column.metric == "percentile":
            said.append(warn("converted", "SC-CONVERTED", n, n, f"{words}; det förutsätter att poängen är normalfördelad", **where))
        else:
            said.append(note("converted", "SC-CONVERTED", n, n, words, **where))
    return said
