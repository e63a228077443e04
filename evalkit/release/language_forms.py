"""Texts of the report's other forms and depths, Swedish and English side by side."""

from __future__ import annotations

_BOTH: dict[str, tuple[str, str]] = {
    "ch_one_page": ("På en sida", "On one page"),
    "ch_key_results": ("Nyckelresultat", "Key results"),
    "depth_onepage": ("en sida", "one page"),
    "depth_summary": ("sammanfattning", "summary"),
    # tables as data
    "x_lower": ("nedre", "lower"),
    "x_upper": ("övre", "upper"),
    "x_unit": ("enhet", "unit"),
    "x_content": ("Innehåll", "Contents"),
    "x_codebook": ("Kodbok", "Codebook"),
    "x_column": ("Kolumn", "Column"),
    "x_kind": ("Slag", "Kind"),
    "x_number": ("tal", "number"),
    "x_text": ("ord", "text"),
    "x_decimals": ("Decimaler", "Decimals"),
    "x_note": ("Att veta", "To know"),
    "x_signs": (
        "Talen är avrundade som i rapporten. Ett streck betyder att uppgiften inte finns, ”visas ej” att den är dold så att "
        "ingen enskild kan kännas igen.",
        "Numbers are rounded as in the report. A dash means that there is none, “not shown” that it is hidden so that nobody can "
        "be recognised.",
    ),
    # Word and PDF
    "d_page": ("Sida", "Page"),
    "d_of": ("av", "of"),
}

SV_FORMS = {key: sv for key, (sv, _) in _BOTH.items()}
EN_FORMS = {key: en for key, (_, en) in _BOTH.items()}
