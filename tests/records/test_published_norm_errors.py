"""Errors that stand in published sources, as numbers with their citation: each is caught by a named rule of the register.

docs/INSTRUMENTS.md lists them for readers. The two that stand in program code (criteria b and c of clinically significant
change) are held by tests with unequal standard deviations.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from evalkit.plan.instrument_parts import Items, Recall
from evalkit.plan.instruments import Instrument, InstrumentRegister, Scale
from evalkit.plan.register import load_register
from evalkit.records.register_gate import register_checks
from evalkit.records.register_mutations import outcomes
from evalkit.records.register_mutations.changes import (
    Change,
    bands,
    both,
    copied_norm,
    instrument,
    items,
    norm,
    part,
    scale,
    second_cutoff,
)
from evalkit.records.register_mutations.faults import Planted
from evalkit.records.sheets import judge

FOLDER = Path(__file__).parents[2] / "params" / "instruments"
DAY = date(2026, 11, 22)
NL = "NL-12-17-self.sdq_self.total.all"


def with_cesd() -> Change:
    """Return the change that adds CES-D as CamCOPS 2.4.24 codes it: twenty answers 0–4, a sum of at most 60."""

    def change(register: InstrumentRegister) -> InstrumentRegister:
        cesd = Instrument(
            id="cesd",
            label="CES-D",
            respondent="self",
            source="CamCOPS 2.4.24, cesd.py",
            status="draft",
            licence="free",
            items=Items(count=20, minimum=0, maximum=4, sources=("camcops",), confidence="verified"),
            scales=(Scale(id="total", label="Summa", minimum=0, maximum=60, direction="lower_better", items=tuple(range(1, 21))),),
        )
        return register.model_copy(update={"instruments": (*register.instruments, cesd)})

    return change


PUBLISHED = (
    Planted(
        "Eriksson & Lindström 2005, J Epidemiol Community Health 59:460-466, abstract: SOC-13 mean 35.39 (SD 0.10)",
        "norm.sd_inte_medelfel",
        copied_norm(
            "AX-40-70.kasam13.total.all", norm_id="eriksson", norm_set="eriksson", mean=35.39, sd=0.10, source="eriksson2005"
        ),
    ),
    Planted(
        "PMC3059623 Table 7: SDQ hyperactivity 0-3 / 5 / 5-10",
        "gräns.sammanhängande",
        bands("sdq_parent", "UK-3band", "hyperactivity", (0, 3), (5, 5), (5, 10)),
    ),
    Planted(
        "BMC Psychiatry 2021 s12888-021-03218-x Table 2: UK prosocial 8-10/7/0-6 inside a three-band set",
        "gräns.system_entydigt",
        second_cutoff("sdq_parent", "UK-3band", "prosocial", (0, 6), (7, 7), (8, 10)),
    ),
    Planted(
        'CAPMH 2021 s13034-021-00437-8 Table 2: "% abnormal" about 97',
        "norm.andel_möjlig",
        norm(NL, share_worst=0.97, share_system="UK-3band"),
    ),
    Planted(
        "carlbring.se/fbanken/kasam-soc: low 30-60 on a scale of 13-91",
        "gräns.täcker_skalan",
        bands("kasam13", "langius-bjorvell-1996", "total", (30, 60), (61, 75), (76, 91)),
    ),
    Planted(
        "medicinbasen.se/mb/audit: zones 16-20 and >20 against WHO's 16-19 and >=20",
        "gräns.system_entydigt",
        second_cutoff("audit", "WHO-zones", "total", (0, 7), (8, 15), (16, 20), (21, 40)),
    ),
    Planted(
        "AUDIT-C: limits 4 (women) of the original under the id of Folkhälsomyndigheten's 5",
        "gräns.system_entydigt",
        part("audit_c", "cutoffs", 2, system="FHM"),
    ),
    Planted(
        "support.hpinordic.se AUDIT-C: six-month recall in the standard form, which asks about the year",
        "instrument.tidsperiod",
        both(
            part("audit_c", "recalls", 0, period="six_months"),
            instrument("audit_c", recall="Senaste året"),
        ),
    ),
    Planted(
        "mestring.no RSES: 10 items described, range 4-16", "skala.spann_frågor", scale("rses", "total", minimum=4.0, maximum=16.0)
    ),
    Planted(
        'oskarflygare.com PHQ-9: "last week" (the form asks about two weeks)',
        "instrument.tidsperiod",
        instrument("phq9", recall="Senaste veckan"),
    ),
    Planted("SBU 2012 table: MADRS-S with 10 items (medicinbasen: 9)", "instrument.antal_frågor", items("madrs_s", count=10)),
    Planted("CamCOPS 2.4.24 cesd.py: items 0-4, total max 60", "skala.spann_frågor", with_cesd()),
)


@pytest.fixture(scope="module")
def register() -> InstrumentRegister:
    return load_register(FOLDER)


def test_every_published_error_is_caught_by_its_named_rule(register: InstrumentRegister) -> None:
    made = outcomes(register, DAY, PUBLISHED)
    assert [(one.name, one.expected) for one in made if not one.as_expected] == []
    assert len(made) == 12


def test_the_register_itself_has_none_of_them(register: InstrumentRegister) -> None:
    expected = {planted.expected for planted in PUBLISHED}
    checks = [check for check in register_checks(register, DAY) if check.rule.name in expected]
    assert {check.rule.name for check in checks} == expected
    assert all(outcome.passed for outcome in judge(checks))


def test_cesd_as_its_authors_code_it_is_not_stopped(register: InstrumentRegister) -> None:
    """Radloff 1977: twenty answers 0–3, a sum of 0–60, four items reversed."""
    with_fault = with_cesd()(register)
    cesd = with_fault.instruments[-1]
    assert cesd.items is not None
    right = cesd.model_copy(update={"items": cesd.items.model_copy(update={"maximum": 3.0, "reversed": (4, 8, 12, 16)})})
    mended = register.model_copy(update={"instruments": (*register.instruments, right)})
    failing = {check.rule.name for check in register_checks(mended, DAY) if "cesd" in str(check.places)}
    assert "skala.spann_frågor" not in failing
    assert "instrument.vända_frågor" not in failing


def test_a_form_may_ask_about_another_time_when_its_words_say_so(register: InstrumentRegister) -> None:
    hpi = register.find("audit_c")
    assert hpi is not None
    assert {recall.form: recall.period for recall in hpi.recalls} == {"standard": "year", "hpi": "six_months"}
    assert isinstance(hpi.recalls[0], Recall)
