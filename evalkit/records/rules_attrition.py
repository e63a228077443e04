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
from evalkit.records.stations import COMPARISON, TREATED

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
    checks = []
    for outcome in case.plan.outcomes:
        if not (measured["outcome"] == outcome.id).any():
            continue
        states = states_of_measurements(placed, followed, outcome.id, case.plan.occasions, case.evaluated_on)
        wide = states.pivot_table(index="unit", columns="occasion", values="state", aggfunc="first")
        for occasion in case.plan.occasions:
            checks += _at(case, outcome, occasion, _due(case.plan, followed, wide, occasion))
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


def _due(plan: EvaluationPlan, followed: pd.DataFrame, wide: pd.DataFrame, occasion: Occasion) -> pd.DataFrame:
    """Return who is due at the occasion, and whether lost: not measured then, or (at a follow-up) never measured before."""
    here = looked_up(followed["unit"], wide[occasion.id])
    lost = here.isin(_LOST)
    if occasion.role == "after":
        before = [o.id for o in plan.occasions if o.role == "before" and o.id in wide.columns]
        if before:
            lost |= looked_up(followed["unit"], wide[before].isin(_LOST).all(axis=1))
    due = here.notna() & (here != NOT_DUE)
    return followed.assign(lost=lost.astype("float64"))[due].reset_index(drop=True)


def _at(case: Case, outcome: Outcome, occasion: Occasion, due: pd.DataFrame) -> list[Check]:
    name = f"bortfall.{outcome.id}.{occasion.id}"
    if not len(due):
        return []
    persons = Sheet(name, due[["unit", "lost"]])
    checks = [counted(persons, "personer", _loss(outcome, occasion), due["lost"], most=0.0, shown=outcome.id)]
    limit = case.plan.quality.max_attrition
    shares = due.groupby("group")["lost"].agg(["mean", "size", "sum"])
    for group in (TREATED, COMPARISON):
        if group in shares.index:
            sheet = Sheet(f"{name}.{group}", pd.DataFrame({"share": [float(shares.loc[group, "mean"])]}))
            fault = _large(outcome, occasion, group, limit)
            checks.append(counted(sheet, "andel", fault, sheet.table["share"], most=limit, shown=outcome.id))
    if occasion.role == "after":
        checks += _differences(case.plan, outcome, occasion, due)
    return checks


def _differences(plan: EvaluationPlan, outcome: Outcome, occasion: Occasion, due: pd.DataFrame) -> list[Check]:
    """Compare the loss of the two groups, and of women and men where each is as many as the plan's least cohort."""
    name = f"bortfall.{outcome.id}.{occasion.id}"
    least = plan.design.starts.least_cohort
    limit = plan.quality.max_attrition_difference
    checks = []
    by_group = _difference(due, "group", (TREATED, COMPARISON))
    if by_group is not None:
        difference, smallest = by_group
        sheet = Sheet(f"{name}.grupper", pd.DataFrame({"difference": [difference]}))
        fault = _between_groups(plan, outcome, occasion, enough=smallest >= least)
        checks.append(counted(sheet, "skillnad", fault, sheet.table["difference"], most=limit, shown=outcome.id))
    by_sex = _difference(due, "sex", ("woman", "man"))
    if by_sex is not None and by_sex[1] >= least:
        sheet = Sheet(f"{name}.kon", pd.DataFrame({"difference": [by_sex[0]]}))
        fault = _between_sexes(outcome, occasion, limit)
        checks.append(counted(sheet, "skillnad", fault, sheet.table["difference"], most=limit, shown=outcome.id))
    return checks


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
