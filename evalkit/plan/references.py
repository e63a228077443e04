"""What a plan says about other files: instruments, prices, and the limits of disclosure."""

from __future__ import annotations

from pathlib import Path

from evalkit.errors import PlanError
from evalkit.plan.disclosure import DisclosurePolicy, effective_policy
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.instrument_references import instrument_places
from evalkit.plan.instruments import InstrumentRegister
from evalkit.plan.price_rows import PriceRow, check_price_rows
from evalkit.plan.problems import Problem, plan_error, quote, suggestion
from evalkit.plan.strict_yaml import Document, Location, read_document
from evalkit.plan.unit_costs import UnitCostTable


def check_references(
    plan: EvaluationPlan,
    register: InstrumentRegister,
    unit_costs: UnitCostTable | None,
    policy: DisclosurePolicy | None,
    *,
    path: Path | None = None,
) -> None:
    """Refuse a plan that names what does not exist, or loosens what others decided.

    Parameters
    ----------
    plan : EvaluationPlan
        A loaded plan.
    register : InstrumentRegister
        The instruments of the project.
    unit_costs : UnitCostTable or None
        The list that ``economics.unit_costs`` names; None if the plan names none or the file is missing.
    policy : DisclosurePolicy or None
        The policy of the project; None leaves the plan's own limits unchecked (nothing may be released then anyway).
    path : Path, optional
        The plan's file, so that faults get their lines.

    Raises
    ------
    PlanError
        PAR-INSTR, PAR-REF, COST-YEAR or PAR-LIMIT, all at once.
    """
    places: list[tuple[str, Location, str, str]] = [*instrument_places(plan, register), *_prices(plan, unit_costs)]
    document = read_document(path) if path is not None and path.is_file() else None
    problems = [Problem(code, document.line(place) if document else None, key, text) for code, place, key, text in places]
    if policy is not None:
        problems += _limits(plan, policy, document)
    if problems:
        raise plan_error(path.name if path else f"{plan.id}.yaml", problems)


def _prices(plan: EvaluationPlan, unit_costs: UnitCostTable | None) -> list[tuple[str, Location, str, str]]:
    economics = plan.economics
    if economics is None or economics.unit_costs is None:
        return []
    if unit_costs is None:
        text = f"prislistan {quote(economics.unit_costs)} finns inte i params/unit_costs"
        return [("PAR-REF", ("economics", "unit_costs"), "economics → unit_costs", text)]
    found: list[tuple[str, Location, str, str]] = []
    rows = [PriceRow(0, cost.id, cost.unit, cost.price_year, cost.kronor) for cost in unit_costs.costs]
    for position, benefit in enumerate(economics.benefits):
        place = ("economics", "benefits", position, "unit_cost")
        key = f"economics → benefits → {benefit.unit_cost}"
        ids = [cost.id for cost in unit_costs.costs]
        if benefit.unit_cost not in ids:
            text = f"priset {quote(benefit.unit_cost)} finns inte i {unit_costs.id}.csv; {suggestion(benefit.unit_cost, ids)}"
            found.append(("PAR-REF", place, key, text))
            continue
        try:
            check_price_rows(f"{unit_costs.id}.csv", rows, wanted=[(benefit.unit_cost, economics.price_year)])
        except PlanError as exc:
            text = f"{unit_costs.id}.csv har inget pris för år {economics.price_year}; lägg till det, priser flyttas inte mellan år"
            found.append((exc.code, place, key, text))
    return found


def _limits(plan: EvaluationPlan, policy: DisclosurePolicy, document: Document | None) -> list[Problem]:
    problems = []
    for key in plan.disclosure.model_dump(exclude_none=True):
        one = type(plan.disclosure)(**{key: getattr(plan.disclosure, key)})
        try:
            effective_policy(policy, one)
        except PlanError as exc:
            text = str(exc).split(": ", 2)[-1]
            problems.append(
                Problem(exc.code, document.line(("disclosure", key)) if document else None, f"disclosure → {key}", text)
            )
    return problems
