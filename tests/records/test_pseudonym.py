"""Pseudonyms and the key behind them: outside the project, bound to it, never shown."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from evalkit.errors import PlanError
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.project import Project
from evalkit.records.pseudonym import KEY_VARIABLE, PseudonymKey, backup_key, create_key, hkdf_sha256, load_key, restore_key
from tests.support.corpus_plan import PLAN_ID, corpus_mapping, corpus_plan, make_project

NUMBER = "199001019802"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "användarens mapp" / "key.txt"))
    return make_project(tmp_path / "projekt")


def real_plan(plan_id: str = PLAN_ID, **changes: object) -> EvaluationPlan:
    return EvaluationPlan.model_validate(corpus_mapping() | {"synthetic": "false", "id": plan_id} | changes)


def loaded(project: Project, plan: EvaluationPlan) -> PseudonymKey:
    key = load_key(project, plan)
    assert key is not None
    return key


def test_hkdf_gives_the_numbers_of_rfc_5869() -> None:
    # RFC 5869 appendix A, test cases 1 and 3.
    first = hkdf_sha256(bytes([0x0B] * 22), salt=bytes(range(13)), info=bytes(range(0xF0, 0xFA)), length=42)
    assert first.hex() == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    third = hkdf_sha256(bytes([0x0B] * 22), salt=b"", info=b"", length=42)
    assert third.hex() == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"


def test_a_synthetic_plan_needs_no_key_and_gives_the_same_names_in_every_clone(tmp_path: Path) -> None:
    here, there = (load_key(make_project(tmp_path / name), corpus_plan()) for name in ("a", "b"))
    assert here is not None
    assert there is not None
    assert here.pseudonym(NUMBER) == there.pseudonym(NUMBER)
    assert here.key_id == there.key_id
    assert len(here.pseudonym(NUMBER)) == 26


def test_public_data_have_no_key(project: Project) -> None:
    assert load_key(project, real_plan(data_kind="public")) is None


def test_real_persons_without_a_key_are_refused_with_the_command_to_run(project: Project) -> None:
    with pytest.raises(PlanError, match="evalkit key create") as caught:
        load_key(project, real_plan())
    assert caught.value.code == "KEY-MISSING"


def test_two_interventions_give_one_person_two_names(project: Project) -> None:
    create_key(project)
    one, other = loaded(project, real_plan()), loaded(project, real_plan("annan-satsning"))
    assert one.pseudonym(NUMBER) != other.pseudonym(NUMBER)
    assert one.key_id == other.key_id


def test_a_code_and_a_number_of_the_same_text_are_two_persons(project: Project) -> None:
    key = loaded(project, corpus_plan())
    assert key.pseudonym(NUMBER) != key.pseudonym_of_code(NUMBER)


def test_the_key_is_never_shown(project: Project) -> None:
    create_key(project)
    key = loaded(project, real_plan())
    assert repr(key) == f"PseudonymKey({key.key_id})"
    assert key.secret.hex() not in repr(key)


def test_a_key_is_never_overwritten(project: Project) -> None:
    path = create_key(project)
    before = path.read_bytes()
    with pytest.raises(PlanError, match="skrivs aldrig över"):
        create_key(project)
    assert path.read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="rättigheter i POSIX-form")
def test_only_the_owner_may_read_the_key(project: Project) -> None:
    assert stat.S_IMODE(create_key(project).stat().st_mode) == 0o600


def test_a_key_inside_the_project_is_refused(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, str(project.root / "data" / "key.txt"))
    with pytest.raises(PlanError) as caught:
        create_key(project)
    assert caught.value.code == "KEY-PLACE"


def test_a_backup_inside_the_project_is_refused(project: Project) -> None:
    create_key(project)
    with pytest.raises(PlanError) as caught:
        backup_key(project, project.root / "nyckel.txt")
    assert caught.value.code == "KEY-PLACE"


def test_a_restored_backup_gives_the_same_names(project: Project, tmp_path: Path) -> None:
    path = create_key(project)
    before = loaded(project, real_plan()).pseudonym(NUMBER)
    key_id = backup_key(project, tmp_path / "kopia.txt")
    path.unlink()
    assert restore_key(project, tmp_path / "kopia.txt") == key_id
    assert loaded(project, real_plan()).pseudonym(NUMBER) == before


def test_another_key_for_a_project_that_is_begun_is_refused(project: Project) -> None:
    path = create_key(project)
    loaded(project, real_plan())
    path.unlink()
    create_key(project)
    with pytest.raises(PlanError, match="säkerhetskopian") as caught:
        load_key(project, real_plan())
    assert caught.value.code == "KEY-OTHER"


def test_a_restore_over_another_key_is_refused(project: Project, tmp_path: Path) -> None:
    path = create_key(project)
    backup_key(project, tmp_path / "kopia.txt")
    path.unlink()
    create_key(project)
    with pytest.raises(PlanError) as caught:
        restore_key(project, tmp_path / "kopia.txt")
    assert caught.value.code == "KEY-EXISTS"


@pytest.mark.parametrize("content", [b"", b"hej", b"00" * 31, b"\xff\xfe" * 32])
def test_a_damaged_key_file_is_named_and_not_quoted(project: Project, tmp_path: Path, content: bytes) -> None:
    damaged = tmp_path / "kopia.txt"
    damaged.write_bytes(content)
    with pytest.raises(PlanError) as caught:
        restore_key(project, damaged)
    assert caught.value.code == "KEY-DAMAGED"
    assert "00" * 31 not in str(caught.value)


def write_aliases(project: Project, text: str) -> None:
    path = project.raw(PLAN_ID) / "alias.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("gammalt;nytt\n" + text, encoding="utf-8")


def test_a_coordination_number_and_the_later_personal_number_are_one_person(project: Project) -> None:
    write_aliases(project, "20000564-9918;200003159902\n")
    key = loaded(project, corpus_plan())
    assert key.pseudonym("200005649918") == key.pseudonym("200003159902")
    assert [stamp.path for stamp in key.stamps] == [f"data/raw/{PLAN_ID}/alias.csv"]


@pytest.mark.parametrize(
    "row",
    [
        "20000564-9918",
        "20000564-9918;000315-9902",
        "20000564-9918;20000564-9918",
        "20000564-9918;19900101-9803",
        "20000564-9918;200003159902\n20000564-9918;199001019802",
        "20000564-9918;200003159902\n200003159902;199001019802",
    ],
)
def test_an_alias_that_is_no_clear_pair_is_refused_without_quoting_it(project: Project, row: str) -> None:
    write_aliases(project, row + "\n")
    with pytest.raises(PlanError) as caught:
        load_key(project, corpus_plan())
    assert caught.value.code == "ID-ALIAS"
    assert "9918" not in str(caught.value)
