"""Faults planted into scored data are caught; clean data raise no stop. The whole run: evalkit instruments mutate."""

from __future__ import annotations

import pytest
from evalkit.errors import GateClosed
from evalkit.records.scored_clean import clean_outcome, clean_table
from evalkit.records.scored_faults import FAULTS
from evalkit.records.scored_mutations import PERSONS, SEED
from evalkit.records.scored_runs import checks_of, findings
from evalkit.records.scored_runs import project_register as register
from evalkit.records.scored_samples import clean_sample
from evalkit.records.scoring import score

SOME = (
    "hela WHO-5 vänt",
    "index ur ett annat värdeset",
    "tre av nio svar saknas",
    "SDQ: vända frågor redan vända",
    "standardpoäng i stället för T",
    "stanine vänd vid uppföljningen",
    "PHQ-9 på papper före och på webben efter",
    "SDQ: uppföljningsformuläret bara efteråt",
    "PHQ-9 med ”senaste veckan”",
    "T-poäng i stället för SDQ:s råsumma",
    "två personers rader omkastade i en fil som anger kön",
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
    """The whole count: evalkit instruments mutate --clean 100 --n 30,150."""
    steps: list[str] = []
    found = clean_outcome(n, 3, steps.append)
    assert (found.n, found.sets, found.stopped, len(steps)) == (n, 3, 0, 3)
    assert found.rules > 100
    assert f"| {n} | 3 | {found.rules} | 0 |" in clean_table([found])


def test_the_count_on_clean_sets_sees_a_stop(monkeypatch):
    def spoilt(group, n, seed):
        sample = clean_sample(group, n, seed)
        if group == "adults" and seed % 2:
            sample.tables["phq9"].loc[0, "f1"] = 9.0
        return sample

    monkeypatch.setattr("evalkit.records.scored_clean.clean_sample", spoilt)
    assert clean_outcome(30, 2).stopped == 1


def test_the_short_way_says_what_the_gate_says():
    """A planted stop closes the gate with the same codes; without one every rule is judged and passes as counted."""
    ((group, _, _, change),) = [fault for fault in FAULTS if fault[1] == "kod 99 för saknat svar"]
    sample = clean_sample(group, PERSONS, SEED)
    change(sample)
    with pytest.raises(GateClosed) as caught:
        score(sample.extract(), sample.plan(), register())
    assert tuple(f"{code} (stopp)" for code in caught.value.findings) == findings(sample, register())
    clean = clean_sample(group, PERSONS, SEED)
    checks, _ = checks_of(clean, register())
    told = [o for o in score(clean.extract(), clean.plan(), register()).report.outcomes if o.rule in {c.rule.name for c in checks}]
    assert [(o.rule, o.passed) for o in told] == [(c.rule.name, c.holds) for c in checks]


def test_every_fault_has_a_name_of_its_own():
    assert len({fault[1] for fault in FAULTS}) == len(FAULTS) >= 45
