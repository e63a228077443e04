"""What a synthetic demonstration is made of: the numbers that are planted, and so known. `params/synthetic/<id>.yaml`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationError, model_validator

from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.problems import Problem, plan_error
from evalkit.plan.sources import Role, RowMeaning
from evalkit.plan.strict import ColumnName, Name, Share, Slug, Strict, Text
from evalkit.plan.strict_yaml import Document, Location, read_document

_Encoding = Annotated[str, StringConstraints(pattern=r"^(utf-8|utf-8-sig|cp1252|utf-16)$")]
_Count = Annotated[int, Field(ge=0, le=100)]


class Intake(Strict):
    """Persons who start (or get their index date) between two days, both included."""

    first: date
    last: date
    treated: int = Field(ge=0, le=100_000)
    comparison: int = Field(ge=0, le=100_000)


class Clusters(Strict):
    """Invented names of the clusters, by the group that all their persons belong to."""

    treated: tuple[Text, ...] = Field(min_length=1)
    comparison: tuple[Text, ...] = Field(min_length=1)


class OutcomeTruth(Strict):
    """How one outcome's values arise, in outcome units.

    Attributes
    ----------
    shape : str
        ``normal``: additive; ``positive``: skewed and never below zero, persons and months multiply the mean.
    mean, sd : float
        At baseline in the comparison group. For ``positive`` before rows are left out by `share_zero`.
    retest : float
        Correlation between two measurements of one person when nothing changes.
    icc, icc_change : float
        Share of the variance that a cluster's persons have in common: always, and at one occasion only.
    group_difference : float
        Treated minus comparison at baseline.
    trend, effect : dict[str, float]
        Occasion -> change since baseline in both groups, and what is added for the treated: the planted effect.
    step : float
        Delivered values are multiples of this.
    share_zero : float
        Share of months without a row, which in a source with ``zero_inside`` means zero. Means, trends and effects above
        are those of all months, zeros included.
    months_before, months_after : int
        How far around the start a monthly register reaches.
    silent_months : tuple[int, ...]
        Calendar months delivered as the source's missing code.
    only_where : dict[str, tuple[str, ...]]
        Attribute -> values of the persons who have this outcome at all.
    """

    id: Name
    shape: Literal["normal", "positive"] = "normal"
    mean: float
    sd: float = Field(gt=0)
    retest: Share
    icc: Share = 0.0
    icc_change: Share = 0.0
    group_difference: float = 0.0
    trend: dict[str, float] = Field(default_factory=dict)
    effect: dict[str, float] = Field(default_factory=dict)
    step: float = Field(default=1.0, gt=0)
    share_zero: Annotated[float, Field(ge=0, lt=1)] = 0.0
    months_before: int = Field(default=6, ge=0, le=60)
    months_after: int = Field(default=15, ge=0, le=60)
    silent_months: tuple[Annotated[int, Field(ge=1, le=12)], ...] = ()
    only_where: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _variances_add_up(self) -> OutcomeTruth:
        if self.icc > self.retest:
            raise ValueError("icc får inte överstiga retest: klustrets andel är en del av det som består")
        if self.icc_change > 1 - self.retest:
            raise ValueError("icc_change får inte överstiga 1 - retest: den är en del av det som växlar")
        if self.shape == "positive" and (self.mean <= 0 or self.icc or self.icc_change):
            raise ValueError("shape: positive kräver mean över noll och inga kluster")
        return self


class ActivityTruth(Strict):
    """How much of one activity the treated get during their first year, and how often as the programme says."""

    id: Name
    mean_per_person: float = Field(gt=0)
    sd: float = Field(ge=0)
    share_by_manual: Share


class Attrition(Strict):
    """Share of each group that is lost before its last occasion."""

    treated: Share
    comparison: Share


class EditionChange(Strict):
    """Pairs whose last occasion was measured with another edition: they must be left out and counted."""

    outcome: Name
    instrument: Name
    treated: _Count
    comparison: _Count


class Dirt(Strict):
    """The usual dirt: numbers of persons, or shares of rows."""

    consent_unknown: _Count = 0
    consent_late: _Count = 0
    withdrawn: _Count = 0
    no_baseline: _Count = 0
    unmatched_persons: _Count = 0
    corrected_rows: Share = 0.0
    missing_codes: Share = 0.0
    other_number_forms: Share = 0.0
    untidy_labels: Share = 0.0
    edition_changes: tuple[EditionChange, ...] = ()


class FileTruth(Strict):
    """How one source's files look, by delivery; the last entry holds for all later deliveries."""

    source: Name
    encodings: tuple[_Encoding, ...] = ("utf-8",)
    newline: Literal["crlf", "lf"] = "crlf"
    number_form: Literal["long_dash", "long", "short_dash"] = "long_dash"


class SyntheticTruth(Strict):
    """One demonstration: everything that its plan does not say about invented persons and their values."""

    id: Slug
    remark: Text
    deliveries: tuple[date, ...] = Field(min_length=1)
    intake: tuple[Intake, ...] = Field(min_length=1)
    share_women: Share = 0.5
    clusters: Clusters | None = None
    attributes: dict[ColumnName, dict[str, Share]] = Field(default_factory=dict)
    outcomes: tuple[OutcomeTruth, ...] = Field(min_length=1)
    activities: tuple[ActivityTruth, ...] = ()
    attrition: Attrition
    dirt: Dirt = Dirt()
    files: tuple[FileTruth, ...] = ()

    def outcome(self, outcome_id: str) -> OutcomeTruth:
        """Return the truth of one outcome; KeyError if it is not declared."""
        for outcome in self.outcomes:
            if outcome.id == outcome_id:
                return outcome
        raise KeyError(outcome_id)

    def file(self, source_id: str) -> FileTruth:
        """Return how the files of one source look; the default where nothing is declared."""
        for file in self.files:
            if file.source == source_id:
                return file
        return FileTruth(source=source_id)


def load_truth(path: Path, plan: EvaluationPlan) -> SyntheticTruth:
    """Read `params/synthetic/<id>.yaml` and hold it against the plan that it fills.

    Raises
    ------
    PlanError
        If the file is missing or not valid, or names what the plan does not have.
    """
    document = read_document(path)
    problems = list(document.problems)
    truth = None
    try:
        truth = SyntheticTruth.model_validate(document.data)
    except ValidationError as exc:
        problems += [_problem(document, fault["loc"], fault["msg"]) for fault in exc.errors(include_input=False, include_url=False)]
    if truth is not None:
        problems += [_problem(document, place, text) for place, text in _faults(truth, plan)]
    if truth is None or problems:
        raise plan_error(path.name, problems, noun="filen")
    return truth


def _problem(document: Document, place: Location, text: str) -> Problem:
    return Problem("PAR-SYNTHETIC", document.line(place), ".".join(map(str, place)), text.removeprefix("Value error, "))


def _faults(truth: SyntheticTruth, plan: EvaluationPlan) -> Iterator[tuple[Location, str]]:
    """Yield what the truth names and the plan does not have, with its place in the truth."""
    if truth.id != plan.id:
        yield ("id",), f"planen heter {plan.id}"
    if not plan.synthetic:
        yield ("id",), "planen är inte märkt synthetic: true; påhittade data får inte läggas bland riktiga"
    after = {occasion.id for occasion in plan.occasions if occasion.role == "after"}
    outcomes = {outcome.id for outcome in plan.outcomes}
    for position, outcome in enumerate(truth.outcomes):
        if outcome.id not in outcomes:
            yield ("outcomes", position, "id"), "måttet finns inte i planen"
        for name in ("trend", "effect"):
            if unknown := sorted(set(getattr(outcome, name)) - after):
                yield ("outcomes", position, name), f"planen har inga mättillfällen efter start som heter {', '.join(unknown)}"
    if missing := sorted(outcomes - {outcome.id for outcome in truth.outcomes}):
        yield ("outcomes",), f"planens mått saknas: {', '.join(missing)}"
    if unknown := sorted({activity.id for activity in truth.activities} ^ {activity.id for activity in plan.activities}):
        yield ("activities",), f"inte samma aktiviteter som i planen: {', '.join(unknown)}"
    if unknown := sorted({file.source for file in truth.files} - {source.id for source in plan.sources}):
        yield ("files",), f"planen har inga källor som heter {', '.join(unknown)}"
    yield from _unmakeable(plan)
    if list(truth.deliveries) != sorted(set(truth.deliveries)):
        yield ("deliveries",), "leveransernas datum ska stå i ordning, vart och ett en gång"


def _unmakeable(plan: EvaluationPlan) -> Iterator[tuple[Location, str]]:
    """Yield the sources whose files the generator cannot make."""
    for source in plan.sources:
        if not source.files.endswith((".csv", ".xlsx")):
            yield ("id",), f"källan {source.id}: bara .csv och .xlsx kan skapas"
        if source.row is not RowMeaning.MEASUREMENT and len(source.with_role(Role.VALUE)) > (source.row is RowMeaning.PERIOD):
            yield ("id",), f"källan {source.id}: värdekolumner kan bara skapas i mätningar, och en per register"
