"""The evaluation plan read as a pre-analysis plan: each question of the registries answered by the plan's own words, or not at all.

Questions: AEA RCT Registry, J-PAL's page on pre-analysis plans, EGAP's form (docs/METHODS.md). Nothing is filled in.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from evalkit.findings.pap import Item, PreAnalysisPlan, Section, both, figure, share
from evalkit.findings.reasons import Words
from evalkit.methods.pap_design import design_items, item, lottery_items, undrawn
from evalkit.methods.pap_numbers import number_items
from evalkit.methods.pap_rules import (
    analysis_lines,
    asked,
    covariate_line,
    dates_line,
    multiplicity_lines,
    status_line,
    stopping_lines,
    subgroup_lines,
)
from evalkit.methods.pap_special import special_items
from evalkit.plan.units import difference_unit, level_unit

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan, Outcome

AEA, JPAL, EGAP = "AEA", "J-PAL", "EGAP"
ALL = (AEA, JPAL, EGAP)
NONE = both("inga", "none")
UNITS = both("gäller inte: offentliga uppgifter om enheter", "not applicable: public data on units")


def preanalysis_plan(plan: EvaluationPlan, *, content_sha256: str, locked: bool) -> PreAnalysisPlan:
    """Return the pre-analysis plan that `plan` holds.

    Parameters
    ----------
    content_sha256 : str
        Of the plan, as a lock names it.
    """
    sections = (
        Section("registrering", Words("Registrering", "Registration"), _registration(plan)),
        Section("insats", Words("Insats och förändringsteori", "Intervention and theory of change"), _intervention(plan)),
        Section("hypoteser", Words("Hypoteser", "Hypotheses"), _hypotheses(plan)),
        Section("utfall", Words("Utfall och mätning", "Outcomes and measurement"), _measurement(plan)),
        Section("upplagg", Words("Upplägg", "Design"), design_items(plan)),
        Section("antal", Words("Antal och styrka", "Numbers and power"), number_items(plan)),
        Section("lottning", Words("Lottning", "Randomisation"), lottery_items(plan)),
        Section("analys", Words("Skattning och osäkerhet", "Estimation and inference"), _estimation(plan)),
        Section("bortfall", Words("Bortfall och saknade värden", "Attrition and missing data"), _attrition(plan)),
        Section("etik", Words("Etik, data och ansvar", "Ethics, data and responsibilities"), _ethics(plan)),
    )
    return PreAnalysisPlan(plan.id, plan.title, plan.version.isoformat(), content_sha256, locked, sections)


def _registration(plan: EvaluationPlan) -> tuple[Item, ...]:
    versions = (f"{v.version.isoformat()}: {v.decided_by} – {v.reason}" for v in plan.versions)
    return (
        item("Titel", "Title", ALL, plan.title),
        item("Kommun", "Municipality", (AEA,), plan.municipality),
        item("Land", "Country", (AEA,), asked(plan).country),
        item("Status", "Status", (AEA,), status_line(plan)),
        item("Nyckelord", "Keywords", (AEA,), ", ".join(asked(plan).keywords)),
        item("Sammanfattning", "Abstract", (AEA,), plan.background),
        item("Insatsens första och sista dag", "First and last day of the intervention", (AEA,), dates_line(plan)),
        item("Planens versioner", "Versions of the plan", ALL, *versions),
        item("Finansiering", "Funding", (AEA,), plan.economics.funded_by if plan.economics else None),
    )


def _intervention(plan: EvaluationPlan) -> tuple[Item, ...]:
    theory, group = plan.theory_of_change, plan.target_group
    activities = (f"{a.label}: {a.what}. {a.actor}, {a.when}; {figure(a.target_per_person)} {a.unit}" for a in plan.activities)
    return (
        item("Målgrupp", "Target group", ALL, group.description),
        item("Ålder", "Ages", (AEA, EGAP), *_ages(plan)),
        item("Varför", "Why", (JPAL, EGAP), theory.why),
        item("Vad som görs", "What is done", ALL, theory.what, *activities),
        item("Hur det ska verka", "How it should work", (JPAL, EGAP), theory.how),
        item("Tänkbara bieffekter", "Possible side effects", (JPAL,), *plan.side_effects),
    )


def _ages(plan: EvaluationPlan) -> list[str]:
    if plan.data_kind.value == "public":
        return [UNITS]
    low, high = (("" if age is None else str(age)) for age in (plan.target_group.age_from, plan.target_group.age_to))
    return [f"{low}–{high}"] if low or high else []


def _hypotheses(plan: EvaluationPlan) -> tuple[Item, ...]:
    first = plan.outcome(plan.primary_outcome)
    expected = [
        f"{o.label}: {figure(o.expected_effect)} {difference_unit(o.unit)}" for o in plan.outcomes if o.expected_effect is not None
    ]
    # The primary outcome is tested by itself and belongs to no family.
    secondary = [o for o in plan.outcomes if o.id != first.id]
    families = sorted({o.family for o in secondary})
    members = [f"{family}: {', '.join(o.label for o in secondary if o.family == family)}" for family in families]
    return (
        item("Frågor", "Questions", ALL, *plan.questions),
        item("Primär hypotes", "Primary hypothesis", ALL, _hypothesis(first)),
        item("Övriga hypoteser", "Other hypotheses", ALL, *([_hypothesis(o) for o in secondary] or [NONE])),
        item("Väntad storlek", "Expected size", (JPAL, EGAP), *expected),
        item("Familjer av hypoteser", "Families of hypotheses", (JPAL, EGAP), *(members or [NONE])),
        item(
            "Korrigering för flera test",
            "Correction for multiple tests",
            (JPAL, EGAP),
            *(multiplicity_lines(plan) or ([] if secondary else [both("ett enda utfall prövas", "one outcome is tested")])),
        ),
        item("Undergrupper", "Subgroups", (JPAL, EGAP), *subgroup_lines(plan)),
    )


def _hypothesis(outcome: Outcome) -> str:
    higher = outcome.direction.value == "higher_better"
    return f"{outcome.label} ({level_unit(outcome.unit)}): {both('högre', 'higher') if higher else both('lägre', 'lower')}"


def _measurement(plan: EvaluationPlan) -> tuple[Item, ...]:
    first = plan.outcome(plan.primary_outcome)
    decided = None if plan.decisive_occasion is None else plan.occasion(plan.decisive_occasion).label
    instruments = [f"{o.label}: {use.instrument} ({use.scale})" for o in plan.outcomes for use in o.instruments]
    others = [f"{o.label} ({level_unit(o.unit)})" for o in plan.outcomes if o.id != first.id]
    occasions = [f"{o.label}: {both('dag', 'day')} {o.day_from} … {o.day_to} ({o.target_day})" for o in plan.occasions]
    periods = [
        both("källans perioder, alla före start mot alla efter", "the source's periods, all before the start against all after")
    ]
    public = plan.data_kind.value == "public"
    ranges = [
        f"{o.label}: {figure(o.minimum)}–{figure(o.maximum)}"
        for o in plan.outcomes
        if o.minimum is not None and o.maximum is not None
    ]
    return (
        item("Primärt utfall", "Primary outcome", ALL, f"{first.label} ({level_unit(first.unit)})"),
        item("Sekundära utfall", "Secondary outcomes", ALL, *(others or [NONE])),
        item("Instrument", "Instruments", (JPAL, EGAP), *(instruments or ([UNITS] if public else []))),
        item("Möjliga värden", "Possible values", (EGAP,), *ranges),
        item("Mättillfällen", "Occasions", ALL, *(periods if public and not occasions else occasions)),
        *(() if public else (item("Tillfället som avgör", "The occasion that decides", (JPAL, EGAP), decided),)),
        item("Regel för att avbryta", "Stopping rule", (JPAL, EGAP), *stopping_lines(plan)),
    )


def _estimation(plan: EvaluationPlan) -> tuple[Item, ...]:
    design = plan.design
    shocks = {"none": both("inga", "none"), "cluster": both("kluster", "cluster"), "group": both("grupp", "group")}[
        design.common_shocks_at
    ]
    level = f"{figure(design.confidence_level)}, {both('tvåsidigt', 'two-sided')}"
    route = both(
        "Vägen väljs av antal och upplägg, simulerad utan effekt innan utfallet läses (docs/VALIDITY.md)",
        "The route is chosen by numbers and design, simulated without an effect before the outcome is read (docs/VALIDITY.md)",
    )
    return (
        item("Analyser", "Analyses", ALL, *analysis_lines(plan)),
        *special_items(plan),
        item("Skattad storhet", "Estimand", (JPAL, EGAP), design.estimand),
        item("Konfidensnivå", "Confidence level", (JPAL, EGAP), level),
        item("Gemensamma händelser", "Common shocks", (JPAL,), shocks),
        item("Osäkerhet", "Inference", (JPAL, EGAP), route),
        item("Kovariater i skattningen", "Covariates in the estimation", (JPAL, EGAP), covariate_line(plan)),
        item("Frö", "Seed", (EGAP,), str(plan.seed)),
    )


def _attrition(plan: EvaluationPlan) -> tuple[Item, ...]:
    q = plan.quality
    return (
        item("Högsta bortfall", "Highest attrition", ALL, share(q.max_attrition)),
        item("Högsta skillnad i bortfall", "Highest difference in attrition", (JPAL, EGAP), share(q.max_attrition_difference)),
        item("Högsta andel saknade värden", "Highest share of missing values", (JPAL, EGAP), share(q.max_missing)),
        item("Hur bortfall behandlas i analysen", "How attrition is treated in the analysis", (JPAL, EGAP), _missing(plan)),
        item("De som inte följer lottningen", "Non-compliance", (JPAL, EGAP), asked(plan).non_compliance or undrawn(plan)),
        item("Spridning mellan grupperna", "Spill-overs between arms", (JPAL,), asked(plan).spillovers),
    )


def _missing(plan: EvaluationPlan) -> str | None:
    whole = both("enheter som saknar en period räknas bort och redovisas", "units lacking a period are left out and counted")
    return asked(plan).missing_data or (whole if plan.data_kind.value == "public" else None)


def _ethics(plan: EvaluationPlan) -> tuple[Item, ...]:
    legal = plan.legal_assessment
    told = None if legal is None else f"{legal.done.isoformat()}, {legal.by}: {legal.conclusion}"
    sources: Iterable[str] = (f"{s.label} ({s.owner})" for s in plan.sources)
    return (
        item("Rättslig bedömning", "Legal assessment", (AEA, JPAL), told),
        item("Etikprövning", "Ethics review", (AEA, JPAL), asked(plan).ethics_review),
        item("Datakällor", "Data sources", ALL, *sources),
        item("Ansvariga", "Responsible", ALL, *(f"{r.role}: {r.task}" for r in plan.responsible)),
        item("Tillgång till data och kod efteråt", "Access to data and code afterwards", (AEA, EGAP), asked(plan).data_access),
    )
