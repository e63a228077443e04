"""A delivery is taken in whole or not at all, unchanged, and compared with the one before."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from evalkit.errors import DeliveryError, StorageError
from evalkit.plan.project import Project
from evalkit.records.deliveries import find_deliveries, import_files
from evalkit.records.importing import ImportReport
from tests.support.corpus_plan import DELIVERED, PLAN_ID, corpus_plan, make_project
from tests.support.reading import HEADER, as_csv, changed, good_rows

LATER = date(2017, 3, 1)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path / "projekt")


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "Hämtade filer"
    folder.mkdir()
    return folder


def write(folder: Path, text: str, name: str = "mätning.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode("utf-8"))
    return path


def taken_in(project: Project, path: Path, delivered: date = DELIVERED) -> ImportReport:
    return import_files(project, corpus_plan(), [path], delivered)


def test_the_bytes_and_their_hash_lie_in_the_dated_folder(project: Project, outside: Path) -> None:
    path = write(outside, as_csv(good_rows()))
    report = taken_in(project, path)
    folder = project.raw(PLAN_ID) / DELIVERED.isoformat()
    assert (folder / "mätning.csv").read_bytes() == path.read_bytes()
    receipt = json.loads((folder / "leverans.json").read_text(encoding="utf-8"))
    assert receipt["files"]["mätning.csv"]["sha256"] == report.stamps[0].sha256
    assert find_deliveries(project, corpus_plan()).items[0].stamp == report.stamps[0]
    assert report.lines[0] == "Mätning: 1 fil, 8 rader, 4 personer"


def test_the_same_file_again_changes_nothing(project: Project, outside: Path) -> None:
    path = write(outside, as_csv(good_rows()))
    taken_in(project, path)
    before = {p.name: p.read_bytes() for p in (project.raw(PLAN_ID) / DELIVERED.isoformat()).iterdir()}
    taken_in(project, path)
    assert {p.name: p.read_bytes() for p in (project.raw(PLAN_ID) / DELIVERED.isoformat()).iterdir()} == before


def test_other_content_under_the_same_name_and_date_is_refused(project: Project, outside: Path) -> None:
    path = write(outside, as_csv(good_rows()))
    taken_in(project, path)
    kept = (project.raw(PLAN_ID) / DELIVERED.isoformat() / "mätning.csv").read_bytes()
    write(outside, as_csv(changed(0, "poang", "41")))
    with pytest.raises(DeliveryError) as caught:
        taken_in(project, path)
    assert caught.value.code == "RAW-EXISTS"
    assert (project.raw(PLAN_ID) / DELIVERED.isoformat() / "mätning.csv").read_bytes() == kept


def test_a_file_that_cannot_be_read_is_not_taken_in(project: Project, outside: Path) -> None:
    good = write(outside, as_csv(good_rows()), "a.csv")
    bad = write(outside, as_csv(good_rows(), header=(*HEADER[:-1], "efternamn")), "b.csv")
    with pytest.raises(DeliveryError) as caught:
        import_files(project, corpus_plan(), [good, bad], DELIVERED)
    assert "IN-COL-FORBIDDEN" in caught.value.findings
    assert not (project.raw(PLAN_ID) / DELIVERED.isoformat()).exists()


@pytest.mark.parametrize("name", ["finns inte.csv", "rad\nbrytning.csv", "m" * 240 + ".csv"])
def test_a_missing_file_or_an_impossible_name_is_refused(project: Project, outside: Path, name: str) -> None:
    with pytest.raises(DeliveryError) as caught:
        taken_in(project, outside / name)
    assert caught.value.code in {"PAR-PATH", "PAR-NAME"}
    assert len(str(caught.value).splitlines()) == 1


def test_two_files_of_one_name_are_refused(project: Project, outside: Path) -> None:
    (outside / "annan").mkdir()
    files = [write(outside, as_csv(good_rows())), write(outside / "annan", as_csv(good_rows()))]
    with pytest.raises(DeliveryError) as caught:
        import_files(project, corpus_plan(), files, DELIVERED)
    assert caught.value.code == "RAW-EXISTS"


def test_the_comparison_counts_rows_persons_and_changed_values(project: Project, outside: Path) -> None:
    taken_in(project, write(outside, as_csv(good_rows())))
    rows = changed(0, "poang", "55")
    rows = rows[:6] + [["19980501-9883", *row[1:]] for row in rows[6:]]
    report = taken_in(project, write(outside, as_csv(rows)), LATER)
    text = "\n".join(report.lines)
    assert "Jämfört med 2016-09-15: 8 rader då, 8 nu" in text
    assert "Personer: 1 nya, 1 borta, 3 kvar" in text
    assert "Rader som fanns förut: 6, varav ändrade: 1 (funktion 1)" in text
    assert "55" not in text
    assert "9883" not in text


def test_a_column_that_came_or_went_is_named(project: Project, outside: Path) -> None:
    plan = corpus_plan(consent=True)
    import_files(project, plan, [write(outside, as_csv(good_rows()))], DELIVERED)
    wider = as_csv([[*row, "ja"] for row in good_rows()], header=(*HEADER, "samtycke"))
    report = import_files(project, plan, [write(outside, wider)], LATER)
    assert any("Kolumner: nya samtycke; borta inga" in line for line in report.lines)


def test_the_first_delivery_says_that_there_is_nothing_to_compare_with(project: Project, outside: Path) -> None:
    report = taken_in(project, write(outside, as_csv(good_rows())))
    assert any("inget att jämföra med" in line for line in report.lines)


def test_a_folder_that_cannot_be_written_is_a_storage_error(project: Project, outside: Path) -> None:
    project.raw(PLAN_ID).parent.mkdir(parents=True)
    project.raw(PLAN_ID).write_text("en fil där mappen skulle ligga", encoding="utf-8")
    with pytest.raises(StorageError):
        taken_in(project, write(outside, as_csv(good_rows())))
