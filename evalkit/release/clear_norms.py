"""Clearing of instrument pages: a number may be seen where the mean behind it may, and counts of few are put together or hidden."""

from __future__ import annotations

from dataclasses import fields

from evalkit.findings.estimate import Interval
from evalkit.findings.norms import BandShare, ChangeClasses, InstrumentFinding, NormComparison
from evalkit.findings.result import EvaluationResult
from evalkit.findings.safe_norms import (
    SafeBandShare,
    SafeClassCount,
    SafeClasses,
    SafeExcess,
    SafeInstrument,
    SafeNormComparison,
    SafeRegression,
)
from evalkit.findings.safe_parts import SafeMean
from evalkit.release.clearance import Clearance
from evalkit.release.leave_out import without_unsecured
from evalkit.release.rounding import digits_of, round_p, round_to

_SAME = frozenset(f.name for f in fields(SafeInstrument)) & frozenset(f.name for f in fields(InstrumentFinding))
_CLEARED = frozenset({"comparisons", "shares", "classes", "excess", "regression"})


def clear_instruments(
    result: EvaluationResult, ruler: Clearance, means: tuple[SafeMean, ...], *, final: bool = False
) -> tuple[SafeInstrument, ...]:
    """Return every instrument page as it may be seen.

    Parameters
    ----------
    means : tuple[SafeMean, ...]
        Already cleared: a mean that is hidden there is hidden here.
    final : bool
        Leave out, and name, what rests on numbers that nobody has secured.
    """
    exact = {(p.outcome, p.group, p.period): p.n for p in result.means if p.axis == "occasion"}
    pages = tuple(_instrument(found, ruler, means, exact) for found in result.instruments)
    if not final:
        return pages
    return tuple(without_unsecured(page, found) for page, found in zip(pages, result.instruments, strict=True))


def _instrument(
    found: InstrumentFinding, ruler: Clearance, means: tuple[SafeMean, ...], exact: dict[tuple[str, str, str], int]
) -> SafeInstrument:
    copied = {name: getattr(found, name) for name in _SAME - _CLEARED}
    classes = tuple(_classes(found, one, ruler) for one in found.classes)
    return SafeInstrument(
        **copied,
        comparisons=tuple(_comparison(found, one, ruler, means, exact) for one in found.comparisons),
        shares=_shares(found, ruler),
        classes=classes,
        excess=_excess(found, ruler, classes),
        regression=_regressions(found, ruler, means, exact),
    )


def _comparison(
    found: InstrumentFinding,
    one: NormComparison,
    ruler: Clearance,
    means: tuple[SafeMean, ...],
    exact: dict[tuple[str, str, str], int],
) -> SafeNormComparison:
    """Show a mean only where the outcome's own mean is shown, and where the two are not a few persons apart."""
    where = f"norm:{found.outcome}"
    safe = _safe_mean(found.outcome, one.group, one.occasion, means)
    apart = exact.get((found.outcome, one.group, one.occasion), one.n) - one.n
    shown = ruler.permits(one.evidence, where) and safe is not None and safe.mean is not None and not ruler.is_small(abs(apart))
    if not shown:
        ruler.hide(where, "policy")
    decimals = 0 if safe is None else safe.decimals
    mean = round_to(one.mean, decimals)
    p, below = round_p(one.p_value) if one.p_value is not None and shown else (None, False)
    return SafeNormComparison(
        group=one.group,
        occasion=one.occasion,
        order=one.order,
        n=ruler.count(one.n, where),
        mean=mean if shown else None,
        norm_mean=round_to(one.norm_mean, 2),
        norm_sd=round_to(one.norm_sd, 2),
        difference=round_to(mean - one.norm_mean, decimals) if shown else None,
        standardised=round_to((mean - one.norm_mean) / one.norm_sd, 1) if shown else None,
        interval=_interval(one.interval, decimals) if shown else None,
        p_value=p,
        p_below=below,
        decimals=decimals,
        margin=None if one.margin is None else round_to(one.margin, 2),
        equivalence_p=round_p(one.equivalence_p)[0] if one.equivalence_p is not None and shown else None,
        some_without_norm=one.n_without_norm > 0,
    )


def _shares(found: InstrumentFinding, ruler: Clearance) -> tuple[SafeBandShare, ...]:
    """Put neighbouring bands together until every one holds enough persons of every group at every occasion."""
    where = f"band:{found.outcome}"
    groups = _merged(found.shares, ruler)
    if found.shares and len(groups) < len({s.band for s in found.shares}):
        ruler.hide(where, "merged" if len(groups) > 1 else "few")
    if len(groups) < 2:
        return ()
    made = []
    for place in dict.fromkeys((s.group, s.occasion, s.order) for s in found.shares):
        mine = [s for s in found.shares if (s.group, s.occasion, s.order) == place]
        counts = [ruler.count(sum(s.n for s in mine if s.band in bands), where) for bands in groups]
        total = sum(n for n in counts if n is not None)
        for bands, n in zip(groups, counts, strict=True):
            share = None if n is None or not total or None in counts else round_to(n / total, 2)
            level = min(s.level for s in mine if s.band in bands)
            made.append(SafeBandShare(*place, bands, level, n, share))
    return tuple(made)


def _merged(shares: tuple[BandShare, ...], ruler: Clearance) -> list[tuple[str, ...]]:
    order = {s.band: s.level for s in shares}
    groups: list[tuple[str, ...]] = [(band,) for band in sorted(order, key=lambda b: (order[b], b))]
    places = list(dict.fromkeys((s.group, s.order) for s in shares))
    count = {(s.group, s.order, s.band): s.n for s in shares}

    def fewest(bands: tuple[str, ...]) -> int:
        return min(sum(count.get((*place, band), 0) for band in bands) for place in places)

    least = 0 if ruler.public else ruler.policy.min_cell
    while len(groups) > 1 and min(fewest(g) for g in groups) < least:
        low = min(range(len(groups)), key=lambda i: (fewest(groups[i]), i))
        # With its smaller neighbour: the larger keeps its meaning.
        beside = min((i for i in (low - 1, low + 1) if 0 <= i < len(groups)), key=lambda i: (fewest(groups[i]), i))
        first, second = sorted((low, beside))
        groups[first : second + 1] = [groups[first] + groups[second]]
    return groups


def _classes(found: InstrumentFinding, one: ChangeClasses, ruler: Clearance) -> SafeClasses:
    where = f"class:{found.outcome}"
    counts = {
        "recovered": one.n_recovered,
        "improved": one.n_improved,
        "unchanged": one.n_unchanged,
        "deteriorated": one.n_deteriorated,
    }
    rows = _class_rows(counts, ruler) if not one.reason and ruler.permits(one.evidence, where) else []
    if not one.reason and len(rows) < len(counts):
        ruler.hide(where, "merged" if rows else "few")
    total = ruler.count(one.n, where)
    shown = []
    for kinds in rows:
        n = ruler.count(sum(counts[kind] for kind in kinds), where)
        share = None if n is None or not total else round_to(min(n / total, 1.0), 2)
        shown.append(SafeClassCount(kinds, n, share))
    return SafeClasses(
        group=one.group,
        reason=one.reason,
        n=total,
        reliability=one.reliability,
        reliability_basis=one.reliability_basis,
        comparable=one.comparable,
        sd_basis=one.sd_basis,
        smallest_detectable=_detectable(one),
        criterion=one.criterion,
        cut=None if one.cut is None else round_to(one.cut, 2),
        counts=tuple(shown),
        index=one.index,
        why_not_c=one.why_not_c,
        reliability_source=one.reliability_source,
        reliability_status=one.reliability_status,
    )


def _detectable(one: ChangeClasses) -> float | None:
    """Return the smallest detectable change: exact where it is made of published numbers, two digits of a group's own SD."""
    value = one.smallest_detectable
    return None if value is None else round_to(value, 1 if one.sd_basis == "norm" else digits_of(value, 2))


def _class_rows(counts: dict[str, int], ruler: Clearance) -> list[tuple[str, ...]]:
    """Return the finest classes that all hold enough persons: four, improved together, or improved against the rest."""
    ways: tuple[tuple[tuple[str, ...], ...], ...] = (
        (("recovered",), ("improved",), ("unchanged",), ("deteriorated",)),
        (("recovered", "improved"), ("unchanged",), ("deteriorated",)),
        (("recovered",), ("improved",), ("unchanged", "deteriorated")),
        (("recovered", "improved"), ("unchanged", "deteriorated")),
    )
    least = 0 if ruler.public else ruler.policy.min_cell
    for way in ways:
        if all(sum(counts[kind] for kind in kinds) >= least for kinds in way):
            return list(way)
    return []


def _excess(found: InstrumentFinding, ruler: Clearance, classes: tuple[SafeClasses, ...]) -> SafeExcess | None:
    """Make the difference of the shares that are shown: the exact one would tell more of the counts than they do themselves."""
    if found.excess is None:
        return None
    shares = [_improved(one) for one in classes]
    if not ruler.permits(found.excess.evidence, f"class:{found.outcome}") or len(shares) != 2 or None in shares:
        return SafeExcess(None, None)
    treated, other = (share or 0.0 for share in shares)
    return SafeExcess(round_to(treated - other, 2), _interval(found.excess.interval, 1))


def _improved(one: SafeClasses) -> float | None:
    """Return the shown share that improved, recovered or not; None where any of it is hidden."""
    mine = [count.share for count in one.counts if set(count.classes) <= {"recovered", "improved"}]
    return None if not mine or None in mine else sum(share or 0.0 for share in mine)


def _regressions(
    found: InstrumentFinding, ruler: Clearance, means: tuple[SafeMean, ...], exact: dict[tuple[str, str, str], int]
) -> tuple[SafeRegression, ...]:
    made = []
    shown_for = {c.group: c for c in found.comparisons}
    for one in found.regression:
        where = f"norm:{found.outcome}"
        mine = [m for m in means if m.outcome == found.outcome and m.group == one.group and m.axis == "occasion"]
        place = shown_for.get(one.group)
        apart = 0 if place is None else exact.get((found.outcome, one.group, place.occasion), place.n) - place.n
        shown = ruler.permits(one.evidence, where) and bool(mine) and all(m.mean is not None for m in mine)
        shown = shown and not ruler.is_small(abs(apart))
        if not shown:
            ruler.hide(where, "policy")
        decimals = mine[0].decimals if mine else 0
        observed, low, high = (round_to(v, decimals) if shown else None for v in (one.observed, one.low, one.high))
        correlation = round_to(one.correlation, 1) if shown else None
        known = (one.basis, one.target, one.source, one.status)
        made.append(SafeRegression(one.group, observed, low, high, decimals, correlation, *known))
    return tuple(made)


def _safe_mean(outcome: str, group: str, occasion: str, means: tuple[SafeMean, ...]) -> SafeMean | None:
    wanted = (outcome, group, occasion, "occasion")
    return next((m for m in means if (m.outcome, m.group, m.period, m.axis) == wanted), None)


def _interval(interval: Interval | None, decimals: int) -> Interval | None:
    if interval is None:
        return None
    return Interval(round_to(interval.low, decimals), round_to(interval.high, decimals), interval.level)
