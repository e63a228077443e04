"""What the analysis notebooks show of other ways to count the same estimate: inside the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalkit.findings.reasons import INFERENCES
from evalkit.findings.routes import ATTAINABLE, NO_ANSWER, RATE, WORDS_BESIDE
from evalkit.workflow.views import number, p_value

if TYPE_CHECKING:
    import pandas as pd

    from evalkit.workflow.session import OpenRun

_WHY = {RATE: "larmar falskt för ofta", ATTAINABLE: "kan inte nå 5 procent", NO_ANSWER: "rapporten ger inget här"}


def route_table(run: OpenRun, estimate_id: str) -> pd.DataFrame:
    """Return every way to count one estimate, the report's first: measured rate, its error, power, and numbers where it holds."""
    import pandas as pd

    names = {**INFERENCES, **WORDS_BESIDE}
    found = next((r for r in run.told.routes if r.estimate_id == estimate_id), None)
    if found is None:
        return pd.DataFrame()
    rows = [
        {
            "sätt": names[one.route].sv + (" (rapportens)" if one.route == found.chosen else ""),
            "falskt larm, %": number(100 * one.worst_rate, 1),
            "±": number(100 * one.mcse, 1),
            "styrka": number(one.power, 2),
            "p": p_value(one.p_value),
            "från": number(one.interval.low if one.interval else None),
            "till": number(one.interval.high if one.interval else None),
            "visas inte": _WHY.get(one.why_not, ""),
            "minsta p": p_value(one.smallest_p),
        }
        for one in found.routes
    ]
    return pd.DataFrame(rows)
