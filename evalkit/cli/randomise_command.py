"""``evalkit randomise``: the lottery, closed before the public draw, drawn once, replayed by anybody."""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING

from evalkit.errors import PlanError

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.plan.project import Project


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("plan", metavar="ID", help="intervention")
    step = parser.add_mutually_exclusive_group(required=True)
    step.add_argument(
        "--freeze", action="store_true", help="close the next batch's list: read, judge, hash; before the public draw"
    )
    step.add_argument("--seed", metavar="RESULT", help="result of the public draw, written as the plan's rule says: draw once")
    step.add_argument("--verify", action="store_true", help="replay every batch bit by bit; a difference is exit 6")
    step.add_argument("--pairs", metavar="COLUMNS", help="write the list with pairs of the most alike on these columns (a,b)")
    parser.add_argument("--list", metavar="FILE", dest="file", help="which list, where several fit the plan (with --freeze)")
    parser.add_argument("--on", metavar="YYYY-MM-DD", help="the day of closing or drawing; today where it is left out")


def execute(arguments: argparse.Namespace) -> int:
    """Close, draw or verify."""
    from evalkit.plan.loader import load_plan
    from evalkit.plan.project import find_project

    project = find_project()
    plan = load_plan(project.plan_file(arguments.plan))
    if arguments.freeze:
        from evalkit.workflow.lottery import close_list
        from evalkit.workflow.lottery_promise import promise_of, told

        closed = close_list(project, plan, arguments.file, _today(arguments.on, plan))
        print(f"omgång {closed.batch}: listan är stängd, {closed.n_units} enheter, {closed.n_drawn} lotter")
        for line in closed.notes:
            print(line)
        print(f"listans hash: {closed.frame_sha256}")
        print(f"kvitto: {project.relative(closed.receipt)} ({closed.receipt_sha256})")
        print(_ways(closed.n_assignments, closed.smallest_p))
        print(
            "För in båda hasharna i diariet före dragningen: diariets ankomststämpel är beviset för när, datorns klocka är inget."
        )
        assert plan.lottery is not None
        public = plan.lottery.draws[closed.batch - 1]
        if form := told(promise_of(public)):
            print(f"{public.name} hålls {public.held_on}; resultatet ska skrivas så: {form}")
        else:
            print(
                "Planen lovar ingen form för resultatet: den som skriver in det kan då välja skrivsätt. "
                "Ange numbers och highest, eller pattern, i lottery.draws för nästa omgång."
            )
    elif arguments.pairs:
        _pairs(project, plan, arguments)
    elif arguments.verify:
        from evalkit.workflow.lottery_verify import verify_lottery

        print("\n".join(verify_lottery(project, plan)))
    else:
        from evalkit.workflow.lottery import draw_batch
        from evalkit.workflow.lottery_receipts import LotteryStore

        facts = draw_batch(project, plan, arguments.seed, _today(arguments.on, plan))
        store = LotteryStore(project, plan.id)
        print(f"omgång {facts.batch}: {facts.n_units} enheter lottade; kvitto {facts.receipt_sha256}")
        print(f"protokoll: {project.relative(store.protocol(facts.batch, 'txt'))} och .html")
        print(f"vem som fick vad (stannar i huset): {project.relative(store.inside(facts.batch) / 'fordelning.csv')}")
    return 0


def _pairs(project: Project, plan: EvaluationPlan, arguments: argparse.Namespace) -> None:
    from evalkit.workflow.lottery_pairs import write_pairs

    columns = tuple(name.strip() for name in arguments.pairs.split(",") if name.strip())
    made = write_pairs(project, plan, columns, arguments.file, _day(arguments.on))
    left = f"; {made.left} blev utan par och är inte med" if made.left else ""
    print(f"{made.pairs} par av de mest lika ({', '.join(columns)}){left}: {project.relative(made.path)}")
    print(f"stäng listan: evalkit randomise {plan.id} --freeze --list {made.path.name}")


def _ways(ways: int | None, smallest: float | None) -> str:
    if ways is None or smallest is None:
        return "antalet möjliga utfall räknas inte för denna regel"
    told = f"{ways} möjliga utfall" if ways < 10**6 else f"mer än en miljon möjliga utfall ({len(str(ways))} siffror)"
    if smallest > 0.05:
        return (
            f"{told}: ett lottningstest kan aldrig visa p under {smallest:.2f}".replace(".", ",")
            + "; lotta fler eller i mindre kluster"
        )
    return told


def _today(text: str | None, plan: EvaluationPlan) -> date:
    """Return the day on which a list is closed or drawn: another than today's only where everything is invented."""
    day = _day(text)
    if day != _day(None) and not plan.synthetic:
        raise PlanError(
            "en lista stängs och dras den dag då det sker: --on gäller bara planer med påhittade uppgifter (synthetic)",
            code="LOT-DAY",
        )
    return day


def _day(text: str | None) -> date:
    if text is None:
        return date.today()  # noqa: DTZ011, RUF100 - the day on which somebody types the command, in his own time zone
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise PlanError("--on ska vara ett datum som 2016-01-31", code="PAR-CALL") from None
