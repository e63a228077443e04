"""All count tables of a report as one system: what another table would give away goes too, and no more than that."""

from __future__ import annotations

import random

import pytest
from evalkit.findings.safe import SafeActivity, SafeArm, SafeExclusion, SafeFlow, SafeOccasion
from evalkit.findings.safe_norms import SafeBandShare
from evalkit.plan.disclosure import DisclosurePolicy
from evalkit.release.clear_together import clear_together
from evalkit.release.clearance import Clearance
from evalkit.release.report_counts import Tables, count_system
from evalkit.release.rounding import round_count


def ruler(min_cell: int = 10, base: int = 5) -> Clearance:
    return Clearance(DisclosurePolicy(set_by="Prov", decided="nej", min_cell=min_cell, round_counts_to=base), public=False)


def flow(delivered: int | None, analysed: int, left: int | None) -> SafeFlow:
    return SafeFlow("o", (SafeArm("treated", delivered, analysed),), (SafeExclusion("other", "treated", "", left),))


def activity(n: int | None) -> SafeActivity:
    return SafeActivity("samtal", "Samtal", "samtal", 4.0, n, 3.0, 0, 0.5, None, None)


def test_an_activity_that_would_narrow_a_hidden_loss_is_hidden() -> None:
    # Analysed 28–32 and in the activity 38–42: at least 6 left, and a hidden number is at most 7.
    tables = Tables((flow(None, 30, None),), (), (activity(40),))
    (cleared,) = clear_together(tables, ruler(min_cell=8)).activities
    assert (cleared.n_persons, cleared.share_reaching_target, cleared.mean_quantity) == (None, None, 3.0)


def test_an_activity_that_says_nothing_about_the_hidden_loss_stays() -> None:
    tables = Tables((flow(None, 30, None),), (), (activity(30),))
    assert clear_together(tables, ruler(min_cell=8)) == tables


def test_public_tables_are_left_alone() -> None:
    tables = Tables((flow(None, 30, None),), (), (activity(40),))
    public = Clearance(ruler(min_cell=8).policy, public=True)
    assert clear_together(tables, public) == tables


def shown(n: int, measure: Clearance) -> int | None:
    return None if measure.is_small(n) else round_count(n, measure.policy.round_counts_to)


def random_tables(seed: int, measure: Clearance) -> tuple[Tables, dict[str, int]]:
    """Return tables of a made-up group, small numbers hidden one by one, and the truth behind each cell."""
    draw = random.Random(seed)
    delivered = draw.randint(30, 90)
    left = [n for n in (draw.randint(0, 12), draw.randint(0, 12)) if n]
    analysed = delivered - sum(left)
    due = delivered - draw.randint(0, 8)
    measured = due - draw.randint(0, 12)
    active = delivered - draw.randint(0, 20)
    exclusions = tuple(SafeExclusion(f"r{i}", "treated", "", shown(n, measure)) for i, n in enumerate(left))
    arm = SafeArm("treated", shown(delivered, measure), shown(analysed, measure))
    occasion = SafeOccasion(
        "o", "t1", "treated", shown(due, measure), shown(measured, measure), shown(delivered - due, measure), None
    )
    truth = {"delivered||treated": delivered, "analysed|o|treated": analysed, "activity|samtal": active}
    truth |= {f"left|o|treated|r{i}|": n for i, n in enumerate(left)}
    truth |= {"expected|o|treated|t1": due, "measured|o|treated|t1": measured, "not_due|o|treated|t1": delivered - due}
    return Tables((SafeFlow("o", (arm,), exclusions),), (occasion,), (activity(shown(active, measure)),)), truth


@pytest.mark.parametrize("seed", range(40))
def test_after_clearing_no_hidden_number_of_any_table_is_known_closely_and_nothing_shown_is_wrong(seed: int) -> None:
    measure = ruler()
    tables, truth = random_tables(seed, measure)
    system = count_system(clear_together(tables, measure), measure)
    assert system.exposed() == []
    for cell, value in system.shown.items():
        assert value is None or value == round_count(truth[cell], 5), cell
        low, high = system.interval(cell)
        assert low <= truth[cell] <= high, cell


def test_bands_of_one_occasion_are_a_part_of_those_delivered() -> None:
    from evalkit.findings.safe_norms import SafeInstrument

    fields = dict.fromkeys(SafeInstrument.__slots__)
    shares = tuple(SafeBandShare("treated", "t1", 1, (band,), i, 15, 0.3) for i, band in enumerate(("låg", "mellan", "hög")))
    instrument = SafeInstrument(**{**fields, "outcome": "o", "shares": shares, "classes": (), "excess": None})
    tables = Tables((flow(None, 30, None),), (), (), (instrument,))
    (cleared,) = clear_together(tables, ruler(min_cell=8)).instruments
    assert cleared.shares == ()
