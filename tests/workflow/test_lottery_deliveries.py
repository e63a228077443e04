"""A lottery whose list is the plan's own delivered persons, and a public draw whose form was promised: as a stranger meets them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from evalkit.cli import main
from evalkit.plan.project import Project
from evalkit.records.synthetic.persons import reserved_number

ROOT = Path(__file__).parents[2]
PLAN = "lottad"
DRAW, NEXT = "3 11 17 22 26 34 35", "1 2 3 4 5 6 7"
SOURCE = """sources:
  - id: anmalan
    label: Anmälningar
    owner: Familjecentralen
    row: person
    files: anmälan*.csv
    legal_ground: {{ground: Samtycke, reference: Blankett 3, decided: 2016-05-20, decided_by: Kommunjurist}}
    columns:
      - {{name: nr, role: person, kind: {kind}}}
      - {{name: stadsdel, role: attribute, kind: category, labels: {{Norr: norr, Söder: soder}}}}
      - {{name: samtycke, role: consent, kind: category, labels: {{ja: "yes", nej: "no"}}}}
      - {{name: hushåll, role: attribute, kind: text, required: false}}
      - {{name: anmäld, role: attribute, kind: date}}
      - {{name: poäng, role: attribute, kind: integer, minimum: 0, maximum: 40}}
"""
LOTTERY = """lottery:
  source: anmalan
  unit: nr
  {more}
  arms:
    - {{id: host, label: Börjar på hösten}}
    - {{id: vantar, label: Väntar till våren}}
  draws:
    - {{name: Lotto 1, held_on: 2016-08-20, rule: sju tal, numbers: 7, highest: 35}}
    - {{name: Lotto 2, held_on: 2016-09-20, rule: sju tal, numbers: 7, highest: 35}}
"""


class House:
    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root, self.capsys = root, capsys
        (root / "params" / "interventions").mkdir(parents=True)
        self.plan("strata: [stadsdel]\n  unit_kind: identity")

    def plan(self, more: str, kind: str = "identity", lottery: str = LOTTERY) -> None:
        text = (ROOT / "params" / "interventions" / "exempel-vantelista.yaml").read_text("utf-8")
        text = text.replace("id: exempel-vantelista", f"id: {PLAN}").replace(
            "role: person, kind: identity", f"role: person, kind: {kind}"
        )
        head, rest = text.split("lottery:\n", 1)
        tail = "planning:\n" + rest.split("planning:\n", 1)[1]
        tail = tail.replace("sources:\n", SOURCE.format(kind=kind), 1)
        (self.root / "params" / "interventions" / f"{PLAN}.yaml").write_text(head + lottery.format(more=more) + tail, "utf-8")

    def deliver(self, rows: list[str], day: str = "2016-08-10") -> None:
        folder = self.root / "inbox" / day
        folder.mkdir(parents=True)
        (folder / "anmälan.csv").write_text("\n".join(["nr;stadsdel;samtycke;hushåll;anmäld;poäng", *rows]) + "\n", "utf-8")
        code, told = self._say(["import", PLAN, str(folder / "anmälan.csv"), "--delivered", day])
        assert code == 0, told

    def call(self, *words: str) -> tuple[int, str]:
        return self._say(["randomise", PLAN, *words])

    def _say(self, words: list[str]) -> tuple[int, str]:
        code = main(words)
        told = self.capsys.readouterr()
        return code, told.out + told.err

    def freeze(self, on: str = "2016-08-15") -> tuple[int, str]:
        return self.call("--freeze", "--on", on)

    def draw(self, seed: str = DRAW, on: str = "2016-08-20") -> tuple[int, str]:
        return self.call("--seed", seed, "--on", on)

    def drawn(self, batch: int = 1) -> list[list[str]]:
        path = self.root / "data" / "raw" / PLAN / "lottning" / f"omgang-{batch:02d}" / "fordelning.csv"
        return [line.split(";") for line in path.read_text("utf-8").splitlines()[1:]]


def person(i: int, *, agreed: bool = True, home: str = "", place: str = "") -> str:
    digits = reserved_number(date(1976, 1, 1) + timedelta(days=200 * i), 980 + i % 19)
    return f"{digits};{place or ('Norr' if i % 2 else 'Söder')};{'ja' if agreed else 'nej'};{home};2016-0{1 + i % 6}-01;{i % 40}"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> House:
    monkeypatch.setenv("EVALKIT_PROJECT", str(tmp_path))
    return House(tmp_path, capsys)


def test_persons_are_drawn_from_the_delivery_with_consent_and_found_again_by_file_and_line(house: House) -> None:
    house.deliver([person(i, agreed=i != 5) for i in range(12)])
    code, told = house.freeze()
    assert (code, "11 enheter" in told, "1 utan samtycke lottas inte" in told) == (0, True, True)
    assert house.draw()[0] == 0
    rows = house.drawn()
    assert {row[1] for row in rows} == {f"2016-08-10/anmälan.csv:{i + 2}" for i in range(12) if i != 5}
    assert sorted(row[4] for row in rows if "Söder" in row[2]) == ["host"] * 3 + ["vantar"] * 3
    assert house.call("--verify") == (0, "omgång 1: återskapad bit för bit\n")


def test_the_names_are_those_that_the_follow_up_will_have(house: House) -> None:
    from evalkit.plan.loader import load_plan
    from evalkit.records.pseudonym import load_key

    house.deliver([person(i) for i in range(4)])
    house.freeze()
    house.draw()
    project = Project(house.root)
    key = load_key(project, load_plan(project.plan_file(PLAN)))
    assert key is not None
    assert {row[0] for row in house.drawn()} == {key.pseudonym(person(i).split(";")[0]) for i in range(4)}


def test_who_comes_later_and_who_agrees_later_make_the_next_batch_and_nobody_is_drawn_twice(house: House) -> None:
    house.deliver([person(i, agreed=i != 5) for i in range(12)])
    house.freeze()
    house.draw()
    house.deliver([person(i) for i in range(18)], "2016-09-10")
    assert house.call("--verify")[0] == 0
    code, told = house.freeze("2016-09-15")
    assert (code, "7 enheter" in told, "11 lottades i en tidigare omgång" in told) == (0, True, True)
    assert house.draw(NEXT, "2016-09-20")[0] == 0
    assert {row[0] for row in house.drawn(1)} & {row[0] for row in house.drawn(2)} == set()
    assert house.call("--verify")[1].count("återskapad") == 2


def test_a_sibling_who_comes_later_follows_the_one_who_was_drawn_and_is_not_drawn(house: House) -> None:
    house.plan("unit_kind: identity\n  siblings: hushåll")
    house.deliver([person(i, home="A" if i == 2 else "") for i in range(6)])
    house.freeze()
    house.draw()
    house.deliver([person(i, home="A" if i in {2, 7} else "") for i in range(10)], "2016-09-10")
    code, told = house.freeze("2016-09-15")
    assert (code, "3 enheter" in told, "1 är syskon till redan lottade och lottas inte" in told) == (0, True, True)
    assert house.draw(NEXT, "2016-09-20")[0] == 0
    assert house.call("--verify")[1].count("återskapad") == 2


def test_sex_and_year_of_birth_of_the_number_the_year_of_a_day_siblings_and_covariates(house: House) -> None:
    house.plan("unit_kind: identity\n  strata: [anmäld]\n  siblings: hushåll\n  covariates: [poäng, födelseår]\n  accept: 0.9")
    house.deliver([person(i, home="A" if i in {2, 4} else "") for i in range(12)])
    code, told = house.freeze()
    assert (code, "12 enheter, 11 lotter" in told) == (0, True)
    assert house.draw()[0] == 0
    assert {row[2] for row in house.drawn()} == {"anmäld=2016"}
    assert len({row[4] for row in house.drawn() if row[3] == "A"}) == 1
    listed = (house.root / "data" / "raw" / PLAN / "lottning" / "omgang-01" / "lista.csv").read_text("utf-8")
    assert ";1978.0" in listed
    house.plan("unit_kind: identity\n  strata: [kön]")
    assert house.call("--verify")[0] == 6


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([person(i, agreed=False) for i in range(4)], "LOT-EMPTY"),
        ([person(0, place="Norr"), *(person(i, place="Söder") for i in range(1, 4))], "LOT-BLOCK"),
    ],
    ids=["nobody agreed", "a block of one"],
)
def test_what_cannot_be_drawn_is_refused_and_nothing_is_written(house: House, rows: list[str], code: str) -> None:
    house.deliver(rows)
    exit_code, told = house.freeze()
    assert (exit_code, f"[{code}]" in told) == (3, True)
    assert not (house.root / "params" / "lotteries").exists()


def test_a_person_twice_and_an_empty_household_column_are_told_with_their_lines(house: House) -> None:
    house.plan("unit_kind: identity\n  cluster: hushåll")
    house.deliver([person(0, home="A"), person(1), person(2, home="B"), person(3, home="C")])
    code, told = house.freeze()
    assert (code, "LOT-BLANK" in told, "anmälan.csv:3" in told) == (3, True, True)


def test_before_a_delivery_and_with_a_list_beside_it_the_next_step_is_told(house: House) -> None:
    assert "evalkit import lottad" in house.freeze()[1]
    house.deliver([person(i) for i in range(4)])
    assert "ta bort --list" in house.call("--freeze", "--on", "2016-08-15", "--list", "x.csv")[1]


def test_a_change_of_the_delivered_file_is_refused(house: House) -> None:
    house.deliver([person(i) for i in range(4)])
    house.freeze()
    path = house.root / "data" / "raw" / PLAN / "2016-08-10" / "anmälan.csv"
    path.write_text(path.read_text("utf-8").replace("Norr", "Söder", 1), "utf-8")
    assert house.draw()[0] == 6


def test_who_asks_to_be_forgotten_after_the_draw_does_not_break_the_replay(house: House) -> None:
    from evalkit.plan.loader import load_plan
    from evalkit.records.forgotten import forget
    from evalkit.records.pseudonym import load_key

    house.deliver([person(i) for i in range(6)])
    house.freeze()
    house.draw()
    project = Project(house.root)
    key = load_key(project, load_plan(project.plan_file(PLAN)))
    assert key is not None
    forget(project, PLAN, key, house.drawn()[0][0])
    assert house.call("--verify")[0] == 0


def test_study_numbers_join_the_list_and_the_deliveries_however_they_are_written(house: House) -> None:
    from evalkit.plan.loader import load_plan
    from evalkit.records.pseudonym import load_key
    from evalkit.workflow.lottery_evidence import drawn_batches

    own_list = LOTTERY.replace("  source: anmalan\n", "  files: lista*.csv\n")
    house.plan("unit_kind: code", kind="text", lottery=own_list)
    lists = house.root / "data" / "raw" / PLAN / "lottning"
    lists.mkdir(parents=True)
    (lists / "lista.csv").write_text("nr\n" + "".join(f"fall-{i}\n" for i in range(4)), "utf-8")
    code, told = house.freeze()
    assert (code, "OBS" in told) == (0, False), told
    house.draw()
    project = Project(house.root)
    plan = load_plan(project.plan_file(PLAN))
    key = load_key(project, plan)
    assert key is not None
    (batch,) = drawn_batches(project, plan)
    assert {unit.name for unit in batch.units} == {key.pseudonym_of_code(f"FALL-{i}") for i in range(4)}
    house.plan("unit_kind: code", kind="identity", lottery=own_list)
    (lists / "lista2.csv").write_text("nr\nfall-8\nfall-9\nFALL-9\n", "utf-8")
    assert "LOT-DUP" in house.freeze("2016-09-01")[1]
    (lists / "lista2.csv").write_text("nr\nfall-8\nfall-9\n", "utf-8")
    assert "OBS: listan har löpnummer men planens källor personnummer" in house.freeze("2016-09-01")[1]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("source: anmalan", "source: anmälan", "lottery → source"),
        ("unit: nr", "unit: stadsdel", "källans kolumn med personer: nr"),
        ("strata: [stadsdel]", "strata: [skola]", "kolumn skola finns inte i källan"),
        ("  source: anmalan\n", "", "files (en egen lista) eller source"),
        ("highest: 35", "highest: 6", "så många olika tal finns inte"),
        (", highest: 35", "", "hör ihop"),
        ("numbers: 7, highest: 35", "pattern: ååå", "9 där en siffra"),
        ("highest: 35", "highest: 35, pattern: '99'", "inte båda"),
    ],
)
def test_a_lottery_that_does_not_agree_with_its_plan_is_refused(house: House, old: str, new: str, told: str) -> None:
    path = house.root / "params" / "interventions" / f"{PLAN}.yaml"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    code, said = house.freeze()
    assert (code, told in said) == (2, True), said


@pytest.mark.parametrize(
    "typed",
    [
        "03 11 17 22 26 34 35",
        "3, 11, 17, 22, 26, 34, 35",
        "3 11 17 22 26 34",
        "3 3 17 22 26 34 35",
        "3 11 17 22 26 34 36",
        "11 3 17 22 26 34 35",
        "sju tal",
    ],
)
def test_a_result_that_is_not_written_as_promised_is_refused_and_the_batch_stays_undrawn(house: House, typed: str) -> None:
    house.deliver([person(i) for i in range(4)])
    assert "7 olika tal, 1 till 35, i stigande ordning" in house.freeze()[1]
    code, told = house.draw(typed)
    assert (code, "[LOT-FORM]" in told, typed in told) == (2, True, False)
    assert house.draw()[0] == 0


def test_the_promise_is_the_receipts_and_a_later_change_of_the_plan_does_not_loosen_it(house: House) -> None:
    house.deliver([person(i) for i in range(4)])
    house.freeze()
    path = house.root / "params" / "interventions" / f"{PLAN}.yaml"
    path.write_text(path.read_text("utf-8").replace(", numbers: 7, highest: 35", ""), "utf-8")
    assert "LOT-FORM" in house.draw("vad som helst")[1]


def test_a_pattern_promises_digits_and_signs(house: House) -> None:
    house.plan("unit_kind: identity", lottery=LOTTERY.replace("numbers: 7, highest: 35", 'pattern: "9999,99"'))
    house.deliver([person(i) for i in range(4)])
    house.freeze()
    assert [house.draw(typed)[0] for typed in ("2 451,30", "2451.30", "451,30", "2451,30")] == [2, 2, 2, 0]


def test_the_protocol_is_in_words_counts_no_small_block_and_names_nobody(house: House) -> None:
    house.deliver([person(i, place="Norr" if i < 4 else "Söder") for i in range(28)])
    house.freeze()
    house.draw()
    text = (house.root / "reports" / PLAN / "lottning" / "protokoll-01.txt").read_text("utf-8")
    assert not {row[0] for row in house.drawn()} & set(text.split())
    assert "Börjar på hösten (vikt 1); Väntar till våren (vikt 1)" in text
    assert "Sätt: fasta antal" in text
    assert "Leveransens nyckelavtryck" in text
    assert "stadsdel=Norr" not in text
    assert "2 block" in text  # the one that is too small, and the other, which the total would give away
    assert "klockslag" in text
    receipts = house.root / "params" / "lotteries" / PLAN
    assert not any(":" in json.loads(path.read_text("utf-8")).get("closed_on", "") for path in receipts.iterdir())
