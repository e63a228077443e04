"""A run exists whole or not at all; one computes at a time; what a killed run left is swept away."""

import json
import os
import subprocess
import sys
import textwrap

import pytest
from evalkit.errors import NotReproduced, RunLocked, StorageError
from evalkit.files import write_text
from evalkit.workflow.store import MANIFEST, POINTER, RunStore, altered_files, file_list, read_manifest
from tests.support.small_run import HERE

RUN = "2020-01-31-abcdef01"


@pytest.fixture
def store(tmp_path):
    return RunStore(reports=tmp_path / "reports" / "x å ö", processed=tmp_path / "data" / "processed" / "x å ö")


def stage(store, name=RUN, text="ett"):
    write_text(store.staging(name) / "share" / "report.html", text)
    write_text(store.frames(name, staged=True) / "frame.json", "{}")
    return {"files": file_list(store.staging(name))}


def test_a_committed_run_is_there_with_its_frame_and_is_pointed_to(store):
    with store.held():
        folder = store.commit(RUN, stage(store))
    assert folder == store.run(RUN)
    assert store.latest() == RUN
    assert (store.frames(RUN) / "frame.json").is_file()
    assert altered_files(folder, read_manifest(folder)) == []
    assert not list(store.reports.glob(".staging-*"))


def test_a_folder_without_manifest_is_no_run(store):
    write_text(store.run(RUN) / "share" / "report.html", "halv")
    write_text(store.reports / POINTER, RUN)
    assert store.latest() == ""
    with pytest.raises(NotReproduced, match="ingen körning"):
        read_manifest(store.run(RUN))


def test_a_pointer_out_of_the_folder_is_not_followed(store, tmp_path):
    write_text(tmp_path / "reports" / "annan" / MANIFEST, "{}")
    write_text(store.reports / POINTER, "../annan")
    assert store.latest() == ""


def test_what_a_killed_run_left_is_swept_by_the_next_start(store):
    with store.held():
        store.commit(RUN, stage(store))
    stage(store, "2020-02-29-00000000")
    write_text(store.frames("2020-02-29-11111111") / "frame.json", "{}")
    (store.reports / ".senaste.txt.123.tmp").write_text("halv", encoding="utf-8")
    with store.held():
        assert sorted(path.name for path in store.processed.iterdir()) == [RUN]
        assert {path.name for path in store.reports.iterdir()} == {RUN, POINTER, ".lock", ".lock.json"}


@pytest.mark.parametrize("harm", ["changed", "removed", "added"])
def test_a_file_that_is_not_as_the_manifest_says_is_named(store, harm):
    with store.held():
        folder = store.commit(RUN, stage(store))
    report = folder / "share" / "report.html"
    {
        "changed": lambda: report.write_text("två", encoding="utf-8"),
        "removed": report.unlink,
        "added": lambda: (folder / "share" / "extra.csv").write_text("x", encoding="utf-8"),
    }[harm]()
    expected = {"added": ["share/extra.csv"]}.get(harm, ["share/report.html"])
    assert altered_files(folder, read_manifest(folder)) == expected


HOLDER = """
    import sys
    from pathlib import Path
    from evalkit.workflow.store import RunStore
    store = RunStore(Path(sys.argv[1]), Path(sys.argv[2]))
    with store.held():
        print("held", flush=True)
        sys.stdin.read()
"""


def holder(store):
    command = [sys.executable, "-c", textwrap.dedent(HOLDER), str(store.reports), str(store.processed)]
    child = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(HERE)}
    )
    assert child.stdout.readline().strip() == "held"
    return child


def test_a_second_run_at_once_is_refused_and_told_who_computes_and_since_when(store):
    child = holder(store)
    try:
        said = json.loads((store.reports / ".lock.json").read_text(encoding="utf-8"))
        with pytest.raises(RunLocked) as refusal, store.held():
            pass
        assert refusal.value.code == "RUN-LOCKED"
        assert refusal.value.exit_code == 7
        assert all(str(said[part]) in str(refusal.value) for part in ("pid", "host", "start"))
        assert said["pid"] == child.pid
    finally:
        child.communicate("")


def test_another_intervention_is_not_held(store, tmp_path):
    child = holder(store)
    try:
        with RunStore(tmp_path / "reports" / "annan", tmp_path / "processed" / "annan").held():
            pass
    finally:
        child.communicate("")


def test_the_lock_of_a_killed_process_is_taken_over(store):
    child = holder(store)
    child.kill()
    child.communicate()
    assert (store.reports / ".lock.json").exists()
    with store.held():
        assert json.loads((store.reports / ".lock.json").read_text(encoding="utf-8"))["pid"] == os.getpid()
    assert not (store.reports / ".lock.json").exists()


def test_a_folder_that_cannot_be_made_is_said_before_anything_is_computed(tmp_path):
    (tmp_path / "reports").write_text("en fil i vägen", encoding="utf-8")
    with pytest.raises(StorageError), RunStore(tmp_path / "reports" / "x", tmp_path / "processed").held():
        pytest.fail("held a folder that does not exist")


def test_a_folder_that_may_not_be_written_in_is_out_perm(store, monkeypatch):
    def refuse(self, content):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr("pathlib.Path.write_bytes", refuse)
    with pytest.raises(StorageError) as refusal, store.held():
        pytest.fail("held a folder that may not be written in")
    assert refusal.value.code == "OUT-PERM"
    assert refusal.value.exit_code == 8
