"""The register of assessment instruments: scales, rules, cut-offs, norms. Parts that carry numbers: `instrument_parts`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from evalkit.plan.instrument_parts import (
    ChangeThreshold,
    CutOff,
    Grounded,
    Items,
    MissingRule,
    Recall,
    Reliability,
    Rights,
    ScoreType,
    SeriesBreak,
    Status,
    Threshold,
    ValueSet,
)
from evalkit.plan.norm_rows import NormRow, NormSource, SignedCheck
from evalkit.plan.strict import Name, Strict, Text


class Scale(Strict):
    """One scale of an instrument: its range, step and direction, and how its score is made.

    Attributes
    ----------
    score_type : ScoreType
    items : tuple[int, ...]
        Numbers of the items that are added (or averaged, for ``raw_mean``); empty for ready scores.
    sum_of : tuple[Name, ...]
        Scales whose scores are added.
    from_scale, factor
        The scale is another one times a factor (WHO-5: 4 times the sum). A mean of items may have a factor too (CORE-OM: 10).
        `from_scale` without factor: converted by the publisher's table.
    counts : tuple[Threshold, ...]
        The scale counts the answers that reach these thresholds.
    n_items : int | None
        How many items it has, where their numbers are not stored.
    ground : Grounded | None
        Sources of its range and items; the instrument's items have the same where None.
    """

    id: Name
    label: Text
    minimum: float
    maximum: float
    step: float = Field(default=1.0, gt=0)
    direction: Literal["higher_better", "lower_better", "neutral"]
    score_type: ScoreType = "raw_sum"
    items: tuple[int, ...] = ()
    sum_of: tuple[Name, ...] = ()
    from_scale: Name | None = None
    factor: float | None = Field(default=None, gt=0)
    counts: tuple[Threshold, ...] = ()
    n_items: int | None = Field(default=None, ge=1)
    note: Text | None = None
    ground: Grounded | None = None


class Instrument(Strict):
    """One instrument version for one respondent. No item texts.

    Attributes
    ----------
    family : Name
        What links the editions and respondents of one instrument: results are never mixed within a before and after.
    edition : str
        Which edition the scores come from, where there are several.
    recall : str
        The time that the answers are about.
    note : str
        What its users must know before they compare two measurements.
    recalls : tuple[Recall, ...]
        The same as data, one a form.
    measures : str
        What it measures, in Swedish.
    psynk : tuple[str, ...]
        Proposed level: general, risk or problem. The proposal is evalkit's own.
    tier : int | None
        1 for the instruments proposed for use, 2 and 3 for the rest.
    missing : tuple[MissingRule, ...]
        Where no rule is for a scale, every item must be answered.
    pitfalls, todo : tuple[str, ...]
    """

    id: Name
    label: Text
    respondent: Literal["self", "parent", "teacher", "clinician", "staff", "register", "test"]
    age_from: int | None = Field(default=None, ge=0, le=120)
    age_to: int | None = Field(default=None, ge=0, le=120)
    aliases: tuple[Text, ...] = ()
    family: Name | None = None
    edition: Text | None = None
    recall: Text | None = None
    licence: Literal["free", "free_unmodified", "free_noncommercial", "permission", "commercial"] | None = None
    note: Text | None = None
    source: Text
    status: Status
    scales: tuple[Scale, ...] = Field(min_length=1)
    measures: Text | None = None
    age_ground: Grounded | None = None
    items: Items | None = None
    missing: tuple[MissingRule, ...] = ()
    recalls: tuple[Recall, ...] = ()
    cutoffs: tuple[CutOff, ...] = ()
    reliability: tuple[Reliability, ...] = ()
    value_sets: tuple[ValueSet, ...] = ()
    change_thresholds: tuple[ChangeThreshold, ...] = ()
    breaks: tuple[SeriesBreak, ...] = ()
    rights: Rights | None = None
    psynk: tuple[Literal["general", "risk", "problem"], ...] = ()
    tier: int | None = Field(default=None, ge=1, le=3)
    pitfalls: tuple[Text, ...] = ()
    todo: tuple[Text, ...] = ()

    def scale(self, scale_id: str) -> Scale | None:
        """Return the scale with this id, None if there is none."""
        return next((scale for scale in self.scales if scale.id == scale_id), None)

    def missing_rule(self, scale_id: str) -> MissingRule | None:
        """Return the rule for blanks in this scale; one that names the scale goes before one for all. None means complete."""
        own = [rule for rule in self.missing if scale_id in rule.scales]
        common = [rule for rule in self.missing if not rule.scales]
        return next(iter([*own, *common]), None)


class InstrumentRegister(Strict):
    """All instruments of `params/instruments/`, by id, with their norms, sources and signed checks."""

    instruments: tuple[Instrument, ...]
    norms: tuple[NormRow, ...] = ()
    sources: tuple[NormSource, ...] = ()
    checks: tuple[SignedCheck, ...] = ()

    def find(self, label: str) -> Instrument | None:
        """Return the instrument with this id, label or alias, ignoring case; None if there is none."""
        wanted = label.strip().casefold()
        for instrument in self.instruments:
            if wanted in {name.casefold() for name in (instrument.id, instrument.label, *instrument.aliases)}:
                return instrument
        return None
