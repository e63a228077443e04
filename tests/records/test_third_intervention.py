"""The unknown intervention's plan and files are what they say, before anybody runs them through the house."""

from evalkit.plan.loader import load_plan
from openpyxl import load_workbook
from personnummer import personnummer
from tests.support.third_intervention import ID, N_COMPARISON, N_TREATED, PLAN, write_files


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
