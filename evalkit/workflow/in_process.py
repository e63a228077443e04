"""The fast engine for papermill: cells run in this process, in an IPython shell of their own.

papermill starts a kernel for each notebook, and each kernel imports everything again: most of a run's time. Here the process
that has already imported everything runs the cells. Each notebook gets a fresh namespace; a test holds the outputs to the
bytes of papermill's own kernel engine (``--plain``).
"""

from __future__ import annotations

import atexit
import gc
import io
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

import nbformat.v4
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from papermill.engines import Engine
from traitlets import Type
from traitlets.config import Config

new_output: Any = nbformat.v4.new_output


class Recorder:
    """The outputs of one cell in the order they came; neighbouring writes to a stream are one output."""

    def __init__(self) -> None:
        self.outputs: list[Any] = []

    def stream(self, name: str, text: str) -> None:
        """Add `text` that was written to stdout or stderr."""
        last = self.outputs[-1] if self.outputs else None
        if last is not None and last.output_type == "stream" and last.name == name:
            last.text += text
        elif text:
            self.outputs.append(new_output("stream", name=name, text=text))


class _Stream(io.TextIOBase):
    def __init__(self, recorder: Recorder, name: str) -> None:
        self._recorder, self._name = recorder, name

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._recorder.stream(self._name, text)
        return len(text)


class _Publisher(DisplayPublisher):
    shell: Any

    def publish(self, data: Any, metadata: Any = None, source: Any = None, **_: Any) -> None:
        self.shell.recorder.outputs.append(new_output("display_data", data=data, metadata=metadata or {}))

    def clear_output(self, wait: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002, RUF100 - the parent's signature
        self.shell.recorder.outputs.clear()


class _Hook(DisplayHook):
    shell: Any

    def start_displayhook(self) -> None:
        """Print nothing: the result is recorded."""

    def write_output_prompt(self) -> None:
        """Print no prompt."""

    def finish_displayhook(self) -> None:
        """Print no final newline."""

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        count = self.shell.execution_count
        result = new_output("execute_result", data=dict(format_dict), metadata=md_dict or {}, execution_count=count)
        self.shell.recorder.outputs.append(result)


class CellShell(InteractiveShell):
    """An IPython shell that records instead of printing."""

    display_pub_class = Type(_Publisher)
    displayhook_class = Type(_Hook)
    recorder = Recorder()

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException, stb: list[str]) -> None:
        error = new_output("error", ename=etype.__name__, evalue=str(evalue), traceback=list(stb))
        self.recorder.outputs.append(error)


class InProcessEngine(Engine):  # type: ignore[misc]
    """Runs the cells of a notebook here, one after the other, and stops at the first that fails."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **kwargs: Any) -> None:  # noqa: ARG003, RUF100
        """Fill `nb_man.nb` with outputs; `kept` in `kwargs` receives the notebook even when a cell fails."""
        kwargs["kept"].append(nb_man.nb)
        with _fresh_shell() as shell:
            for index, cell in enumerate(nb_man.nb.cells):
                nb_man.cell_start(cell, index)
                succeeded = cell.cell_type != "code" or _run(shell, cell)
                if not succeeded:
                    nb_man.cell_exception(cell, index)
                nb_man.cell_complete(cell, index)
                if not succeeded:
                    break


def _run(shell: Any, cell: Any) -> bool:
    shell.recorder = recorder = Recorder()
    with redirect_stdout(_Stream(recorder, "stdout")), redirect_stderr(_Stream(recorder, "stderr")):
        outcome = shell.run_cell(cell.source, store_history=True)
    cell.outputs = recorder.outputs
    cell.execution_count = outcome.execution_count
    return bool(outcome.success)


@contextmanager
def _fresh_shell() -> Iterator[Any]:
    settings = Config()
    settings.HistoryManager.enabled = False
    settings.HistoryManager.hist_file = ":memory:"
    settings.InteractiveShell.colors = "nocolor"
    shell: Any
    main, stdin = sys.modules["__main__"], sys.stdin
    # IPython looks for garbage when a shell ends: not among the million objects of the imports, which cost it a third of a second.
    gc.freeze()
    with warnings.catch_warnings():
        shell = CellShell.instance(config=settings)
        try:
            sys.stdin = io.StringIO()
            yield shell
        finally:
            # The shell takes the places of __main__, the display hook and the exception hook: give them back.
            sys.stdin = stdin
            shell.restore_sys_module_state()
            sys.modules["__main__"] = main
            shell.atexit_operations()
            atexit.unregister(shell.atexit_operations)
            CellShell.clear_instance()
            gc.unfreeze()
