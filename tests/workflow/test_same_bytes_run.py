"""Two copies on different paths, under different hash seeds, time zones and locales, one without a network: the same bytes.

A third intervention, prepared by nobody, goes the whole way from its staff's workbooks.
"""

import json
import re
import shutil
import subprocess
import sys

import pytest
from evalkit.plan.project import Project
from evalkit.workflow.store import run_store
from openpyxl import load_workbook
from tests.support.small_run import HERE, contents, evalkit, small_project
from tests.support.third_intervention import ID as THIRD
from tests.support.third_intervention import project_with_files

NO_NETWORK = """
import socket


def refuse(*arguments, **named):
    raise AssertionError("a connection was tried")


socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = socket.create_connection = refuse
"""


@pytest.fixture(scope="module")
def denied(tmp_path_factory):
    """Return a folder whose presence on the path denies the process every connection."""
    folder = tmp_path_factory.mktemp("inget nät")
    (folder / "sitecustomize.py").write_text(NO_NETWORK, encoding="utf-8")
    return folder


def third(root):
    project = project_with_files(root)
    shutil.copytree(HERE / "notebooks", root / "notebooks", ignore=shutil.ignore_patterns(".*"))
    shutil.copy(HERE / "requirements.lock", root)
    return project


def persons(project):
    """Return every personal number that was delivered and every pseudonym that was analysed."""
    frame = next(project.processed(THIRD).rglob("frame.json")).read_text(encoding="utf-8")
    units = next(c for c in json.loads(frame)["tables"]["persons"] if c["name"] == "unit")["values"]
    sheet = load_workbook(project.root / "från verksamheten" / "lista hösten 2021.xlsx")["Elever"]
    numbers = [row[0] for row in sheet.iter_rows(min_row=3, values_only=True) if row[0]]
    assert len(units) > 80
    assert len(numbers) > 80
    return {*units, *numbers, *(number.replace("-", "") for number in numbers)}


def words(path):
    return set(re.findall(r"[a-z0-9-]{10,30}", path.read_bytes().decode("latin-1")))


def separator():
    return ";" if sys.platform == "win32" else ":"


def test_the_denial_of_the_network_bites(denied):
    tried = "import socket; socket.create_connection(('127.0.0.1', 9))"
    done = subprocess.run(
        [sys.executable, "-c", tried], env={"PYTHONPATH": str(denied)}, capture_output=True, text=True, check=False
    )
    assert "a connection was tried" in done.stderr


@pytest.mark.slow
def test_a_third_intervention_gives_the_same_report_in_two_places_without_a_network(tmp_path, denied):
    one = third(tmp_path / "en plats")
    # Copied, not made again: a workbook carries the minute in which it was saved.
    shutil.copytree(one.root, tmp_path / "en helt annan plats med å, ä och ö" / "projekt")
    two = Project(tmp_path / "en helt annan plats med å, ä och ö" / "projekt")
    outside = tmp_path / "hemma"
    outside.mkdir()
    elsewhere = dict.fromkeys(("HOME", "USERPROFILE", "APPDATA", "TMPDIR", "TEMP", "TMP"), str(outside))
    first = evalkit(one, "run", THIRD, PYTHONHASHSEED="1", TZ="America/New_York", LC_ALL="C.UTF-8", **elsewhere)
    path = f"{denied}{separator()}{HERE}"
    second = evalkit(two, "run", THIRD, PYTHONHASHSEED="4242", TZ="Pacific/Auckland", LC_ALL="sv_SE.UTF-8", PYTHONPATH=path)
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert contents(one.root / "reports") == contents(two.root / "reports")
    assert contents(one.root / "data" / "processed") == contents(two.root / "data" / "processed")
    store = run_store(one, THIRD)
    known = persons(one)
    assert known & words(next(one.processed(THIRD).rglob("frame.json")))
    left = [path for path in outside.rglob("*") if path.is_file() and known & words(path)]
    assert left == [], "a person's name or number was left outside the project"
    report = (store.run(store.latest()) / "share" / "report.html").read_text(encoding="utf-8")
    assert "Läxhjälp" in report
    assert "Trivsel" in first.stdout


def test_two_interventions_are_run_one_after_the_other_and_a_broken_one_does_not_stop_the_other(tmp_path):
    project = small_project(tmp_path / "projekt")
    done = evalkit(project, "run", "liten", "finns-inte")
    assert done.returncode == 2
    assert "liten: klar" in done.stdout
    assert "finns-inte: ingen rapport" in done.stderr
