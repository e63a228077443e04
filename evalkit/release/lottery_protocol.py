"""The protocol of a lottery in Swedish, as text and page: what was bound, what was drawn, how anybody checks it; never who."""

from __future__ import annotations

import json
from collections import defaultdict

from evalkit.findings.lottery import LotteryFacts
from evalkit.plan.lottery import WORDS
from evalkit.release.markup import Table, chapter, para
from evalkit.release.own_page import own_page

LEFT_OUT = "utan lott (blev över)"
LEAST = 10
"""Fewest units of a block in any arm that a public protocol counts: a block is a school, a sex, a year.

As `min_cell` of the policy that evalkit proposes; a constant, since a replay gives the same protocol whatever it has become.
"""
_RULES = {
    "files": "Lista",
    "source": "Källa i planen",
    "unit": "Kolumn med enhet",
    "unit_kind": "Enhetens slag",
    "method": "Sätt",
    "strata": "Strata",
    "pair": "Par",
    "cluster": "Kluster",
    "siblings": "Syskon",
    "misfits": "De som blir över",
    "covariates": "Bakgrundsvariabler vid omlottning",
    "accept": "Andel lottningar som godtas",
    "arms": "Grupper",
}
_HOW = (
    "Fröet är SHA-256 av texten evalkit-lottning-1|satsning|omgång|listans hash|förra kvittots hash|dragningens resultat.",
    "Varje enhets lott är SHA-256 av texten frö|enhet (för en grupp: frö|=grupp). Inom varje block ordnas lotterna stigande och "
    "grupperna fylls i tur och ordning; regeln står i docs/METHODS.md, avsnittet Random assignment.",
    "Pröva en enhet i ett skal: printf '%s|%s' FRÖ ENHET | sha256sum",
    "Att listan stängdes före dragningen visas av diariets ankomststämpel på listans hash. Inget klockslag står här: en dators "
    "klocka kan ställas om och bevisar ingenting, och protokollet ska bli likadant hos var och en som återskapar det.",
    "Återskapa allt: evalkit randomise SATSNING --verify",
)


def protocol_text(facts: LotteryFacts) -> str:
    """Return the protocol as plain text."""
    lines = [_title(facts), "=" * len(_title(facts)), ""]
    for heading, pairs in (("Bundet före dragningen", _bound(facts)), ("Dragningen", _drawn(facts)), ("Regler", _rules(facts))):
        lines += [heading, *(f"  {name}: {value}" for name, value in pairs), ""]
    lines += ["Utfall", f"  {'Block':<40} {'Grupp':<40} Antal"]
    lines += [f"  {block:<40} {arm:<40} {n}" for block, arm, n in _counts(facts)]
    lines += ["", "Så kontrolleras lottningen", *(f"  {line}" for line in _HOW), ""]
    return "\n".join(lines)


def protocol_html(facts: LotteryFacts) -> str:
    """Return the protocol as one page."""
    parts = (("bundet", "Bundet före dragningen", _bound(facts)), ("dragning", "Dragningen", _drawn(facts)))
    chapters = [
        str(chapter(anchor, name, _pairs(name, pairs))) for anchor, name, pairs in (*parts, ("regler", "Regler", _rules(facts)))
    ]
    counts = Table("Antal enheter per block och grupp", ("Block", "Grupp", "Antal"), _counts(facts), frozenset({2}))
    chapters.append(str(chapter("utfall", "Utfall", counts.html("Tabell: Utfall"))))
    chapters.append(str(chapter("kontroll", "Så kontrolleras lottningen", *(para(line) for line in _HOW))))
    return own_page(_title(facts), "sv", *chapters)


def _title(facts: LotteryFacts) -> str:
    return f"Lottningsprotokoll: {facts.title}, omgång {facts.batch}"


def _bound(facts: LotteryFacts) -> list[tuple[str, str]]:
    ways = "räknas inte för denna regel" if facts.n_assignments is None else _count(facts.n_assignments)
    return [
        ("Listan stängdes", facts.closed_on.isoformat()),
        ("Enheter i listan", _count(facts.n_units)),
        *([("Levererade utan samtycke, inte med", _count(facts.n_without_consent))] if facts.n_without_consent else []),
        ("Lotter (grupper räknas en gång)", _count(facts.n_drawn)),
        ("Möjliga utfall", ways),
        ("Listans hash (SHA-256)", facts.frame_sha256),
        ("Leveransens nyckelavtryck" if facts.from_source else "Filens hash (SHA-256)", facts.file_sha256),
        ("Förra omgångens kvitto", "ingen tidigare omgång" if facts.previous == "-" else facts.previous),
    ]


def _drawn(facts: LotteryFacts) -> list[tuple[str, str]]:
    return [
        ("Offentlig dragning, namngiven i förväg", facts.draw_name),
        ("Hölls", facts.held_on.isoformat()),
        ("Regel för fröet", facts.draw_rule),
        *([("Utlovad form", facts.draw_form)] if facts.draw_form else []),
        ("Resultat", facts.draw_text),
        ("Frö (SHA-256)", facts.seed),
        ("Lottning nummer", _count(facts.attempt)),
        ("Fördelningens hash (SHA-256)", facts.allocation_sha256),
        ("Kvittots hash (SHA-256)", facts.receipt_sha256),
    ]


def _rules(facts: LotteryFacts) -> list[tuple[str, str]]:
    return [(_RULES.get(key, key), _rule(key, value)) for key, value in facts.rules if value not in {"null", "[]"}]


def _rule(key: str, value: str) -> str:
    """Return a rule of the receipt in words."""
    if key == "arms":
        arms = json.loads(value)
        placed = any(arm["places"] is not None for arm in arms)
        return "; ".join(f"{arm['label']} ({_share(arm, placed=placed)})" for arm in arms)
    if value.startswith("["):
        return ", ".join(json.loads(value))
    return {"identity": "personnummer", **WORDS}.get(value, value.replace(".", ",") if key == "accept" else value)


def _share(arm: dict[str, object], *, placed: bool) -> str:
    if arm["places"] is None and placed:
        return "alla övriga"
    return f"vikt {arm['weight']}" if arm["places"] is None else f"{arm['places']} platser"


def _counts(facts: LotteryFacts) -> list[tuple[str, str, str]]:
    """Return all units by arm, then each block that is large enough in every arm; the others are told as a number of blocks."""
    labels = dict(facts.arms)
    blocks: dict[str, dict[str, int]] = defaultdict(dict)
    for row in facts.counts:
        blocks[row.block][row.arm] = row.n
    total = {arm: sum(one.get(arm, 0) for one in blocks.values()) for arm in (*labels, "")}
    rows = [("alla", labels.get(arm, LEFT_OUT), _count(n)) for arm, n in total.items() if n or arm]
    if set(blocks) == {""}:
        return rows
    hidden = _hidden(blocks, tuple(labels))
    rows += [
        (block, labels.get(arm, LEFT_OUT), _count(n))
        for block, one in sorted(blocks.items())
        if block not in hidden
        for arm, n in sorted(one.items())
    ]
    return [*rows, (f"{_count(len(hidden))} block", f"färre än {LEAST} i någon grupp: visas inte", "")] if hidden else rows


def _hidden(blocks: dict[str, dict[str, int]], arms: tuple[str, ...]) -> set[str]:
    small = {name for name, one in blocks.items() if min(*(one.get(arm, 0) for arm in arms), *one.values()) < LEAST}
    if len(small) == 1 and len(blocks) > 1:
        # The total would give a single hidden block away.
        small.add(min((name for name in blocks if name not in small), key=lambda name: (sum(blocks[name].values()), name)))
    return small


def _pairs(name: str, pairs: list[tuple[str, str]]) -> str:
    return Table(name, ("Uppgift", "Värde"), pairs).html(f"Tabell: {name}")


def _count(n: int) -> str:
    return f"{n:,}".replace(",", "\u00a0")
