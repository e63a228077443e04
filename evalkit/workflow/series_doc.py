"""The part of docs/VALIDITY.md on one treated unit and on time series, as tables that one command makes."""

from __future__ import annotations

from evalkit.errors import PlanError
from evalkit.files import write_text
from evalkit.methods.validity.measure import mcse
from evalkit.methods.validity.series_grid import BOUND, Row
from evalkit.plan.project import Project

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
    """Put the tables between the marks of docs/VALIDITY.md and return the file's name in the project.

    Raises
    ------
    PlanError
        If the file or its marks are not there.
    """
    path = project.root / "docs" / "VALIDITY.md"
    whole = path.read_text(encoding="utf-8") if path.is_file() else ""
    before, begun, rest = whole.partition(BEGINS)
    _, ended, after = rest.partition(ENDS)
    if not begun or not ended:
        raise PlanError("docs/VALIDITY.md: filen eller dess märken för tabellen saknas; kör utan --write", code="PAR-CALL")
    write_text(path, f"{before}{BEGINS}\n\n{text}\n{ENDS}{after}")
    return project.relative(path)


def _line(row: Row) -> str:
    mark = "" if row.holds else " **över gränsen**"
    shares = [f"{100 * rate:.1f}" for rate in row.rates]
    return f"| {row.label} | {shares[0]}{mark} | {' | '.join(shares[1:])} | {row.power:.2f} |"
