"""What the notebooks tell of a run: the report's own rule for p-values holds inside the house too."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from evalkit.findings.decisions import only_describes, waits

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evalkit.findings.estimate import Estimate
    from evalkit.findings.experiment import ExperimentFinding, SubgroupFinding
    from evalkit.findings.result import EvaluationResult


def told_estimates(result: EvaluationResult, estimates: Iterable[Estimate]) -> tuple[Estimate, ...]:
    """Return estimates of a run without the p-values that wait for a later report of the plan's series."""
    decided = {d.estimate_id: d for d in result.decisions}
    return tuple(replace(e, p_value=None) if waits(result.look, decided.get(e.id)) else e for e in estimates)


def told(result: EvaluationResult) -> EvaluationResult:
    """Return a run's result without the p-values that the report does not show: the same looks are counted, whoever looks."""
    if result.look is None or result.look.role == "confirmatory":
        return result
    estimates = told_estimates(result, result.estimates)
    silent = {e.id for e in estimates if e.p_value is None}
    routes = tuple(
        replace(r, routes=tuple(replace(one, p_value=None) for one in r.routes)) if r.estimate_id in silent else r
        for r in result.routes
    )
    decisions = tuple(
        replace(d, p_value=None, adjusted_p=None, q_value=None) if waits(result.look, d) else d for d in result.decisions
    )
    shown = replace(result, estimates=estimates, routes=routes, decisions=decisions)
    if not only_describes(result.look):
        return shown
    robust, study = result.robustness, result.experiment
    if robust is not None and robust.subgroup is not None:
        robust = replace(robust, subgroup=replace(robust.subgroup, p_value=None))
    return replace(shown, robustness=robust, experiment=None if study is None else _of_study(study))


def why_no_p(result: EvaluationResult) -> list[str]:
    """Return why p-values are missing here, as one line; nothing where none waits."""
    look = result.look
    if look is None or look.role == "confirmatory":
        return []
    when = f"{look.deciding_label} ({look.deciding_day.isoformat()})"
    answer = f"svaret gavs i {when}" if look.decided else f"svaret kommer i {when}"
    if not only_describes(look):
        return [f"Bara huvudmåttets p-värde visas: en delrapport prövar inget annat; {answer}."]
    return [
        f"Inga p-värden visas: den här leveransen ska enligt planen bara beskriva; {answer}. "
        "Att läsa p-värden i förväg är att pröva en gång till, och då ökar risken för falskt larm."
    ]


def _of_study(study: ExperimentFinding) -> ExperimentFinding:
    outcomes = tuple(
        replace(o, randomisation_p=None, holm_p=None, subgroups=tuple(map(_of_group, o.subgroups))) for o in study.outcomes
    )
    many = None if study.many is None else replace(study.many, contrasts=())
    return replace(study, outcomes=outcomes, many=many)


def _of_group(group: SubgroupFinding) -> SubgroupFinding:
    return replace(group, p_value=None, adjusted_p=None)
