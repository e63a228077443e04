"""Random assignment: chances and balance over every outcome of the tickets, replay by other languages, and what is refused."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import permutations, product

import numpy as np
import pytest
from evalkit.errors import EstimationError
from evalkit.methods.assignment import tickets as module
from evalkit.methods.assignment.draws import Rules, draw
from evalkit.methods.assignment.pairs import form_pairs
from evalkit.methods.assignment.redraws import count_assignments, redraws, smallest_p
from evalkit.methods.assignment.rerandomise import arm_distance, bound_of, draw_within, variance_factor
from evalkit.methods.assignment.tickets import Tickets, drawn_text, master_seed, ranked, tickets_of
from evalkit.methods.assignment.units import Arm, Unit
from hypothesis import given, settings
from hypothesis import strategies as st

TWO = (Arm("a"), Arm("b"))


def units(*blocks: int) -> list[Unit]:
    return [Unit(f"u{block}{i}", block=str(block)) for block, n in enumerate(blocks) for i in range(n)]


def every_outcome(*orders: Sequence[str]) -> Iterator[Tickets]:
    """Every combination of orders of the named tickets, each as likely as any other."""
    for combination in product(*(list(permutations(names)) for names in orders)):
        table = {name: f"{rank:064x}" for order in combination for rank, name in enumerate(order)}
        yield lambda name, table=table: table.get(name, f"{0:064x}")


def chances(frame: list[Unit], rules: Rules, outcomes: Iterator[Tickets]) -> dict[str, dict[str, Fraction]]:
    counts: dict[str, Counter[str]] = {unit.name: Counter() for unit in frame}
    total = 0
    for tickets in outcomes:
        total += 1
        for name, arm in draw(frame, rules, tickets).items():
            counts[name][arm] += 1
    return {name: {arm: Fraction(n, total) for arm, n in found.items()} for name, found in counts.items()}


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_a_complete_draw_gives_every_unit_exactly_half_a_chance_and_arms_that_differ_by_at_most_one(n):
    frame = units(n)
    names = [unit.name for unit in frame]
    outcomes = list(every_outcome(names, ["*0|0", "*0|1"]))
    found = chances(frame, Rules(TWO), iter(outcomes))
    assert all(chance == {"a": Fraction(1, 2), "b": Fraction(1, 2)} for chance in found.values())
    sizes = {tuple(sorted(Counter(draw(frame, Rules(TWO), t).values()).values())) for t in outcomes}
    assert sizes == {(n // 2, n - n // 2)}


def test_unequal_shares_hold_exactly_also_for_misfits():
    frame, rules = units(5), Rules((Arm("a", 1), Arm("b", 2)))
    slots = ["*0|0", "*0|1", "*0|2"]
    found = chances(frame, rules, every_outcome([u.name for u in frame], slots))
    assert all(chance == {"a": Fraction(1, 3), "b": Fraction(2, 3)} for chance in found.values())


def test_blocks_are_balanced_each_for_itself():
    frame = units(2, 4)
    seen = {
        (Counter(arm for name, arm in draw(frame, Rules(TWO), t).items() if name.startswith("u1"))["a"])
        for t in every_outcome(["u00", "u01"], [f"u1{i}" for i in range(4)])
    }
    assert seen == {2}
    assert set(Counter(tuple(draw(frame, Rules(TWO), tickets_of(str(s)))[n] for n in ("u00", "u01")) for s in range(50))) == {
        ("a", "b"),
        ("b", "a"),
    }


def test_misfits_of_all_blocks_drawn_together_keep_every_chance_and_balance_the_whole():
    frame, rules = units(3, 3), Rules(TWO, misfits="global")
    names = [[u.name for u in frame if u.block == block] for block in "01"]
    rest = [f"*rest|{u.name}" for u in frame]
    counts: dict[str, Counter[str]] = {u.name: Counter() for u in frame}
    total = 0
    # Only the order of the two that are left matters: rest tickets in two orders, mirrored.
    for tickets in every_outcome(*names, ["*x", "*y"], ["**|0", "**|1"]):
        for forward in (True, False):
            order = rest if forward else rest[::-1]
            table = {name: f"{rank:064x}" for rank, name in enumerate(order)}
            found = draw(frame, rules, lambda name, t=tickets, table=table: table.get(name) or t(name))
            assert Counter(found.values()) == {"a": 3, "b": 3}
            total += 1
            for name, arm in found.items():
                counts[name][arm] += 1
    assert {Fraction(c["a"], total) for c in counts.values()} == {Fraction(1, 2)}


def test_misfits_left_outside_have_no_arm():
    found = draw(units(3, 5), Rules(TWO, misfits="outside"), tickets_of("frö"))
    assert Counter(found.values()) == {"a": 3, "b": 3, "": 2}


def test_places_are_filled_exactly_and_every_unit_has_the_same_chance_whatever_its_block():
    frame, rules = units(2, 3), Rules((Arm("a", places=2), Arm("b")))
    counts: Counter[str] = Counter()
    total = 0
    for tickets in every_outcome(["u00", "u01"], ["u10", "u11", "u12"], ["*block|0", "*block|1"]):
        for start in range(5):
            found = draw(frame, rules, lambda name, t=tickets, s=start: f"{s:012x}" if name == "*start|a" else t(name))
            assert Counter(found.values()) == {"a": 2, "b": 3}
            assert sum(found[f"u1{i}"] == "a" for i in range(3)) in {1, 2}  # 3 of 5 have 1.2 of the places
            counts.update(name for name, arm in found.items() if arm == "a")
            total += 1
    assert {Fraction(counts[u.name], total) for u in frame} == {Fraction(2, 5)}


def test_a_phase_in_gives_each_start_its_places():
    found = draw(units(9), Rules((Arm("ht", places=4), Arm("vt", places=3), Arm("nasta", places=2))), tickets_of("x"))
    assert Counter(found.values()) == {"ht": 4, "vt": 3, "nasta": 2}


def test_a_group_is_drawn_together_and_each_group_alike():
    frame = [Unit(f"p{i}", group=f"klass{i // 3}") for i in range(12)]
    found = draw(frame, Rules(TWO), tickets_of("frö"))
    assert all(len({found[f"p{i}"] for i in range(k, k + 3)}) == 1 for k in (0, 3, 6, 9))
    assert Counter(found.values()) == {"a": 6, "b": 6}


def test_siblings_share_an_arm_and_places_for_persons_are_never_exceeded():
    frame = [Unit(f"p{i}", group="syskon" if i < 3 else "") for i in range(8)]
    rules = Rules((Arm("a", places=4), Arm("b")), persons=True)
    for seed in range(60):
        found = draw(frame, rules, tickets_of(str(seed)))
        assert len({found["p0"], found["p1"], found["p2"]}) == 1
        assert Counter(found.values())["a"] == 4


def test_a_simple_draw_follows_the_ticket_and_its_share():
    frame, rules = units(2000), Rules((Arm("a", 1), Arm("b", 3)), simple=True)
    found = draw(frame, rules, tickets_of("frö"))
    share = Counter(found.values())["a"] / 2000
    assert abs(share - 0.25) < 4 * (0.25 * 0.75 / 2000) ** 0.5
    ticket = tickets_of("frö")
    assert all((found[u.name] == "a") == (ticket(u.name)[0] in "0123") for u in frame)


@given(st.permutations(range(9)))
@settings(max_examples=25, deadline=None)
def test_the_order_of_the_list_changes_nothing(order):
    frame = units(4, 5)
    assert draw([frame[i] for i in order], Rules(TWO), tickets_of("s")) == draw(frame, Rules(TWO), tickets_of("s"))


def test_pairs_are_the_nearest_and_one_of_each_is_drawn():
    names, x = ["a", "b", "c", "d", "e"], np.array([[1.0], [9.0], [1.1], [9.2], [30.0]])
    pairs = form_pairs(names, x)
    assert pairs == (("a", "c"), ("b", "d"))
    block_of = {name: str(i) for i, pair in enumerate(pairs) for name in pair}
    found = draw([Unit(n, block=b) for n, b in block_of.items()], Rules(TWO), tickets_of("s"))
    assert all({found[one], found[other]} == {"a", "b"} for one, other in pairs)


def test_rerandomisation_keeps_the_declared_bound_and_the_reference_numbers():
    # Morgan & Rubin 2012, k = 5, 0.001 accepted: threshold 0.2102, 0.0298 of the variance left (planning number 41).
    assert bound_of(0.001, 5) == pytest.approx(0.2102, abs=5e-5)
    assert variance_factor(0.001, 5) == pytest.approx(0.0298, abs=5e-5)
    frame, rng = units(20), np.random.default_rng(1)
    x = rng.normal(size=(20, 2))
    accepted = draw_within(frame, Rules(TWO), x, 0.05, "frö")
    first = np.array([accepted.allocation[u.name] == "a" for u in frame])
    assert arm_distance(x, first) == accepted.distance <= accepted.bound
    assert accepted.attempt > 1


def test_the_distance_of_arms_is_the_paper_value():
    # 4 units, x = 0 0 2 2, first arm the last two: gap 2, S = 4/3, n p q = 1: 1 * 2 * 3/4 * 2 = 3
    assert arm_distance(np.array([[0.0], [0], [2], [2]]), np.array([False, False, True, True])) == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("blocks", "rules", "n"),
    [
        ((6,), Rules(TWO), 20),
        ((4, 4, 6), Rules(TWO), 720),  # planning number 49, randomizr
        ((3,), Rules(TWO), 6),
        ((5,), Rules((Arm("a", places=2), Arm("b"))), 10),
        ((3,), Rules(TWO, simple=True), 8),
        ((3, 3), Rules(TWO, misfits="global"), None),
    ],
)
def test_possible_assignments_are_counted(blocks, rules, n):
    assert count_assignments(units(*blocks), rules) == n
    if n is not None:
        seen = {tuple(row) for row in redraws(units(*blocks), rules, "x", min(20 * n, 8000))}
        assert len(seen) == n


def test_three_against_three_can_never_give_five_per_cent():
    assert smallest_p(20, mirrored=True) == pytest.approx(0.1)  # planning number 48
    assert smallest_p(10, mirrored=False) == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("frame", "rules", "code"),
    [
        ([], Rules(TWO), "LOT-EMPTY"),
        ([Unit("a"), Unit("a"), Unit("b")], Rules(TWO), "LOT-DUP"),
        ([Unit("a", "1"), Unit("b", "2"), Unit("c", "2")], Rules(TWO), "LOT-BLOCK"),
        ([Unit("a", "1", "g"), Unit("b", "2", "g")], Rules(TWO), "LOT-GROUP"),
        ([Unit("a"), Unit("b")], Rules((Arm("a", places=3), Arm("b"))), "LOT-PLACES"),
        ([Unit("a"), Unit("b")], Rules((Arm("a", places=2), Arm("b"))), "LOT-PLACES"),
        ([Unit("a"), Unit("b"), Unit("c")], Rules((Arm("a", places=1), Arm("b", places=1))), "LOT-PLACES"),
        ([Unit("a"), Unit("b")], Rules((Arm("a"),)), "LOT-ARMS"),
        ([Unit("a"), Unit("b")], Rules((Arm("a"), Arm("a"))), "LOT-ARMS"),
        ([Unit("a"), Unit("b")], Rules((Arm("a", 0), Arm("b"))), "LOT-ARMS"),
    ],
)
def test_nonsense_is_refused_with_a_remedy(frame, rules, code):
    with pytest.raises(EstimationError) as refused:
        draw(frame, rules, tickets_of("s"))
    assert refused.value.code == code
    assert ":" in str(refused.value) or "behövs" in str(refused.value) or "ange" in str(refused.value)


def test_the_seed_binds_everything_and_the_next_batch_is_another():
    bound = {"plan_id": "p", "batch": 1, "frame_sha256": "f" * 64, "previous": "-", "draw": "3 14 15"}
    seed = master_seed(**bound)
    changes = {"plan_id": "q", "batch": 2, "frame_sha256": "e" * 64, "previous": "x", "draw": "3 14 16"}
    assert len({seed, *(master_seed(**(bound | {key: value})) for key, value in changes.items())}) == 6
    assert master_seed(**(bound | {"draw": " 3  14 15 "})) == seed
    assert drawn_text("a\u0308") == "ä"
    assert module.SEED_VERSION == "evalkit-lottning-1"


@pytest.mark.skipif(not (shutil.which("sha256sum") and shutil.which("awk")), reason="sha256sum or awk is missing here")
def test_a_few_lines_of_shell_and_awk_give_the_same_allocation():
    frame = units(4, 6)
    script = """
    while IFS=';' read -r block name; do
      printf '%s;%s;%s\\n' "$block" "$(printf '%s|%s' "$SEED" "$name" | sha256sum | cut -c1-64)" "$name"
    done | LC_ALL=C sort | awk -F';' '
      { block[NR] = $1; name[NR] = $3; size[$1]++ }
      END { for (i = 1; i <= NR; i++) { n[block[i]]++; print name[i] ";" (n[block[i]] <= size[block[i]] / 2 ? "a" : "b") } }'
    """
    lines = "".join(f"{unit.block};{unit.name}\n" for unit in frame)
    done = subprocess.run(
        ["sh", "-c", script],
        input=lines,
        capture_output=True,
        text=True,
        check=True,
        env={"SEED": "frö 1", "PATH": "/usr/bin:/bin"},
    )
    theirs = dict(line.split(";") for line in done.stdout.split())
    assert theirs == draw(frame, Rules(TWO), tickets_of("frö 1"))


@pytest.mark.skipif(not shutil.which("node"), reason="node is missing here")
def test_javascript_replays_misfits_and_places():
    frame, rules = units(3, 4), Rules((Arm("a", places=3), Arm("b")))
    script = """
    const { createHash } = require('crypto');
    const [seed, json] = process.argv.slice(1);
    const t = n => createHash('sha256').update(seed + '|' + n, 'utf8').digest('hex');
    const rank = (names, key) => [...names].sort((x, y) => key(x) < key(y) ? -1 : 1);
    const units = JSON.parse(json), blocks = [...new Set(units.map(u => u[1]))];
    const order = rank(blocks, b => t('*block|' + b)).flatMap(b => rank(units.filter(u => u[1] === b).map(u => u[0]), t));
    const N = order.length, P = 3, s = parseInt(t('*start|a').slice(0, 12), 16) % N;
    const hit = i => Math.floor(((i + 1) * P + s) / N) > Math.floor((i * P + s) / N);
    console.log(JSON.stringify(Object.fromEntries(order.map((n, i) => [n, hit(i) ? 'a' : 'b']))));
    """
    payload = json.dumps([[u.name, u.block] for u in frame])
    done = subprocess.run(["node", "-e", script, "seed-ö", payload], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == draw(frame, rules, tickets_of("seed-ö"))


def test_ranks_are_the_order_of_tickets():
    assert ranked(["x", "y"], {"x": "2", "y": "1"}.__getitem__) == ["y", "x"]
