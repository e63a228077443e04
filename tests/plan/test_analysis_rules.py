"""The plan's rules for several outcomes and reports: what is refused, and that the demo survives with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from evalkit.errors import PlanError
from evalkit.plan.loader import parse_plan

DEMO = Path(__file__).parents[2] / "params" / "interventions" / "np-samverkan.yaml"
GOOD = """\
analysis:
  families:
    - {id: sekundara, label: Övriga mått, kind: confirmatory}
  spending: pocock
  reports:
    - {label: Delrapport, day: 2017-01-01, role: interim, information: 0.5}
    - {label: Slutrapport, day: 2018-01-01, role: confirmatory}
    - {label: Långtidsuppföljning, day: 2020-01-01, role: descriptive}
"""


def load(section: str):
    return parse_plan("np-samverkan.yaml", (DEMO.read_text(encoding="utf-8") + section).encode("utf-8"))


def test_a_plan_with_rules_is_read() -> None:
    plan = load(GOOD)
    assert [r.role for r in plan.analysis.reports] == ["interim", "confirmatory", "descriptive"]


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ("{id: sekundara", "{id: andra", "PAR-REF", "finns inte i analysis.families"),
        ("spending: pocock", "spending: none", "PAR-VALUE", "hör ihop"),
        ("role: interim, information: 0.5", "role: descriptive", "PAR-VALUE", "hör ihop"),
        (", information: 0.5", "", "PAR-MISSING", "uppföljda"),
        ("role: confirmatory}", "role: descriptive}", "PAR-VALUE", "bara en"),
        ("day: 2018-01-01", "day: 2016-01-01", "PAR-DATE", "tidsordning"),
        ("role: descriptive}", "role: interim, information: 0.9}", "PAR-VALUE", "efter den som avgör"),
        ("spending: pocock", "spending: pocok", "PAR-VALUE", "pocock"),
    ],
)
def test_what_does_not_agree_is_refused_with_its_place(old: str, new: str, code: str, says: str) -> None:
    with pytest.raises(PlanError) as caught:
        load(GOOD.replace(old, new, 1))
    assert code in caught.value.codes
    assert says in str(caught.value)


def test_the_primary_outcome_explores_nothing() -> None:
    section = "analysis: {families: [{id: primar, label: P, kind: exploratory}, {id: sekundara, label: S, kind: exploratory}]}\n"
    with pytest.raises(PlanError, match="utforskande"):
        load(section)


def test_a_spending_series_wants_the_primary_outcome_alone() -> None:
    text = DEMO.read_text(encoding="utf-8").replace("family: primar", "family: sekundara")
    with pytest.raises(PlanError, match="egen familj"):
        parse_plan("np-samverkan.yaml", (text + GOOD).encode("utf-8"))
