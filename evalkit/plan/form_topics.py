"""Words of the Excel form that stand beside the models of their own topic; `form_words` puts them together."""

from __future__ import annotations

from evalkit.plan import adjustment, many_arms, matching, preanalysis, published, selection, single_unit, time_series

SHEETS: dict[str, tuple[str, str]] = {
    "Undergrupper": preanalysis.SHEET,
    "Utelämnade enheter": (
        "single_unit.left_out",
        "En enda enhet fick insatsen: vilka andra som inte får jämföras med den, och varför",
    ),
}
"""Sheet -> path of its list in the plan, and its first line."""

PLAN: dict[str, tuple[str, str]] = {
    **adjustment.PLAN,
    **many_arms.PLAN,
    **matching.PLAN,
    **preanalysis.PLAN,
    **published.PLAN,
    **single_unit.PLAN,
    **time_series.PLAN,
}
"""Keys of the sheet Plan -> heading and help."""

COLUMNS: dict[str, dict[str, tuple[str, str]]] = {
    "Undergrupper": preanalysis.COLUMNS,
    "Utelämnade enheter": single_unit.COLUMNS,
}
"""Sheet -> its keys -> heading and help."""

WORDS: dict[str, str] = {
    **adjustment.WORDS,
    **matching.WORDS,
    **preanalysis.WORDS,
    **published.WORDS,
    **single_unit.WORDS,
    **time_series.WORDS,
}
"""Value of a key -> what the drop-down says beside it."""

OUTCOME: dict[str, tuple[str, str]] = {**selection.COLUMNS}
"""Keys of the sheet Effektmått -> heading and help."""
