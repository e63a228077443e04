from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from evalkit.errors import DisclosureRefused, NotReproduced, PlanError
from evalkit.findings.safe import safe_to_json
from evalkit.plan.receivers import load_receivers
from evalkit.release.bundle import Label, make_bundle, verify_bundle
from evalkit.release.disclosure import clear
from evalkit.workflow.share_content import review_text
from tests.support.sample_result import policy, sample_result

SAFE = clear(sample_result(), policy())
PAGE = '<!doctype html><html lang="sv"><head><title>Prov</title></head><body><p>Skillnaden var {} poäng.</p></body></html>'
LABEL = Label("prov", "Prov", "arbetsrapport", "2016-01-31-00000000", "skr", "SKR", 1, "0" * 64)


def files(number: str = "7,4") -> dict[str, bytes]:
    return {"safe_result.json": safe_to_json(SAFE).encode(), "report.html": PAGE.format(number).encode()}


def stored(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "paket.zip"
    path.write_bytes(content)
    return path


def changed(bundle: bytes, **members: bytes | None) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(bundle)) as old, zipfile.ZipFile(target, "w") as new:
        kept = {name: old.read(name) for name in old.namelist()}
        for name, content in {**kept, **{k.replace("_dot_", "."): v for k, v in members.items()}}.items():
            if content is not None:
                new.writestr(name, content)
    return target.getvalue()


def test_the_same_content_gives_the_same_bytes_and_a_receiver_can_check_them(tmp_path: Path) -> None:
    bundle = make_bundle(files(), LABEL)
    assert bundle == make_bundle(dict(reversed(files().items())), LABEL)
    manifest, safe = verify_bundle(stored(tmp_path, bundle))
    assert manifest["ledger_hash"] == LABEL.ledger_hash
    assert safe == SAFE


@pytest.mark.parametrize(
    "harm",
    [
        {"report_dot_html": PAGE.format("8,4").encode()},
        {"safe_result_dot_json": b"{}"},
        {"extra_dot_html": b"x"},
        {"report_dot_html": None},
        {"manifest_dot_json": b"{}"},
        {"SHA256SUMS_dot_txt": b""},
    ],
)
def test_anything_changed_added_or_missing_is_exit_5(tmp_path: Path, harm: dict[str, bytes | None]) -> None:
    with pytest.raises(NotReproduced) as refused:
        verify_bundle(stored(tmp_path, changed(make_bundle(files(), LABEL), **harm)))
    assert refused.value.exit_code == 5


def test_a_number_of_the_report_that_was_never_cleared_is_found_even_in_a_well_made_bundle(tmp_path: Path) -> None:
    with pytest.raises(NotReproduced, match="987,3"):
        verify_bundle(stored(tmp_path, make_bundle(files("987,3"), LABEL)))


@pytest.mark.parametrize(
    "name", ["frame.json", "result.json", "90_rapport.ipynb", "figur.svg", "../report.html", "report.html.exe"]
)
def test_only_declared_file_names_enter_a_bundle(name: str) -> None:
    with pytest.raises(NotReproduced):
        make_bundle({**files(), name: b"x"}, LABEL)


def test_a_title_is_text_in_the_page_and_never_markup(tmp_path: Path) -> None:
    nasty = Label("prov", "<script>alert(1)</script>", "arbetsrapport", "r", "skr", '"><img src=x onerror=y>', 1, "0" * 64)
    with zipfile.ZipFile(stored(tmp_path, make_bundle(files(), nasty))) as archive:
        page = archive.read("LÄS-MIG.html").decode()
    assert "<script" not in page
    assert "<img" not in page


def test_every_free_text_of_the_plan_stands_in_full_before_the_approver() -> None:
    shown = review_text(SAFE, LABEL, "0" * 64, files())
    for text in (SAFE.plan_text.background, SAFE.plan_text.why, *SAFE.plan_text.questions):
        assert text in shown


RECEIVERS = """\
makers: [Nationalekonom]
approvers: [Dataskyddsombud]
calendars:
  - {{intervention: prov, days: [2016-01-31, 2017-01-31]}}
receivers:
  - {{id: skr, name: SKR, interventions: [prov], kinds: [arbetsrapport], files: [{}]}}
"""


def test_a_receiver_gets_what_is_declared_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "receivers.yaml"
    path.write_text(RECEIVERS.format("report.html"), encoding="utf-8")
    receivers = load_receivers(path)
    assert receivers.receiver("skr", "prov", "arbetsrapport").files == ("report.html",)
    for intervention, kind in (("annan", "arbetsrapport"), ("prov", "slutrapport")):
        with pytest.raises(DisclosureRefused):
            receivers.receiver("skr", intervention, kind)
    with pytest.raises(PlanError):
        receivers.receiver("okänd", "prov", "arbetsrapport")


def test_a_cohort_is_frozen_on_the_last_day_that_has_come(tmp_path: Path) -> None:
    from datetime import date

    path = tmp_path / "receivers.yaml"
    path.write_text(RECEIVERS.format("report.html"), encoding="utf-8")
    receivers = load_receivers(path)
    assert receivers.frozen_on("prov", date(2016, 12, 31)) == date(2016, 1, 31)
    assert receivers.frozen_on("annan", date(2016, 12, 31)) is None
    with pytest.raises(DisclosureRefused):
        receivers.frozen_on("prov", date(2015, 12, 31))


def test_a_file_that_may_never_leave_cannot_be_declared(tmp_path: Path) -> None:
    path = tmp_path / "receivers.yaml"
    path.write_text(RECEIVERS.format("frame.json"), encoding="utf-8")
    with pytest.raises(PlanError):
        load_receivers(path)
    with pytest.raises(PlanError):
        load_receivers(tmp_path / "saknas.yaml")
