"""The report's tables, each from the cleared result alone."""

from __future__ import annotations

from evalkit.findings.reasons import PRICE_NOTES
from evalkit.findings.safe import SafeEstimate, SafeExclusion, SafeMean, SafeResult
from evalkit.release.as_drawn import AS_RECEIVED, DESCRIBED, by_what_they_got
from evalkit.release.claims import claim_notes
from evalkit.release.language import Language
from evalkit.release.markup import Table

_COUNT_COLUMNS = frozenset({2, 3})
_NAMED = {
    "imputation": "e_did_imputation",
    "did-adjusted": "e_did_adjusted",
    "did-matched": "e_did_matched",
    "risk-sets": "e_did_cohorts",
}
"""Estimators with a name of their own in the table of estimates."""


def render(table: Table, language: Language) -> str:
    """Return a table as HTML."""
    return table.html(language.text("scroll", caption=table.caption))


def flow_table(safe: SafeResult, language: Language) -> Table:
    """Return delivered, analysed and reasons, by outcome and group."""
    t = language.text
    rows = []
    for flow in safe.flows:
        for arm in flow.arms:
            reasons = "; ".join(
                f"{reason_text(e, safe, language)}: {persons(e.n, safe, language)}" for e in flow.exclusions if e.group == arm.group
            )
            label = safe.outcome_label(flow.outcome)
            rows.append(
                [label, t(arm.group), language.count(arm.n_delivered), language.count(arm.n_analysed), reasons or t("none")]
            )
    head = [t("c_outcome"), t("c_group"), t("c_delivered"), t("c_analysed"), t("c_left")]
    return Table(t("t_flow") + by_what_they_got(safe, language), head, rows, _COUNT_COLUMNS)


def persons(n: int | None, safe: SafeResult, language: Language) -> str:
    """Return a number of persons; a hidden one is below the policy's limit, and that may be said."""
    return language.text("fewer", limit=safe.policy.min_cell) if n is None else language.count(n)


def reason_text(exclusion: SafeExclusion, safe: SafeResult, language: Language) -> str:
    """Return why somebody left, with the occasion where it is known."""
    reason = language.text(f"r_{exclusion.reason}")
    # What is missing at the start says so itself.
    label = next((o.label for o in safe.plan_text.occasions if o.id == exclusion.occasion and o.role == "after"), "")
    return language.text("at_occasion", reason=reason, occasion=label[:1].lower() + label[1:]) if label else reason


def occasion_table(safe: SafeResult, language: Language) -> Table:
    """Return who was measured, of those due, by outcome, occasion and group."""
    t = language.text
    labels = {o.id: o.label for o in safe.plan_text.occasions}
    rows = [
        [
            safe.outcome_label(o.outcome),
            labels.get(o.occasion, o.occasion),
            t(o.group),
            language.count(o.n_expected),
            language.count(o.n_measured),
            language.percent(o.share_measured),
            persons(o.n_not_due, safe, language),
        ]
        for o in safe.occasions
    ]
    head = [t(k) for k in ("c_outcome", "c_occasion", "c_group", "c_expected_n", "c_measured", "c_share", "c_not_due")]
    return Table(t("t_followed") + by_what_they_got(safe, language), head, rows, frozenset({3, 4, 5, 6}))


def sums_note(safe: SafeResult, outcome: str, step: str, language: Language) -> list[str]:
    """Return that a counted outcome is a sum over the step here, not over the window of its unit; else nothing."""
    counted = any(o.id == outcome and o.kind == "count" for o in safe.plan_text.outcomes)
    return [language.text(f"sum_{step}", label=safe.outcome_label(outcome))] if counted and safe.plan.data_kind == "persons" else []


def means_table(points: list[SafeMean], label: str, safe: SafeResult, language: Language) -> Table:
    """Return mean, SD and n of each group by period, for one outcome and axis."""
    t = language.text
    groups = [g for g in ("treated", "comparison") if any(p.group == g for p in points)]
    found = {(p.order, p.group): p for p in points}
    rows = []
    for order, period in sorted({(p.order, p.period) for p in points}):
        row = [period]
        for group in groups:
            point = found.get((order, group))
            if point is None:
                row += [t("none")] * 3
            else:
                spread = t("none") if point.sd is None and point.mean is not None else language.number(point.sd, point.decimals)
                row += [language.number(point.mean, point.decimals), spread, language.count(point.n)]
        rows.append(row)
    head = [t("c_period")]
    for group in groups:
        head += [t("c_group_mean", group=t(group)), t("c_group_sd"), t("c_group_n")]
    return Table(
        t("t_means", label=label),
        head,
        rows,
        frozenset(range(1, 3 * len(groups) + 1)),
        rounded_note(safe, points[0].outcome, language),
    )


def rounded_note(safe: SafeResult, outcome: str, language: Language) -> str:
    """Return that shares of a yes or no are made of rounded counts, so that they differ from the estimates; else nothing."""
    yes_no = any(o.id == outcome and o.kind == "binary" for o in safe.plan_text.outcomes)
    base = safe.policy.round_counts_to
    return language.text("note_shares", base=base) if yes_no and safe.policy.applied and base > 1 else ""


def estimate_table(safe: SafeResult, language: Language) -> Table:
    """Return every estimate with standard error, interval, p and n."""
    t = language.text
    rows = [
        [
            safe.outcome_label(e.outcome),
            estimate_name(e, language),
            language.number(e.value, e.decimals) if e.value is None else language.quantity(e.value, e.decimals, e.unit),
            t("none") if e.std_error is None else language.number(e.std_error, e.decimals),
            language.interval(e.interval, e.decimals),
            language.p_value(e.p_value, below=e.p_below),
            language.count(e.n_units),
        ]
        for e in safe.estimates
    ]
    level = language.percent(safe.plan_text.confidence_level)
    head = [t("c_outcome"), t("c_what_estimate"), t("c_value"), t("c_se"), t("c_ci", level=level), t("c_p"), t("c_n")]
    notes = [t("note_estimates")]
    if any(e.value is not None and e.p_value is None and e.route_reason not in {AS_RECEIVED, DESCRIBED} for e in safe.estimates):
        notes.append(t("note_no_p"))
    if safe.plan.data_kind == "persons" and any(e.estimand.endswith("-clusters") for e in safe.estimates):
        notes.append(t("note_clusters"))
    notes += [t("x_received_note")] if safe.received_apart else []
    notes += [t(key) for key in claim_notes(safe)]
    return Table(t("t_estimates"), head, rows, frozenset({2, 3, 4, 5, 6}), " ".join(notes))


def estimate_name(estimate: SafeEstimate, language: Language) -> str:
    """Return what an estimate compares."""
    if estimate.estimator == "interrupted-series":
        return language.text("e_series")
    if estimate.group in {"treated", "comparison"}:
        return language.text(f"e_change_{estimate.group}")
    if estimate.contrast is not None:
        return language.text("e_itt_arms", arm=estimate.contrast[0], against=estimate.contrast[1])
    if estimate.estimator == "itt-ancova":
        return language.text("e_itt")
    if estimate.estimator.startswith("synthetic"):
        return language.text("e_twin")
    return _difference_name(estimate, language)


def _difference_name(estimate: SafeEstimate, language: Language) -> str:
    if estimate.route_reason == AS_RECEIVED:
        base = "e_did_adjusted" if estimate.estimator == "did-adjusted" else "e_did"
        return f"{language.text(base)}, {language.text('x_received_row')}"
    if estimate.route_reason == "before-matching":
        return language.text("e_did_unmatched")
    named = _NAMED.get(estimate.estimator, "")
    if named or estimate.route_reason == "twfe-beside":
        return language.text(named or "e_did_twfe")
    return language.text("e_did_persons" if estimate.route_reason == "weighted-by-persons" else "e_did")


def sizes_table(safe: SafeResult, language: Language) -> Table:
    """Return standardised changes with their standardiser."""
    t = language.text
    named = {e.id: e for e in safe.estimates}
    rows = []
    # The uncorrected twins stay in the JSON: two columns of nearly the same number help nobody.
    for size in [s for s in safe.effect_sizes if s.corrected] or safe.effect_sizes:
        estimate = named[size.estimate_id]
        name = f"{safe.outcome_label(estimate.outcome)}: {estimate_name(estimate, language)}"
        kind = t(f"k_{size.kind}")
        standardiser = language.number(size.standardiser, size.standardiser_decimals)
        rows.append([name, language.number(size.value, 2), language.interval(size.interval, 2), kind, standardiser])
    level = language.percent(safe.plan_text.confidence_level)
    head = [t("c_what_estimate"), t("c_size"), t("c_ci", level=level), t("c_kind"), t("c_standardiser")]
    return Table(
        t("t_sizes"), head, rows, frozenset({1, 2, 4}), t("note_sizes") if any(s.interval for s in safe.effect_sizes) else ""
    )


def activity_table(safe: SafeResult, language: Language) -> Table:
    """Return target against actual by activity."""
    t = language.text
    rows = [
        [
            a.label,
            language.count(a.n_persons),
            language.quantity(a.target_per_person, _decimals(a.target_per_person), a.unit),
            language.quantity(a.mean_quantity, a.decimals, a.unit),
            language.percent(a.share_reaching_target),
            t("none") if a.fidelity is None and a.mean_quantity is not None else language.percent(a.fidelity),
            t("none") if a.fidelity_target is None else language.percent(a.fidelity_target),
        ]
        for a in safe.activities
    ]
    head = [t(k) for k in ("c_activity", "c_persons", "c_target", "c_mean", "c_reached", "c_fidelity", "c_fidelity_target")]
    return Table(t("t_activities"), head, rows, frozenset(range(1, 7)))


def break_even_table(safe: SafeResult, language: Language) -> Table:
    """Return how many units of each benefit would recover the budget, with each price's source, year and status."""
    t = language.text
    rows = []
    notes: list[str] = []
    for row in safe.valuation.break_even if safe.valuation else ():
        price = row.price
        source = t("price_source", source=price.source, year=price.price_year, status=t(f"status_{price.status}"))
        amount = t("per_unit", kronor=language.kronor(price.kronor), unit=price.unit)
        each = t("none") if row.per_participant is None else language.number(row.per_participant, row.per_participant_decimals)
        rows.append([row.party, row.description, amount, language.count(row.number_needed), each, source])
        notes += [language.says(PRICE_NOTES, row.note)] if row.note else []
    head = [t(k) for k in ("c_party", "c_benefit", "c_price", "c_needed", "c_each", "c_price_source")]
    return Table(t("t_break_even"), head, rows, frozenset({2, 3, 4}), " ".join([*dict.fromkeys(notes), t("money_not")]))


def test_table(safe: SafeResult, language: Language) -> Table:
    """Return the joint tests of the leads."""
    t = language.text
    rows = [
        [
            t("by_quarter" if test.by_quarter else "by_period", label=safe.outcome_label(test.outcome)),
            t(f"state_{test.state}"),
            t("none") if test.statistic is None else language.number(test.statistic, 2),
            t("none") if test.df is None else language.number(test.df),
            language.p_value(test.p_value, below=test.p_below),
            language.count(test.n_leads),
            t("none") if test.minimum_detectable is None else language.number(test.minimum_detectable, test.minimum_decimals),
        ]
        for test in safe.tests
    ]
    head = [t(k) for k in ("c_outcome", "c_state", "c_statistic", "c_df", "c_p", "c_leads", "c_mde")]
    return Table(t("t_tests"), head, rows, frozenset({2, 3, 4, 5, 6}))


def _decimals(value: float) -> int:
    return 0 if value == round(value) else 1
