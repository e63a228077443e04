"""A pre-analysis plan as one page, in Swedish or English. What the plan does not say is printed as missing."""

from __future__ import annotations

from evalkit.findings.pap import Item, PreAnalysisPlan, said
from evalkit.findings.reasons import Words
from evalkit.release.language import Language
from evalkit.release.markup import Table, bullets, chapter, esc, para, tag
from evalkit.release.own_page import own_page

MISSING = Words("[SAKNAS]", "[MISSING]")
_TITLE = Words("Analysplan", "Pre-analysis plan")
_HEAD = (Words("Fråga", "Question"), Words("Efterfrågas av", "Asked by"), Words("Planens svar", "The plan's answer"))
_LOCKED = Words(
    "Planens version {version} låstes innan något resultat beräknats. Innehållets SHA-256: {sha}.",
    "Version {version} of the plan was locked before any result was computed. SHA-256 of its content: {sha}.",
)
_UNLOCKED = Words(
    "Planens version {version} är inte låst (evalkit lock): den kan ännu ändras. Innehållets SHA-256: {sha}.",
    "Version {version} of the plan is not locked (evalkit lock): it may still change. SHA-256 of its content: {sha}.",
)
_OPEN = Words("{n} frågor saknar svar i planen:", "The plan leaves {n} questions open:")
_QUOTE = Words("Svaren är planens egna ord.", "Answers are the plan's own words, in its own language.")


def pap_html(pap: PreAnalysisPlan, language: str) -> str:
    """Return the page in `language`, ``sv`` or ``en``."""
    head, chapters = _pieces(pap, language)
    return own_page(f"{says(_TITLE, language)}: {pap.title}", language, head, *chapters)


def pap_docx(pap: PreAnalysisPlan, language: str) -> bytes:
    """Return the same document as a Word file."""
    from evalkit.release.forms.document import blocks
    from evalkit.release.forms.word import word_document

    head, chapters = _pieces(pap, language)
    title = tag("h1", esc(f"{says(_TITLE, language)}: {pap.title}"))
    return word_document(blocks([title, head, *chapters]), language, says(_TITLE, language))


def _pieces(pap: PreAnalysisPlan, language: str) -> tuple[str, list[str]]:
    """Return what stands first, and the chapters."""
    state = says(_LOCKED if pap.locked else _UNLOCKED, language).format(version=pap.version, sha=pap.content_sha256)
    open_ones = [says(question, language) for question in pap.missing]
    head = para(state, "stamp") + para(says(_QUOTE, language))
    if open_ones:
        head += tag("div", para(says(_OPEN, language).format(n=len(open_ones))) + bullets(open_ones), class_="callout")
    return head, [str(_chapter(pap, number, language)) for number in range(len(pap.sections))]


def says(words: Words, language: str) -> str:
    """Return the words of one language."""
    return words.sv if language == "sv" else words.en


def answer_of(item: Item, language: str) -> str:
    """Return an item's answer on one line, or that it is missing."""
    if item.answer is None:
        return says(MISSING, language)
    return " · ".join(said(line, language) for line in item.answer)


def _chapter(pap: PreAnalysisPlan, number: int, language: str) -> object:
    section = pap.sections[number]
    heading = says(section.heading, language)
    rows = [[says(item.question, language), ", ".join(item.asked_by), answer_of(item, language)] for item in section.items]
    table = Table(heading, [says(words, language) for words in _HEAD], rows).html(
        Language(language).text("scroll", caption=heading)
    )
    return chapter(esc(section.id), heading, table)
