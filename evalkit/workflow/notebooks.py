"""Notebooks through papermill: two parameters, two engines, one form of the result."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from evalkit import errors
from evalkit.errors import EvalkitError, NotebookFailed, PlanError
from evalkit.plan.project import ROOT_VARIABLE, Project
from evalkit.workflow.normalise import INJECTED, METADATA, normalised
from evalkit.workflow.report_cells import refuse_foreign_code
from evalkit.workflow.speed import block_slow_imports

PARAMETERS = ("plan_file", "run_dir")
"""Every notebook takes exactly these two, both texts: paths inside the project."""

REPORT_NOTEBOOK = "90_rapport.ipynb"
"""The only notebook that is shared; its code is read before it runs."""

STAGED_VARIABLE = "EVALKIT_STAGED_RUN"
"""While a run is made its folder has another name; this says which (see `evalkit.workflow.session`)."""


class CellFailed(NotebookFailed):
    """A cell failed; `notebook` holds the outputs so far, for the inside of the house only."""

    def __init__(self, message: str, notebook: Any) -> None:
        super().__init__(message, code="NB-CELL")
        self.notebook = notebook


def execute(project: Project, path: Path, parameters: dict[str, str], *, staged: Path | None = None, plain: bool = False) -> Any:
    """Run one notebook and return it normalised.

    Parameters
    ----------
    parameters : dict[str, str]
        Values of `PARAMETERS`: paths relative to the project, with ``/``.
    staged : Path | None
        Where the run lies while it is being made.
    plain : bool
        Use papermill's own engine with a kernel of its own instead of this process.

    Raises
    ------
    PlanError
        If the notebook's or the given parameters are not exactly `PARAMETERS`, or a value is no path inside the project.
    DisclosureRefused
        If the report notebook does more than show the cleared result.
    CellFailed
        If a cell failed; the message names section, cell and kind of error, never a value.
    """
    block_slow_imports()
    import papermill
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    notebook = check_parameters(path, parameters)
    if path.name == REPORT_NOTEBOOK:
        refuse_foreign_code(path.name, notebook)
    kept: list[Any] = []
    options = {"plain": _plain_options, "fast": _fast_options}["plain" if plain else "fast"](kept)
    with _surroundings(project, staged):
        try:
            papermill.execute_notebook(notebook, None, parameters=parameters, progress_bar=False, cwd=str(project.root), **options)
        except PapermillExecutionError:
            pass
        except DeadKernelError:
            raise NotebookFailed(f"{path.name}: kärnan dog; ingen rapport skrevs, kör igen", code="NB-KERNEL") from None
    executed = normalised(kept[0], project.root)
    _raise_for_errors(path.name, executed)
    return executed


def check_parameters(path: Path, parameters: dict[str, str]) -> Any:
    """Return the notebook at `path`, if its and the call's parameters are exactly `PARAMETERS` and every value an inner path.

    Raises
    ------
    PlanError
        PAR-NOTEBOOK, if not.
    """
    block_slow_imports()
    import papermill

    notebook = read_notebook(path)
    declared = tuple(sorted(papermill.inspect_notebook(notebook)))
    for names, where in ((declared, path.name), (tuple(sorted(parameters)), "anropet")):
        if names != tuple(sorted(PARAMETERS)):
            raise PlanError(f"{where}: parametrarna ska vara {', '.join(PARAMETERS)}, är {', '.join(names)}", code="PAR-NOTEBOOK")
    for name, value in parameters.items():
        parts = value.split("/") if isinstance(value, str) else [""]
        if "\\" in str(value) or ":" in str(value) or not all(parts) or ".." in parts:
            raise PlanError(f"{path.name}: {name} ska vara en sökväg inom projektet, med snedstreck", code="PAR-NOTEBOOK")
    return notebook


def read_notebook(path: Path) -> Any:
    """Return the notebook at `path` for the Python kernel, whatever kernel it was last saved with; PlanError if it is none."""
    block_slow_imports()
    import nbformat

    notebooks: Any = nbformat
    try:
        notebook = notebooks.reads(path.read_text(encoding="utf-8"), as_version=4)
    except FileNotFoundError:
        raise PlanError(f"notebooks/{path.name} saknas; hämta den igen (git)", code="PAR-NOTEBOOK") from None
    except (ValueError, KeyError, AttributeError, nbformat.ValidationError):
        raise PlanError(f"{path.name} går inte att läsa som anteckningsbok; hämta den igen (git)", code="PAR-NOTEBOOK") from None
    notebook.metadata = notebooks.from_dict(METADATA)
    return notebook


def _fast_options(kept: list[Any]) -> dict[str, Any]:
    from papermill.engines import papermill_engines

    from evalkit.workflow.in_process import InProcessEngine

    papermill_engines.register("evalkit", InProcessEngine)
    return {"engine_name": "evalkit", "kept": kept}


def _plain_options(kept: list[Any]) -> dict[str, Any]:
    from papermill.engines import NBClientEngine, papermill_engines
    from traitlets.config import Config

    class KeepingEngine(NBClientEngine):  # type: ignore[misc]
        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **kwargs: Any) -> Any:
            kept.append(nb_man.nb)
            return super().execute_managed_notebook(nb_man, kernel_name, **kwargs)

    papermill_engines.register("evalkit-plain", KeepingEngine)
    quiet = ["--HistoryManager.enabled=False", "--InteractiveShell.colors=nocolor"]
    # Sockets in the file system where there are such: TCP on this machine could be read by its other users.
    settings = Config({"KernelManager": {"transport": "tcp" if os.name == "nt" else "ipc"}})
    return {"engine_name": "evalkit-plain", "extra_arguments": quiet, "config": settings}


@contextmanager
def _surroundings(project: Project, staged: Path | None) -> Iterator[None]:
    """Give both engines the same outside: the project, no personal IPython profile, no screen to draw on."""
    with tempfile.TemporaryDirectory(prefix="evalkit-") as profile:
        wanted = {
            ROOT_VARIABLE: str(project.root),
            STAGED_VARIABLE: project.relative(staged) if staged is not None else "",
            "IPYTHONDIR": profile,
            "MPLBACKEND": "agg",
        }
        before = {name: os.environ.get(name) for name in wanted}
        os.environ.update(wanted)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


def _raise_for_errors(name: str, notebook: Any) -> None:
    heading = "inledningen"
    own = (cell for cell in notebook.cells if INJECTED not in cell.metadata.get("tags", []))
    for number, cell in enumerate(own, start=1):
        if cell.cell_type != "code":
            headings = [line.lstrip("# ") for line in cell.source.splitlines() if line.startswith("#")]
            heading = f"avsnittet ”{headings[-1]}”" if headings else heading
            continue
        for output in cell.outputs:
            if output.output_type == "error":
                raise CellFailed(f"{name}, {heading}, cell {number}: {_said(output)}", notebook)


def _said(output: Any) -> str:
    # Our own errors never quote a cell of a record; anybody else's may, so only its kind is told.
    kind = getattr(errors, output.ename, None)
    ours = isinstance(kind, type) and issubclass(kind, EvalkitError)
    return f"{output.ename}: {output.evalue}" if ours else str(output.ename)
