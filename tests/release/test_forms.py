from __future__ import annotations

import csv
import html
import io
import json
import re
import zipfile
from dataclasses import replace

import openpyxl
import pytest
from evalkit.errors import StorageError
from evalkit.findings.safe import SafeInstrument, SafeResult
from evalkit.plan.form_names import FORM_FILES, FULL, ONE_PAGE, SHAREABLE, SUMMARY, FormName
from evalkit.release import report
from evalkit.release.disclosure import clear
from evalkit.release.edition import Edition, edition
from evalkit.release.form_text import text_of
from evalkit.release.forms.build import build, build_all
from evalkit.release.forms.data_tables import Number, data_tables
from evalkit.release.forms.document import Grid, Picture
from evalkit.release.scan import Scan, scan_bytes
from tests.support.report_page import page
from tests.support.sample_result import policy, public_result, sample_result

TOKEN = re.compile(r"(?<![\w.])−?\d{1,3}(?:[\u00a0 ]\d{3})+(?:,\d+)?(?!\d)|(?<![\w.])−?\d+(?:[.,]\d+)*")
NAMES = [name for name in FORM_FILES.values() if not name.language]


@pytest.fixture(scope="module")
def safe() -> SafeResult:
    return clear(sample_result(), policy())


@pytest.fixture(scope="module")
def files(safe: SafeResult) -> dict[str, bytes]:
    return build_all(safe, NAMES)


@pytest.fixture(scope="module")
def full(safe: SafeResult) -> Edition:
    return edition(safe)


def numbers(text: str) -> set[str]:
    """Return the numbers of a text as plain decimals: no marks for thousands, a point, no sign (a dash may be either)."""
    found = {re.sub(r"[\u00a0 ]", "", token).replace(",", ".").lstrip("−-").strip(".") for token in TOKEN.findall(text)}
    return {f"{float(token):g}" for token in found if token.count(".") <= 1}


def small(values: set[str]) -> set[str]:
    """Return what no form can be held to: numbers of pages, tables, figures and parts of dates or names."""
    return {v for v in values if "." not in v and float(v) <= 50}


def test_every_form_of_the_full_report_says_the_same_numbers(safe: SafeResult, files: dict[str, bytes]) -> None:
    said = {name.form: numbers(text_of(name.file, files[name.file])) for name in NAMES if name.depth == FULL}
    visible = re.sub(r'\balt="[^"]*"', "", files["report.html"].decode("utf-8"))
    on_paper = numbers(text_of("report.html", visible.encode("utf-8")))
    assert len(on_paper) > 80
    assert said["html"] - said["docx"] == set()
    assert said["docx"] - said["html"] == small(said["docx"] - said["html"])
    # What only the alternative texts of figures say stands in the PDF too, where no text is extracted from.
    assert on_paper - said["pdf"] == set()
    assert said["pdf"] - said["html"] == small(said["pdf"] - said["html"])
    for form in ("xlsx", "csv", "json"):
        assert said[form] - said["html"] == small(said[form] - said["html"]), form


def test_excel_csv_and_json_hold_the_cells_of_the_page(full: Edition, files: dict[str, bytes]) -> None:
    tables = data_tables(full.blocks, "sv")
    book = openpyxl.load_workbook(io.BytesIO(files["report.xlsx"]))
    document = json.loads(files["tables.json"])
    assert [t["caption"] for t in document["tables"]] == [t.caption for t in tables]
    with zipfile.ZipFile(io.BytesIO(files["tables.zip"])) as archive:
        sheets = [list(csv.reader(io.StringIO(archive.read(n).decode("utf-8-sig")), delimiter=";")) for n in archive.namelist()[1:]]
    for table, sheet, other, rows in zip(tables, book.worksheets[1:], document["tables"], sheets, strict=True):
        cells = [[c.value for c in row][: len(table.head)] for row in sheet.iter_rows(min_row=5, max_row=4 + len(table.rows))]
        plain = [[cell.value if isinstance(cell, Number) else cell for cell in row] for row in table.rows]
        assert cells == other["rows"] == plain
        assert [len(row) for row in rows] == [len(table.head)] * (1 + len(table.rows))


def test_every_column_of_every_table_is_explained_in_the_codebook(safe: SafeResult, files: dict[str, bytes]) -> None:
    document = json.loads(files["tables.json"])
    explained = {(row[0], row[2]) for row in document["codebook"]["rows"]}
    columns = {(str(t["table"]), name) for t in document["tables"] for name in t["head"]}
    assert columns <= explained


def test_the_shorter_depths_say_nothing_that_the_full_report_does_not(files: dict[str, bytes]) -> None:
    full = numbers(text_of("report.html", files["report.html"]))
    for stem in ("summary", "onepage"):
        for form in ("html", "pdf", "docx"):
            said = numbers(text_of(f"{stem}.{form}", files[f"{stem}.{form}"]))
            assert len(said) > 15
            assert said - full == small(said - full), f"{stem}.{form}"


def test_the_same_result_gives_the_same_bytes_in_every_form(safe: SafeResult, files: dict[str, bytes]) -> None:
    again = build_all(safe, [name for name in NAMES if name.depth == ONE_PAGE or name.form in {"xlsx", "csv", "json"}])
    assert {name: files[name] for name in again} == again


def test_the_scanner_finds_nothing_in_any_form(safe: SafeResult, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        assert scan_bytes(name, content, Scan(min_cell=safe.policy.min_cell)) == (), name


def test_the_page_is_the_rendered_notebook(safe: SafeResult, files: dict[str, bytes]) -> None:
    assert files["report.html"].decode("utf-8") == page(safe)


def test_one_page_is_one_page_and_the_summary_a_few(files: dict[str, bytes]) -> None:
    from pypdf import PdfReader

    pages = {stem: len(PdfReader(io.BytesIO(files[f"{stem}.pdf"])).pages) for stem in ("onepage", "summary", "report")}
    assert pages["onepage"] == 1
    assert 2 <= pages["summary"] <= 8 < pages["report"]


def test_no_form_hides_the_main_result(safe: SafeResult, full: Edition, files: dict[str, bytes]) -> None:
    """No cowardice: estimate with interval, flow, trend, activities and costs stand in the full report and the summary."""
    primary = safe.primary
    assert primary is not None
    assert primary.interval is not None
    interval = [f"{abs(value):.{primary.decimals}f}".replace(".", ",") for value in (primary.interval.low, primary.interval.high)]
    for name in NAMES:
        text = text_of(name.file, files[name.file])
        if name.form in {"html", "docx", "pdf"}:
            assert all(value in text for value in interval), name.file
            assert f"{primary.value:.{primary.decimals}f}".replace(".", ",") in text
    for depth, found in ((FULL, full.blocks), (SUMMARY, edition(safe, SUMMARY).blocks)):
        pictures, tables = [b.caption for b in found if isinstance(b, Picture)], [b.caption for b in found if isinstance(b, Grid)]
        for wanted in ("Urvalsflöde", "medelvärde per grupp", "Skattningar med konfidensintervall", "per månad"):
            assert any(wanted in caption for caption in pictures), (depth, wanted)
        for wanted in ("Aktiviteter: mål mot utfall", "Skattningar", "Vad som behöver undvikas"):
            assert any(wanted in caption for caption in tables), (depth, wanted)
    one = text_of("onepage.html", files["onepage.html"])
    assert "Kostnad per deltagare" in one
    assert "mot målet" in one
    assert any("medelvärde per grupp" in b.caption for b in edition(safe, ONE_PAGE).blocks if isinstance(b, Picture))


def test_an_instrument_page_stands_in_the_full_report_and_the_summary(safe: SafeResult) -> None:
    page_of = SafeInstrument(
        *("valbefinnande", "who5", "WHO-5", "välbefinnande", "self", "total", "Summa", 0.0, 100.0, "higher_better"),
        *("två veckor", "fri", "påhittad", "draft", False, 10.0, (), "", "", "none", (), "none", (), (), (), (), None, (), "none"),
    )
    shown = replace(safe, instruments=(page_of,))
    assert "WHO-5: Välbefinnande (WHO-5)" in "".join(str(piece) for piece in edition(shown, SUMMARY).pieces)
    assert "WHO-5: Välbefinnande (WHO-5)" in str(report.results(shown))


@pytest.mark.parametrize("depth", [ONE_PAGE, SUMMARY])
def test_every_depth_can_be_said_in_english_without_a_swedish_word_of_ours(safe: SafeResult, depth: str) -> None:
    from evalkit.release.language import TABLES

    drawn = edition(safe, depth, "en")
    text = text_of("x.html", build(safe, FormName("html", depth, "en")))
    assert drawn.language == "en"
    longest = [v for k, v in TABLES["sv"].items() if len(v) > 25 and "{" not in v and v != TABLES["en"][k]]
    own = text.split("Summary in Swedish")[0]
    assert [v for v in longest if v in own] == []


def test_both_languages_name_the_same_cleared_result(safe: SafeResult, full: Edition) -> None:
    assert full.digest == edition(safe, ONE_PAGE, "sv").digest == edition(safe, ONE_PAGE, "en").digest


def test_the_workbook_has_no_formula_no_hidden_sheet_and_no_properties(files: dict[str, bytes]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(files["report.xlsx"]))
    assert all(sheet.sheet_state == "visible" for sheet in book.worksheets)
    assert not [c for sheet in book.worksheets for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert (book.properties.creator, book.properties.title, book.properties.lastModifiedBy) == (None, None, None)


def test_a_text_that_looks_like_a_formula_stays_text_in_every_form(safe: SafeResult) -> None:
    nasty = '=HYPERLINK("http://x.se";"y")'
    activity = replace(safe.activities[0], label=nasty)
    hostile = replace(safe, activities=(activity, *safe.activities[1:]))
    made = build_all(hostile, [FormName("xlsx", FULL, ""), FormName("csv", FULL, "")])
    book = openpyxl.load_workbook(io.BytesIO(made["report.xlsx"]))
    cells = [c for sheet in book.worksheets for row in sheet.iter_rows() for c in row if c.value == nasty]
    assert cells
    assert {c.data_type for c in cells} == {"s"}
    assert not any(c.hyperlink for c in cells)
    with zipfile.ZipFile(io.BytesIO(made["tables.zip"])) as archive:
        text = "".join(archive.read(n).decode("utf-8-sig") for n in archive.namelist())
    assert "'=HYPERLINK" in text
    assert not re.search(r'(?:^|;)"?=', text, re.MULTILINE)


@pytest.mark.parametrize("form", ["html", "pdf", "docx"])
def test_markup_in_a_title_is_text_in_every_form(safe: SafeResult, form: str) -> None:
    nasty = '#import "x.typ"; <script>alert(1)</script> \\u{1} $x$ *b*'
    hostile = replace(safe, plan=replace(safe.plan, title=nasty))
    content = build(hostile, FormName(form, ONE_PAGE, ""))
    shown = re.sub(r"\s+", "", text_of(f"x.{form}", content))
    assert re.sub(r"\s+", "", nasty) in shown
    assert form == "pdf" or b"<script>alert" not in content


def test_the_pdf_is_tagged_in_its_language_with_a_title_and_says_nothing_of_who_made_it(files: dict[str, bytes]) -> None:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(files["report.pdf"]))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "sv-SE"
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - pypdf's own boolean
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert "/StructTreeRoot" in root
    assert set(reader.metadata or {}) <= {"/Title", "/Creator", "/Producer"}
    assert b"pdfuaid:part" in root["/Metadata"].get_data()


def test_every_figure_of_the_pdf_says_its_numbers_and_every_table_has_its_heads(full: Edition, files: dict[str, bytes]) -> None:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(files["report.pdf"]))
    found: list[tuple[str, str]] = []

    def walk(node: object) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for one in node:
                walk(one)
        elif isinstance(node, dict):
            if "/S" in node:
                found.append((str(node["/S"]), str(node.get("/Alt", ""))))
            walk(node.get("/K", []))

    walk(reader.trailer["/Root"]["/StructTreeRoot"])
    blocks = full.blocks
    pictures, grids = [b for b in blocks if isinstance(b, Picture)], [b for b in blocks if isinstance(b, Grid)]
    assert {alt for kind, alt in found if kind == "/Figure"} == {p.alt for p in pictures}
    assert sum(kind == "/Table" for kind, _ in found) == len(grids)
    assert sum(kind == "/TH" for kind, _ in found) >= sum(len(g.head) for g in grids)
    assert sum(kind == "/H1" for kind, _ in found) == 1


def test_where_pdf_cannot_be_made_the_message_says_what_to_do(safe: SafeResult, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(StorageError, match="skriv ut den som PDF"):
        build(safe, FormName("pdf", ONE_PAGE, ""))


def test_a_report_without_persons_has_every_form_too() -> None:
    public = clear(public_result(), policy())
    for content in build_all(public, [n for n in NAMES if n.depth != FULL]).values():
        assert len(content) > 1000


def test_every_text_of_the_page_stands_in_the_blocks(full: Edition) -> None:
    told = " ".join(text for b in full.blocks for text in _texts(b))
    for piece in full.pieces:
        shown = re.sub(r'<div[^>]*aria-hidden="true">[^<]*</div>', "", str(piece))
        for text in filter(str.strip, re.split(r"<[^>]+>", shown)):
            assert html.unescape(text) in told


def _texts(block: object) -> list[str]:
    if isinstance(block, Grid):
        return [block.caption, *block.head, *(cell for row in block.rows for cell in row)]
    return [block.caption] if isinstance(block, Picture) else [block.text]  # type: ignore[attr-defined]


def test_every_file_name_that_may_leave_is_one_that_is_made() -> None:
    assert {name.file for name in FORM_FILES.values()} | {"safe_result.json"} == set(SHAREABLE)
    assert FormName("pdf", SUMMARY, "en").file == "summary_en.pdf"
    assert report.CHAPTERS[0] == "front"
    with pytest.raises(KeyError):
        edition(clear(sample_result(), policy()), FULL, "fi")
