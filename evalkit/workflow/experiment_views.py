"""What the notebook of a randomised study shows: small tables in Swedish for those inside; empty where nothing was drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalkit.workflow.experiment_text import BALANCE_WORDS
from evalkit.workflow.views import number, p_value

if TYPE_CHECKING:
    import pandas as pd

    from evalkit.workflow.session import OpenRun


def offer_table(run: OpenRun) -> pd.DataFrame:
    """Return the effect of the offer on every outcome, with what the second engine says."""
    import pandas as pd

    rows = [
        {
            "mått": e.label if e.contrast is None else f"{e.label}, {e.contrast[0]} mot {e.contrast[1]}",
            "effekt": number(e.value),
            "från": number(e.interval.low if e.interval else None),
            "till": number(e.interval.high if e.interval else None),
            "p": p_value(e.p_value),
            "lottade till insatsen": e.n_treated_units,
            "lottade till jämförelse": e.n_units - e.n_treated_units,
            "andra motorn": f"{e.second_engine.name}: samma tal" if e.second_engine and e.second_engine.agrees else "–",
            "väg": e.inference,
        }
        for e in run.told.estimates
        if e.estimator == "itt-ancova"
    ]
    return pd.DataFrame(rows)


def size_table(run: OpenRun) -> pd.DataFrame:
    """Return what every route did on this very draw when nothing was true."""
    import pandas as pd

    rows = [
        {
            "skattning": found.estimate_id,
            "väg": tried.route,
            "falskt larm i värsta fallet, procent": number(100 * tried.worst_rate, 1),
            "styrka": number(tried.power),
            "håller": "ja" if tried.holds else "nej",
            "vanliga anropet, procent": number(100 * found.ordinary_worst, 1),
        }
        for found in run.told.validity
        if found.estimate_id.startswith("itt.")
        for tried in found.tried
    ]
    return pd.DataFrame(rows)


def balance_table(run: OpenRun) -> pd.DataFrame:
    """Return what was measured before, by arm as drawn."""
    import pandas as pd

    rows = [
        {
            **({"grupp": row.arm} if row.arm else {}),
            "mätt före": BALANCE_WORDS.get(row.covariate, row.covariate),
            "lottade till insatsen": number(row.mean_drawn),
            "lottade till jämförelse": number(row.mean_other),
            "normaliserad skillnad": number(row.normalised),
            "p": p_value(row.p_value),
        }
        for row in (run.told.experiment.balance if run.told.experiment else ())
    ]
    return pd.DataFrame(rows)


def subgroup_table(run: OpenRun) -> pd.DataFrame:
    """Return the effect beyond the others' in every declared group."""
    import pandas as pd

    rows = [
        {
            "grupp": group.label,
            "effekt utöver de andras": number(group.value),
            "från": number(None if group.half_width is None else group.value - group.half_width),
            "till": number(None if group.half_width is None else group.value + group.half_width),
            "p": p_value(group.p_value),
            "i gruppen": group.n_inside,
        }
        for found in (run.told.experiment.outcomes if run.told.experiment else ())
        for group in found.subgroups
    ]
    return pd.DataFrame(rows)
