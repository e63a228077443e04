"""The part of docs/VALIDITY.md about yes or no, counts and costs, made by one command."""

from __future__ import annotations

from evalkit.methods.validity.grid import BOUND, Verdict
from evalkit.methods.validity.lumpy_grid import offer_rates
from evalkit.methods.validity.measure import mcse
from evalkit.plan.project import Project
from evalkit.workflow.validity_doc import put_between

BEGINS, ENDS = "<!-- lumps: made by `python -m evalkit validity --lumps` -->", "<!-- end of lumps -->"


def lumps_text(found: tuple[Verdict, ...], seed: int) -> str:
    """Return the tables as Markdown."""
    draws = found[0].draws
    most = BOUND + 3 * mcse(BOUND, draws)
    head = (
        f"{draws} dragningar per rad (Monte Carlo-fel {100 * mcse(0.05, draws):.2f} procentenheter vid 5 %); frö {seed}. Gräns: "
        f"falskt larm i högst {100 * most:.2f} %."
    )
    rows = [
        "| upplägg | väg | falskt larm % | styrka % | vanliga anropet % |",
        "|---|---|---|---|---|",
        *(_row(v) for v in found),
    ]
    offers = ["| lottning med utgångsvärde | väg | falskt larm % |", "|---|---|---|"]
    offers += [f"| {words} | {name} | {_rate(rate, most)} |" for words, name, rate, _ in offer_rates(draws, seed)]
    printed = [v for v in found if v.rate is not None]
    told = f"Av {len(found)} rader skrivs p-värde i {len(printed)}, och gränsen hålls i {sum(v.holds for v in printed)}."
    return "\n\n".join([head, "\n".join(rows), told, "\n".join(offers)]) + "\n"


def put_lumps(project: Project, text: str) -> str:
    """Put the tables between their marks and return the file's name in the project; PlanError PAR-CALL if they are not there."""
    return put_between(project, text, BEGINS, ENDS)


def _row(v: Verdict) -> str:
    power = "–" if v.power is None else f"{100 * v.power:.0f}"
    route = "avstår (ingen metod håller)" if v.rate is None else v.route
    rate = _rate(v.rate, BOUND + 3 * mcse(BOUND, v.draws))
    return f"| {v.cell.label} | {route} | {rate} | {power} | {100 * v.ordinary:.1f} |"


def _rate(rate: float | None, most: float) -> str:
    return "–" if rate is None else f"{100 * rate:.1f}{'' if rate <= most else ' **över gränsen**'}"
