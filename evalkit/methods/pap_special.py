"""The part of a pre-analysis plan about designs of their own: one treated unit, one series, start groups, an eye to background.

Each says what decides, whom it is compared with, the statistic, and the rule by which chance is ruled out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalkit.findings.pap import Item, both, figure
from evalkit.methods.pap_design import item
from evalkit.methods.router import LEAST_CLUSTERS
from evalkit.methods.single_unit.ranking import LEAST_DONORS
from evalkit.methods.single_unit.synthetic import LEAST_BEFORE as LEAST_FIT
from evalkit.methods.time_series.design import MOST_MEMORY
from evalkit.methods.time_series.series import LEAST_AFTER, LEAST_BEFORE

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.plan.matching import Matching
    from evalkit.plan.single_unit import SingleUnit
    from evalkit.plan.staggered import Staggered
    from evalkit.plan.time_series import TimeSeries

_JPAL_EGAP = ("J-PAL", "EGAP")
DECIDES = both("avgör", "decides")
_TWINS = {
    "synthetic_did": both("syntetisk skillnad i skillnader", "synthetic difference-in-differences"),
    "synthetic_control": both("syntetisk kontroll", "synthetic control"),
}
_DEVIATIONS = {
    "mean_after": both("medelavvikelsen efter start från den egna trenden", "mean deviation after the start from its own trend"),
    "level": both("hoppet vid start från den egna trenden", "jump at the start from its own trend"),
}
_SEASONS = {
    "calendar": both("egna nivåer för månader eller kvartal", "levels for months or quarters"),
    "term": both("egna nivåer för vår och höst", "levels for spring and autumn"),
    "none": both("ingen säsong", "no season"),
}
_COHORTS = both("medeleffekt över startgrupper (Callaway–Sant'Anna)", "mean effect over start groups (Callaway–Sant'Anna)")
_COMPARED = {
    "never_treated": both("enheter som aldrig får insatsen", "units that never start"),
    "not_yet_treated": both("enheter som aldrig får insatsen eller får den senare", "units that never start or start later"),
}
_MATCHED = both("skillnaden i förändring mellan matchade personer", "the difference in change between matched persons")
_WAYS = {
    "mahalanobis": both("närmast i bakgrund (Mahalanobis avstånd)", "nearest in background (Mahalanobis distance)"),
    "propensity": both("närmast i sannolikhet att få insatsen", "nearest in propensity score"),
    "exact": both("alla som är lika", "everybody alike"),
    "sets": both("redan matchade av kommunen", "matched by the municipality"),
}
_ADJUSTED = {
    "doubly_robust": both("dubbelt robust", "doubly robust"),
    "regression": both("regression", "regression"),
    "weighting": both("viktning", "weighting"),
}


def decides(plan: EvaluationPlan) -> str | None:
    """Return what answers the main question where a design of its own does; None for the ordinary analyses."""
    if plan.single_unit is not None:
        return f"{DECIDES}: {_TWINS[plan.single_unit.decides]}"
    if plan.time_series is not None and plan.data_kind.value == "public":
        return f"{DECIDES}: {_DEVIATIONS[plan.time_series.decides]}"
    if plan.design.staggered is not None and plan.data_kind.value == "public":
        return f"{DECIDES}: {_COHORTS}"
    if plan.design.matching is not None and plan.design.comparison.value == "matched":
        return f"{DECIDES}: {_MATCHED}"
    return None


def special_items(plan: EvaluationPlan) -> tuple[Item, ...]:
    """Return what the plan says about its design of its own; nothing where it has none."""
    return (
        *(() if plan.single_unit is None else _one_unit(plan, plan.single_unit)),
        *(() if plan.time_series is None else _series(plan, plan.time_series)),
        *(() if plan.design.staggered is None else _start_groups(plan, plan.design.staggered)),
        *(() if plan.design.matching is None else _matching(plan, plan.design.matching)),
    )


def _matching(plan: EvaluationPlan, own: Matching) -> tuple[Item, ...]:
    reuse = both("ja", "yes") if own.reuse else both("nej", "no")
    remaining = both("regression", "regression") if own.remaining == "regression" else both("räknas inte bort", "not taken out")
    before = both("ja", "yes") if own.on_start_value else both("nej", "no")
    distance = both("ingen gräns", "none") if own.caliper is None else figure(own.caliper)
    named = ", ".join(own.columns) or both("ingen", "none")
    alike = ", ".join((*own.exact, *((own.set_column,) if own.set_column else ()))) or both("inget", "nothing")
    rule = both(
        f"differensen i förändring inom de matchade; {_level(plan)}; bara där testet håller i simulering på planens egna par",
        f"the "
        f"difference in change within the matched; {_level(plan)}; only where the test holds in simulation on the plan's own sets",
    )
    return (
        item("Matchning", "Matching", _JPAL_EGAP, _WAYS[own.method], f"{both('bakgrund', 'background')}: {named}"),
        item("Ska vara lika inom paret", "Alike within a set", _JPAL_EGAP, alike),
        item("Jämförelsepersoner för var och en", "Comparison persons for each", _JPAL_EGAP, str(own.neighbours)),
        item("Får samma person användas flera gånger", "With replacement", _JPAL_EGAP, reuse),
        item("Längsta avstånd", "Caliper", _JPAL_EGAP, distance),
        item("Matchas även på måttets startvärde", "Matched on the outcome before the start", _JPAL_EGAP, before),
        item("Bakgrund som ändå skiljer", "Background that still differs", _JPAL_EGAP, remaining),
        item("Regel för slutsats om de matchade", "Decision rule of the matched", _JPAL_EGAP, rule),
    )


def adjusted_line(plan: EvaluationPlan) -> str | None:
    """Return the background that the comparison is adjusted for, and how; None where the plan has none."""
    own = plan.design.adjustment
    return None if own is None else f"{', '.join(own.covariates)}: {_ADJUSTED[own.method]}"


def _one_unit(plan: EvaluationPlan, own: SingleUnit) -> tuple[Item, ...]:
    donors = ", ".join(own.donors) or both("alla enheter utan insatsen", "every unit without the intervention")
    out = [f"{one.unit}: {one.reason}" for one in own.left_out] or [both("inga", "none")]
    beside = next(words for method, words in _TWINS.items() if method != own.decides)
    rule = both(
        f"p = enhetens plats bland sig själv och jämförelseenheterna, delad med antalet; {_level(plan)}; minst {LEAST_DONORS} "
        f"jämförelseenheter och {LEAST_FIT} perioder före start, och rangordningen ska hålla i simulering",
        f"p = rank among itself and the donors over their number; {_level(plan)}; at least {LEAST_DONORS} donors and {LEAST_FIT} "
        "periods before the start, and the ranking must hold in simulation",
    )
    return (
        item("Bredvid det som avgör", "Beside what decides", _JPAL_EGAP, f"{beside}, {both('utan p-värde', 'without a p-value')}"),
        item("Enheter som får ingå i jämförelsen", "Donor pool", _JPAL_EGAP, donors),
        item("Enheter som inte får ingå, och varför", "Left out of the donor pool, and why", _JPAL_EGAP, *out),
        item(
            "Teststatistika",
            "Test statistic",
            _JPAL_EGAP,
            both("skillnaden efter start delad med avvikelsen före start", "difference after the start over the misfit before it"),
        ),
        item("Regel för slutsats", "Decision rule", _JPAL_EGAP, rule),
    )


def _series(plan: EvaluationPlan, own: TimeSeries) -> tuple[Item, ...]:
    rule = both(
        f"gränsen för |t| simuleras på seriens egna perioder, den högsta av sex antagna fall; {_level(plan)}; minst {LEAST_BEFORE} "
        f"perioder före start och {LEAST_AFTER} efter; inget p-värde där sambandet mellan grannperioder är över "
        f"{figure(MOST_MEMORY)}",
        f"the limit of |t| is simulated on the series' own periods, the largest of six assumed cases; "
        f"{_level(plan)}; at least {LEAST_BEFORE} periods before the start and {LEAST_AFTER} after; no p-value where the "
        f"autocorrelation exceeds {figure(MOST_MEMORY)}",
    )
    return (
        item(
            "Seriens skattning",
            "Estimation of the series",
            _JPAL_EGAP,
            _DEVIATIONS[own.decides],
            "AR(1), GLS",
            _SEASONS[own.season],
        ),
        item("Regel för slutsats om serien", "Decision rule of the series", _JPAL_EGAP, rule),
    )


def _start_groups(plan: EvaluationPlan, own: Staggered) -> tuple[Item, ...]:
    rule = both(
        f"t-test på enheternas bidrag, Satterthwaites frihetsgrader; {_level(plan)}; minst {LEAST_CLUSTERS} enheter med insatsen "
        f"och {LEAST_CLUSTERS} utan, och testet ska hålla i simulering på samma startmönster",
        f"t test on the units' scores, "
        f"Satterthwaite's degrees of freedom; {_level(plan)}; at least {LEAST_CLUSTERS} units with the intervention and "
        f"{LEAST_CLUSTERS} without, and the test must hold in simulation on the same starts",
    )
    beside = both("imputation; tvåvägsregression utan p-värde", "imputation; two-way regression without a p-value")
    if plan.data_kind.value == "persons":
        beside = both("personernas startgrupper, termin för termin", "the persons' start groups, term by term")
    return (
        item("Bredvid det som avgör", "Beside what decides", _JPAL_EGAP, beside),
        item("Startgrupper jämförs med", "Start groups are compared with", _JPAL_EGAP, _COMPARED[own.compare_with]),
        item(
            "Perioder före start då insatsen kan märkas",
            "Periods before the start in which it may be felt",
            _JPAL_EGAP,
            str(own.anticipation),
        ),
        item("Minsta startgrupp som visas", "Smallest start group shown", _JPAL_EGAP, str(plan.design.starts.least_cohort)),
        item("Regel för slutsats", "Decision rule", _JPAL_EGAP, rule),
    )


def _level(plan: EvaluationPlan) -> str:
    return f"p ≤ {figure(1 - plan.design.confidence_level, '.2g')}"
