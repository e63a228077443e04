"""What a person sees who starts a new evaluation or asks for schemas."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from evalkit.cli import main
from evalkit.errors import PlanError
from evalkit.plan.project import ROOT_VARIABLE, Project


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "params" / "interventions").mkdir(parents=True)
    monkeypatch.setenv(ROOT_VARIABLE, str(tmp_path))
    return tmp_path


def test_new_tells_what_it_wrote_what_is_missing_and_the_next_step(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "min-satsning", "--title", "Min satsning"]) == 0
    told = capsys.readouterr().out
    assert "params/interventions/min-satsning.yaml" in told
    assert "FYLL I" in told
    assert "evalkit import min-satsning" in told


def test_new_refuses_a_second_time_and_a_name_that_is_a_path(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "min-satsning"]) == 0
    assert main(["new", "min-satsning"]) == 2
    assert main(["new", "../ut"]) == 2
    told = capsys.readouterr().err
    assert "finns redan" in told
    assert "Traceback" not in told


@pytest.mark.parametrize("name", ["../np-samverkan", "a/b", "C:\\x", "", ".dold", "~", "x\x00"])
def test_an_intervention_is_named_and_never_a_path(root: Path, name: str) -> None:
    with pytest.raises(PlanError) as caught:
        Project(root).plan_file(name)
    assert caught.value.code == "PAR-PATH"


def test_schemas_are_written_for_every_kind_of_file(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "scheman"
    assert main(["schema", str(folder)]) == 0
    names = {path.name for path in folder.iterdir()}
    assert names == {f"{kind}.schema.json" for kind in ("plan", "disclosure", "instrument", "result", "safe_result")}
    assert json.loads((folder / "plan.schema.json").read_text(encoding="utf-8"))["additionalProperties"] is False
