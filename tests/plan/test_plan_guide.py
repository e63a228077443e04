"""The guide to the plan and the plan's schema name the same keys and words."""

import re
from enum import Enum
from pathlib import Path
from typing import get_args

import pytest
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.sources import Role
from pydantic import BaseModel

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "sv"
GUIDES = (FOLDER / "utvärderingsschemat.md", FOLDER / "särskilda-upplägg.md")


def guide():
    return "\n".join(path.read_text("utf-8") for path in GUIDES)


def words_of_the_schema():
    """Return every key, and every word that a key may hold, of a plan."""
    keys, words, left, seen = set(), set(), [EvaluationPlan], set()
    while left:
        kind = left.pop()
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            if kind in seen:
                continue
            seen.add(kind)
            keys |= kind.model_fields.keys()
            left += [field.annotation for field in kind.model_fields.values()]
        elif isinstance(kind, type) and issubclass(kind, Enum):
            words |= {member.value for member in kind}
        elif isinstance(kind, str):
            words.add(kind)
        else:
            left += get_args(kind)
    return keys, words


def words_of_the_guide():
    text = re.sub(r"```.*?```", "", guide(), flags=re.DOTALL)
    return {word for code in re.findall(r"`([^`]+)`", text) for word in re.findall(r"[A-Za-z_]+", code)}


def test_every_key_of_the_schema_is_explained():
    keys, _ = words_of_the_schema()
    assert keys - words_of_the_guide() == set()


def test_every_choice_of_the_schema_is_explained():
    _, words = words_of_the_schema()
    text = guide()
    assert {word for word in words if word not in text} == set()


def test_every_role_of_a_column_is_explained():
    assert {role.value for role in Role} - words_of_the_guide() == set()


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_the_guide_is_short_enough_to_be_read(path):
    assert len(path.read_text("utf-8").splitlines()) <= 200
