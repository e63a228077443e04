"""Twins without effect, values alone, by the ten thousand: whether invented data, chain or chance rejects too often.

``python -m benchmarks.null_values skolfam -n 20000 --write`` puts the table into docs/VALIDITY.md. A whole twin takes seconds; here
only persons and values are drawn, whoever is lost or withdrawn is left out, single values are lost at random as often as in the
demonstration, and the changes go to the tests of the route. The seeds are none of `evalkit selftest`'s.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from evalkit.methods.validity.designs import COMPONENTS
from evalkit.plan.project import Project
from evalkit.records.synthetic.outcomes import draw_measurements
from evalkit.records.synthetic.persons import draw_persons
from evalkit.workflow.twins import House, open_house, plant
from evalkit.workflow.validity_doc import put_between

FIRST_SEED = 1_000_000_000
ROUTES = ("pooled-t", "welch", "bell-mccaffrey")


def differences(house: House, seed: int) -> dict[str, tuple[float, ...]]:
    """Return each outcome's difference of mean cluster changes, its pooled error, and whether each route rejects at 5 %."""
    truth = plant(house, 0.0)
    persons = draw_persons(house.plan, truth, seed)
    out = {n for n, p in enumerate(persons) if p.consent == "unknown" or p.withdrawn is not None}
    lost = np.random.default_rng([seed, 1])
    before, after = (next(o.id for o in house.plan.occasions if o.role == role) for role in ("before", "after"))
    found = {}
    for outcome in truth.outcomes:
        values: dict[int, dict[str, float]] = {}
        for v in draw_measurements(house.plan, outcome, persons, seed):
            if v.person not in out and lost.random() >= truth.dirt.missing_codes:
                values.setdefault(v.person, {})[v.occasion] = v.value
        changes: dict[tuple[bool, str], list[float]] = {}
        for n, own in values.items():
            if before in own and after in own:
                changes.setdefault((not persons[n].treated, persons[n].cluster), []).append(own[after] - own[before])
        means = np.array([[np.mean(changes[key]) for key in sorted(changes)]])
        n_treated = sum(not other for other, _ in changes)
        tests = [[test(means, n_treated) for test in COMPONENTS[route]] for route in ROUTES]
        rejects = [all(bool(t.rejects(0.05)[0]) for t in parts) for parts in tests]
        found[outcome.id] = (float(tests[0][0].value[0]), float(tests[0][0].std_error[0]), *map(float, rejects))
    return found


def table(project: Project, plan_id: str, n: int) -> str:
    """Return the result of `n` twins as Markdown."""
    house = open_house(project, plan_id)
    found = [differences(house, FIRST_SEED + i) for i in range(n)]
    heads = " | ".join(f"{route} %" for route in ROUTES)
    lines = [
        f"| mått | medelskillnad (MC-fel) | skattningens SD | rot ur medel av medelfelet² | {heads} |",
        "|" + "---|" * (4 + len(ROUTES)),
    ]
    for outcome in house.plan.outcomes:
        value, error, *rejected = np.array([f[outcome.id] for f in found]).T
        rates = " | ".join(f"{100 * r.mean():.1f}" for r in rejected)
        mean = f"{value.mean():+.3f} ({value.std() / np.sqrt(n):.3f}) {outcome.unit}"
        lines.append(f"| {outcome.label} | {mean} | {value.std():.3f} | {np.sqrt((error**2).mean()):.3f} | {rates} |")
    return (
        f"{n} tvillingar utan effekt (MC-fel {100 * np.sqrt(0.05 * 0.95 / n):.2f} procentenheter vid 5 %).\n\n"
        + "\n".join(lines)
        + "\n"
    )


def main() -> None:
    """Print the table, or write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plan")
    parser.add_argument("-n", type=int, default=2_000)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    project = Project(Path(__file__).parents[1])
    text = table(project, arguments.plan, arguments.n)
    print(text)
    if arguments.write:
        begins = f"<!-- values of {arguments.plan}: made by `python -m benchmarks.null_values {arguments.plan}` -->"
        print(put_between(project, text, begins, f"<!-- end of values of {arguments.plan} -->"))


if __name__ == "__main__":
    main()
