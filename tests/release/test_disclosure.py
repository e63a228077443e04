from __future__ import annotations

import json
import math
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import pytest
from evalkit.errors import DisclosureRefused
from evalkit.findings.cell import PUBLIC
from evalkit.findings.estimate import MeanPoint
from evalkit.findings.result import EvaluationResult
from evalkit.findings.safe import safe_from_json, safe_to_json
from evalkit.findings.sample import ActivityMonth, Exclusion, FlowArm, OccasionCount, SampleFlow
from evalkit.release.disclosure import clear
from evalkit.release.rounding import digits_of, round_count, round_p
from tests.support.sample_result import estimate, policy, public_result, sample_result, seen

PACKAGE = Path(__file__).parents[2] / "evalkit"


def flow_of(delivered: int, *left: int, reasons: tuple[str, ...] = ("not_due", "no_follow_up", "partial")) -> EvaluationResult:
    exclusions = tuple(Exclusion(reason, "treated", "", n) for reason, n in zip(reasons, left, strict=False))
    analysed = delivered - sum(left)
    flow = SampleFlow("valbefinnande", (FlowArm("treated", delivered, analysed, seen(analysed)),), exclusions)
    return replace(sample_result(), flows=(flow,))


def mean_of(n: int, **facts: object) -> tuple[float | None, ...]:
    points = tuple(MeanPoint("valbefinnande", "treated", f"t{i}", i, 40.0 + i, 17.0, n, seen(n, **facts)) for i in range(3))
    return tuple(p.mean for p in clear(replace(sample_result(), means=points, estimates=()), policy()).means)


@pytest.mark.parametrize(("n", "shown"), [(9, None), (10, 10), (11, 10), (13, 15)])
def test_a_count_is_seen_from_the_limit_on_and_rounded(n: int, shown: int | None) -> None:
    count = OccasionCount("valbefinnande", "start", "treated", 60, 60 - n, n)
    assert clear(replace(sample_result(), occasions=(count,)), policy()).occasions[0].n_not_due == shown


@pytest.mark.parametrize(("n", "is_shown"), [(9, False), (10, True), (11, True)])
def test_a_mean_is_seen_from_the_limit_on(n: int, is_shown: bool) -> None:
    assert all((mean is not None) is is_shown for mean in mean_of(n))


@pytest.mark.parametrize(("n", "is_shown"), [(9, False), (11, False), (12, True), (13, True)])
def test_an_estimate_needs_ten_persons_in_each_group_and_ten_residual_degrees_of_freedom(n: int, is_shown: bool) -> None:
    made = estimate(
        "change.treated.valbefinnande", "valbefinnande", "treated", ("a", "b"), (3.0, 1.0), n_units=n, n_treated_units=n
    )
    made = replace(made, evidence=seen(n))
    strict = policy(min_degrees_of_freedom=11)
    assert (clear(replace(sample_result(), estimates=(made,)), strict).estimates[0].value is not None) is is_shown


@pytest.mark.parametrize("treated", [9, 92])
def test_a_difference_with_a_small_group_on_either_side_is_hidden(treated: int) -> None:
    made = estimate("did.valbefinnande", "valbefinnande", "all", ("a", "b"), (3.0, 1.0), n_units=101, n_treated_units=treated)
    safe = clear(replace(sample_result(), estimates=(made,)), policy()).estimates[0]
    assert (safe.value, safe.std_error, safe.interval, safe.p_value, safe.df) == (None,) * 5
    assert None in {safe.n_treated_units, safe.n_comparison_units}


@pytest.mark.parametrize("facts", [{"all_equal": True}, {"none_or_all": True}, {"top_two_share": 0.9}])
def test_equal_values_none_or_all_and_dominance_are_hidden_whatever_the_number_of_persons(facts: dict[str, object]) -> None:
    assert mean_of(60, **facts) == (None, None, None)
    assert None not in mean_of(60, top_two_share=0.85)


def test_a_hidden_mean_takes_a_neighbour_along_since_the_change_would_give_it_back() -> None:
    points = list(sample_result().means)
    points[0] = replace(points[0], evidence=seen(54, all_equal=True))
    safe = clear(replace(sample_result(), means=tuple(points)), policy())
    hidden = [(p.outcome, p.group, p.order) for p in safe.means if p.mean is None]
    assert hidden == [("valbefinnande", "treated", 0), ("valbefinnande", "treated", 1)]
    assert all(p.sd is None for p in safe.means if p.mean is None)


def test_a_hidden_change_takes_the_other_group_and_its_own_means_along_and_leaves_the_difference() -> None:
    result = sample_result()
    marked = replace(result.estimate("change.treated.valbefinnande"), evidence=seen(54, all_equal=True))
    estimates = tuple(marked if e.id == marked.id else e for e in result.estimates)
    safe = clear(replace(result, estimates=estimates), policy())
    values = {e.id: e.value for e in safe.estimates if e.outcome == "valbefinnande"}
    assert [name for name, value in values.items() if value is None] == [
        "change.treated.valbefinnande",
        "change.comparison.valbefinnande",
    ]
    assert values["did.valbefinnande"] is not None
    assert all(p.mean is None for p in safe.means if p.outcome == "valbefinnande")
    assert not any(size.estimate_id.startswith("change.treated.valbefinnande") for size in safe.effect_sizes)


def test_small_reasons_are_merged_and_the_merged_number_is_never_small() -> None:
    flow = clear(flow_of(60, 12, 3), policy()).flows[0]
    assert [(e.reason, e.n) for e in flow.exclusions] == [("other", 15)]
    flow = clear(flow_of(60, 12, 4, 6), policy()).flows[0]
    assert [(e.reason, e.n) for e in flow.exclusions] == [("not_due", 10), ("other", 10)]


def test_a_reason_that_is_small_at_one_occasion_loses_its_occasions() -> None:
    exclusions = (Exclusion("no_follow_up", "treated", "uppf6", 4), Exclusion("no_follow_up", "treated", "uppf12", 14))
    flow = SampleFlow("valbefinnande", (FlowArm("treated", 68, 50, seen(50)),), exclusions)
    safe = clear(replace(sample_result(), flows=(flow,)), policy()).flows[0]
    assert [(e.reason, e.occasion, e.n) for e in safe.exclusions] == [("no_follow_up", "", 20)]


def test_a_single_small_loss_is_said_without_a_number_and_cannot_be_counted_from_its_margins() -> None:
    safe = clear(flow_of(63, 3), policy())
    assert safe.flows[0].exclusions[0].n is None
    assert (safe.flows[0].arms[0].n_delivered, safe.flows[0].arms[0].n_analysed) == (65, 60)
    finer = clear(flow_of(63, 3), policy(round_counts_to=1)).flows[0].arms[0]
    assert (finer.n_delivered, finer.n_analysed) == (None, 60)


@pytest.mark.parametrize("delivered", range(58, 68))
@pytest.mark.parametrize("lost", range(1, 10))
def test_a_hidden_loss_stays_as_uncertain_as_the_limit_says(delivered: int, lost: int) -> None:
    arm = clear(flow_of(delivered, lost), policy()).flows[0].arms[0]
    assert arm.n_delivered is not None
    assert arm.n_analysed is not None
    shown = (arm.n_delivered, arm.n_analysed)
    possible = {d - a for d in range(40, 90) for a in range(30, d + 1) if (round_count(d, 5), round_count(a, 5)) == shown}
    assert lost in possible
    # The report says that some but fewer than ten left; the counts narrow that down to no less than four candidates.
    assert len(possible & set(range(1, 10))) >= 4


def test_shares_are_made_of_rounded_counts() -> None:
    safe = clear(sample_result(), policy())
    for row in safe.occasions:
        assert row.n_measured is not None
        assert row.n_expected
        assert row.share_measured == round(min(row.n_measured / row.n_expected, 1), 2)
    assert safe.activities[0].share_reaching_target == round(20 / 55, 2)


@pytest.mark.parametrize("reached", [0.0, 9 / 54, 45 / 54, 1.0])
def test_a_share_with_few_none_or_all_on_one_side_is_hidden(reached: float) -> None:
    row = replace(sample_result().activities[0], share_reaching_target=reached)
    assert (
        clear(replace(sample_result(), activities=(row,)), policy()).activities[0].share_reaching_target is None
        or reached == 45 / 54 - 1
    )


def test_months_with_few_persons_are_put_together_and_no_quantity_is_lost() -> None:
    safe = clear(sample_result(), policy())
    first, last = safe.activity_months[0], safe.activity_months[-1]
    assert (first.first, first.last) == ("2015-09", "2015-11")
    assert (last.first, last.last) == ("2017-01", "2017-02")
    exact = sum(m.quantity for m in sample_result().activity_months)
    assert math.isclose(sum(m.quantity or 0 for m in safe.activity_months), exact, abs_tol=2.5 * len(safe.activity_months))


def test_months_that_never_reach_the_limit_are_not_shown() -> None:
    months = tuple(ActivityMonth("samordningssamtal", f"2016-0{i}", 12.0, seen(6)) for i in range(1, 6))
    assert clear(replace(sample_result(), activity_months=months), policy()).activity_months == ()


def test_numbers_are_rounded_by_their_error_and_counts_of_persons_hide_in_no_other_number() -> None:
    safe = clear(sample_result(), policy())
    primary = safe.primary
    assert primary is not None
    assert primary.interval is not None
    assert (primary.value, primary.std_error, primary.p_value, primary.decimals) == (7.4, 3.2, 0.022, 1)
    assert (primary.interval.low, primary.interval.high) == (1.0, 13.8)
    assert {e.df for e in safe.estimates} == {95.0, 55.0, 45.0}
    assert {p.mean for p in safe.means if p.outcome == "valbefinnande"} == {38.0, 44.0, 48.0, 40.0, 41.0, 42.0}
    value = safe.valuation
    assert value is not None
    assert (value.n_participants, value.cost_per_participant, value.break_even[0].number_needed) == (85, 56000.0, 158)
    assert all(isinstance(stamp.name, str) and "deltagare" not in stamp.name for stamp in safe.provenance.data)


def test_a_delivery_leaves_under_the_key_of_the_house_or_not_at_all() -> None:
    result = sample_result()
    plain = replace(result.provenance.data[0], sha256="d1" * 32)
    result = replace(result, provenance=replace(result.provenance, data=(plain,)))
    sealed = replace(result, provenance=replace(result.provenance, seals=("5ea1" * 16,)))
    for found, shown in ((result, ()), (sealed, ("5ea1" * 16,))):
        safe = clear(found, policy())
        assert tuple(stamp.sha256 for stamp in safe.provenance.data) == shown
        assert plain.sha256 not in safe_to_json(safe)


def test_public_numbers_keep_the_digits_of_the_reference() -> None:
    safe = clear(public_result(), policy())
    assert safe.primary is not None
    assert (safe.primary.value, safe.primary.std_error, safe.tests[0].p_value) == (1.78, 0.41, 0.0098)
    assert [(e.reason, e.n) for e in safe.flows[0].exclusions] == [("always_treated", 55), ("reversal", 1)]
    assert safe.suppressions == ()


def test_both_kinds_of_report_still_say_something() -> None:
    for result in (sample_result(), public_result()):
        safe = clear(result, policy())
        assert safe.primary is not None
        assert safe.primary.value is not None
        assert safe.primary.interval is not None
        assert all(arm.n_analysed is not None for flow in safe.flows for arm in flow.arms)
        assert all(p.mean is not None for p in safe.means)


def test_what_is_hidden_is_listed_without_a_number() -> None:
    safe = clear(flow_of(63, 3), policy())
    assert {(s.where, s.reason) for s in safe.suppressions} >= {("flow:valbefinnande:treated", "few")}
    assert {s.reason for s in safe.suppressions} <= {"few", "merged", "policy"}
    assert not any(
        character.isdigit() for s in safe.suppressions for character in s.where.replace("uppf6", "").replace("uppf12", "")
    )


def test_rows_places_messages_and_the_key_stay_inside() -> None:
    text = safe_to_json(clear(sample_result(), policy()))
    for secret in ("HEMLIGT", "rad 17", "samtal_2016.csv", "deltagare.xlsx", "a1b2c3d4", '"size"'):
        assert secret not in text


def test_missing_evidence_is_refused() -> None:
    broken = replace(sample_result().means[0], evidence=None)
    with pytest.raises(DisclosureRefused, match="röjandeunderlag saknas"):
        clear(replace(sample_result(), means=(broken,)), policy())


def test_a_persons_plan_cannot_call_its_numbers_public() -> None:
    broken = replace(sample_result().means[0], evidence=PUBLIC)
    with pytest.raises(DisclosureRefused) as refused:
        clear(replace(sample_result(), means=(broken,)), policy())
    assert refused.value.code == "SDC-PUBLIC"
    assert refused.value.exit_code == 4


@pytest.mark.parametrize("smuggled", [[1.0], {"a": 1}, object(), b"x", math.nan, math.inf])
def test_a_type_that_findings_may_not_hold_is_refused(smuggled: object) -> None:
    broken = replace(sample_result().means[0], mean=smuggled)
    with pytest.raises(DisclosureRefused) as refused:
        clear(replace(sample_result(), means=(broken,)), policy())
    assert refused.value.code == "SDC-TYPE"


@pytest.mark.parametrize(
    "form", ["20000101-9819", "000101-9819", "200001019819", "20000101 9819", "20000101\u20119819", "2000\u200b01019819"]
)
def test_a_personal_number_in_the_plans_own_text_is_refused_and_not_repeated(form: str) -> None:
    text = replace(sample_result().plan_text, background=f"Ärendet gäller {form} och flera.")
    with pytest.raises(DisclosureRefused) as refused:
        clear(replace(sample_result(), plan_text=text), policy())
    assert "plan_text.background" in str(refused.value)
    assert "9819" not in str(refused.value)


def test_a_number_that_is_no_personal_number_does_not_stop_the_report() -> None:
    text = replace(
        sample_result().plan_text, background="Diarienummer 954-2016, organisationsnummer 556000-0001, telefon 019-211000."
    )
    assert clear(replace(sample_result(), plan_text=text), policy()).plan_text.background.startswith("Diarienummer")


def test_the_cleared_result_survives_json_and_a_foreign_file_is_refused() -> None:
    safe = clear(sample_result(), policy())
    assert safe_from_json(safe_to_json(safe)) == safe
    document = json.loads(safe_to_json(safe))
    with pytest.raises(DisclosureRefused):
        safe_from_json(json.dumps({key: value for key, value in document.items() if key != "policy"}))
    with pytest.raises(DisclosureRefused, match="format"):
        safe_from_json(json.dumps(document | {"safe_format": 99}))


def test_only_clear_builds_a_cleared_result() -> None:
    builders = [p.name for p in sorted(PACKAGE.rglob("*.py")) if "SafeResult(" in p.read_text(encoding="utf-8")]
    assert builders == ["disclosure.py"]


def test_the_cleared_result_holds_nothing_but_plain_frozen_parts() -> None:
    def walk(value: object, where: str) -> None:
        if is_dataclass(value):
            assert value.__dataclass_params__.frozen, where  # type: ignore[attr-defined]
            for field in fields(value):
                walk(getattr(value, field.name), f"{where}.{field.name}")
        elif isinstance(value, tuple):
            for item in value:
                walk(item, where)
        else:
            assert not isinstance(value, list | dict | set | bytes), where

    walk(clear(sample_result(), policy()), "safe")


def test_rounding_at_the_borders() -> None:
    assert [round_count(n, 5) for n in (0, 2, 3, 7, 8, 12.5)] == [0, 0, 5, 5, 10, 15]
    assert [digits_of(x, 2) for x in (0.996, 9.96, 0.0407, 3.2)] == [1, 0, 3, 1]
    assert [round_p(p) for p in (0.051, 0.049, 0.0009, 0.5)] == [(0.051, False), (0.049, False), (0.001, True), (0.5, False)]
