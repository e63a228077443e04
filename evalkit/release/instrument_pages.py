"""The instrument pages of the report: what each instrument measures, its bands and norm, where the group stood, who changed."""

from __future__ import annotations

from evalkit.findings.norm_words import NO_BANDS, NO_CLASSES, NO_NORM, NO_REGRESSION
from evalkit.findings.safe import SafeResult
from evalkit.findings.safe_norms import SafeClasses, SafeInstrument
from evalkit.release.claims import found_better
from evalkit.release.instrument_figure import band_name, final_may_show, instrument_figure
from evalkit.release.language import Language
from evalkit.release.markup import Table, bullets, heading, para
from evalkit.release.tables import render


def instrument_parts(safe: SafeResult, language: Language) -> list[str]:
    """Return heading, one page per instrument, and the table of norms; nothing where no instrument of the register was used."""
    if not safe.instruments:
        return []
    parts = [heading(language.text("instruments"))]
    for page in safe.instruments:
        parts += _page(safe, page, language)
    return [*parts, render(_norm_table(safe, language), language)]


def _page(safe: SafeResult, page: SafeInstrument, language: Language) -> list[str]:
    t = language.text
    figure = instrument_figure(safe, page, language)
    parts = [heading(f"{page.label}: {safe.outcome_label(page.outcome)}", 4), bullets(_facts(page, language))]
    if not final_may_show(safe, page):
        return [*parts, para(t("norm_left_out", label=page.label), "callout"), figure.html() if figure else ""]
    parts += [para(mark, "callout") for mark in _marks(safe, page, language)]
    parts += [figure.html() if figure else "", para(_why(NO_NORM, page.no_norm, page, language))]
    parts += [
        render(_against_norm(page, language), language),
        para(language.says(NO_BANDS, page.no_bands) if page.no_bands else ""),
        render(_band_table(page, language), language),
        *_changes(safe, page, language),
        *_regression(page, language),
    ]
    return parts


def _facts(page: SafeInstrument, language: Language) -> list[str]:
    t = language.text
    low, high = language.number(page.minimum), language.number(page.maximum)
    facts = [t("i_range", low=low, high=high, better=t(f"i_{page.direction}")), t("i_respondent", who=t(f"by_{page.respondent}"))]
    if language.code == "sv":
        facts = [t("i_measures", text=page.measures), *facts, t("i_recall", text=page.recall) if page.recall else ""]
    if page.relevant_change is not None:
        facts.append(t("i_relevant", points=language.number(page.relevant_change)))
    return [fact for fact in facts if fact and not fact.endswith(": .")]


def _marks(safe: SafeResult, page: SafeInstrument, language: Language) -> list[str]:
    """Return what must be said before the numbers are read."""
    t, marks = language.text, []
    if not all(norm.secured for norm in page.norms):
        marks.append(t("norm_draft"))
    if page.bands and page.band_status != "secured":
        marks.append(t("band_draft", system=page.band_system))
    if any(norm.status == "metric" for norm in page.norms):
        marks.append(t("norm_metric"))
    if page.practice:
        marks.append(t("i_practice" if safe.plan_text.comparison == "none" else "i_practice_compared"))
    return marks


def _against_norm(page: SafeInstrument, language: Language) -> Table:
    t = language.text
    rows = [
        [
            t(one.group),
            one.occasion,
            language.count(one.n),
            language.number(one.mean, one.decimals),
            f"{language.number(one.norm_mean, 1)} ({language.number(one.norm_sd, 1)})",
            language.number(one.difference, one.decimals),
            language.interval(one.interval, one.decimals),
            language.number(one.standardised, 1),
            language.p_value(one.p_value, below=one.p_below),
        ]
        for one in page.comparisons
    ]
    head = [t(k) for k in ("c_group", "c_period", "c_n", "c_mean_group", "c_norm", "c_difference")]
    level = next((language.percent(c.interval.level) for c in page.comparisons if c.interval), "")
    head += [t("c_ci", level=level), t("c_glass"), t("c_p")]
    notes = [t("note_norm")]
    if any(c.some_without_norm for c in page.comparisons):
        notes.append(t("note_without_norm"))
    tested = [c for c in page.comparisons if c.equivalence_p is not None and c.margin is not None]
    notes += [
        t(
            "equivalent" if (c.equivalence_p or 0.0) < 0.05 else "not_equivalent",
            group=t(c.group),
            occasion=c.occasion,
            margin=language.number(c.margin, 1),
        )
        for c in tested
    ]
    return Table(t("t_norm", label=page.label), head, rows, frozenset(range(2, 9)), " ".join(notes))


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


def _changes(safe: SafeResult, page: SafeInstrument, language: Language) -> list[str]:
    """Return the classes of change, or the sentence that says why nobody is classified."""
    t = language.text
    reasons = dict.fromkeys(one.reason for one in page.classes if one.reason)
    if reasons:
        return [para(language.says(NO_CLASSES, reason)) for reason in reasons]
    rows = []
    for one in page.classes:
        for count in one.counts:
            kinds = " + ".join(t(f"class_{kind}") for kind in count.classes)
            rows.append([t(one.group), kinds, language.count(count.n), language.percent(count.share)])
    head = [t("c_group"), t("c_class"), t("c_n"), t("c_share_of")]
    notes = [_basis(one, language) for one in page.classes[:1]]
    table = Table(t("t_classes", label=page.label), head, rows, frozenset({2, 3}), " ".join(notes))
    excess = page.excess
    said = ""
    if excess is not None and excess.value is not None:
        interval = "" if excess.interval is None else f" ({language.confidence(excess.interval, 2)})"
        said = t("excess", value=language.number(excess.value, 2), ci=interval)
        held_back = excess.interval is not None and excess.interval.low > 0 and not found_better(safe.primary)
        said += f" {t('class_no_claim')}" if held_back else ""
    return [render(table, language) or para(t("classes_hidden") if page.classes else ""), para(said)]


def _basis(one: SafeClasses, language: Language) -> str:
    t = language.text
    kind, _, days = one.reliability_basis.partition(" ")
    basis = t(f"rel_{kind}") if not days else t(f"rel_{kind}_days", days=days)
    words = [
        t(
            "class_basis",
            reliability=language.number(one.reliability, 2),
            basis=basis,
            sd=t(f"sd_{one.sd_basis}"),
            least=language.number(one.smallest_detectable, 1),
        )
    ]
    words.append(t("class_cut", criterion=one.criterion, cut=language.number(one.cut, 1)) if one.criterion else t("class_no_cut"))
    if not one.comparable:
        words.append(t("class_interval"))
    return " ".join(words)


def _regression(page: SafeInstrument, language: Language) -> list[str]:
    t = language.text
    if page.no_regression:
        return [para(language.says(NO_REGRESSION, page.no_regression))]
    said = []
    for one in page.regression:
        if one.observed is not None:
            words = {"group": t(one.group), "r": language.number(one.correlation, 1), "basis": t(f"r_basis_{one.basis}")}
            words |= {key: language.number(getattr(one, key), one.decimals) for key in ("observed", "low", "high")}
            said.append(t("regression", **words))
    return [para(t("regression_intro")), bullets(said)] if said else []


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
        if not final_may_show(safe, page):
            continue
        for norm in page.norms:
            who = ", ".join(text for text in (norm.country, norm.population if language.code == "sv" else "") if text)
            ages = "" if norm.age_from is None and norm.age_to is None else f"{norm.age_from or 0}–{norm.age_to or ''}"
            group = ", ".join(text for text in (t(f"sex_{norm.sex}"), ages) if text)
            size = t("none") if norm.n is None else language.number(norm.n)
            numbers = f"{language.number(norm.mean, 1)} ({language.number(norm.sd, 1)})"
            rows.append([page.label, who or t("none"), group, size, numbers, norm.source, t(f"norm_{norm.status}_status")])
    head = [t(k) for k in ("c_instrument", "c_population", "c_norm_group", "c_norm_n", "c_norm", "c_norm_source", "c_norm_status")]
    return Table(t("t_norms"), head, rows, frozenset({3, 4}))
