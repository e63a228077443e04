"""Faults planted one by one into scored data, and what the gate on scores says: `evalkit instruments mutate`."""

from __future__ import annotations

from evalkit.records.mutation_table import MutationOutcome
from evalkit.records.scored_faults import FAULTS
from evalkit.records.scored_runs import findings, project_register
from evalkit.records.scored_samples import GROUPS, clean_sample

PERSONS, SEED = 150, 20151201


def outcomes() -> tuple[MutationOutcome, ...]:
    """Plant every fault in a clean sample of `PERSONS` persons and return what caught it."""
    register = project_register()
    clean = {group: set(findings(clean_sample(group, PERSONS, SEED), register)) for group in GROUPS}
    made = []
    for group, name, expected, change in FAULTS:
        sample = clean_sample(group, PERSONS, SEED)
        change(sample)
        caught = tuple(sorted(set(findings(sample, register)) - clean[group]))
        made.append(MutationOutcome("data", name, expected, caught))
    return tuple(made)
