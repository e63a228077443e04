"""Which files count, in which order, and what is refused before anything is read."""

from __future__ import annotations

import json
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from evalkit.errors import DeliveryError, PlanError
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.project import Project
from evalkit.records.deliveries import find_deliveries
from evalkit.records.pseudonym import load_key
from evalkit.records.reading import read_sources
from tests.support.corpus_plan import (
    DELIVERED,
    PLAN_ID,
    SOURCE,
    corpus_mapping,
    corpus_plan,
    corpus_register,
    deliver,
    make_project,
)
from tests.support.reading import as_csv, changed, good_rows, outcome_of

GOOD = as_csv(good_rows()).encode("utf-8")
LATER = date(2017, 3, 1)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path / "Socialt arbete å ä ö")


def plan_with(**changes: object) -> EvaluationPlan:
    mapping = corpus_mapping()
    mapping["sources"][0] |= changes
    return EvaluationPlan.model_validate(mapping)


def refused(project: Project, plan: EvaluationPlan | None = None) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        find_deliveries(project, plan or corpus_plan())
    return caught.value


def test_a_delivery_says_where_when_and_which_bytes(project: Project) -> None:
    deliver(project, GOOD, "mätning 1.csv")
    found = find_deliveries(project, corpus_plan())
    assert found.evaluated_on == DELIVERED
    assert [(item.source, item.delivered, item.stamp.path, item.stamp.size) for item in found.items] == [
        (SOURCE, DELIVERED, f"data/raw/{PLAN_ID}/{DELIVERED}/mätning 1.csv", len(GOOD))
    ]


def test_replace_takes_the_newest_delivery_only_and_append_takes_all(project: Project) -> None:
    deliver(project, GOOD, "b.csv")
    deliver(project, GOOD, "a.csv", delivered=LATER)
    newest = find_deliveries(project, plan_with(mode="replace"))
    assert [item.delivered for item in newest.items] == [LATER]
    both = find_deliveries(project, plan_with(mode="append"))
    assert [item.delivered for item in both.items] == [DELIVERED, LATER]
    assert newest.evaluated_on == both.evaluated_on == LATER


def test_a_source_without_a_file_is_an_error_that_names_the_pattern(project: Project) -> None:
    deliver(project, GOOD, "annat.csv")
    error = refused(project, plan_with(files="skattning*.csv"))
    assert error.code == "IN-EMPTY"
    assert "skattning*.csv" in str(error)


def test_no_delivery_at_all_is_an_error_too(project: Project) -> None:
    assert refused(project).code == "IN-EMPTY"


def test_a_file_that_no_source_asks_for_is_noted_and_not_read(project: Project) -> None:
    deliver(project, GOOD, "skattning.csv")
    deliver(project, b"hemligt", "protokoll.pdf")
    found = find_deliveries(project, plan_with(files="skattning*.csv"))
    assert [note.code for note in found.notes] == ["IN-UNMATCHED"]
    assert "protokoll.pdf" in found.notes[0].message


@pytest.mark.parametrize("name", ["~$skattning.xlsx", ".DS_Store", "Thumbs.db", "README.md", ".skattning.csv.77.tmp"])
def test_what_programs_leave_behind_is_no_delivery(project: Project, name: str) -> None:
    deliver(project, GOOD, "skattning.csv")
    deliver(project, b"x", name)
    found = find_deliveries(project, corpus_plan())
    assert [item.path.name for item in found.items] == ["skattning.csv"]


def test_a_decomposed_file_name_matches_a_composed_pattern(project: Project) -> None:
    name = unicodedata.normalize("NFD", "mätning på Å.csv")
    deliver(project, GOOD, name)
    found = find_deliveries(project, plan_with(files="MÄTNING*.csv"))
    assert len(found.items) == 1


def test_brackets_in_a_pattern_mean_themselves(project: Project) -> None:
    deliver(project, GOOD, "uttag [1].csv")
    assert len(find_deliveries(project, plan_with(files="uttag [1]*.csv")).items) == 1


def test_a_file_that_two_sources_match_is_a_mistake_in_the_plan(project: Project) -> None:
    mapping = corpus_mapping()
    mapping["sources"].append(mapping["sources"][0] | {"id": "andra", "files": "m*.csv"})
    deliver(project, GOOD, "m.csv")
    with pytest.raises(PlanError) as caught:
        find_deliveries(project, EvaluationPlan.model_validate(mapping))
    assert caught.value.code == "PAR-FILES"


def test_a_link_out_of_the_project_is_refused(project: Project, tmp_path: Path) -> None:
    secret = tmp_path / "utanför.csv"
    secret.write_bytes(GOOD)
    folder = project.raw(PLAN_ID) / DELIVERED.isoformat()
    folder.mkdir(parents=True)
    try:
        (folder / "x.csv").symlink_to(secret)
    except OSError:
        pytest.skip("får inte skapa länkar här")
    assert refused(project).code == "PAR-PATH"


def test_a_linked_folder_out_of_the_project_is_refused(project: Project, tmp_path: Path) -> None:
    outside = tmp_path / "utanför"
    outside.mkdir()
    (outside / "x.csv").write_bytes(GOOD)
    project.raw(PLAN_ID).mkdir(parents=True)
    try:
        (project.raw(PLAN_ID) / DELIVERED.isoformat()).symlink_to(outside, target_is_directory=True)
    except OSError:
        pytest.skip("får inte skapa länkar här")
    assert refused(project).code == "PAR-PATH"


@pytest.mark.parametrize("name", ["rad\nbrytning.csv", "väx\u202elad.csv", "klocka\x07.csv"])
def test_a_name_that_cannot_be_shown_on_one_line_is_refused(project: Project, name: str) -> None:
    try:
        deliver(project, GOOD, name)
    except OSError:
        pytest.skip("filsystemet tillåter inte namnet")
    error = refused(project)
    assert error.code == "PAR-NAME"
    assert len(str(error).splitlines()) == 1


def test_a_name_of_255_bytes_is_read(project: Project) -> None:
    try:
        deliver(project, GOOD, "m" * 251 + ".csv")
    except OSError:
        pytest.skip("filsystemet tillåter inte namnet")
    assert len(find_deliveries(project, corpus_plan()).items) == 1


@pytest.mark.parametrize("folder", ["2016", "2016-13-01", "hösten 2016", "20160915"])
def test_a_folder_that_is_no_date_is_refused(project: Project, folder: str) -> None:
    (project.raw(PLAN_ID) / folder).mkdir(parents=True)
    assert refused(project).code == "PAR-NAME"


def test_a_file_outside_the_dated_folders_is_refused(project: Project) -> None:
    project.raw(PLAN_ID).mkdir(parents=True)
    (project.raw(PLAN_ID) / "skattning.csv").write_bytes(GOOD)
    error = refused(project)
    assert error.code == "PAR-NAME"
    assert "evalkit import" in str(error)


def test_a_folder_inside_a_delivery_is_refused_and_not_passed_over(project: Project) -> None:
    deliver(project, GOOD, "m.csv")
    (project.raw(PLAN_ID) / DELIVERED.isoformat() / "Ny mapp").mkdir()
    assert refused(project).code == "PAR-NAME"


def receipt(project: Project, names: dict[str, str]) -> None:
    folder = project.raw(PLAN_ID) / DELIVERED.isoformat()
    content = {"files": {name: {"sha256": digest} for name, digest in names.items()}}
    (folder / "leverans.json").write_text(json.dumps(content), encoding="utf-8")


def test_a_file_that_changed_since_its_import_is_refused(project: Project) -> None:
    deliver(project, GOOD, "m.csv")
    receipt(project, {"m.csv": "0" * 64})
    assert refused(project).code == "RAW-CHANGED"


def test_a_file_that_vanished_since_its_import_is_refused(project: Project) -> None:
    deliver(project, GOOD, "m.csv")
    receipt(project, {"annan.csv": "0" * 64})
    assert refused(project).code == "RAW-CHANGED"


@pytest.mark.parametrize("content", ["", "[]", '{"files": 3}', "{"])
def test_a_damaged_receipt_is_refused_without_a_traceback(project: Project, content: str) -> None:
    deliver(project, GOOD, "m.csv")
    (project.raw(PLAN_ID) / DELIVERED.isoformat() / "leverans.json").write_text(content, encoding="utf-8")
    assert refused(project).code == "RAW-CHANGED"


def test_a_file_changed_between_finding_and_reading_is_refused(project: Project) -> None:
    path = deliver(project, GOOD, "m.csv")
    plan = corpus_plan()
    found = find_deliveries(project, plan)
    path.write_bytes(GOOD + GOOD.splitlines(keepends=True)[1])
    with pytest.raises(DeliveryError) as caught:
        read_sources(found, plan, load_key(project, plan), corpus_register())
    assert caught.value.code == "RAW-CHANGED"


def test_a_later_delivery_replaces_rows_with_the_same_key_and_says_how_many_changed(project: Project) -> None:
    plan = plan_with(mode="append")
    deliver(project, GOOD, "m1.csv")
    corrected = changed(0, "poang", "77")[:3]
    corrected[2][0] = "19980501-9883"
    deliver(project, as_csv(corrected).encode("utf-8"), "m2.csv", delivered=LATER)
    extract = read_sources(find_deliveries(project, plan), plan, load_key(project, plan), corpus_register())
    outcome = outcome_of(extract)
    assert outcome.table is not None
    assert len(outcome.table) == len(good_rows()) + 1
    assert outcome.table["funktion"].sum() == sum(float(row[5]) for row in good_rows()) + 37 + 41
    assert "IN-CORRECTED" in outcome.codes
    (finding,) = [one for one in outcome.findings if one.code == "IN-CORRECTED"]
    assert (finding.n_checked, finding.n_failed) == (2, 1)
    assert finding.places == ("2017-03-01/m2.csv rad 2",)


def test_every_file_of_a_later_delivery_replaces(project: Project) -> None:
    plan = plan_with(mode="append")
    deliver(project, GOOD, "m.csv")
    for number in (1, 2):
        rows = changed(number, "poang", "66")[number : number + 1]
        deliver(project, as_csv(rows).encode("utf-8"), f"rättelse {number}.csv", delivered=LATER)
    extract = read_sources(find_deliveries(project, plan), plan, load_key(project, plan), corpus_register())
    assert len(extract.tables[SOURCE]) == len(good_rows())
    assert (extract.tables[SOURCE]["funktion"] == 66).sum() == 2


def test_doubles_within_one_delivery_are_kept_for_the_gate_to_judge(project: Project) -> None:
    plan = plan_with(mode="append")
    deliver(project, GOOD, "a.csv")
    deliver(project, GOOD, "b.csv")
    extract = read_sources(find_deliveries(project, plan), plan, load_key(project, plan), corpus_register())
    assert len(extract.tables[SOURCE]) == 2 * len(good_rows())


def test_the_faults_of_all_files_are_raised_together(project: Project) -> None:
    plan = plan_with(mode="append")
    deliver(project, as_csv(changed(0, "poang", "fyrtio")).encode("utf-8"), "a.csv")
    deliver(project, as_csv(changed(1, "matdatum", "2015-02-29")).encode("utf-8"), "b.csv")
    with pytest.raises(DeliveryError) as caught:
        read_sources(find_deliveries(project, plan), plan, load_key(project, plan), corpus_register())
    assert caught.value.findings == ("IN-NUM", "DATE-INVALID")
    assert len(str(caught.value).splitlines()) == 2


def test_persons_without_a_key_are_never_read(project: Project) -> None:
    deliver(project, GOOD, "m.csv")
    with pytest.raises(PlanError) as caught:
        read_sources(find_deliveries(project, corpus_plan()), corpus_plan(), None, corpus_register())
    assert caught.value.code == "KEY-MISSING"
