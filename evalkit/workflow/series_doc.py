"""The part of docs/VALIDITY.md on one treated unit and on time series, as tables that one command makes."""

from __future__ import annotations

from evalkit.methods.validity.measure import mcse
from evalkit.methods.validity.series_grid import BOUND, Row
from evalkit.plan.project import Project
from evalkit.workflow.validity_doc import put_between

BEGINS, ENDS = "<!-- series: made by `python -m evalkit validity --series` -->", "<!-- end of series -->"
_TITLES = {"units": "### En enda enhet med insats", "series": "### Tidsserier (medelavvikelse efter start)"}


def series_text(rows: tuple[Row, ...], seed: int) -> str:
    """Return the tables as Markdown."""
    parts = []
    for table, title in _TITLES.items():
        mine = [row for row in rows if row.table == table]
        if not mine:
            continue
        n = mine[0].draws
        most = 100 * (BOUND + 3 * mcse(BOUND, n))
        head = f"| upplägg | {' | '.join(f'{name} %' for name in mine[0].names)} | styrka |"
        lines = [head, "|---" * (len(mine[0].names) + 2) + "|", *(_line(row) for row in mine)]
        parts += [
            title,
            f"{n} dragningar per rad, frö {seed}. Gräns för det tryckta (första kolumnen): {most:.1f} %.",
            "\n".join(lines),
        ]
    return "\n\n".join(parts) + "\n"


def put_series(project: Project, text: str) -> str:
    """Put the table between its marks; returns and raises as `evalkit.workflow.validity_doc.put_grid`."""
    return put_between(project, text, BEGINS, ENDS)


def _line(row: Row) -> str:
    mark = "" if row.holds else " **över gränsen**"
    shares = [f"{100 * rate:.1f}" for rate in row.rates]
    return f"| {row.label} | {shares[0]}{mark} | {' | '.join(shares[1:])} | {row.power:.2f} |"
