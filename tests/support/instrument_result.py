"""A result with one instrument's page, its counts of change as a test wants them."""

from __future__ import annotations

from dataclasses import replace

from evalkit.findings.cell import DisclosureEvidence
from evalkit.findings.estimate import Interval
from evalkit.findings.norms import (
    BandShare,
    ChangeClasses,
    ExcessImproved,
    ExpectedRegression,
    InstrumentFinding,
    NormComparison,
    NormReference,
    ScoreBand,
)
from evalkit.findings.result import EvaluationResult
from tests.support.sample_result import sample_result

OUTCOME = "valbefinnande"
CITATION = "Påhittad 2015, Tidskrift 1:2"
Counts = tuple[int, int, int, int]


def classes(group: str, counts: Counts, **facts: object) -> ChangeClasses:
    """Return recovered, improved, unchanged and deteriorated of one group."""
    one = ChangeClasses(
        group=group,
        reason="",
        n=sum(counts),
        reliability=0.84,
        reliability_basis="retest 365",
        comparable=True,
        sd_basis="norm",
        smallest_detectable=17.64,
        criterion="b",
        cut=70.0,
        n_recovered=counts[0],
        n_improved=counts[1],
        n_unchanged=counts[2],
        n_deteriorated=counts[3],
        evidence=DisclosureEvidence(sum(counts), none_or_all=max(counts) == sum(counts)),
        why_not_c="no-clinical",
        reliability_source=CITATION,
        reliability_status="draft",
        reliability_key="x/reliability/total/retest",
    )
    return replace(one, **facts)  # type: ignore[arg-type]


def page(treated: Counts, comparison: Counts | None = None, **facts: object) -> InstrumentFinding:
    """Return a page with norm, bands, classes and regression; `facts` replace its fields."""
    norm = NormReference("SE-x.who5", CITATION, "draft", "SE", "Befolkningen", 2012, "all", 15, 25, 400, 61.37, 18.91)
    bands = (ScoreBand("low", "Lågt", 0, 50, 1, "all"), ScoreBand("high", "Gott", 51, 100, 0, "all"))
    groups = (classes("treated", treated), *([classes("comparison", comparison)] if comparison else []))
    excess = None
    if comparison:
        hits = [sum(c[:2]) for c in (treated, comparison)]
        value = hits[0] / sum(treated) - hits[1] / sum(comparison)
        extreme = any(h in {0, sum(c)} for h, c in zip(hits, (treated, comparison), strict=True))
        seen = DisclosureEvidence(min(sum(treated), sum(comparison)), none_or_all=extreme)
        excess = ExcessImproved(value, Interval(value - 0.1234, value + 0.1234, 0.95), seen)
    enough = DisclosureEvidence(54)
    one = InstrumentFinding(
        outcome=OUTCOME,
        instrument="who5",
        label="WHO-5",
        measures="Välbefinnande",
        respondent="self",
        scale="percent",
        scale_label="Procent",
        minimum=0.0,
        maximum=100.0,
        direction="higher_better",
        recall="",
        licence="free",
        source=CITATION,
        status="draft",
        practice=False,
        relevant_change=10.0,
        bands=bands,
        band_system="WHO-50",
        band_status="draft",
        no_bands="",
        norms=(norm,),
        no_norm="",
        norms_elsewhere=(),
        comparisons=tuple(_comparison(order, mean) for order, mean in ((0, 46.0), (2, 56.0))),
        shares=tuple(
            BandShare("treated", f"Efter {order}", order, band, level, 27, 54, enough)
            for order in (0, 2)
            for band, level in (("low", 1), ("high", 0))
        ),
        classes=groups,
        excess=excess,
        regression=(ExpectedRegression("treated", 9.8, 0.0, 6.1, 0.6, "published", enough, source=CITATION, status="draft"),),
        no_regression="",
    )
    return replace(one, **facts)  # type: ignore[arg-type]


def result_with(*pages: InstrumentFinding) -> EvaluationResult:
    """Return the sample result with these pages."""
    return replace(sample_result(), instruments=pages)


def _comparison(order: int, mean: float) -> NormComparison:
    occasion = {0: "Vid start", 2: "Efter 12 månader"}[order]
    return NormComparison(
        "treated",
        occasion,
        order,
        54,
        mean,
        17.0,
        61.37,
        18.91,
        mean - 61.37,
        (mean - 61.37) / 18.91,
        Interval(mean - 66, mean - 56, 0.95),
        0.02,
        "welch",
        9.455,
        0.31,
        0,
        DisclosureEvidence(54),
    )
