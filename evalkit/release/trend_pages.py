"""Whether the groups developed alike before the start, in three states, and what follows if they drift apart after it."""

from __future__ import annotations

import re

from evalkit.findings.honest import MOST, SafeHonest
from evalkit.findings.reasons import TESTS
from evalkit.findings.safe import SafeResult, SafeTest
from evalkit.release.language import Language
from evalkit.release.markup import Table, bullets, heading, para
from evalkit.release.reason_text import by_outcome
from evalkit.release.smooth_part import smooth_parts
from evalkit.release.tables import render, sums_note, test_table

_YEAR = re.compile(r"\d{4}")


def trend_parts(safe: SafeResult, language: Language) -> list[str]:
    """Return heading, one sentence a test, their table, and the bounds; nothing where nothing was tested."""
    if not safe.tests:
        return []
    told = dict.fromkeys(s for test in safe.tests if test.reason for s in _told(safe, test, language))
    about = by_outcome(((safe.outcome_label(test.outcome), test.reason) for test in safe.tests if test.reason), TESTS, language)
    parts = [heading(language.text("leads")), bullets([*about, *told]), render(test_table(safe, language), language)]
    for one in safe.honest:
        parts += [para(honest_sentence(safe, one, language)), render(_honest_table(safe, one, language), language)]
        parts += smooth_parts(safe, one.outcome, _step(safe, one.outcome), language)
    return parts


def has_start_groups(safe: SafeResult, outcome: str) -> bool:
    """Return whether estimates, test, bounds and path of an outcome rest on its start groups."""
    return any(found.outcome == outcome for found in safe.staggered)


def path_caption(safe: SafeResult, outcome: str, caption: str, language: Language) -> str:
    """Return the event figure's caption, with how start groups are put together where there are any."""
    return f"{caption} {language.text('path_groups')}" if has_start_groups(safe, outcome) else caption


def reach_sentence(safe: SafeResult, test: SafeTest, language: Language) -> str:
    """Return what the test would not have seen; empty where it says nothing about it."""
    if test.state != "not_contradicted" or test.minimum_detectable is None:
        return ""
    unit = next((e.unit for e in safe.estimates if e.outcome == test.outcome), "")
    reach = language.quantity(test.minimum_detectable, test.minimum_decimals, unit)
    return language.text(
        "trend_reach", label=safe.outcome_label(test.outcome), reach=reach, step=language.text(f"step_{_step(safe, test.outcome)}")
    )


def honest_sentence(safe: SafeResult, one: SafeHonest, language: Language) -> str:
    """Return in one or two sentences how much drift the finding stands."""
    unit = next((e.unit for e in safe.estimates if e.outcome == one.outcome), "")
    words = {
        "label": safe.outcome_label(one.outcome),
        "n": one.n_post,
        "step": language.quantity(one.largest_step, one.decimals, unit),
    }
    words["value"] = language.quantity(one.value, one.decimals, unit)
    if one.breakdown is None:
        return language.text("honest_none", **words)
    most = language.number(one.breakdown, 1)
    words["factor"] = language.text("honest_more", factor=most) if one.breakdown >= MOST else most
    return f"{language.text('honest_holds', **words)} {language.text('honest_stands' if one.breakdown >= 1 else 'honest_falls')}"


def _told(safe: SafeResult, test: SafeTest, language: Language) -> list[str]:
    said = [reach_sentence(safe, test, language), *(sums_note(safe, test.outcome, "quarter", language) if test.by_quarter else [])]
    if test.false_positive_rate is not None:
        said.append(language.text("trend_groups", rate=language.number(test.false_positive_rate * 100, 1)))
    return [*filter(None, said)]


def _step(safe: SafeResult, outcome: str) -> str:
    if any(test.by_quarter for test in safe.tests if test.outcome == outcome):
        return "quarter"
    periods = [p.period for p in safe.means if p.outcome == outcome and p.axis == "period"]
    return "year" if periods and all(_YEAR.fullmatch(p) for p in periods) else "period"


def _honest_table(safe: SafeResult, one: SafeHonest, language: Language) -> Table:
    t = language.text
    rows = [
        [t("honest_alike") if r.factor == 0 else t("honest_times", factor=language.number(r.factor, 1)), _ends(r, one, language)]
        for r in one.rows
    ]
    head = [t("c_drift"), t("c_ci", level=language.percent(one.level))]
    note = " ".join([t("note_honest"), *([t("honest_groups")] if has_start_groups(safe, one.outcome) else [])])
    return Table(t("t_honest", label=safe.outcome_label(one.outcome)), head, rows, frozenset({1}), note)


def _ends(row: object, one: SafeHonest, language: Language) -> str:
    low, high = (language.number(getattr(row, end), one.decimals) for end in ("low", "high"))
    return f"{low} {language.text('to')} {high}"
