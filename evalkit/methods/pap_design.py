"""The part of a pre-analysis plan about who is compared with whom, and by which lottery."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalkit.findings.pap import Item, both, figure
from evalkit.findings.reasons import Words

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.plan.lottery import Lottery

_COMPARISONS = {
    "none": both("ingen", "none"),
    "waiting_list": both("väntelista", "waiting list"),
    "other_persons": both("andra personer", "other persons"),
    "matched": both("matchad kontroll", "matched control"),
    "randomised": both("lottad kontroll", "randomised control"),
    "never_treated_units": both("enheter utan insatsen", "never-treated units"),
}
_SELECTED = {"yes": both("ja", "yes"), "no": both("nej", "no"), "unknown": both("inte känt", "unknown")}
_LEVELS = {"person": "person", "cluster": both("kluster", "cluster")}
_MISFITS = {
    "block": both("de som blir över lottas inom blocket", "misfits are drawn in their block"),
    "global": both("de som blir över lottas tillsammans", "misfits are drawn together"),
    "outside": both("de som blir över lämnas utanför", "misfits are left out"),
}
_ALL = ("AEA", "J-PAL", "EGAP")


def item(sv: str, en: str, asked_by: tuple[str, ...], *answer: str | None) -> Item:
    """Return a question with the lines that answer it; None where there are none."""
    lines = tuple(line for line in answer if line)
    return Item(Words(sv, en), asked_by, lines or None)


def design_items(plan: EvaluationPlan) -> tuple[Item, ...]:
    """Return what the plan says of comparison and level."""
    design = plan.design
    return (
        item("Jämförelse", "Comparison", _ALL, _COMPARISONS[design.comparison.value], design.comparison_description),
        item("Insatsen fördelas på", "Unit of assignment", _ALL, _LEVELS[design.assigned_at]),
        item("Fördelas av", "Assigned by", ("J-PAL",), design.assigned_by),
        item("Valda för sitt utfall", "Selected on the outcome", ("EGAP",), _SELECTED[design.selected_on_outcome]),
    )


def undrawn(plan: EvaluationPlan) -> str | None:
    """Return that nobody is drawn, where the plan compares in another way and has no lottery; None elsewhere."""
    drawn = plan.lottery is not None or plan.design.comparison.value == "randomised"
    return None if drawn else both("gäller inte: ingen lottas", "not applicable: nobody is drawn")


def lottery_items(plan: EvaluationPlan) -> tuple[Item, ...]:
    """Return what the plan's lottery says; all missing where a randomised comparison has none."""
    lottery = plan.lottery
    if (nobody := undrawn(plan)) is not None:
        return (item("Lottningens sätt", "Randomisation method", _ALL, nobody),)
    blocks = () if lottery is None else (*lottery.strata, *((lottery.pair,) if lottery.pair else ()))
    together = () if lottery is None else tuple(c for c in (lottery.cluster, lottery.siblings) if c)
    drawn = None if lottery is None else ", ".join(together) or ("person" if lottery.unit_kind == "identity" else lottery.unit)
    return (
        item("Lottningens sätt", "Randomisation method", _ALL, _method(lottery)),
        item("Lottningsenhet", "Randomisation unit", _ALL, drawn),
        item("Strata eller par", "Strata or pairs", ("J-PAL", "EGAP"), ", ".join(blocks)),
        item("Grupper", "Arms", _ALL, *([] if lottery is None else [f"{a.id}: {a.label}" for a in lottery.arms])),
        item("Offentlig dragning", "Public draw", ("J-PAL",), *_draws(lottery)),
    )


def _method(lottery: Lottery | None) -> str | None:
    if lottery is None:
        return None
    kinds = {"complete": both("fasta antal", "complete"), "simple": both("var och en för sig", "simple")}
    bound = (
        ""
        if lottery.accept is None
        else f"; {both('omlottning', 're-randomisation')} {figure(lottery.accept)} ({', '.join(lottery.covariates)})"
    )
    return f"{kinds[lottery.method]}; SHA-256; {_MISFITS[lottery.misfits]}{bound}"


def _draws(lottery: Lottery | None) -> list[str]:
    return [] if lottery is None else [f"{d.held_on.isoformat()}: {d.name} – {d.rule}" for d in lottery.draws]
