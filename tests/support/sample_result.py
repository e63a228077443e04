"""A rich hand-made EvaluationResult: every number is invented and says nothing about anybody.

`sample_result()` is a persons' plan with comparison group; `public_result()` is its public twin with a contradicted lead test.
Change parts with `dataclasses.replace`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from evalkit.findings.cell import PUBLIC, DisclosureEvidence
from evalkit.findings.estimate import EffectPoint, EffectSize, Estimate, Interval, MeanPoint, SecondEngine, TestOutcome
from evalkit.findings.evidence import EvidenceLevel, EvidenceVerdict
from evalkit.findings.plan_text import ActivityText, OccasionText, OutcomeText, PlanText, SourceText, VersionText
from evalkit.findings.provenance import FileStamp, Provenance
from evalkit.findings.quality import CheckOutcome, GateReport, Severity
from evalkit.findings.result import RESULT_FORMAT, EvaluationResult, PlanIdentity, RequirementCheck
from evalkit.findings.sample import ActivityFollowUp, ActivityMonth, Exclusion, FlowArm, OccasionCount, SampleFlow
from evalkit.findings.valuation import BreakEven, PriceReference, Valuation
from evalkit.plan.disclosure import DisclosurePolicy

START, HALF, YEAR = "Vid start", "Efter 6 månader", "Efter 12 månader"
LONG_LABEL = {"valbefinnande": "Välbefinnande (WHO-5)", "franvaro": "Skolfrånvaro"}
UNIT = {"valbefinnande": "poäng", "franvaro": "procentenheter"}


def policy(**changes: object) -> DisclosurePolicy:
    """Return a policy with the proposed limits, or others."""
    limits = {"set_by": "Påhittat dataskyddsombud", "decided": "2015-06-01", "min_cell": 10, "round_counts_to": 5}
    return DisclosurePolicy.model_validate(limits | changes)


def seen(n: int, **facts: object) -> DisclosureEvidence:
    """Return evidence of `n` distinct persons."""
    return DisclosureEvidence(n_persons=n, **facts)  # type: ignore[arg-type]


def estimate(
    estimate_id: str, outcome: str, group: str, occasions: tuple[str, str], numbers: tuple[float, float], **facts: object
) -> Estimate:
    """Return one estimate with interval and p-value from a normal approximation, good enough to look at."""
    from math import erf, sqrt

    value, error = numbers
    both = group == "all"
    n = {"all": 101, "treated": 54, "comparison": 47}[group]
    p = 2 * (1 - 0.5 * (1 + erf(abs(value / error) / sqrt(2))))
    made = Estimate(
        id=estimate_id,
        outcome=outcome,
        label=LONG_LABEL.get(outcome, outcome),
        unit=UNIT.get(outcome, "enheter"),
        estimand="ATT" if both else "change",
        estimator="did-2x2" if both else "paired-change",
        group=group,
        occasions=occasions,
        value=value,
        better=(value > 0) == (outcome == "valbefinnande"),
        std_error=error,
        interval=Interval(value - 1.984 * error, value + 1.984 * error, 0.95),
        df=97.3 if both else float(n - 1),
        p_value=p,
        inference="welch" if both else "paired-t",
        route_reason="assigned-to-persons" if both else "paired-selection-unknown",
        false_positive_rate=None,
        n_units=n,
        n_treated_units=54 if group != "comparison" else 0,
        n_clusters=n,
        n_treated_clusters=54 if group != "comparison" else 0,
        second_engine=SecondEngine("statsmodels OLS", value, error, 1e-6, agrees=True),
        seed=None,
        evidence=seen(n),
    )
    return replace(made, **facts)  # type: ignore[arg-type]


def _estimates() -> tuple[Estimate, ...]:
    numbers = {
        "valbefinnande": ((9.83, 2.37), (2.41, 2.22), (7.42, 3.24)),
        "franvaro": ((-3.12, 1.48), (-0.61, 1.57), (-2.51, 2.16)),
    }
    rows = []
    for outcome, by_group in numbers.items():
        for group, pair in zip(("treated", "comparison", "all"), by_group, strict=True):
            name = f"did.{outcome}" if group == "all" else f"change.{group}.{outcome}"
            rows.append(estimate(name, outcome, group, (START, YEAR), pair))
    return tuple(rows)


def _flow(outcome: str) -> SampleFlow:
    return SampleFlow(
        outcome,
        (FlowArm("treated", 83, 54, seen(54)), FlowArm("comparison", 72, 47, seen(47))),
        (
            Exclusion("consent_unknown", "treated", "", 3),
            Exclusion("consent_withdrawn", "treated", "", 1),
            Exclusion("not_due", "treated", "uppf12", 12),
            Exclusion("no_follow_up", "treated", "uppf12", 13),
            Exclusion("consent_no", "comparison", "", 2),
            Exclusion("not_due", "comparison", "uppf12", 11),
            Exclusion("no_follow_up", "comparison", "uppf12", 8),
            Exclusion("no_baseline", "comparison", "start", 4),
        ),
    )


def _means() -> tuple[MeanPoint, ...]:
    rows = []
    numbers = {
        "valbefinnande": {"treated": (38.42, 43.69, 48.25), "comparison": (39.74, 40.67, 42.15)},
        "franvaro": {"treated": (22.91, 21.04, 19.79), "comparison": (21.83, 21.61, 21.22)},
    }
    for outcome, by_group in numbers.items():
        for group, means in by_group.items():
            n = 54 if group == "treated" else 47
            spread = 17.6 if outcome == "valbefinnande" else 11.3
            for order, (period, value) in enumerate(zip((START, HALF, YEAR), means, strict=True)):
                rows.append(MeanPoint(outcome, group, period, order, value, spread + order, n, seen(n)))
    return tuple(rows)


def _months() -> tuple[ActivityMonth, ...]:
    persons = (4, 8, 14, 21, 24, 27, 31, 35, 38, 41, 44, 46, 40, 33, 25, 17, 11, 6)
    months = [f"{2015 + (8 + i) // 12}-{(8 + i) % 12 + 1:02d}" for i in range(len(persons))]
    return tuple(
        ActivityMonth("samordningssamtal", m, 2.0 * n + 1, seen(n, top_two_share=0.3)) for m, n in zip(months, persons, strict=True)
    )


def _plan_text() -> PlanText:
    instrument = ("WHO-5 (draft)",)
    return PlanText(
        municipality="Exempelkommunen",
        background="Unga med neuropsykiatriska svårigheter möter många förvaltningar samtidigt. Satsningen prövar en väg in.",
        target_group="Unga 15–25 år med neuropsykiatriska svårigheter, med eller utan diagnos",
        age_from=15,
        age_to=25,
        why="Stödet är splittrat mellan förvaltningar och den unge tappar fotfästet i skolan",
        who="Unga 15–25 år med neuropsykiatriska svårigheter",
        what="En samordnare, en gemensam plan och täta samordningssamtal under ett år",
        how="När stödet hänger ihop ökar närvaron i skolan och välbefinnandet",
        questions=(
            "Utvecklas de unga som fått insatsen bättre än de som väntar?",
            "Får de unga så mycket av insatsen som planen säger?",
        ),
        side_effects=("Längre väntan för dem som står utanför satsningen",),
        versions=(
            VersionText(date(2015, 8, 15), "Styrgruppen för sociala investeringar", "Första versionen, beslutad före start"),
        ),
        outcomes=(
            OutcomeText(
                "valbefinnande", LONG_LABEL["valbefinnande"], "poäng", "score", "higher_better", True, instrument, 0.0, 100.0, 10.0
            ),
            OutcomeText("franvaro", LONG_LABEL["franvaro"], "procentenheter", "rate", "lower_better", False, (), 0.0, 100.0, -5.0),
        ),
        occasions=(
            OccasionText("start", START, "before", -60, 0, 14, False),
            OccasionText("uppf6", HALF, "after", 120, 182, 260, False),
            OccasionText("uppf12", YEAR, "after", 300, 365, 430, True),
        ),
        activities=(
            ActivityText(
                "samordningssamtal",
                "Samordningssamtal",
                "Samordnare",
                "Enskilt samtal om gemensam plan",
                "Varannan till var fjärde vecka",
                "samtal",
                16.0,
            ),
        ),
        sources=(
            SourceText("personal", "Personalens lista", "Funktionsstödsförvaltningen", "Samtycke (OSL 10 kap. 1 §)", "", "", ""),
            SourceText(
                "skola",
                "Frånvaro per månad",
                "Gymnasieförvaltningen",
                "Samtycke (OSL 10 kap. 1 §)",
                "",
                "",
                "2014-08-01–2018-06-30",
            ),
        ),
        analyses=("pre_post", "did"),
        comparison="waiting_list",
        comparison_description="Unga som anmälts och står i kö",
        assigned_at="person",
        assigned_by="Samordnaren erbjuder plats i turordning efter anmälan",
        cluster_label="",
        selected_on_outcome="unknown",
        confidence_level=0.95,
        responsible=(("Nationalekonom", "Utvärdering och rapport"), ("Processledare", "Leveranser")),
    )


def _gate() -> GateReport:
    def outcome(rule: str, code: str, severity: Severity, source: str, failed: int = 0) -> CheckOutcome:
        places = () if not failed else ("samtal_2016.csv rad 17",)
        return CheckOutcome(
            rule, code, severity, failed == 0, source, "", 83, failed, places, "HEMLIGT-MEDDELANDE rad 17", "Rätta raden"
        )

    return GateReport(
        "leverans",
        (
            outcome("personal.identitet", "ID-FORMAT", Severity.STOP, "personal"),
            outcome("skola.intervall", "IN-RANGE", Severity.STOP, "skola"),
            outcome("personal.bortfall", "ATTRITION", Severity.WARN, "personal", 21),
            outcome("personal.samtycke", "CONSENT-UNKNOWN", Severity.NOTE, "personal", 3),
        ),
    )


def _valuation() -> Valuation:
    source = "SKL/Uppdrag psykisk hälsa: Insatskostnader – Sociala investeringar, 2015"
    price = PriceReference(
        "utredning_bbic", "Utredning enligt BBIC", 30561.0, "styck", "ej angivet (listan är från 2015)", source, "draft"
    )
    needed = 4800000.0 / 30561.0
    row = BreakEven("Socialnämnden", "Undvikna utredningar enligt BBIC", price, needed, needed / 83, "price-year-unclear")
    return Valuation(4800000.0, 2015, "Påhittad budget för demonstrationen", 83, 4800000.0 / 83, (row,))


def sample_result() -> EvaluationResult:
    """Return a persons' result at level 2: comparison group, trends that cannot be tested."""
    sha = "0123456789abcdef" * 4
    return EvaluationResult(
        result_format=RESULT_FORMAT,
        plan=PlanIdentity(
            "np-samverkan",
            "NP-samverkan (påhittat)",
            date(2015, 8, 15),
            sha,
            "sv",
            "persons",
            True,
            "valbefinnande",
            "uppf12",
            False,
        ),
        plan_text=_plan_text(),
        requirements=(
            RequirementCheck("outcome_and_process", met=True, comment=""),
            RequirementCheck("design", met=False, comment="Väntelista"),
            RequirementCheck("legal_assessment", met=True, comment="Kommunjurist"),
        ),
        evidence=EvidenceVerdict(
            EvidenceLevel.CAUSAL_WITH_CAVEATS, EvidenceLevel.COMPARED, ("pre-trends-cannot-be-tested",), below_minimum=True
        ),
        gate=_gate(),
        flows=(_flow("valbefinnande"), _flow("franvaro")),
        occasions=tuple(
            OccasionCount("valbefinnande", occasion, group, expected, measured, not_due)
            for group, rows in {
                "treated": (("start", 79, 79, 0), ("uppf6", 75, 66, 4), ("uppf12", 67, 54, 12)),
                "comparison": (("start", 70, 66, 0), ("uppf6", 63, 55, 7), ("uppf12", 59, 47, 11)),
            }.items()
            for occasion, expected, measured, not_due in rows
        ),
        activities=(
            ActivityFollowUp(
                "samordningssamtal",
                "Samordningssamtal",
                "samtal",
                16.0,
                54,
                13.62,
                21 / 54,
                0.83,
                0.8,
                seen(54, top_two_share=0.08),
            ),
        ),
        activity_months=_months(),
        estimates=_estimates(),
        effect_sizes=(
            EffectSize("change.comparison.valbefinnande", "gav", 2.41 / 18.6, 18.6, corrected=True),
            EffectSize("change.treated.valbefinnande", "gav", 9.83 / 18.6, 18.6, corrected=True),
            EffectSize("change.treated.franvaro", "gav", -3.12 / 11.3, 11.3, corrected=True),
        ),
        means=_means(),
        effect_path=(),
        tests=(
            TestOutcome("joint-leads", "valbefinnande", "cannot_be_tested", None, None, None, None, 0, None, "too-few-pre-periods"),
        ),
        valuation=_valuation(),
        provenance=Provenance(
            date(2017, 6, 30),
            "0.1.0",
            "3.12.1",
            "a1b2c3d4",
            (FileStamp("data/raw/np-samverkan/2017-06-30/deltagare.xlsx", sha, 12345),),
            (FileStamp("params/interventions/np-samverkan.yaml", sha[::-1], 6789),),
            sha,
            sha[::-1],
        ),
    )


def public_result() -> EvaluationResult:
    """Return a public panel's result whose leads contradict parallel trends."""
    base = sample_result()
    text = replace(
        base.plan_text,
        comparison="never_treated_units",
        occasions=(),
        activities=(),
        questions=("Ändras personaltätheten när kommunen får bidraget?",),
        outcomes=(
            OutcomeText(
                "pers_total",
                "Personal per 1 000 invånare",
                "personer per 1 000 invånare",
                "rate",
                "higher_better",
                True,
                (),
                None,
                None,
                None,
            ),
        ),
    )
    value = estimate("did.pers_total", "pers_total", "all", ("1996", "2004"), (1.7801, 0.4068), n_units=223, n_treated_units=111)
    value = replace(
        value,
        label="Personal per 1 000 invånare",
        unit="personer per 1 000 invånare",
        estimator="twfe",
        inference="cr1-t",
        evidence=PUBLIC,
    )
    means = tuple(
        MeanPoint("pers_total", group, str(1996 + i), i, level + 0.3 * i, 6.1, 111, PUBLIC)
        for group, level in (("treated", 71.2), ("comparison", 68.9))
        for i in range(9)
    )
    path = (
        (-5, -2.14, 0.69),
        (-4, -0.98, 0.46),
        (-3, -0.86, 0.36),
        (-2, -0.52, 0.22),
        (0, 0.91, 0.25),
        (1, 1.32, 0.33),
        (2, 1.77, 0.41),
    )
    return replace(
        base,
        plan=replace(
            base.plan,
            id="bidrag",
            title="Kostnadsutjämning",
            data_kind="public",
            synthetic=False,
            primary_outcome="pers_total",
            decisive_occasion="",
        ),
        plan_text=text,
        evidence=EvidenceVerdict(
            EvidenceLevel.CAUSAL_WITH_CAVEATS, EvidenceLevel.COMPARED, ("pre-trends-contradicted",), below_minimum=False
        ),
        flows=(
            SampleFlow(
                "pers_total",
                (FlowArm("treated", 167, 111, PUBLIC), FlowArm("comparison", 112, 112, PUBLIC)),
                (Exclusion("always_treated", "treated", "", 55), Exclusion("reversal", "treated", "", 1)),
            ),
        ),
        occasions=(),
        activities=(),
        activity_months=(),
        estimates=(value,),
        effect_sizes=(),
        means=means,
        effect_path=tuple(
            EffectPoint("pers_total", t, t in (-5, 2), v, se, Interval(v - 1.97 * se, v + 1.97 * se, 0.95), 111)
            for t, v, se in path
        ),
        tests=(TestOutcome("joint-leads", "pers_total", "contradicted", 13.33, 4.0, None, 0.0098, 4, None, "leads-reject"),),
        valuation=None,
        provenance=replace(base.provenance, key_id=""),
    )
