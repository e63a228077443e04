"""Write what moderndid says about bounds of smoothness on the coefficients of honest_did.json.

Run from the project with Python 3.12 in a throw-away environment: python -m venv ref;
ref/bin/pip install "moderndid[didhonest]==0.4.1"; ref/bin/python tests/referees/smooth.py.
The same call in R: HonestDiD::createSensitivityResults(method = "FLCI").
"""

import json
from pathlib import Path

import numpy as np
from moderndid.didhonest import create_sensitivity_results_sm

HERE = Path(__file__).parent
CHANGES = (0.0, 0.01, 0.02, 0.03)
PUBLISHED = [[0.0259, 0.0607], [0.0132, 0.0787], [0.00286, 0.0907], [-0.00714, 0.101]]


def main() -> None:
    numbers = json.loads((HERE / "honest_did.json").read_text(encoding="utf-8"))
    made = {"source": "moderndid 0.4.1, FLCI; published: README of R HonestDiD, first period after", "changes": list(CHANGES)}
    for name, weights in {"first": [1.0, 0.0], "mean": [0.5, 0.5]}.items():
        rows = create_sensitivity_results_sm(
            betahat=np.array(numbers["coefficients"]),
            sigma=np.array(numbers["covariance"]),
            num_pre_periods=5,
            num_post_periods=2,
            method="FLCI",
            m_vec=np.array(CHANGES),
            l_vec=np.array(weights).reshape(-1, 1),
        ).to_dicts()
        made[name] = [[row["lb"], row["ub"]] for row in rows]
    (HERE / "smooth.json").write_text(json.dumps(made | {"published": PUBLISHED}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
