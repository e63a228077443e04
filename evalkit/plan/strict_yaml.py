"""YAML as people mean it: every scalar is text, every key has a line, and nothing is guessed.

PyYAML's loaders read ``no`` as False, ``010`` as 8 and keep the last of two equal keys. Here only its parser is used: the
tree is built from events, without recursion into C, so nesting and aliases can be counted before anything grows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from evalkit.errors import PlanError
from evalkit.files import storage_error
from evalkit.plan.problems import Problem, one_fault, plan_error, quote

MOST_BYTES = 1_000_000
MOST_NODES = 20_000
DEEPEST = 16

Location = tuple[str | int, ...]
"""Where a value stands: keys and list positions from the top."""

_PARSER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True, slots=True)
class Document:
    """A read file: nested dicts, lists and texts, the line of every key, and the faults that did not stop reading."""

    name: str
    data: dict[str, Any]
    lines: dict[Location, int]
    problems: tuple[Problem, ...]
    places: dict[Location, str] = field(default_factory=dict)
    """What readers of an Excel form know instead of lines and keys: sheet, row and heading."""

    def line(self, location: Location) -> int | None:
        """Return the line of `location`, or of the nearest place above it that stands in the file."""
        for end in range(len(location), 0, -1):
            if location[:end] in self.lines:
                return self.lines[location[:end]]
        return None


@dataclass(slots=True)
class _Node:
    line: int
    value: str | list[_Node] | dict[str, tuple[int, _Node]]
    size: int = 1


@dataclass(slots=True)
class _Builder:
    """Builds nodes from parser events; collects faults and stops where going on would be guessing."""

    file: str
    events: Iterator[Any]  # yaml.Event; its stubs know neither tag nor anchor
    problems: list[Problem] = field(default_factory=list)
    anchors: dict[str, _Node] = field(default_factory=dict)
    size: int = 0

    def node(self, event: Any, depth: int) -> _Node:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, line)
        if depth > DEEPEST:
            raise self.stop(line, f"mer än {DEEPEST} nivåer djupt; gör planen plattare")
        if getattr(event, "tag", None) is not None:
            self.note("PAR-TAG", line, f"taggen {quote(event.tag)} stöds inte; skriv värdet utan tagg")
        if isinstance(event, yaml.ScalarEvent):
            node = _Node(line, event.value)
            self._grow(1, line)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = self._sequence(line, depth)
        else:
            node = self._mapping(line, depth)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def _alias(self, event: Any, line: int) -> _Node:
        target = self.anchors.get(event.anchor)
        if target is None:
            raise self.stop(line, f"*{quote(event.anchor)} pekar på ett ankare som inte finns ovanför")
        self._grow(target.size, line)
        return _Node(line, target.value, target.size)

    def _sequence(self, line: int, depth: int) -> _Node:
        items: list[_Node] = []
        self._grow(1, line)
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.node(event, depth + 1))
        return _Node(line, items, 1 + sum(item.size for item in items))

    def _mapping(self, line: int, depth: int) -> _Node:
        pairs: dict[str, tuple[int, _Node]] = {}
        self._grow(1, line)
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            at = event.start_mark.line + 1
            if not isinstance(event, yaml.ScalarEvent) or event.anchor is not None:
                raise self.stop(at, "en nyckel ska vara ett enkelt ord")
            if event.tag is not None:
                self.note("PAR-TAG", at, f"taggen {quote(event.tag)} stöds inte; skriv nyckeln utan tagg")
            key = event.value
            value = self.node(next(self.events), depth + 1)
            if key == "<<" and not event.style:
                self.note("PAR-YAML", at, "sammanslagning med << stöds inte; skriv ut nycklarna")
            elif key in pairs:
                self.note("PAR-DUP", at, f"nyckeln {quote(key)} står redan på rad {pairs[key][0]}; ta bort den ena")
            else:
                pairs[key] = (at, value)
        return _Node(line, pairs, 1 + sum(node.size for _, node in pairs.values()))

    def _grow(self, nodes: int, line: int) -> None:
        self.size += nodes
        if self.size > MOST_NODES:
            raise self.stop(line, f"filen blir mer än {MOST_NODES} värden stor när dess alias (*) följs")

    def note(self, code: str, line: int, text: str) -> None:
        self.problems.append(Problem(code, line, "", text))

    def stop(self, line: int, text: str) -> PlanError:
        return plan_error(self.file, [*self.problems, Problem("PAR-YAML", line, "", text)], noun="filen")


def read_document(path: Path) -> Document:
    """Read one YAML file as text; see `parse_document`.

    Raises
    ------
    PlanError
        If there is no such file (PAR-FILE), or as `parse_document`.
    StorageError
        If the file exists but may not be read.
    """
    return parse_document(path.name, read_file(path))


def read_file(path: Path) -> bytes:
    """Return the bytes of a file that people write, at most one more than are allowed; raises as `read_document`."""
    try:
        with path.open("rb") as stream:
            return stream.read(MOST_BYTES + 1)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise PlanError(f"{path.name}: filen finns inte i mappen {path.parent.name}", code="PAR-FILE") from None
    except OSError as exc:
        raise storage_error(path, exc) from None


def parse_document(name: str, content: bytes) -> Document:
    """Return the document in `content`, the bytes of a file named `name`.

    Parameters
    ----------
    name : str
        What messages call the file.
    content : bytes
        UTF-8 (with or without byte order mark, any line ends) that holds one mapping.

    Raises
    ------
    PlanError
        If it cannot be read as that: code PAR-ENC, PAR-EMPTY or PAR-YAML (syntax, tabs, nesting, size, several documents).
    """
    text = _decode(name, content)
    _refuse_tabs(name, text)
    try:
        node, problems = _build(name, text)
    except yaml.MarkedYAMLError as exc:
        raise _syntax_error(name, exc) from None
    except yaml.YAMLError:
        raise one_fault(name, "filen innehåller tecken som inte får stå i YAML") from None
    lines: dict[Location, int] = {}
    data = _plain(node, (), lines)
    if not isinstance(data, dict):
        what = "en lista" if isinstance(data, list) else "en text"
        raise one_fault(name, f"filen är {what}; den ska vara nycklar med värden", line=1)
    return Document(name, data, lines, tuple(problems))


def _decode(name: str, content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise PlanError(f"{name}: filen är större än {MOST_BYTES // 1000} kB; det är ingen plan", code="PAR-YAML")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise PlanError(f"{name}: filen är sparad som UTF-16; spara om den som UTF-8", code="PAR-ENC")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = content.count(b"\n", 0, exc.start) + 1
        text = "tecken som inte är UTF-8 (troligen sparad i Windows-format); spara om filen som UTF-8"
        raise one_fault(name, text, line=line, code="PAR-ENC") from None
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise one_fault(name, "nolltecken; filen är ingen textfil", line=line, code="PAR-ENC")
    return text


def _refuse_tabs(name: str, text: str) -> None:
    found = [number for number, line in enumerate(text.splitlines(), start=1) if "\t" in line]
    if found:
        raise plan_error(name, [Problem("PAR-YAML", line, "", "tabbtecken; använd blanksteg") for line in found[:20]], noun="filen")


def _build(name: str, text: str) -> tuple[_Node, list[Problem]]:
    loader = _PARSER(text)
    try:
        events = iter(loader.get_event, None)
        builder = _Builder(name, events)
        next(events)  # start of stream
        start = next(events)
        if isinstance(start, yaml.StreamEndEvent):
            raise _empty(name)
        if start.tags:
            builder.note("PAR-TAG", start.start_mark.line + 1, "%TAG stöds inte; ta bort raden")
        first = next(events)
        if isinstance(first, yaml.ScalarEvent) and first.value == "" and not first.style:
            raise _empty(name)
        node = builder.node(first, 1)
        next(events)  # end of document
        after = next(events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise builder.stop(after.start_mark.line + 1, "ett andra dokument (---); en fil är en plan")
        return node, builder.problems
    finally:
        loader.dispose()


def _empty(name: str) -> PlanError:
    return one_fault(name, "filen är tom", code="PAR-EMPTY")


def _syntax_error(name: str, exc: yaml.MarkedYAMLError) -> PlanError:
    mark = exc.problem_mark or exc.context_mark
    line = mark.line + 1 if mark is not None else None
    opened = exc.context_mark.line + 1 if exc.context_mark is not None else line
    text = "går inte att läsa som YAML: kontrollera indrag, kolon, citattecken och klamrar"
    if opened != line:
        text += f" (det som inte stämmer började på rad {opened})"
    return one_fault(name, text, line=line)


def _plain(node: _Node, location: Location, lines: dict[Location, int]) -> Any:
    lines.setdefault(location, node.line)
    if isinstance(node.value, str):
        return node.value
    if isinstance(node.value, list):
        return [_plain(item, (*location, position), lines) for position, item in enumerate(node.value)]
    result: dict[str, Any] = {}
    for key, (line, value) in node.value.items():
        lines[(*location, key)] = line
        result[key] = _plain(value, (*location, key), lines)
    return result
