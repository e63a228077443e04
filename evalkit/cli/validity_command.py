"""``evalkit validity``: measure every route on the grids and write all tables of docs/VALIDITY.md."""

from __future__ import annotations

import argparse
from collections.abc import Callable

DRAWS = 20_000


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--draws", type=int, default=DRAWS, help=f"samples without effect in every cell (default {DRAWS})")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/VALIDITY.md instead of printing them")
    parser.add_argument("--grid", action="store_true", help="the grid of comparisons and changes alone")
    parser.add_argument("--offers", action="store_true", help="the grid of lotteries alone: the effect of being offered")
    parser.add_argument("--series", action="store_true", help="the grid of one treated unit and of time series alone")
    parser.add_argument("--beside", action="store_true", help="the grid of the routes shown beside the report's own alone")
    parser.add_argument("--lumps", action="store_true", help="the grid of yes or no, counts and costs alone")
    parser.add_argument("--progress", action=argparse.BooleanOptionalAction, help="a progress bar even where stderr is no terminal")


def execute(arguments: argparse.Namespace) -> int:
    """Judge every cell of the parts asked for, all without a choice; exit 5 where a printed p-value exceeds the bound."""
    from evalkit.errors import PlanError

    if arguments.draws < 100:
        raise PlanError("--draws: minst 100 dragningar behövs för att en andel ska säga något", code="PAR-CALL")
    chosen = [part for part in MAKERS if getattr(arguments, part)] or MAKERS
    held = [MAKERS[part](arguments) for part in chosen]
    return 0 if all(held) else 5


def _grid(arguments: argparse.Namespace) -> bool:
    from evalkit.cli.progress import told
    from evalkit.methods.validity.grid import cells
    from evalkit.plan.project import find_project
    from evalkit.workflow.validity_doc import grid_text, judge_all, put_grid, summary

    with told("grid", len(cells()), bar=arguments.progress) as progress:
        found = judge_all(arguments.draws, progress)
    if arguments.write:
        print(f"{put_grid(find_project(), grid_text(found))}: tabellen är skriven")
        print(summary(found))
    else:
        print(grid_text(found))
    return all(v.holds for v in found)


def _offers(arguments: argparse.Namespace) -> bool:
    from evalkit.cli.progress import told
    from evalkit.methods.validity.arms_grid import arm_cells
    from evalkit.methods.validity.offer_grid import judge_offers, offer_cells
    from evalkit.plan.project import find_project
    from evalkit.workflow.offer_doc import offers_text, put_offers
    from evalkit.workflow.validity_doc import SEED

    with told("offers", len(offer_cells()) + len(arm_cells()), bar=arguments.progress) as progress:
        found = judge_offers(arguments.draws, SEED, progress)
    text = offers_text(found, SEED)
    print(f"{put_offers(find_project(), text)}: tabellen är skriven" if arguments.write else text)
    return all(v.holds for v in found)


def _series(arguments: argparse.Namespace) -> bool:
    from evalkit.cli.progress import told
    from evalkit.methods.validity.series_grid import N_CELLS, series_rows
    from evalkit.plan.project import find_project
    from evalkit.workflow.series_doc import put_series, series_text
    from evalkit.workflow.validity_doc import SEED

    with told("series", N_CELLS, bar=arguments.progress) as progress:
        found = series_rows(arguments.draws, SEED, progress)
    text = series_text(found, SEED)
    print(f"{put_series(find_project(), text)}: tabellen är skriven" if arguments.write else text)
    return all(row.holds for row in found)


def _beside(arguments: argparse.Namespace) -> bool:
    from evalkit.cli.progress import told
    from evalkit.methods.validity.beside_grid import beside_cells, judge_beside
    from evalkit.plan.project import find_project
    from evalkit.workflow.beside_doc import beside_text, put_beside
    from evalkit.workflow.validity_doc import SEED

    with told("beside", len(beside_cells()), bar=arguments.progress) as progress:
        found = judge_beside(arguments.draws, SEED, progress)
    text = beside_text(found, SEED)
    print(f"{put_beside(find_project(), text)}: tabellen är skriven" if arguments.write else text)
    return all(row.holds for row in found)


def _lumps(arguments: argparse.Namespace) -> bool:
    from evalkit.cli.progress import told
    from evalkit.methods.validity.lumpy_grid import judge_lumps, lumpy_cells
    from evalkit.plan.project import find_project
    from evalkit.workflow.lumpy_doc import lumps_text, put_lumps
    from evalkit.workflow.validity_doc import SEED

    with told("lumps", len(lumpy_cells()), bar=arguments.progress) as progress:
        found = judge_lumps(arguments.draws, SEED, progress)
    text = lumps_text(found, SEED)
    print(f"{put_lumps(find_project(), text)}: tabellen är skriven" if arguments.write else text)
    return all(v.holds for v in found)


MAKERS: dict[str, Callable[[argparse.Namespace], bool]] = {
    "grid": _grid,
    "lumps": _lumps,
    "offers": _offers,
    "beside": _beside,
    "series": _series,
}
"""Part -> what makes its tables, in the order of the file."""
