"""Whatever lies in the folder: a table or a named fault, never a traceback, a warning or a cell's value."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.reading import HEADER, as_csv, as_workbook, changed, good_rows, read, saved

TEXT = as_csv(good_rows()).encode("utf-8")
BOOK = saved(as_workbook(good_rows()))


def survives(content: bytes, name: str) -> str:
    """Read `content` in a fresh project; return all that was said about it."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("error")
        outcome = read(Path(folder), content, name)
    assert outcome.accepted or outcome.codes
    return outcome.message


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["m.csv", "m.txt", "m.xlsx", "m.dta", "m.xls"]))
def test_any_bytes(content: bytes, name: str) -> None:
    survives(content, name)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(TEXT) - 1), st.binary(max_size=6), st.integers(0, 40))
def test_a_text_file_damaged_anywhere(place: int, inserted: bytes, lost: int) -> None:
    survives(TEXT[:place] + inserted + TEXT[place + lost :], "m.csv")


@settings(max_examples=30, deadline=None)
@given(st.integers(0, len(BOOK) - 1), st.binary(min_size=1, max_size=6))
def test_a_workbook_damaged_anywhere(place: int, written: bytes) -> None:
    survives(BOOK[:place] + written + BOOK[place + len(written) :], "m.xlsx")


SECRET = "hemligt"


@settings(max_examples=30, deadline=None)
@given(
    st.integers(0, 7),
    st.sampled_from([name for name in HEADER if name not in {"instrument", "kommentar"}]),
    st.text(st.characters(codec="utf-8", exclude_characters=';"\r\n\t'), max_size=12),
)
def test_a_refused_cell_is_never_quoted(row: int, column: str, before: str) -> None:
    message = survives(as_csv(changed(row, column, before + SECRET)).encode("utf-8", errors="ignore"), "m.csv")
    assert SECRET not in message


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 7),
    st.sampled_from(HEADER),
    st.one_of(
        st.integers(-(10**15), 10**15), st.floats(allow_nan=False, allow_infinity=False), st.booleans(), st.dates(), st.times()
    ),
)
def test_any_typed_cell_of_a_workbook(row: int, column: str, value: object) -> None:
    book = as_workbook(good_rows())
    book.worksheets[0].cell(row=row + 2, column=HEADER.index(column) + 1).value = value  # type: ignore[assignment]
    survives(saved(book), "m.xlsx")
