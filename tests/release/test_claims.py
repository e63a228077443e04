"""What a report claims when nothing is true, and how words are held back."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from evalkit.findings.decisions import SafeDecision
from evalkit.findings.estimate import Interval
from evalkit.findings.evidence import EvidenceLevel, EvidenceVerdict
from evalkit.findings.safe import SafeEstimate, SafeResult
from evalkit.findings.safe_norms import SafeExcess
from evalkit.release.claims import STRONG_P, claim_notes, claims, would_be_claims
from evalkit.release.disclosure import clear
from evalkit.release.language import Language, verdict_sentence
from evalkit.release.tables import estimate_table
from tests.support.sample_result import policy, sample_result

PRIMARY = "did.valbefinnande"


def report(level: EvidenceLevel = EvidenceLevel.CAUSAL_WITH_CAVEATS, **primary: object) -> SafeResult:
    safe = clear(sample_result(), policy())
    estimates = tuple(replace(e, **primary) if e.id == PRIMARY else e for e in safe.estimates)  # type: ignore[arg-type]
    return replace(safe, estimates=estimates, evidence=EvidenceVerdict(level, level, (), below_minimum=False))


def test_the_primary_outcome_opens_the_door_for_every_other_claim() -> None:
    opened = claims(report(significant=True, better=True))
    closed = report(significant=False)
    assert opened[0].kind == "verdict"
    assert would_be_claims(closed) != ()
    assert claims(closed) == claims(report(significant=True, better=False)) == claims(report(significant=None)) == ()


@pytest.mark.parametrize("level", [EvidenceLevel.CAUSAL_WITH_CAVEATS, EvidenceLevel.RANDOMISED])
def test_the_strongest_words_need_a_p_value_that_chance_gives_in_one_report_of_a_hundred(level: EvidenceLevel) -> None:
    weak, strong = (report(level, significant=True, better=True, p_value=p, p_below=False) for p in (STRONG_P, STRONG_P - 0.001))
    assert [claims(r)[0].strongest for r in (weak, strong)] == [False, True]
    assert "2 till 5 utvärderingar av 100" in verdict_sentence(weak)
    assert "2 to 5 evaluations" in verdict_sentence(weak, "en")
    assert "av 100" not in verdict_sentence(strong)


def test_lower_levels_have_no_strongest_words() -> None:
    assert not claims(report(EvidenceLevel.COMPARED, significant=True, better=True, p_value=0.001))[0].strongest


def test_shares_improved_are_counted_and_said_to_be_no_conclusion_where_the_primary_outcome_found_nothing() -> None:
    from evalkit.release.change_pages import change_parts

    page = SimpleNamespace(outcome="franvaro", label="Skala", classes=(), excess=SafeExcess(0.2, Interval(0.05, 0.35, 0.95)))
    closed = replace(report(significant=False), instruments=(page,))
    assert any(c.kind == "classes" for c in would_be_claims(closed))
    assert "ingen slutsats" in "".join(change_parts(closed, page, Language("sv")))
    opened = replace(report(significant=True, better=True), instruments=(page,))
    assert "ingen slutsats" not in "".join(change_parts(opened, page, Language("sv")))
    assert [c.kind for c in claims(opened)][-1] == "classes"


def test_the_table_says_that_other_rows_only_describe() -> None:
    closed = report(significant=False)
    assert claim_notes(closed) == ("note_rows_describe",)
    assert "beskrivningar och ingen slutsats" in estimate_table(closed, Language("sv")).note
    assert claim_notes(report(significant=True, better=True)) == ()


def test_two_hundred_reports_without_effect_claim_nothing_more_often_than_promised() -> None:
    """Six outcomes a report at the highest level, t tests of 40 + 40 persons drawn without effect."""
    from scipy import stats

    rng = np.random.default_rng(20261122)
    base = report(EvidenceLevel.RANDOMISED)
    found, strongest, unguarded, reports = 0, 0, 0, 2_000
    for _ in range(reports):
        values = rng.standard_normal((2, 6, 40))
        t, p = stats.ttest_ind(values[0], values[1], axis=1)
        rows = tuple(_row(base.primary, i, float(t[i]), float(p[i])) for i in range(6))
        safe = replace(base, estimates=rows, instruments=())
        said = claims(safe)
        found += bool(said)
        strongest += any(c.strongest for c in said)
        unguarded += bool(said) or bool(would_be_claims(safe))
    assert found / reports <= 0.05
    assert strongest / reports <= 0.01 + 3 * np.sqrt(0.01 * 0.99 / reports)
    assert unguarded / reports > 0.10


def _row(like: SafeEstimate | None, i: int, t: float, p: float) -> SafeEstimate:
    assert like is not None
    name = PRIMARY if i == 0 else f"did.annat{i}"
    return replace(like, id=name, outcome=name[4:], significant=p <= 0.05, better=t > 0, p_value=p, p_below=False)


def test_a_declared_confirmatory_family_claims_by_its_own_adjusted_test_and_the_strongest_words_follow_the_adjusted_p() -> None:
    other = next(e for e in report().estimates if e.id != PRIMARY and e.group == "all")
    facts = {"family": "f", "tests_together": 2, "p_value": 0.004, "p_below": False, "adjusted_below": False}
    facts |= {"q_value": None, "level": 0.05, "interval": None}
    confirmed = SafeDecision(other.id, other.outcome, "confirmatory", adjusted_p=0.008, rejected=True, **facts)
    adjusted = SafeDecision(PRIMARY, "valbefinnande", "primary", adjusted_p=0.03, rejected=True, **facts)
    closed = report(significant=False)
    rows = tuple(replace(e, better=True) if e.id == other.id else e for e in closed.estimates)
    assert [c.kind for c in claims(replace(closed, estimates=rows, decisions=(confirmed,)))] == ["confirmatory"]
    opened = report(significant=True, better=True, p_value=0.015, p_below=False)
    assert claims(opened)[0].strongest
    assert not claims(replace(opened, decisions=(adjusted,)))[0].strongest


def test_a_number_of_any_chapter_is_counted_and_nothing_before_the_start_or_between_groups() -> None:
    from evalkit.findings.safe_parts import SafeEffectPoint
    from evalkit.findings.safe_staggered import SafeCohortEffect
    from evalkit.release.claims_chapters import chapter_claims

    safe = report(significant=False)
    better = next(o for o in safe.plan_text.outcomes if o.direction == "higher_better").id
    lower = next(o for o in safe.plan_text.outcomes if o.direction == "lower_better").id
    above, below = Interval(1.0, 3.0, 0.95), Interval(-3.0, -1.0, 0.95)

    def chapter(outcome: str, interval: Interval, **more: object) -> SimpleNamespace:
        return SimpleNamespace(plan_text=safe.plan_text, **(empty | {"staggered": (_group(outcome, interval),)} | more))

    def _group(outcome: str, interval: Interval) -> object:
        from dataclasses import make_dataclass

        whole = make_dataclass("Whole", ["outcome", "cohorts"])
        return whole(outcome, (SafeCohortEffect("2001", 5, 9, interval.low + 1, interval, 1),))

    empty: dict[str, object] = {
        "single_unit": (),
        "time_series": (),
        "experiment": None,
        "matchings": (),
        "effect_path": (),
        "staggered": (),
    }
    assert chapter_claims(chapter(better, above)) == (better,)  # type: ignore[arg-type]
    assert chapter_claims(chapter(better, below)) == ()  # type: ignore[arg-type]
    assert chapter_claims(chapter(lower, below)) == (lower,)  # type: ignore[arg-type]
    path = [replace(p, outcome=better, event_time=t, interval=above) for p in safe.effect_path[:1] for t in (-2,)]
    assert all(isinstance(p, SafeEffectPoint) for p in path)
    assert chapter_claims(chapter(better, Interval(-1, 1, 0.95), effect_path=tuple(path))) == ()  # type: ignore[arg-type]


def test_a_chapter_s_number_is_a_claim_only_beside_a_primary_outcome_that_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from evalkit.release import claims as rules

    monkeypatch.setattr(rules, "chapter_claims", lambda safe: ("franvaro",))
    closed, opened = report(significant=False), report(significant=True, better=True)
    assert claims(closed) == ()
    assert "chapter" in {c.kind for c in would_be_claims(closed)}
    assert claim_notes(closed) == ("note_rows_describe",)
    assert "chapter" in {c.kind for c in claims(opened)}
