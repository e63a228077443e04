"""The instrument register: every YAML file of `params/instruments/`, one instrument each."""

from __future__ import annotations

from pathlib import Path

from evalkit.errors import PlanError
from evalkit.plan.instruments import Instrument, InstrumentRegister
from evalkit.plan.problems import Problem, quote
from evalkit.plan.reading import read_model
from evalkit.plan.strict_yaml import Document, read_document
from evalkit.plan.tree import Tree


def load_register(folder: Path) -> InstrumentRegister:
    """Read all instruments in `folder`, in the order of their ids.

    Raises
    ------
    PlanError
        That lists the faults of every file, also a name that two instruments share.
    """
    instruments: list[Instrument] = []
    errors: list[PlanError] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            instruments.append(load_instrument(path))
        except PlanError as exc:
            errors.append(exc)
    errors += _shared_names(instruments)
    if errors:
        codes = tuple(code for error in errors for code in error.codes)
        raise PlanError("\n".join(str(error) for error in errors), code=codes[0], codes=codes)
    return InstrumentRegister(instruments=tuple(instruments))


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
