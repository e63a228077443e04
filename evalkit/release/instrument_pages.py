"""The instrument pages of the report: what each instrument measures, its bands and norm, where the group stood, who changed."""

from __future__ import annotations

from evalkit.findings.norm_words import NO_BANDS, NO_NORM
from evalkit.findings.safe import SafeResult
from evalkit.findings.safe_norms import SafeInstrument
from evalkit.release.change_pages import change_parts, regression_parts
from evalkit.release.instrument_figure import band_name, instrument_figure
from evalkit.release.language import Language
from evalkit.release.markup import Table, bullets, heading, para
from evalkit.release.tables import render


def instrument_parts(safe: SafeResult, language: Language) -> list[str]:
    """Return heading, one page per instrument, and the tables of norms and of what is left out; nothing without an instrument."""
    if not safe.instruments:
        return []
    t = language.text
    parts = [heading(t("instruments"))]
    for page in safe.instruments:
        parts += _page(safe, page, language)
    left_out = _left_out_table(safe, language)
    return [*parts, render(_norm_table(safe, language), language), render(left_out, language)]


def _page(safe: SafeResult, page: SafeInstrument, language: Language) -> list[str]:
    figure = instrument_figure(safe, page, language)
    gone = {one.part for one in page.left_out}
    return [
        heading(f"{page.label}: {safe.outcome_label(page.outcome)}", 4),
        bullets(_facts(safe, page, language)),
        *(para(mark, "callout") for mark in _marks(page, language)),
        figure.html() if figure else "",
        para(_why(NO_NORM, page.no_norm, page, language)),
        render(_against_norm(safe, page, language), language),
        para(language.says(NO_BANDS, page.no_bands) if page.no_bands else ""),
        render(_band_table(page, language), language),
        *([] if "classes" in gone else change_parts(safe, page, language)),
        *([] if "regression" in gone else regression_parts(page, language)),
    ]


def _facts(safe: SafeResult, page: SafeInstrument, language: Language) -> list[str]:
    t = language.text
    low, high = language.number(page.minimum), language.number(page.maximum)
    facts = [t("i_range", low=low, high=high, better=t(f"i_{page.direction}")), t("i_respondent", who=t(f"by_{page.respondent}"))]
    if language.code == "sv":
        facts = [t("i_measures", text=page.measures), *facts, t("i_recall", text=page.recall) if page.recall else ""]
    if page.relevant_change is not None:
        facts.append(t("i_relevant", points=language.number(page.relevant_change)))
    if any(norm.status == "metric" for norm in page.norms):
        facts.append(t("norm_metric"))
    if page.practice:
        facts.append(t("i_practice" if safe.plan_text.comparison == "none" else "i_practice_compared"))
    return [fact for fact in facts if fact and not fact.endswith(": .")]


def _marks(page: SafeInstrument, language: Language) -> list[str]:
    """Return what must be said before the numbers are read."""
    t, marks = language.text, []
    gone = [t(f"part_{one.part}") for one in page.left_out]
    if gone:
        marks.append(t("left_out_here", parts=language.listed(gone)))
    if not all(norm.secured for norm in page.norms):
        marks.append(t("norm_draft"))
    if page.bands and page.band_status != "secured":
        marks.append(t("band_draft", system=page.band_system))
    return marks


def _against_norm(safe: SafeResult, page: SafeInstrument, language: Language) -> Table:
    t = language.text
    # Without any test (persons in clusters) the columns would be dashes.
    tested = any(one.interval is not None or one.p_value is not None for one in page.comparisons)
    rows = []
    for one in page.comparisons:
        row = [
            t(one.group),
            one.occasion,
            language.count(one.n),
            language.number(one.mean, one.decimals),
            f"{language.number(one.norm_mean, 1)} ({language.number(one.norm_sd, 1)})",
            language.number(one.difference, one.decimals),
            language.number(one.standardised, 1),
        ]
        tests = [language.interval(one.interval, one.decimals), language.p_value(one.p_value, below=one.p_below)]
        rows.append([*row, *tests] if tested else row)
    head = [t(k) for k in ("c_group", "c_period", "c_n", "c_mean_group", "c_norm", "c_norm_difference", "c_glass")]
    level = next((language.percent(c.interval.level) for c in page.comparisons if c.interval), "")
    head += [t("c_ci", level=level), t("c_p")] if tested else []
    notes = [t("note_norm"), t("norm_clustered") if safe.plan_text.assigned_at == "cluster" else ""]
    if any(c.some_without_norm for c in page.comparisons):
        notes.append(t("note_without_norm"))
    equal = [c for c in page.comparisons if c.equivalence_p is not None and c.margin is not None]
    notes += [
        t(
            "equivalent" if (c.equivalence_p or 0.0) < 0.05 else "not_equivalent",
            group=t(c.group),
            occasion=c.occasion,
            margin=language.number(c.margin, 1),
        )
        for c in equal
    ]
    return Table(t("t_norm", label=page.label), head, rows, frozenset(range(2, 9)), " ".join(filter(None, notes)))


def _band_table(page: SafeInstrument, language: Language) -> Table:
    t = language.text
    named = {band.id: band_name(band, language) for band in page.bands}
    groups = list(dict.fromkeys(share.bands for share in page.shares))
    rows = []
    for group, occasion, order in dict.fromkeys((s.group, s.occasion, s.order) for s in page.shares):
        found = {s.bands: s for s in page.shares if (s.group, s.order) == (group, order)}
        cells = [language.percent(found[bands].share) for bands in groups]
        rows.append([t(group), occasion, *cells])
    head = [t("c_group"), t("c_period"), *(" + ".join(named[b] for b in bands) for bands in groups)]
    caption = t("t_bands", label=page.label, system=page.band_system)
    return Table(caption, head, rows, frozenset(range(2, len(groups) + 2)), t("note_bands"))


def _why(table: dict, key: str, page: SafeInstrument, language: Language) -> str:  # type: ignore[type-arg]
    if not key:
        return ""
    there = language.text("norms_elsewhere", countries=language.listed(page.norms_elsewhere)) if page.norms_elsewhere else ""
    return f"{language.says(table, key)} {there}".strip()


def _norm_table(safe: SafeResult, language: Language) -> Table:
    """Return every norm that was used, with its population, source and status."""
    t = language.text
    rows = []
    for page in safe.instruments:
        for norm in page.norms:
            who = ", ".join(text for text in (norm.country, norm.population if language.code == "sv" else "") if text)
            ages = "" if norm.age_from is None and norm.age_to is None else f"{norm.age_from or 0}–{norm.age_to or ''}"
            edition = t("norm_edition", edition=norm.edition) if norm.edition else ""
            group = ", ".join(text for text in (t(f"sex_{norm.sex}"), ages, edition) if text)
            size = t("none") if norm.n is None else language.number(norm.n)
            numbers = f"{language.number(norm.mean, 1)} ({language.number(norm.sd, 1)})"
            year = t("none") if norm.year is None else str(norm.year)
            status = t(f"norm_{norm.status}_status")
            rows.append([page.label, who or t("none"), group or t("none"), year, size, numbers, norm.source, status])
    keys = ("c_instrument", "c_population", "c_norm_group", "c_norm_year", "c_norm_n", "c_norm", "c_norm_source", "c_norm_status")
    joint = any(norm.stands_for for page in safe.instruments for norm in page.norms)
    return Table(t("t_norms"), [t(key) for key in keys], rows, frozenset({4, 5}), t("note_joint_norm") if joint else "")


def _left_out_table(safe: SafeResult, language: Language) -> Table:
    """Return every section that a final report leaves out, and what in it is not secured."""
    t = language.text
    rows = [
        [
            f"{page.label}: {safe.outcome_label(page.outcome)}",
            t(f"part_{one.part}"),
            "; ".join(t(name) if name == "clinical_set" else name for name in one.basis),
        ]
        for page in safe.instruments
        for one in page.left_out
    ]
    return Table(t("t_final_left_out"), [t(k) for k in ("c_instrument", "c_section", "c_not_secured")], rows, note=t("secure_how"))
