"""Write the panel that the R referee reads: 12 clusters of unequal size over 2 periods, 4 treated. Seeded, synthetic.

Run from the project: python tests/referees/few_clusters.py && Rscript tests/referees/few_clusters.R
"""

from pathlib import Path

import numpy as np

HERE = Path(__file__).parent


def rows() -> list[str]:
    rng = np.random.default_rng(20261122)
    lines = ["cluster,treated,post,y"]
    for cluster in range(1, 13):
        level, shock = rng.normal(0, 3), rng.normal(0, 2)
        for _ in range(3 + (cluster * 5) % 7):
            person = rng.normal(0, 2)
            for post in (0, 1):
                value = 50 + level + person + post * (1 + shock + 3 * (cluster <= 4)) + rng.normal(0, 1.5)
                lines.append(f"{cluster},{int(cluster <= 4)},{post},{value:.6f}")
    return lines


if __name__ == "__main__":
    (HERE / "few_clusters.csv").write_text("\n".join(rows()) + "\n", encoding="utf-8")
