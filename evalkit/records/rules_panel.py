"""Rules about public panels: every unit in every year, and a treatment that begins inside the panel and stays."""

from __future__ import annotations

import pandas as pd

from evalkit.findings.quality import Severity
from evalkit.plan.evaluation import TreatmentRule
from evalkit.plan.sources import RowMeaning
from evalkit.records.calendar import period_bounds
from evalkit.records.codebook import Case
from evalkit.records.sheets import Check, Fault, Sheet, counted


def panel_checks(case: Case) -> list[Check]:
    """Return the checks of each panel source: balance, gaps, always treated, reversals, and that both kinds of unit are there."""
    checks = []
    for source, table in case.sources(RowMeaning.PANEL):
        if not {"unit", "period"} <= set(table.columns):
            continue
        first, _ = period_bounds(table["period"], source.id)
        rows = table.assign(first=first).dropna(subset=["unit", "first"]).sort_values(["unit", "first"], kind="stable")
        units = _units(rows, case.plan.design.treatment)
        sheet = Sheet(f"{source.id}.panel", units, source.id, unit="unit")
        checks += [
            counted(sheet, "luckor", _GAP, units["gaps"], most=0.0, shown="period"),
            counted(sheet, "balans", _UNBALANCED, units["absent"], most=0.0, shown="period"),
        ]
        rule = case.plan.design.treatment
        if rule is not None and "n_treated" in units.columns:
            checks += _treatment(case, sheet, rule)
    return checks


def _units(rows: pd.DataFrame, rule: TreatmentRule | None) -> pd.DataFrame:
    """Return one row per unit: periods missing in between and in all, and how its treatment goes."""
    order = {day: number for number, day in enumerate(sorted(rows["first"].unique()))}
    rows = rows.assign(number=rows["first"].map(order).astype("float64"))
    grouped = rows.groupby("unit", sort=True)["number"]
    present = grouped.nunique()
    units = pd.DataFrame({"gaps": grouped.max() - grouped.min() + 1 - present, "absent": float(len(order)) - present})
    if rule is not None and "treatment" in rows.columns:
        on = rows["treatment"] > rule.threshold if rule.when == "above" else rows["treatment"] < rule.threshold
        state = on.astype("float64").where(rows["treatment"].notna())
        by_unit = state.groupby(rows["unit"], sort=True)
        units["n_treated"] = by_unit.sum()
        units["treated_first"] = by_unit.first()
        units["reversals"] = (by_unit.diff() < 0).groupby(rows["unit"], sort=True).sum().astype("float64")
    return units.astype("float64").rename_axis("unit").reset_index()


def _treatment(case: Case, sheet: Sheet, rule: TreatmentRule) -> list[Check]:
    units = sheet.table
    inside = (units["n_treated"] > 0) & ~((units["treated_first"] > 0) & rule.exclude_always_treated)
    if rule.exclude_reversals:
        inside &= units["reversals"] == 0
    never = units["n_treated"] == 0
    sums = Sheet(
        f"{sheet.name}.grupper", pd.DataFrame({"treated": [float(inside.sum())], "never": [float(never.sum())]}), sheet.source
    )
    checks = [
        counted(sheet, "fore_panelen", _ALWAYS, units["treated_first"], most=0.0, shown="treatment"),
        counted(sheet, "upphor", _REVERSAL, units["reversals"], most=0.0, shown="treatment"),
        counted(sums, "insats", _NONE_TREATED, sums.table["treated"], least=1.0, shown="treatment"),
    ]
    if "did" in case.plan.design.analyses:
        checks.append(counted(sums, "jamforelse", _NONE_LEFT, sums.table["never"], least=1.0, shown="treatment"))
    return checks


_GAP = Fault(
    "PANEL-GAP",
    Severity.WARN,
    "enheten saknar perioder mitt i panelen",
    "Komplettera leveransen; enheter med luckor räknas bort ur skattningar som kräver alla perioder",
)
_UNBALANCED = Fault(
    "PANEL-UNBALANCED",
    Severity.WARN,
    "enheten har inte alla panelens perioder",
    "Komplettera leveransen, eller låt enheten räknas bort; antalet redovisas i urvalsflödet",
)
_ALWAYS = Fault(
    "PANEL-ALWAYS-TREATED",
    Severity.WARN,
    "enheten hade insatsen redan i sin första period: den har ingen tid före insatsen",
    "Lägg till tidigare perioder, eller låt enheten räknas bort (exclude_always_treated)",
)
_REVERSAL = Fault(
    "PANEL-REVERSAL",
    Severity.WARN,
    "insatsen upphör igen för enheten",
    "Kontrollera insatskolumnen och gränsen i planen; enheten räknas bort med exclude_reversals",
)
_NONE_TREATED = Fault(
    "GRP-EMPTY",
    Severity.STOP,
    "ingen enhet börjar med insatsen inne i panelen",
    "Kontrollera insatskolumnen och gränsen under design.treatment i planen",
)
_NONE_LEFT = Fault(
    "GRP-EMPTY",
    Severity.STOP,
    "ingen enhet är utan insats i alla perioder: det finns inget att jämföra med",
    "Kontrollera gränsen under design.treatment, eller lägg till enheter utan insats",
)
