"""The part of the report on expected regression to the mean of outcomes without an instrument."""

from __future__ import annotations

from evalkit.findings.chosen import SafeReturn
from evalkit.findings.safe import SafeResult
from evalkit.release.language import Language
from evalkit.release.markup import bullets, heading, para


def chosen_parts(safe: SafeResult, language: Language) -> list[str]:
    """Return heading, explanation and one sentence a group; nothing where the plan declares no population."""
    said = [_sentence(safe, one, language) for one in safe.chosen if one.observed is not None]
    if not said:
        return []
    t = language.text
    return [heading(t("rtm_heading")), para(t("regression_intro")), bullets(said)]


def _sentence(safe: SafeResult, one: SafeReturn, language: Language) -> str:
    unit = next(o.gap for o in safe.plan_text.outcomes if o.id == one.outcome)
    r = language.number(one.retest, 2)
    if one.retest_high != one.retest:
        r = f"{r}–{language.number(one.retest_high, 2)}"
    words = {key: language.number(getattr(one, key), one.decimals) for key in ("observed", "low", "high")}
    inside = one.low is not None and one.high is not None and one.observed is not None and one.low <= one.observed <= one.high
    said = language.text(
        "rtm_sentence",
        label=safe.outcome_label(one.outcome),
        group=language.text(one.group),
        unit=unit,
        mean=language.number(one.population_mean, one.decimals),
        r=r,
        source=one.source.rstrip("."),
        **words,
    )
    return f"{said} {language.text('rtm_inside' if inside else 'rtm_outside')}"
