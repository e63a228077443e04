"""Assumptions out of norms and out of a run, as rows that the plan takes; the design page in English from the command line."""

from __future__ import annotations

import re
import shutil

import numpy as np
import pytest
import yaml
from evalkit.cli import main
from evalkit.methods.panel import Panel
from evalkit.plan.planning import PlanningAssumption
from evalkit.plan.project import ROOT_VARIABLE, Project
from evalkit.plan.register import load_register
from evalkit.workflow.design_learned import _of_series, norm_lines
from tests.support.small_run import HERE

WHO5 = "{instrument: who5, scale: percent, age_from: 15, age_to: 27}"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "params" / "interventions").mkdir(parents=True)
    shutil.copytree(HERE / "params" / "instruments", tmp_path / "params" / "instruments")
    shutil.copy(HERE / "params" / "interventions" / "np-samverkan.yaml", tmp_path / "params" / "interventions")
    shutil.copytree(HERE / "notebooks", tmp_path / "notebooks")
    return Project(tmp_path)


def assumptions(lines):
    rows = yaml.load("\n".join(line for line in lines if line.startswith("  -")), Loader=yaml.BaseLoader)
    return [PlanningAssumption.model_validate(row) for row in rows]


def test_the_spread_of_a_norm_is_a_row_with_its_source(project):
    norm = load_register(project.instruments).norms[0]
    path = project.plan_file("np-samverkan")
    text = path.read_text(encoding="utf-8")
    assert WHO5 in text
    use = f"{{instrument: {norm.instrument}, scale: {norm.scale}, norm_country: {norm.country}}}"
    path.write_text(text.replace(WHO5, use), encoding="utf-8")
    rows = assumptions(norm_lines(project, "np-samverkan"))
    assert round(norm.sd, 2) in [row.value for row in rows]
    assert {(row.quantity, row.source) for row in rows} == {("standard_deviation", "literature")}
    assert all(norm.instrument in row.reference for row in rows)


def test_an_outcome_without_norm_says_so(project, monkeypatch, capsys):
    monkeypatch.setenv(ROOT_VARIABLE, str(project.root))
    assert main(["design", "np-samverkan", "--from-norms"]) == 2
    assert "DSN-DATA" in capsys.readouterr().err


def test_a_public_series_gives_spread_and_autocorrelation_of_units_never_treated():
    rng = np.random.default_rng(3)
    y = np.zeros((40, 12))
    y[:, 0] = rng.normal(size=40)
    for period in range(1, 12):
        y[:, period] = 0.6 * y[:, period - 1] + 0.8 * rng.normal(size=40)
    treated = np.arange(40) < 5
    panel = Panel("x", y, np.zeros_like(y, dtype=bool), treated, np.full(40, np.nan), np.arange(40), ("",) * 40, ("",) * 12, True)

    class Opened:
        class plan:  # noqa: N801 - stands for the plan of an opened run
            primary_outcome = "x"

    rows = {row.quantity: row for row in assumptions(_of_series(Opened, panel))}
    assert 0.35 < rows["autocorrelation"].value < 0.85
    assert 0.7 < rows["standard_deviation"].value < 1.1
    assert {row.source for row in rows.values()} == {"register"}
    assert "35 enheter" in rows["autocorrelation"].reference


def test_the_page_in_english_has_a_folder_of_its_own(project, monkeypatch, capsys):
    monkeypatch.setenv(ROOT_VARIABLE, str(project.root))
    assert main(["design", "np-samverkan", "--language", "en"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("With 80 participants")
    page = (project.root / re.search(r"reports/\S+-en/design.html", said)[0]).read_text(encoding="utf-8")
    assert '<html lang="en"' in page
    assert "How many are needed?" in page
    assert "Hur många" not in page
    assert 'alt="Waiting list in drawn order: ' in page
