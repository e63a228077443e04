"""Writes matching.csv: invented persons with two backgrounds, a group and a change. The numbers say nothing."""

from pathlib import Path

import numpy as np

rng = np.random.default_rng(20261122)
n = 60
treated = (np.arange(n) < 18).astype(int)
x1 = np.round(rng.normal(50, 10, n) + 4 * treated, 4)
x2 = np.round(rng.gamma(2, 2, n), 4)
change = np.round(2 * treated + 0.15 * x1 + 0.4 * x2 + rng.normal(0, 3, n), 3)
columns = {"t": treated, "x1": x1, "x2": x2, "y": change}
lines = [",".join(columns), *(",".join(str(values[i]) for values in columns.values()) for i in range(n))]
(Path(__file__).parent / "matching.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
