from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from evalkit.errors import DisclosureRefused
from evalkit.plan.form_names import SUMMARY, FormName
from evalkit.release.disclosure import clear
from evalkit.release.edited import checked
from evalkit.release.forms.build import build
from evalkit.release.scan import scan_bytes
from tests.support.sample_result import policy, sample_result


@pytest.fixture(scope="module")
def original() -> bytes:
    return build(clear(sample_result(), policy()), FormName("docx", SUMMARY, ""))


def edit(content: bytes, change: Callable[[Any], None]) -> bytes:
    """Return the document as an office worker's program would save it: changed, with a name in its properties."""
    import docx

    document = docx.Document(io.BytesIO(content))
    document.core_properties.author = "Anna Annorlunda"
    change(document)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def paragraph(document: Any, words: str) -> Any:
    return next(p for p in document.paragraphs if words in p.text)


def replace_text(words: str, old: str, new: str) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        found = paragraph(document, words)
        text = found.text
        assert old in text
        for run in found.runs[1:]:
            run.text = ""
        found.runs[0].text = text.replace(old, new)

    return change


def test_an_untouched_document_passes_and_loses_who_saved_it(original: bytes) -> None:
    edited = checked(original, edit(original, lambda document: None))
    assert edited.changed == ()
    assert b"Annorlunda" not in edited.content
    assert scan_bytes("report.docx", edited.content) == ()


def test_words_may_be_changed_and_the_approver_is_shown_them(original: bytes) -> None:
    def change(document: Any) -> None:
        replace_text("Rapporten utvärderar", "Rapporten utvärderar", "Vi har utvärderat")(document)
        document.add_paragraph("Nämnden har diskuterat resultatet.")

    edited = checked(original, edit(original, change))
    assert len(edited.changed) == 2
    assert "Vi har utvärderat" in edited.changed[0]


def test_rows_paragraphs_and_whole_tables_may_be_left_out(original: bytes) -> None:
    def change(document: Any) -> None:
        row = document.tables[1].rows[-1]._tr
        row.getparent().remove(row)
        table = document.tables[0]._tbl
        table.getparent().remove(table)

    assert checked(original, edit(original, change)).changed == ()


def change_cell(document: Any) -> None:
    cell = next(c for t in document.tables for r in t.rows[1:] for c in r.cells if "7,4" in c.text)
    cell.paragraphs[0].runs[0].text = cell.text.replace("7,4", "9,4")


def swap_cells(document: Any) -> None:
    row = next(r for t in document.tables for r in t.rows[1:] if "7,4" in r.cells[2].text)
    first, second = row.cells[2].paragraphs[0].runs[0], row.cells[3].paragraphs[0].runs[0]
    first.text, second.text = second.text, first.text


def other_picture(document: Any) -> None:
    from PIL import Image

    stream = io.BytesIO()
    Image.new("RGB", (9, 9)).save(stream, format="PNG")
    stream.seek(0)
    document.add_picture(stream)


@pytest.mark.parametrize(
    "change",
    [
        replace_text("Huvudmåttet", "55", "80"),
        lambda d: d.add_paragraph("I gruppen finns 7 unga från samma skola."),
        lambda d: d.add_paragraph("Kostnaden blev 123 456 kronor."),
        lambda d: d.add_paragraph("Åtta av tio mår bättre."),
        replace_text("budget delad med", "kronor", "miljoner kronor"),
        change_cell,
        swap_cells,
        other_picture,
        lambda d: paragraph(d, "Syntetiska data.")._p.getparent().remove(paragraph(d, "Syntetiska data.")._p),
        lambda d: d.sections[0].header.paragraphs[0].clear().add_run("Slutrapport"),
    ],
    ids=["number", "new-number", "new-amount", "in-words", "unit", "cell", "swapped", "picture", "stamp", "header"],
)
def test_another_number_row_picture_or_mark_is_refused_with_its_place_and_never_its_value(
    original: bytes, change: Callable[[Any], None]
) -> None:
    with pytest.raises(DisclosureRefused) as refused:
        checked(original, edit(original, change))
    assert refused.value.code == "SHARE-EDITED"
    said = str(refused.value)
    assert any(word in said for word in ("stycke", "tabell", "bild", "ordagrant", "sidhuvud"))
    assert not any(value in said for value in ("9,4", "123", "80", " 7 unga"))


def test_the_verdict_must_stand_word_for_word(original: bytes) -> None:
    with pytest.raises(DisclosureRefused, match="ordagrant"):
        checked(original, edit(original, replace_text("deltagarnas utveckling skilde sig", "skilde sig", "förbättrades")))


def test_what_is_no_word_document_is_refused_with_a_remedy(original: bytes) -> None:
    with pytest.raises(DisclosureRefused, match="spara den som"):
        checked(original, b"ingen fil")


def test_a_new_paragraph_may_not_take_its_number_from_the_checksum(original: bytes) -> None:
    def change(document: Any) -> None:
        found = paragraph(document, "SHA-256")
        found.clear().add_run("Kontrollsumma: " + "0f7c" * 16)

    summed = edit(original, change)
    with pytest.raises(DisclosureRefused, match="stycke"):
        checked(summed, edit(summed, lambda document: document.add_paragraph("I gruppen finns 7 unga från samma skola.")))
