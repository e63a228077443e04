"""What one report says about its main finding, place by place: every place must say the same."""

from __future__ import annotations

import html
import re

from evalkit.findings.safe import SafeResult
from evalkit.release import report
from evalkit.release.claims import claims
from evalkit.release.language import Language, verdict_sentence
from evalkit.release.staircase import staircase_parts

STRONG, WEAK, NOT_FOUND, UNTESTED = "found", "weak", "not found", "not tested"
_VERDICT = {
    WEAK: r"pekar svagt|kan ha haft en effekt|points weakly|may have had an effect",
    NOT_FOUND: r"kunde inte påvisas|could not be (?:established|shown)",
    UNTESTED: r"inte (?:har )?kunnat prövas|inte statistiskt prövad|prövning görs inte"
    r"|(?:could not be|is not) tested|no statistical test",
}
_STEP_4 = {
    STRONG: r"Huvudmåttet, påvisat|Main outcome, shown",
    WEAK: r"Huvudmåttet, svagt|Main outcome, weak",
    NOT_FOUND: r"Huvudmåttet, kunde inte påvisas|Main outcome, could not",
    UNTESTED: r"Huvudmåttet, inte prövat|Main outcome, not tested",
}
_STEP_8 = {
    STRONG: r"resultatet är påvisat|the result is shown",
    WEAK: r"men är svagt: slumpen|but weak: chance",
    NOT_FOUND: r"resultatet kunde inte påvisas|the result could not be established",
    UNTESTED: r"inte kunnat prövas statistiskt|could not be tested statistically",
}


def text_of(safe: SafeResult) -> str:
    """Return the whole full report as text, every chapter."""
    page = "".join(str(getattr(report, name)(safe)) for name in report.CHAPTERS)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", " ", page, flags=re.DOTALL))))


def told(safe: SafeResult) -> dict[str, str]:
    """Return place -> how strong the main finding is called there."""
    language = Language(safe.plan.language)
    staircase = html.unescape(re.sub(r"<[^>]+>", " ", "".join(staircase_parts(safe, language, []))))
    verdict = verdict_sentence(safe)
    steps = [_class(staircase, patterns, "") for patterns in (_STEP_4, _STEP_8)]
    return {"verdict": _class(verdict, _VERDICT, STRONG), "step 4": steps[0], "step 8": steps[1]}


def contradictions(safe: SafeResult) -> list[str]:
    """Return what does not agree: places of the main finding, and claims."""
    places = told(safe)
    found = [f"{place}: {what}" for place, what in places.items() if len(set(places.values())) > 1]
    primary = safe.primary
    claimed = [claim for claim in claims(safe) if claim.kind == "verdict"]
    better = primary is not None and primary.better is True
    if bool(claimed) is not (places["verdict"] in {STRONG, WEAK} and better):
        found.append(f"claims: {claimed}")
    if any(claim.strongest for claim in claimed) and places["verdict"] != STRONG:
        found.append("strongest claim of a weak finding")
    return found


def misplaced(safe: SafeResult) -> list[str]:
    """Return what the whole page says and the design has no place for; slow, since every chapter is laid out."""
    text, found = text_of(safe), []
    if safe.by_draw:
        found += [word for word in ("parallella trender", "parallel trends") if word in text.lower()]
        beside = [e for e in safe.estimates if e.estimator != "itt-ancova" and (e.p_value, e.interval, e.std_error) != (None,) * 3]
        found += [f"second answer: {e.id}" for e in beside]
    if not any(e.n_clusters != e.n_units for e in safe.estimates):
        found += re.findall(r"hela kluster|\d+ kluster|ett kluster i taget|\d+ clusters|whole clusters", text)
    return found


def _class(text: str, patterns: dict[str, str], otherwise: str) -> str:
    return next((name for name, pattern in patterns.items() if re.search(pattern, text)), otherwise)
