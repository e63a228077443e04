"""One row per person out of several sources: what each source knows, merged by pseudonym, in the plan's order of sources."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from evalkit.errors import GateClosed
from evalkit.findings.quality import CheckOutcome
from evalkit.plan.evaluation import Comparison, EvaluationPlan
from evalkit.plan.sources import Role, RowMeaning, Source
from evalkit.records.calendar import whole_years
from evalkit.records.scoring_notes import note, warn
from evalkit.records.stations import COMPARISON, FILE, LINE, TREATED, GatedExtract

DATES = ("start", "index_date", "end", "birth_date", "moved_out")
LABELS = ("group", "cluster", "sex")


def with_constants(
    gated: GatedExtract, plan: EvaluationPlan, row: RowMeaning | None = None
) -> Iterator[tuple[Source, pd.DataFrame]]:
    """Yield each delivered source of the plan with its constants as columns, rows in the order of file and line.

    Parameters
    ----------
    row : RowMeaning | None
        Only sources whose rows mean this; all where None.
    """
    for source in plan.sources:
        if source.id not in gated.tables or (row is not None and source.row is not row):
            continue
        table = gated.tables[source.id]
        constants = {key: value for key, value in sorted(source.constants.items()) if key not in table.columns}
        places = [column for column in (FILE, LINE) if column in table.columns]
        yield source, table.assign(**constants).sort_values(places, kind="stable") if places else table.assign(**constants)


def gather_persons(gated: GatedExtract, plan: EvaluationPlan) -> tuple[pd.DataFrame, list[CheckOutcome]]:
    """Return the persons table of `ScoredRecords` and what was noticed.

    Persons are those of the lists of persons or, in a plan without such a list, everybody in its tables. `start` is the start of
    the treated and the index date of the comparison persons (their `start` where the plan declares no index date). A missing one
    is a reason to leave, unless the plan declares neither: then occasions come as labels only. Background comes from the first
    source that knows it, lists of persons first; a second source that says otherwise is counted.

    Raises
    ------
    GateClosed
        If a person has no group, or is in both.
    """
    every = [table for _, table in sorted(with_constants(gated, plan), key=lambda pair: pair[0].row is not RowMeaning.PERSON)]
    listed = [table for _, table in with_constants(gated, plan, RowMeaning.PERSON)] or every
    attributes = sorted({column.name for source in plan.sources for column in source.with_role(Role.ATTRIBUTE)})
    units = sorted({str(unit) for table in listed for unit in table["person"].dropna().unique()} | set(_outside(gated)))
    persons = pd.DataFrame({"unit": pd.Series(units, dtype="str")})
    checks: list[CheckOutcome] = []
    moved = [Role.MOVED_OUT.value] if _declares(plan, Role.MOVED_OUT) else []
    for name in ("group", "start", "index_date", "end", "cluster", "sex", "birth_date", *moved, *attributes):
        persons[name], conflicts = _coalesce(persons["unit"], name, every)
        if conflicts and name == "group":
            raise GateClosed(f"{conflicts} personer står i båda grupperna; rätta i personlistorna", code="IN-GROUP")
        if conflicts:
            checks.append(warn("person-conflict", "SC-CONFLICT", len(persons), conflicts, _conflict_words(name), column=name))
    for name in _numbers(plan):
        # As numbers: a matching or an adjustment would take each value of an object column for a category of its own.
        persons[name] = pd.to_numeric(persons[name]).astype("float64")
    judged = _judge(persons, gated, plan)
    checks += [_nowhere_counted(persons, judged), _crossed_over(judged, plan)]
    own = ["own_start"] if plan.design.staggered is not None else []
    return judged[["unit", "treated", "start", "end", "cluster", "sex", "birth_date", "outside", *moved, *own, *attributes]], checks


def _numbers(plan: EvaluationPlan) -> list[str]:
    """Return the attributes that every source declares as numbers, none of them as codes with labels."""
    declared = [column for source in plan.sources for column in source.with_role(Role.ATTRIBUTE)]
    return sorted({c.name for c in declared} - {c.name for c in declared if not c.holds_numbers})


def _judge(persons: pd.DataFrame, gated: GatedExtract, plan: EvaluationPlan) -> pd.DataFrame:
    outside = _outside(gated)
    group = persons["group"].where(persons["group"].notna(), persons["unit"].map(dict(gated.outside_groups)))
    if plan.design.comparison is Comparison.NONE:
        group = group.where(group.notna(), TREATED)
    reason = persons["unit"].map(outside)
    nowhere = group.isna() & reason.isna()
    if nowhere.any():
        raise GateClosed(
            f"{int(nowhere.sum())} av {len(persons)} personer saknar grupp; ange insats eller jämförelse", code="IN-GROUP"
        )
    persons = persons.assign(treated=(group == TREATED), known=group.isin((TREATED, COMPARISON)))
    persons = persons[persons["known"]].reset_index(drop=True)
    persons["own_start"] = persons["start"]
    if _declares(plan, Role.INDEX_DATE):
        persons["start"] = persons["start"].where(persons["treated"], persons["index_date"])
    reason = persons["unit"].map(outside).astype("object")
    if _declares(plan, Role.INDEX_DATE) or _declares(plan, Role.START):
        reason = reason.mask(reason.isna() & persons["start"].isna(), "no_start_date")
    reason = reason.mask(reason.isna() & _outside_target_group(persons, plan), "outside_target_group")
    return persons.assign(outside=reason.where(reason.notna(), None))


def _nowhere_counted(persons: pd.DataFrame, judged: pd.DataFrame) -> CheckOutcome:
    """Say how many are outside without a known group: no arm of the sample flow can count them."""
    words = "personer står utanför utan känd grupp och kan inte räknas i urvalsflödet"
    return note("outside-without-group", "SC-NO-ARM", len(persons), len(persons) - len(judged), words)


def _crossed_over(judged: pd.DataFrame, plan: EvaluationPlan) -> CheckOutcome:
    """Say how many of the comparison persons got the intervention before their decisive window had passed.

    They stay in the group that they were in at their index date: to move them would let the intervention choose the groups.
    """
    last_day = max((o.day_to for o in plan.occasions if o.id == plan.decisive_occasion), default=0)
    follow_up_ends = judged["start"] + pd.Timedelta(days=last_day)
    waited = ~judged["treated"] & judged["outside"].isna() & _declares(plan, Role.INDEX_DATE)
    crossed = int((waited & (judged["own_start"] <= follow_up_ends)).sum())
    words = "i jämförelsegruppen fick insatsen före sin uppföljning; de är kvar i gruppen, vilket oftast drar skillnaden mot noll"
    return warn("comparison-started", "SC-CROSSOVER", int(waited.sum()), crossed, words, column="start")


def _outside_target_group(persons: pd.DataFrame, plan: EvaluationPlan) -> pd.Series:
    """Return who was too young or too old at start; an unknown birth date excludes nobody."""
    age = whole_years(persons["birth_date"], persons["start"])
    low, high = plan.target_group.age_from, plan.target_group.age_to
    below = (age < low) if low is not None else pd.Series(False, index=persons.index)
    above = (age > high) if high is not None else pd.Series(False, index=persons.index)
    return below | above


def _declares(plan: EvaluationPlan, role: Role) -> bool:
    return any(source.with_role(role) for source in plan.sources)


def _outside(gated: GatedExtract) -> dict[str, str]:
    """Return pseudonym -> reason; a person kept outside for several reasons leaves for the first of the plan's order."""
    return {unit: reason for reason, units in reversed(list(gated.outside.items())) for unit in units}


def _coalesce(units: pd.Series, name: str, tables: list[pd.DataFrame]) -> tuple[pd.Series, int]:
    """Return the first known value per unit and the number of units for which sources disagree."""
    rows = [table.loc[table[name].notna(), ["person", name]] for table in tables if name in table.columns]
    empty = "datetime64[ns]" if name in DATES else "object"
    if not any(len(r) for r in rows):
        return pd.Series([pd.NaT if name in DATES else None] * len(units), index=units.index, dtype=empty), 0
    known = pd.concat([r for r in rows if len(r)], ignore_index=True)
    said = known.drop_duplicates(["person", name])["person"]
    conflicts = int(said[said.duplicated()].drop_duplicates().size)
    first = known.drop_duplicates("person").set_index("person")[name]
    values = units.map(first)
    return (values if name in DATES else values.astype("object").where(values.notna(), None)), conflicts


def _conflict_words(name: str) -> str:
    return f"olika uppgift om {name} i olika källor; den första källans uppgift används"
