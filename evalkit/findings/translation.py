"""The commands that give an estimate again in Stata and in R, for a reviewer inside the house. Text only: no data, no path."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Translation:
    """One estimate in the words of two other programs.

    Attributes
    ----------
    stata, r : tuple[str, ...]
        Lines that read the analysis file of the run; they leave the estimate in ``est``, its standard error in ``se``, degrees of
        freedom in ``df`` and the p-value in ``p`` (R), and print them (Stata).
    note : str
        Key of `evalkit.methods.rosetta.STATA_NOTES`: what Stata does not give; empty where it gives everything.
    """

    estimate_id: str
    stata: tuple[str, ...]
    r: tuple[str, ...]
    note: str
