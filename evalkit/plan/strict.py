"""The base of every model that people write, and the small types they share."""

from __future__ import annotations

import re
import types
from datetime import date
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

_FORMS: dict[type, tuple[re.Pattern[str], str, str]] = {
    bool: (re.compile(r"true|false"), "plan_bool", "true eller false"),
    int: (re.compile(r"-?(?:0|[1-9][0-9]{0,18})"), "plan_int", "ett heltal utan blanksteg och inledande nolla, som 12"),
    float: (
        re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,12})?"),
        "plan_number",
        "ett tal med decimalpunkt, som 0.35",
    ),
    date: (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), "plan_date", "ett datum som 2015-08-15"),
}


class Strict(BaseModel):
    """A frozen model that refuses keys it does not know.

    Scalars reach it as text (see `evalkit.plan.strict_yaml`): its types, not YAML's guesses, decide what is a date, a
    number or a word. Text that pydantic would guess from (``on``, ``1e3``, ``1440000``) is refused.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    @field_validator("*", mode="before")
    @classmethod
    def _written_plainly(cls, value: Any, info: ValidationInfo) -> Any:
        if not isinstance(value, str) or info.field_name is None:
            return value
        wanted = _plain_type(cls, info.field_name)
        if wanted is None:
            return value
        form, kind, allowed = _FORMS[wanted]
        if form.fullmatch(value.strip()) is None:
            raise PydanticCustomError(kind, "{allowed}", {"allowed": allowed})
        return value.strip()


@cache
def _plain_type(model: type[BaseModel], field: str) -> type | None:
    """Return bool, int, float or date if that is what the field holds, else None."""
    pending: list[Any] = [model.model_fields[field].annotation]
    while pending:
        annotation = pending.pop()
        if annotation in _FORMS:
            return annotation  # type: ignore[no-any-return]
        if get_origin(annotation) is Annotated:
            pending.append(get_args(annotation)[0])
        elif get_origin(annotation) in (Union, types.UnionType):
            pending.extend(get_args(annotation))
    return None


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,40}$")]
"""Name of a file or folder: an intervention, a unit cost list, a receiver."""

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,40}$")]
"""Name inside a plan: an outcome, an occasion, a source."""

ColumnName = Annotated[str, StringConstraints(pattern=r"^[a-zåäö_][a-zåäö0-9_]{0,40}$")]
"""Name of a column as it stands in the file, after trimming, NFC and lower case."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
"""Prose that people write; it is shown as text and never as HTML, formula or template."""

Share = Annotated[float, Field(ge=0, le=1)]
"""A proportion between 0 and 1."""
