"""Both demonstrations in every form that may be shared: nothing that matters is left out, and nothing else is let in."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from evalkit.findings.safe import SafeResult, safe_from_json
from evalkit.plan.form_names import FULL, SUMMARY, FormName
from evalkit.plan.project import Project
from evalkit.release.bundle_numbers import unknown_numbers
from evalkit.release.edition import edition
from evalkit.release.form_text import text_of
from evalkit.release.forms.build import build_all
from evalkit.release.forms.document import Grid, Heading, Picture
from evalkit.release.language import Language
from evalkit.release.scan import Scan, scan_bytes
from evalkit.workflow.forms import write_forms
from evalkit.workflow.store import altered_files, read_manifest, run_store
from tests.support.demo import DEMOS
from tests.support.small_run import HERE, evalkit

NAMES = [FormName(form, depth, "") for depth in (FULL, SUMMARY) for form in ("html", "pdf", "docx")]
NAMES += [FormName(form, FULL, "") for form in ("xlsx", "csv", "json")]


@pytest.fixture(scope="module", params=DEMOS)
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, str, Path, SafeResult]:
    root = tmp_path_factory.mktemp("demo") / "Kommun med å"
    root.mkdir()
    for name in ("params", "notebooks"):
        shutil.copytree(HERE / name, root / name, ignore=shutil.ignore_patterns(".*"))
    shutil.copytree(HERE / "data" / "raw" / request.param, root / "data" / "raw" / request.param)
    shutil.copy(HERE / "requirements.lock", root)
    project = Project(root)
    done = evalkit(project, "run", request.param)
    assert done.returncode == 0, done.stderr[-500:]
    store = run_store(project, request.param)
    folder = store.run(store.latest())
    safe = safe_from_json((folder / "share" / "safe_result.json").read_text(encoding="utf-8"))
    return project, request.param, folder, safe


def test_no_shared_form_is_a_coward(demo: tuple[Project, str, Path, SafeResult]) -> None:
    safe = demo[3]
    language, primary = Language("sv"), safe.primary
    assert primary is not None
    assert primary.interval is not None
    wanted = [language.number(v, primary.decimals) for v in (primary.value, primary.interval.low, primary.interval.high)]
    files = build_all(safe, NAMES)
    for name, content in files.items():
        text = text_of(name, content)
        shown = text.replace(".", ",") if name.endswith((".json", ".xlsx")) else text
        assert all(value.replace("−", "") in shown for value in wanted), name
        assert unknown_numbers(text, safe) == [], name
        assert scan_bytes(name, content, Scan(min_cell=safe.policy.min_cell)) == (), name
    assert len(files["report.html"]) < 3_000_000


@pytest.mark.parametrize("depth", [FULL, SUMMARY])
def test_flow_trend_instrument_activities_and_costs_stand_in_the_report_and_the_summary(
    demo: tuple[Project, str, Path, SafeResult], depth: str
) -> None:
    found = edition(demo[3], depth).blocks
    figures = " ".join(block.caption for block in found if isinstance(block, Picture))
    tables = " ".join(block.caption for block in found if isinstance(block, Grid))
    headings = " ".join(block.text for block in found if isinstance(block, Heading))
    for word in ("Urvalsflöde", "medelvärde per grupp", "Skattningar med konfidensintervall", "per månad"):
        assert word in figures
    for word in ("Aktiviteter: mål mot utfall", "Skattningar", "Vad som behöver undvikas"):
        assert word in tables
    for word in ("Instrumenten", "Ekonomi per part"):
        assert word in headings


def test_forms_are_written_beside_the_run_and_leave_it_as_it_was(demo: tuple[Project, str, Path, SafeResult]) -> None:
    project, plan_id, folder, _ = demo
    written = write_forms(project, plan_id, ["html", "docx"], "onepage", "en")
    assert [path.name for path in written] == ["onepage_en.html", "onepage_en.docx"]
    assert all(path.is_file() and folder not in path.parents for path in written)
    assert altered_files(folder, read_manifest(folder)) == []
