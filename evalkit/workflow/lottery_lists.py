"""Where the list of a batch comes from: a file of its own, or the persons that a source of the plan delivers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalkit.errors import LotteryDiffers, PlanError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.plan.lottery import Lottery
    from evalkit.plan.project import Project
    from evalkit.records.lottery_frame import Earlier, LotteryFrame
    from evalkit.workflow.lottery_receipts import LotteryStore


_FOLLOWS = "de får samma plats som sitt syskon och räknas inte i jämförelsen"


@dataclass(frozen=True, slots=True, repr=False)
class ListToClose:
    """The frame of the next batch, what its receipt says of where it is from, and what must be told (Swedish sentences)."""

    frame: LotteryFrame
    origin: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def list_to_close(  # noqa: PLR0917 - one batch of one lottery
    project: Project, plan: EvaluationPlan, store: LotteryStore, file: str | None, batch: int, today: date
) -> ListToClose:
    """Return the list of the next batch.

    Raises
    ------
    PlanError
        LOT-FRAME (no list, or several), LOT-AGAIN (somebody was drawn before), PAR-CALL (a file named although a source is used).
    DeliveryError
        What is wrong with the list or the delivery.
    """
    lottery = plan.lottery
    assert lottery is not None
    before = _drawn_before(store, batch)
    if lottery.source is not None:
        if file is not None:
            message = f"--list hör till en egen lista; planens lott tar dem ur källan {lottery.source}: ta bort --list"
            raise PlanError(message, code="PAR-CALL")
        return _delivered(project, plan, lottery, today, before)
    frame = read_frame(project, plan, find_list(store, lottery, file, batch), today)
    again = [row.line for row in frame.rows if row.name in before.names]
    if again:
        where = ", ".join(map(str, again[:8]))
        message = f"{frame.file}: {len(again)} enheter är redan lottade i en tidigare omgång (rad {where}): ta bort dem"
        raise PlanError(message, code="LOT-AGAIN")
    later = [row.line for row in frame.rows if row.group in before.families] if lottery.siblings else []
    if later:
        where = ", ".join(map(str, later[:8]))
        message = f"{frame.file}: {len(later)} är syskon till redan lottade (rad {where}): {_FOLLOWS}; ta bort dem ur listan"
        raise PlanError(message, code="LOT-AGAIN")
    return ListToClose(frame, notes=_unlike_names(plan, lottery))


def closed_list(project: Project, plan: EvaluationPlan, store: LotteryStore, closed: Mapping[str, Any]) -> LotteryFrame:
    """Return the list of a closed batch as it can be read now; whoever calls compares its hash.

    Raises
    ------
    LotteryDiffers
        LOT-CHANGED: the list is gone.
    EvalkitError
        The list cannot be read any longer.
    """
    if "delivered" in closed:
        return _delivered_then(project, plan, store, closed)
    path = store.lists / closed["file"]
    if not path.is_file():
        message = f"omgång {closed['batch']}: listan {closed['file']} finns inte längre i {store.lists.name}/"
        raise LotteryDiffers(message, code="LOT-CHANGED")
    return read_frame(project, plan, path, date.fromisoformat(closed["closed_on"]))


def read_frame(project: Project, plan: EvaluationPlan, path: Path, closed_on: date) -> LotteryFrame:
    """Read one list with the plan's key where it holds personal numbers."""
    from evalkit.records.identity import identity_rules
    from evalkit.records.lottery_frame import read_lottery_frame
    from evalkit.records.pseudonym import load_key

    lottery = plan.lottery
    assert lottery is not None
    key = load_key(project, plan) if lottery.unit_kind == "identity" else None
    return read_lottery_frame(path, lottery, key, identity_rules(plan, closed_on))


def find_list(store: LotteryStore, lottery: Lottery, file: str | None, batch: int) -> Path:
    """Return the list of the next batch: the one that matches the plan and no earlier batch was drawn from."""
    from evalkit.records.raw_folder import check_name, matches, refuse_outside

    if lottery.files is None:
        message = f"lotten tar dem som ska lottas ur källan {lottery.source}: det finns ingen lista att läsa"
        raise PlanError(message, code="PAR-CALL")
    used = {store.closed(number)["file"] for number in range(1, batch)}
    folder = sorted(store.lists.iterdir(), key=lambda path: path.name) if store.lists.is_dir() else []
    fitting = [path for path in folder if path.is_file() and path.name not in used and matches(path.name, lottery.files)]
    if file is not None:
        fitting = [path for path in fitting if path.name == Path(file).name]
    if len(fitting) != 1:
        place = store.project.relative(store.project.root / "data" / "raw" / store.plan_id) + "/lottning"
        advice = "välj med --list FIL" if len(fitting) > 1 else f"lägg listan i {place}/ ({lottery.files})"
        raise PlanError(f"{len(fitting)} listor att lotta ur: {advice}", code="LOT-FRAME")
    check_name(fitting[0].name)
    refuse_outside(store.project, fitting[0])
    return fitting[0]


def _unlike_names(plan: EvaluationPlan, lottery: Lottery) -> tuple[str, ...]:
    """Return a warning where the list names units otherwise than the deliveries name persons."""
    from evalkit.plan.sources import Kind, Role

    kinds = {column.kind for source in plan.sources for column in source.with_role(Role.PERSON)}
    wanted, told = (Kind.IDENTITY, "personnummer") if lottery.unit_kind == "identity" else (Kind.TEXT, "löpnummer")
    if not kinds or wanted in kinds:
        return ()
    other = "löpnummer" if told == "personnummer" else "personnummer"
    return (
        f"OBS: listan har {told} men planens källor {other}: de lottade går inte att följa upp. Använd samma i båda, eller låt "
        "lotten ta dem ur källan (lottery → source)",
    )


def _delivered(project: Project, plan: EvaluationPlan, lottery: Lottery, today: date, before: Earlier) -> ListToClose:
    from evalkit.records.lottery_persons import delivered_list

    found = delivered_list(project, plan, lottery, today, before)
    told = []
    if found.n_without_consent:
        told.append(f"{found.n_without_consent} utan samtycke lottas inte")
    if found.n_drawn_before:
        told.append(f"{found.n_drawn_before} lottades i en tidigare omgång och är inte med")
    if found.n_later_siblings:
        told.append(f"{found.n_later_siblings} är syskon till redan lottade och lottas inte: {_FOLLOWS}")
    origin = {"delivered": found.delivered.isoformat(), "n_without_consent": found.n_without_consent}
    return ListToClose(found.frame, origin, tuple(told))


def _delivered_then(project: Project, plan: EvaluationPlan, store: LotteryStore, closed: Mapping[str, Any]) -> LotteryFrame:
    from evalkit.records.lottery_persons import delivered_list

    lottery = plan.lottery
    assert lottery is not None
    until, before = date.fromisoformat(closed["delivered"]), _drawn_before(store, closed["batch"])
    frame = delivered_list(project, plan, lottery, until, before).frame
    if frame.sha256 == closed["frame_sha256"]:
        return frame
    # Whoever asked to be forgotten after the list was closed was drawn all the same.
    return delivered_list(project, plan, lottery, until, before, forgotten=False).frame


def _drawn_before(store: LotteryStore, batch: int) -> Earlier:
    """Return who stands in all earlier batches: nobody gets a second chance, and no family two answers."""
    from evalkit.records.lottery_frame import Earlier

    names: set[str] = set()
    families: set[str] = set()
    for number in range(1, batch):
        path = store.inside(number) / "lista.csv"
        if not path.is_file():
            message = f"omgång {number}: {path.name} saknas, så det går inte att se vilka som redan lottats; kör --verify"
            raise LotteryDiffers(message, code="LOT-RECEIPT")
        cells = [line.split(";") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
        names |= {row[0] for row in cells}
        families |= {row[2] for row in cells if row[2]}
    return Earlier(frozenset(names), frozenset(families))
