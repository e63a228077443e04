"""What the sensitivity chapter says of other ways to count the report's answer: their rates, and their numbers where these hold."""

from __future__ import annotations

from evalkit.findings.reasons import INFERENCES
from evalkit.findings.routes import ATTAINABLE, RATE, WORDS_BESIDE, SafeRoute, SafeRoutes
from evalkit.findings.safe import SafeEstimate, SafeResult
from evalkit.release.language import Language
from evalkit.release.markup import Table, heading, para
from evalkit.release.tables import render

_NAMES = {**INFERENCES, **WORDS_BESIDE}


def routes_parts(safe: SafeResult, language: Language) -> list[str]:
    """Return heading, what the table is for, the table and whether its rows agree; nothing where nothing was measured beside."""
    estimate = safe.primary
    found = next((r for r in safe.routes if r.estimate_id == safe.primary_estimate), None)
    if estimate is None or found is None:
        return []
    t = language.text
    value = language.quantity(estimate.value, estimate.decimals, estimate.unit)
    intro = (
        t("rb_intro_none") if found.chosen == "none" else t("rb_intro", chosen=language.says(INFERENCES, found.chosen), value=value)
    )
    rows = [_row(one, found, estimate, language) for one in found.routes]
    level = language.percent(safe.plan_text.confidence_level)
    head = [t("c_route"), t("c_false_alarms"), "p", t("c_ci", level=level)]
    note = t("rb_note" if found.rate_decimals else "rb_note_whole", mcse=language.number(found.mcse * 100, 1))
    table = Table(t("t_routes", label=safe.outcome_label(found.outcome)), head, rows, frozenset({1, 2}), note)
    said = " ".join(filter(None, [_agreement(found, language), _attainable(found, estimate, language)]))
    return [heading(t("routes_beside")), para(intro), render(table, language), para(said) if said else ""]


def excludes_zero(one: SafeRoute) -> bool | None:
    """Return whether a shown route leaves zero out; None where it shows no interval."""
    return None if one.interval is None else not one.interval.low <= 0 <= one.interval.high


def _row(one: SafeRoute, found: SafeRoutes, estimate: SafeEstimate, language: Language) -> list[str]:
    name = language.says(_NAMES, one.route)
    name = name[:1].upper() + name[1:]
    name = language.text("rb_chosen", route=name) if one.route == found.chosen else name
    rate = language.number(one.worst_rate * 100, found.rate_decimals)
    if one.why_not:
        words = {"rate": rate, "p": language.p_value(one.smallest_p, below=False)}
        hidden = one.why_not if one.why_not != ATTAINABLE or one.smallest_p is not None else RATE
        return [name, rate, language.text("none"), language.text(f"rb_hidden_{hidden}", **words)]
    return [name, rate, language.p_value(one.p_value, below=one.p_below), language.interval(one.interval, estimate.decimals)]


def _agreement(found: SafeRoutes, language: Language) -> str:
    own = next((excludes_zero(one) for one in found.routes if one.route == found.chosen), None)
    if own is None:
        return ""
    others = [said for one in found.routes if one.route != found.chosen and (said := excludes_zero(one)) is not None]
    if not others:
        return language.text("rb_alone")
    unlike = sum(said != own for said in others)
    if not unlike:
        return language.text("rb_same")
    return language.text("rb_differ", n=language.count(unlike), all=language.count(len(others)))


def _attainable(found: SafeRoutes, estimate: SafeEstimate, language: Language) -> str:
    one = next((r for r in found.routes if r.route == "permutation" and r.exact and r.smallest_p is not None), None)
    if one is None:
        return ""
    treated, total = language.count(estimate.n_treated_clusters), language.count(estimate.n_clusters)
    return language.text("rb_attainable", treated=treated, all=total, p=language.p_value(one.smallest_p, below=False))
