"""Writes experiment.csv: an invented randomised study with blocks, clusters and non-compliance. The numbers say nothing."""

from pathlib import Path

import numpy as np

rng = np.random.default_rng(20261122)
n = 60
block = np.repeat(np.arange(6), 10)
z = np.concatenate([rng.permutation([1] * 5 + [0] * 5) for _ in range(6)])
cluster_z = np.repeat(rng.permutation([1] * 7 + [0] * 5), 5)
cluster = np.repeat(np.arange(12), 5)
x = np.round(rng.normal(50, 10, n), 1)
d = np.where(z == 1, rng.random(n) < 0.7, rng.random(n) < 0.1).astype(int)
y = np.round(0.6 * x + 4 * d + block + rng.normal(0, 6, n), 1)
cd = np.where(cluster_z == 1, rng.random(n) < 0.8, 0).astype(int)
cy = np.round(0.5 * x + 5 * cd + np.repeat(rng.normal(0, 3, 12), 5) + rng.normal(0, 5, n), 1)
columns = {"block": block, "z": z, "x": x, "d": d, "y": y, "cluster": cluster, "cz": cluster_z, "cd": cd, "cy": cy}
lines = [",".join(columns), *(",".join(str(values[i]) for values in columns.values()) for i in range(n))]
(Path(__file__).parent / "experiment.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
