"""Synthetic twins of a plan: the same design with known truth, taken through the whole house in this process, without notebooks."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evalkit.errors import DisclosureRefused, EstimationError, GateClosed

if TYPE_CHECKING:
    from evalkit.findings.provenance import Provenance
    from evalkit.findings.result import EvaluationResult, PlanIdentity
    from evalkit.findings.safe import SafeResult
    from evalkit.plan.disclosure import DisclosurePolicy
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.plan.instruments import InstrumentRegister
    from evalkit.plan.project import Project
    from evalkit.records.stations import RawExtract
    from evalkit.records.synthetic.truth import SyntheticTruth
    from evalkit.records.synthetic.world import World


@dataclass(frozen=True, slots=True)
class Twin:
    """One twin's way through the house; `result` and `safe` are None where it was stopped, `stopped` is then the code."""

    planted: dict[str, float]
    result: EvaluationResult | None
    safe: SafeResult | None
    stopped: str = ""


@dataclass(frozen=True, slots=True)
class House:
    """What every twin of a plan shares."""

    plan: EvaluationPlan
    truth: SyntheticTruth
    register: InstrumentRegister
    policy: DisclosurePolicy
    provenance: Provenance


def open_house(project: Project, plan_id: str) -> House:
    """Load plan, truth, instruments and policy.

    Raises
    ------
    PlanError
        If one of them is missing: a twin needs ``params/synthetic/<id>.yaml``, which says how its values arise.
    """
    from evalkit import __version__
    from evalkit.findings.provenance import Provenance
    from evalkit.plan.disclosure import effective_policy, load_policy
    from evalkit.plan.loader import load_plan
    from evalkit.plan.register import load_register
    from evalkit.records.synthetic.demo import truth_file
    from evalkit.records.synthetic.truth import load_truth

    plan = load_plan(project.plan_file(plan_id))
    truth = load_truth(truth_file(project, plan_id), plan)
    provenance = Provenance(max(truth.deliveries), __version__, "", "", (), (), "", "")
    policy = effective_policy(load_policy(project.disclosure), plan.disclosure)
    return House(plan, truth, load_register(project.instruments), policy, provenance)


def make_twin(house: House, seed: int, *, share: float) -> Twin:
    """Invent one twin and evaluate it.

    Parameters
    ----------
    seed : int
        Of the twin's persons and values.
    share : float
        Of the expected effect that is planted: 0 for none (nor any trend), 1 for the whole.
    """
    from evalkit.methods.evaluate import evaluate
    from evalkit.records.frame import build_frame
    from evalkit.records.gate import check
    from evalkit.records.scoring import score
    from evalkit.records.synthetic.world import create_world
    from evalkit.release.disclosure import clear

    truth = plant(house, share)
    planted = {o.id: o.effect.get(house.plan.decisive_occasion or "", 0.0) for o in truth.outcomes}
    plan, register = house.plan, house.register
    try:
        raw = _read(house, create_world(plan, truth, seed))
        frame = build_frame(score(check(raw, plan, register), plan, register), plan)
        result = evaluate(frame, _without_money(plan), register, None, _identity(plan), house.provenance)
        return Twin(planted, result, clear(result, house.policy))
    except (GateClosed, EstimationError, DisclosureRefused) as exc:
        return Twin(planted, None, None, exc.code or "EST")


def plant(house: House, share: float) -> SyntheticTruth:
    """Return the truth with `share` of each outcome's expected effect (the plan's, else the demonstration's own)."""
    decisive = house.plan.decisive_occasion or ""
    outcomes = []
    for outcome in house.truth.outcomes:
        own = outcome.effect.get(decisive, 0.0)
        expected = house.plan.outcome(outcome.id).expected_effect
        if expected is None:
            effect = {occasion: value * share for occasion, value in outcome.effect.items()}
        elif own:
            effect = {occasion: value * share * expected / own for occasion, value in outcome.effect.items()}
        else:
            effect = {decisive: share * expected}
        trend = outcome.trend if share else {}
        outcomes.append(outcome.model_copy(update={"effect": effect, "trend": trend}))
    return house.truth.model_copy(update={"outcomes": tuple(outcomes)})


def _read(house: House, world: World) -> RawExtract:
    from evalkit.files import write_bytes
    from evalkit.plan.project import Project
    from evalkit.records.deliveries import find_deliveries
    from evalkit.records.pseudonym import PseudonymKey
    from evalkit.records.reading import read_sources
    from evalkit.records.synthetic.demo import demo_files

    # Nobody real is in a twin, so its key is no secret.
    key = PseudonymKey(b"twins are invented: no secret here", "00000000")
    with tempfile.TemporaryDirectory() as folder:
        place = Project(Path(folder))
        for path, content in demo_files(place, world):
            write_bytes(path, content)
        return read_sources(find_deliveries(place, house.plan), house.plan, key, house.register)


def _identity(plan: EvaluationPlan) -> PlanIdentity:
    from evalkit.findings.result import PlanIdentity

    return PlanIdentity(
        id=plan.id,
        title=plan.title,
        version=plan.version,
        sha256="",
        language=plan.language,
        data_kind=plan.data_kind.value,
        synthetic=True,
        primary_outcome=plan.primary_outcome,
        decisive_occasion=plan.decisive_occasion or "",
        locked=False,
    )


def _without_money(plan: EvaluationPlan) -> EvaluationPlan:
    return plan.model_copy(update={"economics": None})
