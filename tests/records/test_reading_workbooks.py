"""Workbooks and Stata files: what the container hides, which sheet, and cells that carry types."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from evalkit.plan.evaluation import EvaluationPlan
from openpyxl import Workbook
from openpyxl.comments import Comment
from tests.support.corpus_plan import corpus_mapping
from tests.support.reading import HEADER, Outcome, as_workbook, good_rows, read, saved, typed

TOTAL = sum(float(row[5]) for row in good_rows())


def plan_with(column: str = "", form: dict[str, object] | None = None, **changes: object) -> EvaluationPlan:
    mapping = corpus_mapping()
    source = mapping["sources"][0]
    source["format"] = form or {}
    source["columns"] = [c | changes if c["name"] == column else c for c in source["columns"]]
    return EvaluationPlan.model_validate(mapping)


def read_book(folder: Path, book: Workbook | bytes, name: str = "m.xlsx", plan: EvaluationPlan | None = None) -> Outcome:
    return read(folder, book if isinstance(book, bytes) else saved(book), name, plan=plan)


def with_cell(column: str, value: object, row: int = 3) -> Workbook:
    book = as_workbook(good_rows())
    cell = book.worksheets[0].cell(row=row + 2, column=HEADER.index(column) + 1)
    cell.number_format = "General"  # a number under a date's format is a date
    cell.value = value  # type: ignore[assignment]
    return book


def repacked(book: bytes, part: str, content: bytes, *, add: bool = False) -> bytes:
    """Return a workbook's bytes with one part replaced or added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
        if add:
            new.writestr(part, content)
    return stream.getvalue()


def test_a_plain_workbook_gives_the_same_table_as_the_text_file(tmp_path: Path) -> None:
    outcome = read_book(tmp_path, as_workbook(good_rows()))
    assert outcome.codes == ()
    assert outcome.table is not None
    assert outcome.table["funktion"].sum() == TOTAL
    assert outcome.table["_line"].tolist() == list(range(2, 10))
    assert outcome.table["date"][0] == pd.Timestamp("2015-09-01")


@pytest.mark.parametrize("number", [199001019802, 199001019802.0, 9001019802])
def test_an_identity_stored_as_a_number_is_read_and_noted(tmp_path: Path, number: float) -> None:
    outcome = read_book(tmp_path, with_cell("personnummer", number, row=0))
    assert outcome.codes == ("ID-FLOAT",)
    assert outcome.table is not None
    assert outcome.table["person"].nunique() == 4


def test_an_identity_that_lost_its_zero_as_a_number_is_refused(tmp_path: Path) -> None:
    assert read_book(tmp_path, with_cell("personnummer", 3159902)).codes == ("ID-DIGITS",)


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("poang", "41", "IN-TEXTNUM"),
        ("poang", True, "IN-NUM"),
        ("poang", datetime(2015, 4, 1), "IN-NUM"),
        ("poang", "#N/A", "IN-FORMULA"),
        ("poang", "=1/0", "IN-FORMULA"),
        ("grupp", "=B2", "IN-FORMULA"),
        ("matdatum", 42248, "DATE-SERIAL"),
        ("matdatum", 42248.5, "DATE-SERIAL"),
        ("matdatum", "2015-09-01", None),
        ("matdatum", datetime(2015, 9, 1, 13, 5), "DATE-TZ"),
        ("matdatum", datetime(2030, 9, 1), "DATE-RANGE"),
    ],
)
def test_typed_cells_are_judged_by_their_column(tmp_path: Path, column: str, value: object, code: str | None) -> None:
    outcome = read_book(tmp_path, with_cell(column, value))
    assert outcome.codes[:1] == ((code,) if code else ())
    assert outcome.accepted == (code in {None, "IN-TEXTNUM", "DATE-TZ"})


def test_a_formula_with_its_value_saved_is_read(tmp_path: Path) -> None:
    book = saved(with_cell("poang", "=40+1"))
    sheet = zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml")
    calculated = sheet.replace(b"<f>40+1</f><v></v>", b"<f>40+1</f><v>41</v>").replace(b"<f>40+1</f><v />", b"<f>40+1</f><v>41</v>")
    assert calculated != sheet
    outcome = read_book(tmp_path, repacked(book, "xl/worksheets/sheet1.xml", calculated))
    assert outcome.table is not None, outcome.message
    assert outcome.table["funktion"][3] == 41


def test_the_declared_sheet_is_read_and_the_others_are_not(tmp_path: Path) -> None:
    book = as_workbook(good_rows(), title="Data")
    book.create_sheet("Läs mig", 0).append(["Kontakt: se intranätet"])
    undeclared = read_book(tmp_path / "a", book)
    assert undeclared.codes == ("IN-SHEET",)
    assert "'Läs mig', 'Data'" in undeclared.message
    assert read_book(tmp_path / "b", book, plan=plan_with(form={"sheet": "data"})).accepted
    assert read_book(tmp_path / "c", book, plan=plan_with(form={"sheet": "Uttag"})).codes == ("IN-SHEET",)


def test_empty_sheets_beside_the_data_do_not_matter(tmp_path: Path) -> None:
    book = as_workbook(good_rows())
    book.create_sheet("Blad2")
    assert read_book(tmp_path, book).codes == ()


def test_a_hidden_sheet_with_content_is_no_silent_choice(tmp_path: Path) -> None:
    book = as_workbook(good_rows())
    old = book.create_sheet("gammal")
    old.append(list(HEADER))
    old.sheet_state = "hidden"
    assert read_book(tmp_path, book).codes == ("IN-SHEET",)


@pytest.mark.parametrize("area", ["A2:A3", "B4:B9", "C5:D5"])
def test_merged_cells_among_the_rows_are_refused(tmp_path: Path, area: str) -> None:
    book = as_workbook(good_rows())
    book.worksheets[0].merge_cells(area)
    assert "IN-MERGED" in read_book(tmp_path, book).codes


def test_merged_titles_above_a_declared_heading_do_not_matter(tmp_path: Path) -> None:
    book = as_workbook(good_rows())
    sheet = book.worksheets[0]
    sheet.insert_rows(1, 2)
    sheet["A1"] = "Deltagare i satsningen"
    sheet.merge_cells("A1:I1")
    assert read_book(tmp_path / "a", book, plan=plan_with(form={"header_row": "3"})).accepted
    told = read_book(tmp_path / "b", book)
    assert told.codes[-1] == "IN-HEADER"
    assert "header_row: 3" in told.message


def test_hidden_rows_are_read_and_counted(tmp_path: Path) -> None:
    book = as_workbook(good_rows())
    for row in (4, 5, 6):
        book.worksheets[0].row_dimensions[row].hidden = True
    outcome = read_book(tmp_path, book)
    assert outcome.codes == ("IN-HIDDENROWS",)
    assert "3 dolda rader" in outcome.message


def test_comments_are_noted_and_not_read(tmp_path: Path) -> None:
    book = as_workbook(good_rows())
    book.worksheets[0]["B3"].comment = Comment("Anna Testsson ringde", "handläggare")
    outcome = read_book(tmp_path, book)
    assert outcome.codes == ("PII-COMMENT",)
    assert "Anna" not in outcome.message


def test_a_second_table_beside_the_first_is_refused(tmp_path: Path) -> None:
    book = as_workbook(good_rows())
    sheet = book.worksheets[0]
    sheet["K1"], sheet["K2"] = "enhet", "Vivallaskolan"
    assert read_book(tmp_path, book).codes == ("IN-HEADER",)


def test_one_stray_cell_far_down_is_no_million_rows(tmp_path: Path) -> None:
    book = as_workbook(good_rows())
    book.worksheets[0].cell(row=1_048_576, column=9).value = " "
    outcome = read_book(tmp_path, book)
    assert outcome.table is not None
    assert len(outcome.table) == len(good_rows())


def test_a_workbook_of_another_epoch_keeps_its_dates(tmp_path: Path) -> None:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    book = as_workbook(good_rows())
    book.epoch = CALENDAR_MAC_1904
    outcome = read_book(tmp_path, book)
    assert outcome.table is not None
    assert outcome.table["date"][0] == pd.Timestamp("2015-09-01")


def test_a_macro_is_refused_under_any_name(tmp_path: Path) -> None:
    book = repacked(saved(as_workbook(good_rows())), "xl/vbaProject.bin", b"x", add=True)
    assert read_book(tmp_path / "a", book).codes == ("IN-MACRO",)
    assert read_book(tmp_path / "b", book, "m.xlsm").codes == ("IN-MACRO",)
    plain = saved(as_workbook(good_rows()))
    types = zipfile.ZipFile(io.BytesIO(plain)).read("[Content_Types].xml")
    enabled = types.replace(b"spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main")
    assert read_book(tmp_path / "c", repacked(plain, "[Content_Types].xml", enabled)).codes == ("IN-MACRO",)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "docProps/core.xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_in_any_part_is_refused(tmp_path: Path, part: str, encoding: str) -> None:
    evil = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'.encode(encoding)
    assert read_book(tmp_path, repacked(saved(as_workbook(good_rows())), part, evil)).codes == ("IN-XML",)


def _never(*_: object, **__: object) -> bytes:
    raise AssertionError("unpacked")


@pytest.mark.parametrize("size", [60, 20])
def test_a_zip_bomb_is_refused_by_its_directory_and_never_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    # 60 MB break the limit of size, 20 MB of zeros that of the ratio.
    book = repacked(saved(as_workbook(good_rows())), "xl/media/x.xml", bytes(size * 2**20), add=True)
    with monkeypatch.context() as patched:
        patched.setattr(zipfile.ZipFile, "open", _never)
        assert read_book(tmp_path, book).codes == ("IN-TOOBIG",)


@pytest.mark.parametrize("keep", [0.3, 0.9, 0.99])
def test_a_workbook_cut_in_transfer_is_refused(tmp_path: Path, keep: float) -> None:
    book = saved(as_workbook(good_rows()))
    assert read_book(tmp_path, book[: int(len(book) * keep)]).codes == ("IN-TRUNCATED",)


def test_a_workbook_with_broken_xml_is_refused_without_quoting_it(tmp_path: Path) -> None:
    book = repacked(saved(as_workbook(good_rows())), "xl/worksheets/sheet1.xml", b"<worksheet>19900101-9802")
    outcome = read_book(tmp_path, book)
    assert outcome.codes == ("IN-XML",)
    assert "9802" not in outcome.message


@pytest.mark.parametrize("name", ["m.xlsx", "m.xlsm"])
def test_a_password_is_named(tmp_path: Path, name: str) -> None:
    assert read_book(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), name).codes == ("IN-ENCRYPTED",)


def test_an_empty_workbook_is_refused(tmp_path: Path) -> None:
    assert read_book(tmp_path, Workbook()).codes == ("IN-EMPTY",)


@pytest.mark.parametrize("label", ["Summa", "Totalt"])
def test_a_total_row_of_formulas_is_a_total_row(tmp_path: Path, label: str) -> None:
    book = as_workbook(good_rows())
    book.worksheets[0].append([label, None, None, None, None, "=SUM(F2:F9)", "=SUM(G2:G9)"])
    assert read_book(tmp_path, book).codes == ("IN-TOTALROW",)


def stata(**changes: object) -> bytes:
    table = pd.DataFrame([[typed(cell) for cell in row] for row in good_rows()], columns=list(HEADER)).assign(**changes)
    stream = io.BytesIO()
    stamp = datetime(2016, 9, 15, tzinfo=UTC).replace(tzinfo=None)
    table.to_stata(stream, write_index=False, version=118, time_stamp=stamp, convert_dates={"matdatum": "td"})
    return stream.getvalue()


def test_a_stata_file_gives_the_same_table(tmp_path: Path) -> None:
    outcome = read(tmp_path, stata(), "m.dta")
    assert outcome.table is not None, outcome.message
    assert outcome.codes == ()
    assert outcome.table["funktion"].sum() == TOTAL
    assert outcome.table["date"][0] == pd.Timestamp("2015-09-01")
    assert outcome.table["_line"].tolist() == list(range(1, 9))


def test_stata_value_labels_are_the_labels(tmp_path: Path) -> None:
    groups = pd.Categorical([row[1] for row in good_rows()])
    outcome = read(tmp_path, stata(grupp=groups), "m.dta")
    assert outcome.table is not None, outcome.message
    assert set(outcome.table["group"]) == {"treated", "comparison"}


def test_stata_identities_as_doubles_are_noted(tmp_path: Path) -> None:
    doubles = [float(row[0].replace("-", "")) for row in good_rows()]
    outcome = read(tmp_path, stata(personnummer=doubles), "m.dta")
    assert outcome.codes == ("ID-FLOAT",)
    assert outcome.table is not None
    assert outcome.table["person"].nunique() == 4


def test_stata_missing_is_missing_and_an_extended_code_must_be_declared(tmp_path: Path) -> None:
    values = [float("nan"), *(float(row[5]) for row in good_rows()[1:])]
    outcome = read(tmp_path / "a", stata(poang=values), "m.dta")
    assert outcome.table is not None, outcome.message
    assert outcome.table["funktion"].isna().sum() == 1


def test_a_cut_stata_file_is_refused(tmp_path: Path) -> None:
    whole = stata()
    assert read(tmp_path, whole[: len(whole) // 2], "m.dta").codes == ("IN-TRUNCATED",)
