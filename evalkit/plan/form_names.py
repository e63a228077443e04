"""The names under which a report may leave the house, and what each of them is: depth, language, form."""

from __future__ import annotations

from dataclasses import dataclass

RESULT_FILE = "safe_result.json"
PAGE_FILE = "report.html"
FULL, SUMMARY, ONE_PAGE = "full", "summary", "onepage"
DEPTHS = (ONE_PAGE, SUMMARY, FULL)
FORMS = ("html", "pdf", "docx", "xlsx", "csv", "json")
LANGUAGES = ("sv", "en")
_STEMS = {FULL: "report", SUMMARY: "summary", ONE_PAGE: "onepage"}
_TABLES = {"xlsx": ("report", "xlsx"), "csv": ("tables", "zip"), "json": ("tables", "json")}


@dataclass(frozen=True, slots=True)
class FormName:
    """What a file name stands for; `language` is empty where it is the plan's own."""

    form: str
    depth: str
    language: str

    @property
    def file(self) -> str:
        """The file's name."""
        stem, ending = _TABLES.get(self.form, (_STEMS[self.depth], self.form))
        return f"{stem}{'_' + self.language if self.language else ''}.{ending}"


def _every() -> dict[str, FormName]:
    laid_out = [FormName(form, depth, code) for depth in DEPTHS for form in ("html", "pdf", "docx") for code in ("", *LANGUAGES)]
    tables = [FormName(form, FULL, code) for form in _TABLES for code in ("", *LANGUAGES)]
    return {name.file: name for name in (*laid_out, *tables)}


FORM_FILES = _every()
"""Every file that the forms are written to, by name."""
SHAREABLE = (RESULT_FILE, *FORM_FILES)
"""Every file that a bundle may hold besides its manifest, checksums and page. All are made from the cleared result."""
