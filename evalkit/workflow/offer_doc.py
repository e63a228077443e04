"""The part of docs/VALIDITY.md about the effect of an offer, made by one command."""

from __future__ import annotations

from evalkit.methods.validity.grid import BOUND
from evalkit.methods.validity.measure import mcse
from evalkit.methods.validity.offer_grid import OfferVerdict
from evalkit.plan.project import Project
from evalkit.workflow.validity_doc import put_between

BEGINS, ENDS = "<!-- offers: made by `python -m evalkit validity --offers` -->", "<!-- end of offers -->"


def offers_text(found: tuple[OfferVerdict, ...], seed: int) -> str:
    """Return the table as Markdown."""
    draws = found[0].draws
    head = (
        f"{draws} dragningar per rad (Monte Carlo-fel {100 * mcse(0.05, draws):.2f} procentenheter vid 5 %); frö {seed}. Gräns: "
        f"falskt larm i högst {100 * (BOUND + 3 * mcse(BOUND, draws)):.2f} %. "
        "CR2 ensam: det vanliga testet med Satterthwaites frihetsgrader. Flera grupper: minst ett falskt larm bland alla "
        "jämförelser, efter Holm; vanliga anropet prövar där var jämförelse för sig."
    )
    rows = [
        "| lottning | väg | falskt larm % | CR2 ensam % | vanliga anropet % |",
        "|---|---|---|---|---|",
        *(_row(v) for v in found),
    ]
    printed = [v for v in found if v.rate is not None]
    told = f"Av {len(found)} rader skrivs p-värde i {len(printed)}, och gränsen hålls i {sum(v.holds for v in printed)}."
    return "\n\n".join([head, "\n".join(rows), told]) + "\n"


def _row(v: OfferVerdict) -> str:
    rate = "–" if v.rate is None else f"{100 * v.rate:.1f}{'' if v.holds else ' **över gränsen**'}"
    route = "avstår (ingen metod håller)" if v.rate is None else v.route
    return f"| {v.cell.label} | {route} | {rate} | {100 * v.cr2:.1f} | {100 * v.ordinary:.1f} |"


def put_offers(project: Project, text: str) -> str:
    """Put the table between its marks; returns and raises as `evalkit.workflow.validity_doc.put_grid`."""
    return put_between(project, text, BEGINS, ENDS)
