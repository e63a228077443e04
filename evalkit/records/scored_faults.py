"""Faults to plant into scored data, each with the rule that it is for: coding, direction, form, dates, sums, metrics."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from evalkit.records.scored_runs import gathered, project_register
from evalkit.records.scored_samples import Sample, sexes

Change = Callable[[Sample], None]


def _items(instrument: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Change:
    """Return a change of an instrument's item columns."""

    def planted(sample: Sample) -> None:
        table = sample.tables[instrument]
        columns = [c for c in table.columns if c[0] == "f"]
        sample.tables[instrument] = table.assign(**{c: change(table[columns])[c] for c in columns})

    return planted


def _cell(instrument: str, column: str, value: float, rows: int = 1) -> Change:
    def planted(sample: Sample) -> None:
        table = sample.tables[instrument]
        values = table[column].to_numpy(dtype=np.float64).copy()
        values[:rows] = value
        sample.tables[instrument] = table.assign(**{column: values})

    return planted


def _column(instrument: str, column: str, change: Callable[[pd.Series], pd.Series], *, after_only: bool = False) -> Change:
    def planted(sample: Sample) -> None:
        table = sample.tables[instrument]
        late = pd.Series((np.arange(len(table)) % 2 == 1) | (not after_only), index=table.index)
        sample.tables[instrument] = table.assign(**{column: change(table[column]).where(late, table[column])})

    return planted


def _total(instrument: str, change: Callable[[pd.Series, pd.DataFrame], pd.Series]) -> Change:
    """Return a change that delivers a sum beside the answers: the right one, changed."""

    def planted(sample: Sample) -> None:
        records = gathered(sample, project_register()).measurements
        mine = records[records["outcome"] == instrument].set_index(["unit", "date"])["value"]
        table = sample.tables[instrument]
        right = pd.Series(mine.loc[list(zip(table["person"], table["date"], strict=True))].to_numpy(), index=table.index)
        sample.tables[instrument] = table.assign(**{instrument: change(right, table)})

    return planted


def _flip_after(instrument: str, top: float) -> Change:
    def planted(sample: Sample) -> None:
        table = sample.tables[instrument]
        late = np.arange(len(table)) % 2 == 1
        for column in [c for c in table.columns if c[0] == "f"]:
            table = table.assign(**{column: np.where(late, top - table[column], table[column])})
        sample.tables[instrument] = table

    return planted


def _dates(instrument: str, days: int) -> Change:
    def planted(sample: Sample) -> None:
        table = sample.tables[instrument]
        first = table["date"].min()
        sample.tables[instrument] = table.assign(date=table["date"].where(table["date"] == first, first + pd.Timedelta(days=days)))

    return planted


def _said(instrument: str, role: str, before: str, after: str) -> Change:
    """Return a change that says in which form the answers were given: a word before and one after."""

    def planted(sample: Sample) -> None:
        table = sample.tables[instrument]
        sample.tables[instrument] = table.assign(**{role: np.where(np.arange(len(table)) % 2 == 1, after, before)})

    return planted


def _raw_as_t(sample: Sample) -> None:
    """Deliver SDQ as ready sums, which are T scores."""
    table, t = sample.tables["sdq_self"], sample.tables["kidscreen10"]["kidscreen10"]
    sample.tables["sdq_self"] = table[["person", "date"]].assign(sdq_self=(100 - t).to_numpy())


def _born(day: str) -> Change:
    def planted(sample: Sample) -> None:
        sample.born = day

    return planted


def _put(frame: pd.DataFrame, rows: np.ndarray, value: float) -> pd.DataFrame:
    return pd.DataFrame(np.where(rows[:, None], value, frame.to_numpy()), index=frame.index, columns=frame.columns)


def _straight(frame: pd.DataFrame) -> pd.DataFrame:
    return _put(frame, np.arange(len(frame)) % 8 == 0, 1.0)


def _shifted(frame: pd.DataFrame) -> pd.DataFrame:
    """Move each item's column down by its own number of persons, as a sort of one column does."""
    return frame.assign(**{c: np.roll(frame[c].to_numpy(), 2 * 7 * n) for n, c in enumerate(frame.columns)})


def _swap_people(sample: Sample) -> None:
    table = sample.tables["phq9"]
    people = table["person"].replace({"p0003": "p0004", "p0004": "p0003"})
    sample.tables["phq9"] = table.assign(person=people)


def _swap_people_with_sex(sample: Sample) -> None:
    """Swap two rows of a file that also tells the sex, as the list of persons does: what a second identifier is good for."""
    sample.with_sex = True
    table = sample.tables["phq9"]
    sample.tables["phq9"] = table.assign(sex=sexes(table["person"]))
    _swap_people(sample)


def _other_set(right: pd.Series, table: pd.DataFrame) -> pd.Series:
    return (right - 0.05).clip(lower=0.2433).round(4)


def _double_turned(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(**{f"f{i}": 2 - frame[f"f{i}"] for i in (7, 11, 14, 21, 25)})


def _floor(frame: pd.DataFrame) -> pd.DataFrame:
    return _put(frame, np.arange(len(frame)) % 5 < 2, 0.0)


def _with_prosocial(right: pd.Series, table: pd.DataFrame) -> pd.Series:
    return (right + table["f1"]).clip(upper=40)


def _score(instrument: str, change: Callable[[pd.Series], pd.Series], *, after_only: bool = False) -> Change:
    return _column(instrument, instrument, change, after_only=after_only)


def _blank_some(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(f3=frame["f3"].where(np.arange(len(frame)) % 3 != 0), f4=np.nan, f5=np.nan)


FAULTS: tuple[tuple[str, str, str, Change], ...] = (
    ("adults", "svar 0–3 kodade 1–4", "SC-ITEM", _items("phq9", lambda f: f + 1)),
    ("adults", "svar 0–5 kodade 1–6", "SC-ITEM", _items("who5", lambda f: f + 1)),
    ("adults", "kod 9 för saknat svar", "SC-ITEM", _cell("phq9", "f2", 9.0)),
    ("adults", "kod 99 för saknat svar", "SC-ITEM", _cell("who5", "f1", 99.0, 3)),
    ("adults", "kod 999 för saknat svar", "SC-ITEM", _cell("audit", "f10", 999.0)),
    ("adults", "negativt svar", "SC-ITEM", _cell("phq9", "f9", -1.0)),
    ("adults", "halvt svar (1,5)", "SC-ITEM", _cell("phq9", "f4", 1.5)),
    ("adults", "AUDIT fråga 9 med svaret 3", "SC-ITEM", _cell("audit", "f9", 3.0)),
    ("adults", "EQ-5D nivå 0", "SC-ITEM", _cell("eq5d5l", "f1", 0.0)),
    ("adults", "EQ-5D saknat svar kodat 9", "SC-ITEM", _cell("eq5d5l", "f3", 9.0, 2)),
    ("adults", "alla svar dubblerade", "SC-ITEM", _items("phq9", lambda f: 2 * f)),
    ("adults", "en fråga vänd i källan", "SC-REVERSED", _column("phq9", "f5", lambda c: 3 - c)),
    ("adults", "två frågor vända i källan", "SC-REVERSED", _items("audit", lambda f: f.assign(f2=4 - f["f2"], f6=4 - f["f6"]))),
    ("adults", "hela WHO-5 vänt", "SC-DIRECTION", _items("who5", lambda f: 5 - f)),
    ("adults", "hela PHQ-9 vänt", "SC-DIRECTION", _items("phq9", lambda f: 3 - f)),
    ("adults", "WHO-5 vänt bara vid uppföljningen", "SC-DIRECTION", _flip_after("who5", 5.0)),
    ("adults", "PHQ-9 vänt bara vid uppföljningen", "SC-DIRECTION", _flip_after("phq9", 3.0)),
    ("adults", "svaret noll aldrig använt", "SC-CODING", _items("phq9", lambda f: f.clip(lower=1))),
    ("adults", "varje frågas svar hör till en annan person", "SC-ALPHA", _items("phq9", _shifted)),
    ("adults", "AUDIT följs upp efter ett halvår", "SC-RECALL", _dates("audit", 183)),
    ("adults", "PHQ-9 följs upp efter tio dagar", "SC-RECALL", _dates("phq9", 10)),
    ("adults", "PHQ-9 besvarat av sextonåringar", "SC-AGE", _born("1999-10-01")),
    ("adults", "PHQ-9 på papper före och på webben efter", "SC-MODE", _said("phq9", "mode", "paper", "web")),
    ("adults", "WHO-5 i intervju före och per telefon efter", "SC-MODE", _said("who5", "mode", "interview", "telephone")),
    ("adults", "PHQ-9 med ”senaste veckan”", "SC-FORM", _said("phq9", "recall", "week", "week")),
    ("pupils", "SDQ: uppföljningsformuläret bara efteråt", "SC-FORM", _said("sdq_self", "recall", "standard", "follow_up")),
    ("pupils", "SDQ: en månad i stället för planens sex", "SC-FORM", _said("sdq_self", "recall", "month", "month")),
    ("adults", "tre av nio svar saknas", "SC-ITEMS", _items("phq9", _blank_some)),
    ("adults", "levererad summa en poäng fel", "SC-SUM", _total("phq9", lambda right, _: right + (np.arange(len(right)) == 5))),
    ("adults", "WHO-5 råsumma i stället för procent", "SC-SUM", _total("who5", lambda right, _: right / 4)),
    ("adults", "index ur ett annat värdeset", "SC-SUM", _total("eq5d5l", _other_set)),
    ("adults", "golv: fyra av tio har noll", "SC-FLOOR", _items("audit", _floor)),
    ("adults", "två personers rader omkastade", "SC-", _swap_people),
    ("adults", "två personers rader omkastade i en fil som anger kön", "SC-CONFLICT", _swap_people_with_sex),
    ("pupils", "SDQ: vända frågor redan vända", "SC-REVERSED", _items("sdq_self", _double_turned)),
    ("pupils", "SDQ: en vänd fråga redan vänd", "SC-REVERSED", _column("sdq_self", "f7", lambda c: 2 - c)),
    ("pupils", "SDQ kodad 1–3", "SC-ITEM", _items("sdq_self", lambda f: f + 1)),
    ("pupils", "SDQ: samma svar rakt igenom", "SC-LINE", _items("sdq_self", _straight)),
    ("pupils", "SDQ-summa med den prosociala skalan", "SC-SUM", _total("sdq_self", _with_prosocial)),
    ("pupils", "stanine med halvor", "IN-INTEGER", _cell("laskedjor", "laskedjor", 5.5)),
    ("pupils", "stanine 0", "IN-RANGE", _cell("laskedjor", "laskedjor", 0.0)),
    ("pupils", "stanine 10", "IN-RANGE", _cell("laskedjor", "laskedjor", 10.0)),
    ("pupils", "råpoäng i stället för stanine", "IN-RANGE", _score("laskedjor", lambda c: 6 * c)),
    ("pupils", "stanine vänd vid uppföljningen", "SC-DIRECTION", _score("laskedjor", lambda c: 10 - c, after_only=True)),
    ("pupils", "z-värden i stället för T", "IN-RANGE", _score("kidscreen10", lambda c: (c - 50) / 10)),
    ("pupils", "standardpoäng i stället för T", "SC-METRIC", _score("kidscreen10", lambda c: (c + 50).clip(upper=110))),
    ("pupils", "T-poäng i stället för standardpoäng", "SC-METRIC", _score("wisc5", lambda c: (40 + c / 10).round())),
    ("pupils", "T-poäng i stället för SDQ:s råsumma", "IN-RANGE", _raw_as_t),
    ("pupils", "T-poäng utan spridning", "SC-METRIC", _score("kidscreen10", lambda c: (50 + (c - 50) / 9).round())),
    ("pupils", "skalpoäng i stället för standardpoäng", "IN-RANGE", _score("wisc5", lambda c: (10 + (c - 100) / 5).round())),
    ("pupils", "T-poäng vänd mot SDQ", "SC-DIRECTION", _score("kidscreen10", lambda c: 100 - c)),
    ("pupils", "merit: betyg 12", "SC-ITEM", _cell("meritvarde", "f3", 12.0)),
    ("pupils", "merit: ett steg utanför", "SC-ITEM", _cell("meritvarde", "f3", 22.5)),
    ("pupils", "WISC-V vid sjutton år", "SC-AGE", _born("1998-01-01")),
    ("pupils", "99 som kod för saknat i C-GAS", "SC-CODE", _cell("cgas", "cgas", 99.0, 9)),
    ("pupils", "C-GAS 0 för saknat", "IN-RANGE", _cell("cgas", "cgas", 0.0, 4)),
    ("pupils", "tak: fyra av tio har högsta stanine", "SC-FLOOR", _score("laskedjor", lambda c: c.where(c < 6, 9.0))),
)  # fmt: skip
