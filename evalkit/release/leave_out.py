"""What a final report leaves out of an instrument's page: everything that rests on numbers nobody has secured, by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from evalkit.findings.norms import InstrumentFinding
from evalkit.findings.safe_norms import LeftOut, SafeInstrument

_SECURED = {"", "secured", "metric"}


def without_unsecured(page: SafeInstrument, found: InstrumentFinding) -> SafeInstrument:
    """Return a page without the parts whose norms, cut-offs or reliability are not secured, and with their names.

    Parameters
    ----------
    found : InstrumentFinding
        The same page inside the house: says what each part rests on.

    Notes
    -----
    A number that the plan itself declares has no second person behind it either: it is left out as well.
    """
    norms = tuple(norm.id for norm in page.norms if not norm.secured)
    bands = () if page.band_status in _SECURED else (page.band_system,)
    judged = [one for one in found.classes if not one.reason]
    classes = _unsecured((one.reliability_key or one.reliability_source, one.reliability_status) for one in judged)
    classes += () if all(one.clinical_secured for one in judged) else ("clinical_set",)
    classes += (
        norms if any(one.sd_basis == "norm" or one.criterion in {"b", "c"} or one.index == "regressed" for one in judged) else ()
    )
    moved = _unsecured((one.source, one.status) for one in found.regression)
    moved += norms if any(one.target == "norm" for one in found.regression) else ()
    gone = [("norm", norms), ("bands", bands), ("classes", classes), ("regression", moved)]
    # The register has no way yet to secure what users call a change that matters.
    gone.append(("relevant", () if page.relevant_change is None else (f"{page.instrument}/relevant_change",)))
    left_out = tuple(LeftOut(part, tuple(dict.fromkeys(basis))) for part, basis in gone if basis)
    return _stripped(replace(page, left_out=left_out), {one.part for one in left_out})


def _unsecured(pairs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name, status in pairs if status not in _SECURED))


def _stripped(page: SafeInstrument, parts: set[str]) -> SafeInstrument:
    if "norm" in parts:
        page = replace(page, norms=(), comparisons=())
    if "bands" in parts:
        page = replace(page, bands=(), band_system="", band_status="", shares=())
    if "classes" in parts:
        page = replace(page, classes=(), excess=None)
    if "relevant" in parts:
        page = replace(page, relevant_change=None)
    return replace(page, regression=()) if "regression" in parts else page
