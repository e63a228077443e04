"""``evalkit instruments`` as a stranger uses it: list, check, show, secure."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from evalkit.cli import main
from evalkit.plan.loader import load_plan
from evalkit.plan.project import ROOT_VARIABLE, Project
from evalkit.workflow.mutation_doc import write_tables
from evalkit.workflow.provenance import parameter_stamps

ROOT = Path(__file__).parents[2]
ROW = "SE-Jamtland-1997.hads.anxiety.all"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "params" / "interventions").mkdir(parents=True)
    shutil.copytree(ROOT / "params" / "instruments", tmp_path / "params" / "instruments")
    monkeypatch.setenv(ROOT_VARIABLE, str(tmp_path))
    return tmp_path


def test_the_list_shows_who_answers_ages_status_and_norms(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["instruments"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["id", "namn", "svarar", "ålder", "status", "normer"]
    assert len(lines) == 42
    assert next(line for line in lines if line.startswith("sdq_self ")).split()[-4:] == ["11–17", "år", "draft", "4"]


def test_check_counts_and_a_fault_closes_the_gate(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["instruments", "check", "--on", "2026-11-22"]) == 0
    assert "41 instrument, 27 normrader, 81 källor: 64 kontroller, 0 stopp, 4 varningar" in capsys.readouterr().out
    table = root / "params" / "instruments" / "norms.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(";4.55;3.73;", ";4.55;0.15;"), encoding="utf-8")
    assert main(["instruments", "check", "--on", "2026-11-22"]) == 3
    told = capsys.readouterr()
    assert "NORM-SE" in told.out
    assert ROW in told.out
    assert "norm.sd_inte_medelfel" in told.out
    assert "NORM-SE" in told.err


@pytest.mark.parametrize("name", ["sdq_self", "WHO-5", "eq5d5l", "audit", "wisc4", "kasam13", "rand36", "asrs11"])
def test_show_explains_an_instrument_with_status_and_sources(name: str, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["instruments", "show", name]) == 0
    told = capsys.readouterr().out
    for heading in ("Mäter:", "Skalor", "Normer", "Källor", "Status: utkast, ej säkerställd"):
        assert heading in told
    assert "None" not in told
    assert "saknas i sources.yaml" not in told


def test_show_names_the_nearest_instrument_and_never_a_traceback(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["instruments", "show", "sdq_sef"]) == 2
    assert main(["instruments", "show"]) == 2
    told = capsys.readouterr().err
    assert "menade du ”sdq_self”" in told
    assert "Traceback" not in told


def secure(checker: str, page: str = "tabell 2", target: str = ROW) -> int:
    return main(["instruments", "secure", target, "--checker", checker, "--page", page, "--on", "2026-11-22"])


def test_two_persons_secure_a_row_and_show_says_so(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert secure("ekonom/Anna Berg") == 0
    assert "reviewed; en person till" in capsys.readouterr().out
    assert secure("ekonom/Anna Berg") == 2
    assert secure("psykolog/Bo Ek") == 0
    assert f"{ROW}: secured" in capsys.readouterr().out
    assert main(["instruments", "show", "hads"]) == 0
    assert "säkrad av två personer" in capsys.readouterr().out
    assert main(["instruments", "check", "--on", "2026-11-22"]) == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["secure"], "ange rad, kontrollant och sida"),
        (["secure", ROW, "--checker", "Anna Berg", "--page", "2"], "roll/namn"),
        (["secure", ROW, "--checker", "ekonom/Anna Berg", "--page", "2", "--on", "igår"], "ange dagen"),
        (["secure", "fel", "--checker", "ekonom/Anna Berg", "--page", "2"], "finns inte i registret"),
    ],
)
def test_a_wrong_call_says_what_is_right(words: list[str], says: str, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["instruments", *words]) == 2
    assert says in capsys.readouterr().err
    assert not (root / "params" / "instruments" / "checks.yaml").exists()


def test_a_licensed_table_is_stamped_as_a_parameter_of_the_run(root: Path) -> None:
    plan = root / "params" / "interventions" / "skolfam.yaml"
    shutil.copy(ROOT / "params" / "interventions" / "skolfam.yaml", plan)
    licensed = root / "data" / "raw" / "licensed_norms" / "hads.csv"
    licensed.parent.mkdir(parents=True)
    shutil.copy(ROOT / "params" / "instruments" / "norms.csv", licensed)
    stamps = {one.path: one.sha256 for one in parameter_stamps(Project(root), load_plan(plan))}
    assert stamps["data/raw/licensed_norms/hads.csv"] == stamps["params/instruments/norms.csv"]
    assert {"params/instruments/sources.yaml", "params/instruments/sdq_self.yaml"} <= stamps.keys()


def test_tables_of_planted_faults_land_between_their_marks(root: Path) -> None:
    document = root / "docs" / "INSTRUMENTS.md"
    document.parent.mkdir()
    document.write_text("Före\n<!-- mutations:register -->\ngammalt\n<!-- /mutations:register -->\nEfter\n", encoding="utf-8")
    assert write_tables(Project(root), {"register": "| ny |\n", "data": "| utan plats |\n"}) == document
    assert document.read_text(encoding="utf-8") == (
        "Före\n<!-- mutations:register -->\n| ny |\n<!-- /mutations:register -->\nEfter\n"
    )
