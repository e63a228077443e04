"""The committed demonstrations go through reading, gate, scoring and frame as a municipality's own deliveries would."""

import pytest
from evalkit.findings.provenance import Provenance
from evalkit.findings.result import PlanIdentity
from evalkit.methods.evaluate import evaluate
from evalkit.plan.register import load_register
from evalkit.plan.unit_costs import load_unit_costs
from evalkit.records.deliveries import find_deliveries
from evalkit.records.frame import build_frame
from evalkit.records.gate import check
from evalkit.records.pseudonym import PseudonymKey
from evalkit.records.reading import read_sources
from evalkit.records.scoring import score
from tests.support.demo import DEMOS, REAL, plan_and_truth, world

KEY = PseudonymKey(b"a key of thirty-two bytes, tests", "00000000")


def through(demo):
    plan, _ = plan_and_truth(demo)
    register = load_register(REAL.instruments)
    raw = read_sources(find_deliveries(REAL, plan), plan, KEY, register)
    gated = check(raw, plan, register)
    return plan, raw, gated, build_frame(score(gated, plan, register), plan)


@pytest.fixture(scope="module")
def stations():
    return {demo: through(demo) for demo in DEMOS}


def left(frame, outcome, reason):
    flow = next(flow for flow in frame.flows if flow.outcome == outcome)
    return sum(exclusion.n for exclusion in flow.exclusions if exclusion.reason == reason)


@pytest.mark.parametrize("demo", DEMOS)
def test_the_gate_opens_and_says_what_it_noticed(stations, demo):
    _, _, gated, _ = stations[demo]
    assert gated.report.is_open
    assert gated.report.warnings
    assert gated.report.notes


@pytest.mark.parametrize("demo", DEMOS)
def test_what_is_read_is_what_was_true_after_corrections(stations, demo):
    plan, raw, _, _ = stations[demo]
    made = world(demo)
    source = plan.source("skattning" if demo == "np-samverkan" else "kartlaggning")
    outcome = plan.primary_outcome if demo == "np-samverkan" else "value"
    truth = {KEY.pseudonym(person.number): person for person in made.persons}
    numbers = {KEY.pseudonym(person.number): n for n, person in enumerate(made.persons)}
    values = {(v.person, v.day): v.value for v in made.values[plan.primary_outcome]}
    table = raw.tables[source.id]
    mine = table[table["person"].isin(truth) & table[outcome].notna()]
    mine = mine[mine["instrument"].isin({"who5", "wisc4", "wisc5"})]
    read = {(numbers[row.person], row.date.date()): getattr(row, outcome) for row in mine.itertuples()}
    assert len(read) > 120
    assert all(values[key] == value for key, value in read.items())


@pytest.mark.parametrize("demo", DEMOS)
def test_each_piece_of_dirt_is_counted_where_it_leaves(stations, demo):
    plan, _, _, frame = stations[demo]
    dirt = plan_and_truth(demo)[1].dirt
    for reason, expected in (("consent_unknown", dirt.consent_unknown), ("consent_withdrawn", dirt.withdrawn)):
        assert left(frame, plan.primary_outcome, reason) == expected


def test_the_crossed_pairs_of_skolfam_are_left_out_and_counted(stations):
    assert left(stations["skolfam"][3], "begavning", "other_instrument") == 2


def test_the_last_starters_of_np_samverkan_are_not_yet_due_rather_than_lost(stations):
    assert left(stations["np-samverkan"][3], "valbefinnande", "not_due") == 26


@pytest.mark.parametrize("demo", DEMOS)
def test_both_groups_are_large_enough_to_be_shown(stations, demo):
    plan, _, _, frame = stations[demo]
    primary = frame.table[frame.table["outcome"] == plan.primary_outcome]
    persons = primary.drop_duplicates("unit")
    assert persons.groupby("treated").size().min() >= 30
    assert persons.groupby(["treated", "cohort"]).size().min() >= 10
    assert persons.groupby(["treated", "sex"]).size().min() >= 10


def test_skolfam_has_many_clusters_in_both_groups(stations):
    table = stations["skolfam"][3].table
    clusters = table.drop_duplicates("unit").groupby("treated")["cluster"].nunique()
    assert clusters.min() >= 6


@pytest.mark.parametrize(("demo", "shown"), [("np-samverkan", True), ("skolfam", False)])
def test_the_interval_holds_the_planted_effect_and_the_demonstrations_end_differently(stations, demo, shown):
    plan, truth = plan_and_truth(demo)
    identity = PlanIdentity(
        id=demo,
        title=plan.title,
        version=plan.version,
        sha256="",
        language="sv",
        data_kind="persons",
        synthetic=True,
        primary_outcome=plan.primary_outcome,
        decisive_occasion=str(plan.decisive_occasion),
        locked=False,
    )
    frame = stations[demo][3]
    prices = load_unit_costs(REAL.unit_costs / "skl-2015.csv")
    provenance = Provenance(frame.evaluated_on, "", "", frame.key_id, (), (), "", "")
    result = evaluate(frame, plan, load_register(REAL.instruments), prices, identity, provenance)
    estimate = next(e for e in result.estimates if e.id == f"did.{plan.primary_outcome}")
    planted = truth.outcome(plan.primary_outcome).effect[plan.decisive_occasion]
    assert estimate.interval.low < planted < estimate.interval.high
    assert (estimate.interval.low > 0) is shown
