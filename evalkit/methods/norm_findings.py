"""From analysed persons to an instrument's page: norm, bands, change beyond error, expected regression."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from evalkit.findings.cell import DisclosureEvidence
from evalkit.findings.norms import BandShare, InstrumentFinding, NormComparison
from evalkit.methods.asked import Asked
from evalkit.methods.change_findings import Judgement, change_classes, excess_improved, expected_regression, judge
from evalkit.methods.disclosure_facts import evidence_of_mean
from evalkit.methods.fits import Fit, Floats, t_interval
from evalkit.methods.norm_comparison import GroupSummary, Norm, equivalence_to_norm, group_against_norm
from evalkit.methods.norm_lookup import SEXES, FoundNorm, Who, band_of, bands_of, norm_of, shown_bands, weighted

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan, Outcome
    from evalkit.plan.instrument_parts import CutOff
    from evalkit.plan.instrument_use import InstrumentUse
    from evalkit.plan.instruments import InstrumentRegister
    from evalkit.records.stations import AnalysisFrame

GROUPS = ("treated", "comparison")


@dataclass(frozen=True, slots=True, repr=False)
class Measured:
    """The analysed persons of one outcome and instrument, one row each, before and after.

    Attributes
    ----------
    before, after : shape (n_persons,), scale units
    treated : shape (n_persons,)
    who : tuple[Who, ...]
        Sex and age at the first measurement.
    occasions : tuple[str, str]
        Labels of the last occasion before and of the decisive one.
    orders : tuple[int, int]
    """

    before: Floats
    after: Floats
    treated: np.ndarray
    who: tuple[Who, ...]
    occasions: tuple[str, str]
    orders: tuple[int, int]


def instrument_findings(frame: AnalysisFrame, plan: EvaluationPlan, register: InstrumentRegister) -> tuple[InstrumentFinding, ...]:
    """Return one finding per outcome and instrument that anybody analysed was measured with, in the plan's order."""
    return tuple(_finding(*one) for one in judged_measures(frame, plan, register))


def judged_measures(
    frame: AnalysisFrame, plan: EvaluationPlan, register: InstrumentRegister
) -> Iterator[tuple[Asked, str, Measured, FoundNorm, Judgement]]:
    """Yield, for each outcome and instrument, what is asked, the outcome's id, who was measured, their norm, and the judgement."""
    if plan.data_kind.value == "public" or "instrument" not in frame.table.columns:
        return
    for outcome in plan.outcomes:
        for use in _first_uses(outcome):
            instrument = register.find(use.instrument)
            scale = None if instrument is None else instrument.scale(use.scale)
            people = None if instrument is None else _measured(frame, outcome.id, instrument.id)
            if instrument is not None and scale is not None and people is not None:
                asked = Asked(plan, use, register, instrument, scale)
                norm = norm_of(register, use, instrument, scale, people.who)
                yield asked, outcome.id, people, norm, judge(asked, people, norm)


def _first_uses(outcome: Outcome) -> list[InstrumentUse]:
    return list({(use.instrument, use.scale): use for use in reversed(outcome.instruments)}.values())[::-1]


def _measured(frame: AnalysisFrame, outcome: str, instrument: str) -> Measured | None:
    rows = frame.table[(frame.table["outcome"] == outcome) & (frame.table["instrument"] == instrument)]
    ends = rows[["order", "period", "is_after"]].drop_duplicates().sort_values("order")
    before, after = ends[~ends["is_after"].astype(bool)], ends[ends["is_after"].astype(bool)]
    if not len(before) or not len(after):
        return None
    orders = (int(before["order"].iloc[-1]), int(after["order"].iloc[-1]))
    wide = rows.pivot_table(index="unit", columns="order", values="value")[list(orders)].dropna().sort_index()
    if wide.empty:
        return None
    treated = rows.drop_duplicates("unit").set_index("unit")["treated"].reindex(wide.index).to_numpy(dtype=bool)
    return Measured(
        before=wide[orders[0]].to_numpy(dtype=np.float64),
        after=wide[orders[1]].to_numpy(dtype=np.float64),
        treated=treated,
        who=_who(frame, list(wide.index)),
        occasions=(str(before["period"].iloc[-1]), str(after["period"].iloc[-1])),
        orders=orders,
    )


def _who(frame: AnalysisFrame, units: list[str]) -> tuple[Who, ...]:
    people = frame.persons.set_index("unit").reindex(units)
    sexes = people["sex"].map(SEXES).fillna("all") if "sex" in people else pd.Series("all", index=people.index)
    if "birth_date" not in people:
        return tuple((str(sex), None) for sex in sexes)
    days = (people["start"].astype("datetime64[ns]") - people["birth_date"].astype("datetime64[ns]")).dt.days
    ages = [None if pd.isna(day) else float(math.floor(day / 365.25)) for day in days]
    return tuple((str(sex), age) for sex, age in zip(sexes, ages, strict=True))


def _finding(asked: Asked, outcome: str, people: Measured, norm: FoundNorm, judged: Judgement) -> InstrumentFinding:
    plan, use, instrument, scale = asked.plan, asked.use, asked.instrument, asked.scale
    cuts, no_bands = bands_of(instrument, scale, use)
    regression, no_regression = expected_regression(asked, people, norm)
    points = [threshold.points for threshold in instrument.change_thresholds if threshold.scale == scale.id]
    return InstrumentFinding(
        outcome=outcome,
        instrument=instrument.id,
        label=instrument.label,
        measures=instrument.measures or "",
        respondent=instrument.respondent,
        scale=scale.id,
        scale_label=scale.label,
        minimum=scale.minimum,
        maximum=scale.maximum,
        direction=scale.direction,
        recall=instrument.recall or "",
        licence=instrument.licence or "",
        source=instrument.source,
        status=instrument.status,
        practice=instrument.respondent == "test",
        relevant_change=points[0] if points else None,
        bands=shown_bands(cuts),
        band_system=cuts[0].system if cuts else "",
        band_status=cuts[0].status if cuts else "",
        no_bands=no_bands,
        norms=norm.references,
        no_norm=norm.missing,
        norms_elsewhere=norm.elsewhere,
        comparisons=_comparisons(plan, use, people, norm),
        shares=_shares(cuts, people),
        classes=change_classes(people, judged),
        excess=excess_improved(plan, people, judged.classes),
        regression=regression,
        no_regression=no_regression,
    )


def _comparisons(plan: EvaluationPlan, use: InstrumentUse, people: Measured, norm: FoundNorm) -> tuple[NormComparison, ...]:
    covered = np.array([row is not None for row in norm.rows], dtype=bool)
    made = []
    for group in GROUPS:
        part = people.treated == (group == "treated")
        if not (part & covered).any():
            continue
        rows = [row for row, inside in zip(norm.rows, part & covered, strict=True) if row is not None and inside]
        for side, values in enumerate((people.before, people.after)):
            mine = values[part & covered]
            left_out = int((part & ~covered).sum())
            made.append(_against(plan, use, weighted(rows), mine, (group, people.occasions[side], people.orders[side], left_out)))
    return tuple(made)


def _against(
    plan: EvaluationPlan, use: InstrumentUse, norm: Norm, values: Floats, place: tuple[str, str, int, int]
) -> NormComparison:
    group, occasion, order, left_out = place
    n, mean = len(values), float(values.mean())
    sd = float(values.std(ddof=1)) if n > 1 else None
    # Persons of one cluster are alike: a test that takes each for itself would see differences that are none.
    alone = sd if plan.design.assigned_at == "person" else None
    test = group_against_norm(GroupSummary(mean, alone, n), norm) if alone else None
    interval = None
    if test is not None:
        interval = t_interval(Fit(test.difference, test.std_error, test.df), plan.design.confidence_level)
    margin = None if use.equivalence_margin is None or norm.n is None else use.equivalence_margin * norm.sd
    same = equivalence_to_norm(GroupSummary(mean, alone, n), norm, margin=margin).p_value if margin and alone else None
    return NormComparison(
        group=group,
        occasion=occasion,
        order=order,
        n=n,
        mean=mean,
        sd=sd,
        norm_mean=norm.mean,
        norm_sd=norm.sd,
        difference=mean - norm.mean,
        standardised=(mean - norm.mean) / norm.sd,
        interval=interval,
        p_value=None if test is None else test.p_value,
        route="none" if test is None else test.route,
        margin=margin,
        equivalence_p=same,
        n_without_norm=left_out,
        evidence=evidence_of_mean(values, public=False),
    )


def _shares(cuts: tuple[CutOff, ...], people: Measured) -> tuple[BandShare, ...]:
    if not cuts:
        return ()
    levels = {band.id: band.level for band in shown_bands(cuts)}
    made = []
    for group in GROUPS:
        part = people.treated == (group == "treated")
        for side, values in enumerate((people.before, people.after)):
            inside = [band_of(cuts, float(v), w) for v, w, p in zip(values, people.who, part, strict=True) if p]
            named = [band.id for band in inside if band is not None]
            for band, level in levels.items() if named else ():
                n = named.count(band)
                evidence = DisclosureEvidence(n_persons=len(named), none_or_all=n in {0, len(named)})
                place = (group, people.occasions[side], people.orders[side])
                made.append(BandShare(*place, band, level, n, len(named), evidence))
    return tuple(made)
