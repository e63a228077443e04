"""The gated frame on disk: what the analysis notebooks read is byte for byte what the run analysed.

One JSON file, column by column with its type. No pickle (it runs code when read), no CSV (it guesses types when read).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalkit.errors import NotReproduced
from evalkit.files import sha256_bytes

if TYPE_CHECKING:
    import pandas as pd

    from evalkit.findings.result import EvaluationResult
    from evalkit.records.stations import AnalysisFrame

FRAME = "frame.json"
_TABLES = ("table", "persons", "activities", "observed")


def frame_to_json(frame: AnalysisFrame) -> str:
    """Return the tables of `frame` as JSON: exact numbers, sorted keys, one final newline."""
    tables: dict[str, Any] = {name: None if getattr(frame, name) is None else _columns(getattr(frame, name)) for name in _TABLES}
    document = {"tables": tables, "notes": list(frame.notes)}
    return json.dumps(document, ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":")) + "\n"


def read_frame(path: Path, sha256: str, result: EvaluationResult) -> AnalysisFrame:
    """Return the frame stored at `path`, with the flows and the gate report of its result.

    Raises
    ------
    NotReproduced
        If the file is missing or is not the one that was analysed.
    """
    from evalkit.records.stations import AnalysisFrame

    try:
        content = path.read_bytes()
    except OSError:
        raise NotReproduced(f"{path.parent.name}/{path.name} saknas: analysdata är borta, kör om", code="RUN-NONE") from None
    if sha256_bytes(content) != sha256:
        raise NotReproduced(f"{path.parent.name}/{path.name} är inte de data som analyserades", code="RUN-ALTERED")
    document = json.loads(content)
    tables: dict[str, Any] = {name: None if stored is None else _table(stored) for name, stored in document["tables"].items()}
    return AnalysisFrame(
        **tables,
        flows=result.flows,
        occasions=result.occasions,
        report=result.gate,
        stamps=result.provenance.data,
        evaluated_on=result.provenance.evaluated_on,
        key_id=result.provenance.key_id,
        notes=tuple(document["notes"]),
    )


def _columns(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{"name": str(name), "dtype": str(table[name].dtype), "values": _values(table[name])} for name in table.columns]


def _values(column: pd.Series) -> list[Any]:
    missing = column.isna()
    plain = column.dt.strftime("%Y-%m-%dT%H:%M:%S").tolist() if column.dtype.kind == "M" else column.tolist()
    return [None if gone else value for value, gone in zip(plain, missing, strict=True)]


def _table(columns: list[dict[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({column["name"]: pd.Series(column["values"], dtype=column["dtype"]) for column in columns})
