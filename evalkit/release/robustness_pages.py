"""The page on naive comparisons, and what the sensitivity chapter says of clusters, specifications, placebos, sex and attrition."""

from __future__ import annotations

from evalkit.findings.decisions import only_describes
from evalkit.findings.robustness import SafeAlternative, SafeRobustness
from evalkit.findings.safe import SafeEstimate, SafeResult
from evalkit.findings.validity import ORDINARY_CLUSTER
from evalkit.release.language import Language
from evalkit.release.markup import Html, Table, chapter, heading, para
from evalkit.release.tables import render


def naive(safe: SafeResult) -> Html:
    """Return the page on what a simple comparison would have shown; nothing where there is none."""
    language = Language(safe.plan.language)
    t, rows = language.text, []
    main = _main(safe)
    found = (
        [] if safe.robustness is None else [a for a in safe.robustness.alternatives if a.kind == "naive" and a.value is not None]
    )
    if main is None or not found:
        return Html("")
    for one in found:
        interval = language.interval(one.interval, one.decimals)
        rows.append([t(f"naive_{one.key}"), _quantity(one, language), interval, _why(safe, one, language)])
    own = t("why_main" if main.interval is not None else "why_main_none")
    value = language.quantity(main.value, main.decimals, main.unit)
    rows.append([t("naive_main"), value, language.interval(main.interval, main.decimals), own])
    head = [t(k) for k in ("c_comparison", "c_value", "c_ordinary_ci", "c_why")]
    table = Table(t("t_naive"), head, rows, frozenset({1, 2}), t("naive_note"))
    intro = para(t("naive_intro", label=safe.outcome_label(main.outcome)))
    return chapter("enkel-jamforelse", t("naive"), intro, render(table, language))


def robustness_parts(safe: SafeResult, language: Language) -> list[str]:
    """Return what the sensitivity chapter says about the main estimate; nothing where nothing was asked."""
    found, main = safe.robustness, _main(safe)
    if found is None or main is None:
        return []
    return [
        *_leave_one_out(safe, found, language),
        *_specifications(safe, found, main, language),
        *_placebos(safe, found, language),
        *_sex(safe, found, language),
        *_missing(safe, found, main, language),
    ]


def _main(safe: SafeResult) -> SafeEstimate | None:
    """Return the report's answer where it is the estimate that all of this was held against; else None."""
    main = safe.primary
    asked = main is not None and main.value is not None and (safe.by_draw or main.id == f"did.{safe.plan.primary_outcome}")
    return main if asked else None


def _quantity(one: SafeAlternative, language: Language) -> str:
    return language.quantity(one.value, one.decimals, one.unit)


def _why(safe: SafeResult, one: SafeAlternative, language: Language) -> str:
    if one.key != "two-way":
        return language.text(f"why_{one.key}", x=language.quantity(one.explained_by, one.decimals, one.unit))
    measured = next((v for v in safe.validity if v.estimate_id == f"did.{one.outcome}"), None)
    # The rate is of this row's interval only where the simulated call is the clustered one.
    if measured is None or measured.ordinary != ORDINARY_CLUSTER:
        said = language.text("why_two-way")
    else:
        said = language.text("why_two-way_rate", rate=language.number(measured.ordinary_worst * 100))
    main = _main(safe)
    if main is None or main.value is None or one.value is None or round(one.value - main.value, main.decimals) == 0:
        return said
    if any(found.outcome == one.outcome for found in safe.staggered):
        return f"{language.text('why_two-way_groups')} {said}"
    return f"{language.text('why_two-way_clusters')} {said}" if main.estimand.endswith("-clusters") else said


def _leave_one_out(safe: SafeResult, found: SafeRobustness, language: Language) -> list[str]:
    one = found.leave_one_out
    if one is None:
        return []
    t, units = language.text, "_units" if safe.plan.data_kind == "public" else ""
    direction = t("loo_same" if one.same_sign else f"loo_turns{units}")
    if one.low is None or one.high is None:
        said = t("loo_hidden", n=language.count(one.n_clusters))
    else:
        low, high = language.number(one.low, one.decimals), language.quantity(one.high, one.decimals, one.unit)
        said = t(f"loo_range{units}", low=low, high=high, n=language.count(one.n_clusters))
    return [heading(t(f"robust_loo{units}")), para(f"{said} {direction}")]


def _specifications(safe: SafeResult, found: SafeRobustness, main: SafeEstimate, language: Language) -> list[str]:
    t = language.text
    rows = [[t(f"spec_{a.key}"), _quantity(a, language)] for a in found.alternatives if a.kind == "specification"]
    if not rows:
        return []
    rows.append([t("spec_main"), language.quantity(main.value, main.decimals, main.unit)])
    label = safe.outcome_label(main.outcome)
    table = Table(t("t_specs", label=label), [t("c_way"), t("c_value")], rows, frozenset({1}), t("specs_note"))
    return [heading(t("robust_specs")), render(table, language)]


def _placebos(safe: SafeResult, found: SafeRobustness, language: Language) -> list[str]:
    t = language.text
    placebos = [a for a in found.alternatives if a.kind.startswith("placebo")]
    if not placebos:
        return []
    names = [_placebo_name(safe, a, language) for a in placebos]
    rows = [
        [name, _quantity(a, language), language.interval(a.interval, a.decimals)] for name, a in zip(names, placebos, strict=True)
    ]
    seen = [
        n for n, a in zip(names, placebos, strict=True) if a.interval is not None and not a.interval.low <= 0 <= a.interval.high
    ]
    known = [a for a in placebos if a.interval is not None]
    verdict = t("placebos_found", what=language.listed(seen)) if seen else t("placebos_clean" if known else "placebos_open")
    level = language.percent(safe.plan_text.confidence_level)
    head = [t("c_placebo"), t("c_value"), t("c_ci", level=level)]
    table = Table(t("t_placebos"), head, rows, frozenset({1, 2}))
    return [heading(t("robust_placebos")), para(verdict), render(table, language)]


def _placebo_name(safe: SafeResult, one: SafeAlternative, language: Language) -> str:
    label = safe.outcome_label(one.outcome)
    if one.kind == "placebo-time":
        return language.text("placebo_time", label=label, period=one.key)
    return language.text("placebo_outcome", label=label)


def _sex(safe: SafeResult, found: SafeRobustness, language: Language) -> list[str]:
    one, t = found.subgroup, language.text
    if one is None:
        return []
    if one.value is None:
        return [heading(t("robust_sex")), para(t("sex_hidden"))]
    value = language.quantity(one.value, one.decimals, one.unit)
    if one.interval is not None and one.p_value is None and only_describes(safe.look):
        ci = language.confidence(one.interval, one.decimals)
        return [heading(t("robust_sex")), para(t("sex_waits", value=value, ci=ci))]
    if one.interval is None or one.p_value is None:
        return [heading(t("robust_sex")), para(t("sex_na", value=value)), para(t("sex_note"), "note")]
    seen = "sex_sig_itt" if safe.by_draw else "sex_sig"
    key = "sex_ns" if one.interval.low <= 0 <= one.interval.high else seen
    ci = language.confidence(one.interval, one.decimals)
    said = t(key, value=value, ci=ci, p=language.p_value(one.p_value, below=one.p_below))
    return [heading(t("robust_sex")), para(said), para(t("sex_note"), "note")]


def _missing(safe: SafeResult, found: SafeRobustness, main: SafeEstimate, language: Language) -> list[str]:
    t = language.text
    ways = [a for a in found.alternatives if a.kind == "missing"]
    if not ways:
        return []
    rows = [[t(f"missing_{a.key}"), _value_or_bounds(a, language)] for a in ways]
    told = [t("missing_declared", model=t(f"model_{found.missing_model}"))]
    if found.missing_model != "complete_cases" and len(ways) == 1:
        told.append(t("missing_none"))
    if any(way.key != "complete_cases" for way in ways):
        told.append(t("missing_untested"))
    worst = next((a for a in ways if a.key == "worst-best" and a.interval is not None), None)
    if worst is not None and worst.interval is not None:
        key = "missing_turns" if worst.interval.low <= 0 <= worst.interval.high else "missing_holds"
        low, high = (language.number(v, worst.decimals) for v in (worst.interval.low, worst.interval.high))
        told.append(t(key, low=low, high=f"{high}\u00a0{worst.unit}"))
    label = safe.outcome_label(main.outcome)
    table = Table(t("t_missing", label=label), [t("c_model"), t("c_value")], rows, frozenset({1}))
    return [heading(t("robust_missing")), para(" ".join(told)), render(table, language)]


def _value_or_bounds(one: SafeAlternative, language: Language) -> str:
    if one.interval is None:
        return _quantity(one, language)
    low, high = language.number(one.interval.low, one.decimals), language.quantity(one.interval.high, one.decimals, one.unit)
    return language.text("between", low=low, high=high)
