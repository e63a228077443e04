"""docs/VALIDITY.md: the grid, cell by cell, as a table that one command makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from evalkit.errors import PlanError
from evalkit.files import write_text
from evalkit.findings.validity import ORDINARY_CLUSTER
from evalkit.methods.validity.calls import CALLS, call_rates
from evalkit.methods.validity.designs import TwoGroups
from evalkit.methods.validity.grid import BOUND, Verdict, cells, judge
from evalkit.methods.validity.measure import mcse, measure
from evalkit.plan.project import Project

SEED = 20261122
GRID_BEGINS, GRID_ENDS = "<!-- grid: made by `python -m evalkit validity` -->", "<!-- end of grid -->"
"""What stands between is replaced; the rest of the file is written by hand."""

_TITLES = {
    "5.1": "Kluster: insatsen är konstant inom klustret",
    "5.2": "Enheter och år, autokorrelerade fel",
    "startgrupper": "Startgrupper: enheter som börjar vid olika tidpunkter, var grupp för sig",
    "trender": "Startgrupper: prövningen av trender före start",
    "bakgrund": "Två grupper av personer, med hänsyn till bakgrund",
    "matchad": "Matchade personer: par, eller de närmaste",
    "5.3": "En grupp: förändring, eller nivå mot norm",
    "5.3 kluster": "En grupp kluster: medelförändring per kluster",
    "delat": "Delade händelser: intervallet gäller bara om inget annat hände, och inget p-värde skrivs",
    "5.4": "En grupp vald för höga värden, ingen sann förändring",
    "5.5": "Två grupper, person för person",
    "kön": "Skiljer sig kvinnor och män? Insatsens kvinnor + andra kvinnor + insatsens män + andra män",
    "svacka": "Svackan före start: sista perioderna mot de tidigare, när inget hände",
    "peers 4": "Skolor: simuleringen som andra verktyg mättes på",
}


def judge_all(draws: int, progress: Callable[[str], None]) -> tuple[Verdict, ...]:
    """Return the verdict of every cell, telling each as it begins."""
    found = []
    for cell in cells():
        progress(f"{cell.table} {cell.label}")
        found.append(judge(cell, draws, SEED))
    return tuple(found)


def grid_text(verdicts: Iterable[Verdict]) -> str:
    """Return the tables and their sums as Markdown."""
    found = tuple(verdicts)
    draws = found[0].draws
    error = 100 * mcse(0.05, draws)
    most = 100 * (BOUND + 3 * mcse(BOUND, draws))
    parts = [
        f"{draws} dragningar per rad (Monte Carlo-fel {error:.2f} procentenheter vid 5 %); frö {SEED}. "
        f"Gräns: falskt larm i högst {most:.2f} %, täckning minst {100 - most:.2f} %."
    ]
    for table, title in _TITLES.items():
        rows = [v for v in found if v.cell.table == table]
        if rows:
            parts += [f"### {title}", "\n".join([*_HEAD, *(_row(v) for v in rows)])]
    return "\n\n".join([part for part in (*parts, calls_text(found, draws), single_unit_text(), summary(found)) if part]) + "\n"


def calls_text(found: Iterable[Verdict], draws: int) -> str:
    """Return what different packages' calls give where other tools were measured."""
    schools = [v.cell for v in found if v.cell.table == "peers 4"]
    rates = [call_rates(cell, draws, SEED) for cell in schools]
    rows = [f"| {call.words} | {' | '.join(f'{100 * r[i]:.1f}' for r in rates)} |" for i, call in enumerate(CALLS)]
    head = [f"| anrop, falskt larm % | {' | '.join(cell.label for cell in schools)} |", "|---" * (len(schools) + 1) + "|"]
    return "\n\n".join(["### Samma skolor, olika programs anrop", "\n".join([*head, *rows])]) if schools else ""


def single_unit_text() -> str:
    """Return what each method for one treated unit does when that unit varies as the others, and when it varies more."""
    lines = [
        "### Ett enda insatskluster: varför inget p-värde skrivs",
        "\n".join(
            [
                "| upplägg | metod | falskt larm %, lika spridning | falskt larm %, värsta angivna fall |",
                "|---|---|---|---|",
                *(
                    f"| 1 av {n + 1} | {m.name} | {100 * m.rates[0]:.1f} | {100 * m.worst:.1f} |"
                    for n in (19, 39, 289)
                    for m in measure(TwoGroups(1, n, (), ORDINARY_CLUSTER), SEED).measured
                ),
            ]
        ),
    ]
    return "\n\n".join(lines)


def put_grid(project: Project, text: str) -> str:
    """Put the tables between the marks of docs/VALIDITY.md and return the file's name in the project.

    Raises
    ------
    PlanError
        If the file or its marks are not there.
    """
    return put_between(project, text, GRID_BEGINS, GRID_ENDS)


def put_twins(project: Project, plan_id: str, text: str) -> str:
    """Put what a self-test found between the marks of its plan; returns and raises as `put_grid`."""
    begins = f"<!-- twins of {plan_id}: made by `python -m evalkit selftest {plan_id}` -->"
    return put_between(project, text, begins, f"<!-- end of twins of {plan_id} -->")


def put_between(project: Project, text: str, begins: str, ends: str) -> str:
    """Put a text between two marks of docs/VALIDITY.md; returns and raises as `put_grid`."""
    path = project.root / "docs" / "VALIDITY.md"
    whole = path.read_text(encoding="utf-8") if path.is_file() else ""
    before, begun, rest = whole.partition(begins)
    _, ended, after = rest.partition(ends)
    if not begun or not ended:
        raise PlanError("docs/VALIDITY.md: filen eller dess märken för tabellen saknas; kör utan --write", code="PAR-CALL")
    write_text(path, f"{before}{begins}\n\n{text}\n{ends}{after}")
    return project.relative(path)


def summary(found: tuple[Verdict, ...]) -> str:
    """Return how many cells hold, how many are answered and with how much power."""
    counted = [v for v in found if v.cell.counted]
    answered = [v for v in counted if v.route != "none"]
    strong = [v for v in answered if v.power is not None and v.best_power and v.power >= 0.9 * v.best_power]
    here = [v.power / v.best_here for v in answered if v.power is not None and v.best_here]
    printed = [v for v in found if v.route != "none" and not v.cell.conditional]
    return (
        f"Av {len(found)} rader skriver routern p-värde i {len(printed)}, och gränsen hålls i {sum(v.holds for v in printed)}. "
        f"Av de {len(counted)} raderna med minst tre insatskluster eller femton personer per grupp besvaras {len(answered)} "
        f"({100 * len(answered) / len(counted):.0f} %), {len(strong)} av dem med minst 90 % av styrkan hos den bästa metod som "
        f"håller i alla angivna fall. Mot den bästa metod som råkar hålla i just den radens sanning är styrkan i median "
        f"{_median(here):.0%}, lägst {min(here):.0%}."
    )


_HEAD = (
    "| upplägg | väg | falskt larm % | täckning % | styrka | mot bästa som håller | mot bästa i detta fall | vanliga anropet |",
    "|---|---|---|---|---|---|---|---|",
)


def _row(v: Verdict) -> str:
    if v.rate is None or v.coverage is None or v.power is None:
        why = v.cell.refused or "ingen metod håller"
        return f"| {v.cell.label} | avstår ({why}) | – | – | – | – | – | {100 * v.ordinary:.1f} |"
    if v.cell.conditional:
        name = f"villkorat intervall, {v.route} ({v.cell.conditional})"
        return f"| {v.cell.label} | {name} | – | {100 * v.coverage:.1f} | – | – | – | {100 * v.ordinary:.1f} |"
    mark = "" if v.holds else " **över gränsen**"
    best, here = (v.power / b if b else 1.0 for b in (v.best_power, v.best_here))
    numbers = f"{100 * v.rate:.1f}{mark} | {100 * v.coverage:.1f} | {v.power:.2f} | {best:.0%} | {here:.0%}"
    return f"| {v.cell.label} | {v.route} | {numbers} | {100 * v.ordinary:.1f} |"


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2] if ordered else 0.0
