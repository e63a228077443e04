"""Each estimate in Stata and in R: the commands that give the same number from the run's analysis file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from evalkit.errors import EstimationError
from evalkit.findings.translation import Translation
from evalkit.methods.panel import make_panel
from evalkit.methods.pre_post import before_and_after
from evalkit.methods.rosetta_columns import design_columns
from evalkit.methods.rosetta_designs import CUT_R, CUT_STATA, NOTES, design_translation, everybody_starts, late_translation

if TYPE_CHECKING:
    from evalkit.findings.estimate import Estimate
    from evalkit.findings.experiment import ExperimentFinding
    from evalkit.findings.time_series import SeriesFinding
    from evalkit.methods.experiment.sample import DrawnUnit
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.records.stations import AnalysisFrame

DATA = "analysdata.dta"
"""Name of the file that the commands read; `evalkit.workflow.rosetta_files` writes it."""

STATA_NOTES = {
    "stata-no-hall": "Stata ger skattning och medelfel; Halls korrektion för skevhet finns i R-skriptet (hall1, hall2).",
    "stata-two": "p-värdet är det största av de två testens.",
    **NOTES,
}
"""`Translation.note` in words."""

_WIDE_STATA = (
    'use "analysdata.dta", clear',
    'keep if matt == "{outcome}" & !missing(fas)',
    "collapse (mean) varde (first) insats kluster, by(enhet fas)",
    "reshape wide varde, i(enhet insats kluster) j(fas)",
    "generate double forandring = varde1 - varde0",
)
_WIDE_R = (
    'd <- as.data.frame(haven::zap_labels(haven::read_dta("analysdata.dta")))',
    'd <- subset(d, matt == "{outcome}" & !is.na(fas))',
    "w <- aggregate(varde ~ enhet + insats + kluster + fas, d, mean)",
    'w <- reshape(w, idvar = c("enhet", "insats", "kluster"), timevar = "fas", direction = "wide")',
    "w$forandring <- w$varde.1 - w$varde.0",
)
_CLUSTERS_STATA = ("collapse (mean) forandring, by(kluster insats)",)
_CLUSTERS_R = ("w <- aggregate(forandring ~ kluster + insats, w, mean)",)
_GROUPS_R = ("x1 <- w$forandring[w$insats == 1]; x0 <- w$forandring[w$insats == 0]",)

_TWO_STATA = {
    "welch": ("regress forandring insats, vce(hc2)", "ttest forandring, by(insats) unequal"),
    "pooled-t": ("regress forandring insats",),
    "bell-mccaffrey": ("regress forandring insats, vce(hc2, dfadjust)",),
    "pooled-and-welch": (
        "regress forandring insats",
        "regress forandring insats, vce(hc2)",
        "ttest forandring, by(insats) unequal",
    ),
    "pooled-and-hall": ("regress forandring insats", "regress forandring insats, vce(hc2)"),
    "none": ("regress forandring insats",),
}
_TWO_R = {
    "welch": ("svar(welch(x1, x0))",),
    "pooled-t": ("svar(student2(x1, x0))",),
    "bell-mccaffrey": (
        "modell <- lm(forandring ~ insats, w)",
        'v <- clubSandwich::vcovCR(modell, cluster = seq_len(nrow(w)), type = "CR2")',
        'ct <- clubSandwich::coef_test(modell, v, test = "Satterthwaite")["insats", ]',
        "est <- ct$beta; se <- ct$SE; df <- ct$df_Satt; p <- ct$p_Satt",
    ),
    "pooled-and-welch": ("svar(student2(x1, x0), welch(x1, x0))",),
    "pooled-and-hall": ("svar(student2(x1, x0), hall2(x1, x0))",),
    "none": ("est <- mean(x1) - mean(x0); se <- NA; df <- NA; p <- NA",),
}
_ONE_STATA = ("ttest forandring == 0",)
_ONE_R = {
    "paired-t": ("svar(student1(x1))",),
    "hall-t": ("svar(hall1(x1))",),
    "paired-and-hall": ("svar(student1(x1), hall1(x1))",),
    "none": ("est <- mean(x1); se <- NA; df <- NA; p <- NA",),
}
_NOTES = {
    "hall-t": "stata-no-hall",
    "paired-and-hall": "stata-no-hall",
    "pooled-and-hall": "stata-no-hall",
    "bell-mccaffrey": "stata-18",
    "pooled-and-welch": "stata-two",
}


def translate(
    estimates: Iterable[Estimate], frame: AnalysisFrame, plan: EvaluationPlan, series: Iterable[SeriesFinding] = ()
) -> tuple[Translation, ...]:
    """Return the commands of every estimate whose estimator has a known counterpart; the others are left out."""
    own = tuple(series)
    made = (_translation(estimate, frame, plan) or design_translation(estimate, frame, plan, own) for estimate in estimates)
    return tuple(found for found in made if found is not None)


def translate_experiment(
    study: ExperimentFinding, estimates: Iterable[Estimate], frame: AnalysisFrame, plan: EvaluationPlan
) -> tuple[Translation, ...]:
    """Return the commands of what a lottery did: of the offer, and of taking part."""
    late = (late_translation(outcome, clusters=study.clusters) for outcome in study.outcomes)
    return (*translate(estimates, frame, plan), *(found for found in late if found is not None))


def stata_table(frame: AnalysisFrame, plan: EvaluationPlan, drawn: Sequence[DrawnUnit] = ()) -> pd.DataFrame:
    """Return the analysis frame as Stata holds it: one row per unit, outcome and period, names without å, ä and ö.

    Returns
    -------
    pandas.DataFrame
        ``enhet`` and ``kluster`` are running numbers (no pseudonyms), ``fas`` is 0 for the period (or periods) before and 1 for
        those after that the estimate compares, missing for the others; ``egen_fas`` the same around a public unit's own start.
        What the plan's own design needs follows (`design_columns`).
    """
    table = frame.table
    units = {unit: i + 1 for i, unit in enumerate(sorted(table["unit"].unique()))}
    clusters = {c: i + 1 for i, c in enumerate(sorted(table["cluster"].fillna("").astype(str).unique()))}
    by_cluster = plan.data_kind.value == "public" or plan.design.assigned_at == "cluster"
    parts = []
    for outcome in sorted(table["outcome"].unique()):
        rows = table[table["outcome"] == outcome].sort_values(["unit", "order"], kind="stable")
        group = rows["cluster"].fillna("").astype(str).map(clusters) if by_cluster else rows["unit"].map(units)
        part = pd.DataFrame(
            {
                "matt": rows["outcome"].astype(str),
                "enhet": rows["unit"].map(units).astype("int32"),
                "ordning": rows["order"].astype("int32"),
                "period": rows["period"].astype(str),
                "varde": rows["value"].astype("float64"),
                "insats": rows["treated"].astype("int8"),
                "efter": rows["is_after"].astype("int8"),
                "fas": _phase(frame, plan, outcome, rows, as_drawn=bool(drawn)),
                "egen_fas": rows["is_after"].astype("int8"),
                "kluster": group.astype("int32"),
                "kohort": rows["cohort"].fillna("").astype(str),
                "kon": rows["sex"].fillna("").astype(str).map({"woman": "kvinna", "man": "man"}).fillna(""),
            }
        )
        parts.append(part.assign(**design_columns(frame, plan, rows, outcome, drawn)))
    return pd.concat(parts, ignore_index=True)


def _phase(frame: AnalysisFrame, plan: EvaluationPlan, outcome: str, rows: pd.DataFrame, *, as_drawn: bool) -> np.ndarray:
    place = rows["order"].rank(method="dense").astype(int).to_numpy() - 1
    try:
        panel = make_panel(frame, plan, outcome)
    except EstimationError:  # a refused outcome has rows but no estimate to do again
        return np.full(len(rows), np.nan, dtype="float32")
    if panel.public and not as_drawn:
        started = panel.treated_order[panel.treated]
        start = int(np.nanmin(started)) if len(started) else len(panel.periods)
        return (place >= start).astype("float32")
    decisive = None if plan.decisive_occasion is None else plan.occasion(plan.decisive_occasion).label
    first, last = before_and_after(panel, decisive)
    return np.select([place == first, place == last], [0.0, 1.0], np.nan).astype("float32")


def _translation(estimate: Estimate, frame: AnalysisFrame, plan: EvaluationPlan) -> Translation | None:
    route = estimate.inference.removesuffix("-conditional")
    stata, r = _commands(estimate, route)
    if not stata:
        return None
    if estimate.estimator == "twfe" and everybody_starts(frame, plan, estimate.outcome):
        stata, r = (*stata[:2], *CUT_STATA, *stata[2:]), (*r[:2], CUT_R, *r[2:])
    filled = [tuple(line.replace("{outcome}", estimate.outcome) for line in lines) for lines in (stata, r)]
    note = _NOTES.get(route, "") if estimate.estimator != "twfe" else ""
    return Translation(estimate.id, filled[0], filled[1], note)


def _commands(estimate: Estimate, route: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if estimate.estimator in {"did-2x2", "did-persons"} and route in _TWO_R:
        return (*_WIDE_STATA, *_TWO_STATA[route]), (*_WIDE_R, *_GROUPS_R, *_TWO_R[route])
    if estimate.estimator == "did-collapsed" and route in _TWO_R:
        return (*_WIDE_STATA, *_CLUSTERS_STATA, *_TWO_STATA[route]), (*_WIDE_R, *_CLUSTERS_R, *_GROUPS_R, *_TWO_R[route])
    if estimate.estimator in {"paired-change", "paired-change-clusters"} and route in _ONE_R:
        return _change_commands(estimate, route)
    if estimate.estimator == "twfe":
        return _two_way_commands(estimate, route)
    return (), ()


def _change_commands(estimate: Estimate, route: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    own = estimate.estimand == "change-units"
    wide_stata = tuple(line.replace("fas", "egen_fas") for line in _WIDE_STATA) if own else _WIDE_STATA
    wide_r = tuple(line.replace("fas", "egen_fas") for line in _WIDE_R) if own else _WIDE_R
    group = int(estimate.group != "comparison")
    stata = (*wide_stata, f"keep if insats == {group}")
    r = (*wide_r, f"w <- subset(w, insats == {group})")
    if estimate.estimator == "paired-change-clusters":
        stata, r = (*stata, *_CLUSTERS_STATA), (*r, *_CLUSTERS_R)
    return (*stata, *_ONE_STATA), (*r, "x1 <- w$forandring", *_ONE_R[route])


def _two_way_commands(estimate: Estimate, route: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    by_unit = estimate.n_clusters == estimate.n_units
    stata = (
        'use "analysdata.dta", clear',
        f'keep if matt == "{estimate.outcome}"',
        "areg varde efter i.ordning, absorb(enhet) vce(cluster kluster)",
    )
    r: tuple[str, ...] = (
        'd <- as.data.frame(haven::zap_labels(haven::read_dta("analysdata.dta")))',
        f'd <- subset(d, matt == "{estimate.outcome}")',
        "modell <- lm(varde ~ efter + factor(enhet) + factor(ordning), d)",
        'est <- coef(modell)[["efter"]]; se <- NA; df <- NA; p <- NA',
    )
    if route == "none":
        return stata, r
    # Where clusters are units the covariance is raw · N/(N − K), every effect counted; elsewhere G/(G − 1) · (N − 1)/(N − 1).
    factor = "nrow(d) / (nrow(d) - length(coef(modell)))" if by_unit else "G / (G - 1)"
    groups = "min(tapply(d$kluster, d$insats, function(k) length(unique(k))))" if route == "cr1-t-few" else "G"
    r = (
        *r,
        "G <- length(unique(d$kluster))",
        'v <- sandwich::vcovCL(modell, cluster = d$kluster, type = "HC0", cadjust = FALSE)',
        f'se <- sqrt(v["efter", "efter"] * {factor}); df <- {groups} - 1; p <- 2 * pt(-abs(est / se), df)',
    )
    return (*stata, *_areg_error(by_unit=by_unit)), r


def _areg_error(*, by_unit: bool) -> tuple[str, ...]:
    """Return the line that turns areg's small-sample factor, G/(G − 1)·(N − 1)/(N − K), into the one used here."""
    if by_unit:
        return ("display _se[efter] * sqrt((e(N_clust) - 1) / e(N_clust) * e(N) / (e(N) - 1))",)
    return ("display _se[efter] * sqrt((e(N) - e(df_a) - e(rank)) / (e(N) - 1))",)
