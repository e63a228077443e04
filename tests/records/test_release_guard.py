from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks.privacy import random_table, release_series
from evalkit.errors import DisclosureRefused
from evalkit.plan.project import Project
from evalkit.records.release_guard import unsafe_groups
from evalkit.records.release_ledger import FIRST, Release, append_release, ledger_file, read_ledger, refuse_differences

NAME = "sample:utfall:treated"


def people(*spans: tuple[int, int]) -> dict[str, frozenset[str]]:
    return {NAME: frozenset(str(n) for first, last in spans for n in range(first, last))}


@pytest.mark.parametrize(("added", "is_unsafe"), [(0, False), (1, True), (9, True), (10, False), (11, False)])
def test_a_group_grows_by_nobody_or_by_enough(added: int, is_unsafe: bool) -> None:
    assert bool(unsafe_groups([people((0, 40))], people((0, 40 + added)), 10)) is is_unsafe


@pytest.mark.parametrize(("swapped", "is_unsafe"), [(1, True), (4, True), (5, False)])
def test_a_swap_is_seen_although_the_number_is_the_same(swapped: int, is_unsafe: bool) -> None:
    assert bool(unsafe_groups([people((0, 40))], people((swapped, 40 + swapped)), 10)) is is_unsafe


def test_every_earlier_release_counts_and_not_only_the_last() -> None:
    earlier = [people((0, 40)), people((0, 60))]
    assert unsafe_groups(earlier, people((0, 41)), 10) == {NAME: "differs"}
    assert unsafe_groups(earlier, people((0, 40)), 10) == {}


def test_three_releases_that_leave_one_person_over_are_seen() -> None:
    # A ∪ B, A, then B with one more: the first minus the second, taken from the third, is one person.
    assert unsafe_groups([people((0, 40)), people((0, 20))], people((20, 40), (50, 51)), 10) == {NAME: "combines"}
    assert unsafe_groups([people((0, 40)), people((0, 20))], people((50, 90)), 10) == {}


def test_a_new_name_for_an_outcome_is_no_way_round() -> None:
    renamed = {"sample:annat:treated": people((0, 41))[NAME]}
    assert unsafe_groups([people((0, 40))], renamed, 10)


def release(sequence: int, previous: str, members: tuple[str, ...]) -> Release:
    roles = {"made_by": "Nationalekonom", "approved_by": "Dataskyddsombud", "decided": "2016-02-01"}
    return Release(
        sequence,
        previous,
        "prov",
        "2016-01-31-00000000",
        "skr",
        **roles,
        bundle_sha256="0" * 64,
        key_id="k",
        groups={NAME: members},
    )


@pytest.fixture
def project(tmp_path: Path) -> Project:
    first = append_release(Project(tmp_path), release(1, FIRST, ("a", "b")))
    second = append_release(Project(tmp_path), release(2, first.entry_hash, ("a", "b")))
    append_release(Project(tmp_path), release(3, second.entry_hash, ("a", "b")))
    return Project(tmp_path)


@pytest.mark.parametrize("harm", ["edit", "delete", "swap", "rubbish"])
def test_a_ledger_that_was_touched_is_refused(project: Project, harm: str) -> None:
    path = ledger_file(project, "prov")
    lines = path.read_text(encoding="utf-8").splitlines()
    harmed = {
        "edit": [lines[0].replace('"skr"', '"sku"'), *lines[1:]],
        "delete": [lines[0], lines[2]],
        "swap": [lines[1], lines[0], lines[2]],
        "rubbish": [*lines, "{}"],
    }[harm]
    path.write_text("\n".join(harmed) + "\n", encoding="utf-8")
    with pytest.raises(DisclosureRefused, match="ledger"):
        read_ledger(project, "prov")


def test_a_cut_tail_no_longer_fits_the_hash_that_receivers_hold(project: Project) -> None:
    path = ledger_file(project, "prov")
    lines = path.read_text(encoding="utf-8").splitlines()
    printed = json.loads(lines[2])["previous"]
    path.write_text(lines[0] + "\n", encoding="utf-8")
    assert printed not in {entry.entry_hash for entry in read_ledger(project, "prov")}
    with pytest.raises(DisclosureRefused):
        append_release(project, release(4, printed, ("a",)))


def test_the_refusal_names_groups_and_a_way_on_and_no_number_of_persons() -> None:
    before = replace(release(1, FIRST, tuple(str(n) for n in range(40))), entry_hash="x")
    with pytest.raises(DisclosureRefused) as refused:
        refuse_differences((before,), {NAME: tuple(str(n) for n in range(43))}, 10)
    assert refused.value.exit_code == 4
    assert refused.value.code == "SDC-DIFF"
    assert NAME in str(refused.value)
    assert "--release 1" in str(refused.value)
    assert not {"40", "43", "3 "} & set(str(refused.value).split())


def test_no_simulated_series_of_releases_gets_an_unsafe_one_through() -> None:
    offered, passed, unsafe, unguarded = (sum(column) for column in zip(*(release_series(seed) for seed in range(60)), strict=True))
    assert unsafe == 0
    assert unguarded > 100
    assert passed > offered / 4


@pytest.mark.parametrize("n", [30, 60, 120])
def test_no_hidden_cell_of_a_random_table_can_be_had_back(n: int) -> None:
    results = [random_table(n, seed) for seed in range(25)]
    assert sum(caught for _, caught, _, _ in results) == 0
    assert sum(before for before, _, _, _ in results) > 10
    assert sum(shown for *_, shown in results) > sum(hidden for _, _, hidden, _ in results)
