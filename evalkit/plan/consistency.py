"""What must agree inside one plan: names, dates, order and the design. Sources have a module of their own."""

from __future__ import annotations

import re
from itertools import pairwise

from evalkit.plan.adjustment import check_adjustment
from evalkit.plan.analysis import check_analysis
from evalkit.plan.evaluation import PLAN_FORMAT
from evalkit.plan.lottery import check_lottery
from evalkit.plan.matching import check_matching
from evalkit.plan.planning import check_planning
from evalkit.plan.preanalysis import check_preanalysis
from evalkit.plan.problems import Problem, quote
from evalkit.plan.published import check_published
from evalkit.plan.selection import check_chosen_from
from evalkit.plan.single_unit import check_single_unit
from evalkit.plan.source_consistency import check_sources
from evalkit.plan.staggered import check_staggered
from evalkit.plan.strict_yaml import Document
from evalkit.plan.time_series import check_time_series
from evalkit.plan.tree import Tree

_RESERVED = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")
_NAMED_LISTS = ("activities", "outcomes", "occasions", "indicators", "sources")


def newer_format(document: Document) -> Problem | None:
    """Return the problem of a plan written for a later evalkit: its keys cannot be judged."""
    written = Tree(document).number(("plan_format",))
    if written is None or written <= PLAN_FORMAT:
        return None
    text = f"planen är skriven i format {written:g}; den här versionen läser format {PLAN_FORMAT}. Uppdatera evalkit"
    return Problem("PAR-FORMAT", document.line(("plan_format",)), "plan_format", text)


def check_plan(document: Document, file_id: str) -> list[Problem]:
    """Return what does not agree inside the plan `document`, stored as ``<file_id>.yaml``."""
    tree = Tree(document)
    _check_id(tree, file_id)
    _check_versions(tree)
    for name in _NAMED_LISTS:
        _check_unique(tree, name)
    _check_target_group(tree)
    _check_outcomes(tree)
    _check_occasions(tree)
    _check_activities(tree)
    _check_design(tree)
    _check_economics(tree)
    check_lottery(tree)
    check_analysis(tree)
    check_single_unit(tree)
    check_published(tree)
    check_chosen_from(tree)
    check_staggered(tree)
    check_adjustment(tree)
    check_matching(tree)
    check_planning(tree)
    check_preanalysis(tree)
    check_time_series(tree)
    check_sources(tree)
    return tree.problems


def _check_id(tree: Tree, file_id: str) -> None:
    written = tree.text(("id",))
    if written and written != file_id:
        tree.note("PAR-VALUE", ("id",), f"planen heter {quote(written)} men filen {quote(file_id + '.yaml')}; de ska vara lika")
    if written and _RESERVED.fullmatch(written):
        tree.note("PAR-VALUE", ("id",), f"{quote(written)} är ett reserverat filnamn i Windows; välj ett annat")


def _check_versions(tree: Tree) -> None:
    days = [(place, tree.day((*place, "version"))) for place in tree.items(("versions",))]
    for (_, before), (place, after) in pairwise(days):
        if before and after and after <= before:
            tree.note("PAR-DATE", (*place, "version"), "versionerna ska stå i tidsordning, den senaste sist")


def _check_unique(tree: Tree, name: str) -> None:
    seen: dict[str, int | None] = {}
    for place in tree.items((name,)):
        own = tree.text((*place, "id"))
        if own in seen:
            tree.note("PAR-DUP", (*place, "id"), f"{quote(own)} finns redan på rad {seen[own]}; namnen ska vara olika")
        elif own:
            seen[own] = tree.document.line((*place, "id"))


def _check_target_group(tree: Tree) -> None:
    tree.in_order(("target_group",), "age_from", "age_to")


def _check_outcomes(tree: Tree) -> None:
    for place in tree.items(("outcomes",)):
        tree.in_order(place, "minimum", "maximum")
        for use in tree.items((*place, "instruments")):
            tree.in_order(use, "age_from", "age_to")
    tree.points_at(("primary_outcome",), tree.names(("outcomes",)), "effektmåttet")


def _check_occasions(tree: Tree) -> None:
    latest: float | None = None
    seen_after = False
    for place in tree.items(("occasions",)):
        tree.in_order(place, "day_from", "target_day", "PAR-DATE")
        tree.in_order(place, "target_day", "day_to", "PAR-DATE")
        first, last, role = tree.number((*place, "day_from")), tree.number((*place, "day_to")), tree.text((*place, "role"))
        if first is not None and latest is not None and first <= latest:
            text = f"fönstret börjar dag {first:g}, men det förra slutar dag {latest:g}; skriv dem i tidsordning utan överlapp"
            tree.note("PAR-DATE", (*place, "day_from"), text)
        if role == "before" and seen_after:
            tree.note("PAR-DATE", (*place, "role"), "ett tillfälle före insatsen står efter ett som är efter den")
        if role == "after" and (tree.number((*place, "target_day")) or 1) <= 0:
            tree.note("PAR-DATE", (*place, "target_day"), "ett tillfälle efter insatsen ska ha en dag större än 0")
        if role == "before" and (tree.number((*place, "target_day")) or 0) > 0:
            tree.note("PAR-DATE", (*place, "target_day"), "ett tillfälle före insatsen ska ha dag 0 eller tidigare")
        seen_after = seen_after or role == "after"
        latest = last if last is not None else latest
    _check_decisive(tree)


def _check_decisive(tree: Tree) -> None:
    roles = {tree.text((*place, "id")): tree.text((*place, "role")) for place in tree.items(("occasions",))}
    tree.points_at(("decisive_occasion",), [name for name in roles if name], "mättillfället")
    if roles.get(tree.text(("decisive_occasion",))) == "before":
        tree.note("PAR-REF", ("decisive_occasion",), "det avgörande tillfället ska vara efter insatsen (role: after)")
    if tree.text(("data_kind",)) != "persons":
        return
    for role, words in (("before", "före"), ("after", "efter")):
        if role not in roles.values():
            tree.note("PAR-VALUE", ("occasions",), f"minst ett mättillfälle {words} insatsen behövs (role: {role})")
    if tree.value(("decisive_occasion",)) is None:
        tree.note("PAR-MISSING", ("decisive_occasion",), "nyckeln saknas; säg vilket tillfälle som avgör")


def _check_activities(tree: Tree) -> None:
    outcomes = tree.names(("outcomes",))
    for place in tree.items(("activities",)):
        tied = tree.value((*place, "tied_to"))
        for position in range(len(tied) if isinstance(tied, list) else 0):
            tree.points_at((*place, "tied_to", position), outcomes, "effektmåttet")


def _check_design(tree: Tree) -> None:
    public = tree.text(("data_kind",)) == "public"
    analyses = tree.value(("design", "analyses"))
    comparison = tree.text(("design", "comparison"))
    if isinstance(analyses, list):
        if len(set(map(str, analyses))) < len(analyses):
            tree.note("PAR-DUP", ("design", "analyses"), "samma analys står två gånger")
        if "did" in analyses and comparison == "none":
            tree.note("PAR-VALUE", ("design", "comparison"), "did kräver en jämförelsegrupp; ta bort did eller beskriv jämförelsen")
    if public and tree.value(("design", "treatment")) is None:
        tree.note("PAR-MISSING", ("design", "treatment"), "offentliga data behöver en regel för vem som fått insatsen")
    if not public and tree.value(("design", "treatment")) is not None:
        tree.note(
            "PAR-VALUE",
            ("design", "treatment"),
            "gäller bara data_kind: public; personers grupp står i en kolumn",
        )
    if not public and tree.text(("design", "assigned_at")) == "cluster" and not _has_role(tree, "cluster"):
        tree.note("PAR-REF", ("design", "assigned_at"), "ingen källa har en kolumn med role: cluster")


def _check_economics(tree: Tree) -> None:
    if tree.value(("economics", "benefits")) and tree.value(("economics", "unit_costs")) is None:
        tree.note("PAR-MISSING", ("economics", "unit_costs"), "ekonomiska effekter behöver en prislista i params/unit_costs")


def _has_role(tree: Tree, role: str) -> bool:
    columns = (column for source in tree.items(("sources",)) for column in tree.items((*source, "columns")))
    return any(tree.text((*column, "role")) == role for column in columns)
