"""The parts of an instrument that carry numbers: answers, rules for blanks, cut-offs, reliability, value sets. No item texts.

Every part is `Grounded`: it names the sources of its numbers in `params/instruments/sources.yaml`, how they were read, and
whether two persons have secured them.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from evalkit.plan.strict import Name, Strict, Text

Confidence = Literal["verified", "well_known"]
"""Read in the cited source, or known from memory and not yet read there."""

Status = Literal["draft", "reviewed", "secured"]
"""Nobody, one or two named persons have checked the numbers against the page."""

ScoreType = Literal[
    "raw_sum",
    "raw_mean",
    "percent_0_100",
    "T",
    "standard_100_15",
    "scaled_10_3",
    "stanine",
    "percentile",
    "index",
    "count",
    "profile",
]

Period = Literal["now", "three_days", "week", "two_weeks", "month", "six_months", "year", "lifetime", "usual"]

RECALL_DAYS: dict[str, int | None] = {
    "now": 1,
    "three_days": 3,
    "week": 7,
    "two_weeks": 14,
    "month": 30,
    "six_months": 183,
    "year": 365,
    "lifetime": None,
    "usual": None,
}
"""Days that a recall period covers; None where it has no length."""

SystemId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{1,40}$")]
"""Name of a cut-off system, value set or norm set: ``UK-3band``, ``SE-2020-TTO``."""


class Grounded(Strict):
    """Numbers and where they come from.

    Attributes
    ----------
    sources : tuple[Name, ...]
        Ids in `sources.yaml`; ``mem`` stands for memory and keeps the numbers drafts.
    confidence : str
        ``verified`` was read in the source, ``well_known`` was not.
    note : str | None
        What a reader must know about these numbers, in Swedish.
    """

    sources: tuple[Name, ...] = Field(min_length=1)
    confidence: Confidence
    note: Text | None = None


class ItemValues(Strict):
    """Answers that single items allow where they differ from the rest (AUDIT 9 and 10: 0, 2, 4)."""

    items: tuple[int, ...] = Field(min_length=1)
    allowed: tuple[float, ...] = Field(min_length=1)


class ItemRecode(Strict):
    """Items whose answer x counts as `first` + `per_step` · (x − 1) (RAND-36); a recoded item is never reversed as well."""

    items: tuple[int, ...] = Field(min_length=1)
    first: float
    per_step: float


class Items(Grounded):
    """How the answers are coded; items are known by number only.

    Attributes
    ----------
    count : int
    minimum, maximum, step : float
        What one answer can be.
    allowed : tuple[float, ...]
        The answers, where they are no regular steps; empty otherwise.
    reversed : tuple[int, ...]
        Items that are turned (minimum + maximum − answer) before they are added.
    exceptions : tuple[ItemValues, ...]
    recodes : tuple[ItemRecode, ...]
        Where items are recoded before they are added or averaged.
    unscored : tuple[int, ...]
        Items that are asked but count in no scale (RAND-36 item 2).
    missing_codes : tuple[float, ...]
        Codes that mean no answer (GAF 0).
    """

    count: int = Field(ge=1, le=300)
    minimum: float
    maximum: float
    step: float = Field(default=1.0, gt=0)
    allowed: tuple[float, ...] = ()
    reversed: tuple[int, ...] = ()
    exceptions: tuple[ItemValues, ...] = ()
    recodes: tuple[ItemRecode, ...] = ()
    unscored: tuple[int, ...] = ()
    missing_codes: tuple[float, ...] = ()


class SkipRule(Strict):
    """Items `blank` may be unanswered, and count as 0, where all of the items `zero` are 0."""

    zero: tuple[int, ...] = Field(min_length=1)
    blank: tuple[int, ...] = Field(min_length=1)


class MissingRule(Grounded):
    """What an unanswered item does to a scale; a partial sum is never a score.

    Attributes
    ----------
    kind : str
        ``complete`` needs every item. ``prorate`` needs `least_answered` of `of`: mean of the answered times `of`.
        ``mean`` is the mean of the answered. ``manual``: the publisher's table decides.
    scales : tuple[Name, ...]
        The scales it is for; empty means every scale with items.
    rounding : str
        ``half_up`` to a whole number, or ``none``.
    official : bool
        False where the instrument's own text has no rule and this one is evalkit's.
    skips : tuple[SkipRule, ...]
        Applied before the answered items are counted.
    """

    kind: Literal["complete", "prorate", "mean", "manual"]
    scales: tuple[Name, ...] = ()
    least_answered: int | None = Field(default=None, ge=1)
    of: int | None = Field(default=None, ge=1)
    rounding: Literal["half_up", "none"] = "none"
    official: bool = True
    skips: tuple[SkipRule, ...] = ()


class Threshold(Strict):
    """Items that each count 1 where the answer is at least `at_least`."""

    items: tuple[int, ...] = Field(min_length=1)
    at_least: float


class Recall(Grounded):
    """The time that the answers of one form are about (SDQ: six months in the first form, one in the follow-up)."""

    form: Name = "standard"
    period: Period


class Band(Strict):
    """One band of a cut-off system: both borders belong to it; `level` 0 is the best, a higher one is worse."""

    id: Name
    label: Text
    minimum: float
    maximum: float
    level: int = Field(ge=0, le=9)


class CutOff(Grounded):
    """One scale cut into bands by a named system, for everyone or for one sex or age group.

    Attributes
    ----------
    system : str
        The id of the system; two systems are never mixed.
    sex : str | None
        ``f`` or ``m`` where the bands differ by sex.
    bands : tuple[Band, ...]
        From the lowest score to the highest.
    step : float | None
        Distance between two bands; the scale's own step where None.
    status : Status
        As written; `evalkit.plan.norms.standing` says what two checks make of it.
    """

    system: SystemId
    scale: Name
    sex: Literal["f", "m"] | None = None
    age_from: int | None = Field(default=None, ge=0, le=120)
    age_to: int | None = Field(default=None, ge=0, le=120)
    bands: tuple[Band, ...] = Field(min_length=2)
    step: float | None = Field(default=None, gt=0)
    status: Status = "draft"


class Reliability(Grounded):
    """One published reliability.

    Attributes
    ----------
    scale : str
        A scale of the instrument, or ``all`` where the source gives one number for several.
    value : float | None
        None where the source gives a range (`low`, `high`) or only a lower bound (`low`).
    interval : str | None
        Time between the two measurements of a retest; None where it is no retest or not told.
    interval_days : int | None
        The same in days, where it is known.
    population : str
    n : int | None
    """

    scale: Name
    kind: Literal["alpha", "omega", "retest", "icc"]
    value: float | None = None
    low: float | None = None
    high: float | None = None
    interval: Text | None = None
    interval_days: int | None = Field(default=None, ge=1)
    population: Text
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    n: int | None = Field(default=None, ge=2)
    status: Status = "draft"


class Dimension(Strict):
    """What each level of one dimension adds to the index (0 for the first, negative for the rest)."""

    id: Name
    decrements: tuple[float, ...] = Field(min_length=2)


class ValueSet(Grounded):
    """A declared value set: index = start + one (negative) number a dimension; `any_worst` is added once if any is at its worst.

    Attributes
    ----------
    id : str
        Two value sets are never mixed in a before and after.
    scale : Name
        The scale that it gives.
    """

    id: SystemId
    scale: Name
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    start: float
    any_worst: float = 0.0
    dimensions: tuple[Dimension, ...] = Field(min_length=1)
    status: Status = "draft"


class ChangeThreshold(Grounded):
    """A change on a scale that its users call relevant, in points."""

    scale: Name
    points: float = Field(gt=0)


class SeriesBreak(Grounded):
    """A year from which scores are no longer comparable with those before; `maximum_before` is the greatest score until then."""

    year: int = Field(ge=1900, le=2100)
    maximum_before: float | None = None


class Rights(Grounded):
    """Who owns the instrument, and whether answers to single items may be stored."""

    holder: Text
    store_items: bool
