"""A stated lottery in the report: a published estimate beside its repetition, and what the planning promised beside what came."""

from __future__ import annotations

from dataclasses import replace

from evalkit.findings.safe import SafeResult
from evalkit.findings.safe_experiment import SafeExperiment
from evalkit.findings.trial import PlannedReach, PublishedTrial
from evalkit.release.language import Language
from evalkit.release.markup import Table, heading, para
from evalkit.release.rounding import digits_of, round_to
from evalkit.release.tables import render


def clear_published(found: PublishedTrial | None) -> PublishedTrial | None:
    """Return the comparison with as many decimals as the printed numbers have."""
    if found is None:
        return None
    own, error = round_to(found.own_value, _printed(found.value)), round_to(found.own_std_error, _printed(found.std_error))
    return replace(found, own_value=own, own_std_error=error)


def clear_planned(found: PlannedReach | None) -> PlannedReach | None:
    """Return what was promised and what came, with three significant digits."""
    if found is None:
        return None
    return replace(
        found,
        promised=_three(found.promised),
        reached=None if found.reached is None else _three(found.reached),
        spread_seen=_three(found.spread_seen),
        correlation_seen=round_to(found.correlation_seen, 2),
    )


def trial_parts(safe: SafeResult, study: SafeExperiment, language: Language) -> list[str]:
    """Return the published estimate and the planning; nothing where the plan has neither."""
    unit = next((o.gap for o in safe.plan_text.outcomes if o.primary), "")
    parts = []
    if study.published is not None:
        one, t = study.published, language.text
        rows = [
            [t("tr_printed"), _quantity(one.value, unit, language), _number(one.std_error, language)],
            [t("tr_repeated"), _quantity(one.own_value, unit, language), _number(one.own_std_error, language)],
        ]
        table = Table(t("t_published"), [t("c_who_computed"), t("c_value"), t("c_se")], rows, frozenset({1, 2}))
        same = (one.value, one.std_error) == (one.own_value, one.own_std_error)
        parts += [heading(t("tr_heading")), para(t("tr_intro", reference=one.reference.rstrip(".")))]
        parts += [render(table, language), para(t("tr_same" if same else "tr_differs")), para(one.checked, "note")]
    return [*parts, *_planned(study.planned, unit, language)]


def _planned(found: PlannedReach | None, unit: str, language: Language) -> list[str]:
    if found is None:
        return []
    t = language.text
    words = {
        "promised": _quantity(found.promised, unit, language),
        "reached": _quantity(found.reached, unit, language) if found.reached is not None else t("hidden"),
        "spread": _number(found.spread_assumed, language),
        "spread_seen": _number(found.spread_seen, language),
        "r": language.number(found.correlation_assumed, 2),
        "r_seen": language.number(found.correlation_seen, 2),
    }
    return [heading(t("tr_planned")), para(t("tr_promised" if found.reached is not None else "tr_promised_only", **words))]


def _printed(value: float) -> int:
    return 0 if value == round(value) else 2


def _three(value: float) -> float:
    return round_to(value, digits_of(value, 3)) if value else value


def _number(value: float, language: Language) -> str:
    return language.number(value, 0 if abs(value) >= 100 or value == round(value) else 2)


def _quantity(value: float, unit: str, language: Language) -> str:
    return f"{_number(value, language)}\u00a0{unit}"
