"""The part of the results chapter on several outcomes and several reports: only there where the plan or the numbers call for it."""

from __future__ import annotations

from evalkit.findings.decisions import Look, SafeDecision
from evalkit.findings.safe import SafeResult
from evalkit.release.decision_words import level_text
from evalkit.release.language import Language
from evalkit.release.markup import Table, bullets, heading, para
from evalkit.release.tables import render


def decision_parts(safe: SafeResult, language: Language) -> list[str]:
    """Return heading, rules and table; one warning where several outcomes have p-values and the plan has no rule; else nothing."""
    t = language.text
    if not safe.decisions:
        tested = {e.outcome for e in safe.estimates if e.p_value is not None}
        adjusted = {o.outcome for o in safe.experiment.outcomes if o.holm_p is not None} if safe.experiment else set()
        return [para(t("dec_many"), "note")] if len(tested) > 1 and tested - adjusted - {safe.plan.primary_outcome} else []
    alpha = language.percent(round(1 - safe.plan_text.confidence_level, 10))
    told = _look_sentences(safe.look, alpha, language) if safe.look is not None else []
    told += dict.fromkeys(s for d in safe.decisions if (s := _family_sentence(d, alpha, language)))
    return [heading(t("decisions")), bullets(told), render(decision_table(safe, language), language)]


def decision_table(safe: SafeResult, language: Language) -> Table:
    """Return one row an outcome: its role, p, adjusted p or q, and the verdict that words follow."""
    t = language.text
    rows = []
    for d in safe.decisions:
        verdict = {True: "verdict_yes", False: "verdict_no", None: "verdict_none"}[d.rejected]
        rows.append(
            [
                _what(safe, d, language),
                t(f"role_{d.role}"),
                language.p_value(d.p_value, below=d.p_below),
                language.p_value(d.adjusted_p, below=d.adjusted_below),
                t("none") if d.q_value is None else language.number(d.q_value, 3),
                t(verdict),
            ]
        )
    head = [t(k) for k in ("c_outcome", "c_role_outcome", "c_p", "c_adjusted", "c_q", "c_verdict")]
    return Table(t("t_decisions"), head, rows, frozenset({2, 3, 4}))


def _what(safe: SafeResult, d: SafeDecision, language: Language) -> str:
    label = safe.outcome_label(d.outcome)
    contrast = next((e.contrast for e in safe.estimates if e.id == d.estimate_id), None)
    return label if contrast is None else language.text("v_arms", label=label, arm=contrast[0], against=contrast[1])


def _family_sentence(d: SafeDecision, alpha: str, language: Language) -> str:
    if d.q_value is not None or d.role == "exploratory":
        return language.text("dec_exploratory", family=d.family)
    if d.tests_together < 2:
        return ""
    if not d.family:
        # Where they failed together in simulation nothing is tested, and the risk is not what was asked for.
        return "" if d.adjusted_p is None and d.p_value is not None else language.text("dec_arms", n=d.tests_together, alpha=alpha)
    return language.text("dec_confirmatory", family=d.family, n=d.tests_together, alpha=alpha)


def _look_sentences(look: Look, alpha: str, language: Language) -> list[str]:
    t = language.text
    place = {"before": "dec_series_before", "between": "dec_series_between"}.get(look.role, "dec_series")
    told = [t(place, number=look.number, of=look.reports, label=look.label)]
    if look.level is None:
        key = "dec_past" if look.decided else "dec_waits"
        return [*told, t(key, deciding=look.deciding_label, day=look.deciding_day.isoformat())]
    if look.role == "confirmatory":
        told.append(t("dec_final"))
    if look.spending != "none":
        level = level_text(look.level, language)
        told.append(t("dec_level", tests=look.tests, rule=t(f"rule_{look.spending}"), level=level, alpha=alpha))
    if look.role == "interim":
        told.append(t("dec_interim_only", deciding=look.deciding_label))
    return told
