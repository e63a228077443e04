"""What a plan may assume before anybody is measured: each impossible number is refused on its own line, with what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest
from evalkit.errors import PlanError
from evalkit.plan.loader import load_plan

PLANS = Path(__file__).parents[2] / "params" / "interventions"


def written(tmp_path: Path, *rows: str) -> Path:
    text = (PLANS / "exempel-vantelista.yaml").read_text("utf-8")
    told = "".join(f"  - {{{row}, source: guess, reference: provet}}\n" for row in rows)
    head, rest = text.split("planning:\n", 1)
    path = tmp_path / "exempel-vantelista.yaml"
    path.write_text(f"{head}planning:\n{told}preanalysis:\n{rest.split('preanalysis:', 1)[1].lstrip(chr(10))}", "utf-8")
    return path


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("quantity: icc, value: 1.2", "DSN-ICC"),
        ("quantity: icc, value: -0.1", "DSN-ICC"),
        ("quantity: take_up, value: 0", "DSN-TAKEUP"),
        ("quantity: take_up, value: 1.1", "DSN-TAKEUP"),
        ("quantity: attrition, value: 1", "DSN-SHARE"),
        ("quantity: r2, value: 1", "DSN-SHARE"),
        ("quantity: r2_between, value: 1", "DSN-SHARE"),
        ("quantity: correlation, value: -1", "DSN-CORR"),
        ("quantity: autocorrelation, value: 1", "DSN-CORR"),
        ("quantity: standard_deviation, value: 0", "DSN-SMALL"),
        ("quantity: clusters, value: 0", "DSN-SMALL"),
        ("quantity: clusters, value: 161", "DSN-SMALL"),
        ("quantity: blocks, value: 81", "DSN-BLOCK"),
        ("quantity: blocks, value: 2.5", "DSN-SMALL"),
        ("quantity: places, value: 0", "DSN-SMALL"),
        ("quantity: baseline_share, value: 1", "DSN-SHARE"),
        ("quantity: size_spread, value: -1", "DSN-SMALL"),
        ("quantity: price_measurement, value: -1", "DSN-PRICE"),
        ("quantity: icc, outcome: trygget, value: 0.1", "PAR-REF"),
    ],
)
def test_an_impossible_assumption_is_told_with_its_line(tmp_path: Path, row: str, code: str) -> None:
    path = written(tmp_path, row)
    with pytest.raises(PlanError) as caught:
        load_plan(path)
    line = next(number for number, text in enumerate(path.read_text("utf-8").splitlines(), 1) if row in text)
    assert f"[{code}] rad {line}, planning" in str(caught.value)


def test_assumptions_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="lika ofta som de erbjudna"):
        load_plan(written(tmp_path, "quantity: take_up, value: 0.4", "quantity: take_up_comparison, value: 0.4"))
    with pytest.raises(PlanError, match="antas två gånger"):
        load_plan(written(tmp_path, "quantity: icc, value: 0.1", "quantity: icc, value: 0.2"))


def test_the_ends_that_are_possible_pass(tmp_path: Path) -> None:
    rows = (
        "quantity: icc, value: 0",
        "quantity: attrition, value: 0",
        "quantity: take_up, value: 1",
        "quantity: blocks, value: 80",
    )
    assert len(load_plan(written(tmp_path, *rows)).planning) == 4
