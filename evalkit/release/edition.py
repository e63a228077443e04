"""One edition of a report, a depth and a language of one cleared result. Every form is laid out from it and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from evalkit.files import sha256_bytes
from evalkit.findings.safe import SafeResult, safe_to_json
from evalkit.plan.form_names import FULL, ONE_PAGE, SUMMARY
from evalkit.release import report
from evalkit.release.chapters_end import foot
from evalkit.release.chapters_short import key_results, one_page
from evalkit.release.chapters_start import kind_note
from evalkit.release.forms.document import Block, blocks
from evalkit.release.language import Language
from evalkit.release.markup import Html

_NUMBERED = re.compile(r"(<h2[^>]*>)\d+ ")
_SHORT: dict[str, tuple[Callable[[SafeResult], Html], ...]] = {
    SUMMARY: (report.front, report.summary, key_results, report.economy, report.limits, report.conclusion),
    ONE_PAGE: (report.front, one_page),
}


@dataclass(frozen=True, slots=True)
class Edition:
    """What every form of one depth and language says.

    Attributes
    ----------
    pieces : tuple[Html, ...]
        The chapters, in order.
    marks : str
        What kind of report it is: stands on every page.
    digest : str
        SHA-256 of the cleared result that all of it was made of.
    kind_note : str
        What this kind of report means for its reader.
    """

    depth: str
    language: str
    title: str
    synthetic: bool
    kind: str
    marks: str
    digest: str
    pieces: tuple[Html, ...]
    kind_note: str

    @property
    def blocks(self) -> list[Block]:
        """The chapters as plain blocks."""
        return blocks(self.pieces)


def edition(safe: SafeResult, depth: str = FULL, code: str = "") -> Edition:
    """Return one edition of a cleared result.

    Parameters
    ----------
    depth : str
        Of `evalkit.plan.form_names.DEPTHS`: one page for politicians, a summary for managers, the full method report.
    code : str
        ``sv`` or ``en``; the plan's own language where empty. The plan's free text stays in the language it was written in.
    """
    own = code or safe.plan.language
    digest = sha256_bytes(safe_to_json(safe).encode("utf-8"))
    spoken = replace(safe, plan=replace(safe.plan, language=own))
    makers = _SHORT.get(depth) or tuple(getattr(report, name) for name in report.CHAPTERS if name != "foot")
    words = Language(own)
    title = safe.plan.title if depth == FULL else f"{safe.plan.title}: {words.text(f'depth_{depth}')}"
    kind = words.text("final_report" if safe.final else "working_report")
    marks = " · ".join([kind, *([words.text("synthetic")] if safe.plan.synthetic else [])])
    pieces = (*(_unnumbered(make(spoken), depth) for make in makers), foot(spoken, digest))
    return Edition(depth, own, title, safe.plan.synthetic, safe.kind, marks, digest, pieces, f"{kind}. {kind_note(safe, words)}")


def _unnumbered(piece: Html, depth: str) -> Html:
    """Take the chapter's number from its heading where other chapters are left out."""
    return piece if depth == FULL else Html(_NUMBERED.sub(r"\1", piece.source))
