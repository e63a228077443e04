"""The randomised study in the report: who was drawn and lost, what the offer did, and what would change the answer."""

from __future__ import annotations

from evalkit.findings.safe import SafeEstimate, SafeResult
from evalkit.findings.safe_experiment import SafeExperiment, SafeLate, SafeOutcomeExperiment
from evalkit.release.experiment_figure import offer_figure
from evalkit.release.language import Language
from evalkit.release.many_arms_pages import many_parts
from evalkit.release.markup import Table, heading, para
from evalkit.release.tables import render
from evalkit.release.trial_pages import trial_parts

_SHA = 12
_KNOWN = ("baseline", "women", "age")


def experiment_parts(safe: SafeResult, language: Language) -> list[str]:
    """Return the study's part of the chapter of results; nothing where the run has no study."""
    study = safe.experiment
    if study is None:
        return []
    t = language.text
    primary = study.of(safe.plan.primary_outcome)
    parts = [heading(t("x_heading")), *_about(study, language)]
    if primary is not None:
        label = safe.outcome_label(primary.outcome)
        parts += [render(_flow_table(study, primary, label, language), language), para(_attrition(primary, language))]
    parts += (
        many_parts(safe, study, language) if study.many is not None else [render(_offer_table(safe, study, language), language)]
    )
    if primary is not None:
        figure = offer_figure(safe, primary, language)
        parts += [figure.html() if figure else "", *_primary(safe, primary, language)]
    return [*parts, render(_balance_table(safe, study, language), language), *trial_parts(safe, study, language)]


def _about(study: SafeExperiment, language: Language) -> list[str]:
    t = language.text
    if study.stated:
        parts = [para(t("x_stated")), para(t("x_stated_intention"))]
        return [*parts, para(t("x_clusters"))] if study.clusters else parts
    receipts = language.listed([sha[:_SHA] for sha in study.receipts])
    drawn = t(
        "x_drawn",
        batches=study.batches,
        draws=language.listed(study.draws),
        listed=language.count(study.n_listed),
        receipts=receipts,
    )
    parts = [para(drawn), para(t("x_intention"))]
    parts += [para(t("x_clusters"))] if study.clusters else []
    return [*parts, para(t("x_excluded", n=language.count(study.n_excluded)))] if study.n_excluded else parts


def _flow_table(study: SafeExperiment, found: SafeOutcomeExperiment, label: str, language: Language) -> Table:
    t = language.text
    keys = [key for key in ("n_randomised", "n_took_part", "n_lost", "n_analysed") if key != "n_took_part" or not study.stated]
    named = {} if study.many is None else dict(study.many.labels)
    rows = [
        [named[arm.arm] if named else t(f"arm_{arm.arm}"), *(language.count(getattr(arm, key)) for key in keys)]
        for arm in found.arms
    ]
    head = [t("c_arm"), *(t(f"c_{key.removeprefix('n_')}") for key in keys)]
    return Table(t("t_consort", label=label), head, rows, frozenset(range(1, len(head))))


def _attrition(found: SafeOutcomeExperiment, language: Language) -> str:
    if all(arm.n_lost == 0 for arm in found.arms):
        return language.text("x_none_lost")
    if found.attrition_p is None:
        return language.text("x_attrition_hidden")
    key = "x_attrition" if len(found.arms) == 2 else "x_attrition_arms"
    return language.text(key, p=language.p_value(found.attrition_p, below=found.attrition_p_below))


def _offer_table(safe: SafeResult, study: SafeExperiment, language: Language) -> Table:
    t = language.text
    named = {e.id: e for e in safe.estimates}
    several = any(found.holm_p is not None for found in study.outcomes)
    rows = [
        [
            safe.outcome_label(found.outcome),
            language.quantity(e.value, e.decimals, e.unit),
            language.interval(e.interval, e.decimals),
            language.p_value(e.p_value, below=e.p_below),
            *([language.p_value(found.holm_p, below=found.holm_p_below)] if several else []),
            *([] if study.stated else [language.p_value(found.randomisation_p, below=found.randomisation_p_below)]),
        ]
        for found in study.outcomes
        if (e := named.get(found.estimate_id)) is not None
    ]
    level = language.percent(safe.plan_text.confidence_level)
    head = [t("c_outcome"), t("c_value"), t("c_ci", level=level), t("c_p"), *([t("c_holm")] if several else [])]
    head += [] if study.stated else [t("c_randomisation_p")]
    n = max((found.n_redrawn for found in study.outcomes), default=0)
    notes = [] if study.stated else [t("note_offer", n=language.number(n))]
    notes += [t("note_offer_holm")] if several else []
    return Table(t("t_offer"), head, rows, frozenset(range(1, len(head))), " ".join(notes))


def _primary(safe: SafeResult, found: SafeOutcomeExperiment, language: Language) -> list[str]:
    t = language.text
    estimate = next(e for e in safe.estimates if e.id == found.estimate_id)
    parts: list[str] = []
    shown = [o for o in found.others if o.value is not None]
    if shown:
        items = [
            t(
                f"x_{o.kind}",
                value=language.quantity(o.value, o.decimals, estimate.unit),
                se=language.number(o.std_error, o.decimals),
            )
            for o in shown
        ]
        parts.append(para(t("x_others", items="; ".join(items))))
    parts += [] if found.late_note in {"stated", "many-arms"} else [para(_late(found, estimate, language))]
    if found.lee is not None:
        low, high = (language.quantity(end, found.lee.decimals, estimate.unit) for end in (found.lee.low, found.lee.high))
        if found.lee.low is None:
            parts.append(para(t("x_lee_same" if found.lee.none_trimmed else "x_lee_hidden")))
        else:
            parts.append(para(t("x_lee", low=low, high=high, share=language.percent(found.lee.trimmed))))
    return [*parts, render(_subgroup_table(safe, found, estimate, language), language)]


def _late(found: SafeOutcomeExperiment, estimate: SafeEstimate, language: Language) -> str:
    t, late = language.text, found.late
    if late is None:
        return t("x_late_all" if found.late_note == "EST-COMPLIANCE" else "x_late_none")
    if late.hidden:
        return t("x_late_hidden")
    words = {
        "span": late_span(late, language),
        "level": language.percent(late.level),
        "f": language.number(late.first_stage_f, 0 if (late.first_stage_f or 0.0) >= 10 else 1),
        "points": language.number(100 * (late.first_stage or 0.0)),
    }
    if late.value is None:
        return t("x_late_weak", **words)
    return t("x_late", value=language.quantity(late.value, late.decimals, estimate.unit), **words)


def late_span(late: SafeLate, language: Language) -> str:
    """Return the confidence set in words: an end that is not there is said to be so."""
    low = language.text("x_no_end_low") if late.low is None else language.number(late.low, late.decimals)
    high = language.text("x_no_end_high") if late.high is None else language.number(late.high, late.decimals)
    span = f"{low} {language.text('to')} {high}"
    return language.text("x_everything_but", span=span) if late.disjoint else span


def _subgroup_table(safe: SafeResult, found: SafeOutcomeExperiment, estimate: SafeEstimate, language: Language) -> Table:
    t = language.text
    rows = [
        [
            group.label,
            language.quantity(group.value, group.decimals, estimate.unit),
            language.interval(group.interval, group.decimals),
            language.p_value(group.p_value, below=group.p_below),
            *([language.p_value(group.adjusted_p, below=group.adjusted_below)] if len(found.subgroups) > 1 else []),
        ]
        for group in found.subgroups
    ]
    level = language.percent(safe.plan_text.confidence_level)
    head = [t("c_subgroup"), t("c_difference"), t("c_ci", level=level), t("c_p")]
    head += [t("c_adjusted_groups")] if len(found.subgroups) > 1 else []
    return Table(t("t_subgroups"), head, rows, frozenset(range(1, len(head))), t("note_subgroups"))


def _balance_table(safe: SafeResult, study: SafeExperiment, language: Language) -> Table:
    t = language.text
    label = safe.outcome_label(safe.plan.primary_outcome)
    rows = [
        [
            *([] if study.many is None else [study.many.label(row.arm)]),
            _covariate(row.covariate, label, language),
            language.number(row.normalised, 2),
            *([] if study.stated else [t("hidden") if row.p_value is None else language.p_value(row.p_value, below=row.p_below)]),
        ]
        for row in study.balance
    ]
    if study.stated:
        return Table(t("t_balance"), [t("c_covariate"), t("c_normalised")], rows, frozenset({1}), t("note_balance_stated"))
    p = language.p_value(study.balance_p, below=study.balance_p_below)
    head = [*([] if study.many is None else [t("c_arm")]), t("c_covariate"), t("c_normalised"), t("c_p")]
    numbers = frozenset({len(head) - 2, len(head) - 1})
    return Table(t("t_balance"), head, rows, numbers, t("note_balance" if study.many is None else "note_balance_arms", p=p))


def _covariate(name: str, label: str, language: Language) -> str:
    """Return a covariate in words; a background column of the delivery bears its own name."""
    return language.text(f"b_{name}", label=label) if name in _KNOWN else name.replace("_", " ").capitalize()
