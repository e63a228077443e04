"""What the sensitivity chapter says of the dip before the start."""

from __future__ import annotations

from evalkit.findings.dip import FOUND, UNTESTED, SafeDip
from evalkit.findings.estimate import Interval
from evalkit.findings.safe import SafeResult
from evalkit.release.language import Language
from evalkit.release.markup import Table, bullets, heading, para
from evalkit.release.tables import render


def dip_parts(safe: SafeResult, language: Language) -> list[str]:
    """Return heading, why it matters, a sentence an outcome and the table; nothing where groups are not compared."""
    if not safe.dips:
        return []
    t = language.text
    told = [heading(t("dip")), para(t("dip_intro")), bullets(_sentences(safe, language))]
    rows = [_row(safe, one, language) for one in safe.dips if one.value is not None]
    if not rows:
        return told
    head = [t(key) for key in ("c_outcome", "c_dip_periods", "c_dip", "c_from_last", "c_from_earlier")]
    return [*told, render(Table(t("t_dip"), head, rows, frozenset({2, 3, 4}), t("dip_note")), language)]


def _sentences(safe: SafeResult, language: Language) -> list[str]:
    """Return one sentence an outcome; those that cannot be tested are named in one."""
    untested = [safe.outcome_label(one.outcome) for one in safe.dips if one.state == UNTESTED]
    said = [_sentence(safe, one, language) for one in safe.dips if one.state != UNTESTED]
    return [*said, *([language.text(f"dip_{UNTESTED}", label=language.listed(untested))] if untested else [])]


def _sentence(safe: SafeResult, one: SafeDip, language: Language) -> str:
    label = safe.outcome_label(one.outcome)
    if one.value is None:
        return language.text("dip_hidden", label=label)
    if one.state != FOUND:
        return language.text(f"dip_{one.state}", label=label)
    return language.text(
        "dip_found_worse" if one.worse else "dip_found_better",
        label=label,
        value=_amount(one, one.value, language),
        last=_amount(one, one.from_last, language),
        earlier=_amount(one, one.from_earlier, language),
    )


def _row(safe: SafeResult, one: SafeDip, language: Language) -> list[str]:
    kind = "dip_quarters" if one.by_quarter else "dip_periods"
    return [
        f"{safe.outcome_label(one.outcome)} ({one.unit})",
        language.text(kind, last=language.count(one.periods_last), earlier=language.count(one.periods_earlier)),
        _with_interval(one, one.value, one.interval, language),
        language.number(one.from_last, one.decimals),
        _with_interval(one, one.from_earlier, one.earlier_interval, language),
    ]


def _amount(one: SafeDip, value: float | None, language: Language) -> str:
    return language.quantity(value, one.decimals, one.unit)


def _with_interval(one: SafeDip, value: float | None, interval: Interval | None, language: Language) -> str:
    amount = language.number(value, one.decimals)
    return f"{amount} ({language.interval(interval, one.decimals)})" if interval is not None else amount
