"""What must agree between the sources of a plan, their columns and the rest of the plan."""

from __future__ import annotations

import unicodedata

from evalkit.plan.instrument_use import MODES
from evalkit.plan.problems import quote, suggestion
from evalkit.plan.sources import Role
from evalkit.plan.strict_yaml import Location
from evalkit.plan.tree import Tree

CANONICAL: dict[str, tuple[str, ...]] = {
    "group": ("treated", "comparison"),
    "sex": ("woman", "man", "other"),
    "consent": ("yes", "no", "unknown", "withdrawn"),
    "mode": MODES,
}
"""Roles whose labels have fixed meanings."""

_KINDS: dict[str, tuple[str, ...]] = {
    "person": ("identity", "text"),
    "date": ("date",),
    "start": ("date",),
    "index_date": ("date",),
    "end": ("date",),
    "moved_out": ("date",),
    "birth_date": ("date",),
    "withdrawn": ("date",),
    "period": ("period", "integer"),
    "value": ("integer", "decimal"),
    "item": ("integer",),
    "quantity": ("integer", "decimal"),
    "treatment": ("integer", "decimal"),
    "group": ("category", "integer"),
    "sex": ("category", "integer"),
    "consent": ("category", "integer"),
    "recall": ("category", "integer"),
    "mode": ("category", "integer"),
    "text": ("text",),
}
_NEEDED = {"period": "period", "activity": "activity"}
"""Row meaning -> the role without which the row says nothing."""

_ONCE = (
    "person",
    "unit",
    "group",
    "occasion",
    "date",
    "period",
    "start",
    "index_date",
    "end",
    "moved_out",
    "sex",
    "birth_date",
    "consent",
    "withdrawn",
    "recall",
    "mode",
)


_ONE_FILE = "en fil hör till en källa. Två blad i samma arbetsbok: låt den levereras som två filer med var sitt namn"


def check_sources(tree: Tree) -> None:
    """Note what does not agree in and between the sources of `tree`."""
    files: dict[str, int | None] = {}
    for source in tree.items(("sources",)):
        pattern = tree.text((*source, "files"))
        if pattern in files:
            tree.note("PAR-DUP", (*source, "files"), f"samma filnamn som på rad {files[pattern]}; {_ONE_FILE}")
        elif pattern:
            files[pattern] = tree.document.line((*source, "files"))
        tree.in_order((*source, "coverage"), "first", "last", "PAR-DATE")
        _check_columns(tree, source)
        _check_constants(tree, source)
        _check_row(tree, source)
    _check_groups(tree)
    _check_delivery(tree)
    _check_names(tree)


def _check_names(tree: Tree) -> None:
    """Note persons that have personal numbers in one source and study numbers in another: nothing joins them."""
    kinds = {
        kind: column
        for source in tree.items(("sources",))
        for column in _roles(tree, source).get("person", [])
        if (kind := tree.text((*column, "kind"))) in _KINDS["person"]
    }
    if len(kinds) > 1:
        told = "källorna har både personnummer (identity) och löpnummer (text): samma person kan då inte kopplas ihop; välj ett"
        tree.note("PAR-VALUE", (*kinds["text"], "kind"), told)


def _roles(tree: Tree, source: Location) -> dict[str, list[Location]]:
    found: dict[str, list[Location]] = {}
    for column in tree.items((*source, "columns")):
        found.setdefault(tree.text((*column, "role")) or "", []).append(column)
    return found


def _check_columns(tree: Tree, source: Location) -> None:
    seen: dict[str, int | None] = {}
    for column in tree.items((*source, "columns")):
        name = _folded(tree.text((*column, "name")) or "")
        if name in seen:
            tree.note("PAR-DUP", (*column, "name"), f"kolumnen finns redan på rad {seen[name]}")
        elif name:
            seen[name] = tree.document.line((*column, "name"))
        tree.in_order(column, "minimum", "maximum")
        tree.points_at((*column, "outcome"), tree.names(("outcomes",)), "effektmåttet")
        _check_kind(tree, column)
        _check_labels(tree, column)
    for role, columns in _roles(tree, source).items():
        if role in _ONCE and len(columns) > 1:
            tree.note("PAR-DUP", (*columns[1], "role"), f"två kolumner har role: {role}; en källa har högst en")


def _check_kind(tree: Tree, column: Location) -> None:
    role, kind = tree.text((*column, "role")) or "", tree.text((*column, "kind"))
    allowed = _KINDS.get(role)
    if kind and allowed and kind not in allowed:
        tree.note("PAR-VALUE", (*column, "kind"), f"{quote(kind)} passar inte role: {role}; tillåtet: {', '.join(allowed)}")
    if kind == "identity" and role not in ("person", "unit", "ignore", "cluster"):
        tree.note("PAR-VALUE", (*column, "kind"), "kind: identity hör till role: person (eller role: ignore)")


def _check_labels(tree: Tree, column: Location) -> None:
    labels, missing = tree.pairs((*column, "labels")), tree.pairs((*column, "missing"))
    seen: set[str] = set()
    for part, pairs in (("labels", labels), ("missing", missing)):
        for label, _ in pairs:
            if _folded(label) in seen:
                tree.note(
                    "PAR-DUP",
                    (*column, part, label),
                    "samma som en annan etikett, så när som på versaler och blanksteg",
                )
            seen.add(_folded(label))
    role = tree.text((*column, "role")) or ""
    allowed = _meanings(tree, role)
    for label, meaning in labels:
        if allowed and meaning not in allowed:
            text = f"{quote(meaning)} är ingen betydelse för role: {role}; {suggestion(meaning, allowed)}"
            tree.note("PAR-REF" if role in ("occasion", "activity") else "PAR-VALUE", (*column, "labels", label), text)
    meanings = {meaning for _, meaning in labels}
    if role in ("sex", "consent", "mode", "recall") and not labels:
        words = ", ".join(CANONICAL.get(role, ("formulär eller tid ur registret",)))
        tree.note("PAR-VALUE", column, f"role: {role} behöver labels med varje svars betydelse ({words})")
    if role == "group" and "treated" not in meanings:
        tree.note("PAR-VALUE", column, "role: group behöver labels där minst ett svar betyder treated")


def _meanings(tree: Tree, role: str) -> list[str]:
    if role == "occasion":
        return tree.names(("occasions",))
    if role == "activity":
        return tree.names(("activities",))
    return list(CANONICAL.get(role, ()))


def _check_constants(tree: Tree, source: Location) -> None:
    roles = _roles(tree, source)
    for role, value in tree.pairs((*source, "constants")):
        place = (*source, "constants", role)
        if role not in {known.value for known in Role}:
            tree.note("PAR-KEY", place, f"okänd roll; {suggestion(role, [known.value for known in Role], listed=40)}")
        elif role in roles:
            tree.note("PAR-DUP", place, "rollen har redan en kolumn; ta bort den ena")
        elif (allowed := _meanings(tree, role)) and value not in allowed:
            tree.note("PAR-REF", place, f"{quote(value)} är ingen betydelse för {role}; {suggestion(value, allowed)}")


def _check_row(tree: Tree, source: Location) -> None:
    row, roles = tree.text((*source, "row")) or "", _roles(tree, source)
    known = {*roles, *(role for role, _ in tree.pairs((*source, "constants")))}
    public = tree.text(("data_kind",)) == "public"
    if not tree.value((*source, "columns")):
        return
    if public:
        for role in ("unit", "period"):
            if role not in known:
                tree.note("PAR-REF", source, f"offentliga data behöver en kolumn med role: {role}")
        if "person" in known:
            tree.note("PAR-VALUE", source, "offentliga data har inga personer; ändra data_kind till persons eller ta bort kolumnen")
        return
    if "person" not in known:
        tree.note("PAR-REF", source, "källan behöver en kolumn med role: person")
    if row == "panel" or "unit" in roles or "treatment" in roles:
        tree.note("PAR-VALUE", source, "row: panel, role: unit och role: treatment hör till data_kind: public")
    if row == "measurement" and not known & {"date", "occasion"}:
        tree.note("PAR-REF", source, "mätningar behöver en kolumn med role: date eller role: occasion (eller constants: occasion)")
    if row in _NEEDED and _NEEDED[row] not in known:
        tree.note("PAR-REF", source, f"row: {row} behöver en kolumn med role: {_NEEDED[row]}")
    if tree.value((*source, "legal_ground")) is None:
        tree.note("PAR-LEGAL", source, "rättslig grund (legal_ground) saknas; utan den får källan inte användas")


def _check_groups(tree: Tree) -> None:
    if tree.text(("data_kind",)) == "public":
        if not any("treatment" in _roles(tree, source) for source in tree.items(("sources",))):
            tree.note("PAR-REF", ("sources",), "ingen källa har en kolumn med role: treatment för regeln i design.treatment")
        return
    meanings: set[str] = set()
    timed = False
    for source in tree.items(("sources",)):
        roles = _roles(tree, source)
        constants = dict(tree.pairs((*source, "constants")))
        timed = timed or "start" in roles or "occasion" in roles or "occasion" in constants
        meanings |= {value for role, value in constants.items() if role == "group"}
        for column in roles.get("group", []):
            meanings |= {meaning for _, meaning in tree.pairs((*column, "labels"))}
    comparison = tree.text(("design", "comparison"))
    if not timed:
        tree.note("PAR-REF", ("sources",), "ingen källa har role: start (som mättillfällena räknas från) eller role: occasion")
    if comparison not in (None, "none"):
        for wanted in sorted({"treated", "comparison"} - meanings):
            text = f"ingen källa säger vilka som är {wanted}; en kolumn med role: group och labels behövs"
            tree.note("PAR-REF", ("sources",), text)


def _check_delivery(tree: Tree) -> None:
    instruments = {tree.text((*place, "id")): bool(tree.value((*place, "instruments"))) for place in tree.items(("outcomes",))}
    delivered: set[str | None] = set()
    for source in tree.items(("sources",)):
        roles = _roles(tree, source)
        long_table = "instrument" in roles or "instrument" in dict(tree.pairs((*source, "constants")))
        for column in [*roles.get("value", []), *roles.get("item", [])]:
            outcome = tree.text((*column, "outcome"))
            if outcome is None and long_table:
                delivered |= {name for name, has in instruments.items() if has}
            elif outcome is None:
                tree.note("PAR-REF", column, "säg vilket effektmått kolumnen mäter (outcome: …)")
            delivered.add(outcome)
    for place in tree.items(("outcomes",)):
        name = tree.text((*place, "id"))
        if name and name not in delivered:
            tree.note("PAR-REF", (*place, "id"), "ingen källa levererar måttet: en kolumn med role: value och outcome behövs")


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip().casefold()
