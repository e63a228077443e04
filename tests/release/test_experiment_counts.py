"""The counts of a lottery stand in the one system of all count tables: none of them gives a hidden one away."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from evalkit.findings.safe import SafeArm, SafeExclusion, SafeFlow
from evalkit.findings.safe_experiment import SafeArmCounts, SafeExperiment, SafeOutcomeExperiment
from evalkit.plan.disclosure import DisclosurePolicy
from evalkit.release.clear_together import clear_together
from evalkit.release.clearance import Clearance
from evalkit.release.disclosure import clear
from evalkit.release.experiment_counts import DrawnCounts
from evalkit.release.report_counts import Tables, count_system
from evalkit.release.rounding import round_count
from tests.release.test_clear_experiment import POLICY, study


def ruler(min_cell: int = 10, base: int = 5) -> Clearance:
    return Clearance(DisclosurePolicy(set_by="Prov", decided="nej", min_cell=min_cell, round_counts_to=base), public=False)


def shown(n: int, measure: Clearance) -> int | None:
    return None if measure.is_small(n) else round_count(n, measure.policy.round_counts_to)


def outcome_of(arms: tuple[SafeArmCounts, ...]) -> SafeOutcomeExperiment:
    return SafeOutcomeExperiment("o", "itt.o", arms, None, False, None, False, 1999, None, False, (), None, "", None, ())


def tables_of(truth: dict[str, int], measure: Clearance) -> Tables:
    """Return the tables of one study whose every count is known, small ones hidden one by one."""
    crossed = truth["never"], truth["always"]
    few = tuple(arm for arm, n in zip(("drawn", "other"), crossed, strict=True) if measure.is_small(n))
    arms = []
    for arm, took in (("drawn", truth["drawn"] - truth["never"]), ("other", truth["always"])):
        lost = truth[f"lost_{arm}"]
        part = None if few else shown(took, measure)
        counts = shown(truth[arm], measure), part, shown(lost, measure), shown(truth[arm] - lost, measure)
        arms.append(SafeArmCounts(arm, *counts))
    listed = shown(truth["drawn"] + truth["other"], measure)
    found = SafeExperiment(listed, 0, 1, ("ab",), ("Lotto",), False, (outcome_of(tuple(arms)),), (), None, False)
    treated = truth["drawn"] - truth["never"] + truth["always"]
    other = truth["drawn"] + truth["other"] - treated
    lost = truth["lost_drawn"] + truth["lost_other"]
    flow = SafeFlow(
        "o",
        (
            SafeArm("treated", shown(treated, measure), shown(treated - truth["lost_treated"], measure)),
            SafeArm("comparison", shown(other, measure), shown(other - lost + truth["lost_treated"], measure)),
        ),
        tuple(
            SafeExclusion("no_follow_up", group, "", shown(n, measure))
            for group, n in (("treated", truth["lost_treated"]), ("comparison", lost - truth["lost_treated"]))
        ),
    )
    return Tables((flow,), (), drawn=DrawnCounts(found, closed=True, few_crossed=few))


@pytest.mark.parametrize("seed", range(40))
def test_no_hidden_count_of_a_lottery_is_known_more_closely_than_a_shown_one(seed):
    draw, measure = random.Random(seed), ruler(base=draw_base(seed))
    drawn, other = draw.randint(40, 90), draw.randint(40, 90)
    truth = {"drawn": drawn, "other": other, "never": draw.randint(0, 14), "always": draw.randint(0, 14)}
    truth |= {"lost_drawn": draw.randint(0, 14), "lost_other": draw.randint(0, 14)}
    truth["lost_treated"] = min(truth["lost_drawn"], draw.randint(0, 6))
    tables = replace_flows(tables_of(truth, measure))
    cleared = clear_together(tables, measure)
    system = count_system(cleared, measure)
    assert system.exposed() == []


def draw_base(seed: int) -> int:
    return 3 if seed % 2 else 5


def replace_flows(tables: Tables) -> Tables:
    """Return the tables with the reasons left out of the flows: what remains is delivered and analysed."""
    flow = tables.flows[0]
    return replace(tables, flows=(replace(flow, arms=tuple(replace(arm, n_delivered=None) for arm in flow.arms)),))


def test_those_lost_cannot_be_had_from_what_was_drawn_and_what_is_analysed():
    # Randomised 78–82 and analysed 68–72: at least 6 and at most 14 lost; hidden is at most 7.
    measure = ruler(min_cell=8)
    arms = SafeArmCounts("drawn", 80, 80, None, 70), SafeArmCounts("other", 80, 0, 20, 60)
    found = SafeExperiment(160, 0, 1, ("ab",), ("Lotto",), False, (outcome_of(arms),), (), None, False)
    cleared = clear_together(Tables((), (), drawn=DrawnCounts(found, closed=False, few_crossed=())), measure).drawn.study
    (one,) = cleared.outcomes
    assert (one.arms[0].n_analysed, one.arms[1].n_lost) == (70, 20)
    assert one.arms[0].n_randomised is None
    system = count_system(Tables((), (), drawn=DrawnCounts(cleared, closed=False, few_crossed=())), measure)
    assert system.exposed() == []


@pytest.mark.parametrize("changes", [{}, {"lost": (3, 20)}, {"never": 3}, {"lost": (3, 4), "never": 2, "always": 1}])
def test_a_whole_report_is_cleared_with_its_lottery_inside_the_system(changes):
    safe = clear(study(**changes), POLICY)
    assert safe.experiment is not None
    assert [arm.n_analysed for arm in safe.experiment.outcomes[0].arms] != [None, None]
