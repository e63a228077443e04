"""Matching: who is matched with whom, by hand, by brute force and by R; and the uncertainty that follows."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from evalkit.errors import EstimationError
from evalkit.methods.cohorts.doubly_robust import log_odds
from evalkit.methods.matching.design import design_of_links
from evalkit.methods.matching.distance import mahalanobis, propensity
from evalkit.methods.matching.links import NO_SET, NOBODY_ALIKE, TAKEN, TOO_FAR, Links, keep_sets, match_nearest, match_once
from evalkit.methods.validity.grid import BOUND, judge
from evalkit.methods.validity.grid_matched import matched_cells
from evalkit.methods.validity.matched_designs import MatchedDesign, matched_tests
from evalkit.methods.validity.measure import measured_with

REFEREES = Path(__file__).parents[1] / "referees"
R = json.loads((REFEREES / "matching.json").read_text("utf-8"))
DATA = pd.read_csv(REFEREES / "matching.csv")
TREATED = DATA["t"].to_numpy(dtype=bool)
X = DATA[["x1", "x2"]].to_numpy()
Y = DATA["y"].to_numpy()


def partners(links: Links) -> list[list[int]]:
    return [sorted((links.control[links.treated == i] + 1).tolist()) for i in np.flatnonzero(TREATED)]


def test_the_two_nearest_by_mahalanobis_are_those_of_matchit() -> None:
    links = match_nearest(mahalanobis(X, TREATED), 2, None)
    assert partners(links) == [sorted(each) for each in R["mahalanobis_two"]]
    # MatchIt scales the comparison weights to sum to the number of matched comparison persons.
    own = links.weights[~TREATED]
    assert own * (own > 0).sum() / own.sum() == pytest.approx(np.array(R["weights_two"])[~TREATED], rel=1e-12)


def test_log_odds_and_the_nearest_within_a_caliper_are_those_of_r() -> None:
    assert log_odds(TREATED, X, "y") == pytest.approx(np.array(R["logit"]), rel=1e-9)
    links = match_nearest(propensity(X, TREATED, "y"), 1, 0.2)
    assert [each[0] if each else 0 for each in partners(links)] == R["logit_caliper"]
    assert [links.reasons[i] for i, found in enumerate(R["logit_caliper"]) if not found] == [TOO_FAR, TOO_FAR]


@pytest.mark.parametrize("neighbours", [1, 3])
def test_the_variance_with_reuse_is_that_of_rs_matching(neighbours: int) -> None:
    """Abadie and Imbens' variance, but for the factor N/(N − 1) of its first part."""
    x = X[:, :1]
    design = design_of_links(match_nearest(mahalanobis(x, TREATED), neighbours, None), TREATED, x, None)
    test = matched_tests("abadie-imbens-t", design, Y[None])[0]
    theirs = R[f"abadie_imbens_{neighbours}"]
    assert test.value[0] == pytest.approx(theirs["estimate"], rel=1e-12)
    assert test.std_error[0] ** 2 == pytest.approx(theirs["se"] ** 2 + theirs["first_part"] / 17, rel=1e-10)


def test_pairs_give_the_paired_t_and_matching_then_regression_gives_clubsandwich() -> None:
    sets = [str(i % 18) if i < 36 else "" for i in range(60)]
    links = keep_sets(TREATED, sets)
    plain = matched_tests("sets-t", design_of_links(links, TREATED, np.empty((60, 0)), None), Y[None])[0]
    assert plain.value[0] == pytest.approx(R["pairs"]["estimate"], rel=1e-12)
    assert plain.std_error[0] == pytest.approx(R["pairs"]["se"], rel=1e-10)
    assert plain.p_values()[0] == pytest.approx(R["pairs"]["p"], rel=1e-9)
    adjusted = matched_tests("sets-t", design_of_links(links, TREATED, X, X), Y[None])[0]
    assert adjusted.value[0] == pytest.approx(R["pairs_regression"]["estimate"], rel=1e-10)
    # Another matrix square root than CR2's: by set here, with the same expectation; degrees of freedom of the same size.
    assert adjusted.std_error[0] == pytest.approx(R["pairs_regression"]["se"], rel=0.02)
    assert adjusted.df[0] == pytest.approx(R["pairs_regression"]["df"], rel=0.05)


@pytest.mark.parametrize("seed", range(5))
def test_pairs_of_their_own_have_the_least_total_distance_of_all(seed: int) -> None:
    rng = np.random.default_rng(seed)
    near = rng.random((4, 6))
    links = match_once(near, 1, None)
    best = min(sum(near[i, j] for i, j in enumerate(chosen)) for chosen in permutations(range(6), 4))
    assert near[links.treated, links.control - 4].sum() == pytest.approx(best)
    assert len(links.used) == 4


def test_as_many_as_can_be_are_matched_before_distances_count() -> None:
    near = np.array([[0.1, 0.9], [0.2, np.inf]])
    links = match_once(near, 1, None)
    assert dict(zip(links.treated.tolist(), links.control.tolist(), strict=True)) == {0: 3, 1: 2}
    assert match_once(near[:, :1], 1, None).reasons[:2] == ("", TAKEN)
    assert match_once(near, 1, 0.15).reasons[:2] == ("", TOO_FAR)
    assert match_nearest(np.array([[np.inf]]), 1, None).reasons == (NOBODY_ALIKE, "")


def test_equally_near_ones_all_count_and_a_second_comes_after_everybodys_first() -> None:
    links = match_nearest(np.array([[1.0, 1.0 + 1e-14, 2.0]]), 1, None)
    assert (links.control.tolist(), links.share.tolist()) == ([1, 2], [0.5, 0.5])
    near = np.array([[1.0, 1.1, 5.0], [9.0, 1.2, 9.0]])
    twice = match_once(near, 2, 6.0)
    assert sorted(zip(twice.treated.tolist(), twice.control.tolist(), strict=True)) == [(0, 2), (0, 4), (1, 3)]


def test_sets_of_the_municipality_are_kept_and_broken_ones_named() -> None:
    treated = np.array([True, True, True, False, False, False, True])
    links = keep_sets(treated, ["a", "a", "b", "a", "a", "c", ""])
    assert links.reasons == ("", "", NOBODY_ALIKE, "", "", "", NO_SET)
    assert links.weights.tolist() == [1, 1, 0, 1, 1, 0, 0]
    assert links.sets.tolist() == [0, 0, -1, 0, 0, -1, -1]
    y = np.array([3.0, 5.0, 9.0, 1.0, 2.0, 9.0, 9.0])
    own = (links.weights * np.where(treated, 1, -1) * y).sum() / 2
    assert own == pytest.approx((3 + 5) / 2 - (1 + 2) / 2)


@pytest.mark.parametrize("way", ["once", "nearest"])
def test_neither_row_order_nor_level_changes_who_is_matched_or_the_answer(way: str) -> None:
    found = []
    for order in (np.arange(60), np.random.default_rng(3).permutation(60)):
        x, treated, y = X[order], TREATED[order], Y[order]
        links = (match_once if way == "once" else match_nearest)(mahalanobis(x, treated), 1, 1.5)
        near = np.flatnonzero(treated)[links.treated], np.flatnonzero(~treated)[links.control - 18]
        found.append(sorted(zip(order[near[0]].tolist(), order[near[1]].tolist(), strict=True)))
        # Links count the treated first.
        places = np.concatenate([np.flatnonzero(treated), np.flatnonzero(~treated)])
        design = design_of_links(links, treated[places], x[places], x[places])
        inside = ~treated[places] & False if design.near else links.weights > 0
        for level in (0.0, 1e8):
            test = matched_tests("matched-t", design, (y[places][inside] + level)[None])[0]
            found.append((round(float(test.value[0]), 6), round(float(test.std_error[0]), 6)))
    assert found[0] == found[3]
    assert len({*found[1:3], *found[4:]}) == 1


def test_background_that_follows_other_background_changes_no_distance() -> None:
    doubled = np.column_stack([X, X[:, 0] * 3 + 1])
    assert mahalanobis(doubled, TREATED) == pytest.approx(mahalanobis(X, TREATED), rel=1e-6)


def test_background_that_tells_the_groups_apart_is_refused() -> None:
    with pytest.raises(EstimationError, match="bakgrundsmått"):
        propensity(np.column_stack([TREATED * 2.0 + X[:, 1] / 1e3]), TREATED, "y")


def test_regression_with_more_background_than_matched_is_refused_with_a_remedy() -> None:
    links = keep_sets(TREATED, [str(i % 18) if i < 3 or 18 <= i < 21 else "" for i in range(60)])
    wide = np.random.default_rng(1).normal(size=(60, 5))
    with pytest.raises(EstimationError, match="remaining: none"):
        _ = design_of_links(links, TREATED, wide, wide).sums


def test_every_cell_of_the_grid_keeps_its_error_rate() -> None:
    """Fewer draws than `evalkit validity`; the same bound with its Monte Carlo error."""
    with measured_with(2_000):
        found = [judge(cell, 1_000, 7) for cell in matched_cells() if "8 + 22" in cell.label or "15 + 45" in cell.label]
    assert all(v.holds for v in found), [(v.cell.label, v.rate) for v in found if not v.holds]
    assert sum(v.route != "none" for v in found) >= 0.8 * len(found)
    assert max(v.ordinary for v in found) > BOUND


def test_the_ordinary_standard_error_is_too_small_where_persons_are_reused() -> None:
    cell = next(c for c in matched_cells() if c.label == "två var, flera gånger: 15 + 45 personer, normal")
    assert isinstance(cell.design, MatchedDesign)
    verdict = judge(cell, 4_000, 7)
    assert verdict.ordinary > 0.06
    assert verdict.holds
