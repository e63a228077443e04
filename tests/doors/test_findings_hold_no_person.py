"""Findings are frozen and hold plain scalars, enums, findings and tuples of them: no table, no array, no open dictionary."""

from __future__ import annotations

import importlib
import pkgutil
import types
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

import evalkit.findings
import pytest

PLAIN = (int, float, str, bool, date, type(None))


def classes() -> list[type]:
    found = set()
    for info in pkgutil.iter_modules(evalkit.findings.__path__):
        module = importlib.import_module(f"evalkit.findings.{info.name}")
        found |= {c for c in vars(module).values() if isinstance(c, type) and is_dataclass(c) and c.__module__ == module.__name__}
    return sorted(found, key=lambda c: (c.__module__, c.__qualname__))


def strangers(annotation: Any) -> Iterator[Any]:
    """Return what a field may hold besides plain scalars, enums, findings and tuples of them."""
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        for part in get_args(annotation):
            yield from strangers(part)
    elif origin is tuple:
        for part in get_args(annotation):
            if part is not Ellipsis:
                yield from strangers(part)
    elif isinstance(annotation, type) and issubclass(annotation, tuple) and hasattr(annotation, "_fields"):
        for part in get_type_hints(annotation).values():
            yield from strangers(part)
    elif not (isinstance(annotation, type) and (annotation in PLAIN or issubclass(annotation, Enum) or is_dataclass(annotation))):
        yield annotation


@pytest.mark.parametrize("finding", classes(), ids=lambda c: c.__qualname__)
def test_a_finding_is_frozen_and_holds_only_plain_scalars_and_declared_sequences(finding: type) -> None:
    hints = get_type_hints(finding)
    assert finding.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert {f.name: list(strangers(hints[f.name])) for f in fields(finding) if list(strangers(hints[f.name]))} == {}
