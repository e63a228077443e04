"""The table of other ways to count: what is cleared, what the words say, and that a refused way shows its rate and no number."""

from __future__ import annotations

from dataclasses import replace

import pytest
from evalkit.findings.estimate import Interval
from evalkit.findings.routes import ATTAINABLE, NO_ANSWER, RATE, SHOWN, RouteBeside, RoutesBeside
from evalkit.findings.safe import safe_from_json, safe_to_json
from evalkit.release.chapter_routes import routes_parts
from evalkit.release.disclosure import clear
from evalkit.release.language import Language
from tests.support.sample_result import policy, sample_result

ID = "did.valbefinnande"


def way(route: str, rate: float, why: str = SHOWN, p: float | None = None, ends: tuple[float, float] | None = None, **more):
    return RouteBeside(route, rate, 0.005, 0.7, 2_000, why, p, None if ends is None else Interval(*ends, 0.95), **more)


def result(*ways: RouteBeside, by_cluster: bool = False, chosen: str = "welch"):
    base = sample_result()
    found = RoutesBeside(ID, "valbefinnande", chosen, ways, 0.06, 1)
    estimates = tuple(replace(e, n_clusters=7, n_treated_clusters=3) if by_cluster and e.id == ID else e for e in base.estimates)
    return replace(base, routes=(found,), estimates=estimates)


OWN = way("welch", 0.0532, SHOWN, 0.0321, (0.412, 14.287))
LOUD = way("bootstrap-t", 0.1234, RATE)


def html(made, code: str = "sv") -> str:
    return "".join(str(part) for part in routes_parts(clear(made, policy()), Language(code)))


def test_what_is_cleared_is_read_back_in_digits_that_do_not_tell_the_number_of_persons():
    safe = clear(result(OWN, LOUD, way("permutation", 0.0512, SHOWN, 0.04, (0.1, 14.0), smallest_p=1 / 924, exact=True)), policy())
    assert safe_from_json(safe_to_json(safe)) == safe
    one = safe.routes[0]
    assert [r.worst_rate for r in one.routes] == [0.05, 0.12, 0.05]
    assert one.routes[2].smallest_p is None
    assert one.rate_decimals == 0


def test_clusters_are_no_persons_and_their_smallest_p_is_said():
    made = result(OWN, way("permutation", 0.0512, SHOWN, 1 / 35, (0.1, 14.0), smallest_p=1 / 35, exact=True), by_cluster=True)
    assert "Med 3 av 7 kluster kan dess p-värde aldrig bli mindre än 0,029." in html(made)
    assert clear(made, policy()).routes[0].routes[0].worst_rate == 0.053


@pytest.mark.parametrize(
    ("code", "words"), [("sv", "visas inte: ger falskt larm i 12 av 100"), ("en", "not shown: a false alarm in 12 of 100")]
)
def test_a_way_that_cries_wolf_shows_its_rate_and_nothing_else(code, words):
    page = html(result(OWN, LOUD), code)
    assert words in page
    assert "bootstrap-t" in page.casefold()


def test_what_the_other_ways_say_is_counted():
    same, other = way("pooled-t", 0.05, SHOWN, 0.03, (0.3, 14.4)), way("cr3-t", 0.04, SHOWN, 0.06, (-0.4, 15.1))
    assert "samma besked" in html(result(OWN, same))
    assert "1 av de 2 andra sätt som håller ger ett annat besked" in html(result(OWN, same, other))
    assert "Inget av de andra sätten håller" in html(result(OWN, LOUD))


def test_a_placebo_test_of_three_and_three_says_why_it_is_not_shown():
    page = html(result(OWN, way("permutation", 0.0, ATTAINABLE, smallest_p=0.1, exact=True), by_cluster=True))
    assert "visas inte: p kan aldrig bli mindre än 0,10" in page


def test_where_the_report_gives_no_p_value_no_way_does():
    page = html(result(way("pooled-t", 0.05, NO_ANSWER), LOUD, chosen="none"))
    assert "Inget sätt att räkna p-värden får användas" in page
    assert "visas inte: rapporten ger inget här" in page


def test_a_hidden_estimate_takes_its_ways_with_it_and_a_run_without_them_says_nothing():
    made = result(OWN, LOUD)
    few = tuple(replace(e, n_treated_units=3) if e.id == ID else e for e in made.estimates)
    assert clear(replace(made, estimates=few), policy()).routes == ()
    assert routes_parts(clear(sample_result(), policy()), Language("sv")) == []


def test_a_way_loses_its_p_value_where_the_report_tests_nothing():
    made = result(OWN)
    untested = tuple(replace(e, p_value=None) if e.id == ID else e for e in made.estimates)
    safe = clear(replace(made, estimates=untested), policy())
    assert safe.routes[0].routes[0].p_value is None
