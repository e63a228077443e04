"""The chapters on method, results, sensitivity and economy."""

from __future__ import annotations

from dataclasses import replace

from evalkit.findings.reasons import REFUSALS
from evalkit.findings.safe import SafeMean, SafeResult
from evalkit.release.adjustment_page import adjustment_parts
from evalkit.release.as_drawn import by_what_they_got
from evalkit.release.chapter_dip import dip_parts
from evalkit.release.chapter_routes import routes_parts
from evalkit.release.chapters_staggered import staggered_parts
from evalkit.release.chosen_part import chosen_parts
from evalkit.release.decision_pages import decision_parts
from evalkit.release.experiment_pages import experiment_parts
from evalkit.release.figures import effect_figure, month_figure, path_figure, size_figure, trend_figure
from evalkit.release.instrument_pages import instrument_parts
from evalkit.release.language import Language
from evalkit.release.markup import Html, bullets, chapter, heading, para
from evalkit.release.matching_page import matching_parts
from evalkit.release.points import person_parts
from evalkit.release.reason_text import route_sentences
from evalkit.release.risk_set_page import risk_set_parts
from evalkit.release.robustness_pages import robustness_parts
from evalkit.release.series_chapter import series_parts
from evalkit.release.single_unit_chapter import single_unit_parts
from evalkit.release.tables import (
    activity_table,
    break_even_table,
    estimate_table,
    means_table,
    render,
    sizes_table,
    sums_note,
)
from evalkit.release.trend_pages import path_caption, trend_parts
from evalkit.release.validity_text import validity_parts


def method(safe: SafeResult) -> Html:
    """Return design, inference routes and assumptions in words."""
    language = Language(safe.plan.language)
    t, plan = language.text, safe.plan_text
    compared = plan.comparison != "none"
    design = [
        t("cmp_none_units" if plan.comparison == "none" and safe.plan.data_kind == "public" else f"cmp_{plan.comparison}"),
        t("cmp_who", text=plan.comparison_description.rstrip(".")) if plan.comparison_description else "",
        t("assigned_by", text=plan.assigned_by.rstrip(".")) if plan.assigned_by else "",
        t(f"selected_{plan.selected_on_outcome}") if safe.plan.data_kind == "persons" else "",
    ]
    assumed = [t("a_itt")] if safe.experiment is not None else []
    assumed += [t("a_stated")] if safe.experiment is not None and safe.experiment.stated else []
    assumed += [*([] if safe.by_draw else [t("a_did")]), t("a_none")] if compared else []
    parts = [
        heading(t("design")),
        bullets(design),
        para(t("below_minimum"), "callout") if safe.evidence.below_minimum else "",
        heading(t("routes")),
        bullets(route_sentences(safe, language)),
        heading(t("assumptions")),
        bullets([*assumed, t("a_pre"), t("a_missing")]),
    ]
    return chapter("metod", t("ch4"), *parts)


def results(safe: SafeResult) -> Html:
    """Return what was given, how the groups developed, and the estimates: figures first, then the same numbers as tables."""
    language = Language(safe.plan.language)
    parts = [*activity_parts(safe, language), *_trends(safe, language), *estimate_parts(safe, language)]
    return chapter("resultat", language.text("ch5"), *parts, *further_parts(safe, language))


def further_parts(safe: SafeResult, language: Language) -> list[str]:
    """Return the result's other pages, each where the plan asks for it: the summary for managers shows them too."""
    own = [*experiment_parts(safe, language), *matching_parts(safe, language), *adjustment_parts(safe, language)]
    own += [*staggered_parts(safe, language), *risk_set_parts(safe, language), *single_unit_parts(safe, language)]
    own += series_parts(safe, language)
    own += chosen_parts(safe, language)
    return [*own, *person_parts(safe, language), *decision_parts(safe, language), *instrument_parts(safe, language)]


def sensitivity(safe: SafeResult) -> Html:
    """Return lead tests, event studies, the second engine and what could not be done."""
    language = Language(safe.plan.language)
    t = language.text
    parts = trend_parts(safe, language)
    for outcome in dict.fromkeys(p.outcome for p in safe.effect_path):
        figure = path_figure(safe, outcome, language)
        if figure is not None:
            parts.append(replace(figure, caption=path_caption(safe, outcome, figure.caption, language)).html())
    parts += dip_parts(safe, language)
    parts += validity_parts(safe, language)
    parts += routes_parts(safe, language)
    parts += robustness_parts(safe, language)
    with_error = [e for e in safe.estimates if e.std_error is not None]
    checked = all(e.second_engine is not None and e.second_engine.agrees for e in with_error)
    text = t("engines_none") if not with_error else t("engines_all" if checked else "engines_some")
    parts += [heading(t("engines")), para(text)]
    if safe.refusals:
        parts += [heading(t("refusals")), bullets(_refusals(safe, language))]
    return chapter("kanslighet", t("ch6"), *parts)


def economy(safe: SafeResult) -> Html:
    """Return cost per participant and what would have to be avoided, by party."""
    language = Language(safe.plan.language)
    t, value = language.text, safe.valuation
    if value is None:
        return chapter("ekonomi", t("ch7"), para(t("no_money")))
    words = {"budget": language.kronor(value.budget), "year": value.price_year, "source": value.budget_source}
    if value.cost_per_participant is None:
        text = t("money_hidden", **words)
    else:
        text = t("money", **words, n=language.count(value.n_participants), cost=language.kronor(value.cost_per_participant))
    rounded = t("money_rounded") if safe.policy.applied and value.n_participants is not None else ""
    return chapter("ekonomi", t("ch7"), para(f"{text} {rounded}".strip()), render(break_even_table(safe, language), language))


def activity_parts(safe: SafeResult, language: Language) -> list[str]:
    """Return what was given: target against actual, and by month."""
    if not safe.activities and not safe.activity_months:
        return []
    figures = [month_figure(safe, activity, language) for activity in dict.fromkeys(m.activity for m in safe.activity_months)]
    drawn = [figure.html() for figure in figures if figure]
    return [heading(language.text("given")), render(activity_table(safe, language), language), *drawn]


def _trends(safe: SafeResult, language: Language) -> list[str]:
    series: dict[tuple[str, str], list[SafeMean]] = {}
    for point in safe.means:
        series.setdefault((point.outcome, point.axis), []).append(point)
    primary = safe.plan.primary_outcome
    parts = [heading(language.text("trend"))] if series else []
    for (outcome, axis), points in sorted(
        series.items(), key=lambda item: (item[0][0] != primary, _place(safe, item[0][0]), item[0][1])
    ):
        figure = trend_figure(safe, points, language)
        parts += [figure.html()] if figure else []
        parts += [para(s, "note") for s in sums_note(safe, outcome, "quarter", language) if figure and axis == "quarter"]
        if axis != "quarter":
            label = safe.outcome_label(outcome) + by_what_they_got(safe, language)
            parts.append(render(means_table(points, label, safe, language), language))
    return parts


def estimate_parts(safe: SafeResult, language: Language, *, standardised: bool = True) -> list[str]:
    """Return every estimate as figure and table, in its own unit and, where asked for, standardised."""
    drawn = effect_figure(safe, language)
    parts = [heading(language.text("estimates")), drawn.html() if drawn else "", render(estimate_table(safe, language), language)]
    if not standardised:
        return parts
    sizes = size_figure(safe, language)
    return [*parts, sizes.html() if sizes else "", render(sizes_table(safe, language), language)]


def _refusals(safe: SafeResult, language: Language) -> list[str]:
    return [
        language.text(
            "refusal",
            label=safe.outcome_label(refusal.outcome),
            analysis=language.text(f"an_{refusal.analysis}"),
            reason=language.says(REFUSALS, refusal.code),
        )
        for refusal in safe.refusals
    ]


def _place(safe: SafeResult, outcome: str) -> int:
    return next((i for i, o in enumerate(safe.plan_text.outcomes) if o.id == outcome), len(safe.plan_text.outcomes))
