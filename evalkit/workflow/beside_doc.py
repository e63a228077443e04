"""The part of docs/VALIDITY.md on the routes beside, as tables that one command makes."""

from __future__ import annotations

from evalkit.methods.validity.beside_grid import BesideRow
from evalkit.methods.validity.designs import OneGroup
from evalkit.methods.validity.grid import BOUND
from evalkit.methods.validity.measure import mcse
from evalkit.plan.project import Project
from evalkit.workflow.validity_doc import put_between

BEGINS, ENDS = "<!-- beside: made by `python -m evalkit validity --beside` -->", "<!-- end of beside -->"
_COLUMNS = {
    "Vägar bredvid: två grupper": ("cr3-t", "permutation", "wild-rademacher", "wild-webb", "bootstrap-t"),
    "Vägar bredvid: en grupp": ("johnson-t", "bootstrap-t"),
}


def beside_text(rows: tuple[BesideRow, ...], seed: int) -> str:
    """Return the tables as Markdown."""
    n = rows[0].draws
    most = 100 * (BOUND + 3 * mcse(BOUND, n))
    parts = [
        f"{n} dragningar per rad, frö {seed}. Falskt larm i procent och styrka (2,8 medelfel); inom parentes där rapporten inte "
        f"visar vägen, eftersom den inte håller i alla angivna fall eller rapporten själv avstår. "
        f"Gräns för det visade: {most:.2f} %."
    ]
    for (title, names), one_group in zip(_COLUMNS.items(), (False, True), strict=True):
        mine = [row for row in rows if isinstance(row.cell.design, OneGroup) == one_group]
        head = f"| upplägg | rapportens väg, styrka | {' | '.join(names)} |"
        lines = [head, "|---" * (len(names) + 2) + "|", *(_line(row, names) for row in mine)]
        parts += [f"### {title}", "\n".join(lines)] if mine else []
    shown = sum(sum(row.shown) for row in rows)
    return (
        "\n\n".join(
            [*parts, f"{shown} par av rad och väg visas; gränsen hålls i {sum(r.holds for r in rows)} av {len(rows)} rader."]
        )
        + "\n"
    )


def put_beside(project: Project, text: str) -> str:
    """Put the tables between their marks; returns and raises as `evalkit.workflow.validity_doc.put_grid`."""
    return put_between(project, text, BEGINS, ENDS)


def _line(row: BesideRow, names: tuple[str, ...]) -> str:
    found = {name: (row.rates[i], row.powers[i], row.shown[i]) for i, name in enumerate(row.names)}
    own = "avstår" if row.chosen_power is None else f"{row.chosen}, {row.chosen_power:.2f}"
    return f"| {row.cell.label} | {own} | {' | '.join(_cell(found.get(name)) for name in names)} |"


def _cell(found: tuple[float, float, bool] | None) -> str:
    if found is None:
        return "–"
    rate, power, shown = found
    text = f"{100 * rate:.1f} / {power:.2f}"
    return text if shown else f"({text})"
