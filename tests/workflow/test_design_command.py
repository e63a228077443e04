"""`evalkit design` as a stranger meets it: a sentence, a page, the same bytes, and refusals with a remedy."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from evalkit.cli import main
from evalkit.findings.design import DesignReport
from evalkit.plan.project import ROOT_VARIABLE
from pydantic import TypeAdapter
from tests.support.axe import MISSING, audit

HERE = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "projekt åäö med blanksteg"
    (root / "params" / "interventions").mkdir(parents=True)
    for name in ("np-samverkan", "skolfam", "exempel-hemtjanst"):
        shutil.copy(HERE / "params" / "interventions" / f"{name}.yaml", root / "params" / "interventions")
    shutil.copytree(HERE / "notebooks", root / "notebooks")
    monkeypatch.setenv(ROOT_VARIABLE, str(root))
    return root


@pytest.mark.parametrize("plan", ["np-samverkan", "skolfam"])
def test_the_sentence_the_designs_and_the_page(plan: str, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["design", plan]) == 0
    said = capsys.readouterr().out
    assert re.match(r"Med \d+ deltagare kan ni bara upptäcka effekter större än \d+,\d \w*poäng", said)
    assert said.count("kan upptäcka") >= 3
    assert "gissning" in said
    folder = project / re.search(r"reports/\S+/", said)[0]
    page = (folder / "design.html").read_text(encoding="utf-8")
    if not MISSING:
        assert audit(page)["violations"] == []
    stored = TypeAdapter(DesignReport).validate_json((folder / "design.json").read_text(encoding="utf-8"))
    assert said.splitlines()[0] in page.replace("&nbsp;", "\u00a0")
    assert f"{stored.option(stored.recommended).mde:.1f}".replace(".", ",") in page
    assert not re.search(r"<script|https?://", page)
    assert str(project) not in page


def test_the_same_plan_gives_the_same_bytes_and_another_number_another_folder(project: Path) -> None:
    assert main(["design", "np-samverkan"]) == 0
    (folder,) = (project / "reports" / "np-samverkan").glob("design-*")
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    shutil.rmtree(folder)
    assert main(["design", "np-samverkan"]) == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first
    assert main(["design", "np-samverkan", "--participants", "24"]) == 0
    other = json.loads((folder.parent / f"{folder.name}-24" / "design.json").read_text(encoding="utf-8"))
    assert other["persons"] == 24
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first


def test_refusals_name_the_key_and_the_remedy(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["design", "exempel-hemtjanst"]) == 2
    assert "expected_number" in capsys.readouterr().err
    assert main(["design", "np-samverkan", "--participants", "1"]) == 2
    assert "minst två" in capsys.readouterr().err
    assert main(["design", "finns-inte"]) == 2
    assert main(["design", "np-samverkan", "--from-run"]) == 5
    assert "evalkit run np-samverkan" in capsys.readouterr().err
    assert not (project / "reports").exists()


NONSENSE = {
    "icc above one": ("value: 0.5,", "value: 0.5, source: guess, reference: x}\n  - {quantity: icc, value: 1.2,", "DSN-ICC"),
    "nobody takes part": (
        "value: 0.5,",
        "value: 0.5, source: guess, reference: x}\n  - {quantity: take_up, value: 0,",
        "DSN-TAKEUP",
    ),
    "nobody is left": ("quantity: attrition, value: 0.2,", "quantity: attrition, value: 0.99,", "DSN-SMALL"),
    "everything explained": ("value: 0.5,", "value: 0.5, source: guess, reference: x}\n  - {quantity: r2, value: 1,", "DSN-SHARE"),
    "blocks of one": ("value: 0.5,", "value: 0.5, source: guess, reference: x}\n  - {quantity: blocks, value: 80,", "DSN-BLOCK"),
    "empty clusters": ("value: 0.5,", "value: 0.5, source: guess, reference: x}\n  - {quantity: clusters, value: 99,", "DSN-SMALL"),
    "an effect the wrong way": ("expected_effect: 10", "expected_effect: -10", "DSN-EFFECT"),
}


@pytest.mark.parametrize("name", sorted(NONSENSE))
def test_nonsense_is_one_message_with_key_and_remedy_and_nothing_is_written(
    name: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new, code = NONSENSE[name]
    path = project / "params" / "interventions" / "np-samverkan.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    assert main(["design", "np-samverkan"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert f"[{code}]" in said.err
    assert "planning →" in said.err or "expected_effect" in said.err
    assert not (project / "reports").exists()


@pytest.mark.parametrize("power", ["0.05", "1", "0", "-1", "0.12345"])
def test_a_power_that_is_none_is_refused(power: str, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["design", "np-samverkan", f"--power={power}"]) == 2
    assert "[DSN-POWER]" in capsys.readouterr().err
    assert not (project / "reports").exists()


def test_another_power_asks_for_more_and_a_refusal_is_told_in_english(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["design", "skolfam", "--power", "0.9", "--language", "en"]) == 0
    said = capsys.readouterr().out
    assert "if the chance of seeing them is to be 90%" in said
    assert "a permutation test can never be significant" in said
    assert "enheter kan lottas" not in said
    (folder,) = (project / "reports" / "skolfam").glob("design-*-p9-en")
    assert "80%" not in (folder / "design.html").read_text("utf-8")
