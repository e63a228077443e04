"""A notebook as it is kept: the same bytes whoever ran it, when, where and by which engine."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

HEADLINE = "nbval-check-output"
"""Tag of a cell whose output on the demonstration data is kept in git and compared by the tests."""

INJECTED = "injected-parameters"
"""Tag of the cell that papermill adds."""

_ERROR_MARK = "papermill-error-cell-tag"
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_CELL_FILE = re.compile(r"(?:/[^\s/]{1,100}){0,8}/ipykernel_\d+/\d+\.py|\b\d{6,}\.py\b|<ipython-input-[0-9a-f-]+>")
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def normalised(notebook: Any, root: Path) -> Any:
    """Return an executed notebook without clock, process, machine and path.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        As an engine left it.
    root : Path
        The project: its path is taken out of every text.
    """
    kept = [cell for cell in notebook.cells if _ERROR_MARK not in cell.metadata.get("tags", [])]
    cells = [_cell(cell, number, root) for number, cell in enumerate(kept, start=1)]
    return _rebuilt(cells)


def stripped(notebook: Any) -> Any:
    """Return the notebook as git keeps it: outputs of headline cells only, the cell with injected parameters gone."""
    cells = []
    kept = [cell for cell in notebook.cells if INJECTED not in _tags(cell)]
    for number, cell in enumerate(kept, start=1):
        plain = _cell(cell, number, None)
        if plain.cell_type == "code" and HEADLINE not in _tags(cell):
            plain.outputs, plain.execution_count = [], None
        cells.append(plain)
    return _rebuilt(cells)


def notebook_text(notebook: Any) -> str:
    """Return a notebook as JSON the way Jupyter writes it: one blank of indent, a final newline."""
    return str(_builders().writes(notebook)) + "\n"


def _builders() -> Any:
    import nbformat.v4

    return nbformat.v4


def _rebuilt(cells: list[Any]) -> Any:
    counted = 0
    for cell in cells:
        if cell.cell_type == "code" and cell.execution_count is not None:
            counted += 1
            cell.execution_count = counted
            for output in cell.outputs:
                if output.output_type == "execute_result":
                    output.execution_count = counted
    return _builders().new_notebook(cells=cells, metadata=METADATA)


def _cell(cell: Any, number: int, root: Path | None) -> Any:
    tags = _tags(cell)
    metadata = {"tags": tags} if tags else {}
    identity = {"id": f"cell-{number:02d}", "metadata": metadata}
    if cell.cell_type != "code":
        return _builders().new_markdown_cell(cell.source, **identity)
    outputs = _merged([_output(output, root) for output in cell.outputs])
    return _builders().new_code_cell(cell.source, outputs=outputs, execution_count=cell.execution_count, **identity)


def _tags(cell: Any) -> list[str]:
    return [tag for tag in cell.metadata.get("tags", []) if not tag.startswith("papermill")]


def _merged(outputs: list[Any]) -> list[Any]:
    # A kernel flushes stdout and stderr when it pleases: between two results, each stream is one output, stdout first.
    merged: list[Any] = []
    streams: dict[str, Any] = {}
    for output in outputs:
        if output.output_type != "stream":
            merged += [streams[name] for name in sorted(streams, reverse=True)]
            streams = {}
            merged.append(output)
        elif output.name in streams:
            streams[output.name].text += output.text
        else:
            streams[output.name] = output
    return merged + [streams[name] for name in sorted(streams, reverse=True)]


def _output(output: Any, root: Path | None) -> Any:
    new_output = _builders().new_output
    if output.output_type == "stream":
        return new_output("stream", name=output.name, text=_clean(output.text, root))
    if output.output_type == "error":
        lines = [_clean(line, root) for line in output.traceback]
        return new_output("error", ename=output.ename, evalue=_clean(output.evalue, root), traceback=lines)
    # The same table as plain text is left out: its line breaks follow the screen, and nobody looks for persons in it.
    shown = {kind: value for kind, value in sorted(output.data.items()) if kind != "text/plain" or "text/html" not in output.data}
    data = {kind: _clean(value, root) if kind.startswith("text/") else value for kind, value in shown.items()}
    extra = {"execution_count": output.execution_count} if output.output_type == "execute_result" else {}
    return new_output(output.output_type, data=data, metadata={}, **extra)


def _clean(text: Any, root: Path | None) -> str:
    whole = "".join(text) if isinstance(text, list) else str(text)
    if root is not None:
        whole = whole.replace(str(root), ".").replace(root.as_posix(), ".")
    return _CELL_FILE.sub("cell.py", _ADDRESS.sub("", whole))
