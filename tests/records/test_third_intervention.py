"""The unknown intervention's plan and files are what they say, before anybody runs them through the house."""

import pytest
from evalkit.plan.loader import load_plan
from evalkit.plan.register import load_register
from evalkit.records.deliveries import find_deliveries
from evalkit.records.frame import build_frame
from evalkit.records.gate import check
from evalkit.records.pseudonym import PseudonymKey
from evalkit.records.reading import read_sources
from evalkit.records.scoring import score
from openpyxl import load_workbook
from personnummer import personnummer
from tests.support.third_intervention import ID, N_COMPARISON, N_TREATED, PLAN, PLANTED, project_with_files, write_files


def test_the_plan_is_valid(tmp_path):
    (tmp_path / f"{ID}.yaml").write_text(PLAN, encoding="utf-8")
    assert load_plan(tmp_path / f"{ID}.yaml").id == ID


def test_each_declared_column_stands_in_the_declared_row_of_the_declared_sheet(tmp_path):
    (tmp_path / f"{ID}.yaml").write_text(PLAN, encoding="utf-8")
    plan = load_plan(tmp_path / f"{ID}.yaml")
    for source, path in zip(plan.sources, write_files(tmp_path / "från verksamheten"), strict=True):
        sheet = load_workbook(path)[source.format.sheet] if source.format.sheet else load_workbook(path).active
        header = [cell.value.lower().replace(" ", "_") for cell in sheet[source.format.header_row] if cell.value]
        assert header == [column.name for column in source.columns]


def test_the_groups_are_as_large_as_declared_and_every_number_is_reserved_for_tests(tmp_path):
    rows = list(load_workbook(write_files(tmp_path)[0])["Elever"].iter_rows(min_row=3, values_only=True))
    assert [sum(row[1] == group for row in rows) for group in (1, 0)] == [N_TREATED, N_COMPARISON]
    assert len({row[0] for row in rows}) == len(rows)
    assert all(personnummer.valid(row[0]) and 980 <= int(row[0][9:12]) <= 999 for row in rows)


@pytest.fixture(scope="module")
def frame(tmp_path_factory):
    project = project_with_files(tmp_path_factory.mktemp("tredje satsningen åäö"))
    plan = load_plan(project.plan_file(ID))
    register = load_register(project.instruments)
    key = PseudonymKey(b"a key of thirty-two bytes, tests", "00000000")
    raw = read_sources(find_deliveries(project, plan), plan, key, register)
    return build_frame(score(check(raw, plan, register), plan, register), plan)


def test_groups_and_sexes_written_as_figures_are_understood(frame):
    flow = next(flow for flow in frame.flows if flow.outcome == "trivsel")
    assert [flow.arm(group).n_delivered for group in ("treated", "comparison")] == [N_TREATED, N_COMPARISON]
    assert set(frame.table["sex"]) == {"woman", "man"}


def test_the_answer_in_the_list_and_the_answer_in_the_survey_become_one_change(frame):
    table = frame.table[frame.table["outcome"] == "trivsel"].pivot_table(index=["treated", "unit"], columns="order", values="value")
    change = (table[1] - table[0]).groupby("treated").mean()
    # Standard error of the difference about 0.33 points with 43 against 39 pupils.
    assert change[True] - change[False] == pytest.approx(PLANTED, abs=1.3)


def test_missing_codes_waiting_and_lost_pupils_leave_for_their_own_reasons(frame):
    flow = next(flow for flow in frame.flows if flow.outcome == "trivsel")
    left = {}
    for exclusion in flow.exclusions:
        left[exclusion.reason] = left.get(exclusion.reason, 0) + exclusion.n
    assert left == {"consent_unknown": 2, "partial": 2, "no_follow_up": 6}


def test_the_monthly_register_is_read_for_both_groups(frame):
    persons = frame.table[frame.table["outcome"] == "narvaro"].drop_duplicates("unit").groupby("treated").size()
    assert persons.min() >= 35
