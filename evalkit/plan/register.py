"""The instrument register: every YAML file of `params/instruments/`, one instrument each, with norms, sources and checks."""

from __future__ import annotations

from pathlib import Path

from evalkit.errors import PlanError
from evalkit.plan.instruments import Instrument, InstrumentRegister
from evalkit.plan.norm_files import BESIDE, load_checks, load_norms, load_sources, norm_tables
from evalkit.plan.norm_rows import NormRow, NormSource, SignedCheck
from evalkit.plan.problems import Problem, quote
from evalkit.plan.reading import read_model
from evalkit.plan.signed_checks import unfounded_claims, with_statuses
from evalkit.plan.strict_yaml import Document, read_document
from evalkit.plan.tree import Tree


def load_register(folder: Path) -> InstrumentRegister:
    """Read all instruments in `folder` in the order of their ids, its norms and those under licence, sources and signed checks.

    The status of a norm row or a cut-off is what its signed checks give.

    Raises
    ------
    PlanError
        That lists the faults of every file, also a name that two instruments share, and a status that no checks carry.
    """
    instruments: list[Instrument] = []
    errors: list[PlanError] = []
    for path in sorted(folder.glob("*.yaml")):
        if path.name not in BESIDE:
            try:
                instruments.append(load_instrument(path))
            except PlanError as exc:
                errors.append(exc)
    errors += _shared_names(instruments)
    norms, sources, checks = _beside(folder, errors)
    written = InstrumentRegister(instruments=tuple(instruments), norms=norms, sources=sources, checks=checks)
    errors += [PlanError(claim, code="NORM-SECURE") for claim in unfounded_claims(written)]
    if errors:
        codes = tuple(code for error in errors for code in error.codes)
        raise PlanError("\n".join(str(error) for error in errors), code=codes[0], codes=codes)
    return with_statuses(written)


def _beside(folder: Path, errors: list[PlanError]) -> tuple[tuple[NormRow, ...], tuple[NormSource, ...], tuple[SignedCheck, ...]]:
    norms: list[NormRow] = []
    sources: tuple[NormSource, ...] = ()
    checks: tuple[SignedCheck, ...] = ()
    try:
        sources, checks = load_sources(folder), load_checks(folder)
        for path in norm_tables(folder):
            norms += load_norms(path, licensed=path.parent != folder)
    except PlanError as exc:
        errors.append(exc)
    return tuple(norms), sources, checks


def load_instrument(path: Path) -> Instrument:
    """Read one instrument; raises as `load_register`."""
    return read_model(read_document(path), Instrument, noun="instrumentet", more=lambda read: _check(read, path.stem))


def _check(document: Document, file_id: str) -> list[Problem]:
    tree = Tree(document)
    written = tree.text(("id",))
    if written and written != file_id:
        tree.note(
            "PAR-VALUE", ("id",), f"instrumentet heter {quote(written)} men filen {quote(file_id + '.yaml')}; de ska vara lika"
        )
    tree.in_order((), "age_from", "age_to")
    seen: set[str] = set()
    for scale in tree.items(("scales",)):
        tree.in_order(scale, "minimum", "maximum")
        own = tree.text((*scale, "id")) or ""
        if own in seen:
            tree.note("PAR-DUP", (*scale, "id"), f"skalan {quote(own)} står två gånger")
        seen.add(own)
    return tree.problems


def _shared_names(instruments: list[Instrument]) -> list[PlanError]:
    owners: dict[str, str] = {}
    errors = []
    for instrument in instruments:
        for name in dict.fromkeys(word.casefold() for word in (instrument.id, instrument.label, *instrument.aliases)):
            if name in owners:
                text = f"{instrument.id}.yaml: namnet {quote(name)} hör redan till {owners[name]}; ett namn är ett instrument"
                errors.append(PlanError(text, code="PAR-DUP"))
            owners[name] = instrument.id
    return errors
