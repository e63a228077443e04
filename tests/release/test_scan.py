from __future__ import annotations

import base64
import html
import io
import json
import urllib.parse
import zipfile
from pathlib import Path

import pytest
from evalkit.errors import DisclosureRefused
from evalkit.release.scan import Scan, scan_bytes, scan_file
from tests.support.shared import SHARED

LEAKS = SHARED / "leaks"
needs_leaks = pytest.mark.skipif(not LEAKS.exists(), reason="the leak corpus lies beside the project, not in it")
PNR = "20000101-2384"
"""An invented number with Skatteverket's form; nobody's on purpose."""


def with_check(nine: str) -> str:
    total = sum(sum(divmod(int(c) * (2 - i % 2), 10)) for i, c in enumerate(nine))
    return nine + str(-total % 10)


NUMBER = with_check("000101984")
LONG = "20" + NUMBER


def codes(name: str, content: str | bytes) -> set[str]:
    raw = content.encode() if isinstance(content, str) else content
    return {finding.code for finding in scan_bytes(name, raw)}


def page(body: str) -> str:
    return f'<!doctype html><html lang="sv"><head><meta charset="utf-8"><title>Prov</title></head><body>{body}</body></html>'


DISGUISES = {
    "plain": LONG,
    "ten digits": NUMBER,
    "dash": f"{LONG[:8]}-{LONG[8:]}",
    "plus": f"{NUMBER[:6]}+{NUMBER[6:]}",
    "non-breaking hyphen": f"{LONG[:8]}\u2011{LONG[8:]}",
    "minus": f"{LONG[:8]}\u2212{LONG[8:]}",
    "soft hyphen": f"{LONG[:8]}\u00ad{LONG[8:]}",
    "zero width": "\u200b".join(LONG),
    "no-break space": f"{LONG[:8]}\u00a0{LONG[8:]}",
    "thin spaces": f"{LONG[:4]}\u2009{LONG[4:6]}\u2009{LONG[6:8]}\u2009{LONG[8:]}",
    "every digit spaced": " ".join(LONG),
    "dots": f"{LONG[:4]}.{LONG[4:6]}.{LONG[6:8]}-{LONG[8:]}",
    "slashes": f"{LONG[:4]}/{LONG[4:6]}/{LONG[6:8]}/{LONG[8:]}",
    "iso day": f"{LONG[:4]}-{LONG[4:6]}-{LONG[6:8]}-{LONG[8:]}",
    "full width": "".join(chr(ord(c) + 0xFEE0) for c in LONG),
    "arabic digits": "".join(chr(0x660 + int(c)) for c in LONG),
    "mathematical digits": "".join(chr(0x1D7CE + int(c)) for c in LONG),
    "decimal entities": "".join(f"&#{ord(c)};" for c in LONG),
    "hexadecimal entities": "".join(f"&#x{ord(c):x};" for c in LONG),
    "twice escaped": html.escape("".join(f"&#{ord(c)};" for c in LONG)),
    "percent": "".join(f"%{ord(c):02X}" for c in LONG),
    "percent dash": urllib.parse.quote(f"{LONG[:8]}–{LONG[8:]}"),
    "unicode escapes": "".join(f"\\u{ord(c):04x}" for c in LONG),
    "hexadecimal escapes": "".join(f"\\x{ord(c):02x}" for c in LONG),
    "quoted printable": "".join(f"={ord(c):02X}" for c in LONG),
    "base64": base64.b64encode(f"pnr={LONG};".encode()).decode(),
    "url base64": base64.urlsafe_b64encode(f"person: {LONG}?".encode()).decode().rstrip("="),
    "base64 twice": base64.b64encode(base64.b64encode(f"person {LONG}".encode())).decode(),
    "hexadecimal": LONG.encode().hex(),
    "bold halves": f"<b>{LONG[:8]}</b>-<i>{LONG[8:]}</i>",
    "span halves": f"<span>{LONG[:6]}</span><span>{LONG[6:]}</span>",
    "coordination": "20" + with_check("000161984"),
    "in a word": f"LVU_{LONG}.csv",
    "comment": f"<!-- {LONG} -->",
    "attribute": f'<p title="{LONG}">x</p>',
}


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize(
    "frame", ["<p>Ärendet {} avslutades.</p>", "<table><tr><td>a</td><td>{}</td></tr></table>", "<h2>Om {}</h2>"]
)
def test_a_personal_number_is_seen_in_every_disguise(disguise: str, frame: str) -> None:
    assert "PII-PNR" in codes("sida.html", page(frame.replace("{}", DISGUISES[disguise])))


@pytest.mark.parametrize(
    "innocent",
    [
        "9 812 119 825 kronor",
        "organisationsnummer 212000-0000",
        "ISBN 978-91-525-0808-4",
        "862f957bff971a511b2a804c86639d819d6c5a78cc82800440a14316ce692fd0",
        "2015-09-2015-11 12, 2015-12 35",
        "2015-01-31 till 2016-12-31",
        "0,2015090112",
        "p = 0.031, 95 % konfidensintervall −1,0 till 7,8",
        "växel 010-000 00 00",
        "n = 1 200 i normgruppen",
        "<p>Andel 14,3 %</p>",
        "<p>Deltagaren kan när som helst återkalla sitt samtycke.</p>",
    ],
)
def test_what_only_looks_like_an_identity_is_let_through(innocent: str) -> None:
    assert codes("sida.html", page(f"<p>{innocent}</p>")) == set()


@needs_leaks
def test_every_leak_of_the_corpus_is_stopped_with_a_right_code_and_no_clean_file_is() -> None:
    before = (LEAKS / "context" / "previous_release.html").read_text(encoding="utf-8")
    wrong = []
    for entry in json.loads((LEAKS / "expect.json").read_text(encoding="utf-8")):
        scan = Scan(previous=(before,)) if entry["codes"] == ["SDC-DIFF"] else Scan()
        found = {finding.code for finding in scan_file(LEAKS / entry["file"], scan)}
        if not (found & set(entry["codes"]) if entry["leak"] else not found):
            wrong.append((entry["file"], sorted(found)))
    assert wrong == []


@needs_leaks
def test_no_finding_tells_what_it_found() -> None:
    people = (LEAKS / "context" / "identities.csv").read_text(encoding="utf-8").splitlines()[1:]
    said = " ".join(f.where for p in sorted((LEAKS / "leak").iterdir()) for f in scan_file(p))
    assert not [line for line in people if any(part in said for part in line.split(","))]


def workbook(**parts: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return target.getvalue()


SHEET = '<worksheet><sheetData><row r="1"><c r="A1"><v>12</v></c>{}</row></sheetData></worksheet>'


@pytest.mark.parametrize(
    ("part", "text", "code"),
    [
        ("xl__workbook_xml", '<sheets><sheet name="a" state="veryHidden"/></sheets>', "XL-HIDDEN"),
        ("xl__worksheets__sheet1_xml", '<row r="1" hidden="1"/>', "XL-HIDDEN"),
        ("xl__worksheets__sheet1_xml", SHEET.format('<c r="B1"><f>A1*2</f><v>24</v></c>'), "XL-FORMULA"),
        ("xl__worksheets__sheet1_xml", SHEET.format('<c r="B1"><v>45.3225806451</v></c>'), "XL-PRECISION"),
        ("xl__pivotCache__pivotCacheDefinition1_xml", "<a/>", "XL-PIVOT"),
        ("xl__externalLinks__externalLink1_xml", "<a/>", "XL-EXTLINK"),
        ("xl__comments1_xml", "<a/>", "XL-COMMENT"),
        ("xl__vbaProject.bin", "x", "OFFICE-MACRO"),
        ("docProps__core_xml", "<dc:creator>anvandare</dc:creator>", "OFFICE-META"),
        ("word__document_xml", "<w:p><w:ins w:id='1'/></w:p>", "DOCX-TRACKED"),
        ("word__document_xml", "<w:r><w:rPr><w:vanish/></w:rPr></w:r>", "HIDDEN"),
        ("word__document_xml", f"<w:p><w:r><w:t>{LONG[:6]}</w:t></w:r><w:r><w:t>{LONG[6:]}</w:t></w:r></w:p>", "PII-PNR"),
        ("word__comments_xml", "<a/>", "DOCX-COMMENT"),
    ],
)
def test_what_hides_in_office_files_is_found(part: str, text: str, code: str) -> None:
    assert code in codes("fil.xlsx", workbook(**{part: text}))


def test_a_plain_workbook_and_document_pass() -> None:
    assert codes("fil.xlsx", workbook(xl__worksheets__sheet1_xml=SHEET.format('<c r="B1"><v>24.5</v></c>'))) == set()
    assert codes("fil.docx", workbook(word__document_xml="<w:p><w:r><w:t>Rapport</w:t></w:r></w:p>")) == set()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", "grupp;n\nA;=1+1\n", "CSV-FORMULA"),
        ("a.csv", "grupp;n\nA;@SUM(A1)\n", "CSV-FORMULA"),
        ("a.html", page('<a href="javascript:alert(1)">x</a>'), "SCRIPT"),
        ("a.html", page("<style>@import '//x.example/a.css';</style>"), "EXT-URL"),
        ("a.html", page('<p style="display:none">x</p>'), "HIDDEN"),
        ("a.html", page('<a href="data:text/plain,hej">x</a>'), "DATA-URI"),
        ("a.html", page("<p>/Users/testanv/utvardering</p>"), "PATH"),
        ("a.html", page("<p>Ärende LVU 123-15</p>"), "CASE-ID"),
        ("a.html", page(f"<p>{'a2b3c4d5e6' * 2}a2b3c4</p>"), "HASH-ID"),
        ("a.html", page(f"<p>{NUMBER[:6]}-T123</p>"), "PII-INTERIM"),
        ("a.html", page("<table><tr><th>Grupp</th><th>n</th></tr><tr><td>A</td><td>9</td></tr></table>"), "SDC-SMALL"),
        (
            "a.html",
            page("<table><tr><th>Mått</th><th>n</th><th>min</th></tr><tr><td>A</td><td>40</td><td>3</td></tr></table>"),
            "SDC-EXTREME",
        ),
        ("a.pkl", b"\x80\x04x", "PICKLE"),
        ("a.bin", b"\x00\x01\x02\x03" * 30, "BLOB"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + b"x" * 40, "BLOB"),
        (f"LVU_{LONG}.html", page("<p>x</p>"), "PII-PNR"),
    ],
)
def test_what_is_like_the_corpus_but_not_in_it_is_stopped(name: str, content: str | bytes, code: str) -> None:
    assert code in codes(name, content)


def test_a_table_with_a_count_at_the_limit_passes() -> None:
    assert codes("a.html", page("<table><tr><th>Grupp</th><th>n</th></tr><tr><td>A</td><td>10</td></tr></table>")) == set()


def _never(*_: object, **__: object) -> bytes:
    raise AssertionError("unpacked")


def test_a_zip_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"0" * 60_000_000)
    with monkeypatch.context() as patched:
        patched.setattr(zipfile.ZipFile, "read", _never)
        patched.setattr(zipfile.ZipFile, "open", _never)
        assert codes("a.zip", target.getvalue()) == {"BLOB"}


def test_names_that_the_house_knows_are_found_in_either_order() -> None:
    scan = Scan(names=frozenset({"anna testsson"}))
    for text in ("Anna Testsson ringde", "TESTSSON, Anna"):
        assert {f.code for f in scan_bytes("a.html", page(f"<p>{text}</p>").encode(), scan)} == {"PII-NAME"}


def test_a_link_to_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mal.txt").write_text("x", encoding="utf-8")
    try:
        (tmp_path / "lank.txt").symlink_to(tmp_path / "mal.txt")
    except OSError:
        pytest.skip("links need rights here")
    with pytest.raises(DisclosureRefused):
        scan_file(tmp_path / "lank.txt")


def test_a_bundle_with_tables_and_checksums_passes_and_a_disguised_one_does_not() -> None:
    import hashlib
    import io
    import zipfile

    def zipped(members: dict[str, bytes]) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return stream.getvalue()

    def codes(members: dict[str, bytes]) -> set[str]:
        return {finding.code for finding in scan_bytes("paket.zip", zipped(members))}

    table = "Grupp;Medel\r\nInsats;47\r\n".encode("utf-8-sig")
    files = {
        "tables.zip": zipped({"01-medel.csv": table}),
        "a.html": b"<p>Text</p>",
        "b.html": b"<p>Text</p>",
        "d.html": b"<p>Text</p>",
    }
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items())
    assert codes({**files, "SHA256SUMS.txt": sums.encode()}) == set()
    assert "HASH-ID" in codes({**files, "SHA256SUMS.txt": sums.replace("a.html", "c.html").encode()})
    assert "NESTED" in codes({"tables.zip": zipped({"01-medel.xlsx": b"x"})})
    assert "NESTED" in codes({"andra.zip": zipped({"01-medel.csv": table})})
