"""The notarised lottery from the command line: closed, drawn once, replayed; whatever was touched in between is refused."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from evalkit.cli import main
from tests.support.axe import MISSING, audit

ROOT = Path(__file__).parents[2]
PLAN = "np-samverkan"
DRAW, NEXT = "01 05 11 17 23 30 34", "02 09 14 15 21 28 33"
LOTTERY = """lottery:
  files: lista*.csv
  unit: löpnummer
  {more}
  arms:
    - {{id: insats, label: Får plats nu}}
    - {{id: vantar, label: Väntar ett år}}
  draws:
    - {{name: Lotto 1 den 5 september, held_on: 2015-09-05, rule: sju tal i stigande ordning}}
    - {{name: Lotto 1 den 6 februari, held_on: 2016-02-06, rule: sju tal i stigande ordning}}
sources:
"""


class House:
    """A project with one plan that has a lottery, and the command line standing in it."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root, self.capsys = root, capsys
        self.lists = root / "data" / "raw" / PLAN / "lottning"
        self.lists.mkdir(parents=True)
        (root / "params" / "interventions").mkdir(parents=True)
        self.plan("strata: [skola]")
        self.list("lista1.csv", 1)

    def plan(self, more: str) -> None:
        text = (ROOT / "params" / "interventions" / f"{PLAN}.yaml").read_text("utf-8")
        text = text.replace("comparison: waiting_list", "comparison: randomised").replace(
            "sources:\n", LOTTERY.format(more=more), 1
        )
        (self.root / "params" / "interventions" / f"{PLAN}.yaml").write_text(text, "utf-8")

    def list(self, name: str, first: int, n: int = 11, *, ends: str = "\n", head: str = "Löpnummer;Skola") -> None:
        rows = [f"{first + i};{'Norr' if i % 3 else 'Söder'}" for i in range(n)]
        (self.lists / name).write_bytes((ends.join([head, *rows]) + ends).encode("utf-8-sig"))

    def call(self, *words: str) -> tuple[int, str]:
        code = main(["randomise", PLAN, *words])
        told = self.capsys.readouterr()
        return code, told.out + told.err

    def freeze(self, on: str = "2015-09-01") -> tuple[int, str]:
        return self.call("--freeze", "--on", on)

    def draw(self, seed: str = DRAW, on: str = "2015-09-05") -> tuple[int, str]:
        return self.call("--seed", seed, "--on", on)

    def file(self, *parts: str) -> Path:
        return self.root.joinpath(*parts)

    def inside(self, batch: int = 1) -> Path:
        return self.file("data", "raw", PLAN, "lottning", f"omgang-{batch:02d}")

    def protocol(self, kind: str = "txt") -> Path:
        return self.file("reports", PLAN, "lottning", f"protokoll-01.{kind}")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> House:
    monkeypatch.setenv("EVALKIT_PROJECT", str(tmp_path))
    return House(tmp_path, capsys)


def test_a_list_is_closed_drawn_once_and_replayed(house: House) -> None:
    assert house.freeze()[0] == 0
    assert house.draw()[0] == 0
    allocation = (house.inside() / "fordelning.csv").read_text("utf-8").splitlines()[1:]
    assert len(allocation) == 11
    norr = [line.rsplit(";", 1)[1] for line in allocation if "Norr" in line]
    assert sorted(norr).count("insats") in {3, 4}
    assert house.call("--verify") == (0, "omgång 1: återskapad bit för bit\n")
    code, told = house.draw("01 02 03 04 05 06 07")
    assert code == 2
    assert "LOT-AGAIN" in told


def test_the_protocol_names_nobody_and_the_page_refers_to_nothing_outside(house: House) -> None:
    house.list("lista1.csv", 770001)
    house.freeze()
    house.draw()
    for kind in ("txt", "html"):
        text = house.protocol(kind).read_text("utf-8")
        assert "77000" not in text
        assert DRAW in text
    page = house.protocol("html").read_text("utf-8")
    if not MISSING:
        assert audit(page)["violations"] == []
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_the_same_list_in_another_order_and_form_is_the_same_lottery(house: House) -> None:
    house.freeze()
    first = json.loads(house.file("params", "lotteries", PLAN, "omgang-01-stangd.json").read_text("utf-8"))
    head, *rows = (house.lists / "lista1.csv").read_text("utf-8-sig").splitlines()
    (house.lists / "lista1.csv").write_bytes(("\r\n".join([head, *reversed(rows)])).encode("utf-8"))
    assert house.draw()[0] == 0
    assert house.call("--verify")[0] == 0
    assert first["frame_sha256"] == hashlib.sha256((house.inside() / "lista.csv").read_bytes()).hexdigest()


@pytest.mark.parametrize(
    "touch",
    [
        lambda h: h.list("lista1.csv", 2),
        lambda h: h.list("lista1.csv", 1, 12),
        lambda h: (h.lists / "lista1.csv").unlink(),
        lambda h: h.plan("misfits: global"),
    ],
    ids=["another person", "one more", "gone", "other rules"],
)
def test_whatever_changes_after_the_list_is_closed_is_refused(house: House, touch) -> None:
    house.freeze()
    touch(house)
    code, told = house.draw()
    assert (code, "LOT-CHANGED" in told) == (6, True)
    assert not house.protocol().exists()
    assert house.call("--verify")[0] == 6


@pytest.mark.parametrize("name", ["fordelning.csv", "lista.csv", "protokoll", "dragen", "stangd"])
def test_a_changed_byte_anywhere_is_exit_6(house: House, name: str) -> None:
    house.freeze()
    house.draw()
    receipts = house.file("params", "lotteries", PLAN)
    path = {
        "protokoll": house.protocol(),
        "dragen": receipts / "omgang-01-dragen.json",
        "stangd": receipts / "omgang-01-stangd.json",
    }.get(name, house.inside() / name)
    content = path.read_bytes()
    swapped = content.replace(b"2015-09-01", b"2015-08-31") if name == "stangd" else content.replace(b"1", b"2", 1)
    path.write_bytes(swapped)
    assert house.call("--verify")[0] == 6
    path.write_bytes(content)
    assert house.call("--verify")[0] == 0


def test_the_next_batch_hangs_on_the_receipt_of_the_one_before_and_takes_nobody_twice(house: House) -> None:
    house.freeze()
    assert "LOT-OPEN" in house.freeze()[1]
    house.draw()
    house.list("lista2.csv", 5, 9)
    assert "LOT-AGAIN" in house.freeze("2016-02-01")[1]
    house.list("lista2.csv", 101, 9)
    assert house.freeze("2016-02-01")[0] == 0
    assert house.draw(NEXT, "2016-02-06")[0] == 0
    assert house.call("--verify")[1].count("återskapad") == 2
    receipts = house.file("params", "lotteries", PLAN)
    closed = json.loads((receipts / "omgang-02-stangd.json").read_text("utf-8"))
    assert closed["previous"] == hashlib.sha256((receipts / "omgang-01-dragen.json").read_bytes()).hexdigest()
    house.list("lista3.csv", 201, 9)
    assert "LOT-DRAWS" in house.freeze("2016-08-01")[1]


def test_dates_bind(house: House) -> None:
    assert "LOT-CLOSED" in house.draw()[1]
    assert "LOT-LATE" in house.freeze("2015-09-05")[1]
    house.freeze()
    assert "LOT-EARLY" in house.draw(on="2015-09-04")[1]
    assert "LOT-SEED" in house.draw("  ")[1]
    assert house.call("--verify")[1] == "omgång 1: stängd, ännu inte dragen; listan är orörd\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Löpnummer;Skola\n1;A\n1;A\n2;A\n", "LOT-DUP"),
        ("Löpnummer;Skola\n1;A\n2;B\n3;B\n", "LOT-BLOCK"),
        ("Löpnummer;Skola\n", "LOT-EMPTY"),
        ("Nummer;Skola\n1;A\n2;A\n", "LOT-COLUMN"),
        ("Löpnummer;Skola\n1;A\n;A\n", "LOT-BLANK"),
        ("Löpnummer;Skola\n19900101-9802;A\n2;A\n", "LOT-PII"),
        ("Löpnummer;Skola\n*1;A\n2;A\n", "LOT-SIGN"),
    ],
)
def test_a_list_that_cannot_be_drawn_is_refused_before_it_is_closed(house: House, text: str, code: str) -> None:
    (house.lists / "lista1.csv").write_text(text, "utf-8")
    exit_code, told = house.freeze()
    assert (exit_code, f"[{code}]" in told) == (3, True)
    assert "9802" not in told
    assert not house.file("params", "lotteries").exists()


def test_more_places_than_units_and_three_against_three_are_told(house: House) -> None:
    house.plan("strata: []")
    plan = house.file("params", "interventions", f"{PLAN}.yaml")
    plan.write_text(plan.read_text("utf-8").replace("label: Får plats nu}", "label: Får plats nu, places: 12}"), "utf-8")
    assert "LOT-PLACES" in house.freeze()[1]
    house.plan("strata: []")
    house.list("lista1.csv", 1, 6)
    assert "20 möjliga utfall: ett lottningstest kan aldrig visa p under 0,10" in house.freeze()[1]


def test_personal_numbers_become_pseudonyms_at_the_door(house: House) -> None:
    house.plan("unit_kind: identity")
    numbers = ["199001019802", "19900101-9810", "200002299806", "199511309812"]
    (house.lists / "lista1.csv").write_text("Löpnummer\n" + "\n".join(numbers[:2]) + "\n", "utf-8")
    code, told = house.freeze()
    assert code == 0, told
    assert not any("9802" in path.read_text("utf-8") for path in house.inside().iterdir())


@pytest.mark.skipif(not (shutil.which("sha256sum") and shutil.which("awk")), reason="sha256sum or awk is missing here")
def test_shell_and_awk_replay_the_receipt_from_the_files_alone(house: House) -> None:
    house.plan("strata: []")
    house.list("lista1.csv", 1, 12, head="Löpnummer;Annat")
    house.freeze()
    house.draw()
    script = """
    cd "$1"; prev=$(sed -n 's/.*"previous": "\\(.*\\)",*/\\1/p' params/lotteries/np-samverkan/omgang-01-stangd.json)
    frame=$(sha256sum < "$2/lista.csv" | cut -c1-64)
    seed=$(printf 'evalkit-lottning-1|np-samverkan|1|%s|%s|%s' "$frame" "$prev" "$3" | sha256sum | cut -c1-64)
    tail -n +2 "$2/lista.csv" | cut -d';' -f1 | while read -r unit; do
      printf '%s %s\\n' "$(printf '%s|%s' "$seed" "$unit" | sha256sum | cut -c1-64)" "$unit"
    done | LC_ALL=C sort | awk '{ print $2 ";" (NR <= 6 ? "insats" : "vantar") }'
    """
    command = ["sh", "-c", script, "sh", str(house.root), str(house.inside()), DRAW]
    theirs = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    lines = (house.inside() / "fordelning.csv").read_text("utf-8").splitlines()[1:]
    assert sorted(theirs) == sorted(f"{line.split(';')[0]};{line.split(';')[-1]}" for line in lines)


def test_a_run_sweeps_nothing_of_the_lottery_away(house: House) -> None:
    from evalkit.plan.project import Project
    from evalkit.workflow.store import run_store

    house.freeze()
    house.draw()
    with run_store(Project(house.root), PLAN).held():
        pass
    assert house.call("--verify")[0] == 0


def test_pairs_of_the_most_alike_are_written_closed_and_drawn_one_of_each(house: House) -> None:
    house.plan("pair: par")
    ages = (20, 21, 30, 31, 40, 41, 50, 51, 60, 61, 90)
    rows = "".join(f"{i};{age};{(i - 1) // 2 % 2}\n" for i, age in enumerate(ages, 1))
    (house.lists / "lista1.csv").write_text(f"Löpnummer;Ålder;Flicka\n{rows}", "utf-8")
    code, told = house.call("--pairs", "ålder,flicka")
    assert (code, "5 par" in told, "1 blev utan par" in told) == (0, True, True)
    table = [line.split(";") for line in (house.lists / "lista1-par.csv").read_text("utf-8").splitlines()]
    assert table[0] == ["Löpnummer", "Ålder", "Flicka", "par"]
    assert sorted(row[3] for row in table[1:]) == sorted([f"{i:03d}" for i in range(1, 6)] * 2)
    alike = {frozenset(row[0] for row in table[1:] if row[3] == pair) for pair in {row[3] for row in table[1:]}}
    assert alike == {frozenset({str(i), str(i + 1)}) for i in (1, 3, 5, 7, 9)}
    assert house.call("--freeze", "--on", "2015-09-01", "--list", "lista1-par.csv")[0] == 0
    assert house.draw()[0] == 0
    drawn = [line.split(";") for line in (house.inside() / "fordelning.csv").read_text("utf-8").splitlines()[1:]]
    assert all(len({row[4] for row in drawn if row[2] == pair}) == 2 for pair in {row[2] for row in drawn})


def test_pairs_without_a_pair_column_in_the_plan_or_with_an_unknown_column_are_refused(house: House) -> None:
    assert "pair" in house.call("--pairs", "skola")[1]
    house.plan("pair: par")
    code, told = house.call("--pairs", "finns_inte")
    assert code != 0
    assert "finns_inte" in told


def test_a_protocol_counts_no_block_below_the_least_cell_of_the_policy(house: House) -> None:
    house.list("lista1.csv", 1, 48)
    house.freeze()
    house.draw()
    told = house.protocol().read_text("utf-8")
    # Sixteen from Söder, eight an arm: below ten. With the total a single hidden block is given away, so the other is hidden too.
    assert "skola=" not in told
    assert "färre än 10 i någon grupp: visas inte" in told


def test_a_protocol_says_that_an_arm_without_places_gets_the_others(house: House) -> None:
    text = (house.root / "params" / "interventions" / f"{PLAN}.yaml").read_text("utf-8")
    text = text.replace("{id: insats, label: Får plats nu}", "{id: insats, label: Får plats nu, places: 4}").replace(
        "strata: [skola]", ""
    )
    (house.root / "params" / "interventions" / f"{PLAN}.yaml").write_text(text, "utf-8")
    house.freeze()
    house.draw()
    assert "Får plats nu (4 platser); Väntar ett år (alla övriga)" in house.protocol().read_text("utf-8")
