"""JSON Schemas of the files that people write, for editors that complete and check while one types."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from evalkit.plan.disclosure import DisclosurePolicy
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.instruments import Instrument

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_MODELS: dict[str, type[BaseModel]] = {"plan": EvaluationPlan, "disclosure": DisclosurePolicy, "instrument": Instrument}


def schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON Schema of each kind of file, by its name: plan, disclosure, instrument.

    A schema tells less than `load_plan`: it knows keys, types and limits, not what must agree between them.
    """
    return {name: {"$schema": _DIALECT, **model.model_json_schema()} for name, model in _MODELS.items()}
