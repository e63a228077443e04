"""Norm rows, their sources, and the checks that two persons sign."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from evalkit.plan.instrument_parts import Confidence, ScoreType, Status, SystemId
from evalkit.plan.strict import Name, Share, Strict, Text

Sex = Literal["all", "f", "m"]
NormKind = Literal["general", "clinical", "selected", "metric"]
"""A general population, a clinical group, another selected group, or the metric of a standardised score by construction."""

NormId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{2,80}$")]


class NormSource(Strict):
    """One cited work, page or table.

    Attributes
    ----------
    id : Name
    citation : str
        Enough to find it again: authors, year, place, DOI or address.
    read : str
        What was read: full text, abstract, table, web page, public code, a copy elsewhere, or nothing but memory.
    read_on : date | None
        When it was read.
    """

    id: Name
    citation: Text
    read: Literal["full_text", "abstract", "table", "page", "code", "copy", "memory"]
    read_on: date | None = None


class NormRow(Strict):
    """One line of `norms.csv`: mean and SD of one scale in one group.

    Attributes
    ----------
    norm_id : str
        Unique in the register.
    norm_set : str
        Rows of one publication and population; ages and sexes are ordered within a set.
    instrument, scale : Name
    edition : str | None
        The instrument's edition, where it has several.
    score_type : ScoreType
    kind : NormKind
    country : str
        Two letters (``SE``), ``EU`` or ``XN`` (the Nordic countries) for a joint sample.
    mode : str | None
        ``paper`` or ``online``.
    sex : Sex
    age_from, age_to : int | None
        Years, both inclusive; None where the source does not say.
    grade, term : str | None
        Where the norm goes by school year instead of age.
    n : int | None
        Size of the norm group; None where it is not known for this row.
    mean, sd : float
        In scale units.
    p50, p80, p90 : float | None
        Percentiles, where the source has them.
    share_worst, share_system
        Published share of the group in the worst band, and the cut-off system that it is counted by.
    page : str | None
        Page and table.
    status : Status
        As written. `evalkit.plan.norms.standing` says what the signed checks make of it.
    licensed : bool
        True for rows that a municipality holds under licence (never in the repository).
    """

    norm_id: NormId
    norm_set: SystemId
    instrument: Name
    edition: Text | None = None
    scale: Name
    score_type: ScoreType
    kind: NormKind
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    population: Text
    mode: Literal["paper", "online"] | None = None
    year_from: int | None = Field(default=None, ge=1900, le=2100)
    year_to: int | None = Field(default=None, ge=1900, le=2100)
    sex: Sex
    age_from: int | None = Field(default=None, ge=0, le=120)
    age_to: int | None = Field(default=None, ge=0, le=120)
    grade: Text | None = None
    term: Text | None = None
    n: int | None = Field(default=None, ge=1)
    response_rate: Share | None = None
    mean: float
    sd: float
    p50: float | None = None
    p80: float | None = None
    p90: float | None = None
    share_worst: Share | None = None
    share_system: SystemId | None = None
    source: Name
    page: Text | None = None
    entered_by: Text | None = None
    confidence: Confidence
    status: Status
    note: Text | None = None
    licensed: bool = False


class SignedCheck(Strict):
    """One person has held the numbers of one row or cut-off against the page.

    Attributes
    ----------
    target : str
        A norm id, or the key of a cut-off: ``sdq_self/UK-3band/total``.
    checker : str
        Role and name: ``ekonom/Anna Berg``.
    on : date
    page : str
    content : str
        SHA-256 of the numbers that were checked; a number changed later has no check.
    """

    target: Text
    checker: Annotated[str, StringConstraints(pattern=r"^[^/]{2,60}/[^/]{2,80}$")]
    on: date
    page: Text
    content: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
