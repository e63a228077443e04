"""Write the series that the R referee reads: 24 quarters, a start after 16, AR(1) errors. Seeded, synthetic.

Run from the project: python tests/referees/time_series.py && Rscript tests/referees/time_series.R
"""

from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
BEFORE, AFTER = 16, 8


def rows() -> list[str]:
    rng = np.random.default_rng(20261122)
    lines, past = ["t,quarter,y"], 0.0
    for t in range(BEFORE + AFTER):
        past = 0.4 * past + rng.normal(0, 1)
        value = 40 + 0.2 * t + (0, 2, -1, 1)[t % 4] + past + 3 * (t >= BEFORE)
        lines.append(f"{t},{t % 4},{value:.6f}")
    return lines


if __name__ == "__main__":
    (HERE / "time_series.csv").write_text("\n".join(rows()) + "\n", encoding="utf-8")
