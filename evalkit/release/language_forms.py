"""Texts of the report's other forms and of the analysis staircase, Swedish and English side by side."""

from __future__ import annotations

_BOTH: dict[str, tuple[str, str]] = {
    # tables as data
    "x_lower": ("nedre", "lower"),
    "x_upper": ("övre", "upper"),
    "x_unit": ("enhet", "unit"),
    "x_content": ("Innehåll", "Contents"),
    # Word
    "d_page": ("Sida", "Page"),
}

SV_FORMS = {key: sv for key, (sv, _) in _BOTH.items()}
EN_FORMS = {key: en for key, (_, en) in _BOTH.items()}
