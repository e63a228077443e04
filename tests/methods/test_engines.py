"""Two engines, one number: agreement passes, disagreement stops the report."""

from __future__ import annotations

import pytest
from evalkit.errors import EstimationError
from evalkit.methods.engines import TOLERANCE, compare
from evalkit.methods.fits import Fit

FIT = Fit(12.5, 0.5, 30.0)


def test_agreement_is_kept_beside_the_number():
    found = compare("did.x", FIT, ("another", 12.5 * (1 + TOLERANCE / 10), 0.5))
    # 12.5000000125 to nine digits
    assert (found.name, found.estimate, found.std_error, found.agrees) == ("another", 12.5, 0.5, True)


@pytest.mark.parametrize("other", [(12.5 * (1 + 2 * TOLERANCE), 0.5), (12.5, 0.5 * (1 + 2 * TOLERANCE)), (float("nan"), 0.5)])
def test_disagreement_blocks_the_report(other: tuple[float, float]):
    with pytest.raises(EstimationError, match=r"did\.x: två beräkningar av samma tal stämmer inte") as caught:
        compare("did.x", FIT, ("another", *other))
    assert caught.value.code == "EST-ENGINES"


def test_an_estimate_near_zero_is_judged_by_its_error():
    assert compare("did.x", Fit(1e-17, 0.5, 30.0), ("another", -3e-17, 0.5)).agrees


def test_an_engine_that_disagrees_stops_even_a_secondary_outcome(monkeypatch: pytest.MonkeyPatch):
    from evalkit.methods import engines
    from evalkit.methods.evaluate import evaluate
    from tests.support.frames import EMPTY_REGISTER, OUTCOME, PROVENANCE, demo_plan, frame_of, identity, person_table

    table = person_table([1, 2, 3, 4, 5, 6], [2, 4, 5, 8, 6, 9], [True] * 3 + [False] * 3)
    plan = demo_plan(outcomes=(OUTCOME, "franvaro"), economics=False)
    other = table.assign(outcome="franvaro", value=table["value"] * 3)
    honest = engines.units_by_statsmodels
    lies = iter([False, True])

    def engine(*arrays):
        name, value, error = honest(*arrays)
        return name, value * (1.001 if next(lies) else 1), error

    monkeypatch.setattr(engines, "units_by_statsmodels", engine)
    import pandas as pd

    with pytest.raises(EstimationError, match=r"did\.franvaro"):
        evaluate(frame_of(pd.concat([table, other])), plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE)
