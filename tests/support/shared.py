"""Where the reference material lies that tests may read but the project does not own."""

from __future__ import annotations

from pathlib import Path

SHARED = Path(__file__).parents[3] / "shared"
REASON = "referensmaterialet (../shared) finns inte här"
