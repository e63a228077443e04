"""Every estimate again in R and Stata: R's stored numbers are ours, and where R is at hand it computes them anew."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from evalkit.findings.estimate import Estimate
from evalkit.methods.rosetta import DATA, stata_table, translate
from evalkit.workflow.rosetta_files import STATA, R, r_script, stata_bytes, stata_script, write_rosetta
from tests.referees.rosetta import STORED, by_r, results

RUNS = {name: (frame, plan, result) for name, frame, plan, result in results()}
BY_R = json.loads(STORED.read_text(encoding="utf-8"))


def has_r() -> bool:
    if shutil.which("Rscript") is None:
        return False
    asked = 'q(status = !all(sapply(c("haven", "sandwich", "clubSandwich"), requireNamespace, quietly = TRUE)))'
    return subprocess.run(["Rscript", "-e", asked], capture_output=True, check=False).returncode == 0


def number(text: str) -> float | None:
    return None if text == "NA" else float(text)


@pytest.mark.parametrize("name", sorted(RUNS))
def test_the_stored_numbers_of_r_are_ours(name: str) -> None:
    estimates: dict[str, Estimate] = {e.id: e for e in RUNS[name][2].estimates}
    assert set(BY_R[name]) == set(estimates)
    for estimate_id, (value, error, p, verdict) in BY_R[name].items():
        own = estimates[estimate_id]
        assert number(value) == pytest.approx(own.value, rel=1e-8)
        assert verdict == "samma tal"
        if own.std_error is not None:
            assert number(error) == pytest.approx(own.std_error, rel=1e-8)
        if own.p_value is not None:
            assert number(p) == pytest.approx(own.p_value, abs=1e-8)


@pytest.mark.skipif(not has_r(), reason="R med haven, sandwich och clubSandwich finns inte här; de lagrade talen prövas ändå")
@pytest.mark.parametrize("name", sorted(RUNS))
def test_r_computes_the_same_numbers_from_the_files_of_a_run(name: str, tmp_path: Path) -> None:
    found = by_r(tmp_path, *RUNS[name])
    assert {row[-1] for row in found.values()} == {"samma tal"}
    for estimate_id, row in BY_R[name].items():
        pairs = [(number(a), number(b)) for a, b in zip(found[estimate_id][:3], row[:3], strict=True)]
        assert all(a is b is None or a == pytest.approx(b, rel=1e-9) for a, b in pairs)


def test_a_changed_number_is_called_different_by_r_script(tmp_path: Path) -> None:
    frame, plan, result = RUNS["persons"]
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
    frame, plan, result = RUNS[name]
    write_rosetta(tmp_path, frame, plan, result)
    with pd.read_stata(tmp_path / DATA, iterator=True) as reader:
        labels, answers = reader.variable_labels(), reader.value_labels()
        table = reader.read(convert_categoricals=False)
    assert labels["varde"] == "Måttets värde i sin enhet"
    assert answers["insats"] == {0: "jämförelsegrupp", 1: "insatsgrupp"}
    expected = stata_table(frame, plan)
    assert table["varde"].tolist() == expected["varde"].tolist()
    assert table["varde"].tolist() == frame.table.sort_values(["outcome", "unit", "order"])["value"].tolist()


def test_no_pseudonym_reaches_the_file() -> None:
    frame, plan, result = RUNS["persons"]
    content = stata_bytes(frame, plan, result)
    assert not [unit for unit in frame.table["unit"].unique() if unit.encode() in content]


def test_the_same_frame_gives_the_same_bytes() -> None:
    frame, plan, result = RUNS["clusters"]
    assert stata_bytes(frame, plan, result) == stata_bytes(frame, plan, result)


def test_the_scripts_name_every_estimate_and_its_number() -> None:
    for _, _, result in RUNS.values():
        for estimate in result.estimates:
            assert f'jamfor("{estimate.id}", {estimate.value!r}' in r_script(result)
            assert f"* evalkit: {estimate.value:.10g}" in stata_script(result)
    assert STATA.endswith(".do")


def test_an_estimator_without_a_counterpart_is_left_out() -> None:
    from dataclasses import replace

    estimate = RUNS["persons"][2].estimates[0]
    assert translate([replace(estimate, estimator="synthetic-control")]) == ()
