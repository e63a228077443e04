"""The part of the results about units that started at different times."""

from __future__ import annotations

from evalkit.findings.safe import SafeResult
from evalkit.findings.safe_staggered import SafeStaggered
from evalkit.release.figures_staggered import cohort_figure
from evalkit.release.language import Language
from evalkit.release.markup import Table, heading, para
from evalkit.release.tables import render


def staggered_parts(safe: SafeResult, language: Language) -> list[str]:
    """Return heading, words, figures and table for each outcome; nothing where all started at once."""
    if not safe.staggered:
        return []
    parts = [heading(language.text("sg_title"))]
    for found in safe.staggered:
        parts += [para(" ".join(_words(safe, found, language)))]
        # A figure for the main question only: the others have their table.
        parts += [cohort_figure(safe, found, language).html()] if found.outcome == safe.plan.primary_outcome else []
        parts.append(render(_table(safe, found, language), language))
    return parts


def _words(safe: SafeResult, found: SafeStaggered, language: Language) -> list[str]:
    t = language.text
    said = [t(f"sg_{found.comparison}", label=safe.outcome_label(found.outcome))]
    said += [t("sg_anticipation", n=language.count(found.anticipation))] if found.anticipation else []
    said += [t("sg_joined", n=language.count(found.joined))] if found.joined else []
    unit = _unit(safe, found)
    if found.diagnosis is not None:
        d = found.diagnosis
        key = "sg_diagnosis" if d.forbidden_weight or d.negative_cells else "sg_diagnosis_clean"
        words = {"forbidden": language.percent(d.forbidden_weight), "cells": language.percent(d.negative_cells)}
        said.append(t(key, value=language.quantity(d.value, d.decimals, unit), **words))
    if found.balance is not None:
        b = found.balance
        counts = {"complete": language.count(b.complete_units), "any": language.count(b.any_units)}
        values = {
            "value": language.quantity(b.complete, b.decimals, unit),
            "with_any": language.quantity(b.with_any, b.decimals, unit),
        }
        said.append(t("sg_balance", **counts, **values))
    return [*said, *_two_ways(found, unit, language)]


def _two_ways(found: SafeStaggered, unit: str, language: Language) -> list[str]:
    """Return how far imputation lies from the main estimate, and whether that is more than its uncertainty."""
    two = found.two_ways
    if two is None or two.difference == 0:
        return []
    words = {
        "imputed": language.quantity(two.imputed, two.decimals, unit),
        "apart": language.number(abs(two.difference), two.decimals),
    }
    said = language.text("sg_two_ways", **words, side=language.text("sg_more" if two.difference > 0 else "sg_less"))
    if two.interval is None:
        return [said, language.text("sg_two_ways_unknown")]
    low, high = two.interval.low, two.interval.high
    ends = {"low": language.number(low, two.decimals), "high": language.number(high, two.decimals)}
    key = "sg_two_ways_within" if low <= 0 <= high else "sg_two_ways_beyond"
    return [said, language.text(key, **ends, level=language.percent(two.interval.level))]


def _table(safe: SafeResult, found: SafeStaggered, language: Language) -> Table:
    t = language.text
    rows = [
        [
            c.cohort,
            language.count(c.units),
            language.count(c.compared_units),
            language.number(c.value, c.decimals),
            language.interval(c.interval, c.decimals),
        ]
        for c in found.cohorts
    ]
    level = language.percent(found.band_level)
    head = [t("sg_c_cohort"), t("sg_c_units"), t("sg_c_comparison"), t("sg_c_value"), t("sg_c_band", level=level)]
    note = t("sg_no_band") if any(c.interval is None for c in found.cohorts) else ""
    title = t("sg_cohorts", label=safe.outcome_label(found.outcome), unit=_unit(safe, found))
    return Table(title, head, rows, frozenset({1, 2, 3, 4}), note)


def _unit(safe: SafeResult, found: SafeStaggered) -> str:
    return next(o.gap for o in safe.plan_text.outcomes if o.id == found.outcome)
