"""The part of the report on one treated unit: twin, placebos, weights, and who was left out of the comparison."""

from __future__ import annotations

from collections import Counter

from evalkit.findings.safe import SafeResult
from evalkit.findings.safe_single_unit import SafeSingleUnit, SafeTwin
from evalkit.findings.single_unit import ShiftedValue
from evalkit.release.language import Language
from evalkit.release.markup import Table, bullets, heading, para
from evalkit.release.single_unit_figures import MOST_BARS, placebo_figure, twin_figure, weight_figure
from evalkit.release.tables import render

_BAD_FIT = 0.1
"""Among so many with the worst fit before the start the report warns."""
_MOST_NAMED = 25


def single_unit_parts(safe: SafeResult, language: Language) -> list[str]:
    """Return heading, text, figures and tables of each outcome; nothing where the plan does not declare one unit."""
    parts: list[str] = []
    for found in safe.single_unit:
        parts += _outcome(safe, found, language)
    return parts


def _outcome(safe: SafeResult, found: SafeSingleUnit, language: Language) -> list[str]:
    t, first = language.text, found.methods[0]
    counts = {"n": language.count(found.n_donors), "before": found.n_before, "after": found.n_after}
    title = t("su_heading", unit=found.unit)
    primary = found.outcome == safe.plan.primary_outcome
    return [
        heading(title if primary else f"{title}: {safe.outcome_label(found.outcome)}"),
        para(t("su_intro", unit=found.unit, start=found.start, **counts)),
        twin_figure(safe, found, first, language).html(),
        para(_rank(found, first, language)),
        para(t("su_few"), "callout") if first.reason == "one-unit-few-donors" else "",
        para(_bad_fit(found, first, language), "callout"),
        placebo_figure(safe, found, first, language).html(),
        render(_table(safe, found, language), language),
        bullets([*_shifts(safe, found, first, language), t("su_alone", unit=found.unit)]),
        weight_figure(safe, first, language).html(),
        render(_weights(found, language), language),
        render(_left_out(found, language), language) or para(t("su_none_left_out")),
    ]


def _rank(found: SafeSingleUnit, twin: SafeTwin, language: Language) -> str:
    smallest = language.p_value(twin.smallest_p)
    return language.text("su_rank", unit=found.unit, place=twin.place, n=twin.n_ranked, smallest=smallest)


def _bad_fit(found: SafeSingleUnit, twin: SafeTwin, language: Language) -> str:
    if twin.misfit_place > _BAD_FIT * twin.n_ranked:
        return ""
    return language.text("su_fit_bad", unit=found.unit, place=twin.misfit_place, n=twin.n_ranked)


def _table(safe: SafeResult, found: SafeSingleUnit, language: Language) -> Table:
    t = language.text
    unit = next(o.gap for o in safe.plan_text.outcomes if o.id == found.outcome)
    rows = []
    for twin in found.methods:
        name = t(f"m_{twin.method}")
        rows.append(
            [
                t("su_decides", method=name) if twin.decides else name,
                language.quantity(twin.value, twin.decimals, unit),
                language.interval(twin.interval, twin.decimals),
                language.p_value(twin.p_value),
                language.count(twin.place),
                language.number(twin.misfit, twin.decimals),
                language.number(twin.spread, twin.decimals),
            ]
        )
    level = language.percent(safe.plan_text.confidence_level)
    head = [t("c_method"), t("c_value"), t("c_ci", level=level), t("c_p"), t("c_place", n=found.methods[0].n_ranked)]
    ratio = language.listed([f"{t(f'm_{twin.method}')} {twin.ratio_place}" for twin in found.methods])
    note = t("note_twins", ratio=ratio)
    return Table(t("t_twins"), [*head, t("c_misfit"), t("c_spread")], rows, frozenset(range(1, 7)), note)


def _shifts(safe: SafeResult, found: SafeSingleUnit, twin: SafeTwin, language: Language) -> list[str]:
    unit = next(o.gap for o in safe.plan_text.outcomes if o.id == found.outcome)
    words = {"unit": unit, "method": language.text(f"m_{twin.method}")}
    said = []
    if twin.without_donor:
        said.append(language.text("su_without", **words, **_ends(twin.without_donor, twin.decimals, language)))
    if twin.placebo_starts:
        ends = {"first": twin.placebo_starts[0].changed, "last": twin.placebo_starts[-1].changed}
        said.append(language.text("su_starts", **words, **ends, **_ends(twin.placebo_starts, twin.decimals, language)))
    return said


def _ends(values: tuple[ShiftedValue, ...], decimals: int, language: Language) -> dict[str, str]:
    numbers = [one.value for one in values]
    return {"low": language.number(min(numbers), decimals), "high": language.number(max(numbers), decimals)}


def _weights(found: SafeSingleUnit, language: Language) -> Table:
    t = language.text
    names = list(dict.fromkeys(one.unit for twin in found.methods for one in twin.weights[:MOST_BARS]))
    of_method = [{one.unit: one.weight for one in twin.weights} for twin in found.methods]
    rows = [[name, *(language.number(100 * own.get(name, 0.0), 1) for own in of_method)] for name in names]
    others = found.n_donors - len(names)
    if others > 0:
        rest = [max(0.0, 100 * (1 - sum(own.get(name, 0.0) for name in names))) for own in of_method]
        rows.append([t("su_rest", n=language.count(others)), *(language.number(share, 1) for share in rest)])
    head = [t("c_donor"), *(f"{t(f'm_{twin.method}')}, %" for twin in found.methods)]
    return Table(t("t_twin_weights"), head, rows, frozenset(range(1, len(head))))


def _left_out(found: SafeSingleUnit, language: Language) -> Table:
    """Name the units that the plan leaves out with its words; count the others by reason where they are many."""
    t = language.text
    words = {
        code: t("d_not_named") if code == "not_named" else t(f"r_{code}")
        for code in {o.code for o in found.left_out} - {"declared"}
    }
    counts = Counter(one.code for one in found.left_out)
    rows = [[one.unit, one.reason or words[one.code]] for one in found.left_out if _is_named(one.code, counts)]
    rows += [
        [t("d_counted", n=language.count(counts[code]), reason=words[code]), words[code]]
        for code in sorted(words)
        if not _is_named(code, counts)
    ]
    return Table(t("t_left_out"), [t("c_donor"), t("c_reason")], rows)


def _is_named(code: str, counts: Counter[str]) -> bool:
    return code == "declared" or counts[code] <= _MOST_NAMED
