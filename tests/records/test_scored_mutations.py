"""Faults planted into scored data are caught; clean data raise no stop. The whole run: evalkit instruments mutate."""

from __future__ import annotations

import pytest
from evalkit.records.scored_mutations import FAULTS, PERSONS, SEED, findings, stops_on_clean
from evalkit.records.scored_mutations import _register as register
from evalkit.records.scored_samples import clean_sample

SOME = (
    "hela WHO-5 vänt",
    "index ur ett annat värdeset",
    "tre av nio svar saknas",
    "SDQ: vända frågor redan vända",
    "standardpoäng i stället för T",
    "stanine vänd vid uppföljningen",
)


@pytest.mark.parametrize("name", SOME)
def test_a_planted_fault_is_caught_by_the_rule_meant_for_it(name):
    ((group, _, expected, change),) = [fault for fault in FAULTS if fault[1] == name]
    sample = clean_sample(group, PERSONS, SEED)
    change(sample)
    assert any(found.startswith(expected) for found in findings(sample, register()))


def test_two_persons_rows_swapped_cannot_be_seen():
    """The known miss: it takes double entry, not statistics."""
    ((group, _, _, change),) = [fault for fault in FAULTS if fault[1] == "två personers rader omkastade"]
    sample = clean_sample(group, PERSONS, SEED)
    change(sample)
    assert findings(sample, register()) == findings(clean_sample(group, PERSONS, SEED), register())


@pytest.mark.parametrize("n", [30, 150])
def test_clean_samples_raise_no_stop(n):
    assert stops_on_clean(n, 2) == 0


def test_every_fault_has_a_name_of_its_own():
    assert len({fault[1] for fault in FAULTS}) == len(FAULTS) >= 45
