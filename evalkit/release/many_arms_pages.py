"""Several arms in the report: every contrast with its p after Holm, and what all of them say together."""

from __future__ import annotations

from evalkit.findings.safe import SafeResult
from evalkit.findings.safe_experiment import SafeExperiment
from evalkit.release.language import Language
from evalkit.release.markup import Table, para
from evalkit.release.tables import render


def many_parts(safe: SafeResult, study: SafeExperiment, language: Language) -> list[str]:
    """Return the table of contrasts, and two sentences on all of them together."""
    many, t = study.many, language.text
    if many is None:
        return []
    p = language.p_value(many.joint_p, below=many.joint_below)
    told = [t("ma_deciding", arm=many.label(many.contrasts[0].arm), against=many.label(many.contrasts[0].against))]
    told += [] if many.joint_p is None else [t("ma_joint", p=p)]
    if many.family_rate is not None:
        told.append(t("ma_family", rate=language.number(many.family_rate * 100), n=many.tests_together))
    if family_failed(safe):
        told.append(t("ma_untested"))
    return [render(contrast_table(safe, study, language), language), para(" ".join(told))]


def family_failed(safe: SafeResult) -> bool:
    """Return whether each contrast has a p of its own while together they gave too many false alarms: then none is concluded on."""
    many = None if safe.experiment is None else safe.experiment.many
    if many is None or many.family_rate is None:
        return False
    first = many.contrasts[0]
    own = next((e for e in safe.estimates if e.id == first.estimate_id), None)
    return own is not None and own.p_value is not None and first.adjusted_p is None


def contrast_table(safe: SafeResult, study: SafeExperiment, language: Language) -> Table:
    """Return one row an outcome and contrast."""
    t, many = language.text, study.many
    named = {e.id: e for e in safe.estimates}
    rows = [
        [
            safe.outcome_label(c.outcome),
            t("ma_pair", arm=many.label(c.arm), against=many.label(c.against)),
            language.quantity(e.value, e.decimals, e.unit),
            language.interval(e.interval, e.decimals),
            language.p_value(e.p_value, below=e.p_below),
            language.p_value(c.adjusted_p, below=c.adjusted_below),
            language.p_value(c.randomisation_p, below=c.randomisation_below),
        ]
        for c in (many.contrasts if many is not None else ())
        if many is not None and (e := named.get(c.estimate_id)) is not None
    ]
    level = language.percent(safe.plan_text.confidence_level)
    head = [t(k) for k in ("c_outcome", "ma_compared", "c_value")]
    head += [t("c_ci", level=level), t("c_p"), t("ma_adjusted"), t("c_randomisation_p")]
    n = max((found.n_redrawn for found in study.outcomes), default=0)
    note = f"{t('note_offer', n=language.number(n))} {t('ma_note')}"
    return Table(t("t_offer"), head, rows, frozenset({2, 3, 4, 5, 6}), note)


def arms_sentence(study: SafeExperiment, label: str, language: Language) -> str:
    """Return how many were followed up in each arm."""
    t, many = language.text, study.many
    assert many is not None
    items = [
        t("ma_followed", n=language.count(arm.n_analysed), drawn=language.count(arm.n_randomised), arm=many.label(arm.arm))
        for arm in study.outcomes[0].arms
    ]
    return t("ma_flow", label=label, items=language.listed(items))
