"""One outcome as a matrix: units in rows, periods in columns. What cannot be estimated is refused here, with a remedy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from evalkit.errors import EstimationError
from evalkit.methods.fits import Bools, Floats, Ints

if TYPE_CHECKING:
    import pandas as pd

    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.records.stations import AnalysisFrame


@dataclass(frozen=True, slots=True, repr=False)
class Panel:
    """One outcome of an analysis frame, balanced. Units are sorted by name, periods by order.

    Attributes
    ----------
    y : shape (n_units, n_periods)
        In the outcome's unit.
    after : shape (n_units, n_periods)
        Persons: the occasion lies after the start, in both groups. Public data: the unit is treated in that period.
    treated : shape (n_units,)
    treated_order : shape (n_units,)
        Column of the first treated period; NaN for comparison units.
    cluster : shape (n_units,)
        Codes 0, 1, … of the level at which treatment was assigned; the unit itself where it was assigned unit by unit.
    cohort, periods : tuple[str, ...]
        Start term or first treated year of each unit; the label of each period.
    public : bool
        Units are public aggregates with periods of their own, not persons with occasions.
    """

    outcome: str
    y: Floats
    after: Bools
    treated: Bools
    treated_order: Floats
    cluster: Ints
    cohort: tuple[str, ...]
    periods: tuple[str, ...]
    public: bool

    def __repr__(self) -> str:
        return f"Panel({self.outcome}: {self.n_units} enheter, {len(self.periods)} perioder)"

    @property
    def n_units(self) -> int:
        """Number of units in both groups."""
        return len(self.treated)

    @property
    def staggered(self) -> bool:
        """Whether treated units started in different periods."""
        return len(np.unique(self.treated_order[self.treated])) > 1

    @property
    def treated_clusters(self) -> int:
        """Number of clusters with at least one treated unit."""
        return len(np.unique(self.cluster[self.treated]))

    @property
    def comparison_clusters(self) -> int:
        """Number of clusters with at least one comparison unit."""
        return len(np.unique(self.cluster[~self.treated]))

    @property
    def mixed_clusters(self) -> bool:
        """Whether a cluster holds units of both groups."""
        return len(np.intersect1d(self.cluster[self.treated], self.cluster[~self.treated])) > 0


def make_panel(frame: AnalysisFrame, plan: EvaluationPlan, outcome: str) -> Panel:
    """Return one outcome of the frame as a panel.

    Raises
    ------
    EstimationError
        If the outcome is empty, ragged, repeated, missing values, constant, or has treated units that stop being treated or
        were treated from the first period on.
    """
    public = plan.data_kind.value == "public"
    rows = frame.table[frame.table["outcome"] == outcome].sort_values(["unit", "order"], kind="stable")
    units, orders = _check_shape(rows, outcome)
    shape = (len(units), len(orders))
    first = rows.iloc[:: shape[1]]
    _check_units(rows, first, shape, outcome)
    treated = first["treated"].to_numpy(dtype=bool)
    after = rows["is_after"].to_numpy(dtype=bool).reshape(shape)
    panel = Panel(
        outcome=outcome,
        y=rows["value"].to_numpy(dtype=np.float64).reshape(shape),
        after=after,
        treated=treated,
        treated_order=_first_treated(after, treated),
        cluster=_clusters(first, by_cluster=public or plan.design.assigned_at == "cluster", public=public, outcome=outcome),
        cohort=tuple(str(c) for c in first["cohort"]),
        periods=tuple(str(p) for p in rows["period"].iloc[: shape[1]]),
        public=public,
    )
    _check_values(panel)
    return panel


def require_treated(panel: Panel) -> None:
    """Refuse a panel without treated units.

    Raises
    ------
    EstimationError
    """
    if not panel.treated.any():
        raise refusal(
            panel.outcome, "EST-NONE-TREATED", "ingen som fått insatsen har alla mätningar; kontrollera kolumnen för grupp"
        )


def require_both_groups(panel: Panel) -> None:
    """Refuse a panel without treated or without comparison units, or with one unit alone in a person group.

    Raises
    ------
    EstimationError
    """
    require_treated(panel)
    n_treated = int(panel.treated.sum())
    n_comparison = panel.n_units - n_treated
    if n_comparison == 0:
        raise refusal(
            panel.outcome,
            "EST-ALL-TREATED",
            "ingen i jämförelsegruppen har alla mätningar; komplettera jämförelsegruppen eller ta bort did ur planens analyses",
        )
    if not panel.public and min(n_treated, n_comparison) < 2:
        raise refusal(
            panel.outcome,
            "EST-ONE-UNIT",
            f"{n_treated} med insats och {n_comparison} att jämföra med; minst två i varje "
            "grupp behövs, vänta in fler uppföljningar",
        )


def part_of(panel: Panel, kept: Bools) -> Panel:
    """Return the panel of some units; `kept` of shape (n_units,)."""
    return replace(
        panel,
        y=panel.y[kept],
        after=panel.after[kept],
        treated=panel.treated[kept],
        treated_order=panel.treated_order[kept],
        cluster=np.unique(panel.cluster[kept], return_inverse=True)[1].astype(np.int64),
        cohort=tuple(c for c, keep in zip(panel.cohort, kept, strict=True) if keep),
    )


def refusal(outcome: str, code: str, what: str) -> EstimationError:
    """Return the error for one outcome: its name, what is wrong and what to do."""
    return EstimationError(f"{outcome}: {what}", code=code)


def _check_shape(rows: pd.DataFrame, outcome: str) -> tuple[list[str], list[int]]:
    if rows.empty:
        raise refusal(outcome, "EST-EMPTY", "ingen enhet har mätning både före och efter; se urvalsflödet för skälen")
    doubled = int(rows.duplicated(["unit", "order"]).sum())
    if doubled:
        raise refusal(outcome, "EST-DUPLICATE", f"{doubled} rader upprepar en enhet och period; ta bort dubbletterna i leveransen")
    units = sorted(rows["unit"].unique())
    orders = sorted(int(o) for o in rows["order"].unique())
    lacking = len(units) * len(orders) - len(rows)
    if lacking:
        raise refusal(
            outcome,
            "EST-RAGGED",
            f"{lacking} mätningar saknas för att alla enheter ska ha alla {len(orders)} perioder; balansera urvalet först",
        )
    if len(orders) < 2:
        raise refusal(outcome, "EST-NO-PERIODS", "bara en period; en förändring kräver en mätning före och en efter")
    return units, orders


def _check_units(rows: pd.DataFrame, first: pd.DataFrame, shape: tuple[int, int], outcome: str) -> None:
    for column in ("treated", "cluster"):
        repeated = np.repeat(first[column].astype(str).to_numpy(), shape[1])
        changed = int((rows[column].astype(str).to_numpy() != repeated).sum())
        if changed:
            raise refusal(
                outcome,
                "EST-UNIT",
                f"{changed} rader byter {column} mellan perioder; en enhet ska höra till en grupp och ett kluster hela tiden",
            )


def _first_treated(after: Bools, treated: Bools) -> Floats:
    first = np.where(after.any(axis=1), after.argmax(axis=1), np.nan)
    return np.where(treated, first, np.nan)


def _clusters(first: pd.DataFrame, *, by_cluster: bool, public: bool, outcome: str) -> Ints:
    if not by_cluster:
        return np.arange(len(first), dtype=np.int64)
    labels = first["cluster"].fillna("").astype(str)
    if public:
        labels = labels.where(labels != "", first["unit"].astype(str))
    lacking = int((labels == "").sum())
    if lacking:
        raise refusal(
            outcome,
            "EST-CLUSTER",
            f"kluster saknas för {lacking} enheter; lägg till kolumnen med rollen cluster, eller "
            "ange assigned_at: person om insatsen tilldelades person för person",
        )
    return np.unique(labels.to_numpy(dtype=str), return_inverse=True)[1].astype(np.int64)


def _check_values(panel: Panel) -> None:
    missing = int((~np.isfinite(panel.y)).sum())
    if missing:
        raise refusal(panel.outcome, "EST-MISSING", f"{missing} värden saknas eller är inte tal; lämna dem utanför med ett skäl")
    if panel.n_units < 2:
        raise refusal(panel.outcome, "EST-ONE-UNIT", "bara en enhet; minst två behövs för att se någon spridning")
    if (panel.y == panel.y[0, 0]).all():
        raise refusal(panel.outcome, "EST-CONSTANT", "alla värden är lika, så det finns inget att skatta; kontrollera kolumnen")
    back = int((np.diff(panel.after.astype(np.int8), axis=1) < 0).any(axis=1).sum())
    if back:
        raise refusal(
            panel.outcome,
            "EST-REVERSED",
            f"insatsen upphör igen för {back} enheter; ange exclude_reversals: true i planen eller kontrollera perioderna",
        )
    always = int(panel.after[panel.treated].all(axis=1).sum())
    if always:
        raise refusal(
            panel.outcome,
            "EST-ALWAYS-TREATED",
            f"{always} enheter har ingen period före insatsen; ange "
            "exclude_always_treated: true i planen eller leverera tidigare perioder",
        )
    never = int((~panel.after[panel.treated].any(axis=1)).sum())
    if never:
        raise refusal(
            panel.outcome, "EST-NO-PERIODS", f"{never} enheter med insats har ingen period efter start; vänta in uppföljningen"
        )
