from __future__ import annotations

import html
import io
import re
import zipfile

import pytest
from evalkit.findings.safe import SafeResult
from evalkit.release import report
from evalkit.release.disclosure import clear
from evalkit.release.forms.document import Grid, Heading, Paragraph, Picture, blocks
from evalkit.release.forms.widths import LARGEST, TEXT_WIDTH, column_widths, measure
from evalkit.release.forms.word import washed, word_document
from evalkit.release.markup import Table, bullets, chapter, para, tag
from evalkit.release.scan import scan_bytes
from tests.support.sample_result import policy, sample_result

NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


@pytest.fixture(scope="module")
def safe() -> SafeResult:
    return clear(sample_result(), policy())


@pytest.fixture(scope="module")
def pieces(safe: SafeResult) -> list[str]:
    return [str(getattr(report, name)(safe)) for name in report.CHAPTERS]


@pytest.fixture(scope="module")
def document(pieces: list[str]) -> bytes:
    return word_document(blocks(pieces), "sv", "Arbetsrapport")


def parts(document: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist() if name.endswith((".xml", ".rels"))}


def text(xml: str) -> str:
    return html.unescape(
        re.sub(r"<[^>]+>", " ", re.sub(r"<wp:docPr[^>]*>|</w:t></w:r><w:r>(?:<w:rPr>.*?</w:rPr>)?<w:t[^>]*>", "", xml))
    )


def test_every_number_of_the_page_stands_in_the_document_and_no_other(pieces: list[str], document: bytes) -> None:
    page = " ".join(re.sub(r'base64,[^"]*|aria-hidden="true">[^<]*<|<[^>]+>', " ", piece) for piece in pieces)
    own = parts(document)["word/document.xml"]
    counted = {str(n) for n in range(1, 40)}
    assert set(NUMBER.findall(html.unescape(page))) - set(NUMBER.findall(text(own))) == set()
    assert set(NUMBER.findall(text(own))) - set(NUMBER.findall(html.unescape(page))) <= counted


def test_the_same_blocks_give_the_same_bytes_and_the_scanner_finds_nothing(pieces: list[str], document: bytes) -> None:
    assert word_document(blocks(pieces), "sv", "Arbetsrapport") == document
    assert scan_bytes("report.docx", document) == ()


def test_properties_are_empty_and_nothing_of_the_template_is_left(document: bytes) -> None:
    assert not [name for name in parts(document) if "customXml" in name or "app.xml" in name or "thumbnail" in name]
    assert "dc:creator" not in parts(document)["docProps/core.xml"]
    assert "python-docx" not in "".join(parts(document).values())


def test_headings_tables_and_figures_are_real_ones(pieces: list[str], document: bytes) -> None:
    found, own = blocks(pieces), parts(document)["word/document.xml"]
    grids = [block for block in found if isinstance(block, Grid)]
    pictures = [block for block in found if isinstance(block, Picture)]
    assert own.count("<w:tbl>") == own.count("<w:tblHeader/>") == len(grids) > 10
    assert [html.unescape(alt) for alt in re.findall(r'<wp:docPr [^>]*descr="([^"]*)"', own)] == [p.alt for p in pictures]
    assert all(len(p.alt) > 40 for p in pictures)
    assert own.count('w:pStyle w:val="Title"') == 1
    assert own.count('w:pStyle w:val="Heading1"') == sum(isinstance(b, Heading) and b.level == 2 for b in found)
    assert own.count(" SEQ Tabell ") == len(grids)


def test_the_document_says_its_language_and_that_of_a_passage_in_another(document: bytes) -> None:
    assert set(re.findall(r'<w:lang w:val="([^"]*)"', parts(document)["word/styles.xml"])) == {"sv-SE"}
    assert 'w:lang w:val="en-GB"' in parts(document)["word/document.xml"]


def test_no_column_is_narrower_than_its_longest_word(pieces: list[str]) -> None:
    for grid in (block for block in blocks(pieces) if isinstance(block, Grid)):
        size, widths = column_widths(grid)
        assert sum(widths) == pytest.approx(TEXT_WIDTH)
        assert size <= LARGEST
        for place, width in enumerate(widths):
            words = [word for row in (grid.head, *grid.rows) for word in re.split(r"[ /–-]", row[place]) if len(word) < 60]
            assert max(measure(word, size) for word in words) <= width


def test_pieces_of_another_page_become_a_document_too() -> None:
    table = Table("Svar", ["Fråga", "Svar"], [["Hur många?", "120"]], frozenset({1})).html("Svar")
    found = blocks([tag("h1", "Analysplan"), chapter("svar", "Svaren", para("Planens ord."), bullets(["ett", "två"]), table)])
    assert [type(block) for block in found] == [Heading, Heading, Paragraph, Paragraph, Paragraph, Grid]
    assert "Analysplan" in parts(word_document(found, "en"))["word/document.xml"]


def test_what_is_hostile_in_a_text_stays_text() -> None:
    nasty = '<w:instrText>INCLUDETEXT "x"</w:instrText>\x00 & "='
    own = parts(
        word_document([Paragraph(((nasty, False),)), Heading(2, nasty), Grid(nasty, (nasty,), ((nasty,),), frozenset())], "sv")
    )
    assert "<w:instrText" not in own["word/document.xml"]
    assert own["word/document.xml"].count("INCLUDETEXT") == 6  # paragraph, heading, caption, title of the table, two cells


def test_washing_takes_away_who_wrote_it() -> None:
    import docx

    written = docx.Document()
    written.core_properties.author = "Anna Annorlunda"
    written.add_paragraph("Text")
    stream = io.BytesIO()
    written.save(stream)
    assert b"Anna" in b"".join(v.encode() for v in parts(stream.getvalue()).values())
    clean = washed(stream.getvalue())
    assert "Anna" not in "".join(parts(clean).values())
    assert docx.Document(io.BytesIO(clean)).paragraphs[0].text == "Text"
