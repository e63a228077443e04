"""The notebooks' stored headlines are what they print on the demonstration data today; a changed number fails through nbval."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from evalkit.plan.project import Project
from evalkit.workflow.run import run
from tests.support.small_run import HERE

DEMO = "np-samverkan"
NOTEBOOKS = ("10_kvalitet", "20_fore_efter", "30_did", "32_lottad", "50_design", "90_rapport")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return a copy of the project, beside it nothing, in which the demonstration has been run."""
    root = tmp_path_factory.mktemp("nbval") / "projekt"
    for name in ("params", "notebooks", "data/raw/np-samverkan"):
        shutil.copytree(HERE / name, root / name, ignore=shutil.ignore_patterns(".*"))
    shutil.copy(HERE / "requirements.lock", root)
    project = Project(root)
    run(project, DEMO)
    return project


def nbval(project, *names):
    files = [str(project.notebooks / f"{name}.ipynb") for name in names]
    command = [sys.executable, "-m", "pytest", "-q", "--nbval-lax", "--nbval-current-env", "-p", "no:cacheprovider", *files]
    environment = {**os.environ, "PYTHONPATH": str(HERE), "IPYTHONDIR": str(project.root / ".ipython")}
    return subprocess.run(command, cwd=project.root, env=environment, capture_output=True, text=True, check=False)


def test_every_stored_headline_is_what_the_notebook_prints_today(project):
    done = nbval(project, *NOTEBOOKS)
    assert done.returncode == 0, done.stdout[-3000:]
    assert "failed" not in done.stdout


def test_a_changed_number_in_a_stored_headline_fails_through_nbval(project):
    path = project.notebooks / "20_fore_efter.ipynb"
    text = path.read_text(encoding="utf-8")
    page = json.loads(text)
    stored = next(out for cell in page["cells"] for out in cell.get("outputs", ()) if out["output_type"] == "stream")
    line = stored["text"][0]
    stored["text"][0] = line.replace(next(c for c in line if c in "123456789"), "0", 1)
    path.write_text(json.dumps(page, ensure_ascii=False), encoding="utf-8")
    try:
        done = nbval(project, "20_fore_efter")
    finally:
        path.write_text(text, encoding="utf-8")
    assert done.returncode == 1
    assert "1 failed" in done.stdout
