"""The evidence level: the design's ceiling, lowered by what happened. It decides which words a report may use."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class EvidenceLevel(IntEnum):
    """How far a causal reading may go.

    DEVELOPMENT : before and after only: "utveckling", never "effekt".
    COMPARED : a comparison group whose parallel trends cannot be tested or are contradicted: "skillnad i utveckling".
    CAUSAL_WITH_CAVEATS : a comparison group, trends tested and not contradicted: "tyder på en effekt".
    RANDOMISED : assigned by lottery: "effekt".
    """

    DEVELOPMENT = 1
    COMPARED = 2
    CAUSAL_WITH_CAVEATS = 3
    RANDOMISED = 4


@dataclass(frozen=True, slots=True)
class EvidenceVerdict:
    """The level reached and why it is not higher.

    Attributes
    ----------
    ceiling : EvidenceLevel
        What the design could reach.
    level : EvidenceLevel
        What it reached.
    lowered_by : tuple[str, ...]
        Reasons (keys of release.language), in the order they bit: declared sequence.
    below_minimum : bool
        Below SKL's minimum design, matched control.
    """

    ceiling: EvidenceLevel
    level: EvidenceLevel
    lowered_by: tuple[str, ...]
    below_minimum: bool
