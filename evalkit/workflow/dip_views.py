"""What the analysis notebook shows of the dip before the start: inside the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalkit.workflow.views import number

if TYPE_CHECKING:
    import pandas as pd

    from evalkit.workflow.session import OpenRun

_STATES = {
    "found": "påvisad",
    "not_found": "kunde inte påvisas",
    "described": "beskrivs bara",
    "cannot_be_tested": "kan inte prövas",
}


def dip_table(run: OpenRun) -> pd.DataFrame:
    """Return each outcome's difference just before the start against earlier, and the difference afterwards from either."""
    import pandas as pd

    rows = [
        {
            "mått": run.plan.outcome(one.outcome).label,
            "utfall": _STATES[one.state],
            "strax före / tidigare": f"{one.periods_last} / {one.periods_earlier}",
            "strax före mot tidigare": number(one.value),
            "från": number(one.interval.low if one.interval else None),
            "till": number(one.interval.high if one.interval else None),
            "efter, från strax före": number(one.from_last),
            "efter, från tidigare": number(one.from_earlier),
        }
        for one in run.result.dips
    ]
    return pd.DataFrame(rows)
