"""Two things that cost seconds in every run and give nothing: an unused grammar, and looking for garbage while importing."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_FEW = (100_000, 20, 20)


def block_slow_imports() -> None:
    """Keep jsonschema's optional IRI grammar out: it costs a second in every process that reads a notebook or gates data."""
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


@contextmanager
def hurried() -> Iterator[None]:
    """Import and compute with few garbage collections, and without what `block_slow_imports` keeps out.

    Importing makes a million objects that live on; Python's own threshold looks through them again and again.
    """
    block_slow_imports()
    before = gc.get_threshold()
    gc.set_threshold(*_FEW)
    try:
        yield
    finally:
        gc.set_threshold(*before)
