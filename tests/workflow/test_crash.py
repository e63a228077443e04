"""Killed at any write, or on a full disk: the old report stands, no half report is seen, the next run gives the same bytes."""

import json
import os
import subprocess
import sys

import pytest
from tests.support.small_run import HERE

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks a child for each crash")


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.crash_runner", str(tmp_path_factory.mktemp("krascher"))],
        env={**os.environ, "PYTHONPATH": str(HERE)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_the_run_is_killed_at_every_write_and_finishes_after_the_last(found):
    codes = [crash["code"] for crash in found["crashes"]]
    assert set(codes[:-1]) == {137}
    assert codes[-1] == 0
    # Result, frame, hash, Stata file, two scripts, cleared result, three notebooks, report, gate text, log, manifest, pointer.
    assert len(codes) - 1 == 15


def test_the_old_report_stands_after_every_crash(found):
    assert [crash["k"] for crash in found["crashes"] if not crash["old_stands"]] == []


def test_no_half_report_is_seen_after_any_crash(found):
    assert [crash["k"] for crash in found["crashes"] if not crash["no_half_run"]] == []


def test_the_next_run_succeeds_and_gives_the_bytes_of_an_undisturbed_one(found):
    assert [crash["k"] for crash in found["crashes"] if crash["next_code"] or not crash["next_is_undisturbed"]] == []
    assert found["computed_again"]


def test_a_full_disk_is_said_and_harms_nothing(found):
    assert found["full"] == {"code": 8, "old_stands": True, "no_half_run": True, "next_code": 0, "next_is_undisturbed": True}
