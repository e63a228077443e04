"""Persons who changed number: a coordination number and the personal number that came later are one person."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date

from evalkit.errors import PlanError
from evalkit.files import sha256_bytes, storage_error
from evalkit.findings.provenance import FileStamp
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.project import Project
from evalkit.records.identity import Identity, IdentityRules, fold, parse_identity

ALIAS_FILE = "alias.csv"
"""Lies beside the deliveries' folders: two columns, old number; new number, with a header."""

_ANY_AGE = 500


def identity_aliases(project: Project, plan: EvaluationPlan) -> tuple[Mapping[str, str], tuple[FileStamp, ...]]:
    """Return old -> new number (twelve digits each) of the plan's alias table, and the table's stamp; empty where there is none.

    Raises
    ------
    PlanError
        If a row is not two numbers of twelve digits, an old number has two new ones, or a new number is itself replaced.
        Names lines only.
    """
    path = project.raw(plan.id) / ALIAS_FILE
    if not path.is_file():
        return {}, ()
    try:
        content = path.read_bytes()
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    except OSError as exc:
        raise storage_error(path, exc) from None
    except (UnicodeDecodeError, csv.Error):
        raise PlanError(f"{ALIAS_FILE}: spara som CSV UTF-8 med semikolon", code="ID-ALIAS") from None
    stamp = FileStamp(project.relative(path), sha256_bytes(content), len(content))
    return _pairs(rows, plan), (stamp,)


def _pairs(rows: list[list[str]], plan: EvaluationPlan) -> dict[str, str]:
    # Twelve digits state their own century, so no age settles anything here.
    rules = IdentityRules(date(2100, 1, 1), 0, _ANY_AGE, test_numbers_only=plan.synthetic)
    aliases: dict[str, str] = {}
    for line, row in enumerate(rows, start=1):
        if line == 1 or not any(cell.strip() for cell in row):
            continue
        numbers = [_twelve_digits(cell, rules) for cell in row]
        if len(numbers) != 2 or None in numbers or numbers[0] == numbers[1]:
            raise _fault(line, "ska vara två olika nummer med tolv siffror, det gamla och det nya")
        old, new = str(numbers[0]), str(numbers[1])
        if aliases.get(old, new) != new:
            raise _fault(line, "ger ett gammalt nummer två nya")
        aliases[old] = new
    if set(aliases) & set(aliases.values()):
        raise PlanError(
            f"{ALIAS_FILE}: ett nytt nummer står också som gammalt: skriv det sista numret på båda raderna", code="ID-ALIAS"
        )
    return aliases


def _twelve_digits(cell: str, rules: IdentityRules) -> str | None:
    if sum(character.isdigit() for character in fold(cell)) != 12:
        return None
    identity = parse_identity(cell, rules)
    return identity.digits if isinstance(identity, Identity) else None


def _fault(line: int, what: str) -> PlanError:
    return PlanError(f"{ALIAS_FILE} rad {line}: {what}", code="ID-ALIAS")
