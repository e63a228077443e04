"""How often intention to treat rejects a true null at 5 % (docs/METHODS.md): ``python benchmarks/experiment_sizes.py 4000``."""

from __future__ import annotations

import sys

import numpy as np
from evalkit.methods.experiment.itt import itt

DESIGNS = (
    ("12 + 12, normal", 12, 12, 1.0, "normal"),
    ("12 + 12, exponential", 12, 12, 1.0, "exponential"),
    ("8 + 30, normal", 8, 30, 1.0, "normal"),
    ("8 + 30, drawn spread x3", 8, 30, 3.0, "normal"),
    ("8 + 30, exponential", 8, 30, 1.0, "exponential"),
    ("30 + 30, drawn spread x3", 30, 30, 3.0, "normal"),
)


def main() -> None:
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
    rng = np.random.default_rng(20261122)
    for name, one, other, ratio, shape in DESIGNS:
        drawn = np.arange(one + other) < one
        rejected = 0
        for _ in range(draws):
            before = rng.normal(size=one + other)
            noise = rng.normal(size=one + other) if shape == "normal" else rng.exponential(size=one + other) - 1
            after = 0.6 * before + noise * np.where(drawn, ratio, 1.0)
            rejected += itt(after, drawn, baseline=before).p_value <= 0.05
        print(f"{name}: {100 * rejected / draws:.1f} %")
    for clusters in ((4, 4), (3, 9), (10, 10)):
        n = sum(clusters)
        cluster, rejected = np.repeat(np.arange(n), 8), 0
        drawn = np.repeat(np.arange(n) < clusters[0], 8)
        for _ in range(draws // 4):
            before = rng.normal(size=8 * n)
            after = 0.6 * before + np.repeat(rng.normal(size=n), 8) * 0.4 + rng.normal(size=8 * n)
            rejected += itt(after, drawn, baseline=before, cluster=cluster).p_value <= 0.05
        print(f"{clusters[0]} + {clusters[1]} clusters of 8: {100 * rejected / (draws // 4):.1f} %")


if __name__ == "__main__":
    main()
