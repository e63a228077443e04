"""Where things lie in a project: one place that knows the outer tree."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from evalkit.errors import PlanError

ROOT_VARIABLE = "EVALKIT_PROJECT"


@dataclass(frozen=True, slots=True)
class Project:
    """A project folder: the one that holds `params/`."""

    root: Path

    @property
    def plans(self) -> Path:
        """Folder of the evaluation plans."""
        return self.root / "params" / "interventions"

    @property
    def instruments(self) -> Path:
        """Folder of the instrument register."""
        return self.root / "params" / "instruments"

    @property
    def unit_costs(self) -> Path:
        """Folder of the unit cost lists."""
        return self.root / "params" / "unit_costs"

    @property
    def disclosure(self) -> Path:
        """The disclosure policy."""
        return self.root / "params" / "disclosure.yaml"

    @property
    def notebooks(self) -> Path:
        """Folder of the parameterised notebooks."""
        return self.root / "notebooks"

    def plan_file(self, intervention: str) -> Path:
        """Return the plan of one intervention; PlanError if its name is a path."""
        if not intervention or re.search(r'[/\\:*?"<>|\x00-\x1f]|^[.~]', intervention):
            raise PlanError("ange satsningens namn, inte en sökväg: np-samverkan, till exempel", code="PAR-PATH")
        return self.plans / f"{intervention}.yaml"

    def raw(self, intervention: str) -> Path:
        """Return the folder of an intervention's deliveries."""
        return self.root / "data" / "raw" / intervention

    def processed(self, intervention: str) -> Path:
        """Return the folder of an intervention's machine-made data."""
        return self.root / "data" / "processed" / intervention

    def reports(self, intervention: str) -> Path:
        """Return the folder of an intervention's runs."""
        return self.root / "reports" / intervention

    def relative(self, path: Path) -> str:
        """Return `path` relative to the project with ``/``: what stamps, messages and notebooks show."""
        return path.resolve().relative_to(self.root.resolve()).as_posix()


def find_project(start: Path | None = None) -> Project:
    """Return the project that `start` (or the working folder) lies in.

    Raises
    ------
    PlanError
        If no folder upwards holds ``params/interventions``.
    """
    named = os.environ.get(ROOT_VARIABLE)
    first = Path(named) if named else (start or Path.cwd())
    for folder in (first.resolve(), *first.resolve().parents):
        if (folder / "params" / "interventions").is_dir():
            return Project(folder)
    raise PlanError("ingen projektmapp här: stå i mappen som innehåller params/ (eller sätt EVALKIT_PROJECT)", code="PAR-PROJECT")
