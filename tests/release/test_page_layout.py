"""What a reader meets first on the screen, and what may not split or hold back a printed page."""

from __future__ import annotations

import re

from evalkit.release.disclosure import clear
from evalkit.release.html import TEMPLATES
from evalkit.release.markup import Table
from tests.support.report_page import page
from tests.support.sample_result import policy, sample_result

STYLE = (TEMPLATES / "evalkit" / "style.css").read_text(encoding="utf-8")


def test_title_and_verdict_stand_before_the_contents() -> None:
    shown = page(clear(sample_result(), policy()))
    title, summary = shown.index("<h1"), shown.index('id="sammanfattning"')
    contents, background = shown.index('class="contents"'), shown.index('id="bakgrund"')
    assert title < summary < contents < background


def test_on_paper_only_short_tables_and_single_blocks_are_kept_together() -> None:
    printed = STYLE[STYLE.index("@media print") :]
    kept = next(rule for rule in re.findall(r"([^{};]+)\{ break-inside: avoid; \}", printed) if "figure" in rule)
    assert {part.strip() for part in kept.split(",")} == {
        "figure",
        ".tiles",
        ".ladder",
        ".theory",
        ".pair",
        "tr",
        ".stamp",
        ".callout",
    }
    assert 'class="table short"' in Table("t", ["a"], [["1"]] * 5).html("t")
    assert 'class="table"' in Table("t", ["a"], [["1"]] * 6).html("t")


def test_the_contents_do_not_take_a_printed_page() -> None:
    printed = STYLE[STYLE.index("@media print") :]
    assert ".contents { display: none; }" in printed
