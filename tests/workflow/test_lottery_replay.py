"""Every way of drawing, from the command line, replayed by a second implementation from receipt, list and public draw alone."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from evalkit.cli import main

ROOT = Path(__file__).parents[2]
PLAN = "lottad"
RESULT = "3 11 17 22 26 34 35"
TWO = "[{id: nu, label: Nu}, {id: sen, label: Sedan}]"
THREE = "[{id: nu, label: Nu, weight: 2}, {id: host, label: Höst, weight: 1}, {id: sen, label: Sedan, weight: 2}]"
PLACES = "[{id: nu, label: Nu, places: 7}, {id: host, label: Höst, places: 9}, {id: sen, label: Sedan}]"
ONE = "[{id: nu, label: Nu, places: 8}, {id: sen, label: Sedan}]"
WAYS = {
    "complete": ("", TWO),
    "simple with weights": ("method: simple", THREE),
    "blocks, misfits in the block": ("strata: [skola, kön]", TWO),
    "blocks of three arms, misfits together": ("strata: [skola]\n  misfits: global", THREE),
    "blocks of three arms, misfits outside": ("strata: [skola]\n  misfits: outside", THREE),
    "whole classes inside schools": ("cluster: klass\n  strata: [skola]", TWO),
    "pairs": ("pair: par", TWO),
    "siblings together": ("siblings: familj", TWO),
    "places for persons, siblings together": ("siblings: familj", PLACES),
    "places over blocks": ("strata: [skola]", PLACES),
    "places over blocks, one arm": ("strata: [skola, kön]", ONE),
    "phase-in of three starts": ("", PLACES),
    "re-randomised": ("covariates: [ålder, poäng]\n  accept: 0.05", TWO),
    "re-randomised inside blocks": ("strata: [skola]\n  covariates: [ålder]\n  accept: 0.1", THREE),
}
PARTS = {
    "lottery": """lottery:
  files: lista*.csv
  unit: nr
  {more}
  arms: {arms}
  draws:
    - {{name: Lotto 1, held_on: 2016-08-20, rule: sju tal, numbers: 7, highest: 35}}
""",
}


def row(i: int) -> str:
    school, sex = ("Norr" if i % 3 else "Söder"), ("flicka" if i % 2 else "pojke")
    family = f"F{i // 4}" if i % 4 < 2 and i < 20 else ""
    return f"fall-{i:02d};{school};{sex};{school} {i % 4};{family};{i // 2};{20 + i * 7 % 31};{i * 13 % 40},5"


@pytest.mark.skipif(not shutil.which("node"), reason="node is missing here")
@pytest.mark.parametrize("way", sorted(WAYS))
def test_another_language_replays_the_receipt_of_every_way_of_drawing(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    more, arms = WAYS[way]
    monkeypatch.setenv("EVALKIT_PROJECT", str(tmp_path))
    text = (ROOT / "params" / "interventions" / "exempel-vantelista.yaml").read_text("utf-8")
    head, rest = text.replace("id: exempel-vantelista", f"id: {PLAN}").split("lottery:\n", 1)
    tail = "planning:\n" + rest.split("planning:\n", 1)[1]
    plans = tmp_path / "params" / "interventions"
    plans.mkdir(parents=True)
    (plans / f"{PLAN}.yaml").write_text(head + PARTS["lottery"].format(more=more or "method: complete", arms=arms) + tail, "utf-8")
    lists = tmp_path / "data" / "raw" / PLAN / "lottning"
    lists.mkdir(parents=True)
    heading = "Nr;Skola;Kön;Klass;Familj;Par;Ålder;Poäng"
    (lists / "lista.csv").write_text("\n".join([heading, *(row(i) for i in range(32))]) + "\n", "utf-8")
    assert main(["randomise", PLAN, "--freeze", "--on", "2016-08-15"]) == 0, capsys.readouterr().err
    assert main(["randomise", PLAN, "--seed", RESULT, "--on", "2016-08-20"]) == 0
    assert main(["randomise", PLAN, "--verify"]) == 0
    closed = tmp_path / "params" / "lotteries" / PLAN / "omgang-01-stangd.json"
    inside = lists / "omgang-01"
    command = ["node", str(ROOT / "tests" / "referees" / "lottery.mjs"), str(closed), str(inside / "lista.csv"), RESULT]
    theirs = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8").stdout.split()
    ours = [line.split(";") for line in (inside / "fordelning.csv").read_text("utf-8").splitlines()[1:]]
    assert theirs == [f"{line[0]};{line[-1]}" for line in ours]
    if "places" in arms:
        counts = [sum(line[-1] == arm for line in ours) for arm in ("nu", "host")]
        wanted = (8, 0) if arms == ONE else (7, 9)
        assert all(n <= most for n, most in zip(counts, wanted, strict=True))
        assert way == "places for persons, siblings together" or tuple(counts) == wanted
