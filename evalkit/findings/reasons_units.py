"""Codes of comparisons between public units that stand for themselves, beside those of `reasons`, which holds them all."""

from __future__ import annotations

from evalkit.findings.words import Words

ROUTES: dict[str, Words] = {
    "each-unit": Words(
        "Varje enhet, såsom en kommun eller en delstat, räknas som en förändring: medelvärdet efter minus medelvärdet före.",
        "Each unit, such as a municipality or a state, counts as one change: mean after minus mean before.",
    ),
}
