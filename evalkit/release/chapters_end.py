"""Limits, conclusion, appendices, and the line that ties the report to its numbers."""

from __future__ import annotations

from evalkit.files import sha256_bytes
from evalkit.findings.reasons import LOWERED
from evalkit.findings.safe import SafeResult, safe_to_json
from evalkit.release.chapters_start import summary_sentences
from evalkit.release.language import Language, verdict_sentence
from evalkit.release.markup import Html, Table, bullets, chapter, esc, heading, para, tag
from evalkit.release.staircase import staircase_parts
from evalkit.release.tables import render


def limits(safe: SafeResult) -> Html:
    """Return what may and may not be concluded, by the level that was reached."""
    language = Language(safe.plan.language)
    t = language.text
    reasons = [_sentence(language.says(LOWERED, key)) for key in safe.evidence.lowered_by]
    why = heading(t("why_not_higher")) + bullets(reasons) if reasons else ""
    hidden = para(t("rounded")) if safe.policy.applied else ""
    return chapter("begransningar", t("ch8"), may_and_may_not(safe, language), why, hidden)


def may_and_may_not(safe: SafeResult, language: Language) -> str:
    """Return the two lists that the evidence level decides: what may be said, and what may not."""
    t, level = language.text, int(safe.evidence.level)
    by_draw = "" if level != 3 or not safe.by_draw else "_itt" if safe.received_apart else "_stated"
    forbidden = [t(f"not_{level}a{by_draw}"), t(f"not_{level}b"), t("not_null")]
    forbidden += [t("not_money")] if safe.valuation else []
    forbidden += [t("not_synthetic")] if safe.plan.synthetic else []
    allowed = [
        t(f"may_{level}a", who=t(f"who_{safe.plan.data_kind}")),
        *([t(f"may_{level}b")] if level > 2 or safe.activities else []),
    ]
    may = tag("div", heading(t("may")) + bullets(allowed), class_="may")
    may_not = tag("div", heading(t("may_not")) + bullets(forbidden), class_="may-not")
    return tag("div", may + may_not, class_="pair")


def conclusion(safe: SafeResult) -> Html:
    """Return the verdict once more, and what the findings themselves ask to be done next."""
    language = Language(safe.plan.language)
    return chapter("slutsats", language.text("ch9"), para(verdict_sentence(safe), "verdict"), *next_parts(safe, language))


def next_parts(safe: SafeResult, language: Language) -> list[str]:
    """Return what the findings themselves ask to be done next."""
    todo = _todo(safe, language)
    return [heading(language.text("next")), bullets(todo) if todo else para(language.text("next_none"))]


def appendices(safe: SafeResult) -> Html:
    """Return minimum requirements, what is hidden, provenance, and a summary in the other language."""
    language = Language(safe.plan.language)
    t = language.text
    other = Language("en" if language.code == "sv" else "sv")
    abstract = "".join(para(sentence) for sentence in summary_sentences(safe, other))
    parts = [
        heading(t("app_requirements")),
        render(_requirement_table(safe, language), language),
        heading(t("app_hidden")),
        *_hidden(safe, language),
        heading(t("app_abstract")),
        tag("div", abstract, lang=other.code, class_="lead"),
        *staircase_parts(safe, language, _todo(safe, language)),
        heading(t("app_provenance")),
        render(_provenance_table(safe, language), language),
    ]
    return chapter("bilagor", t("ch_app"), *parts)


def foot(safe: SafeResult, digest: str = "") -> Html:
    """Return the line that names the fingerprint of the numbers this report was made of; `digest` where it was computed before."""
    language = Language(safe.plan.language)
    digest = digest or sha256_bytes(safe_to_json(safe).encode("utf-8"))
    return Html(tag("p", esc(language.text("foot")) + " " + tag("code", esc(digest)), class_="provenance-foot"))


def _todo(safe: SafeResult, language: Language) -> list[str]:
    waiting = any(e.reason == "not_due" for f in safe.flows for e in f.exclusions) or any(o.n_not_due != 0 for o in safe.occasions)
    prices = safe.valuation is not None and any(row.price.status != "secured" for row in safe.valuation.break_even)
    open_points = {
        "next_followup": waiting,
        "next_minimum": safe.evidence.below_minimum and safe.plan.data_kind == "persons",
        "next_pretrend": not safe.by_draw
        and any(x.outcome == safe.plan.primary_outcome and x.reason == "too-few-pre-periods" for x in safe.tests),
        "next_prices": prices,
        "next_lock": not safe.plan.locked and safe.plan.data_kind == "persons",
    }
    return [language.text(key) for key, is_open in open_points.items() if is_open]


def _requirement_table(safe: SafeResult, language: Language) -> Table:
    t = language.text
    rows = []
    for check in safe.requirements:
        # The comments are written in Swedish by the plan's own check; an English report names the requirement alone.
        comment = check.comment if language.code == "sv" and check.comment else t("none")
        rows.append([t(f"req_{check.id}"), t("yes" if check.met else "no"), comment])
    return Table(t("t_requirements"), [t("c_requirement"), t("c_met"), t("c_comment")], rows)


def _hidden(safe: SafeResult, language: Language) -> list[str]:
    t, policy = language.text, safe.policy
    if not policy.applied:
        return [para(t("hidden_public"))]
    rules = t("hidden_rules", min_cell=policy.min_cell, base=policy.round_counts_to, by=policy.set_by, when=policy.decided)
    rows = [[_place(s.where, safe, language), t(f"s_{s.reason}")] for s in safe.suppressions]
    rows = [list(row) for row in dict.fromkeys(tuple(row) for row in rows)]
    table = render(Table(t("t_hidden"), [t("c_where"), t("c_reason")], rows), language)
    return [para(rules), table or para(t("hidden_nothing"))]


def _place(where: str, safe: SafeResult, language: Language) -> str:
    """Return a suppression's place in words; a number's own name is enough, its group would say too much in a table of two."""
    kind, _, rest = where.partition(":")
    named = {o.id: o.label for o in safe.plan_text.outcomes} | {a.id: a.label for a in safe.plan_text.activities}
    label = next((text for key, text in named.items() if key in rest.replace(".", ":").split(":")), "")
    place = language.text(f"w_{kind}")
    return f"{place}: {label}" if label else place


def _provenance_table(safe: SafeResult, language: Language) -> Table:
    t, source = language.text, safe.provenance
    rows = [
        [t("p_plan", id=safe.plan.id, version=safe.plan.version.isoformat()), safe.plan.sha256],
        [t("p_evaluated"), source.evaluated_on.isoformat()],
        [t("p_version"), f"evalkit {source.evalkit_version}"],
        [t("p_python"), source.python_version],
        [t("p_code"), source.code_sha256],
        [t("p_lock"), source.lock_sha256 or t("none")],
        *([t("p_delivery", name=stamp.name), stamp.sha256] for stamp in source.data),
        *([stamp.name, stamp.sha256] for stamp in source.parameters if _is_used(stamp.name, safe)),
    ]
    if not all(_is_used(stamp.name, safe) for stamp in source.parameters):
        rows.append([t("p_other_instruments"), t("p_in_result")])
    return Table(t("t_provenance"), [t("c_item"), t("c_hash")], rows, class_="hashes")


def _is_used(name: str, safe: SafeResult) -> bool:
    """Whether a parameter file belongs in the table: not the instruments of the register that this plan never asks for."""
    _, instruments, file = name.rpartition("params/instruments/")
    return (
        not instruments
        or not file.endswith(".yaml")
        or file == "sources.yaml"
        or file[:-5] in {i.instrument for i in safe.instruments}
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."
