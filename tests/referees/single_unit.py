"""Write the panel that the referees read: 21 units of 12 periods, the first treated from the ninth. Seeded, synthetic.

Run from the project: python tests/referees/single_unit.py && Rscript tests/referees/single_unit.R
With synthdid-py (0.1.0) in a throw-away environment: python tests/referees/single_unit.py synthdid
"""

import json
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
BEFORE = 8


def rows() -> list[str]:
    rng = np.random.default_rng(20261122)
    walk = rng.normal(0, 1, 12).cumsum()
    lines = ["unit," + ",".join(f"t{t}" for t in range(12))]
    for unit in range(21):
        noise, past = [], 0.0
        for _ in range(12):
            past = 0.5 * past + rng.normal(0, 1)
            noise.append(past)
        y = 50 + rng.normal(0, 2) + rng.normal(1, 0.5) * walk + np.array(noise) + 4 * (unit == 0) * (np.arange(12) >= BEFORE)
        lines.append(f"u{unit:02d}," + ",".join(f"{value:.6f}" for value in y))
    return lines


def by_synthdid() -> None:
    """Add what synthdid-py says, whose iterations stop before the optimum."""
    from importlib.metadata import version

    from synthdid import sc_estimate, synthdid_estimate

    y = np.loadtxt(HERE / "single_unit.csv", delimiter=",", skiprows=1, usecols=range(1, 13))
    turned = np.vstack([y[1:], y[:1]])
    stored = json.loads((HERE / "single_unit.json").read_text(encoding="utf-8"))
    stored["synthdid_py"] = {
        "version": version("synthdid-py"),
        "did": float(synthdid_estimate(turned, 20, BEFORE)),
        "control": float(sc_estimate(turned, 20, BEFORE)),
    }
    (HERE / "single_unit.json").write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] == ["synthdid"]:
        by_synthdid()
    else:
        (HERE / "single_unit.csv").write_text("\n".join(rows()) + "\n", encoding="utf-8")
