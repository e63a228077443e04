"""The base of every model that people write, and the small types they share."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints


class Strict(BaseModel):
    """A frozen model that refuses keys it does not know.

    Scalars reach it as text (see `evalkit.plan.strict_yaml`): its types, not YAML's guesses, decide what is a date, a
    number or a word.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


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
