"""A sentence in the two languages of the reports."""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """One sentence in Swedish and in English."""

    sv: str
    en: str
