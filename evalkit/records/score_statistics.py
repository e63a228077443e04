"""Rules on groups of scores: correlations, means and shares that tell a flipped scale, raw points given as T, or a wrong coding.

Where few persons are measured such numbers scatter: what stops from `SURE` measurements on only warns below.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.findings.quality import Severity
from evalkit.plan.instruments import Instrument, Scale
from evalkit.records.item_blocks import ItemBlock
from evalkit.records.item_sums import reversed_answers
from evalkit.records.items import items_of
from evalkit.records.sheets import Check, Fault, Sheet, counted

Floats = NDArray[np.float64]

SURE = 100
"""Measurements from which a group's statistic stops a run (README of the instrument research, section 6)."""
LEAST = 20
"""Fewer measurements say nothing about a correlation."""
_Z = 2.5
"""Standard errors below zero at which a correlation counts as turned: one clean scale in 160."""
METRICS = {"T": (50.0, 10.0), "standard_100_15": (100.0, 15.0), "scaled_10_3": (10.0, 3.0), "stanine": (5.0, 2.0)}
"""Mean and SD that a standardised score has by construction."""
MENTAL = frozenset(
    ("asrs", "bdi", "core", "ghq", "hads", "keds", "kidscreen", "madrs", "ors", "phq", "rses", "sdq", "soc", "who5", "whodas")
)
"""Families that measure wellbeing or distress: one person's scores agree, once their directions are allowed for."""
_HOLDS_T = 70.0
"""Greatest raw sum from which T scores pass as raw: below it a group's highest T scores leave the scale."""
_CEILING, _STRAIGHT, _CODE, _FAMILIES = 0.15, 0.05, 99.0, 3
_FAR, _NARROW, _WIDE = 3.0, 0.2, 2.0


def outcome_checks(outcome: str, instrument: Instrument, scale: Scale, rows: pd.DataFrame) -> list[Check]:
    """Return the checks of one outcome's scores with one instrument, as a group."""
    values = rows["value"].to_numpy(dtype=np.float64)
    sheet = _one_row(f"grupp.{outcome}.{instrument.id}")
    n = len(values)
    checks = [
        _statistic(sheet, "golv", _FLOOR, float((values <= scale.minimum).mean()) if n >= LEAST else np.nan, most=_CEILING),
        _statistic(sheet, "tak", _TOP, float((values >= scale.maximum).mean()) if n >= LEAST else np.nan, most=_CEILING),
        _statistic(sheet, "koder", _CODES, _heap(values, scale), most=0.0),
        *_metric_checks(sheet, scale, values),
        *_raw_checks(sheet, scale, values),
    ]
    first, last = _ends(rows)
    return [*checks, _correlation(sheet, "vand", _TURNED, first, last)]


def block_checks(block: ItemBlock) -> list[Check]:
    """Return the checks of one block of items, as a group."""
    items = block.instrument.items
    complete = block.answers[block.scores.complete]
    if items is None or not len(complete):
        return []
    sheet = _one_row(f"fragor.{block.source}.{block.outcome}.{block.instrument.id}")
    numbers = [n - 1 for n in items_of(block.instrument, block.scale)]
    own = complete[:, numbers]
    unused = float(np.nanmin(own) > items.minimum or np.nanmax(own) < items.maximum) if own.size >= 10 * SURE else np.nan
    checks = [_statistic(sheet, "kodning", _UNUSED, unused, most=0.0)]
    if items.reversed and len(own) >= LEAST and {n - 1 for n in items.reversed} & set(numbers):
        same = float((own == own[:, :1]).all(axis=1).mean())
        checks.append(_statistic(sheet, "rakt", _LINE, same, most=_STRAIGHT))
    return [*checks, *_coherence(block, sheet)]


def polarity_checks(known: Sequence[tuple[str, Instrument, Scale]], rows: pd.DataFrame) -> list[Check]:
    """Return the checks that wellbeing and distress of the same persons go opposite ways."""
    mental = [(o, i, s) for o, i, s in known if i.family in MENTAL and s.direction != "neutral" and s.score_type != "count"]
    checks = []
    for place, (outcome, instrument, scale) in enumerate(mental):
        for other, second, across in mental[place + 1 :]:
            if outcome == other or (instrument.family == second.family and instrument.respondent != second.respondent):
                continue
            left = _mean_by_person(rows, outcome, instrument.id)
            right = _mean_by_person(rows, other, second.id)
            both = left.index.intersection(right.index)
            sign = 1.0 if scale.direction == across.direction else -1.0
            sheet = _one_row(f"riktning.{outcome}.{instrument.id}.{other}.{second.id}")
            checks.append(_correlation(sheet, "tecken", _OPPOSED, left[both].to_numpy(), sign * right[both].to_numpy()))
    return checks


def _coherence(block: ItemBlock, sheet: Sheet) -> list[Check]:
    """Check each scale of items: no item against the rest, and as coherent as published."""
    checks = []
    for scale in _made_of_items(block):
        columns = [n - 1 for n in scale.items]
        answers = _turned(block)[:, columns]
        answers = answers[~np.isnan(answers).any(axis=1)]
        lowest = _lowest_item_rest(answers)
        severity = Severity.STOP if len(answers) >= SURE else Severity.WARN
        fault = Fault(
            "SC-REVERSED",
            severity,
            f"en fråga går åt motsatt håll mot de andra i skalan {scale.id}",
            "Kontrollera om frågan redan är vänd i källan, eller om svarens koder står i omvänd ordning",
        )
        least = -_Z / np.sqrt(max(len(answers), 1))
        checks.append(_statistic(sheet, f"fraga_rest.{scale.id}", fault, lowest, least=float(least)))
        published = [r.value for r in block.instrument.reliability if r.kind == "alpha" and r.scale == scale.id and r.value]
        if published:
            checks.append(_statistic(sheet, f"alfa.{scale.id}", _LOW_ALPHA, _alpha(answers), least=min(published) - 0.2))
    return checks


def _made_of_items(block: ItemBlock) -> list[Scale]:
    wanted, found = [block.scale], []
    while wanted:
        scale = block.instrument.scale(wanted.pop(0))
        if scale is None:
            continue
        wanted += [*scale.sum_of, *([scale.from_scale] if scale.from_scale else [])]
        if len(scale.items) >= 3 and block.instrument.id != "meritvarde":
            found.append(scale)
    return found


def _turned(block: ItemBlock) -> Floats:
    items = block.instrument.items
    if items is None or not items.reversed:
        return block.answers
    return reversed_answers(block.answers, [n - 1 for n in items.reversed], minimum=items.minimum, maximum=items.maximum)


def _lowest_item_rest(answers: Floats) -> float:
    """Return the lowest correlation of an item with the sum of the others; NaN with few rows or items that do not vary."""
    if len(answers) < LEAST:
        return float("nan")
    total = answers.sum(axis=1)
    found = [_r(answers[:, i], total - answers[:, i]) for i in range(answers.shape[1])]
    known = [r for r in found if not np.isnan(r)]
    return min(known, default=float("nan"))


def _alpha(answers: Floats) -> float:
    """Return Cronbach's alpha; NaN with few rows or without variance."""
    if len(answers) < LEAST:
        return float("nan")
    k, total = answers.shape[1], answers.sum(axis=1).var(ddof=1)
    return float("nan") if total == 0 else float(k / (k - 1) * (1 - answers.var(axis=0, ddof=1).sum() / total))


def _metric_checks(sheet: Sheet, scale: Scale, values: Floats) -> list[Check]:
    """Check that a standardised score has a mean and SD near its metric: raw points given as T do not."""
    if scale.score_type not in METRICS or len(values) < LEAST:
        return []
    mean, sd = METRICS[scale.score_type]
    away = abs(float(values.mean()) - mean) / sd
    spread = float(values.std(ddof=1)) / sd
    return [
        _statistic(sheet, "metrik", _OFF_METRIC, away, most=_FAR if scale.score_type != "stanine" else 1.9),
        _statistic(sheet, "spridning", _OFF_SPREAD, spread, least=_NARROW, most=_WIDE),
    ]


def _raw_checks(sheet: Sheet, scale: Scale, values: Floats) -> list[Check]:
    """Check that scores on a scale of raw sums wide enough to hold T scores do not look like T scores."""
    if scale.score_type != "raw_sum" or scale.maximum < _HOLDS_T or scale.minimum > 20 or len(values) < LEAST:
        return []
    mean, sd = METRICS["T"]
    alike = abs(float(values.mean()) - mean) < sd / 4 and 0.8 < float(values.std(ddof=1)) / sd < 1.25 and float(values.min()) >= 20
    return [_statistic(sheet, "liknar_t", _LIKE_T, float(alike), most=0.0)]


def _heap(values: Floats, scale: Scale) -> float:
    """Return whether a code for missing (99) stands out among legal scores: 1 or 0; NaN where 99 is no score of the scale."""
    if not scale.minimum <= _CODE <= scale.maximum:
        return float("nan")
    near = max(int((values == _CODE - 1).sum()), int((values == _CODE + 1).sum()), 1)
    count = int((values == _CODE).sum())
    return float(count >= _FAMILIES and count > 5 * near)


def _ends(rows: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return each person's first and last score by date, for persons with two dates."""
    ordered = rows[rows["date"].notna()].sort_values(["unit", "date"], kind="stable").groupby("unit", sort=True)
    ends = ordered.agg(first=("value", "first"), last=("value", "last"), days=("date", "nunique"))
    ends = ends[ends["days"] > 1]
    return ends["first"].to_numpy(dtype=np.float64), ends["last"].to_numpy(dtype=np.float64)


def _mean_by_person(rows: pd.DataFrame, outcome: str, instrument: str) -> pd.Series:
    mine = rows[(rows["outcome"] == outcome) & (rows["instrument"] == instrument) & rows["value"].notna()]
    return mine.groupby("unit", sort=True)["value"].first()


def _correlation(sheet: Sheet, name: str, fault: Fault, left: Floats, right: Floats) -> Check:
    """Check that two series do not clearly go opposite ways."""
    n = len(left)
    r = _r(left, right) if n >= LEAST else float("nan")
    severity = Severity.STOP if n >= SURE else Severity.WARN
    judged = Fault(fault.code, severity, fault.message, fault.remedy)
    return _statistic(sheet, name, judged, r, least=float(-_Z / np.sqrt(max(n, 1))))


def _r(left: Floats, right: Floats) -> float:
    if left.std() == 0 or right.std() == 0:
        return float("nan")
    return float(np.corrcoef(left, right)[0, 1])


def _one_row(name: str) -> Sheet:
    return Sheet(name, pd.DataFrame({"grupp": [0.0]}))


def _statistic(
    sheet: Sheet, name: str, fault: Fault, value: float, *, least: float | None = None, most: float | None = None
) -> Check:
    return counted(sheet, name, fault, pd.Series([value], dtype="float64"), least=least, most=most)


def _warning(code: str, message: str, remedy: str) -> Fault:
    return Fault(code, Severity.WARN, message, remedy)


_FLOOR = _warning(
    "SC-FLOOR", "över 15 % har skalans lägsta värde: en försämring syns inte", "Nämn golvet i rapporten; pröva ett annat instrument"
)
_TOP = _warning(
    "SC-FLOOR", "över 15 % har skalans högsta värde: en förbättring syns inte", "Nämn taket i rapporten; pröva ett annat instrument"
)
_CODES = _warning(
    "SC-CODE", "värdet 99 är ovanligt vanligt: det kan vara en kod för saknat svar", "Ange koden under missing i planen"
)
_UNUSED = _warning(
    "SC-CODING",
    "svarens lägsta eller högsta kod används aldrig: de kan vara kodade från 1 i stället för 0",
    "Kontrollera källans kodning",
)
_LINE = _warning(
    "SC-LINE", "över 5 % har samma svar på alla frågor trots vända frågor", "Läs formulären; svaren kan vara slentrian"
)
_LOW_ALPHA = _warning(
    "SC-ALPHA", "frågorna hänger sämre ihop än vad som är publicerat", "Kontrollera vända frågor och att rätt kolumner är kopplade"
)
_OFF_METRIC = Fault(
    "SC-METRIC",
    Severity.STOP,
    "gruppens medelvärde är orimligt för en standardiserad poäng: råpoäng kan ha levererats i stället",
    "Leverera den standardiserade poängen, eller ange råpoängens skala i planen",
)
_OFF_SPREAD = _warning(
    "SC-METRIC",
    "gruppens spridning är ovanlig för en standardiserad poäng",
    "Kontrollera att rätt poäng levererats och rätt normtabell",
)
_LIKE_T = _warning(
    "SC-METRIC",
    "gruppens medelvärde och spridning är T-poängens (50 och 10), men skalan är råpoäng: T-poäng kan ha levererats",
    "Leverera råpoängen, eller välj instrumentets T-skala i planen och ange metric: T på kolumnen",
)
_TURNED = Fault(
    "SC-DIRECTION",
    Severity.STOP,
    "de som låg högt vid första mätningen ligger lågt vid den sista: skalan kan vara vänd vid en av dem",
    "Kontrollera riktningen i båda leveranserna",
)
_OPPOSED = Fault(
    "SC-DIRECTION",
    Severity.STOP,
    "två mått på psykisk hälsa går åt fel håll mot varandra: det ena kan vara vänt",
    "Kontrollera riktningen i källan och i planen",
)
