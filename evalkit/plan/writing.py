"""An evaluation plan as YAML: the one way evalkit writes it, so that equal plans are equal files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from evalkit.plan.evaluation import EvaluationPlan

_HEAD = "# Utvärderingsschema. Nycklarna är på engelska, texten på svenska.\n"


class _Dumper(yaml.SafeDumper):
    """Texts quoted where another YAML reader would guess; no aliases; numbers without exponents."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def plan_to_yaml(plan: EvaluationPlan) -> str:
    """Return `plan` as YAML that `load_plan` reads back to an equal plan.

    Keys stand in the model's order; what equals its default is left out. Comments of an earlier file are not kept.
    """
    return _HEAD + to_yaml(plan.model_dump(exclude_defaults=True))


def to_yaml(data: dict[str, Any]) -> str:
    """Return nested dicts, lists, texts, numbers and dates as YAML text in UTF-8's letters."""
    text = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120, default_flow_style=False)
    return str(text)


def number_text(number: float) -> str:
    """Return a number as plan files write it: no exponent, no needless decimals."""
    text = format(Decimal(repr(number)), "f") if isinstance(number, float) else str(number)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _number(dumper: _Dumper, number: float) -> yaml.Node:
    text = number_text(number)
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


def _word(dumper: _Dumper, value: str) -> yaml.Node:
    return dumper.represent_str(str(value))


def _day(dumper: _Dumper, value: date) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:timestamp", value.isoformat())


def _tuple(dumper: _Dumper, items: tuple[Any, ...]) -> yaml.Node:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=not items)


_Dumper.add_representer(float, _number)
_Dumper.add_representer(tuple, _tuple)
_Dumper.add_multi_representer(str, _word)
_Dumper.add_multi_representer(date, _day)
