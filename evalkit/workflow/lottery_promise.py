"""What the plan promised of a public draw's result, and whether what is typed has that form: there is one way to write it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from evalkit.errors import PlanError

if TYPE_CHECKING:
    from evalkit.plan.lottery import PublicDraw

_DIGITS = re.compile(r"0|[1-9][0-9]*")


def promise_of(draw: PublicDraw) -> dict[str, Any]:
    """Return the promised form as the receipt binds it; empty where the plan promises none."""
    if draw.numbers is not None:
        return {"numbers": draw.numbers, "lowest": draw.lowest, "highest": draw.highest, "order": draw.order}
    return {} if draw.pattern is None else {"pattern": draw.pattern}


def check_promise(form: Mapping[str, Any], text: str) -> None:
    """Refuse a result that is not written as was promised before the draw; a form that says nothing lets everything through.

    Parameters
    ----------
    text : str
        As it enters the seed (`evalkit.methods.assignment.tickets.drawn_text`).

    Raises
    ------
    PlanError
        LOT-FORM: what is promised, and what to write; never what was written.
    """
    if "numbers" in form:
        _check_numbers(form, text)
    elif "pattern" in form and re.fullmatch(_expression(str(form["pattern"])), text) is None:
        raise _refuse(f"mallen är {form['pattern']}, där 9 är en siffra", "skriv resultatet tecken för tecken som mallen")


def told(form: Mapping[str, Any]) -> str:
    """Return the promised form in words; empty where none is promised."""
    if "numbers" in form:
        order = "i stigande ordning" if form["order"] == "ascending" else "i den ordning de drogs"
        return f"{form['numbers']} olika tal, {form['lowest']} till {form['highest']}, {order}, med blanksteg emellan"
    return f"mallen {form['pattern']}, där 9 är en siffra" if "pattern" in form else ""


def _check_numbers(form: Mapping[str, Any], text: str) -> None:
    parts = text.split(" ")
    if any(_DIGITS.fullmatch(part) is None for part in parts):
        raise _refuse(told(form), 'skriv bara tal med blanksteg emellan, utan komma och utan inledande nolla, som "3 11 17"')
    numbers = [int(part) for part in parts]
    if len(numbers) != form["numbers"]:
        raise _refuse(told(form), f"{len(numbers)} tal är skrivna: skriv alla {form['numbers']} (inga tilläggsnummer)")
    if len(set(numbers)) < len(numbers) or not all(form["lowest"] <= number <= form["highest"] for number in numbers):
        raise _refuse(told(form), "ett tal står två gånger eller utanför gränserna: läs dragningens resultat igen")
    if form["order"] == "ascending" and numbers != sorted(numbers):
        raise _refuse(told(form), "skriv talen i stigande ordning")


def _expression(pattern: str) -> str:
    return "".join("[0-9]" if sign == "9" else re.escape(sign) for sign in " ".join(pattern.split()))


def _refuse(promised: str, remedy: str) -> PlanError:
    return PlanError(f"resultatet har inte den form som utlovades innan listan stängdes ({promised}): {remedy}", code="LOT-FORM")
