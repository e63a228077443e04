"""The design report in Swedish, for people who decide: lines for the screen, chapters for the page. Reads only a `DesignReport`."""

from __future__ import annotations

from evalkit.findings.design import DesignOption, DesignReport
from evalkit.plan.evaluation import Outcome
from evalkit.release import design_words as words
from evalkit.release.language import Language
from evalkit.release.markup import Html, Table, bullets, chapter, para

_SV = Language("sv")

DISAGREES = 0.01
"""Difference between computed and simulated power from which the page says that the simulation is the one to believe."""


def headline(report: DesignReport) -> str:
    """Return the one sentence that a steering group must have heard."""
    option = report.option(report.recommended)
    if option.mde_sd is None:
        return words.NOTHING.format(n=report.persons)
    return words.HEADLINE.format(n=_SV.number(report.persons), mde=_size(report, option), power=_SV.percent(report.target))


def about_effect(report: DesignReport) -> str:
    """Return what the plan's expected effect means for its chances."""
    option = report.option(report.recommended)
    if option.mde_sd is None:
        return f"{_name(option)}: {option.refusal}"
    if report.effect is None or option.power is None:
        return words.NO_EFFECT
    sentence = words.EXPECTED.format(effect=_SV.number(abs(report.effect), 1), unit=report.unit, power=_SV.percent(option.power))
    needed = words.NEEDED.format(n=_SV.number(option.needed), power=_SV.percent(report.target)) if option.needed else words.NEVER
    return f"{sentence} {needed}"


def screen(report: DesignReport) -> str:
    """Return everything as plain lines."""
    parts = [headline(report), about_effect(report), "", words.OPTIONS]
    for option in report.options:
        parts += ["", f"  {_name(option)}", *(f"    {line}" for line in _facts(report, option))]
    parts += ["", words.CURVE, *(f"  {persons:>7}  {mde}" for persons, mde in _curve(report))]
    parts += ["", words.SIMULATION, *(f"  {line}" for line in _simulation(report))]
    parts += ["", words.LOTTERY, *(f"  {line}" for line in _ethics(report))]
    parts += ["", words.ASSUMPTIONS, *(f"  {line}" for line in _assumptions(report))]
    return "\n".join(parts)


def summary(report: DesignReport) -> Html:
    """Return the first chapter."""
    return chapter("svar", words.CH_ANSWER, para(headline(report)), para(about_effect(report)), _synthetic(report))


def options(report: DesignReport) -> Html:
    """Return the designs side by side."""
    rows = [_row(report, option) for option in report.options]
    table = Table(words.OPTIONS, words.OPTION_HEAD, rows, numeric=frozenset({1, 2, 3, 4, 5, 6}), note=words.OPTION_NOTE)
    notes = [f"{_name(o)}: {o.refusal or o.warning}" for o in report.options if o.refusal or o.warning]
    says = [f"{_name(option)}: {words.MAY_SAY[option.id]}" for option in report.options]
    return chapter("upplagg", words.CH_OPTIONS, table.html(words.OPTIONS), bullets(notes), para(words.SAY), bullets(says))


def curve(report: DesignReport) -> Html:
    """Return the detectable effect at other numbers of participants."""
    table = Table(words.CURVE, words.CURVE_HEAD, _curve(report), numeric=frozenset({0, 1}))
    return chapter("kurva", words.CH_CURVE, table.html(words.CURVE))


def simulation(report: DesignReport) -> Html:
    """Return what the simulated studies found."""
    return chapter("simulering", words.CH_SIMULATION, bullets(_simulation(report)))


def lottery(report: DesignReport) -> Html:
    """Return the case for a lottery about the order."""
    return chapter("lottning", words.CH_LOTTERY, bullets(_ethics(report)))


def assumptions(report: DesignReport) -> Html:
    """Return every assumption with its source, and what nobody has assumed."""
    return chapter("antaganden", words.CH_ASSUMPTIONS, bullets(_assumptions(report)))


def learned_text(
    outcome: Outcome, day: str, treated: int, comparison: int, *, rows: list[tuple[str, float, float, float]], reach: float | None
) -> list[str]:
    """Return estimated assumptions as rows to paste into the plan; each of `rows` is quantity, value and interval."""
    lines = [words.LEARNED.format(day=day, treated=treated, comparison=comparison), "planning:"]
    for quantity, value, low, high in rows:
        interval = f"95 % intervall {_SV.number(low, 2)} till {_SV.number(high, 2)}"
        own = f", outcome: {outcome.id}" if quantity == "standard_deviation" else ""
        row = f"quantity: {quantity}{own}, value: {value:.2f}, source: pilot"
        lines.append(f"  - {{{row}, reference: '{words.LEARNED_FROM.format(day=day, n=treated + comparison)}, {interval}'}}")
    if reach is not None:
        lines.append(words.REACH.format(n=treated + comparison, mde=_SV.number(reach, 1), unit=outcome.unit))
    return lines


def _row(report: DesignReport, option: DesignOption) -> list[str]:
    if option.mde_sd is None:
        return [_name(option), _SV.number(option.persons), *[words.REFUSED] * 5]
    return [
        _name(option),
        _SV.number(option.persons),
        _size(report, option),
        _SV.percent(option.power) if option.power is not None else words.MISSING,
        _SV.number(option.needed) if option.needed else words.MISSING,
        _SV.number(round(option.price, -3)) if option.price is not None else words.MISSING,
        _SV.number(option.months) if option.months is not None else words.MISSING,
    ]


def _facts(report: DesignReport, option: DesignOption) -> list[str]:
    if option.mde_sd is None:
        return [f"{words.REFUSED}: {option.refusal}"]
    _, persons, mde, power, needed, price, months = _row(report, option)
    treated = words.GROUPS.format(clusters=option.clusters) if option.clusters else ""
    lines = [
        words.LINE_SIZE.format(persons=persons, treated=_SV.number(option.treated), groups=treated),
        words.LINE_FINDS.format(mde=mde, power=power, needed=needed),
        words.LINE_COST.format(price=price, months=months),
    ]
    if option.price_per_point is not None:
        lines.append(words.LINE_POINT.format(price=_SV.number(round(option.price_per_point, -3)), unit=report.unit))
    return [*lines, words.MAY_SAY[option.id], *([option.warning] if option.warning else [])]


def _curve(report: DesignReport) -> list[tuple[str, str]]:
    return [(_SV.number(point.persons), _amount(report, point.mde, point.mde_sd)) for point in report.curve]


def _simulation(report: DesignReport) -> list[str]:
    found = report.simulated
    if found is None:
        return [words.NOT_SIMULATED]
    lines = [words.SIM_HOW.format(draws=_SV.number(found.draws), route=found.route, seed=found.seed)]
    for label, (value, error) in (
        (words.SIM_POWER, found.power),
        (words.SIM_FALSE, found.false_rejection),
        (words.SIM_COVERAGE, found.coverage),
    ):
        lines.append(f"{label}: {_SV.number(100 * value, 1)} % (± {_SV.number(100 * error, 1)})")
    for label, (value, error) in ((words.SIM_BIAS, found.bias), (words.SIM_RMSE, found.rmse)):
        lines.append(f"{label}: {_SV.number(value, 3)} SD (± {_SV.number(error, 3)})")
    planned = report.option(report.recommended).power
    if planned is not None and abs(planned - found.power[0]) > DISAGREES:
        lines.insert(1, words.SIM_DIFFERS.format(planned=_SV.percent(planned), simulated=_SV.percent(found.power[0])))
    if found.type_m is not None and found.type_s is not None:
        lines.append(words.SIM_TYPE.format(m=_SV.number(found.type_m[0], 1), s=_SV.number(100 * found.type_s[0], 1)))
    return lines


def _ethics(report: DesignReport) -> list[str]:
    needing = [_name(option) for option in report.options if option.lottery]
    lines = [words.NEEDS_LOTTERY.format(names=_SV.listed(needing))]
    if report.places is not None and report.places < report.persons:
        rounds = -(-report.persons // report.places)
        lines.append(words.QUEUE.format(n=report.persons, places=report.places, rounds=rounds))
    elif report.places is None:
        lines.append(words.NO_PLACES)
    else:
        lines.append(words.NO_QUEUE)
    return [*lines, *words.ETHICS]


def _assumptions(report: DesignReport) -> list[str]:
    lines = [
        f"{words.QUANTITY[one.quantity]}: {_plain(one.value)} ({words.SOURCE[one.source]}: {one.reference})"
        for one in report.assumptions
    ]
    return [*lines, *(f"{words.QUANTITY[quantity]}: {words.ABSENT[quantity]}" for quantity in report.missing)]


def _plain(value: float) -> str:
    return _SV.number(value, 0 if value.is_integer() or value >= 1_000 else 2)


def _size(report: DesignReport, option: DesignOption) -> str:
    return _amount(report, option.mde, option.mde_sd or 0.0)


def _amount(report: DesignReport, mde: float | None, mde_sd: float) -> str:
    in_sd = f"{_SV.number(mde_sd, 2)} SD"
    return in_sd if mde is None else f"{_SV.number(mde, 1)} {report.unit} ({in_sd})"


def _name(option: DesignOption) -> str:
    return words.NAME[option.id]


def _synthetic(report: DesignReport) -> str:
    return para(words.SYNTHETIC, "note") if report.synthetic else ""
