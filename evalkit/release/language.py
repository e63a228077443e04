"""The report's words and numbers in Swedish and English, and the one sentence that says what was found.

The evidence level decides the words (domain: SKL's guide, minimum design). Sentences are looked up and filled in, never composed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evalkit.findings.dip import DIP
from evalkit.findings.estimate import Interval
from evalkit.findings.evidence import EvidenceLevel
from evalkit.findings.reasons import Words
from evalkit.findings.safe import SafeEstimate, SafeResult
from evalkit.release.claims import is_weak
from evalkit.release.decision_words import after_words, describing_sentence, stated_interval, tests_nothing
from evalkit.release.language_adjustment import EN_ADJUSTMENT, SV_ADJUSTMENT
from evalkit.release.language_analysis import EN_ANALYSIS, SV_ANALYSIS
from evalkit.release.language_claims import EN_CLAIMS, SV_CLAIMS
from evalkit.release.language_dip import EN_DIP, SV_DIP
from evalkit.release.language_en import EN
from evalkit.release.language_en_results import EN_RESULTS
from evalkit.release.language_experiment import EN_EXPERIMENT, SV_EXPERIMENT
from evalkit.release.language_final import EN_FINAL, SV_FINAL
from evalkit.release.language_forms import EN_FORMS, SV_FORMS
from evalkit.release.language_instruments import EN_INSTRUMENTS, SV_INSTRUMENTS
from evalkit.release.language_many_arms import EN_MANY_ARMS, SV_MANY_ARMS
from evalkit.release.language_matching import EN_MATCHING, SV_MATCHING
from evalkit.release.language_risk_sets import EN_RISK_SETS, SV_RISK_SETS
from evalkit.release.language_robustness import EN_ROBUSTNESS, SV_ROBUSTNESS
from evalkit.release.language_routes import EN_ROUTES, SV_ROUTES
from evalkit.release.language_series import EN_SERIES, SV_SERIES
from evalkit.release.language_single_unit import EN_SINGLE_UNIT, SV_SINGLE_UNIT
from evalkit.release.language_smooth import EN_SMOOTH, SV_SMOOTH
from evalkit.release.language_staggered import EN_STAGGERED, SV_STAGGERED
from evalkit.release.language_staircase import EN_STAIRCASE, SV_STAIRCASE
from evalkit.release.language_sv import SV
from evalkit.release.language_sv_results import SV_RESULTS
from evalkit.release.language_trends import EN_TRENDS, SV_TRENDS
from evalkit.release.language_trial import EN_TRIAL, SV_TRIAL

_TOPICS: tuple[tuple[dict[str, str], dict[str, str]], ...] = (
    (SV, EN),
    (SV_RESULTS, EN_RESULTS),
    (SV_INSTRUMENTS, EN_INSTRUMENTS),
    (SV_FINAL, EN_FINAL),
    (SV_FORMS, EN_FORMS),
    (SV_STAIRCASE, EN_STAIRCASE),
    (SV_ANALYSIS, EN_ANALYSIS),
    (SV_ROBUSTNESS, EN_ROBUSTNESS),
    (SV_CLAIMS, EN_CLAIMS),
    (SV_TRENDS, EN_TRENDS),
    (SV_SMOOTH, EN_SMOOTH),
    (SV_SINGLE_UNIT, EN_SINGLE_UNIT),
    (SV_STAGGERED, EN_STAGGERED),
    (SV_ADJUSTMENT, EN_ADJUSTMENT),
    (SV_MATCHING, EN_MATCHING),
    (SV_RISK_SETS, EN_RISK_SETS),
    (SV_EXPERIMENT, EN_EXPERIMENT),
    (SV_TRIAL, EN_TRIAL),
    (SV_MANY_ARMS, EN_MANY_ARMS),
    (SV_SERIES, EN_SERIES),
    (SV_ROUTES, EN_ROUTES),
    (SV_DIP, EN_DIP),
)
"""A topic a line: Swedish and English texts by key."""
TABLES: dict[str, dict[str, str]] = {
    code: {key: text for topic in _TOPICS for key, text in topic[place].items()} for place, code in enumerate(("sv", "en"))
}
NBSP, MINUS = "\u00a0", "\u2212"
CONTRADICTED = frozenset({"pre-trends-contradicted", DIP})


@dataclass(frozen=True, slots=True)
class Language:
    """Texts and number formats of one language.

    Parameters
    ----------
    code : str
        ``sv`` or ``en``.
    """

    code: str

    def __post_init__(self) -> None:
        if self.code not in TABLES:
            raise KeyError(self.code)

    def text(self, key: str, **values: object) -> str:
        """Return the text of `key` with its placeholders filled; KeyError if there is no such text.

        Values are inserted as they are and never read as templates.
        """
        return TABLES[self.code][key].format_map(values)

    def says(self, table: Mapping[str, Words], key: str) -> str:
        """Return a finding's reason in words; an unknown code is shown as itself."""
        words = table.get(key)
        return key if words is None else (words.sv if self.code == "sv" else words.en)

    def number(self, value: float | None, decimals: int = 0) -> str:
        """Return `value` with decimal comma (sv) or point (en), a true minus and no-break thousands."""
        if value is None:
            return self.text("hidden")
        shown = f"{abs(value):,.{max(decimals, 0)}f}"
        if self.code == "sv":
            shown = shown.replace(",", NBSP).replace(".", ",")
        return MINUS + shown if value < 0 else shown

    def count(self, n: int | None) -> str:
        """Return a count, or the word for hidden."""
        return self.number(n)

    def percent(self, share: float | None) -> str:
        """Return a share as whole percent."""
        if share is None:
            return self.text("hidden")
        return self.number(share * 100) + (f"{NBSP}%" if self.code == "sv" else "%")

    def level(self, level: float) -> str:
        """Return a confidence level: whole percent, or one decimal where it is not whole."""
        whole = abs(level * 100 - round(level * 100)) < 1e-6
        return self.percent(level) if whole else self.number(level * 100, 1) + (f"{NBSP}%" if self.code == "sv" else "%")

    def kronor(self, amount: float | None) -> str:
        """Return an amount with its currency."""
        if amount is None:
            return self.text("hidden")
        return f"{self.number(amount)}{NBSP}{self.text('kronor')}" if self.code == "sv" else f"SEK{NBSP}{self.number(amount)}"

    def quantity(self, value: float | None, decimals: int, unit: str) -> str:
        """Return a number with its unit."""
        return self.text("hidden") if value is None else f"{self.number(value, decimals)}{NBSP}{unit}"

    def p_value(self, p: float | None, *, below: bool = False) -> str:
        """Return a p-value, ``<0,001`` where it lies below; a dash where there is none."""
        if p is None:
            return self.text("none")
        decimals = 2 if p >= 0.1 else 3 if p >= 0.01 or below else 4
        return ("<" if below else "") + self.number(p, decimals)

    def interval(self, interval: Interval | None, decimals: int) -> str:
        """Return ``low till high``; a dash where there is none."""
        if interval is None:
            return self.text("none")
        return f"{self.number(interval.low, decimals)} {self.text('to')} {self.number(interval.high, decimals)}"

    def confidence(self, interval: Interval, decimals: int) -> str:
        """Return the interval with its own level, as in a sentence."""
        level, low, high = self.level(interval.level), self.number(interval.low, decimals), self.number(interval.high, decimals)
        return self.text("ci", level=level, low=low, high=high)

    def listed(self, items: Sequence[str]) -> str:
        """Return ``a, b och c``."""
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self.text('and')} {items[-1]}"


def verdict_sentence(safe: SafeResult, code: str = "") -> str:
    """Return what the run found about its main question, in one sentence of words that its evidence carries.

    Parameters
    ----------
    safe : SafeResult
    code : str
        Language; the plan's own where empty.
    """
    language = Language(code or safe.plan.language)
    estimate = safe.primary
    if estimate is None:
        return language.text("v_none")
    if estimate.value is None:
        return language.text("v_hidden", label=estimate.label)
    words = _verdict_words(safe, estimate, language)
    if tests_nothing(safe):
        return describing_sentence(safe, estimate, words, language)
    return language.text(_verdict_key(safe, estimate), **words) + after_words(safe, language)


def _verdict_key(safe: SafeResult, estimate: SafeEstimate) -> str:
    level = safe.evidence.level
    if estimate.group != "all":
        level = EvidenceLevel.DEVELOPMENT
    finding = {True: "sig", False: "ns", None: "na"}[estimate.significant]
    if is_weak(safe, estimate):
        finding = "weak"
    if estimate.estimator == "itt-ancova":
        return f"v{max(int(level), 3)}_{finding}_itt"
    if estimate.estimator == "interrupted-series":
        jump = any(s.outcome == estimate.outcome and s.decides == "level" for s in safe.time_series)
        return f"v1_{finding}_series" + ("_level" if jump else "")
    contradicted = level is EvidenceLevel.COMPARED and not CONTRADICTED.isdisjoint(safe.evidence.lowered_by)
    return f"v{int(level)}_{finding}" + ("_contradicted" if contradicted else "")


def _told_label(estimate: SafeEstimate, language: Language) -> str:
    """Return an outcome's label, with the arms where a lottery has several."""
    if estimate.contrast is None:
        return estimate.label
    return language.text("v_arms", label=estimate.label, arm=estimate.contrast[0], against=estimate.contrast[1])


def _verdict_words(safe: SafeResult, estimate: SafeEstimate, language: Language) -> dict[str, str]:
    stated = stated_interval(safe, estimate)
    interval = "" if stated is None else language.confidence(stated, estimate.decimals)
    if estimate.significant is None and interval:
        interval = f" ({interval})"
    direction = (
        {True: "direction_better", False: "direction_worse"}.get(bool(estimate.better)) if estimate.better is not None else None
    )
    return {
        "who": language.text(f"who_{safe.plan.data_kind}"),
        "whose": language.text(f"whose_{safe.plan.data_kind}"),
        "label": _told_label(estimate, language),
        "value": language.quantity(estimate.value, estimate.decimals, estimate.unit),
        "direction": language.text(direction) if direction else "",
        "ci": interval,
        "n": language.count(estimate.n_units),
    }
