"""The run's analysis file for Stata with a do-file and an R script beside it: inside the house, in ``data/processed``.

They lie where the analysed rows lie, so that forgetting a person and sweeping a run take them along; the scanner stops a .dta in
anything that is shared.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from evalkit.files import write_bytes, write_text
from evalkit.methods.rosetta import DATA, STATA_NOTES, stata_table
from evalkit.methods.rosetta_columns import LABELS
from evalkit.methods.rosetta_designs import LATE
from evalkit.workflow.rosetta_r import helpers_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evalkit.findings.result import EvaluationResult
    from evalkit.findings.translation import Translation
    from evalkit.methods.experiment.sample import DrawnUnit
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.records.stations import AnalysisFrame

STATA, R = "samma_tal.do", "samma_tal.R"
AGREES = 1e-8
PACKAGES = ("haven", "sandwich", "clubSandwich", "estimatr", "nlme", "quadprog")
"""Of R; a script names those that it needs."""

_LABELS = {
    "matt": "Effektmått (kortnamn i planen)",
    "enhet": "Person eller enhet (löpnummer, ingen pseudonym)",
    "ordning": "Period eller mättillfälle, i tidsordning",
    "period": "Periodens namn",
    "varde": "Måttets värde i sin enhet",
    "insats": "Hör till insatsgruppen",
    "efter": "Perioden ligger efter starten (offentliga data: enheten har insatsen)",
    "fas": "Jämförs: före eller efter, räknat från gruppens start",
    "egen_fas": "Före eller efter, räknat från enhetens egen start",
    "kluster": "Kluster (löpnummer); enheten själv om insatsen gavs person för person",
    "kohort": "Startgrupp",
    "kon": "Kön",
    **LABELS,
}
_ANSWERS = {
    "insats": {0: "jämförelsegrupp", 1: "insatsgrupp"},
    "efter": {0: "före", 1: "efter"},
    "fas": {0: "före", 1: "efter"},
    "egen_fas": {0: "före", 1: "efter"},
}

_R_HEAD = """\
# Samma tal i R. Stanna i huset: filen bredvid innehåller en rad per person. Kräver paket: {packages}.
# Kör: Rscript samma_tal.R i den här mappen.
est <- se <- df <- p <- NA
svar <- function(...) {{  # flera test: det vidaste intervallet ger medelfelet, det största p-värdet gäller
  test <- list(...)
  vidast <- test[[which.max(sapply(test, function(t) t$hog))]]
  est <<- vidast$est; se <<- vidast$se; df <<- vidast$df; p <<- max(sapply(test, function(t) t$p))
}}
ett <- function(est, se, df, skev = NULL) {{
  t <- est / se; kvantil <- qt(0.975, df); reach <- kvantil
  if (!is.null(skev)) {{
    k <- skev / 3
    t <- t + k * t^2 + k^2 * t^3 / 3 + skev / 6
    u <- 1 + 3 * k * (-kvantil - skev / 6)
    reach <- if (abs(k) < 1e-9) kvantil + skev / 6 else -(sign(u) * abs(u)^(1 / 3) - 1) / k
  }}
  list(est = est, se = se, df = df, p = 2 * pt(-abs(t), df), hog = est + reach * se)
}}
tredje <- function(x) mean((x - mean(x))^3)
student1 <- function(x) ett(mean(x), sd(x) / sqrt(length(x)), length(x) - 1)
hall1 <- function(x) ett(mean(x), sd(x) / sqrt(length(x)), length(x) - 1, tredje(x) / sd(x)^3 / sqrt(length(x)))
student2 <- function(x, y) {{
  t <- t.test(x, y, var.equal = TRUE)
  ett(mean(x) - mean(y), t$stderr, unname(t$parameter))
}}
welch <- function(x, y) {{
  t <- t.test(x, y)
  ett(mean(x) - mean(y), t$stderr, unname(t$parameter))
}}
hall2 <- function(x, y) {{
  v <- welch(x, y)
  ett(v$est, v$se, v$df, (tredje(x) / length(x)^2 - tredje(y) / length(y)^2) / v$se^3)
}}
grans <- {agrees}; provas_p <- TRUE  # en skattning vars p-värde inte räknas om säger det
jamfor <- function(namn, varde, medelfel, pvarde) {{
  nara <- function(a, b) is.na(b) || (!is.na(a) && abs(a - b) <= grans * max(abs(b), abs(medelfel), na.rm = TRUE))
  lika_p <- is.na(pvarde) || !provas_p || (!is.na(p) && abs(p - pvarde) <= {agrees})
  lika <- nara(est, varde) && nara(se, medelfel) && lika_p
  cat(namn, "\\t", format(est, digits = 15), "\\t", format(se, digits = 15), "\\t", format(p, digits = 15), "\\t",
      if (lika) "samma tal" else "AVVIKER", "\\n", sep = "")
  grans <<- {agrees}; provas_p <<- TRUE
}}
"""
_R_TABLE = 'cat("skattning\\tvarde\\tmedelfel\\tp\\tevalkit\\n")\n'

_STATA_HEAD = """\
* Samma tal i Stata. Stanna i huset: filen bredvid innehåller en rad per person.
* Kör i den här mappen: do samma_tal.do. Raderna följer Statas handböcker men är inte körda när filen skrevs; R-skriptet är det.
version 15
"""


def write_rosetta(
    folder: Path, frame: AnalysisFrame, plan: EvaluationPlan, result: EvaluationResult, drawn: Sequence[DrawnUnit] = ()
) -> None:
    """Write the analysis file, the do-file and the R script of one run to `folder`; the same inputs give the same bytes."""
    write_bytes(folder / DATA, stata_bytes(frame, plan, result, drawn))
    write_text(folder / STATA, stata_script(result))
    write_text(folder / R, r_script(result))


def stata_bytes(frame: AnalysisFrame, plan: EvaluationPlan, result: EvaluationResult, drawn: Sequence[DrawnUnit] = ()) -> bytes:
    """Return the analysis file in Stata's format 118 (Stata 14 and later: å, ä and ö hold), stamped with the evaluation date."""
    table = stata_table(frame, plan, drawn)
    labels = {str(name): _label(str(name)) for name in table}
    buffer = io.BytesIO()
    day = result.provenance.evaluated_on
    table.to_stata(
        buffer,
        write_index=False,
        version=118,
        time_stamp=datetime(day.year, day.month, day.day),
        data_label=f"{result.plan.id} per {day.isoformat()}; stannar i huset",
        variable_labels={name: label[:80] for name, label in labels.items()},
        value_labels=cast("Any", _ANSWERS),
    )
    return buffer.getvalue()


def r_script(result: EvaluationResult) -> str:
    """Return an R script that computes every translated estimate again and says whether it is the same number."""
    lines = "\n".join(line for one in result.translations for line in one.r)
    packages = [name for name in PACKAGES if name == "haven" or f"{name}::" in lines]
    helpers = helpers_for(lines)
    packages += ["quadprog"] if "quadprog::" in helpers and "quadprog" not in packages else []
    blocks = [_R_HEAD.format(packages=", ".join(packages), agrees=AGREES), *([helpers] if helpers else []), _R_TABLE]
    for told in told_again(result):
        shown = ", ".join("NA" if number is None else repr(float(number)) for number in told.given)
        blocks.append("\n".join([f"# {told.label}: {told.name}", *told.one.r, f'jamfor("{told.name}", {shown})']) + "\n")
    return "\n".join(blocks)


def stata_script(result: EvaluationResult) -> str:
    """Return a do-file with the commands of every translated estimate, each with the number it should give."""
    blocks = [_STATA_HEAD]
    for told in told_again(result):
        value, std_error, _ = told.given
        error = "" if std_error is None else f", medelfel {std_error:.10g}"
        notes = [f"* {STATA_NOTES[told.one.note]}"] if told.one.note else []
        title = [f"* {told.label}: {told.name}", f"* evalkit: {value:.10g}{error}"]
        blocks.append("\n".join([*title, *notes, *told.one.stata]) + "\n")
    return "\n".join(blocks)


@dataclass(frozen=True, slots=True)
class Told:
    """A translation with what evalkit found: value, standard error, p."""

    one: Translation
    label: str
    given: tuple[float, float | None, float | None]

    @property
    def name(self) -> str:
        """The estimate's id."""
        return self.one.estimate_id


def told_again(result: EvaluationResult) -> Iterator[Told]:
    """Yield every translation with what evalkit found."""
    outcomes = () if result.experiment is None else result.experiment.outcomes
    taking_part = {f"{LATE}{found.outcome}": found for found in outcomes}
    for one in result.translations:
        found = taking_part.get(one.estimate_id)
        if found is not None and found.late is not None:
            label = f"{result.estimate(found.estimate_id).label}, effekt av att delta"
            yield Told(one, label, (found.late.value, found.late.std_error, None))
        elif found is None:
            estimate = result.estimate(one.estimate_id)
            yield Told(one, estimate.label, (estimate.value, estimate.std_error, estimate.p_value))


def _label(name: str) -> str:
    if name.startswith("matchbakgrund"):
        return f"Matchad bakgrund {name.removeprefix('matchbakgrund')}, som räknas bort där den ännu skiljer"
    return _LABELS.get(name) or f"Bakgrund {name.removeprefix('bakgrund')} (kolumner i den ordning som planen nämner dem)"
