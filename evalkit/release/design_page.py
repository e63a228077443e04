"""The design report for people who decide: lines for the screen, chapters for the page, Swedish or English."""

from __future__ import annotations

from types import ModuleType

from evalkit.findings.design import DesignOption, DesignReport, Simulated, shown_decimals
from evalkit.release import design_words, design_words_en
from evalkit.release.design_figure import curve_figure
from evalkit.release.language import Language
from evalkit.release.markup import Html, Table, bullets, chapter, para


def _said(report: DesignReport) -> tuple[ModuleType, Language]:
    """Return the words and the number formats of the report's language."""
    return (design_words_en if report.language == "en" else design_words), Language(report.language)


DISAGREES = 0.01
"""Difference between computed and simulated power from which the page says that the simulation is the one to believe."""


def headline(report: DesignReport) -> str:
    """Return the one sentence that a steering group must have heard."""
    words, language = _said(report)
    option = report.option(report.recommended)
    if option.mde_sd is None:
        return str(words.NOTHING.format(n=report.persons))
    power = language.percent(report.target)
    return str(words.HEADLINE.format(n=language.number(report.persons), mde=_size(report, option), power=power))


def about_effect(report: DesignReport) -> str:
    """Return what the plan's expected effect means for its chances."""
    words, language = _said(report)
    option = report.option(report.recommended)
    if option.mde_sd is None:
        return f"{_name(report, option)}: {_told(report, option)}"
    if report.effect is None or option.power is None:
        return str(words.NO_EFFECT)
    size, target = abs(report.effect), language.percent(report.target)
    effect = language.number(size, shown_decimals(size))
    sentence = words.EXPECTED.format(effect=effect, unit=report.unit, power=language.percent(option.power))
    groups = _groups(report, option.needed_clusters)
    needed = words.NEEDED.format(n=language.number(option.needed), groups=groups, power=target) if option.needed else words.NEVER
    found = report.simulated
    if found is not None and abs(option.power - found.power[0]) > DISAGREES:
        sentence = f"{sentence} {words.AS_EVALUATED.format(power=language.percent(found.power[0]))}"
    return f"{sentence} {needed}"


def taking_part(report: DesignReport) -> list[str]:
    """Return what the figures above do not hold for: several groups with the intervention, those who do not take part."""
    words, language = _said(report)
    assumed = {one.quantity: one.value for one in report.assumptions}
    several = assumed.get("arms", 1.0) > 1 and any(one.id == "arms" for one in report.options)
    told = [words.SEVERAL_ARMS] if several else []
    offered, others = assumed.get("take_up", 1.0), assumed.get("take_up_comparison", 0.0)
    if (offered, others) == (1.0, 0.0):
        return told
    shares = {"offered": language.percent(offered), "others": language.percent(others)}
    return [*told, words.TAKING_PART.format(share=language.number(offered - others, 2), **shares)]


def screen(report: DesignReport) -> str:
    """Return everything as plain lines."""
    words = _said(report)[0]
    parts = [headline(report), about_effect(report), *taking_part(report), "", words.OPTIONS]
    for option in report.options:
        parts += ["", f"  {_name(report, option)}", *(f"    {line}" for line in _facts(report, option))]
    parts += ["", words.CURVE, *(f"  {persons:>7}  {mde}" for persons, mde in _curve(report))]
    parts += ["", words.SIMULATION, *(f"  {line}" for line in _simulation(report, report.simulated))]
    if report.simulated_clusters is not None:
        parts += ["", words.SIM_CLUSTERS, *(f"  {line}" for line in _simulation(report, report.simulated_clusters))]
    if best := _best(report):
        parts += ["", words.BEST, *(f"  {line}" for line in best)]
    parts += ["", words.LOTTERY, *(f"  {line}" for line in _ethics(report))]
    parts += ["", words.ASSUMPTIONS, *(f"  {line}" for line in _assumptions(report))]
    return "\n".join(parts)


def summary(report: DesignReport) -> Html:
    """Return the first chapter."""
    words = _said(report)[0]
    return chapter(
        "svar",
        words.CH_ANSWER,
        para(headline(report)),
        para(about_effect(report)),
        *map(para, taking_part(report)),
        _synthetic(report),
    )


def options(report: DesignReport) -> Html:
    """Return the designs side by side."""
    words = _said(report)[0]
    rows = [_row(report, option) for option in report.options]
    note = words.OPTION_NOTE.format(power=_said(report)[1].percent(report.target))
    unit = "SD" if any(o.mde_sd is not None and o.mde is None for o in report.options) else f"{report.unit} (SD)"
    head = [cell.format(unit=unit) for cell in words.OPTION_HEAD]
    table = Table(words.OPTIONS, head, rows, numeric=frozenset({2, 3, 4, 5, 6, 7}), note=note)
    notes = [f"{_name(report, o)}: {told}" for o in report.options if (told := _told(report, o))]
    says = [f"{_name(report, option)}: {words.MAY_SAY[option.id]}" for option in report.options]
    return chapter("upplagg", words.CH_OPTIONS, table.html(words.OPTIONS), bullets(notes), para(words.SAY), bullets(says))


def curve(report: DesignReport) -> Html:
    """Return the detectable effect at other numbers of participants."""
    words = _said(report)[0]
    table = Table(words.CURVE, words.CURVE_HEAD, _curve(report), numeric=frozenset({0, 1}))
    figure = curve_figure(report, words, _said(report)[1])
    return chapter("kurva", words.CH_CURVE, figure.html() if figure else "", table.html(words.CURVE), bullets(_best(report)))


def simulation(report: DesignReport) -> Html:
    """Return what the simulated studies found."""
    words = _said(report)[0]
    parts = [bullets(_simulation(report, report.simulated))]
    if report.simulated_clusters is not None:
        parts += [para(words.SIM_CLUSTERS), bullets(_simulation(report, report.simulated_clusters))]
    return chapter("simulering", words.CH_SIMULATION, *parts)


def lottery(report: DesignReport) -> Html:
    """Return the case for a lottery about the order."""
    words = _said(report)[0]
    return chapter("lottning", words.CH_LOTTERY, bullets(_ethics(report)))


def assumptions(report: DesignReport) -> Html:
    """Return every assumption with its source, and what nobody has assumed."""
    words = _said(report)[0]
    return chapter("antaganden", words.CH_ASSUMPTIONS, bullets(_assumptions(report)))


def _row(report: DesignReport, option: DesignOption) -> list[str]:
    words, language = _said(report)
    if option.mde_sd is None:
        return [_name(report, option), words.ANSWERS[option.id], language.number(option.persons), *[words.REFUSED] * 5]
    return [
        _name(report, option),
        words.ANSWERS[option.id],
        language.number(option.persons),
        language.number(option.mde_sd, 2) if option.mde is None else _bare(report, option.mde, option.mde_sd),
        language.percent(option.power) if option.power is not None else words.MISSING,
        language.number(option.needed) + _groups(report, option.needed_clusters) if option.needed else words.MISSING,
        language.number(round(option.price, -3)) if option.price is not None else words.MISSING,
        language.number(option.months) if option.months is not None else words.MISSING,
    ]


def _facts(report: DesignReport, option: DesignOption) -> list[str]:
    words, language = _said(report)
    if option.mde_sd is None:
        return [f"{words.REFUSED}: {_told(report, option)}"]
    persons = language.number(option.persons)
    lines = [
        words.LINE_SIZE.format(persons=persons, treated=language.number(option.treated), groups=_groups(report, option.clusters)),
        words.LINE_FINDS.format(mde=_size(report, option)),
    ]
    if option.power is not None:
        lines.append(words.LINE_CHANCE.format(power=language.percent(option.power)))
    if option.needed:
        line = words.LINE_NEEDED if option.needed_price is None else words.LINE_NEEDED_PRICE
        price = "" if option.needed_price is None else _kronor(report, option.needed_price)
        needed, groups = language.number(option.needed), _groups(report, option.needed_clusters)
        lines.append(line.format(power=language.percent(report.target), needed=needed, groups=groups, price=price))
    lines.append(words.LINE_NO_COST if option.price is None else words.LINE_COST.format(price=_kronor(report, option.price)))
    if option.months is not None:
        lines.append(words.LINE_TIME.format(months=language.number(option.months)))
    if option.price_per_point is not None:
        lines.append(words.LINE_POINT.format(price=_kronor(report, option.price_per_point), unit=report.unit))
    told = _told(report, option)
    return [*lines, words.MAY_SAY[option.id], *([told] if told else [])]


def _groups(report: DesignReport, clusters: int) -> str:
    words, language = _said(report)
    return str(words.GROUPS.format(clusters=language.number(clusters))) if clusters else ""


def _kronor(report: DesignReport, kronor: float) -> str:
    return _said(report)[1].number(round(kronor, -3))


def _curve(report: DesignReport) -> list[tuple[str, str]]:
    language = _said(report)[1]
    return [(language.number(point.persons), _amount(report, point.mde, point.mde_sd)) for point in report.curve]


def _simulation(report: DesignReport, found: Simulated | None) -> list[str]:
    words, language = _said(report)
    sign = language.percent(0.0)[1:]
    if found is None:
        return [words.NOT_SIMULATED]
    lines = [words.SIM_HOW.format(draws=language.number(found.draws), route=words.ROUTE[found.route], seed=found.seed)]
    for label, (value, error) in (
        (words.SIM_POWER, found.power),
        (words.SIM_FALSE, found.false_rejection),
        (words.SIM_COVERAGE, found.coverage),
    ):
        lines.append(f"{label}: {language.number(100 * value, 1)}{sign} (± {language.number(100 * error, 1)})")
    for label, (value, error) in ((words.SIM_BIAS, found.bias), (words.SIM_RMSE, found.rmse)):
        lines.append(f"{label}: {language.number(value, 3)} SD (± {language.number(error, 3)})")
    drawn = report.recommended if found is report.simulated else "clusters"
    planned = next((option.power for option in report.options if option.id == drawn), None)
    if planned is not None and abs(planned - found.power[0]) > DISAGREES:
        lines.insert(1, words.SIM_DIFFERS.format(planned=language.percent(planned), simulated=language.percent(found.power[0])))
    if found.type_m is not None and found.type_s is not None:
        lines.append(words.SIM_TYPE.format(m=language.number(found.type_m[0], 1), s=language.number(100 * found.type_s[0], 1)))
    return lines


def _best(report: DesignReport) -> list[str]:
    words, language = _said(report)
    lines, best = [], report.best
    if best is not None and best.cluster_size is not None:
        own = words.MISSING if best.own_size is None else language.number(best.own_size)
        lines.append(words.BEST_SIZE.format(size=language.number(best.cluster_size), own=own))
    if best is not None and best.treated_share is not None:
        lines.append(words.BEST_SHARE.format(share=language.percent(best.treated_share)))
    return lines


def _ethics(report: DesignReport) -> list[str]:
    words, language = _said(report)
    needing = [_name(report, option) for option in report.options if option.lottery]
    lines = [words.NEEDS_LOTTERY.format(names=language.listed(needing))]
    if report.places is not None and report.places < report.persons:
        rounds = -(-report.persons // report.places)
        lines.append(words.QUEUE.format(n=report.persons, places=report.places, rounds=rounds))
    elif report.places is None:
        lines.append(words.NO_PLACES)
    else:
        lines.append(words.NO_QUEUE)
    return [*lines, *words.ETHICS]


def _assumptions(report: DesignReport) -> list[str]:
    words = _said(report)[0]
    lines = [
        f"{words.QUANTITY[one.quantity]}: {_plain(report, one.value)} ({words.SOURCE[one.source]}: {one.reference})"
        for one in report.assumptions
    ]
    lines += [f"{words.QUANTITY[quantity]}: {words.ABSENT[quantity]}" for quantity in report.missing]
    guesses = sum(one.source == "guess" for one in report.assumptions)
    return [*lines, *([words.GUESSES.format(n=guesses, id=report.plan_id)] if guesses else [])]


def _plain(report: DesignReport, value: float) -> str:
    language = _said(report)[1]
    return language.number(value, 0 if value.is_integer() or value >= 1_000 else 2)


def _size(report: DesignReport, option: DesignOption) -> str:
    return _amount(report, option.mde, option.mde_sd or 0.0)


def _amount(report: DesignReport, mde: float | None, mde_sd: float) -> str:
    language = _said(report)[1]
    in_sd = f"{language.number(mde_sd, 2)} SD"
    return in_sd if mde is None else f"{language.number(mde, shown_decimals(mde))} {report.unit} ({in_sd})"


def _bare(report: DesignReport, mde: float, mde_sd: float) -> str:
    """Return a detectable effect without its unit, which the heading has."""
    language = _said(report)[1]
    return f"{language.number(mde, 1)} ({language.number(mde_sd, 2)})"


def _told(report: DesignReport, option: DesignOption) -> str:
    """Return why a design is refused, or what it warns of, in the report's language."""
    words = _said(report)[0]
    if option.refusal:
        return str(words.REASONS.get(option.refusal_code, option.refusal))
    return str(words.WARNING.get(option.warning, ""))


def _name(report: DesignReport, option: DesignOption) -> str:
    words = _said(report)[0]
    return str(words.NAME[option.id])


def _synthetic(report: DesignReport) -> str:
    words = _said(report)[0]
    return para(words.SYNTHETIC, "note") if report.synthetic else ""
