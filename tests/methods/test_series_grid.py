"""The grid of one treated unit and of series: the printed method keeps its rate in small, and the usual ones are seen not to."""

from __future__ import annotations

import numpy as np
from evalkit.methods.validity import series_grid
from evalkit.methods.validity.series_grid import N_CELLS, Row
from evalkit.workflow.series_doc import series_text


def test_the_grid_has_as_many_cells_as_it_says():
    assert len(list(series_grid._unit_cells())) + len(list(series_grid._series_cells())) == N_CELLS


def test_one_unit_that_varies_more_is_ranked_soundly_only_in_units_of_its_own_misfit():
    label, truth, donors, before, after = next(cell for cell in series_grid._unit_cells() if "2 × varians" in cell[0])
    row = series_grid._unit_row(label, truth(250, np.random.default_rng(8)), donors, before, after)
    assert row.holds
    printed, _, plain, normal, clustered = row.rates
    assert plain > 2 * printed
    assert min(normal, clustered) > 0.1
    assert row.power > printed


def test_a_series_that_remembers_is_tested_soundly_only_on_a_simulated_value():
    label, make, segments = next(cell for cell in series_grid._series_cells() if "16 + 8" in cell[0] and "0.6" in cell[0])
    row = series_grid._series_row(label, make(4000, np.random.default_rng(9)), segments)
    assert row.holds
    assert row.rates[1] > row.rates[0]
    assert row.rates[2] > 0.2
    assert row.power > row.rates[0]


def test_a_row_over_the_bound_is_marked_and_one_outside_the_declared_cases_is_not_promised():
    bad = Row("units", "1 av 21", ("a", "b"), (0.2, 0.1), 0.5, 1000)
    outside = Row("units", "1 av 21, utanför: något", ("a", "b"), (0.2, 0.1), 0.5, 1000)
    assert (bad.holds, outside.holds) == (False, True)
    text = series_text((bad, outside), 1)
    assert text.count("**över gränsen**") == 1
    assert "| 1 av 21 | 20.0 **över gränsen** | 10.0 | 0.50 |" in text
