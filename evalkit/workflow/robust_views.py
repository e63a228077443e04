"""What the analysis notebook shows of naive comparisons, robustness and several tests: inside the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalkit.workflow.views import number, p_value

if TYPE_CHECKING:
    import pandas as pd

    from evalkit.workflow.session import OpenRun

_NAMES = {
    "before-after": "insatsgruppen före och efter",
    "others-after": "insatsgruppen mot de andra, bara efter",
    "two-way": "fasta effekter, vanligt klustrat medelfel",
    "baseline": "justerat för värdet vid start",
    "sex": "justerat för kön",
    "cohort": "inom samma startgrupp",
    "winsorised": "ytterligheter indragna",
    "persons": "varje person väger lika",
    "two_way": "fasta effekter för enhet och period",
    "complete_cases": "fullständiga fall",
    "weights": "viktat efter sannolikheten att följas upp",
    "worst-best": "sämsta och bästa fall",
    "lee": "Lees gränser",
}
_KINDS = {
    "naive": "enkel jämförelse",
    "specification": "annat sätt att räkna",
    "placebo-time": "låtsasstart",
    "placebo-outcome": "ska inte påverkas",
    "missing": "bortfall",
}
_ROLES = {"primary": "huvudmått", "confirmatory": "bekräftande", "exploratory": "utforskande", "secondary": "övrigt"}


def alternative_table(run: OpenRun) -> pd.DataFrame:
    """Return the primary outcome's number by every other road, the main estimate first."""
    import pandas as pd

    found = run.told.robustness
    main = next((e for e in run.told.estimates if e.id == f"did.{run.primary.id}"), None)
    if found is None or main is None:
        return pd.DataFrame()
    rows = [{"slag": "rapportens svar", "väg": main.estimator, **_numbers(main.value, main.interval, None)}]
    rows += [
        {"slag": _KINDS[a.kind], "väg": _NAMES.get(a.key, a.key), **_numbers(a.value, a.interval, a.explained_by)}
        for a in found.alternatives
    ]
    return pd.DataFrame(rows)


def cluster_sentence(run: OpenRun) -> str:
    """Return the range of the main estimate with one cluster left out at a time."""
    one = run.told.robustness.leave_one_out if run.told.robustness is not None else None
    if one is None:
        return "Inga kluster att lämna utanför: insatsen gavs person för person, eller så är klustren för få."
    way = "samma håll varje gång" if one.same_sign else "inte alltid åt samma håll"
    return f"{one.n_clusters} kluster, ett utanför i taget: {number(one.low)} till {number(one.high)} {one.unit}, {way}"


def sex_sentence(run: OpenRun) -> str:
    """Return the difference between women and men, where the plan asks for it."""
    one = run.told.robustness.subgroup if run.told.robustness is not None else None
    if one is None:
        return "Planen prövar ingen skillnad mellan kvinnor och män, eller så är någon grupp för liten."
    ends = "" if one.interval is None else f" ({number(one.interval.low)} till {number(one.interval.high)})"
    tested = "" if one.p_value is None else f", p {p_value(one.p_value)}"
    return f"Kvinnors skillnad minus mäns: {number(one.value)} {one.unit}{ends}{tested}, väg {one.inference}"


def decision_table(run: OpenRun) -> pd.DataFrame:
    """Return each outcome's verdict under the plan's rules for several tests; empty where the plan has none."""
    import pandas as pd

    rows = [
        {
            "mått": run.plan.outcome(d.outcome).label,
            "roll": _ROLES[d.role],
            "p": p_value(d.p_value),
            "justerat p": p_value(d.adjusted_p),
            "q": number(d.q_value, 3),
            "gräns": number(d.level, 4),
            "utfall": {True: "påvisad", False: "kunde inte påvisas", None: "prövas inte"}[d.rejected],
        }
        for d in run.told.decisions
    ]
    return pd.DataFrame(rows)


def _numbers(value: float, interval: object, explained: float | None) -> dict[str, str]:
    low, high = (None, None) if interval is None else (interval.low, interval.high)  # type: ignore[attr-defined]
    return {"värde": number(value), "från": number(low), "till": number(high), "skiljs av": number(explained)}
