"""The deliveries on disk: same bytes everywhere, marked as synthetic, never over anything else."""

import hashlib
import os
import subprocess
import sys
import zipfile

import pytest
from evalkit.errors import PlanError, StorageError
from evalkit.files import sha256_file
from evalkit.records.raw_folder import RECEIPT, read_receipt
from evalkit.records.synthetic import write_demo
from evalkit.records.synthetic.files import DECLARATION, MARK
from tests.support.demo import DEMOS, REAL, demo_project

SCRIPT = """
import hashlib, pathlib, sys
from evalkit.plan.project import Project
from evalkit.records.synthetic import write_demo
root = pathlib.Path(sys.argv[1])
for path in write_demo(Project(root), sys.argv[2]):
    print(path.relative_to(root).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest())
"""


def every_file(root):
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("demo", DEMOS)
def test_the_deliveries_in_the_project_are_those_that_the_plan_gives(demo, tmp_path):
    project = demo_project(tmp_path)
    write_demo(project, demo)
    assert every_file(project.raw(demo)) == every_file(REAL.raw(demo))


@pytest.mark.parametrize(("hash_seed", "zone", "locale"), [("1", "Pacific/Auckland", "C"), ("77", "America/Lima", "C.UTF-8")])
def test_the_bytes_do_not_depend_on_hash_seed_time_zone_locale_or_path(tmp_path, hash_seed, zone, locale):
    project = demo_project(tmp_path / "mapp med å ä ö")
    environment = os.environ | {"PYTHONHASHSEED": hash_seed, "TZ": zone, "LC_ALL": locale, "PYTHONPATH": str(REAL.root)}
    call = [sys.executable, "-X", "utf8", "-c", SCRIPT, str(project.root), "np-samverkan"]
    done = subprocess.run(call, env=environment, capture_output=True, text=True, check=True, encoding="utf-8")
    raw = every_file(REAL.raw("np-samverkan")).items()
    here = {f"data/raw/np-samverkan/{name}": hashlib.sha256(content).hexdigest() for name, content in raw}
    assert dict(line.split() for line in done.stdout.splitlines()) == here


@pytest.mark.parametrize("demo", DEMOS)
def test_every_file_says_that_it_is_synthetic(demo):
    for path in (p for p in REAL.raw(demo).rglob("*") if p.is_file() and p.name != RECEIPT):
        assert MARK in path.name
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as archive:
                assert DECLARATION in archive.read("xl/sharedStrings.xml").decode("utf-8")


@pytest.mark.parametrize("demo", DEMOS)
def test_every_delivery_has_the_receipt_of_an_import(demo):
    folders = sorted(REAL.raw(demo).iterdir())
    assert len(folders) >= 2
    for folder in folders:
        others = {path.name: sha256_file(path) for path in folder.iterdir() if path.name != RECEIPT}
        assert read_receipt(folder) == others


def test_a_workbook_names_nobody_and_no_machine():
    path = next(REAL.raw("np-samverkan").rglob("*.xlsx"))
    with zipfile.ZipFile(path) as archive:
        core = archive.read("docProps/core.xml").decode("utf-8")
        stamps = {member.date_time for member in archive.infolist()}
    assert "<dc:creator></dc:creator>" in core
    assert "2000-01-01" in core
    assert stamps == {(1980, 1, 1, 0, 0, 0)}


def test_nothing_outside_data_raw_is_written(tmp_path):
    project = demo_project(tmp_path)
    before = every_file(tmp_path)
    written = write_demo(project, "skolfam")
    new = every_file(tmp_path).keys() - before.keys()
    assert new == {project.relative(path) for path in written}
    assert all(name.startswith("data/raw/skolfam/") for name in new)
    assert {name: content for name, content in every_file(tmp_path).items() if name in before} == before


def test_a_second_call_writes_nothing(tmp_path):
    project = demo_project(tmp_path)
    first = write_demo(project, "skolfam")
    stamps = [path.stat().st_mtime_ns for path in first]
    assert write_demo(project, "skolfam") == first
    assert [path.stat().st_mtime_ns for path in first] == stamps


def test_a_file_that_is_not_ours_is_never_overwritten_and_nothing_else_is_written(tmp_path):
    project = demo_project(tmp_path)
    theirs = project.raw("skolfam") / "2019-06-30" / "barn_syntetisk_2019-06-30.xlsx"
    theirs.parent.mkdir(parents=True)
    theirs.write_bytes(b"someone's work")
    with pytest.raises(StorageError, match="redan en annan fil"):
        write_demo(project, "skolfam")
    assert every_file(project.raw("skolfam")) == {"2019-06-30/barn_syntetisk_2019-06-30.xlsx": b"someone's work"}


def test_a_plan_that_is_not_marked_synthetic_gets_no_invented_data(tmp_path):
    project = demo_project(tmp_path)
    plan = project.plan_file("skolfam")
    plan.write_text(plan.read_text("utf-8").replace("synthetic: true", "synthetic: false"), "utf-8")
    with pytest.raises(PlanError, match="inte märkt synthetic"):
        write_demo(project, "skolfam")
    assert not project.raw("skolfam").exists()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("kart2: 4}", "kart3: 4}", "mättillfällen efter start som heter kart3"),
        ("id: lasning", "id: lasningen", "måttet finns inte i planen"),
        ("id: uppfoljningsmote", "id: samtal", "inte samma aktiviteter"),
        ("source: moten", "source: moter", "inga källor som heter moter"),
        ("[2017-06-30, 2019-06-30]", "[2019-06-30, 2017-06-30]", "i ordning"),
        ("retest: 0.8", "retest: 8", "outcomes.0.retest"),
    ],
)
def test_a_truth_that_does_not_fit_its_plan_is_refused_with_its_line(tmp_path, old, new, says):
    project = demo_project(tmp_path)
    truth = project.root / "params" / "synthetic" / "skolfam.yaml"
    truth.write_text(truth.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(PlanError, match=says) as caught:
        write_demo(project, "skolfam")
    assert "rad " in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("files: moten*.csv", "files: moten*.dta", "bara .csv och .xlsx"),
        ("role: cluster, kind: category", "role: value, kind: integer, outcome: begavning", "bara skapas i mätningar"),
    ],
)
def test_a_plan_whose_files_cannot_be_made_is_refused(tmp_path, old, new, says):
    project = demo_project(tmp_path)
    text = project.plan_file("skolfam").read_text("utf-8").replace(old, new).replace("assigned_at: cluster", "assigned_at: person")
    project.plan_file("skolfam").write_text(text, "utf-8")
    with pytest.raises(PlanError, match=says):
        write_demo(project, "skolfam")
    assert not project.raw("skolfam").exists()
