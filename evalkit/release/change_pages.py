"""Who changed beyond measurement error, and what selection alone would have moved: the end of an instrument's page."""

from __future__ import annotations

from evalkit.findings.norm_words import NO_CLASSES, NO_REGRESSION, NOT_C
from evalkit.findings.safe import SafeResult
from evalkit.findings.safe_norms import SafeClasses, SafeInstrument, SafeRegression
from evalkit.release.claims import found_better
from evalkit.release.language import Language
from evalkit.release.markup import Table, bullets, para
from evalkit.release.tables import render


def change_parts(safe: SafeResult, page: SafeInstrument, language: Language) -> list[str]:
    """Return the classes of change with what they rest on, or the sentence that says why nobody is classified."""
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
    table = render(Table(t("t_classes", label=page.label), head, rows, frozenset({2, 3})), language)
    hidden = [_lower(t(one.group)) for one in page.classes if not one.counts]
    return [
        table,
        para(t("classes_hidden_for", groups=language.listed(hidden)) if hidden else ""),
        para(_excess(safe, page, language)),
        bullets(_basis(page, page.classes[0], language), "note") if page.classes else "",
    ]


def regression_parts(page: SafeInstrument, language: Language) -> list[str]:
    """Return the expected regression to the mean beside the observed change, or why it cannot be worked out."""
    if page.no_regression:
        return [para(language.says(NO_REGRESSION, page.no_regression))]
    said = [_moved(one, language) for one in page.regression if one.observed is not None]
    return [para(language.text("regression_intro")), bullets(said)] if said else []


def _excess(safe: SafeResult, page: SafeInstrument, language: Language) -> str:
    excess = page.excess
    if excess is None or excess.value is None:
        return ""
    points = language.number(100 * excess.value)
    interval = ""
    if excess.interval is not None:
        low, high = (language.number(100 * end) for end in (excess.interval.low, excess.interval.high))
        interval = language.text("ci", level=language.percent(excess.interval.level), low=low, high=high)
    said = language.text("excess", value=points, ci=interval)
    held_back = excess.interval is not None and excess.interval.low > 0 and not found_better(safe.primary)
    return f"{said} {language.text('class_no_claim')}" if held_back else said


def _basis(page: SafeInstrument, one: SafeClasses, language: Language) -> list[str]:
    t = language.text
    kind, _, days = one.reliability_basis.partition(" ")
    words = {
        "reliability": language.number(one.reliability, 2),
        "basis": t(f"rel_{kind}_days", days=days) if days else t(f"rel_{kind}"),
        "sd": t(f"sd_{one.sd_basis}"),
        "source": one.reliability_source.rstrip("."),
    }
    said = [t(f"class_least_{one.index}", least=_points(one.smallest_detectable, language)), t("class_basis", **words)]
    if one.criterion:
        said.append(t(f"class_cut_{one.criterion}", cut=language.number(one.cut, 1)))
    else:
        said.append(t("class_no_cut"))
    said.append(language.says(NOT_C, one.why_not_c) if one.why_not_c else "")
    if one.reliability_status not in {"", "secured"}:
        said.append(t("class_plan" if one.reliability_status == "plan" else "class_draft"))
    return [*said, t("class_practice") if page.practice else ""]


def _points(value: float | None, language: Language) -> str:
    """Return points with the decimal that they have: a baseline's own are rounded to whole ones."""
    return language.number(value, 0 if value is not None and value == round(value) else 1)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _moved(one: SafeRegression, language: Language) -> str:
    t = language.text
    words = {key: language.number(getattr(one, key), one.decimals) for key in ("observed", "low", "high")}
    basis = t(f"r_basis_{one.basis}")
    if one.source:
        basis = f"{basis}: {one.source.rstrip('.')}"
    words |= {"group": t(one.group), "r": language.number(one.correlation, 1), "basis": basis, "target": t(f"r_to_{one.target}")}
    return t("regression", **words)
