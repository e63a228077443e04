"""Classes of change as they may leave the house: small cells, rounding, what points at what is hidden, nobody and everybody."""

from __future__ import annotations

from dataclasses import replace

import pytest
from evalkit.errors import DisclosureRefused
from evalkit.findings.cell import DisclosureEvidence
from evalkit.release.clear_norms import clear_instruments
from evalkit.release.clearance import Clearance
from evalkit.release.disclosure import clear
from hypothesis import given
from hypothesis import strategies as st
from tests.support.instrument_result import OUTCOME, Counts, classes, page, result_with
from tests.support.sample_result import policy

LEAST, BASE = policy().min_cell, policy().round_counts_to


def cleared(treated: Counts, comparison: Counts | None = None, *, public: bool = False):
    ruler = Clearance(policy(), public=public)
    (safe,) = clear_instruments(result_with(page(treated, comparison)), ruler, ())
    return safe, ruler


def rows(safe, group: str = "treated") -> list[tuple[str, ...]]:
    return [count.classes for one in safe.classes if one.group == group for count in one.counts]


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ((LEAST, LEAST, LEAST, LEAST), [("recovered",), ("improved",), ("unchanged",), ("deteriorated",)]),
        ((LEAST - 1, LEAST, LEAST, LEAST), [("recovered", "improved"), ("unchanged",), ("deteriorated",)]),
        ((LEAST, LEAST, LEAST, LEAST - 1), [("recovered",), ("improved",), ("unchanged", "deteriorated")]),
        ((1, LEAST, LEAST, 1), [("recovered", "improved"), ("unchanged", "deteriorated")]),
        ((0, LEAST - 1, 4 * LEAST, 2 * LEAST), []),
        ((LEAST, LEAST, LEAST - 1, 0), []),
    ],
)
def test_a_class_below_the_limit_is_put_together_or_the_table_is_hidden(counts: Counts, shown: list[tuple[str, ...]]) -> None:
    safe, ruler = cleared(counts)
    assert rows(safe) == shown
    assert all(count.n is not None and count.n >= LEAST for one in safe.classes for count in one.counts)
    reasons = {s.reason for s in ruler.suppressions if s.where == f"class:{OUTCOME}"}
    assert reasons == (set() if len(shown) == 4 else {"merged"} if shown else {"few"})


@pytest.mark.parametrize("counts", [(0, 0, 54, 0), (54, 0, 0, 0), (0, 0, 0, 54)])
def test_nobody_or_everybody_in_a_class_shows_nothing(counts: Counts) -> None:
    safe, ruler = cleared(counts)
    assert rows(safe) == []
    assert ruler.suppressions


def test_counts_and_shares_are_rounded_and_shares_are_made_of_the_rounded() -> None:
    safe, _ = cleared((13, 12, 21, 12))
    (one,) = safe.classes
    assert all(count.n % BASE == 0 for count in one.counts)
    assert one.n == 60
    assert [count.share for count in one.counts] == [round(count.n / one.n, 2) for count in one.counts]


def test_public_counts_stay_as_they_are() -> None:
    ruler = Clearance(policy(), public=True)
    finding = page((1, 2, 3, 0))
    open_to_all = DisclosureEvidence(6, public=True)
    finding = replace(finding, comparisons=(), regression=(), classes=(classes("treated", (1, 2, 3, 0), evidence=open_to_all),))
    (safe,) = clear_instruments(result_with(finding), ruler, ())
    assert [count.n for count in safe.classes[0].counts] == [1, 2, 3, 0]


def test_the_excess_is_the_difference_of_shares_that_are_shown() -> None:
    safe, _ = cleared((16, 11, 20, 11), (11, 3, 28, 12))
    shares = {one.group: sum(c.share for c in one.counts if set(c.classes) <= {"recovered", "improved"}) for one in safe.classes}
    assert safe.excess.value == pytest.approx(shares["treated"] - shares["comparison"])
    assert safe.excess.interval is not None
    for end in (safe.excess.interval.low, safe.excess.interval.high):
        assert end == round(end, 1)


@pytest.mark.parametrize("comparison", [(0, 0, 40, 10), (25, 25, 0, 0), (2, 3, 30, 15)])
def test_the_excess_is_hidden_where_a_share_behind_it_is(comparison: Counts) -> None:
    safe, _ = cleared((16, 11, 20, 11), comparison)
    assert rows(safe, "comparison") == []
    assert (safe.excess.value, safe.excess.interval) == (None, None)


def test_no_other_table_points_at_a_hidden_class() -> None:
    """Of 54 analysed, three improved: neither the class, its complement nor the total that gives it back may stand."""
    safe = clear(result_with(page((0, 3, 40, 11), (12, 11, 12, 12))), policy())
    (one,) = [c for c in safe.instruments[0].classes if c.group == "treated"]
    assert one.counts == ()
    assert safe.instruments[0].excess.value is None


@given(st.tuples(*[st.integers(0, 40)] * 4).filter(sum))
def test_whatever_the_counts_nothing_small_and_nothing_unrounded_is_shown(counts: Counts) -> None:
    safe, _ = cleared(counts)
    for one in safe.classes:
        for count in one.counts:
            assert count.n >= LEAST
            assert count.n % BASE == 0
            assert 0 < count.share < 1
        names = [name for count in one.counts for name in count.classes]
        assert not names or sorted(names) == ["deteriorated", "improved", "recovered", "unchanged"]


def test_evidence_that_claims_public_persons_is_refused() -> None:
    finding = page((12, 12, 12, 12))
    finding = replace(finding, classes=(classes("treated", (12, 12, 12, 12), evidence=DisclosureEvidence(48, public=True)),))
    with pytest.raises(DisclosureRefused):
        clear_instruments(result_with(finding), Clearance(policy(), public=False), ())
