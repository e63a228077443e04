"""Write what independent packages say about `tests/support/staggered.py`.

Run from the project with Python 3.12 in a throw-away environment: python -m venv ref; ref/bin/pip install moderndid==0.4.1
diff-diff==3.13.0; ref/bin/python tests/referees/staggered.py. The packages are referees only: moderndid needs Python 3.12.
"""

import importlib.metadata
import json
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))
from tests.support.staggered import FIRST_YEAR, YEARS, staggered_panel  # noqa: E402

warnings.simplefilter("ignore")


def table() -> pd.DataFrame:
    y, first, x = staggered_panel()
    units, years = np.meshgrid(np.arange(len(first)), np.arange(FIRST_YEAR, FIRST_YEAR + YEARS), indexing="ij")
    return pd.DataFrame(
        {
            "unit": units.ravel(),
            "year": years.ravel(),
            "y": y.ravel(),
            "first": np.repeat(first, YEARS).astype(float),
            "x": np.repeat(x, YEARS),
        }
    )


def group_time() -> dict[str, object]:
    import moderndid
    import polars

    data = polars.from_pandas(table())
    found: dict[str, object] = {}
    for control in ("nevertreated", "notyettreated"):
        for formula, method in (("~1", "dr"), ("~x", "dr"), ("~x", "reg"), ("~x", "ipw")):
            named = {"yname": "y", "tname": "year", "idname": "unit", "gname": "first", "xformla": formula}
            made = moderndid.att_gt(data=data, **named, control_group=control, est_method=method, boot=False)
            key = f"{control} {formula} {method}"
            found[key] = {
                kind: float(moderndid.aggte(made, type=kind).overall_att) for kind in ("simple", "group", "dynamic", "calendar")
            }
            if formula == "~1":
                path = moderndid.aggte(made, type="dynamic")
                found[key]["path"] = {str(int(e)): float(v) for e, v in zip(path.event_times, path.att_by_event, strict=True)}
    return found


def doubly_robust() -> dict[str, float]:
    from moderndid import drdid_imp_panel, drdid_panel, reg_did_panel, std_ipw_did_panel

    y, first, x = staggered_panel()
    use = (first == 0) | (first == 2005)
    after, before = y[use, 4], y[use, 3]
    design = np.column_stack([np.ones(use.sum()), x[use]])
    treated = (first[use] == 2005).astype(float)
    calls = {"dr": drdid_panel, "dr_improved": drdid_imp_panel, "regression": reg_did_panel, "ipw": std_ipw_did_panel}
    made = {name: call(after, before, treated, design) for name, call in calls.items()}
    return {name: float(m.att) for name, m in made.items()} | {f"{name} se": float(m.se) for name, m in made.items()}


def imputation() -> dict[str, float]:
    from diff_diff import BaconDecomposition, ImputationDiD

    data = table()
    named = {"outcome": "y", "unit": "unit", "time": "year", "first_treat": "first"}
    made = ImputationDiD().fit(data, **named)
    bacon = BaconDecomposition(weights="exact").fit(data, **named)
    rows = bacon.to_dataframe()
    kinds = rows.groupby("comparison_type")["weight"].sum() / rows["weight"].sum()
    return {"imputation": float(made.overall_att), "twfe": float(bacon.twfe_estimate)} | {
        f"bacon {k}": float(v) for k, v in kinds.items()
    }


if __name__ == "__main__":
    versions = {p: importlib.metadata.version(p) for p in ("moderndid", "diff-diff", "numpy")}
    text = {"versions": versions, "group_time": group_time(), "doubly_robust": doubly_robust(), "two": imputation()}
    (HERE / "staggered.json").write_text(json.dumps(text, indent=2, sort_keys=True) + "\n", encoding="utf-8")
