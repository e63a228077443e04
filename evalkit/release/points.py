"""Yes-or-no outcomes as people read them: differences in percentage points, means in percent, and how many persons that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any, TypeVar

from evalkit.findings.decisions import Decision
from evalkit.findings.dip import DipFinding
from evalkit.findings.estimate import EffectPoint, Estimate, Interval, TestOutcome
from evalkit.findings.honest import HonestBounds
from evalkit.findings.result import EvaluationResult
from evalkit.findings.robustness import Alternative, Robustness
from evalkit.findings.routes import RoutesBeside
from evalkit.findings.safe import SafeEstimate, SafeMean, SafeResult
from evalkit.findings.smooth import SmoothBounds
from evalkit.release.language import Language
from evalkit.release.markup import bullets, heading, para
from evalkit.release.points_designs import in_percent, study_in_percent

BINARY = "binary"
PERCENT = 100.0
_Bounds = TypeVar("_Bounds", HonestBounds, SmoothBounds)


def in_points(result: EvaluationResult) -> EvaluationResult:
    """Return the result with every number of a yes-or-no outcome in percent or percentage points; unchanged where there is none."""
    yes_no = {o.id for o in result.plan_text.outcomes if o.kind == BINARY}
    if not yes_no:
        return result
    language = Language(result.plan.language)
    points, percent = language.text("unit_points"), language.text("unit_percent")
    outcomes = tuple(
        replace(
            o,
            unit=percent,
            minimum=0.0,
            maximum=PERCENT,
            expected_effect=None if o.expected_effect is None else o.expected_effect * PERCENT,
        )
        if o.id in yes_no
        else o
        for o in result.plan_text.outcomes
    )
    return replace(
        result,
        plan_text=replace(result.plan_text, outcomes=outcomes),
        estimates=tuple(_estimate(e, points) if e.outcome in yes_no else e for e in result.estimates),
        # A yes or no has no standard deviation that anybody thinks in.
        effect_sizes=tuple(s for s in result.effect_sizes if s.estimate_id.rsplit(".", 1)[-1] not in yes_no),
        effect_path=tuple(_point(p) if p.outcome in yes_no else p for p in result.effect_path),
        tests=tuple(_test(t) if t.outcome in yes_no else t for t in result.tests),
        decisions=tuple(_decision(d) if d.outcome in yes_no else d for d in result.decisions),
        robustness=_robustness(result.robustness, yes_no, points),
        dips=tuple(_dip(d, points) if d.outcome in yes_no else d for d in result.dips),
        routes=tuple(_routes(r) if r.outcome in yes_no else r for r in result.routes),
        honest=tuple(_times(h, "value", "largest_step") if h.outcome in yes_no else h for h in result.honest),
        smooth=tuple(_times(s, "largest_change", "breakdown", "beyond") if s.outcome in yes_no else s for s in result.smooth),
        experiment=study_in_percent(result.experiment, yes_no, result.plan.primary_outcome),
        risk_sets=tuple(in_percent(s) if s.outcome in yes_no else s for s in result.risk_sets),
        staggered=tuple(in_percent(s) if s.outcome in yes_no else s for s in result.staggered),
        single_unit=tuple(in_percent(s) if s.outcome in yes_no else s for s in result.single_unit),
        time_series=tuple(in_percent(s) if s.outcome in yes_no else s for s in result.time_series),
    )


def means_in_percent(result: EvaluationResult, means: Sequence[SafeMean]) -> tuple[SafeMean, ...]:
    """Return cleared means with those of yes-or-no outcomes in whole percent."""
    yes_no = {o.id for o in result.plan_text.outcomes if o.kind == BINARY}
    return tuple(
        replace(m, mean=None if m.mean is None else float(round(m.mean * PERCENT)), sd=None, decimals=0)
        if m.outcome in yes_no
        else m
        for m in means
    )


def person_parts(safe: SafeResult, language: Language) -> list[str]:
    """Return one sentence for each yes-or-no outcome: about how many of the persons its estimate stands for."""
    yes_no = [o.id for o in safe.plan_text.outcomes if o.kind == BINARY]
    if not yes_no or safe.plan.data_kind != "persons":
        return []
    named = {e.id: e for e in safe.estimates}
    spoken = [named.get(f"itt.{o}") or named.get(f"did.{o}") or named.get(f"change.treated.{o}") for o in yes_no]
    told = [_persons(safe, e, language) for e in spoken if e is not None and e.value is not None and e.n_treated_units]
    return [heading(language.text("in_persons")), bullets(told), para(language.text("in_persons_note"), "note")] if told else []


def _persons(safe: SafeResult, estimate: SafeEstimate, language: Language) -> str:
    n = estimate.n_treated_units or 0
    words = {
        "label": safe.outcome_label(estimate.outcome),
        "k": _more_or_fewer(estimate.value or 0.0, n, language),
        "n": language.count(n),
    }
    offered = "persons_itt" if estimate.id.startswith("itt.") else "persons_did"
    key = offered if estimate.group == "all" else "persons_change"
    if estimate.interval is None:
        return language.text(key, **words, ci="")
    low, high = (_more_or_fewer(end, n, language) for end in (estimate.interval.low, estimate.interval.high))
    return language.text(key, **words, ci=language.text("persons_ci", low=low, high=high))


def _more_or_fewer(points: float, n: int, language: Language) -> str:
    k = round(points / PERCENT * n)
    if k == 0:
        return language.text("persons_none")
    return language.text("persons_more" if k > 0 else "persons_fewer", k=language.count(abs(k)))


def _times(bounds: _Bounds, *names: str) -> _Bounds:
    """Return bounds in percentage points: the named values, and every value of their rows but the factor."""
    scaled: dict[str, Any] = {name: None if (v := getattr(bounds, name)) is None else v * PERCENT for name in names}
    rows = [replace(row, **{k: v * PERCENT for k, v in asdict(row).items() if k != "factor"}) for row in bounds.rows]
    return replace(bounds, **scaled, rows=tuple(rows))


def _estimate(e: Estimate, unit: str) -> Estimate:
    engine = e.second_engine
    if engine is not None:
        error = None if engine.std_error is None else engine.std_error * PERCENT
        engine = replace(engine, estimate=engine.estimate * PERCENT, std_error=error)
    return replace(
        e,
        unit=unit,
        value=e.value * PERCENT,
        std_error=None if e.std_error is None else e.std_error * PERCENT,
        interval=_interval(e.interval),
        second_engine=engine,
    )


def _point(p: EffectPoint) -> EffectPoint:
    error = None if p.std_error is None else p.std_error * PERCENT
    return replace(p, value=p.value * PERCENT, std_error=error, interval=_interval(p.interval))


def _test(t: TestOutcome) -> TestOutcome:
    return t if t.minimum_detectable is None else replace(t, minimum_detectable=t.minimum_detectable * PERCENT)


def _decision(d: Decision) -> Decision:
    return replace(d, interval=_interval(d.interval))


def _robustness(found: Robustness | None, yes_no: set[str], unit: str) -> Robustness | None:
    if found is None:
        return None
    loo, sex = found.leave_one_out, found.subgroup
    if loo is not None and loo.outcome in yes_no:
        loo = replace(loo, unit=unit, value=loo.value * PERCENT, low=loo.low * PERCENT, high=loo.high * PERCENT)
    if sex is not None and sex.outcome in yes_no:
        error = None if sex.std_error is None else sex.std_error * PERCENT
        sex = replace(sex, unit=unit, value=sex.value * PERCENT, std_error=error, interval=_interval(sex.interval))
    alternatives = tuple(_alternative(a, unit) if a.outcome in yes_no else a for a in found.alternatives)
    return replace(found, alternatives=alternatives, leave_one_out=loo, subgroup=sex)


def _alternative(a: Alternative, unit: str) -> Alternative:
    explained = None if a.explained_by is None else a.explained_by * PERCENT
    return replace(a, unit=unit, value=a.value * PERCENT, interval=_interval(a.interval), explained_by=explained)


def _dip(found: DipFinding, unit: str) -> DipFinding:
    value, last, earlier = (None if v is None else v * PERCENT for v in (found.value, found.from_last, found.from_earlier))
    return replace(
        found,
        unit=unit,
        value=value,
        from_last=last,
        from_earlier=earlier,
        interval=_interval(found.interval),
        earlier_interval=_interval(found.earlier_interval),
    )


def _routes(found: RoutesBeside) -> RoutesBeside:
    return replace(found, routes=tuple(replace(one, interval=_interval(one.interval)) for one in found.routes))


def _interval(interval: Interval | None) -> Interval | None:
    return None if interval is None else Interval(interval.low * PERCENT, interval.high * PERCENT, interval.level)
