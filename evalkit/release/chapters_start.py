"""Front page, summary and the chapters on intervention, plan and data."""

from __future__ import annotations

from evalkit.findings.evidence import EvidenceLevel
from evalkit.findings.reasons import LOWERED
from evalkit.findings.safe import SafeResult
from evalkit.release.decision_words import stated_interval
from evalkit.release.flow_figure import flow_figure
from evalkit.release.language import Language, verdict_sentence
from evalkit.release.many_arms_pages import arms_sentence
from evalkit.release.markup import Html, Table, bullets, chapter, esc, heading, para, tag
from evalkit.release.tables import flow_table, occasion_table, render


def front(safe: SafeResult) -> Html:
    """Return title, kind of report and, where they are, the mark of synthetic data."""
    language = Language(safe.plan.language)
    t = language.text
    public = safe.plan.data_kind == "public"
    parts = [para(t("subtitle_public" if public else "subtitle"), "kicker"), tag("h1", esc(safe.plan.title))]
    meta = t(
        "meta",
        municipality=safe.plan_text.municipality,
        version=safe.plan.version.isoformat(),
        evaluated=safe.provenance.evaluated_on.isoformat(),
    )
    parts.append(para(meta, "meta"))
    kind = t("final_report" if safe.final else "working_report")
    stamps = [tag("p", tag("strong", esc(kind)) + ". " + esc(kind_note(safe, language)), class_="stamp")]
    if safe.plan.synthetic:
        stamps.append(tag("p", tag("strong", esc(t("synthetic"))) + ". " + esc(t("synthetic_note")), class_="stamp synthetic"))
    words = " · ".join([kind, *([t("synthetic")] if safe.plan.synthetic else [])])
    running = tag("div", esc(words), class_="running", aria_hidden="true")
    watermark = tag("div", esc(t("figure_working")), class_="watermark", aria_hidden="true")
    return Html(("" if safe.final else watermark) + running + tag("div", "".join(parts + stamps), class_="front"))


def kind_note(safe: SafeResult, language: Language) -> str:
    """Return what this kind of report means for its reader."""
    if not safe.final:
        return language.text("working_note")
    shown = any(page.norms or page.bands for page in safe.instruments)
    key = "final_note" if any(page.left_out for page in safe.instruments) else "final_note_full" if shown else "final_note_none"
    said = language.text(key)
    return f"{said} {language.text('final_deviates')}" if safe.plan.deviations else said


def summary(safe: SafeResult) -> Html:
    """Return the summary: three key figures, five sentences, and how far the evidence reaches."""
    language = Language(safe.plan.language)
    sentences = summary_sentences(safe, language)
    text = tag("div", "".join(para(s, "verdict" if i == 2 else "") for i, s in enumerate(sentences)), class_="lead")
    return chapter("sammanfattning", language.text("ch_summary"), tiles(safe, language), text, _ladder(safe, language))


def summary_sentences(safe: SafeResult, language: Language) -> list[str]:
    """Return the five sentences: what, who, what was found, how far it reaches, what was done and at which cost."""
    t = language.text
    public = "_public" if safe.plan.data_kind == "public" else ""
    target = _lower(safe.plan_text.target_group)
    what = t("sum_what" + public, title=safe.plan.title, municipality=safe.plan_text.municipality, target=target.rstrip("."))
    return [
        what,
        _flow_sentence(safe, language),
        verdict_sentence(safe, language.code),
        _level_sentence(safe, language),
        _last(safe, language),
    ]


def background(safe: SafeResult) -> Html:
    """Return the intervention and its theory of change."""
    language = Language(safe.plan.language)
    t, plan = language.text, safe.plan_text
    steps = [(t("theory_why"), plan.why), (t("theory_who"), plan.who), (t("theory_what"), plan.what), (t("theory_how"), plan.how)]
    boxes = "".join(tag("li", tag("strong", esc(name)) + tag("span", esc(text))) for name, text in steps)
    rows = [
        [a.label, a.actor, a.what, a.when, language.quantity(a.target_per_person, 0 if a.target_per_person % 1 == 0 else 1, a.unit)]
        for a in plan.activities
    ]
    head = [t(k) for k in ("c_activity", "c_actor", "c_what", "c_when", "c_target")]
    parts = [para(plan.background), heading(t("theory")), tag("ol", boxes, class_="theory")]
    parts.append(render(Table(t("t_activities_planned"), head, rows, frozenset({4})), language))
    if plan.side_effects:
        parts += [heading(t("side_effects")), bullets(plan.side_effects)]
    return chapter("bakgrund", t("ch1"), *parts)


def questions(safe: SafeResult) -> Html:
    """Return questions, outcomes, occasions, versions and roles: what was decided before."""
    language = Language(safe.plan.language)
    t, plan = language.text, safe.plan_text
    outcomes = []
    for o in plan.outcomes:
        label = f"{o.label} ({t('primary')})" if o.primary else o.label
        expected = (
            t("none") if o.expected_effect is None else language.number(o.expected_effect, 0 if o.expected_effect % 1 == 0 else 1)
        )
        outcomes.append([label, o.unit, t(o.direction), _instruments(o.instruments, language), expected])
    occasions = [
        [
            f"{o.label} ({t('decisive')})" if o.decisive else o.label,
            t(o.role),
            f"{language.number(o.day_from)} {t('to')} {language.number(o.day_to)}",
            language.number(o.target_day),
        ]
        for o in plan.occasions
    ]
    versions = [[v.version.isoformat(), v.decided_by, v.reason] for v in plan.versions]
    parts = [
        heading(t("questions")) + bullets(plan.questions) if plan.questions else "",
        render(
            Table(
                t("t_outcomes"), _head(language, "outcome", "unit", "better", "instrument", "expected"), outcomes, frozenset({4})
            ),
            language,
        ),
        render(
            Table(t("t_occasions"), _head(language, "occasion", "role", "window", "ideal"), occasions, frozenset({2, 3})), language
        ),
        render(Table(t("t_versions"), _head(language, "version", "decided", "reason"), versions), language),
        para(t("plan_locked" if safe.plan.locked else "plan_unlocked")),
        para(t("plan_deviates", keys=", ".join(safe.plan.deviations))) if safe.plan.deviations else "",
        render(Table(t("t_responsible"), _head(language, "who", "task"), [list(row) for row in plan.responsible]), language),
    ]
    return chapter("plan", t("ch2"), *parts)


def data_quality(safe: SafeResult) -> Html:
    """Return the quality declaration, sources, checks, and who is in the analysis."""
    language = Language(safe.plan.language)
    t = language.text
    flows = [flow_figure(safe, flow, language).html() for flow in safe.flows if flow.outcome == safe.plan.primary_outcome]
    parts = [
        render(_quality_table(safe, language), language),
        render(_source_table(safe, language), language),
        para(t("own_processing"), "note"),
        render(_check_table(safe, language), language),
        heading(t("flow")),
        *flows,
        render(flow_table(safe, language), language),
        render(occasion_table(safe, language), language),
    ]
    return chapter("data", t("ch3"), *parts)


def tiles(safe: SafeResult, language: Language) -> str:
    """Return the three key figures: the main estimate, how many, what it cost."""
    t, primary = language.text, safe.primary
    found = []
    if primary is not None and primary.value is not None:
        stated = stated_interval(safe, primary)
        interval = language.confidence(stated, primary.decimals) if stated else ""
        found.append((t("key_estimate"), language.quantity(primary.value, primary.decimals, primary.unit), interval))
    if primary is not None and primary.n_treated_units is not None:
        both = primary.group == "all"
        n, n_c = language.count(primary.n_treated_units), language.count(primary.n_comparison_units)
        note = t(("key_n_note_drawn" if safe.by_draw else "key_n_note") if both else "key_n_note_one")
        rounded = f"; {t('key_rounded', base=safe.policy.round_counts_to)}" if safe.policy.applied else ""
        found.append((t("key_n"), t("key_n_both", n=n, n_c=n_c) if both else t("key_n_one", n=n), note + rounded))
    if safe.valuation is not None and safe.valuation.cost_per_participant is not None:
        found.append((t("key_cost"), language.kronor(safe.valuation.cost_per_participant), t("key_cost_note")))
    cells = "".join(
        tag("div", tag("dt", esc(name)) + tag("dd", esc(value)) + tag("dd", esc(note), class_="note"))
        for name, value, note in found
    )
    return tag("dl", cells, class_="tiles") if cells else ""


def _ladder(safe: SafeResult, language: Language) -> str:
    t, reached = language.text, safe.evidence.level
    steps = []
    for level in EvidenceLevel:
        here = level == reached
        text = tag("strong", esc(t(f"level{int(level)}"))) + tag("span", esc(t(f"level{int(level)}_note")))
        text += tag("em", esc(t("level_here"))) if here else ""
        steps.append(
            tag(
                "li",
                text,
                class_="here" if here else ("below" if level < reached else "above"),
                aria_current="step" if here else "",
            )
        )
    return heading(t("ladder")) + tag("ol", "".join(steps), class_="ladder")


def _flow_sentence(safe: SafeResult, language: Language) -> str:
    if safe.by_draw:
        return _drawn_sentence(safe, language)
    flow = next((f for f in safe.flows if f.outcome == safe.plan.primary_outcome), None)
    arms = {arm.group: arm for arm in flow.arms} if flow else {}
    label = safe.outcome_label(safe.plan.primary_outcome)
    treated, other = arms.get("treated"), arms.get("comparison")
    counts = [n for arm in (treated, other) if arm for n in (arm.n_analysed, arm.n_delivered)]
    if treated is None or any(n is None for n in counts):
        return language.text("sum_flow_hidden", label=label)
    values = {"label": label, "n": language.count(treated.n_analysed), "delivered": language.count(treated.n_delivered)}
    if other is None or not other.n_delivered:
        return language.text("sum_flow_one", **values)
    values |= {"n_c": language.count(other.n_analysed), "delivered_c": language.count(other.n_delivered)}
    return language.text("sum_flow", **values)


def _drawn_sentence(safe: SafeResult, language: Language) -> str:
    found = None if safe.experiment is None else safe.experiment.of(safe.plan.primary_outcome)
    label = safe.outcome_label(safe.plan.primary_outcome)
    counts = [] if found is None else [n for arm in found.arms for n in (arm.n_analysed, arm.n_randomised)]
    if not counts or None in counts:
        return language.text("sum_flow_hidden", label=label)
    if safe.experiment is not None and safe.experiment.many is not None:
        return arms_sentence(safe.experiment, label, language)
    n, drawn, n_c, drawn_c = (language.count(count) for count in counts)
    return language.text("sum_flow_drawn", label=label, n=n, drawn=drawn, n_c=n_c, drawn_c=drawn_c)


def _level_sentence(safe: SafeResult, language: Language) -> str:
    level = language.text(f"level{int(safe.evidence.level)}")
    reasons = [language.says(LOWERED, key) for key in safe.evidence.lowered_by]
    if not reasons:
        return language.text("sum_level_top", level=level)
    return language.text("sum_level", level=level, reasons=language.listed(reasons))


def _last(safe: SafeResult, language: Language) -> str:
    t = language.text
    dose = next((a for a in safe.activities if a.mean_quantity is not None), None)
    cost = safe.valuation.cost_per_participant if safe.valuation else None
    values: dict[str, str] = {} if cost is None else {"cost": language.kronor(cost)}
    if dose is not None:
        target = language.number(dose.target_per_person, 0 if dose.target_per_person % 1 == 0 else 1)
        values |= {"mean": language.number(dose.mean_quantity, dose.decimals), "unit": dose.unit, "target": target}
        return t("sum_dose" if cost is None else "sum_dose_cost", **values)
    if cost is not None:
        return t("sum_cost", **values)
    return t("sum_sources", sources=language.listed([_lower(s.label) for s in safe.plan_text.sources]))


def _quality_table(safe: SafeResult, language: Language) -> Table:
    t, plan = language.text, safe.plan_text
    coverage = "; ".join(f"{s.label} {s.coverage}" for s in plan.sources if s.coverage)
    outcomes = "; ".join(f"{o.label}: {_instruments(o.instruments, language) if o.instruments else o.unit}" for o in plan.outcomes)
    rows = [
        [t("q_sample"), t("q_sample_text")],
        [t("q_frame"), t("q_frame_text", coverage=coverage) if coverage else t("q_frame_none")],
        [t("q_measurement"), t("q_measurement_text", outcomes=outcomes)],
        [t("q_nonresponse"), t("q_nonresponse_text")],
        [t("q_processing"), t("q_processing_text", n=safe.gate.n_rules, failed=safe.gate.n_remarks)],
        [t("q_model"), t("q_model_text")],
    ]
    return Table(t("t_quality"), _head(language, "heading", "statement"), rows)


def _source_table(safe: SafeResult, language: Language) -> Table:
    t = language.text
    rows = [
        [
            s.label,
            s.owner,
            s.legal_ground or t("none"),
            s.coverage or t("none"),
            "; ".join(filter(None, (s.citation, s.licence))) or t("none"),
        ]
        for s in safe.plan_text.sources
    ]
    return Table(t("t_sources"), _head(language, "source", "owner", "ground", "coverage", "citation"), rows)


def _check_table(safe: SafeResult, language: Language) -> Table:
    t = language.text
    rows = [
        [t(f"code_{check.kind}"), *(language.count(n) for n in (check.n_rules, check.n_warnings, check.n_notes))]
        for check in safe.gate.checks
    ]
    return Table(t("t_checks"), _head(language, "check", "rules", "warnings", "notes"), rows, frozenset({1, 2, 3}))


def _head(language: Language, *keys: str) -> list[str]:
    return [language.text(f"c_{key}") for key in keys]


def _instruments(labels: tuple[str, ...], language: Language) -> str:
    """Return instruments with their status in words: ``WHO-5 (draft)`` is a code, not a text."""
    shown = []
    for label in labels:
        name, _, status = label.removesuffix(")").rpartition(" (")
        known = name and status in {"draft", "reviewed", "secured"}
        shown.append(f"{name} ({language.text('status_' + status)})" if known else label)
    return "; ".join(shown) or language.text("none")


def _lower(text: str) -> str:
    """Return `text` for the middle of a sentence; an abbreviation keeps its capitals."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
