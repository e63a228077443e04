"""A published randomised study evaluated as it was drawn, beside what its planning had promised.

No receipt of its lottery exists, so nothing here is randomisation inference: the draw cannot be made again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evalkit.workflow.views import number

if TYPE_CHECKING:
    from evalkit.findings.estimate import Estimate
    from evalkit.methods.experiment.sample import Sample
    from evalkit.methods.inference.cluster_robust import ClusterTest
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.plan.project import Project
    from evalkit.records.stations import AnalysisFrame


@dataclass(frozen=True, slots=True)
class Trial:
    """The study: difference of means, effect of the offer by its route, and spread and correlation as they turned out."""

    plain: ClusterTest
    offer: Estimate
    spread: float
    correlation: float
    n_drawn: int
    n_other: int

    @property
    def pooled_error(self) -> float:
        """Standard error of the difference of means with one spread for both arms, as published tables often have it."""
        return float(self.spread * np.sqrt(1 / self.n_drawn + 1 / self.n_other))


def evaluate_trial(frame: AnalysisFrame, plan: EvaluationPlan) -> Trial:
    """Return the study of a panel with one period before and one after.

    Raises
    ------
    EstimationError
        As `evalkit.methods.experiment.itt.itt`.
    """
    from evalkit.methods.experiment.itt import itt
    from evalkit.methods.experiment.offer_estimate import offer_estimate
    from evalkit.methods.panel import make_panel

    panel = make_panel(frame, plan, plan.primary_outcome)
    sample = _sample(panel.y, panel.treated, panel.periods)
    residual = [sample.after[part] - sample.after[part].mean() for part in (sample.drawn, ~sample.drawn)]
    adjusted = itt(sample.after, sample.drawn, baseline=sample.before)
    inside = [np.corrcoef(sample.before[part], sample.after[part])[0, 1] for part in (sample.drawn, ~sample.drawn)]
    return Trial(
        plain=itt(sample.after, sample.drawn),
        offer=offer_estimate(sample, plan, plan.primary_outcome, adjusted)[0],
        spread=float(np.sqrt(sum(float(part @ part) for part in residual) / (len(sample.after) - 2))),
        correlation=float(np.mean(inside)),
        n_drawn=int(sample.drawn.sum()),
        n_other=int((~sample.drawn).sum()),
    )


def _sample(y: np.ndarray, drawn: np.ndarray, periods: tuple[str, ...]) -> Sample:
    from evalkit.methods.experiment.sample import Sample

    n = len(drawn)
    rows = np.arange(n)
    return Sample(
        names=tuple(str(i) for i in rows),
        after=y[:, -1],
        before=y[:, 0],
        drawn=drawn,
        took_part=drawn,
        block=np.zeros(n, dtype=np.intp),
        group=rows,
        column=rows,
        occasions=(periods[0], periods[-1]),
    )


def trial_lines(project: Project, plan_id: str) -> list[str]:
    """Return the newest run's study as text, with what the planning promised."""
    from evalkit.methods.power.portfolio import design_report
    from evalkit.workflow.session import open_run

    run = open_run(f"params/interventions/{plan_id}.yaml", f"reports/{plan_id}/senaste", project)
    plan, found = run.plan, evaluate_trial(run.frame, run.plan)
    report = design_report(plan, draws=0)
    promised, assumed = report.option("waiting_list"), {one.quantity: one.value for one in report.assumptions}
    unit, offer = plan.outcome(plan.primary_outcome).unit, found.offer
    lines = [
        f"{plan.title}: {found.n_drawn} lottade till insatsen, {found.n_other} till jämförelse",
        f"  skillnad i medelvärde: {number(found.plain.estimate, 0)} {unit} (medelfel {number(found.plain.std_error, 0)}; "
        f"med gemensam spridning, som i den publicerade tabellen, {number(found.pooled_error, 0)})",
        f"  effekt av att lottas, justerad för utgångsvärdet: {number(offer.value, 0)} {unit}, väg {offer.inference}",
    ]
    if offer.interval is not None and offer.p_value is not None:
        span = f"{number(offer.interval.low, 0)} till {number(offer.interval.high, 0)}"
        lines.append(f"  intervall {span}, p {number(offer.p_value, 4)}")
    reach = None if offer.std_error is None else 2.8 * offer.std_error
    then = f"spridning {number(assumed['standard_deviation'], 0)}, samband {number(assumed['correlation'])}"
    now = f"spridning {number(found.spread, 0)}, samband {number(found.correlation)}"
    return [
        *lines,
        "  lottningstest: görs inte, kvittot på lotten finns inte",
        f"  planen lovade att se {number(promised.mde, 0)} {unit} ({then})",
        f"  så här blev det: {now}; omkring {number(reach, 0)} {unit} kunde ses",
    ]
