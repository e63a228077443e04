"""One house through a year: a report goes out, somebody withdraws, the next report waits, the old one can be sent again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from evalkit.errors import DisclosureRefused
from evalkit.plan.project import Project
from evalkit.release.bundle import verify_bundle
from evalkit.workflow import sharing
from evalkit.workflow.forgetting import forget_person
from evalkit.workflow.run import run
from evalkit.workflow.sharing import approve, find_waiting, share
from tests.support.small_run import HERE, evalkit

ID, MAKER, APPROVER = "np-samverkan", "Nationalekonom", "Dataskyddsombud"
DAY = "2018-02-15"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project where the first report has been approved for one receiver."""
    root = tmp_path_factory.mktemp("huset") / "Kommun med å"
    root.mkdir()
    for name in ("params", "notebooks"):
        shutil.copytree(HERE / name, root / name, ignore=shutil.ignore_patterns(".*"))
    shutil.copytree(HERE / "data" / "raw" / ID, root / "data" / "raw" / ID)
    shutil.copy(HERE / "requirements.lock", root)
    project = Project(root)
    run(project, ID)
    waiting = share(project, ID, "skr", MAKER)
    approve(project, waiting.sha256, APPROVER, DAY)
    return project


@pytest.fixture
def copy(house: Project, tmp_path: Path) -> Project:
    shutil.copytree(house.root, tmp_path / "kopia")
    return Project(tmp_path / "kopia")


def somebody(project: Project) -> str:
    """Return the pseudonym of a participant who stands behind the newest run."""
    folder = max(project.processed(ID).glob("*/frame.json"))
    tables = json.loads(folder.read_text(encoding="utf-8"))["tables"]
    columns = {column["name"]: column["values"] for column in tables["table"]}
    return str(next(unit for unit, treated in zip(columns["unit"], columns["treated"], strict=True) if treated))


def test_what_was_approved_is_what_the_receiver_can_check(house: Project) -> None:
    (bundle,) = (house.reports(ID) / sharing.RELEASED).glob("*.zip")
    manifest, safe = verify_bundle(bundle)
    assert bundle.name == "001-skr.zip"
    assert safe is not None
    assert (manifest["receiver"], manifest["sequence"]) == ("skr", 1)
    assert not list((house.reports(ID) / sharing.WAITING).iterdir())
    assert evalkit(house, "verify", str(bundle)).returncode == 0


def test_the_maker_cannot_approve_and_a_strange_role_can_neither_make_nor_approve(copy: Project) -> None:
    params = copy.root / "params" / "receivers.yaml"
    params.write_text(
        params.read_text(encoding="utf-8").replace("[Dataskyddsombud, ", f"[{MAKER}, Dataskyddsombud, "), encoding="utf-8"
    )
    waiting = share(copy, ID, "norrkoping", MAKER)
    for role, code in ((MAKER, "SHARE-SELF"), ("Praktikant", "SHARE-ROLE")):
        with pytest.raises(DisclosureRefused) as refused:
            approve(copy, waiting.sha256, role, DAY)
        assert refused.value.code == code
    with pytest.raises(DisclosureRefused) as refused:
        share(copy, ID, "norrkoping", "Praktikant")
    assert refused.value.code == "SHARE-ROLE"
    assert find_waiting(copy, waiting.sha256).sha256 == waiting.sha256


def test_a_waiting_bundle_that_was_touched_cannot_be_approved(copy: Project) -> None:
    waiting = share(copy, ID, "norrkoping", MAKER)
    (waiting.folder / sharing.BUNDLE).write_bytes((waiting.folder / sharing.BUNDLE).read_bytes() + b" ")
    with pytest.raises(DisclosureRefused) as refused:
        approve(copy, waiting.sha256, APPROVER, DAY)
    assert refused.value.code == "SHARE-ALTERED"


def test_one_withdrawn_person_leaves_the_house_at_once_and_holds_the_next_report_back(copy: Project) -> None:
    person = somebody(copy)
    waiting = share(copy, ID, "norrkoping", MAKER)
    kept = copy.root / "undan"
    shutil.copytree(waiting.folder, kept)
    told = "\n".join(forget_person(copy, ID, person))
    assert "release 1" in told
    assert "skr" in told
    assert person not in told
    assert "1 paket som väntade" in told
    assert not waiting.folder.exists()
    kept.rename(waiting.folder)
    with pytest.raises(DisclosureRefused) as refused:
        approve(copy, waiting.sha256, APPROVER, DAY)
    assert refused.value.code == "SHARE-FORGOTTEN"
    assert not list(copy.processed(ID).glob("*/frame.json"))
    outcome = run(copy, ID)
    assert outcome.computed
    frame = (copy.processed(ID) / outcome.run / "frame.json").read_text(encoding="utf-8")
    assert person not in frame
    with pytest.raises(DisclosureRefused) as refused:
        share(copy, ID, "norrkoping", MAKER)
    assert refused.value.code == "SDC-DIFF"
    assert "--release 1" in str(refused.value)
    again = share(copy, ID, "norrkoping", MAKER, release=1)
    assert "återkallat" in again.review


def test_an_earlier_release_can_go_to_another_receiver_unchanged(copy: Project) -> None:
    first = share(copy, ID, "norrkoping", MAKER, release=1)
    assert "återkallat" not in first.review
    bundle, release = approve(copy, first.sha256, APPROVER, DAY)
    assert (bundle.name, release.sequence) == ("002-norrkoping.zip", 2)
    assert verify_bundle(bundle)[1] == verify_bundle(bundle.with_name("001-skr.zip"))[1]


def test_a_ledger_whose_tail_was_cut_stops_every_further_release(copy: Project) -> None:
    (copy.processed(ID) / "ledger" / "releases.jsonl").unlink()
    with pytest.raises(DisclosureRefused) as refused:
        share(copy, ID, "norrkoping", MAKER)
    assert refused.value.code == "LEDGER-ALTERED"


def test_between_the_days_of_the_calendar_the_frozen_cohort_is_what_is_shared(copy: Project) -> None:
    params = copy.root / "params" / "receivers.yaml"
    calendar = f"calendars: [{{intervention: {ID}, days: [2017-01-31]}}]\nreceivers:"
    params.write_text(params.read_text(encoding="utf-8").replace("receivers:", calendar), encoding="utf-8")
    shutil.rmtree(copy.processed(ID) / "ledger")
    shutil.rmtree(copy.reports(ID) / sharing.RELEASED)
    with pytest.raises(DisclosureRefused) as refused:
        share(copy, ID, "skr", MAKER)
    assert refused.value.code == "SHARE-CALENDAR"
    assert "--until 2017-01-31" in str(refused.value)
    assert evalkit(copy, "run", ID, "--until", "2017-01-31").returncode == 0
    assert share(copy, ID, "skr", MAKER).basis["run"].startswith("2017-01-31")
