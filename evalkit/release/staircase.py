"""The analysis staircase (Analystrappan) as an appendix: filled where the cleared result can answer, else open for the team."""

from __future__ import annotations

from evalkit.findings.evidence import EvidenceLevel
from evalkit.findings.reasons import LOWERED
from evalkit.findings.safe import SafeEstimate, SafeResult
from evalkit.release.as_drawn import by_what_they_got
from evalkit.release.claims import is_weak
from evalkit.release.decision_words import stated_interval
from evalkit.release.language import Language, verdict_sentence
from evalkit.release.markup import Table, heading, para
from evalkit.release.tables import render

GREEN, YELLOW, RED, NONE = "green", "yellow", "red", "none"


def staircase_parts(safe: SafeResult, language: Language, todo: list[str]) -> list[str]:
    """Return heading, introduction and the nine steps.

    Parameters
    ----------
    todo : list[str]
        What the findings ask to be done next.
    """
    t = language.text
    shown = {
        1: _series(safe, language, "treated"),
        2: [*_target(safe, language), *_doses(safe, language)],
        3: _series(safe, language, "comparison"),
        4: _patterns(safe, language),
        5: _influences(safe, language),
        6: todo,
        7: [verdict_sentence(safe, language.code)],
        8: [_assessed(safe, language)],
        9: [],
    }
    rows = [[t(f"st_{step}"), " ".join(texts) or t("st_open"), t(f"st_{step}_q")] for step, texts in shown.items()]
    table = Table(t("t_staircase"), [t("c_step"), t("c_shown"), t("c_team")], rows)
    return [heading(t("app_staircase")), para(t("st_intro")), render(table, language)]


def assessment(safe: SafeResult) -> tuple[str, str]:
    """Return the proposed colour and the key of its reason: by the main estimate's test, its direction and the evidence level.

    Green needs a design that can carry a conclusion on the intervention (level 3 or 4) and a finding that is not weak; so does red.
    A colour is never said without its word.
    """
    primary = safe.primary
    if primary is None or primary.value is None:
        return NONE, "st_why_hidden"
    if not primary.significant:
        return YELLOW, "st_why_untested" if primary.significant is None else "st_why_unknown"
    if not primary.better:
        if primary.better is None:
            return YELLOW, "st_why_direction"
        return (YELLOW, "st_why_bad_weak") if is_weak(safe, primary) else (RED, "st_why_bad")
    if primary.group != "all" or safe.evidence.level < EvidenceLevel.CAUSAL_WITH_CAVEATS:
        return YELLOW, "st_why_early"
    return (YELLOW, "st_why_weak") if is_weak(safe, primary) else (GREEN, "st_why_good")


def _assessed(safe: SafeResult, language: Language) -> str:
    colour, reason = assessment(safe)
    return language.text("st_assessed", colour=language.text(f"st_{colour}"), reason=language.text(reason))


def _series(safe: SafeResult, language: Language, group: str) -> list[str]:
    own = [p for p in safe.means if p.outcome == safe.plan.primary_outcome and p.group == group and p.mean is not None]
    points = [p for p in own if p.axis != "quarter"] or own
    if not points:
        return []
    numbers = "; ".join(f"{p.period}: {language.number(p.mean, p.decimals)}" for p in sorted(points, key=lambda p: p.order))
    label = safe.outcome_label(safe.plan.primary_outcome)
    name = language.text(group) + by_what_they_got(safe, language)
    return [language.text("st_series", group=f"{label}, {name[:1].lower()}{name[1:]}", numbers=numbers)]


def _target(safe: SafeResult, language: Language) -> list[str]:
    outcome = next((o for o in safe.plan_text.outcomes if o.id == safe.plan.primary_outcome), None)
    primary = safe.primary
    if outcome is None or outcome.expected_effect is None:
        return [language.text("st_no_target")]
    interval = None if primary is None else stated_interval(safe, primary)
    if primary is None or primary.value is None or interval is None:
        return []
    decimals = 0 if outcome.expected_effect % 1 == 0 else 1
    values = {
        "expected": language.quantity(outcome.expected_effect, decimals, outcome.gap),
        "value": language.quantity(primary.value, primary.decimals, primary.unit),
        "interval": language.confidence(interval, primary.decimals),
    }
    return [language.text("st_target", **values)]


def _doses(safe: SafeResult, language: Language) -> list[str]:
    return [
        language.text(
            "st_dose",
            label=a.label,
            mean=language.quantity(a.mean_quantity, a.decimals, a.unit),
            target=language.number(a.target_per_person, 0 if a.target_per_person % 1 == 0 else 1),
        )
        for a in safe.activities
        if a.mean_quantity is not None
    ]


def _patterns(safe: SafeResult, language: Language) -> list[str]:
    """Return the main outcome with what its test said, then every other outcome as a description: none is left out."""
    main: dict[str, SafeEstimate] = {}
    for estimate in (e for e in safe.estimates if e.value is not None):
        known = main.get(estimate.outcome)
        if known is None or _rank(estimate) > _rank(known):
            main[estimate.outcome] = estimate
    main.pop(safe.plan.primary_outcome, None)
    first = safe.primary if safe.primary is not None and safe.primary.value is not None else None
    said = []
    if first is not None:
        key = {True: "st_found", False: "st_not_found", None: "st_untested"}[first.significant]
        if first.significant and is_weak(safe, first):
            key = "st_found_weak"
        said.append(language.text(key, label=_with_interval(first, safe, language)))
    others = "; ".join(_with_interval(e, safe, language) for e in main.values())
    return [*said, language.text("st_others", labels=others)] if others else said


def _rank(estimate: SafeEstimate) -> int:
    """Return which estimate speaks for an outcome: one by the draw before a difference, and that before a change."""
    return 2 if estimate.estimator == "itt-ancova" else int(estimate.group == "all")


def _with_interval(estimate: SafeEstimate, safe: SafeResult, language: Language) -> str:
    value = language.quantity(estimate.value, estimate.decimals, estimate.unit)
    stated = stated_interval(safe, estimate)
    interval = f" [{language.interval(stated, estimate.decimals)}]" if stated else ""
    label = safe.outcome_label(estimate.outcome)
    if estimate.contrast is not None:
        label = language.text("v_arms", label=label, arm=estimate.contrast[0], against=estimate.contrast[1])
    return f"{label} {value}{interval}"


def _influences(safe: SafeResult, language: Language) -> list[str]:
    reasons = [language.says(LOWERED, key) for key in safe.evidence.lowered_by]
    said = [language.text("st_limits", reasons="; ".join(reasons))] if reasons else []
    items = "; ".join(item.rstrip(".") for item in safe.plan_text.side_effects)
    return [*said, language.text("st_side", items=items)] if items else said
