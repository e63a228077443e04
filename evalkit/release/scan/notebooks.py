"""Jupyter notebooks: outputs of every kind, metadata nobody sees, half runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from evalkit.release.scan.finding import Scan

_KEPT = frozenset({"kernelspec", "language_info", "evalkit"})
_CELL_KEPT = frozenset({"tags", "editable", "deletable", "jupyter", "slideshow", "collapsed", "scrolled", "lang"})
_MIMES = frozenset({"text/html", "text/plain", "text/markdown", "text/latex", "image/png", "image/jpeg", "image/svg+xml"})


def judge_notebook(document: dict[str, Any], where: str, scan: Scan) -> Iterator[tuple[str, str]]:
    """Note what a notebook hides, and return each of its contents as (kind, text); `kind` is a MIME type."""
    if set(document.get("metadata", {})) - _KEPT:
        scan.add("META", where)
    yield "application/json", json.dumps(document.get("metadata", {}), ensure_ascii=False)
    for cell in document.get("cells", ()):
        metadata = cell.get("metadata", {})
        if set(metadata) - _CELL_KEPT:
            scan.add("META", where)
        if metadata.get("papermill", {}).get("status", "completed") != "completed":
            scan.add("RUN-INCOMPLETE", where)
        yield "application/json", json.dumps(metadata, ensure_ascii=False)
        yield "text/markdown" if cell.get("cell_type") == "markdown" else "text/plain", _joined(cell.get("source", ""))
        for files in cell.get("attachments", {}).values():
            yield from ((mime, _joined(data)) for mime, data in files.items())
        for output in cell.get("outputs", ()):
            yield from _output(output, where, scan)


def _output(output: dict[str, Any], where: str, scan: Scan) -> Iterator[tuple[str, str]]:
    if output.get("output_type") == "error":
        scan.add("OUT-ERROR", where)
        yield "text/plain", _joined(output.get("traceback", [])) + str(output.get("evalue", ""))
    if output.get("metadata"):
        yield "application/json", json.dumps(output["metadata"], ensure_ascii=False)
    if "text" in output:
        yield "text/plain", _joined(output["text"])
    for mime, data in output.get("data", {}).items():
        if "javascript" in mime:
            scan.add("SCRIPT", where)
        if mime not in _MIMES:
            scan.add("MIME", where)
        yield mime, data if isinstance(data, str) else _joined(data) if _is_lines(data) else json.dumps(data, ensure_ascii=False)


def _is_lines(data: Any) -> bool:
    return isinstance(data, list) and all(isinstance(line, str) for line in data)


def _joined(text: Any) -> str:
    return text if isinstance(text, str) else "".join(str(line) for line in text)
