"""A published study as a delivery: its data come from a package that may be installed beside evalkit (extra ``study``).

Nothing of the data is stored in the project's git: `write_study` copies them from the package into ``data/raw``.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from evalkit.errors import PlanError
from evalkit.files import write_text
from evalkit.plan.project import Project


@dataclass(frozen=True, slots=True)
class Study:
    """Where a study's data are and how they become one delivered file.

    Attributes
    ----------
    package, data_set : str
        Module and data set; the data set's ``load_pandas().data`` is the published table.
    file_name : str
        Name in the delivery's folder.
    delivered : date
        Date of the delivery's folder: that of the publication, so that every copy is the same.
    prepare : Callable
        Published table -> the columns that the plan declares.
    """

    package: str
    data_set: str
    file_name: str
    delivered: date
    prepare: Callable[[pd.DataFrame], pd.DataFrame]


def write_study(project: Project, plan_id: str) -> tuple[Path, ...]:
    """Write the data of a published study as a delivery of the plan that carries it out.

    Parameters
    ----------
    project : Project
    plan_id : str
        One of `STUDIES`.

    Returns
    -------
    tuple[Path, ...]
        The files written; the same bytes on every machine.

    Raises
    ------
    PlanError
        If no study belongs to the plan, or its package is not installed.
    StorageError
        If the delivery cannot be written.
    """
    study = STUDIES.get(plan_id)
    if study is None:
        raise PlanError(
            f"{plan_id}: ingen publicerad studie hör till planen; de som finns är {', '.join(sorted(STUDIES))}", code="PAR-STUDY"
        )
    table = study.prepare(_load(study))
    target = project.raw(plan_id) / study.delivered.isoformat() / study.file_name
    write_text(target, table.to_csv(index=False, lineterminator="\n"))
    return (target,)


def _load(study: Study) -> pd.DataFrame:
    try:
        module = importlib.import_module(f"{study.package}.{study.data_set}")
    except ModuleNotFoundError as exc:
        if exc.name is None or exc.name.split(".")[0] != study.package:
            raise
        advice = f'installera tillvalet: python -m pip install "{study.package}"'
        raise PlanError(f"studiens data ligger i paketet {study.package}, som inte finns här; {advice}", code="PAR-EXTRA") from None
    table: pd.DataFrame = module.load_pandas().data
    return table


def _organ_donations(table: pd.DataFrame) -> pd.DataFrame:
    """Return state, quarter (2011K3), whether the state required an answer in it, and the rate.

    Kessler and Roth (2014): California from the third quarter of 2011, the data set's fourth quarter.
    """
    number = table["Quarter"].str.extract(r"^Q(?P<quarter>[1-4])(?P<year>[0-9]{4})$")
    active = (table["State"] == "California") & (table["Quarter_Num"] >= 4)
    rows = pd.DataFrame(
        {
            "state": table["State"],
            "quarter": number["year"] + "K" + number["quarter"],
            "active_choice": active.astype("int64"),
            "rate": table["Rate"],
        }
    )
    return rows.sort_values(["state", "quarter"], kind="stable", ignore_index=True)


def _supported_work(table: pd.DataFrame) -> pd.DataFrame:
    """Return person, year, whether drawn to the training by then, earnings in 1975 and 1978 (dollars of the source), background.

    Dehejia and Wahba (1999): 185 drawn to the training, 260 to comparison.
    """
    names = [f"M{number:03d}" for number in range(1, len(table) + 1)]
    background = table[list(_BACKGROUND)].rename(columns=_BACKGROUND).astype("int64")
    background["inkomst_1974"] = table["re74"].astype("float64").round(4)
    parts = [
        pd.DataFrame({"person": names, "year": year, "drawn": table["treat"] * (year == 1978), "earnings": table[column]})
        for year, column in ((1975, "re75"), (1978, "re78"))
    ]
    rows = pd.concat([part.join(background) for part in parts])
    rows = rows.assign(earnings=lambda part: part["earnings"].astype("float64").round(4))
    return rows.sort_values(["person", "year"], kind="stable", ignore_index=True)


_BACKGROUND = {
    "age": "ålder",
    "educ": "utbildning_i_år",
    "nodegree": "utan_examen_från_gymnasiet",
    "marr": "gift",
    "black": "svart",
    "hisp": "latinamerikansk_bakgrund",
}
"""The package's name of a background column -> the delivery's: known before the lottery, for the table of balance."""


def _nile(table: pd.DataFrame) -> pd.DataFrame:
    """Return year, whether the dam at Aswan was being built (from 1899), and the annual volume."""
    years = table["year"].astype("int64")
    return pd.DataFrame({"river": "Nilen", "year": years, "dam": (years >= 1899).astype("int64"), "volume": table["volume"]})


STUDIES = {
    "exempel-nilen": Study("statsmodels.datasets", "nile", "nilen.csv", date(1978, 8, 1), _nile),
    "exempel-nsw": Study("causaldata", "nsw_mixtape", "nsw.csv", date(1999, 12, 1), _supported_work),
    "exempel-organdonation": Study("causaldata", "organ_donations", "organdonation.csv", date(2014, 8, 1), _organ_donations),
}
"""Plan id -> the study whose published estimate it repeats."""
