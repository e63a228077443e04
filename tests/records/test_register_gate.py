"""The gate of the register: the delivered one has no stop, and every rule has a fault planted for it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from evalkit.errors import PlanError
from evalkit.findings.quality import Severity
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.instruments import InstrumentRegister
from evalkit.plan.register import load_register
from evalkit.records.mutation_table import LEAST_SHARE, MutationOutcome, mutation_table, share_caught
from evalkit.records.register_gate import check_register, refuse_unusable, register_checks
from evalkit.records.register_mutations import outcomes
from evalkit.records.register_mutations.faults import FAULTS
from tests.support.people import plan_mapping, plan_of

ROOT = Path(__file__).parents[2]
DAY = date(2026, 11, 22)
UNPLANTED = {"gräns.band_id", "gräns.kontroll_gäller"}
"""Planted below, by hand."""


@pytest.fixture(scope="module")
def register() -> InstrumentRegister:
    return load_register(ROOT / "params" / "instruments")


@pytest.fixture(scope="module")
def planted(register: InstrumentRegister) -> tuple[MutationOutcome, ...]:
    return outcomes(register, DAY)


def test_the_register_has_no_stop(register: InstrumentRegister) -> None:
    report = check_register(register, DAY)
    assert report.stops == ()
    assert len(report.outcomes) == 64
    assert {outcome.code for outcome in report.outcomes if not outcome.passed} == {
        "REG-RELIAB",
        "NORM-AGE",
        "NORM-OLD",
        "NORM-SMALL",
    }


def test_at_least_95_of_100_planted_faults_are_caught(planted: tuple[MutationOutcome, ...]) -> None:
    assert len(planted) == len(FAULTS) > 90
    assert share_caught(planted) >= LEAST_SHARE
    assert [one.name for one in planted if not one.as_expected] == [
        "medelvärde och standardavvikelse omkastade, båda rimliga (6,0 och 6,6)"
    ]


def test_every_rule_has_a_fault_of_its_own(register: InstrumentRegister, planted: tuple[MutationOutcome, ...]) -> None:
    rules = {check.rule.name for check in register_checks(register, DAY)}
    assert rules - {one.expected for one in planted} == UNPLANTED


def test_the_table_in_the_documents_is_the_one_that_the_command_makes(planted: tuple[MutationOutcome, ...]) -> None:
    text = (ROOT / "docs" / "INSTRUMENTS.md").read_text(encoding="utf-8")
    kept = text.split("<!-- mutations:register -->\n", 1)[1].split("<!-- /mutations:register -->", 1)[0]
    assert kept == mutation_table(planted)


def test_every_code_of_the_register_is_explained(register: InstrumentRegister) -> None:
    text = (ROOT / "docs" / "CODES.md").read_text(encoding="utf-8")
    codes = {check.rule.code for check in register_checks(register, DAY)}
    assert len(codes) > 20
    assert [code for code in sorted(codes) if code not in text] == []


def plan_using(*instruments: str) -> EvaluationPlan:
    mapping = plan_mapping()
    mapping["outcomes"][0]["instruments"] = [{"instrument": name} for name in instruments]
    return plan_of(mapping)


@pytest.mark.parametrize(
    ("name", "instrument", "rule"),
    [
        ("varians i stället för standardavvikelse (36)", "sdq_teacher", "norm.sd_möjlig"),
        ("det svåraste bandet i fel ände", "sdq_parent", "gräns.svår_sida"),
        ("PHQ-9 ”senaste veckan”", "phq9", "instrument.tidsperiod"),
        ("svaren 0–3 kodade 1–4", "phq9", "skala.spann_frågor"),
        ("reliabilitet 7,3", "sdq_self", "reliabilitet.mellan_0_och_1"),
        ("okänt instrument", None, "norm.skala"),
    ],
)
def test_a_run_is_refused_on_a_fault_anywhere_in_an_instrument_of_its_plan(register, name, instrument, rule) -> None:
    """The whole file of each instrument that the plan uses, and no other: a fault elsewhere stops nobody."""
    everything = plan_using(*(one.id for one in register.instruments))
    refuse_unusable(register, everything)
    bad = next(fault for fault in FAULTS if fault.name == name).change(register)
    with pytest.raises(PlanError, match=rule):
        refuse_unusable(bad, plan_using(instrument) if instrument else everything)
    if instrument:
        refuse_unusable(bad, plan_using("skolfranvaro"))


def test_two_bands_of_one_name_and_a_check_of_other_numbers_are_seen(register: InstrumentRegister) -> None:
    from evalkit.plan.norm_rows import SignedCheck

    audit = register.find("audit")
    assert audit is not None
    cut = audit.cutoffs[0]
    doubled = cut.model_copy(update={"bands": (cut.bands[0], cut.bands[1].model_copy(update={"id": cut.bands[0].id}))})
    changed = audit.model_copy(update={"cutoffs": (doubled, *audit.cutoffs[1:])})
    stale = SignedCheck(target="audit/SE/total/f", checker="ekonom/Anna Berg", on=DAY, page="sidan", content="0" * 64)
    instruments = tuple(changed if one.id == "audit" else one for one in register.instruments)
    report = check_register(register.model_copy(update={"instruments": instruments, "checks": (stale,)}), DAY)
    failed = {outcome.rule: (outcome.severity, outcome.places) for outcome in report.outcomes if not outcome.passed}
    assert failed["gräns.band_id"] == (Severity.STOP, ("audit/SE/total/m",))
    assert failed["gräns.kontroll_gäller"] == (Severity.WARN, ("audit/SE/total/f",))
