"""The chapter's part on matching: who was compared with whom, who was left out, and how alike the groups became."""

from __future__ import annotations

from typing import Any

from evalkit.findings.adjustment import TOLD, SafeBalanceRow
from evalkit.findings.matching import SafeMatching
from evalkit.findings.safe import SafeResult
from evalkit.release.figure_axes import finish_axes
from evalkit.release.figures import BLACK, BLUE, RED, Figure, draw
from evalkit.release.language import Language
from evalkit.release.markup import Table, heading, para
from evalkit.release.tables import persons, render

ALIKE = 0.1
"""Standardised difference below which groups count as alike (Austin 2009)."""
UNLIKE = 0.25
"""From here on what still differs is said to differ much (Rubin 2001)."""


def matching_parts(safe: SafeResult, language: Language) -> list[str]:
    """Return heading, words, the log of those left out, and balance as figure and table; nothing where nobody was matched."""
    if not safe.matchings:
        return []
    parts = [heading(language.text("mat_title"))]
    for found in safe.matchings:
        label = safe.outcome_label(found.outcome)
        figure = balance_figure(safe, found, language)
        log = [render(_log(found, safe, label, language), language)] if found.left_out else []
        parts += [para(words(found, safe, language)), *log, figure.html() if figure else ""]
        parts += [render(_table(found, label, language), language)] if found.rows else []
        parts += [para(language.text("mat_start_value"), "note")] if found.on_start_value else []
    return parts


def words(found: SafeMatching, safe: SafeResult, language: Language) -> str:
    """Return how was matched, how many, and what the answer is about, in sentences."""
    t = language.text
    label = safe.outcome_label(found.outcome)
    said = [t(f"mat_{found.method}", label=label, what=_names((*found.columns, *_start(found)), language))]
    if found.exact:
        said.append(t("mat_same", what=_names(found.exact, language)))
    if found.method in {"mahalanobis", "propensity"}:
        said.append(t("mat_several" if found.neighbours > 1 else "mat_one", n=language.count(found.neighbours)))
        said.append(t("mat_reuse" if found.reuse else "mat_once"))
    if found.caliper is not None:
        said.append(t(f"mat_caliper_{found.method}", caliper=language.number(found.caliper, 2)))
    said += [_counts(found, safe, language), t("mat_remaining") if found.remaining else ""]
    said += [t("mat_estimand" if found.decides else "mat_beside"), t("mat_unknown") if found.some_unknown else ""]
    said += [t("mat_everybody") if found.decides else ""]
    return " ".join([*(s for s in said if s), _balance(found, language)]).strip()


def _start(found: SafeMatching) -> tuple[str, ...]:
    return ("start_value",) if found.on_start_value else ()


def _counts(found: SafeMatching, safe: SafeResult, language: Language) -> str:
    t = language.text
    others = t("mat_used", n=language.count(found.n_used)) if found.n_used is not None else ""
    if found.n_used is not None and found.effective is not None and found.effective < found.n_used:
        others = t("mat_used_worth", n=language.count(found.n_used), effective=language.count(found.effective))
    if found.all_matched:
        return f"{t('mat_all')} {others}".strip()
    if found.n_matched is None or found.n_treated is None:
        return f"{t('mat_some', limit=safe.policy.min_cell)} {others}".strip()
    return f"{t('mat_of', n=language.count(found.n_matched), total=language.count(found.n_treated))} {others}".strip()


def _balance(found: SafeMatching, language: Language) -> str:
    seen = [abs(row.after) for row in found.rows if row.after is not None]
    if not seen:
        return ""
    worst = max(seen)
    key = "mat_balanced" if worst < ALIKE else "mat_nearly" if worst < UNLIKE else "mat_unlike"
    return language.text(key, worst=language.number(worst, 1), limit=language.number(ALIKE, 1))


def balance_figure(safe: SafeResult, found: SafeMatching, language: Language) -> Figure | None:
    """Return the standardised differences before and after matching, one background a line; None with fewer than two shown."""
    rows = [(_name(r, language), r.before, r.after) for r in found.rows if r.before is not None and r.after is not None]
    if len(rows) < 2:
        return None
    t, label = language.text, safe.outcome_label(found.outcome)

    def paint(canvas: Any) -> None:
        axes = canvas.subplots()
        places = range(len(rows))
        for place, (_, before, after) in zip(places, rows, strict=True):
            axes.plot([abs(before), abs(after)], [place, place], color="#b0b0b0", linewidth=1.0, zorder=1)
        axes.plot(
            [abs(before) for _, before, _ in rows],
            places,
            "s",
            color=RED,
            markersize=6,
            clip_on=False,
            zorder=3,
            label=t("mat_c_before"),
        )
        axes.plot(
            [abs(after) for *_, after in rows],
            places,
            "o",
            color=BLUE,
            markersize=6,
            clip_on=False,
            zorder=3,
            label=t("mat_c_after"),
        )
        axes.axvline(ALIKE, color=BLACK, linewidth=0.8, linestyle=":")
        axes.set_yticks(list(places), [name for name, *_ in rows])
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xlim(left=0)
        axes.grid(visible=False, axis="y")
        finish_axes(axes, language, x_label=t("mat_axis"))
        axes.legend(frameon=False, loc="best")

    said = [(name, language.number(before, 1), language.number(after, 1)) for name, before, after in rows]
    numbers = "; ".join(t("mat_alt_row", name=name, before=before, after=after) for name, before, after in said)
    alt = t("mat_alt", label=label, numbers=numbers)
    return Figure(draw(safe, language, (7.2, 1.3 + 0.32 * len(rows)), paint), alt, t("mat_figure", label=label))


def _log(found: SafeMatching, safe: SafeResult, label: str, language: Language) -> Table:
    t = language.text
    rows = [[t(f"mat_r_{row.reason}"), persons(row.n, safe, language)] for row in found.left_out]
    return Table(t("mat_log", label=label), [t("mat_c_why"), t("mat_c_n")], rows, frozenset({1}), t("mat_log_note"))


def _table(found: SafeMatching, label: str, language: Language) -> Table:
    t = language.text
    rows = [[_name(row, language), language.number(row.before, 1), language.number(row.after, 1)] for row in found.rows]
    head = [t("adj_c_what"), t("mat_c_before"), t("mat_c_after")]
    return Table(t("mat_table", label=label), head, rows, frozenset({1, 2}), t("adj_note"))


def _name(row: SafeBalanceRow, language: Language) -> str:
    name = _covariate(row.covariate, language)
    level = language.text(f"adj_level_{row.level}") if row.level in TOLD else row.level
    return f"{name}: {level}" if level else name


def _covariate(name: str, language: Language) -> str:
    return language.text(f"adj_{name}") if name in {"sex", "age", "cohort", "start_value"} else name


def _names(columns: tuple[str, ...], language: Language) -> str:
    said = [_covariate(name, language) for name in columns]
    said = [name[:1].lower() + name[1:] if name else name for name in said]
    return language.text("mat_and").join([", ".join(said[:-1]), said[-1]]) if len(said) > 1 else "".join(said)
