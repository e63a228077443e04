"""Reasons in words, each once, with the outcomes that it is about in front."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from evalkit.findings.reasons import ROUTES, Words
from evalkit.findings.safe import SafeResult
from evalkit.release.language import Language
from evalkit.release.tables import estimate_name


def by_outcome(found: Iterable[tuple[str, str]], table: Mapping[str, Words], language: Language) -> list[str]:
    """Return one sentence a reason, in order of first use, after the labels of its outcomes.

    Parameters
    ----------
    found : Iterable[tuple[str, str]]
        Label and key of `table`, of every outcome.
    """
    labels: dict[str, dict[str, None]] = {}
    for label, key in found:
        labels.setdefault(key, {})[label] = None
    return [f"{'; '.join(names)}: {language.says(table, key)}" for key, names in labels.items()]


def route_sentences(safe: SafeResult, language: Language) -> list[str]:
    """Return how uncertainty was computed: one sentence a reason, after the estimates it is about.

    Outcomes are named where the reason is not that of all of them.
    """
    every = {e.outcome for e in safe.estimates}
    found: dict[str, list[tuple[str, str]]] = {}
    for e in safe.estimates:
        if e.route_reason:
            found.setdefault(e.route_reason, []).append((e.outcome, estimate_name(e, language)))
    told = []
    for key, about in found.items():
        outcomes = {outcome for outcome, _ in about}
        named = [] if outcomes == every else [safe.outcome_label(o) for o in dict.fromkeys(o for o, _ in about)]
        names = [*named, *dict.fromkeys(name for _, name in about)]
        told.append(f"{'; '.join(names)}: {language.says(ROUTES, key)}")
    return told
