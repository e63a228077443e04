"""An instrument's range as a figure: its bands, its norm, and where the groups stood before and after."""

from __future__ import annotations

from typing import Any

from evalkit.findings.norms import ScoreBand
from evalkit.findings.safe import SafeResult
from evalkit.findings.safe_norms import SafeInstrument
from evalkit.findings.safe_parts import SafeMean
from evalkit.release.figures import BLACK, STYLE, Figure, draw
from evalkit.release.language import Language

_SHADES = ("#eef4f9", "#d5dde3", "#b7c0c7", "#98a3ab")
"""From the best band to the worst: darker is worse, in any print."""


def instrument_figure(safe: SafeResult, page: SafeInstrument, language: Language) -> Figure | None:
    """Return the range with bands, norm and group means; None where there is neither a band, a norm nor a mean to show."""
    points = instrument_means(safe, page)
    norm, bands = _norm(page), _common_bands(page)
    if not points and not bands and norm is None:
        return None

    def paint(canvas: Any) -> None:
        axes = canvas.subplots()
        for band in bands:
            low, high = _edges(band, bands, page)
            axes.axvspan(low, high, color=_SHADES[min(band.level, len(_SHADES) - 1)], lw=0)
            axes.text((low + high) / 2, 1.04, band_name(band, language), ha="center", va="bottom", fontsize=7.5, color=BLACK)
        if norm is not None:
            mean, sd = norm
            axes.axvline(mean, color=BLACK, linewidth=1.2)
            axes.axvspan(mean - sd, mean + sd, ymax=0.1, color="#595959", alpha=0.5, lw=0)
            left = mean - page.minimum > 0.8 * (page.maximum - page.minimum)
            beside = {"xytext": (-4 if left else 4, 0), "textcoords": "offset points", "ha": "right" if left else "left"}
            axes.annotate(language.text("norm_word"), (mean, 0.13), va="bottom", fontsize=7.5, color=BLACK, **beside)
        groups = [g for g in STYLE if any(p.group == g for p in points)]
        heights = {group: 0.72 - 0.32 * place for place, group in enumerate(groups)}
        for group in groups:
            mine = sorted((p for p in points if p.group == group), key=lambda p: p.order)
            colour, _, marker = STYLE[group]
            x, y = [p.mean for p in mine], [heights[group]] * len(mine)
            axes.plot(x, y, color=colour, linewidth=1.4)
            for place, point in enumerate(mine):
                face = colour if place == len(mine) - 1 else "white"
                axes.plot(point.mean, heights[group], marker=marker, color=colour, markerfacecolor=face, markersize=8)
            _values(axes, mine, heights[group], language)
        axes.set_yticks(list(heights.values()), [language.text(group) for group in heights])
        axes.set_xlim(page.minimum, page.maximum)
        axes.set_ylim(0, 1)
        axes.grid(visible=False, axis="y")
        axes.set_xlabel(language.text("f_instrument_axis", scale=_scale_name(page, language)))

    drawn = {"bands": bool(bands), "norm": norm is not None, "groups": bool(points)}
    return Figure(
        draw(safe, language, (7.2, 2.3), paint), _alt(page, points, bands, norm, language), _caption(page, drawn, language)
    )


def _values(axes: Any, mine: list[SafeMean], height: float, language: Language) -> None:
    """Write the first and the last mean at their points, away from each other."""
    ends = [mine[0]] if len(mine) == 1 else [mine[0], mine[-1]]
    first_is_left = len(ends) == 1 or (ends[0].mean or 0.0) <= (ends[-1].mean or 0.0)
    for place, point in enumerate(ends):
        left = (place == 0) is first_is_left and len(ends) > 1
        axes.annotate(
            language.number(point.mean, point.decimals),
            (point.mean, height),
            xytext=(-8 if left else 8, 0),
            textcoords="offset points",
            ha="right" if left else "left",
            va="center",
            fontsize=8,
            color=BLACK,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.8},
        )


def instrument_means(safe: SafeResult, page: SafeInstrument) -> list[SafeMean]:
    """Return the shown means of the instrument's outcome; none where several instruments measure it."""
    if sum(other.outcome == page.outcome for other in safe.instruments) > 1:
        return []
    return [p for p in safe.means if p.outcome == page.outcome and p.axis == "occasion" and p.mean is not None]


def band_name(band: ScoreBand, language: Language) -> str:
    """Return a band's name: the register's own in Swedish, its id in English."""
    return band.label if language.code == "sv" else band.id.replace("_", " ")


def _norm(page: SafeInstrument) -> tuple[float, float] | None:
    """Return mean and SD of the norm: the only row, or several as they were weighted for the first group."""
    if len(page.norms) == 1:
        return page.norms[0].mean, page.norms[0].sd
    return next(((one.norm_mean, one.norm_sd) for one in page.comparisons), None) if page.norms else None


def _common_bands(page: SafeInstrument) -> tuple[ScoreBand, ...]:
    """Return the bands where they are the same for everybody; bands that differ by sex cannot share one axis."""
    return page.bands if all(band.sex == "all" for band in page.bands) else ()


def _edges(band: ScoreBand, bands: tuple[ScoreBand, ...], page: SafeInstrument) -> tuple[float, float]:
    """Return where a band is drawn: halfway to its neighbours, so that no gap shows between whole numbers."""
    below = [b.maximum for b in bands if b.maximum < band.minimum]
    above = [b.minimum for b in bands if b.minimum > band.maximum]
    low = (max(below) + band.minimum) / 2 if below else page.minimum
    high = (min(above) + band.maximum) / 2 if above else page.maximum
    return low, high


def _scale_name(page: SafeInstrument, language: Language) -> str:
    return page.scale_label if language.code == "sv" else page.scale.replace("_", " ")


def _caption(page: SafeInstrument, drawn: dict[str, bool], language: Language) -> str:
    """Return what is drawn and nothing else: no norm is named where none is."""
    words = [language.text("f_instrument", label=page.label)]
    words += [language.text(f"f_instrument_{part}", system=page.band_system) for part, there in drawn.items() if there]
    return " ".join(words)


def _alt(
    page: SafeInstrument,
    points: list[SafeMean],
    bands: tuple[ScoreBand, ...],
    norm: tuple[float, float] | None,
    language: Language,
) -> str:
    parts = [f"{band_name(b, language)} {language.number(b.minimum)}–{language.number(b.maximum)}" for b in bands]
    parts += [
        f"{language.text(p.group)}, {p.period}: {language.number(p.mean, p.decimals)}"
        for p in sorted(points, key=lambda p: (p.group != "treated", p.order))
    ]
    if norm is not None:
        mean, sd = (language.number(value, 1) for value in norm)
        parts.append(language.text("alt_instrument_norm", mean=mean, sd=sd))
    words = {"low": language.number(page.minimum), "high": language.number(page.maximum)}
    return language.text("alt_instrument", label=page.label, numbers="; ".join(parts), **words)
