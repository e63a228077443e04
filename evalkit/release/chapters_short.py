"""What the shorter editions say in their own order: one page for politicians, the key results for managers."""

from __future__ import annotations

from dataclasses import replace

from evalkit.findings.safe import SafeMean, SafeResult
from evalkit.release.as_drawn import by_what_they_got
from evalkit.release.chapters_end import may_and_may_not, next_parts
from evalkit.release.chapters_results import activity_parts, estimate_parts, further_parts
from evalkit.release.chapters_start import summary_sentences, tiles
from evalkit.release.figures import trend_figure
from evalkit.release.flow_figure import flow_figure
from evalkit.release.language import Language
from evalkit.release.markup import Html, chapter, heading, para
from evalkit.release.tables import means_table, render


def one_page(safe: SafeResult) -> Html:
    """Return what a politician needs on one page: what, who, what was found, how sure, what it cost, what may not be said."""
    language = Language(safe.plan.language)
    sentences = summary_sentences(safe, language)
    told = [para(s, "verdict" if i == 2 else "") for i, s in enumerate(sentences)]
    parts = [tiles(safe, language), *told, *_trend(safe, language), may_and_may_not(safe, language), *next_parts(safe, language)]
    return chapter("pa-en-sida", language.text("ch_one_page"), *parts)


def key_results(safe: SafeResult) -> Html:
    """Return who took part, what they got, how the main outcome developed and every estimate."""
    language = Language(safe.plan.language)
    t, primary = language.text, safe.plan.primary_outcome
    flows = [flow_figure(safe, flow, language).html() for flow in safe.flows if flow.outcome == primary]
    points = _points(safe)
    parts = [
        heading(t("flow")) if flows else "",
        *flows,
        *activity_parts(safe, language),
        heading(t("trend")) if points else "",
        *_trend(safe, language),
        render(means_table(points, safe.outcome_label(primary) + by_what_they_got(safe, language), safe, language), language)
        if points
        else "",
        *estimate_parts(safe, language, standardised=False),
        *further_parts(_main_instrument(safe), language),
    ]
    return chapter("nyckelresultat", t("ch_key_results"), *parts)


def _main_instrument(safe: SafeResult) -> SafeResult:
    """Return the result with the instrument page of its main outcome; the others stand in the full report."""
    own = tuple(page for page in safe.instruments if page.outcome == safe.plan.primary_outcome)
    return replace(safe, instruments=own or safe.instruments)


def _points(safe: SafeResult) -> list[SafeMean]:
    """Return the means of the main outcome by occasion; by quarter or period where it has no occasions."""
    own = [point for point in safe.means if point.outcome == safe.plan.primary_outcome]
    return [p for p in own if p.axis != "quarter"] or own


def _trend(safe: SafeResult, language: Language) -> list[str]:
    points = _points(safe)
    figure = trend_figure(safe, points, language) if points else None
    return [figure.html()] if figure else []
