"""What a bundle may be made of: the cleared result, cleared and rendered once more, and the persons behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalkit.errors import DisclosureRefused
from evalkit.findings.safe import WORKING_REPORT, SafeResult, safe_to_json
from evalkit.plan.form_names import FORM_FILES, PAGE_FILE, RESULT_FILE
from evalkit.workflow.store import altered_files, read_manifest, run_store

if TYPE_CHECKING:
    from evalkit.plan.project import Project
    from evalkit.records.release_ledger import Release
    from evalkit.release.bundle import Label


_CHANGED = "Ändrat eller tillagt i det redigerade dokumentet (talen är kontrollerade, orden inte: läs varje stycke):"
_OWN_WORDS = frozenset({"plan_text", "valuation", "requirements", "provenance", "suppressions"})
_WITHDRAWN = (
    "",
    "OBS: någon som den här releasen bygger på har återkallat sitt samtycke sedan den gjordes. Siffrorna visar ingen enskild,",
    "men dataskyddsombudet ska ha tagit ställning till om den får lämnas ut till fler.",
)


@dataclass(frozen=True, slots=True, repr=False)
class Content:
    """A run's shareable files, its cleared result, and the keyed persons behind each group that is shown."""

    safe: SafeResult
    files: dict[str, bytes]
    groups: Mapping[str, tuple[str, ...]]
    key_id: str


def content_of(project: Project, plan_id: str, run: str, known: Release | None = None) -> Content:
    """Clear the run's findings again, render its report again, and return both if they are what the run holds.

    Parameters
    ----------
    known : Release | None
        The release that already said this: its persons stand in the ledger, also when their rows are no longer kept.

    Raises
    ------
    DisclosureRefused
        SHARE-ALTERED, if anything in the run was changed, or the policy is another than when it was made.
    """
    from evalkit.findings.result import from_json
    from evalkit.plan.disclosure import effective_policy, load_policy
    from evalkit.plan.loader import load_plan
    from evalkit.release.disclosure import clear

    store = run_store(project, plan_id)
    folder = store.run(run)
    manifest = read_manifest(folder)
    altered = altered_files(folder, manifest)
    if altered:
        raise DisclosureRefused(f"{run}: ändrad sedan den gjordes ({', '.join(altered)}); kör om", code="SHARE-ALTERED")
    plan = load_plan(project.plan_file(plan_id))
    result = from_json((folder / "internal" / "result.json").read_text(encoding="utf-8"))
    kind = str(manifest.get("kind", WORKING_REPORT))
    safe = clear(result, effective_policy(load_policy(project.disclosure), plan.disclosure), kind)
    share = folder / "share"
    if any(path.is_symlink() for path in (folder, share, *share.rglob("*"))):
        raise DisclosureRefused(f"{run}: en länk ligger bland filerna; ta bort den", code="SHARE-ALTERED")
    files = {name: (share / name).read_bytes() for name in (RESULT_FILE, PAGE_FILE) if (share / name).is_file()}
    page = _rendered(project, plan_id, run, plan.title, plan.language)
    remade = {RESULT_FILE: safe_to_json(safe).encode("utf-8"), PAGE_FILE: page.encode("utf-8")}
    differing = sorted(name for name, data in remade.items() if files.get(name) != data)
    if differing:
        raise DisclosureRefused(
            f"{run}: {', '.join(differing)} är inte vad röjandekontrollen ger i dag (plan, policy eller program har ändrats): "
            f"kör 'evalkit run {plan_id}' och försök igen",
            code="SHARE-ALTERED",
        )
    groups, key_id = (known.groups, known.key_id) if known else _groups(project, plan_id, run, safe)
    return Content(safe, files, groups, key_id)


def files_for(content: Content, declared: Iterable[str]) -> dict[str, bytes]:
    """Return the declared files: result and page as compared, every other form built anew from the cleared result."""
    from evalkit.release.forms.build import build_all

    wanted = list(declared)
    files = {name: content.files[name] for name in wanted if name in content.files}
    built = build_all(content.safe, [FORM_FILES[name] for name in wanted if name in FORM_FILES and name not in files])
    return files | built


def with_edited(files: dict[str, bytes], path: Path | None) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Return the files with an edited Word report in place of the built one, and the paragraphs that are not the report's own.

    Raises
    ------
    DisclosureRefused
        If the receiver is not declared to have that document, or it says another number.
    PlanError
        If there is no such file.
    """
    if path is None:
        return files, ()
    from evalkit.errors import PlanError
    from evalkit.release.edited import checked

    if path.is_symlink() or not path.is_file():
        raise PlanError(f"{path.name}: filen finns inte här", code="PAR-CALL")
    name = path.name if path.name in files else "report.docx"
    if name not in files or not name.endswith(".docx"):
        raise DisclosureRefused(
            f"mottagaren får enligt params/receivers.yaml inte {name}: en redigerad fil ersätter en som är beslutad",
            code="SHARE-RECEIVER",
        )
    edited = checked(files[name], path.read_bytes())
    return {**files, name: edited.content}, edited.changed


def _rendered(project: Project, plan_id: str, run: str, title: str, language: str) -> str:
    from evalkit.release.html import render_report
    from evalkit.workflow.notebooks import REPORT_NOTEBOOK, execute
    from evalkit.workflow.run import parameters

    values = parameters(project, run_store(project, plan_id), plan_id, run)
    return render_report(execute(project, project.notebooks / REPORT_NOTEBOOK, values), title, language)


def _groups(project: Project, plan_id: str, run: str, safe: SafeResult) -> tuple[Mapping[str, tuple[str, ...]], str]:
    from evalkit.plan.loader import load_plan
    from evalkit.records.pseudonym import load_key
    from evalkit.records.release_groups import groups_of, split_columns
    from evalkit.workflow.session import open_run

    plan = load_plan(project.plan_file(plan_id))
    key = load_key(project, plan)
    if key is None:
        return {}, ""
    opened = open_run(f"params/interventions/{plan_id}.yaml", f"reports/{plan_id}/{run}", project)
    # Groups below the limit are hidden by `clear`: they are no part of what is said.
    groups = groups_of(opened.frame, key, split_columns(plan))
    shown = {name: who for name, who in groups.items() if len(who) >= safe.policy.min_cell}
    return shown, key.key_id


def review_text(
    safe: SafeResult, label: Label, sha256: str, files: Mapping[str, bytes], *, withdrawn: bool = False, changed: Sequence[str] = ()
) -> str:
    """Return what the approver reads: what, to whom, every free text of the plan in full, what is hidden, and what to ask."""
    lines = [
        f"Paket: {label.title} ({label.kind}), körning {label.run}",
        f"Till: {label.receiver_name}",
        f"Release: {label.sequence}",
        f"Kontrollsumma (SHA-256): {sha256}",
        "",
        "Filer:",
        *(f"  {name} ({len(data)} byte)" for name, data in sorted(files.items())),
        "",
        "Fri text ur planen som mottagaren får läsa (läs allt: skannern förstår inte vad som står):",
        *(f"  {where}: {text}" for where, text in _texts((safe.plan_text, safe.valuation, safe.requirements), "plan")),
        *(f"  {where}: {text}" for where, text in _further(safe)),
        "",
        *([_CHANGED, *(f"  {text}" for text in changed), ""] if changed else []),
        "Dolt eller sammanslaget:",
        *(f"  {s.where}: {s.reason}" for s in safe.suppressions),
        "",
        "Frågor som bara en människa kan svara på:",
        "  1. Har någon annan (Kolada, Skolverket, Socialstyrelsen, kommunen) publicerat siffror om samma personer, så att",
        "     en skillnad mot dem skulle avslöja någon?",
        "  2. Kan någon i texten ovan kännas igen: en ensam händelse, en skola, en ovanlig situation?",
        "  3. Får mottagaren ha detta enligt avtal och ändamål?",
        "",
        "Roller är angivna av den som kör kommandot och prövas inte: evalkit vet inte vem som sitter vid datorn. Att den som",
        "godkänner är en annan än den som gjort paketet får verksamheten själv se till.",
        *(_WITHDRAWN if withdrawn else ()),
    ]
    return "\n".join(lines) + "\n"


def _further(safe: SafeResult) -> Iterator[tuple[str, str]]:
    """Return every other text of the result that a person may have written, wherever it stands; each once."""
    told = {text for _, text in _texts((safe.plan_text, safe.valuation, safe.requirements), "")}
    for field in fields(safe):
        if field.name in _OWN_WORDS:
            continue
        for where, text in _texts(getattr(safe, field.name), field.name):
            if " " in text.strip() and text not in told:
                told.add(text)
                yield where, text


def _texts(value: Any, where: str) -> Iterator[tuple[str, str]]:
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _texts(getattr(value, field.name), f"{where}.{field.name}")
    elif isinstance(value, tuple):
        for number, item in enumerate(value, start=1):
            yield from _texts(item, f"{where}[{number}]")
    elif isinstance(value, str) and value.strip() and not isinstance(value, type):
        yield where, value
