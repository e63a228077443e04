"""Rules about loss: who should have been measured before and after, and was not; by group and by sex.

Somebody whose window has not passed at the evaluation date is "ännu ej uppföljd" and no loss. The states are those of the sample
flow (`evalkit.records.occasions`), so the gate and the report count the same persons.
"""

from __future__ import annotations

import pandas as pd

from evalkit.findings.quality import Severity
from evalkit.plan.evaluation import EvaluationPlan, Occasion, Outcome
from evalkit.records.calendar import whole_years
from evalkit.records.codebook import PERSON, Case, group_words, looked_up
from evalkit.records.occasions import NOT_DUE, place, states_of_measurements
from evalkit.records.sheets import Check, Fault, Sheet, counted
from evalkit.records.stations import COMPARISON, FILE, LINE, TREATED

_LOST = {"missing", "partial"}


def attrition_checks(case: Case, people: pd.DataFrame, measured: pd.DataFrame) -> list[Check]:
    """Return the checks of every outcome that is measured at occasions.

    Parameters
    ----------
    people : pandas.DataFrame
        Of `evalkit.records.codebook.roster`, after consent.
    measured : pandas.DataFrame
        Of `evalkit.records.answers.gather_answers`, measurements only.
    """
    followed = _followed(case, people)
    if not case.plan.occasions or not len(measured) or not len(followed):
        return []
    rows = measured.assign(value=measured["answered"].map({True: 1.0, False: float("nan")}).astype("float64"), planned=True)
    placed, _ = place(rows.drop(columns="answered"), followed, case.plan.occasions)
    persons, sums = (
        Sheet("bortfall", followed[["unit", FILE, LINE]], unit="unit"),
        Sheet("bortfall", pd.DataFrame({"persons": [float(len(followed))]})),
    )
    checks = []
    for outcome in case.plan.outcomes:
        if not (measured["outcome"] == outcome.id).any():
            continue
        states = states_of_measurements(placed, followed, outcome.id, case.plan.occasions, case.evaluated_on)
        wide = states.pivot_table(index="unit", columns="occasion", values="state", aggfunc="first")
        for occasion in case.plan.occasions:
            lost = _lost(case.plan, followed, wide, occasion)
            name = f"{outcome.id}.{occasion.id}.personer"
            checks.append(counted(persons, name, _loss(outcome, occasion), lost, most=0.0, shown=outcome.id))
            checks += _shares(case.plan, sums, outcome, occasion, followed.assign(lost=lost)[lost.notna()])
    return checks


def _followed(case: Case, people: pd.DataFrame) -> pd.DataFrame:
    """Return those who should be measured: in a group, of the target age, and with a start where the sources give starts."""
    some_start = people["start"].notna().any()
    kept = people["listed"] & people["group"].notna() & (people["start"].notna() | (not some_start))
    age = whole_years(people["birth_date"], people["start"])
    low, high = case.plan.target_group.age_from, case.plan.target_group.age_to
    if low is not None:
        kept &= ~(age < low)
    if high is not None:
        kept &= ~(age > high)
    return people[kept].rename(columns={PERSON: "unit"}).reset_index(drop=True)


def _lost(plan: EvaluationPlan, followed: pd.DataFrame, wide: pd.DataFrame, occasion: Occasion) -> pd.Series:
    """Return 1 for the lost, 0 for the measured, and missing for those not yet due.

    Lost is who was not measured at the occasion or, where it is a follow-up, never before the start.
    """
    here = looked_up(followed["unit"], wide[occasion.id])
    lost = here.isin(_LOST)
    before = [o.id for o in plan.occasions if o.role == "before" and o.id in wide.columns]
    if occasion.role == "after" and before:
        lost |= looked_up(followed["unit"], wide[before].isin(_LOST).all(axis=1))
    return lost.astype("float64").where(here != NOT_DUE)


def _shares(plan: EvaluationPlan, sums: Sheet, outcome: Outcome, occasion: Occasion, due: pd.DataFrame) -> list[Check]:
    """Judge the share lost: in each group; at a follow-up also between the groups, and between sexes that are large enough."""
    name, limit = f"{outcome.id}.{occasion.id}", plan.quality.max_attrition
    checks = []
    for group in (TREATED, COMPARISON):
        mine = due.loc[due["group"] == group, "lost"]
        if len(mine):
            fault = _large(outcome, occasion, group, limit)
            checks.append(counted(sums, f"{name}.andel.{group}", fault, _one(mine.mean()), most=limit, shown=outcome.id))
    if occasion.role != "after":
        return checks
    limit, least = plan.quality.max_attrition_difference, plan.design.starts.least_cohort
    for by, kinds in (("group", (TREATED, COMPARISON)), ("sex", ("woman", "man"))):
        found = _difference(due, by, kinds)
        if found is None or (by == "sex" and found[1] < least):
            continue
        enough = found[1] >= least
        fault = (
            _between_groups(plan, outcome, occasion, enough=enough) if by == "group" else _between_sexes(outcome, occasion, limit)
        )
        checks.append(counted(sums, f"{name}.skillnad.{by}", fault, _one(found[0]), most=limit, shown=outcome.id))
    return checks


def _one(value: float) -> pd.Series:
    return pd.Series([float(value)])


def _difference(due: pd.DataFrame, by: str, kinds: tuple[str, str]) -> tuple[float, int] | None:
    """Return the difference in share lost and the size of the smaller kind; None unless both are there."""
    parts = [due.loc[due[by] == kind, "lost"] for kind in kinds]
    if not all(len(part) for part in parts):
        return None
    return abs(float(parts[0].mean()) - float(parts[1].mean())), min(len(part) for part in parts)


def _is_decisive(plan: EvaluationPlan, outcome: Outcome, occasion: Occasion) -> bool:
    return outcome.id == plan.primary_outcome and plan.decisive_occasion in {None, occasion.id}


def _loss(outcome: Outcome, occasion: Occasion) -> Fault:
    words = "mätning före eller vid uppföljningen saknas" if occasion.role == "after" else "mätningen saknas"
    return Fault(
        "ATTRITION",
        Severity.NOTE,
        f"bortfall på {outcome.id}, {occasion.label}: {words}",
        "Se efter om mätningarna finns men inte levererats; annars redovisas personerna som bortfall",
    )


def _large(outcome: Outcome, occasion: Occasion, group: str, limit: float) -> Fault:
    return Fault(
        "ATTRITION",
        Severity.WARN,
        f"bortfallet i {group_words(group)} på {outcome.id}, {occasion.label}, är större än planens gräns ({limit:.0%})",
        "Redovisa vilka som föll bort och varför; slutsatsen blir svagare",
    )


def _between_groups(plan: EvaluationPlan, outcome: Outcome, occasion: Occasion, *, enough: bool) -> Fault:
    """Return the fault of unlike loss: it stops at the decisive occasion of the primary outcome, unless the plan says why not."""
    override = plan.quality.attrition_override
    limit = f"{plan.quality.max_attrition_difference:.0%}"
    message = f"bortfallet på {outcome.id}, {occasion.label}, skiljer sig mellan grupperna mer än planens gräns ({limit})"
    remedy = (
        "Samla in de mätningar som saknas. Går det inte, skriv skälet under quality.attrition_override i en ny version av planen; "
        "skattningen mäter annars urvalet"
    )
    if not _is_decisive(plan, outcome, occasion):
        return Fault("ATTRITION-DIFF", Severity.WARN, message, remedy)
    if not enough:
        return Fault("ATTRITION-DIFF", Severity.WARN, f"{message}; ännu för få uppföljda för att avgöra", remedy)
    if override is not None:
        return Fault("ATTRITION-DIFF", Severity.WARN, f"{message}; planen tillåter det: {override}", "Redovisa skälet i rapporten")
    return Fault("ATTRITION-DIFF", Severity.STOP, message, remedy)


def _between_sexes(outcome: Outcome, occasion: Occasion, limit: float) -> Fault:
    return Fault(
        "ATTRITION-DIFF",
        Severity.WARN,
        f"bortfallet på {outcome.id}, {occasion.label}, skiljer sig mellan kvinnor och män mer än planens gräns ({limit:.0%})",
        "Redovisa bortfallet uppdelat på kön; resultatet gäller främst dem som följts upp",
    )
