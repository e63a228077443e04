"""Clearing of a randomised study: rounded counts, nothing that tells how a handful of persons did, no means of covariates."""

from __future__ import annotations

from evalkit.findings.decisions import only_describes
from evalkit.findings.estimate import Interval
from evalkit.findings.experiment import (
    ArmCounts,
    BalanceFinding,
    LateFinding,
    LeeFinding,
    OtherEstimate,
    OutcomeExperiment,
    SubgroupFinding,
)
from evalkit.findings.result import EvaluationResult
from evalkit.findings.safe import SafeEstimate
from evalkit.findings.safe_experiment import (
    SafeArmCounts,
    SafeBalance,
    SafeExperiment,
    SafeLate,
    SafeLee,
    SafeOther,
    SafeOutcomeExperiment,
    SafeSubgroup,
)
from evalkit.release.clear_many_arms import clear_many
from evalkit.release.clearance import Clearance
from evalkit.release.rounding import digits_of, round_p, round_to
from evalkit.release.trial_pages import clear_planned, clear_published


def clear_experiment(result: EvaluationResult, ruler: Clearance, estimates: tuple[SafeEstimate, ...]) -> SafeExperiment | None:
    """Return the study as it may be shared; None where the run has none.

    What is said of taking part is hidden where some, but fewer than the policy's least, did not follow the draw; of those lost,
    where some, but fewer, were. The effect without covariates goes with the first, and with an effect of the offer that is hidden.
    """
    study = result.experiment
    if study is None:
        return None
    shown = {e.id for e in estimates if e.value is not None}
    # A report of a series that tests nothing has no p-value of a lottery either.
    tests = not only_describes(result.look)
    balance_p, below = _p(study.balance_p)
    return SafeExperiment(
        n_listed=ruler.count(study.n_listed, "experiment"),
        n_excluded=ruler.count(study.n_excluded, "experiment"),
        batches=study.batches,
        receipts=study.receipts,
        draws=study.draws,
        clusters=study.clusters,
        outcomes=tuple(_outcome(found, ruler, shown=found.estimate_id in shown, tests=tests) for found in study.outcomes),
        balance=tuple(_balance(row, ruler) for row in study.balance),
        balance_p=balance_p,
        balance_p_below=below,
        stated=study.stated,
        published=clear_published(study.published),
        planned=clear_planned(study.planned),
        many=None if study.many is None else clear_many(study.many, shown=shown, tests=tests),
    )


def _outcome(found: OutcomeExperiment, ruler: Clearance, *, shown: bool, tests: bool) -> SafeOutcomeExperiment:
    where = f"experiment:{found.outcome}"
    crossed = _crossed(found)
    few_crossed = any(ruler.is_small(n) for n in crossed)
    few_lost = any(ruler.is_small(arm.n_lost) for arm in found.arms)
    if few_crossed or few_lost:
        ruler.hide(where, "few")
    p_value, below = _p(found.randomisation_p) if shown and tests else (None, False)
    holm, holm_below = round_p(found.holm_p) if shown and tests and found.holm_p is not None else (None, False)
    # A difference made of rounded counts beside the exact p would be of other persons than the p: the p stands alone.
    lost_p, lost_below = (None, False) if few_lost else round_p(found.attrition_p)
    return SafeOutcomeExperiment(
        outcome=found.outcome,
        estimate_id=found.estimate_id,
        arms=tuple(_arm(arm, ruler, where, few_crossed=few_crossed) for arm in found.arms),
        attrition_p=lost_p,
        attrition_p_below=lost_below,
        randomisation_p=p_value,
        randomisation_p_below=below,
        n_redrawn=found.n_redrawn,
        holm_p=holm,
        holm_p_below=holm_below,
        others=tuple(_other(o, shown=shown and not few_crossed) for o in found.others),
        late=None if found.late is None else _late(found.late, shown=shown and not few_crossed),
        late_note=found.late_note,
        lee=None if found.lee is None else _lee(found.lee, ruler, shown=shown and not few_lost),
        subgroups=tuple(_subgroup(group, ruler, where, shown=shown, tests=tests) for group in found.subgroups),
    )


def _p(value: float | None) -> tuple[float | None, bool]:
    return (None, False) if value is None else round_p(value)


def _crossed(found: OutcomeExperiment) -> tuple[int, ...]:
    *drawn, other = found.arms
    if other.n_took_part is None:
        return ()
    analysed = () if found.late is None else (found.late.n_never, found.late.n_always)
    return *(arm.n_randomised - (arm.n_took_part or 0) for arm in drawn), other.n_took_part, *analysed


def _arm(arm: ArmCounts, ruler: Clearance, where: str, *, few_crossed: bool) -> SafeArmCounts:
    lost = ruler.count(arm.n_lost, where)
    hides_margin = lost is None and not ruler.margins_protect
    return SafeArmCounts(
        arm=arm.arm,
        # Randomised minus analysed would give the lost back.
        n_randomised=None if hides_margin else ruler.count(arm.n_randomised, where),
        n_took_part=None if few_crossed or arm.n_took_part is None else ruler.count(arm.n_took_part, where),
        n_lost=lost,
        n_analysed=ruler.count(arm.n_analysed, where),
    )


def _other(other: OtherEstimate, *, shown: bool) -> SafeOther:
    decimals = digits_of(other.std_error, 2)
    if not shown:
        return SafeOther(other.kind, None, None, 0)
    return SafeOther(other.kind, round_to(other.value, decimals), round_to(other.std_error, decimals), decimals)


def _late(late: LateFinding, *, shown: bool) -> SafeLate:
    if not shown:
        return SafeLate(None, None, None, late.level, late.disjoint, 0, None, None, late.weak, hidden=True)
    decimals = digits_of(late.std_error, 2)
    ends = [None if end is None else round_to(end, decimals) for end in (late.low, late.high)]
    value = None if late.weak else round_to(late.value, decimals)
    f = round_to(late.first_stage_f, digits_of(late.first_stage_f, 2))
    return SafeLate(
        value, ends[0], ends[1], late.level, late.disjoint, decimals, round_to(late.first_stage, 2), f, late.weak, hidden=False
    )


def _lee(lee: LeeFinding, ruler: Clearance, *, shown: bool) -> SafeLee:
    # The bound minus the difference is the mean of those trimmed: they must be many enough to be a group.
    if not shown or ruler.is_small(lee.n_trimmed) or lee.n_trimmed == 0:
        return SafeLee(None, None, None, 0, none_trimmed=shown and lee.n_trimmed == 0)
    decimals = max(digits_of(max(abs(lee.high - lee.low), 1e-9), 2), 0)
    return SafeLee(
        round_to(lee.low, decimals), round_to(lee.high, decimals), round_to(lee.trimmed, 2), decimals, none_trimmed=False
    )


def _subgroup(group: SubgroupFinding, ruler: Clearance, where: str, *, shown: bool, tests: bool) -> SafeSubgroup:
    decimals = digits_of(group.std_error, 2)
    if not shown or not ruler.permits(group.evidence, where):
        return SafeSubgroup(group.label, None, None, None, False, 0)
    interval = None
    if group.half_width is not None:
        low, high = group.value - group.half_width, group.value + group.half_width
        interval = Interval(round_to(low, decimals), round_to(high, decimals), group.level)
    p_value, below = round_p(group.p_value) if tests and group.p_value is not None else (None, False)
    adjusted = _p(group.adjusted_p if tests else None)
    return SafeSubgroup(group.label, round_to(group.value, decimals), interval, p_value, below, decimals, *adjusted)


def _balance(row: BalanceFinding, ruler: Clearance) -> SafeBalance:
    if row.fewest is not None and (row.fewest == 0 or ruler.is_small(row.fewest)) and not ruler.public:
        ruler.hide("experiment", "few")
        return SafeBalance(row.covariate, None, None, False, row.arm)
    p_value, below = _p(row.p_value)
    return SafeBalance(row.covariate, None if row.normalised is None else round_to(row.normalised, 2), p_value, below, row.arm)
