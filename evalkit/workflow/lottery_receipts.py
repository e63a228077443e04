"""Receipts of a lottery: what was bound when the list was closed, and what the public draw then gave.

::

    params/lotteries/<id>/omgang-01-stangd.json     list, rules and draw, hashed before the draw; no identity, goes to the diary
    params/lotteries/<id>/omgang-01-dragen.json     the draw's result, seed, hash of the allocation
    data/raw/<id>/lottning/omgang-01/               lista.csv, fordelning.csv: who got what; stays in the house
    reports/<id>/lottning/                          protokoll-01.txt and .html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalkit.errors import LotteryDiffers
from evalkit.files import sha256_bytes, storage_error

if TYPE_CHECKING:
    from evalkit.plan.lottery import Lottery
    from evalkit.plan.project import Project

RECEIPT_FORMAT = 1
NO_PREVIOUS = "-"


@dataclass(frozen=True, slots=True)
class LotteryStore:
    """Where the lottery of one intervention lies."""

    project: Project
    plan_id: str

    @property
    def lists(self) -> Path:
        """Folder of the lists that people put there."""
        return self.project.raw(self.plan_id) / "lottning"

    def closed_file(self, batch: int) -> Path:
        """Return the receipt of a closed list."""
        return self._receipts / f"omgang-{batch:02d}-stangd.json"

    def drawn_file(self, batch: int) -> Path:
        """Return the receipt of a draw."""
        return self._receipts / f"omgang-{batch:02d}-dragen.json"

    def inside(self, batch: int) -> Path:
        """Return the folder of who got what."""
        # Not in data/processed: a run sweeps away what it did not make there.
        return self.lists / f"omgang-{batch:02d}"

    def protocol(self, batch: int, kind: str) -> Path:
        """Return the protocol, `kind` txt or html."""
        return self.project.reports(self.plan_id) / "lottning" / f"protokoll-{batch:02d}.{kind}"

    @property
    def _receipts(self) -> Path:
        return self.project.root / "params" / "lotteries" / self.plan_id

    def batches(self) -> int:
        """Return how many lists have been closed."""
        number = 0
        while self.closed_file(number + 1).is_file():
            number += 1
        return number

    def closed(self, batch: int) -> dict[str, Any]:
        """Return what was bound when a list was closed."""
        return _read(self.closed_file(batch))

    def drawn(self, batch: int) -> dict[str, Any] | None:
        """Return what a draw gave; None where it is not drawn yet."""
        return _read(self.drawn_file(batch)) if self.drawn_file(batch).is_file() else None

    def previous(self, batch: int) -> str:
        """Return the hash of the receipt before: what makes the next batch unforeseeable."""
        return sha256_bytes(self.drawn_file(batch - 1).read_bytes()) if batch > 1 else NO_PREVIOUS


def receipt_bytes(receipt: dict[str, Any]) -> bytes:
    """Return a receipt as it is written and hashed."""
    return (json.dumps(receipt, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode("utf-8")


def rules_of(lottery: Lottery) -> dict[str, str]:
    """Return the rules that bind every batch: the plan's lottery without its list of draws, as text."""
    plain = lottery.model_dump(mode="json", exclude={"draws"})
    # One of the two says where the units are from; receipts hold the one that is used.
    plain = {key: value for key, value in plain.items() if key not in {"files", "source"} or value is not None}
    return {key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for key, value in plain.items()}


def _read(path: Path) -> dict[str, Any]:
    try:
        receipt = json.loads(path.read_bytes())
        known = receipt["receipt_format"] == RECEIPT_FORMAT
    except OSError as exc:
        raise storage_error(path, exc) from None
    except (ValueError, KeyError, TypeError):
        message = f"{path.name}: kvittot är skadat; återställ det ur versionshanteringen eller diariet"
        raise LotteryDiffers(message, code="LOT-RECEIPT") from None
    if not known:
        raise LotteryDiffers(f"{path.name}: kvittot är skrivet för en annan version av evalkit", code="LOT-RECEIPT")
    return dict(receipt)
