"""From a document to a strict model: every fault of pydantic's as one Swedish line with its place and the nearest word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from evalkit.plan.problems import Problem, nearest, plan_error, quote, suggestion
from evalkit.plan.strict_yaml import Document, Location
from evalkit.plan.unsafe import unsafe_texts

Model = TypeVar("Model", bound=BaseModel)

_PATH_KEYS = {"files", "id", "unit_costs", "sheet"}
_PATH_MARKS = re.compile(r"[/\\:]|\.\.|^~|^\.|%2e|%2f|%5c", re.IGNORECASE)
_OWN_CODES = {"confidence_level": "PAR-ALPHA", "seed": "PAR-SEED"}
_LIMITS = {
    "greater_than": ("större än", "gt"),
    "greater_than_equal": ("minst", "ge"),
    "less_than": ("mindre än", "lt"),
    "less_than_equal": ("högst", "le"),
}
_SHAPES = {
    "tuple_type": "ska vara en lista (rader som börjar med ”- ”, eller [a, b])",
    "list_type": "ska vara en lista (rader som börjar med ”- ”, eller [a, b])",
    "dict_type": "ska vara nycklar med värden",
    "model_type": "ska vara nycklar med värden",
    "model_attributes_type": "ska vara nycklar med värden",
    "string_type": "ska vara en text; står den i en lista eller klammer av misstag?",
}


def read_model(
    document: Document, model: type[Model], *, noun: str, more: Callable[[Document], Iterable[Problem]] | None = None
) -> Model:
    """Return `model` filled from `document`.

    Parameters
    ----------
    document : Document
        A file read by `strict_yaml`.
    model : type[Model]
        What it should hold.
    noun : str
        The kind of file in a message, definite form: ``planen``.
    more : callable, optional
        Checks over several keys; they see the document as it stands, so that they can speak although a key is wrong.

    Raises
    ------
    PlanError
        That lists every fault.
    """
    problems = [*document.problems, *(problem_at(document, code, place, text) for code, place, text in unsafe_texts(document.data))]
    result = None
    try:
        result = model.model_validate(document.data)
    except ValidationError as exc:
        problems += translate(document, model, exc)
    if more is not None:
        told = {problem.key for problem in problems}
        problems += [problem for problem in more(document) if problem.key not in told]
    if problems or result is None:
        raise plan_error(document.name, problems, noun=noun) from None
    return result


def translate(document: Document, model: type[BaseModel], exc: ValidationError) -> list[Problem]:
    """Return pydantic's faults as problems; a misspelt key swallows the missing one it stands for."""
    errors = exc.errors(include_url=False)
    missing = {tuple(error["loc"]) for error in errors if error["type"] == "missing"}
    problems = []
    for error in errors:
        if error["type"] == "extra_forbidden":
            problem, meant = _unknown_key(document, model, tuple(error["loc"]), missing)
            missing.discard(meant)
            problems.append(problem)
    above = {tuple(error["loc"])[:end] for error in errors for end in range(len(error["loc"]))}
    for error in errors:
        place = tuple(error["loc"])
        if error["type"] == "too_short" and place in above:
            continue  # pydantic counts only the sound items; the faulty ones are told of themselves
        if error["type"] != "extra_forbidden" and (error["type"] != "missing" or place in missing):
            problems.append(_problem(document, error, place))
    return problems


def named(document: Document, place: Location) -> str:
    """Return a location as people read it: its place in a form, or keys, with list positions by the item's own id or name."""
    for end in range(len(place), 0, -1):
        if place[:end] in document.places:
            return document.places[place[:end]]
    value: Any = document.data
    words: list[str] = []
    for step in place:
        value = _inside(value, step)
        if isinstance(step, int):
            own = (value.get("id") or value.get("name")) if isinstance(value, dict) else None
            words.append(quote(own)[1:-1] if isinstance(own, str) else f"nr {step + 1}")
        else:
            words.append(quote(step)[1:-1])
    return " → ".join(words)


def problem_at(document: Document, code: str, place: Location, text: str) -> Problem:
    """Return a problem with the line and the readable key of `place`."""
    return Problem(code, document.line(place), named(document, place), text)


def _inside(value: Any, step: str | int) -> Any:
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return value[step]
    return None


def _unknown_key(document: Document, model: type[BaseModel], place: Location, missing: set[Location]) -> tuple[Problem, Location]:
    owner = _model_at(model, place[:-1])
    keys = set(owner.model_fields) if owner is not None else set()
    written = _value(document, place[:-1])
    free = keys - set(written) if isinstance(written, dict) else keys
    word = str(place[-1])
    lacking = {str(path[-1]) for path in missing if path[:-1] == place[:-1]}
    meant = nearest(word, lacking) or nearest(word, free) or nearest(word, keys)
    advice = f"menade du ”{meant}”?" if meant else suggestion(word, free, listed=40)
    return problem_at(document, "PAR-KEY", place, f"okänd nyckel; {advice}"), (*place[:-1], meant or "")


def _problem(document: Document, error: ErrorDetails, place: Location) -> Problem:
    last = str(place[-1]) if place else ""
    value = _value(document, place)
    code, text = _explain(error, last, value)
    return problem_at(document, _OWN_CODES.get(last, code), place, text)


def _explain(error: ErrorDetails, key: str, value: Any) -> tuple[str, str]:  # noqa: PLR0911 - one return a kind of fault
    kind, context = error["type"], error.get("ctx", {})
    found = f"hittade {quote(value)}" if isinstance(value, str) else "fel form"
    if kind == "missing":
        return "PAR-MISSING", "nyckeln saknas"
    if kind in _SHAPES:
        return "PAR-VALUE", _SHAPES[kind]
    if kind in ("enum", "literal_error"):
        return "PAR-VALUE", f"{found}; {_choices(str(value), str(context['expected']))}"
    if kind.startswith(("plan_", "date_")):
        date_like = kind == "plan_date" or kind.startswith("date_")
        allowed = context.get("allowed", "ett datum som finns, som 2015-08-15")
        return ("PAR-DATE" if date_like else "PAR-VALUE"), f"{found}; tillåtet: {allowed}"
    if kind in _LIMITS:
        words, name = _LIMITS[kind]
        return "PAR-VALUE", f"{found}; tillåtet: {words} {context[name]:g}"
    if kind == "string_pattern_mismatch":
        if key in _PATH_KEYS and isinstance(value, str) and _PATH_MARKS.search(value):
            return "PAR-PATH", f"{found}; en plan namnger bara filer i sin egen leverans: inga mappar, enheter eller adresser"
        return "PAR-VALUE", f"{found}; {_pattern_words(str(context['pattern']))}"
    if kind in ("string_too_short", "too_short"):
        return "PAR-VALUE", "är tomt; fyll i eller ta bort nyckeln" if kind == "string_too_short" else "för få i listan"
    if kind == "string_too_long":
        return "PAR-VALUE", f"{found}; högst {context['max_length']} tecken"
    return "PAR-VALUE", f"{found}; går inte att använda här"


def _choices(found: str, expected: str) -> str:
    return suggestion(found, re.findall(r"'([^']*)'", expected), listed=40)


def _pattern_words(pattern: str) -> str:
    options = re.fullmatch(r"\^\(([a-z0-9|-]+)\)\$", pattern)
    if options:
        return "tillåtet: " + ", ".join(options[1].split("|"))
    if "åäö" in pattern:
        return "tillåtet: gemener a–ö, siffror och _ utan blanksteg"
    if "[a-z0-9-]" in pattern:
        return "tillåtet: gemener a–z, siffror och bindestreck"
    if "_]" in pattern:
        return "tillåtet: gemener a–z, siffror och _, först en bokstav"
    return "tillåtet: ett filnamn med högst en *"


def _value(document: Document, place: Location) -> Any:
    value: Any = document.data
    for step in place:
        value = _inside(value, step)
    return value


def _model_at(model: type[BaseModel], place: Location) -> type[BaseModel] | None:
    found: type[BaseModel] | None = model
    for step in place:
        if isinstance(step, int):
            continue
        field = found.model_fields.get(step) if found is not None else None
        found = _model_in(field.annotation) if field is not None else None
    return found


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and get_origin(annotation) is None:
        return annotation if issubclass(annotation, BaseModel) else None
    for inner in get_args(annotation):
        model = _model_in(inner)
        if model is not None:
            return model
    return None
