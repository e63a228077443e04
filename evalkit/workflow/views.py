"""What the analysis notebooks show: small tables and sentences in Swedish, for those inside the house."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from evalkit.findings.sample import REASONS
from evalkit.workflow.told import told_estimates, why_no_p

if TYPE_CHECKING:
    import pandas as pd

    from evalkit.findings.estimate import EffectSize, Estimate
    from evalkit.workflow.session import OpenRun

GROUP_WORDS = {"treated": "insatsgrupp", "comparison": "jämförelsegrupp", "all": "alla"}
_SEVERITY_WORDS = {"stop": "stoppar", "warn": "varnar", "note": "noterar"}


def number(value: float | None, decimals: int = 2) -> str:
    """Return a number the Swedish way: decimal comma and a true minus; a dash where there is none."""
    if value is None:
        return "–"
    return f"{value:.{decimals}f}".replace(".", ",").replace("-", "−")


def p_value(p: float | None) -> str:
    """Return a p-value to be read after the letter p; a dash where there is none."""
    if p is None:
        return "–"
    return "< 0,001" if p < 0.001 else f"= {number(p, 3)}"


def sentences(run: OpenRun, estimates: Iterable[Estimate]) -> list[str]:
    """Return a line for each estimate, and why p-values are missing where the report shows none either."""
    return [*(sentence(one) for one in told_estimates(run.result, estimates)), *why_no_p(run.result)]


def sentence(estimate: Estimate) -> str:
    """Return one estimate as a line of text: value, interval, p, persons, route."""
    who = "skillnad mellan grupperna" if estimate.id.startswith("did.") else GROUP_WORDS[estimate.group]
    said = f"{estimate.label}, {who}, {' till '.join(estimate.occasions)}: "
    said += f"{number(estimate.value)} {estimate.unit}"
    if estimate.interval is not None:
        interval = estimate.interval
        said += f" ({number(100 * interval.level, 0)} % KI {number(interval.low)} till {number(interval.high)})"
    if estimate.p_value is not None:
        said += f", p {p_value(estimate.p_value)}"
    return f"{said}; {estimate.n_units} enheter, väg {estimate.inference}"


def estimate_table(run: OpenRun, kind: str) -> pd.DataFrame:
    """Return the run's estimates whose names begin with `kind` as a table, one a row."""
    import pandas as pd

    rows = [
        {
            "mått": estimate.label,
            "grupp": GROUP_WORDS[estimate.group],
            "skattning": number(estimate.value),
            "från": number(estimate.interval.low if estimate.interval else None),
            "till": number(estimate.interval.high if estimate.interval else None),
            "enhet": estimate.unit,
            "p": p_value(estimate.p_value),
            "antal": estimate.n_units,
            "andra motorn": "samma tal" if estimate.second_engine and estimate.second_engine.agrees else "–",
            "väg": estimate.inference,
        }
        for estimate in run.told.estimates
        if estimate.id.startswith(kind)
    ]
    return pd.DataFrame(rows)


def gate_counts(run: OpenRun) -> str:
    """Return how many checks there were and how they went, on one line."""
    gate = run.gate
    passed = sum(outcome.passed for outcome in gate.outcomes)
    counts = f"{len(gate.outcomes)} kontroller, {passed} utan anmärkning"
    return f"{counts}, {len(gate.warnings)} varningar, {len(gate.notes)} noteringar, {len(gate.stops)} stopp"


def gate_table(run: OpenRun) -> pd.DataFrame:
    """Return the checks that found something: what, how many, where, what to do."""
    import pandas as pd

    rows = [
        {
            "kod": outcome.code,
            "följd": _SEVERITY_WORDS[outcome.severity.value],
            "källa": outcome.source,
            "kolumn": outcome.column,
            "antal": f"{outcome.n_failed} av {outcome.n_checked}",
            "vad": outcome.message,
            "åtgärd": outcome.remedy,
        }
        for outcome in run.gate.outcomes
        if not outcome.passed
    ]
    return pd.DataFrame(rows, columns=["kod", "följd", "källa", "kolumn", "antal", "vad", "åtgärd"])


def flow_table(run: OpenRun) -> pd.DataFrame:
    """Return who was delivered, who left and why, who was analysed: one row per outcome, group and step."""
    import pandas as pd

    rows = []
    for flow in run.result.flows:
        label = run.plan.outcome(flow.outcome).label
        for arm in flow.arms:
            left = [exclusion for exclusion in flow.exclusions if exclusion.group == arm.group and exclusion.n]
            steps = [("levererade", arm.n_delivered), *((REASONS[e.reason], -e.n) for e in left), ("analyserade", arm.n_analysed)]
            rows += [{"mått": label, "grupp": GROUP_WORDS[arm.group], "steg": step, "antal": n} for step, n in steps]
    return pd.DataFrame(rows)


def flow_lines(run: OpenRun, outcome: str) -> list[str]:
    """Return one outcome's sample flow as a line per group: delivered, minus every reason, analysed."""
    flow = next(flow for flow in run.result.flows if flow.outcome == outcome)
    lines = []
    for arm in flow.arms:
        left = [f"−{e.n} {REASONS[e.reason]}" for e in flow.exclusions if e.group == arm.group and e.n]
        lines.append(", ".join([f"{GROUP_WORDS[arm.group]}: {arm.n_delivered} levererade", *left, f"{arm.n_analysed} analyserade"]))
    return lines


def occasion_table(run: OpenRun) -> pd.DataFrame:
    """Return how many were measured at each occasion, of those who were due."""
    import pandas as pd

    rows = [
        {
            "mått": run.plan.outcome(count.outcome).label,
            "tillfälle": count.occasion,
            "grupp": GROUP_WORDS[count.group],
            "väntade": count.n_expected,
            "mätta": count.n_measured,
            "ännu ej uppföljda": count.n_not_due,
        }
        for count in run.result.occasions
    ]
    return pd.DataFrame(rows)


def value_table(run: OpenRun, outcome: str) -> pd.DataFrame:
    """Return how one outcome's analysed values are spread, by group and period."""
    rows = run.frame.table[run.frame.table["outcome"] == outcome]
    groups = rows.groupby(["treated", "order", "period"], sort=True)["value"]
    table = groups.describe()[["count", "mean", "std", "min", "50%", "max"]].reset_index()
    table["grupp"] = table["treated"].map({True: "insatsgrupp", False: "jämförelsegrupp"})
    names = {"period": "period", "count": "antal", "mean": "medel", "std": "SD", "min": "minst", "50%": "median", "max": "störst"}
    return table[["grupp", *names]].rename(columns=names).astype({"antal": int}).round(2)


def activity_table(run: OpenRun) -> pd.DataFrame:
    """Return target against actual for each activity: dose and fidelity."""
    import pandas as pd

    rows = [
        {
            "aktivitet": activity.label,
            "mål per person": number(activity.target_per_person, 1),
            "gavs i medel": number(activity.mean_quantity, 1),
            "andel som nådde målet": number(activity.share_reaching_target),
            "enligt programmet": number(activity.fidelity),
            "personer": activity.n_persons,
        }
        for activity in run.result.activities
    ]
    return pd.DataFrame(rows)


def mean_table(run: OpenRun, outcome: str) -> pd.DataFrame:
    """Return the raw means by period and group: what a trend figure is drawn from."""
    import pandas as pd

    points = sorted((point for point in run.result.means if point.outcome == outcome), key=lambda p: (p.group, p.order))
    rows = [{"grupp": GROUP_WORDS[p.group], "period": p.period, "medel": number(p.mean), "antal": p.n} for p in points]
    return pd.DataFrame(rows)


def lead_sentences(run: OpenRun) -> list[str]:
    """Return, for each outcome, what the years before the start say about parallel trends."""
    words = {
        "contradicted": "parallella trender motsägs",
        "not_contradicted": "parallella trender motsägs inte",
        "cannot_be_tested": "parallella trender kan inte prövas",
    }
    return [
        f"{run.plan.outcome(test.outcome).label}: {words[test.state]}, {test.n_leads} perioder före, p {p_value(test.p_value)}"
        for test in run.result.tests
    ]


def path_table(run: OpenRun) -> pd.DataFrame:
    """Return the effect path of every outcome: one row per period before and after the start."""
    import pandas as pd

    rows = [
        {
            "mått": run.plan.outcome(point.outcome).label,
            "period från start": f"{point.event_time}{' (och bortom)' if point.binned else ''}",
            "skillnad": number(point.value),
            "från": number(point.interval.low if point.interval else None),
            "till": number(point.interval.high if point.interval else None),
            "enheter": point.n_treated_units,
        }
        for point in run.result.effect_path
    ]
    return pd.DataFrame(rows)


def size_table(sizes: Iterable[EffectSize]) -> pd.DataFrame:
    """Return standardised effects, one a row."""
    import pandas as pd

    rows = [
        {"skattning": size.estimate_id, "mått": size.kind, "värde": number(size.value), "delat med SD": number(size.standardiser)}
        for size in sizes
    ]
    return pd.DataFrame(rows)


def commands(run: OpenRun, estimate_id: str) -> str:
    """Return the commands that give one estimate again in Stata and in R, from the file beside the analysed rows."""
    from evalkit.methods.rosetta import STATA_NOTES

    found = next((one for one in run.result.translations if one.estimate_id == estimate_id), None)
    if found is None:
        return "Skattningen har ingen motsvarighet i Stata eller R här."
    notes = [f"* {STATA_NOTES[found.note]}"] if found.note else []
    return "\n".join(["* Stata", *notes, *found.stata, "", "# R (svar, welch, hall1 …: se samma_tal.R)", *found.r])
