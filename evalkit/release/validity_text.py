"""What the report says about false alarms: the route's own rate, and what the ordinary call would have given."""

from __future__ import annotations

from evalkit.findings.reasons import INFERENCES
from evalkit.findings.safe import SafeResult, SafeValidity
from evalkit.release.language import Language
from evalkit.release.markup import bullets, heading, para
from evalkit.release.tables import estimate_name

_ABOUT = "\x00"
"""Stands for the outcomes until all that share a sentence are known."""


def validity_parts(safe: SafeResult, language: Language) -> list[str]:
    """Return heading, explanation and one sentence per estimate; nothing where no design was simulated."""
    if not safe.validity:
        return []
    said: dict[str, dict[str, None]] = {}
    for found in safe.validity:
        label, sentence = _sentence(safe, found, language)
        said.setdefault(sentence, {})[label] = None
    told = [sentence.replace(_ABOUT, "; ".join(labels)) for sentence, labels in said.items()]
    return [heading(language.text("false_alarms")), para(language.text("fa_text")), bullets(told)]


def _sentence(safe: SafeResult, found: SafeValidity, language: Language) -> tuple[str, str]:
    """Return an outcome's label, and what is said of it with `_ABOUT` in the label's place: outcomes alike share a sentence."""
    estimate = next(e for e in safe.estimates if e.id == found.estimate_id)
    label = safe.outcome_label(estimate.outcome)
    words = {
        "what": f"{_ABOUT}, {estimate_name(estimate, language)}",
        "ordinary": language.says(INFERENCES, found.ordinary),
        "ordinary_rate": language.number(found.ordinary_worst * 100),
    }
    if found.worst_rate is None:
        return label, language.text("fa_refused", **words)
    route = language.says(INFERENCES, found.route.removesuffix("-conditional"))
    return label, language.text("fa_held", **words, route=route, rate=language.number(found.worst_rate * 100))
