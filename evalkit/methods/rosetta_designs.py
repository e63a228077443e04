"""The commands of designs of their own: start groups, imputation, background, one unit, one series, the offer of a lottery.

R's lines call base-R functions of `evalkit.workflow.rosetta_r` that compute the same number; the package that an R user would
know is named beside them. Stata's community commands give the same estimate where the note does not say otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalkit.errors import EstimationError
from evalkit.findings.translation import Translation
from evalkit.methods.rosetta_columns import background_names
from evalkit.methods.rosetta_matched import matched_translation
from evalkit.methods.time_series.series import treated_series

if TYPE_CHECKING:
    from evalkit.findings.estimate import Estimate
    from evalkit.findings.experiment import OutcomeExperiment
    from evalkit.findings.time_series import SeriesFinding
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.records.stations import AnalysisFrame

LATE = "late."
"""What the name of an effect of taking part begins with; it belongs to the lottery's findings and not to the estimates."""

NOTES = {
    "csdid": "csdid ger samma skattning; dess medelfel är inte rättat för få enheter och blir därför ett annat.",
    "csdid-ahead": "csdid räknar inte med att insatsen märks i förväg; skattningen blir en annan. R-skriptet ger samma tal.",
    "did-imputation": "did_imputation ger samma skattning; dess medelfel är inte rättat för få enheter och blir därför ett annat.",
    "drdid": "drdid (metod dripw) ger samma skattning; medelfelet är inte rättat för få personer och blir därför ett annat.",
    "sdid": "sdid löser vikterna med andra straff och stannar tidigare: skattningen skiljer i fjärde siffran, p-värdet lottas.",
    "synth": "synth väljer även vikter på förklarande mått: skattningen kan skilja. R-skriptet ger samma tal.",
    "series": "p-värdet och intervallet simuleras i evalkit (docs/METHODS.md); här ges skattning och medelfel vid samma minne.",
    "matched": "regress ger samma skattning; medelfelet rättas i evalkit för få set och blir därför ett annat.",
    "matched-reused": "regress ger samma skattning; medelfelet är Abadies och Imbens och räknas i R-skriptet.",
    "stata-18": "Frihetsgraderna kräver Stata 18 eller senare (dfadjust).",
    "offer-cautious": "Skattning och medelfel är desamma; p-värdet i evalkit är det försiktigare av flera test och inte det här.",
    "late": "Medelfelet är HC1 (CR1 med kluster); intervallet i evalkit är Anderson–Rubins och räknas inte om här.",
}
"""`Translation.note` in words."""

_READ_STATA = ('use "analysdata.dta", clear', 'keep if matt == "{outcome}"')
_READ_R = (
    'd <- as.data.frame(haven::zap_labels(haven::read_dta("analysdata.dta")))',
    'd <- subset(d, matt == "{outcome}")',
)
_DRAWN_STATA = (
    'use "analysdata.dta", clear',
    'keep if matt == "{outcome}" & !missing(fas) & !missing(lottad)',
    "collapse (mean) varde (first) insats lottad block lottgrupp, by(enhet fas)",
    "reshape wide varde, i(enhet insats lottad block lottgrupp) j(fas)",
)
_DRAWN_R = (
    'd <- as.data.frame(haven::zap_labels(haven::read_dta("analysdata.dta")))',
    'd <- subset(d, matt == "{outcome}" & !is.na(fas) & !is.na(lottad))',
    "w <- aggregate(varde ~ enhet + insats + lottad + block + lottgrupp + fas, d, mean)",
    'w <- reshape(w, idvar = c("enhet", "insats", "lottad", "block", "lottgrupp"), timevar = "fas", direction = "wide")',
)

CUT_STATA = ("summarize start, meanonly", "keep if ordning < r(max)", "replace start = 0 if start >= r(max)")
CUT_R = "d <- subset(d, ordning < max(start))  # ingen väntar sedan den sista gruppen börjat"
"""Where everybody starts in time, there is nobody to compare with once the last group has."""

Commands = tuple[tuple[str, ...], tuple[str, ...], str]


def design_translation(
    estimate: Estimate, frame: AnalysisFrame, plan: EvaluationPlan, series: tuple[SeriesFinding, ...]
) -> Translation | None:
    """Return the commands of an estimate of a design of its own; None for another estimator."""
    route = estimate.inference.removesuffix("-conditional")
    made: Commands | None = None
    if estimate.estimator in {"callaway-santanna", "imputation"}:
        made = _start_groups(estimate, frame, plan, route)
    elif estimate.estimator == "did-adjusted":
        made = _adjusted(estimate, frame, plan, route)
    elif estimate.estimator in {"synthetic-did", "synthetic-control"}:
        made = _twin(estimate)
    elif estimate.estimator == "interrupted-series":
        found = next((one for one in series if one.outcome == estimate.outcome), None)
        made = None if found is None else _series(estimate, frame, plan, found)
    elif estimate.estimator == "itt-ancova":
        made = _offer(estimate, route)
    elif estimate.estimator == "did-matched":
        made = matched_translation(estimate, frame, plan, route)
    return None if made is None else _named(estimate.id, estimate.outcome, made)


def late_translation(finding: OutcomeExperiment, *, clusters: bool) -> Translation | None:
    """Return the commands of the effect of taking part; None where there is none."""
    if finding.late is None:
        return None
    by, kind = (", clusters = lottgrupp", "stata") if clusters else ("", "HC1")
    r = (
        *_DRAWN_R,
        'bredvid <- paste0("varde.0", if (length(unique(w$block)) > 1) " + factor(block)")',
        'formel <- as.formula(paste0("varde.1 ~ insats + ", bredvid, " | lottad + ", bredvid))',
        f'modell <- estimatr::iv_robust(formel, w{by}, se_type = "{kind}")',
        'est <- modell$coefficients[["insats"]]; se <- modell$std.error[["insats"]]; df <- NA; p <- NA',
    )
    error = "vce(cluster lottgrupp)" if clusters else "vce(robust)"
    stata = (*_DRAWN_STATA, f"ivregress 2sls varde1 varde0 i.block (insats = lottad), {error} small")
    return _named(f"{LATE}{finding.outcome}", finding.outcome, (stata, r, "late"))


def _named(name: str, outcome: str, made: Commands) -> Translation:
    stata, r = (tuple(line.replace("{outcome}", outcome) for line in lines) for lines in made[:2])
    return Translation(name, stata, r, made[2])


def everybody_starts(frame: AnalysisFrame, plan: EvaluationPlan, outcome: str) -> bool:
    """Return whether all units of an outcome start in time and are compared with those who start later."""
    rules = plan.design.staggered
    waiting = rules is not None and rules.compare_with == "not_yet_treated"
    return waiting and bool(frame.table.loc[frame.table["outcome"] == outcome, "treated"].all())


def _start_groups(estimate: Estimate, frame: AnalysisFrame, plan: EvaluationPlan, route: str) -> Commands | None:
    rules = plan.design.staggered
    if rules is None:
        return None
    ahead, compare = rules.anticipation, rules.compare_with
    cut = CUT_STATA if everybody_starts(frame, plan, estimate.outcome) else ()
    r: tuple[str, ...] = (
        *_READ_R,
        f'm <- startgrupper(d, "{compare}", {ahead}); delar <- cellerna(m, {ahead})',
    )
    if estimate.estimator == "imputation":
        r = (*r, f"m$w <- imputerad(m, {ahead})  # paketet didimputation: did_imputation(d, 'varde', 'start', 'ordning', 'enhet')")
        by_imputation = (
            *_READ_STATA,
            *cut,
            "generate forsta = start if start > 0",
            "bysort enhet: egen antal = total(efter)",
            "generate double vikt = cond(efter == 1, 1 / antal, 0)",
            "did_imputation varde enhet ordning forsta, wtr(vikt) autosample cluster(kluster)",
        )
        return by_imputation, (*r, f'vagd(poang(m$w, m$y, delar$fri, delar$celler), "{route}")'), "did-imputation"
    group = {"never_treated": "nevertreated", "not_yet_treated": "notyettreated"}[compare]
    package = f"did::att_gt('varde', 'ordning', 'enhet', 'start', data = d, control_group = '{group}', anticipation = {ahead})"
    stata = (
        *_READ_STATA,
        *cut,
        f"csdid varde, ivar(enhet) time(ordning) gvar(start) method(reg){' notyet' if compare == 'not_yet_treated' else ''}",
        "estat group",
    )
    r = (*r, f'vagd(poang(m$w, m$y, delar$fri, delar$celler), "{route}")  # paketet did: {package}, did::aggte(typ = group)')
    return stata, r, "csdid-ahead" if ahead else "csdid"


def _adjusted(estimate: Estimate, frame: AnalysisFrame, plan: EvaluationPlan, route: str) -> Commands | None:
    rules, names = plan.design.adjustment, background_names(frame, plan, estimate.outcome)
    if rules is None:
        return None
    kept, listed = " + ".join(("insats", *names)), ", ".join(f'"{name}"' for name in ("insats", *names))
    x = f"as.matrix(w[, c({', '.join(repr(n) for n in names)})])" if names else "matrix(0, nrow(w), 0)"
    r = (
        'd <- as.data.frame(haven::zap_labels(haven::read_dta("analysdata.dta")))',
        'd <- subset(d, matt == "{outcome}" & !is.na(fas))',
        f"w <- aggregate(varde ~ enhet + {kept} + fas, d, mean)",
        f'w <- reshape(w, idvar = c("enhet", {listed}), timevar = "fas", direction = "wide")',
        f"x <- {x}; egen <- bakgrundsvikter(w$insats, x, '{rules.method}')",
        "y <- cbind(w$varde.0, w$varde.1); celler <- cbind(FALSE, w$insats == 1)",
        f'vagd(poang(cbind(-egen, egen), y, !celler, celler, cbind(1, x)), "{route}")  # paketet DRDID: drdid_panel',
    )
    columns = " ".join(names)
    command = {"doubly_robust": "dripw", "regression": "reg", "weighting": "stdipw"}[rules.method]
    stata = (
        'use "analysdata.dta", clear',
        'keep if matt == "{outcome}" & !missing(fas)',
        f"collapse (mean) varde (first) insats {columns}, by(enhet fas)",
        f"drdid varde {columns}, ivar(enhet) time(fas) treatment(insats) {command}",
    )
    return stata, r, "drdid"


def _twin(estimate: Estimate) -> Commands:
    method = estimate.estimator.replace("-", "_")
    ends = "" if estimate.p_value is not None else "; p <- NA  # inget p-värde håller i det upplägget"
    r = (*_READ_R, "grans <- 1e-6  # vikterna löses med upprepning i båda programmen", f'plats(d, "{method}"){ends}')
    pick = 'keep if matt == "{outcome}" & (givare == 1 | insats == 1)'
    if method == "synthetic_did":
        command = ("sdid varde enhet ordning efter, vce(placebo) reps(200) seed(1) method(sdid)",)
        return (_READ_STATA[0], pick, *command), r, "sdid"
    stata = (
        _READ_STATA[0],
        pick,
        "tsset enhet ordning",
        "summarize start if insats == 1, meanonly",
        "local start = r(max)",
        "summarize enhet if insats == 1, meanonly",
        "local enheten = r(max)",
        "levelsof ordning if ordning < `start', local(perioder)",
        'local fore ""',
        "foreach t of local perioder {",
        "    local fore \"`fore' varde(`t')\"",
        "}",
        "synth varde `fore', trunit(`enheten') trperiod(`start')",
    )
    return stata, r, "synth"


def _series(estimate: Estimate, frame: AnalysisFrame, plan: EvaluationPlan, found: SeriesFinding) -> Commands | None:
    try:
        series = treated_series(frame, plan, estimate.outcome)
    except EstimationError:
        return None
    before, decides = found.n_before, found.decides
    public = plan.data_kind.value == "public"
    codes = ", ".join(str(code) for code in series.segments.season)
    values = ", ".join(repr(float(value)) for value in series.values)
    read = (*_READ_R, "y <- with(subset(d, insats == 1), tapply(varde, ordning, mean))") if public else (f"y <- c({values})",)
    r = (*read, f'tidsserie(as.vector(y), {before}, c({codes}), "{decides}")', "provas_p <- FALSE")
    slope = "" if decides == "level" else f" + {(found.n_after - 1) / 2!r} * m_vinkel"
    start: tuple[str, ...] = (*_READ_STATA, "keep if insats == 1", "collapse (mean) varde, by(ordning)", "sort ordning")
    if not public:
        rows = (f"replace varde = {float(value)!r} in {i + 1}" for i, value in enumerate(series.values))
        start = ("clear", f"set obs {len(series.values)}", "generate double varde = .", *rows)
    told = " ".join(str(code) for code in series.segments.season)
    codes_after = sorted(set(series.segments.season))[1:]
    seasons = [f'generate byte arstid{code} = real(word("{told}", _n)) == {code}' for code in codes_after]
    names = ["konstant", "tid", "steg", "vinkel", *(f"arstid{code}" for code in codes_after)]
    stata: tuple[str, ...] = (
        *start,
        f"generate double tid = _n - 1 - {before}",
        "generate double steg = tid >= 0",
        "generate double vinkel = steg * tid",
        "generate double konstant = 1",
        *seasons,
        f"local minne = {found.memory!r}",
        f"foreach v of varlist varde {' '.join(names)} {{",
        "    generate double m_`v' = cond(_n == 1, `v' * sqrt(1 - `minne'^2), `v' - `minne' * `v'[_n-1])",
        "}",
        f"regress m_varde {' '.join(f'm_{name}' for name in names)}, noconstant",
        f"lincom m_steg{slope}",
    )
    return stata, r, "series"


def _offer(estimate: Estimate, route: str) -> Commands:
    clustered = estimate.n_clusters < estimate.n_units
    by = "lottgrupp" if clustered else "enhet"
    r: tuple[str, ...] = (
        *_DRAWN_R,
        'bredvid <- paste0("varde.0", if (length(unique(w$block)) > 1) " + factor(block)")',
        'formel <- as.formula(paste0("varde.1 ~ lottad + ", bredvid))',
        f'modell <- estimatr::lm_robust(formel, w, clusters = {by}, se_type = "CR2")',
        'est <- modell$coefficients[["lottad"]]; se <- modell$std.error[["lottad"]]; df <- modell$df[["lottad"]]',
        'p <- modell$p.value[["lottad"]]',
    )
    r = r if route == "cr2" else (*r, "provas_p <- FALSE")
    error = "vce(hc2 lottgrupp, dfadjust)" if clustered else "vce(hc2, dfadjust)"
    return (*_DRAWN_STATA, f"regress varde1 lottad varde0 i.block, {error}"), r, "stata-18" if route == "cr2" else "offer-cautious"
