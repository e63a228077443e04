"""What one plan asks of one instrument: the five things that every part of its page reads."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.instrument_use import InstrumentUse
from evalkit.plan.instruments import Instrument, InstrumentRegister, Scale


@dataclass(frozen=True, slots=True)
class Asked:
    """An instrument of the register as the plan uses it for an outcome."""

    plan: EvaluationPlan
    use: InstrumentUse
    register: InstrumentRegister
    instrument: Instrument
    scale: Scale
