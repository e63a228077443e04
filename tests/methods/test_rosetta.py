"""Every estimate again in R and Stata: R's stored numbers are ours, and where R is at hand it computes them anew."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from evalkit.methods.rosetta import DATA, stata_table, translate
from evalkit.workflow.rosetta_files import PACKAGES, STATA, R, r_script, stata_bytes, stata_script, told_again, write_rosetta
from tests.referees.rosetta import STORED, by_r, results

RUNS = dict(results())
LIVE = [
    "persons",
    "clusters",
    "start-groups",
    "background-doubly_robust",
    "matched-reused",
    "matched-regression",
    "one-unit-synthetic_did",
    "series-level",
    "lottery",
]
"""Run again where R is; the numbers of the others are stored."""
WITHOUT_P = "its."
"""A series' p-value is simulated; R gives value and error only."""
BY_R = json.loads(STORED.read_text(encoding="utf-8"))


def has_r() -> bool:
    if shutil.which("Rscript") is None:
        return False
    needed = ", ".join(f'"{name}"' for name in PACKAGES)
    asked = f"q(status = !all(sapply(c({needed}), requireNamespace, quietly = TRUE)))"
    return subprocess.run(["Rscript", "-e", asked], capture_output=True, check=False).returncode == 0


def number(text: str) -> float | None:
    return None if text == "NA" else float(text)


@pytest.mark.parametrize("name", sorted(RUNS))
def test_the_stored_numbers_of_r_are_ours(name: str) -> None:
    result = RUNS[name][2]
    given = {told.name: told.given for told in told_again(result)}
    assert set(BY_R[name]) == set(given) >= {e.id for e in result.estimates}
    # Weights of a synthetic twin come out of an iteration in both programs.
    rel = 1e-6 if name.startswith("one-unit") else 1e-8
    for estimate_id, (value, error, p, verdict) in BY_R[name].items():
        own_value, own_error, own_p = given[estimate_id]
        assert number(value) == pytest.approx(own_value, rel=rel)
        assert verdict == "samma tal"
        if own_error is not None:
            assert number(error) == pytest.approx(own_error, rel=rel)
        if own_p is not None and not estimate_id.startswith(WITHOUT_P):
            assert number(p) == pytest.approx(own_p, abs=1e-8)


@pytest.mark.skipif(not has_r(), reason="R med sina paket finns inte här; de lagrade talen prövas ändå")
@pytest.mark.parametrize("name", LIVE)
def test_r_computes_the_same_numbers_from_the_files_of_a_run(name: str, tmp_path: Path) -> None:
    found = by_r(tmp_path, RUNS[name])
    assert {row[-1] for row in found.values()} == {"samma tal"}
    for estimate_id, row in BY_R[name].items():
        pairs = [(number(a), number(b)) for a, b in zip(found[estimate_id][:3], row[:3], strict=True)]
        assert all(a is b is None or a == pytest.approx(b, rel=1e-9) for a, b in pairs)


def test_a_changed_number_is_called_different_by_r_script(tmp_path: Path) -> None:
    frame, plan, result, _ = RUNS["persons"]
    if not has_r():
        pytest.skip("R saknas")
    write_rosetta(tmp_path, frame, plan, result)
    script = (tmp_path / R).read_text(encoding="utf-8")
    value = repr(result.estimate("did.valbefinnande").value)
    (tmp_path / R).write_text(script.replace(value, repr(float(value) * 1.0001)), encoding="utf-8")
    done = subprocess.run(["Rscript", R], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "AVVIKER" in done.stdout


@pytest.mark.parametrize("name", sorted(RUNS))
def test_pandas_reads_the_file_back_with_swedish_labels(name: str, tmp_path: Path) -> None:
    frame, plan, _, drawn = RUNS[name]
    write_rosetta(tmp_path, *RUNS[name])
    with pd.read_stata(tmp_path / DATA, iterator=True) as reader:
        labels, answers = reader.variable_labels(), reader.value_labels()
        table = reader.read(convert_categoricals=False)
    assert labels["varde"] == "Måttets värde i sin enhet"
    assert answers["insats"] == {0: "jämförelsegrupp", 1: "insatsgrupp"}
    expected = stata_table(frame, plan, drawn)
    assert table["varde"].tolist() == expected["varde"].tolist()
    assert table["varde"].tolist() == frame.table.sort_values(["outcome", "unit", "order"])["value"].tolist()


def test_no_pseudonym_reaches_the_file() -> None:
    frame, plan, result, _ = RUNS["persons"]
    content = stata_bytes(frame, plan, result)
    assert not [unit for unit in frame.table["unit"].unique() if unit.encode() in content]


def test_the_same_frame_gives_the_same_bytes() -> None:
    frame, plan, result, _ = RUNS["clusters"]
    assert stata_bytes(frame, plan, result) == stata_bytes(frame, plan, result)


def test_the_scripts_name_every_estimate_and_its_number() -> None:
    for _, _, result, _ in RUNS.values():
        for estimate in result.estimates:
            assert f'jamfor("{estimate.id}", {estimate.value!r}' in r_script(result)
            assert f"* evalkit: {estimate.value:.10g}" in stata_script(result)
    assert STATA.endswith(".do")


def test_an_estimator_without_a_counterpart_is_left_out() -> None:
    frame, plan, result, _ = RUNS["persons"]
    assert translate([replace(result.estimates[0], estimator="inget känt")], frame, plan) == ()


KNOWN = re.compile(
    r"use|keep|collapse|reshape|generate|egen|replace|summarize|regress|ttest|areg|display|csdid|estat|did_imputation|drdid|sdid"
    r"|synth|tsset|local|levelsof|foreach|lincom|ivregress|clear|set|version|sort|}"
)


@pytest.mark.parametrize("name", sorted(RUNS))
def test_the_do_file_uses_known_commands_balanced_signs_and_variables_that_exist(name: str) -> None:
    """No Stata is at hand: what a reader of the file could see is seen here."""
    frame, plan, result, drawn = RUNS[name]
    columns = set(stata_table(frame, plan, drawn))
    assert all(len(column) <= 32 and re.fullmatch(r"[a-z_][a-z0-9_]*", column) for column in columns)
    depth, known = 0, set(columns)
    for line in stata_script(result).splitlines():
        if not line or line.startswith("*"):
            continue
        assert line.count('"') % 2 == 0
        assert line.count("(") == line.count(")"), line
        assert line.count("`") == line.count("'"), line
        depth += line.count("{") - line.count("}")
        words = line.replace("bysort enhet: ", "").split()
        if words[0] == "use":
            known = set(columns)
        elif words[0] == "clear":
            known = set()
        elif words[0] in {"generate", "egen"}:
            known.add(next(word for word in words[1:] if word not in {"double", "byte"}))
        elif words[0] == "reshape":
            known |= {"varde0", "varde1"}
        elif line.startswith("collapse"):
            lost = known - set(re.findall(r"[a-z_0-9]+", line)) - {"fas"}
            known -= lost
        assert KNOWN.fullmatch(words[0]), line
        if words[0] in {"regress", "collapse", "csdid", "did_imputation", "drdid", "sdid", "ivregress"}:
            named = set(re.findall(r"\b[a-z]+(?:_fas|\d)?\b", line.split(",", maxsplit=1)[0])) - {words[0], "mean", "first"}
            assert {word for word in named if word not in _WORDS} <= known, (line, named - known)
    assert depth == 0


_WORDS = {"sls", "i", "m", "if", "aweight"}


def test_a_background_column_is_labelled_and_the_drawn_are_marked() -> None:
    frame, plan, result, _ = RUNS["background-doubly_robust"]
    assert {"bakgrund1", "bakgrund2", "bakgrund3"} <= set(stata_table(frame, plan))
    assert b"Bakgrund 1 (kolumner" in stata_bytes(frame, plan, result)
    frame, plan, _, drawn = RUNS["lottery"]
    rows = stata_table(frame, plan, drawn).drop_duplicates("enhet")
    assert rows["lottad"].sum() == sum(unit.drawn for unit in drawn)
    assert rows["block"].nunique() == 3
