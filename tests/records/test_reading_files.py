"""Files as they come: encodings, separators, line ends, containers. Each class of fault at other places than the corpus has it."""

from __future__ import annotations

import codecs
import gzip
import io
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.records.reading import content
from tests.support.corpus_plan import corpus_mapping
from tests.support.reading import HEADER, Outcome, as_csv, changed, good_rows, read

TEXT = as_csv(good_rows())
TOTAL = sum(float(row[5]) for row in good_rows())


def assert_good(outcome: Outcome, *codes: str) -> None:
    assert outcome.accepted, outcome.message
    assert outcome.table is not None
    assert outcome.codes == codes
    assert len(outcome.table) == 8
    assert outcome.table["person"].nunique() == 4
    assert outcome.table["funktion"].sum() == TOTAL
    assert outcome.table["kostnad"].sum() == sum(float(row[6].replace(",", ".")) for row in good_rows())
    assert set(outcome.table["group"]) == {"treated", "comparison"}
    assert set(outcome.table["occasion"]) == {"fore", "efter"}


def plan_with(**form: object) -> EvaluationPlan:
    mapping = corpus_mapping()
    mapping["sources"][0]["format"] = form
    return EvaluationPlan.model_validate(mapping)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(("separator", "name"), [(";", "m.csv"), ("\t", "m.txt"), (";", "m.txt"), ("\t", "m.tsv")])
def test_unicode_in_any_usual_form_needs_no_note(tmp_path: Path, encoding: str, separator: str, name: str) -> None:
    assert_good(read(tmp_path, as_csv(good_rows(), separator=separator).encode(encoding), name))


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_any_line_end_and_none_at_the_end(tmp_path: Path, end: str, last: bool) -> None:
    text = as_csv(good_rows(), end=end)
    assert_good(read(tmp_path, text if last else text.removesuffix(end)))


@pytest.mark.parametrize(("separator", "name"), [("|", "m.csv"), ("|", "m.txt"), ("\t", "m.csv")])
def test_a_separator_that_the_name_does_not_promise_is_noted(tmp_path: Path, separator: str, name: str) -> None:
    assert_good(read(tmp_path, as_csv(good_rows(), separator=separator), name), "IN-SEP-GUESSED")


def test_a_file_against_the_declared_separator_is_read_and_noted(tmp_path: Path) -> None:
    assert_good(
        read(tmp_path, as_csv(good_rows(), separator="\t"), "m.txt", plan=plan_with(separator="semicolon")), "IN-SEP-GUESSED"
    )


@pytest.mark.parametrize("hint", ["sep=;\r\n", '"sep=;"\n', "sep=;\r"])
def test_excels_separator_line_is_no_data(tmp_path: Path, hint: str) -> None:
    assert_good(read(tmp_path, hint + TEXT))


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    rows = changed(3, "poang", "fyra")
    assert "rad 5 " in read(tmp_path / "a", as_csv(rows)).lines_of("IN-NUM")
    assert "rad 6 " in read(tmp_path / "b", "sep=;\r\n" + as_csv(rows)).lines_of("IN-NUM")
    rows[0][8] = '"två\r\nrader"'
    assert "rad 6 " in read(tmp_path / "c", as_csv(rows)).lines_of("IN-NUM")


def test_windows_text_is_read_and_noted_unless_declared(tmp_path: Path) -> None:
    assert_good(read(tmp_path / "a", TEXT.encode("cp1252")), "IN-ENC-GUESSED")
    assert_good(read(tmp_path / "b", TEXT.encode("cp1252"), plan=plan_with(encoding="cp1252")))
    assert_good(read(tmp_path / "c", TEXT.encode("iso-8859-1"), plan=plan_with(encoding="iso-8859-1")))
    assert_good(read(tmp_path / "d", TEXT.encode("cp1252"), plan=plan_with(encoding="utf-8")), "IN-ENC-GUESSED")


def test_utf8_declared_as_windows_text_is_read_as_what_it_is(tmp_path: Path) -> None:
    assert_good(read(tmp_path, TEXT.encode("utf-8"), plan=plan_with(encoding="cp1252")), "IN-ENC-GUESSED")


@pytest.mark.parametrize("first", ["utf-8", "cp1252"])
def test_two_encodings_name_the_line_where_they_change(tmp_path: Path, first: str) -> None:
    lines = TEXT.encode(first).split(b"\r\n")
    second = TEXT.encode("cp1252" if first == "utf-8" else "utf-8").split(b"\r\n")
    outcome = read(tmp_path, b"\r\n".join(lines[:5] + second[5:]))
    assert outcome.codes == ("IN-ENC-MIXED",)
    # Lines 6 and 7 hold one å, ä or ö at least: every row says "jämförelse" from line 6 on.
    assert "rad 6:" in outcome.message


@pytest.mark.parametrize("encoding", ["mac_roman", "cp850", "cp437"])
def test_an_encoding_of_another_machine_is_refused_not_guessed(tmp_path: Path, encoding: str) -> None:
    assert read(tmp_path, TEXT.encode(encoding)).codes == ("IN-ENC-LABEL",)


@pytest.mark.parametrize("text", [TEXT.encode("utf-8").decode("cp1252"), TEXT.replace("ä", "\ufffd"), "ï»¿" + TEXT])
def test_text_that_was_decoded_twice_is_refused(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text).codes == ("IN-ENC-MOJIBAKE",)


def test_a_file_cut_inside_a_letter_or_a_row_is_refused(tmp_path: Path) -> None:
    whole = TEXT.encode("utf-8")
    cut = whole.rindex("ä".encode()) + 1
    assert read(tmp_path / "a", whole[:cut]).codes == ("IN-TRUNCATED",)
    assert read(tmp_path / "b", whole[: whole.rindex(b";CGAS")]).codes == ("IN-TRUNCATED",)
    assert read(tmp_path / "c", TEXT.encode("utf-16")[:-1]).codes == ("IN-TRUNCATED",)


@pytest.mark.parametrize("place", [0, 200, -3])
@pytest.mark.parametrize("byte", [b"\x00", b"\x01", b"\x1b", b"\x7f"])
def test_bytes_that_are_no_text_are_refused(tmp_path: Path, place: int, byte: bytes) -> None:
    whole = TEXT.encode("utf-8")
    assert read(tmp_path, whole[:place] + byte + whole[place:]).codes == ("IN-BINARY",)


@pytest.mark.parametrize("nothing", [b"", b"\r\n\r\n", codecs.BOM_UTF8, b"   ", b"\x00" * 50])
def test_an_empty_file_is_refused(tmp_path: Path, nothing: bytes) -> None:
    assert read(tmp_path, nothing).codes == ("IN-EMPTY",)


def test_headings_without_rows_are_refused(tmp_path: Path) -> None:
    assert read(tmp_path, as_csv([])).codes == ("IN-EMPTY",)


@pytest.mark.parametrize(
    "start",
    [
        gzip.compress(b"x", mtime=0),
        b"PK\x03\x04",
        b"%PDF-1.7",
        b"<html>",
        b"<?xml version='1.0'?>",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"PAR1",
        b"{\\rtf1",
    ],
)
@pytest.mark.parametrize("name", ["m.csv", "m.txt"])
def test_another_kind_of_file_under_a_text_files_name_is_refused(tmp_path: Path, start: bytes, name: str) -> None:
    assert read(tmp_path, start + b" " * 40, name).codes == ("IN-MAGIC",)


@pytest.mark.parametrize("name", ["m.xlsx", "m.dta", "m.xls", "m.sav", "m.ods", "m.exe", "m"])
def test_text_under_another_kinds_name_is_refused(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, TEXT, name).codes == ("IN-MAGIC",)


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.csv", TEXT)
    assert read(tmp_path, stream.getvalue(), "m.xlsx").codes == ("IN-MAGIC",)


@pytest.mark.parametrize("row", [0, 3, 7])
def test_an_unclosed_quote_names_the_line_where_it_opens(tmp_path: Path, row: int) -> None:
    outcome = read(tmp_path, as_csv(changed(row, "kommentar", '"sagt att')))
    assert outcome.codes == ("IN-QUOTE",)
    assert f"rad {row + 2}:" in outcome.message


def test_a_quote_closed_too_late_is_found_too(tmp_path: Path) -> None:
    rows = changed(1, "kommentar", '"sagt att')
    rows[4][8] = 'slut"'
    assert read(tmp_path, as_csv(rows)).codes == ("IN-QUOTE",)


def test_rows_with_too_few_or_too_many_fields_are_counted(tmp_path: Path) -> None:
    rows = good_rows()
    rows[2] = rows[2][:-1]
    rows[5] = [*rows[5], "för mycket"]
    outcome = read(tmp_path, as_csv(rows))
    assert outcome.codes == ("IN-COLCOUNT",)
    assert "rad 4, 7:" in outcome.message


def test_an_unquoted_decimal_comma_between_commas_is_a_wrong_number_of_fields(tmp_path: Path) -> None:
    assert read(tmp_path, as_csv(good_rows(), separator=",")).codes == ("IN-COLCOUNT",)


def test_blank_lines_and_lines_of_separators_are_noted(tmp_path: Path) -> None:
    text = TEXT.replace("\r\n", "\r\n;;;;;;;;\r\n", 2) + "\r\n;;;;;;;;\r\n"
    outcome = read(tmp_path, text)
    assert_good(outcome, "IN-BLANK")
    assert "4 tomma rader" in outcome.message


def test_too_many_bytes_or_rows_are_refused_before_they_are_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "MOST_ROWS", 5)
    assert read(tmp_path / "a", TEXT).codes == ("IN-TOOBIG",)
    monkeypatch.setattr(content, "MOST_ROWS", 100)
    assert_good(read(tmp_path / "b", TEXT))
    monkeypatch.setattr(content, "MOST_BYTES", 100)
    assert read(tmp_path / "c", TEXT).codes == ("IN-TOOBIG",)


def test_twenty_million_rows_are_refused_in_little_memory(tmp_path: Path) -> None:
    row = b"19900101-9802;1\n"
    path = tmp_path / "stor.csv"
    with path.open("wb") as stream:
        stream.write(b"personnummer;poang\n")
        for _ in range(12):
            stream.write(row * 1_700_000 if stream.tell() < 250 * 2**20 else b"")
    tracemalloc.start()
    outcome = read(tmp_path / "p", path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert outcome.codes == ("IN-TOOBIG",)
    assert peak < 16 * 2**20


def test_the_result_names_file_and_line_of_every_row(tmp_path: Path) -> None:
    outcome = read(tmp_path, TEXT, "mätning.csv")
    assert outcome.table is not None
    assert set(outcome.table["_file"]) == {"2016-09-15/mätning.csv"}
    assert outcome.table["_line"].tolist() == list(range(2, 10))
    assert "kommentar" not in outcome.table.columns
    assert "personnummer" not in outcome.table.columns
    assert HEADER[0] not in outcome.table.columns
