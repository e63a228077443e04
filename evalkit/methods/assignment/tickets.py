"""Where chance comes from: SHA-256 of seed and name, so that any language on any machine replays a lottery.

``printf '%s|%s' "$seed" "$name" | sha256sum`` is a name's ticket. Independent of row order, of numpy's streams and of Python.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Iterable

Tickets = Callable[[str], str]
"""Name -> 64 hexadecimal digits; what decides a lottery."""

SEED_VERSION = "evalkit-lottning-1"
DIGITS = 12
"""Hexadecimal digits of a ticket that are read as a number: 48 bits, exact in the doubles of awk and JavaScript."""


def sha256_text(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 bytes in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def tickets_of(seed: str) -> Tickets:
    """Return the tickets that `seed` gives: name -> SHA-256 of ``seed|name``.

    Examples
    --------
    >>> tickets_of("abc")("17")[:12]
    'e6104211fe96'
    """
    return lambda name: sha256_text(f"{seed}|{name}")


def drawn_text(draw: str) -> str:
    """Return the result of a public draw as it enters the seed: NFC, one blank between words, none around.

    Examples
    --------
    >>> drawn_text("  3  14 15 ")
    '3 14 15'
    """
    return " ".join(unicodedata.normalize("NFC", draw).split())


def master_seed(*, plan_id: str, batch: int, frame_sha256: str, previous: str, draw: str) -> str:
    """Return the seed of one batch: SHA-256 of all that was bound before the draw, and the draw.

    Parameters
    ----------
    previous : str
        SHA-256 of the receipt of the batch before; ``-`` for the first. Who knows one allocation cannot foresee the next.
    draw : str
        Result of the public draw.

    Notes
    -----
    ``evalkit-lottning-1|plan|batch|frame|previous|draw``, joined by ``|``.
    """
    return sha256_text("|".join((SEED_VERSION, plan_id, str(batch), frame_sha256, previous, drawn_text(draw))))


def ranked(names: Iterable[str], tickets: Tickets) -> list[str]:
    """Return the names in the order of their tickets; equal tickets fall back on the name."""
    return sorted(names, key=lambda name: (tickets(name), name))


def whole_number(ticket: str, below: int) -> int:
    """Return the whole number 0 … `below` − 1 that a ticket's first digits give.

    Notes
    -----
    Remainder of 48 bits: the smallest number is favoured by at most `below` / 2⁴⁸.
    """
    return int(ticket[:DIGITS], 16) % below
