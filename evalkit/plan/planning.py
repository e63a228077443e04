"""What a plan assumes before anybody is measured: one number a row, each with its source. Read by ``evalkit design``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from evalkit.plan.strict import Name, Strict, Text

if TYPE_CHECKING:
    from evalkit.plan.strict_yaml import Location
    from evalkit.plan.tree import Tree

Quantity = Literal[
    "standard_deviation",
    "correlation",
    "icc",
    "clusters",
    "attrition",
    "take_up",
    "take_up_comparison",
    "places",
    "price_participant",
    "price_measurement",
    "price_cluster",
    "price_comparison",
    "blocks",
    "r2",
    "r2_between",
    "size_spread",
    "arms",
    "measurements_before",
    "measurements_after",
    "autocorrelation",
    "steps",
    "baseline_share",
]


class PlanningAssumption(Strict):
    """One assumption of the planning.

    Attributes
    ----------
    quantity : str
        What is assumed. Shares as shares (0.2), money in kronor, `standard_deviation` in the outcome's unit; `correlation` is that
        between the measurements before and after, `places` how many can start at a time. `blocks`, `arms`, `steps`,
        `measurements_after` and `baseline_share` each add a design to compare.
    outcome : str | None
        The outcome it is about; None for all, or where it is about none.
    source : str
        ``pilot``, ``register``, ``literature`` or ``guess``: a guess is printed as one.
    reference : str
        Where it can be looked up, or why this value.
    """

    quantity: Quantity
    outcome: Name | None = None
    value: float
    source: Literal["pilot", "register", "literature", "guess"]
    reference: Text


_SHARE, _INSIDE = "en andel mellan 0 och 1 (0.2 är 20 procent)", "större än −1 och mindre än 1"
_LIMITS: dict[str, tuple[str, float, float, str]] = {
    "standard_deviation": ("DSN-SMALL", 0, float("inf"), "större än 0, i måttets enhet"),
    "correlation": ("DSN-CORR", -1, 1, _INSIDE),
    "autocorrelation": ("DSN-CORR", -1, 1, _INSIDE),
    "r2": ("DSN-SHARE", -1e-12, 1, "minst 0 och mindre än 1: inget förklarar allt"),
    "r2_between": ("DSN-SHARE", -1e-12, 1, "minst 0 och mindre än 1: inget förklarar allt"),
    "attrition": ("DSN-SHARE", -1e-12, 1, "minst 0 och mindre än 1: någon måste följas upp"),
    "take_up": ("DSN-TAKEUP", 0, 1 + 1e-12, "större än 0 och högst 1: någon av de erbjudna måste ta del"),
    "take_up_comparison": ("DSN-SHARE", -1e-12, 1, _SHARE),
    "icc": ("DSN-ICC", -1e-12, 1 + 1e-12, "mellan 0 och 1; skolor har ofta 0.05–0.20, skatta den ur egna data"),
    "baseline_share": ("DSN-SHARE", 0, 1, "större än 0 och mindre än 1"),
    "size_spread": ("DSN-SMALL", -1e-12, float("inf"), "0 (alla lika stora) eller större"),
}
"""Quantity -> code, the open interval it lies in, and what is allowed in words."""
_WHOLE = {"clusters": 2, "places": 1, "blocks": 1, "arms": 1, "steps": 1, "measurements_before": 1, "measurements_after": 1}
_PRICES = ("price_participant", "price_measurement", "price_cluster", "price_comparison")


def check_planning(tree: Tree) -> None:
    """Note assumptions outside what they can be, each on its own line, and those that contradict each other."""
    rows: dict[tuple[str | None, str | None], tuple[Location, float]] = {}
    for item in tree.items(("planning",)):
        quantity, outcome, value = tree.text((*item, "quantity")), tree.text((*item, "outcome")), tree.number((*item, "value"))
        tree.points_at((*item, "outcome"), tree.names(("outcomes",)), "effektmåttet")
        if (outcome, quantity) in rows:
            tree.note("PAR-DUP", (*item, "quantity"), f"{quantity} antas två gånger: behåll en rad")
        if quantity is None or value is None:
            continue
        rows[outcome, quantity] = ((*item, "value"), value)
        if fault := _outside(quantity, value):
            tree.note(fault[0], (*item, "value"), f"{quantity} ska vara {fault[1]}")
    _check_together(tree, {quantity: row for (_, quantity), row in rows.items() if quantity})


def _outside(quantity: str, value: float) -> tuple[str, str] | None:
    """Return the code and what is allowed; None where `value` is."""
    if quantity in _WHOLE:
        least = _WHOLE[quantity]
        return None if value >= least and value % 1 == 0 else ("DSN-SMALL", f"ett heltal, minst {least}")
    if quantity in _PRICES:
        return None if value >= 0 else ("DSN-PRICE", "0 kronor eller mer")
    code, low, high, words = _LIMITS[quantity] if quantity in _LIMITS else ("", float("-inf"), float("inf"), "")
    return None if low < value < high else (code, words)


def _check_together(tree: Tree, rows: dict[str, tuple[Location, float]]) -> None:
    value = {quantity: number for quantity, (_, number) in rows.items()}
    persons = tree.number(("target_group", "expected_number"))
    offered, others = value.get("take_up", 1.0), value.get("take_up_comparison", 0.0)
    if 0 <= others < 1 and 0 < offered <= 1 and offered <= others:
        told = "jämförelsegruppen får insatsen lika ofta som de erbjudna: ingen skillnad finns att mäta; sänk take_up_comparison"
        tree.note("DSN-TAKEUP", rows["take_up_comparison"][0], told)
    if persons is None:
        return
    if value.get("clusters", 0) > persons:
        told = f"fler kluster än de {persons:g} personerna (expected_number): ett kluster skulle vara tomt; minska clusters"
        tree.note("DSN-SMALL", rows["clusters"][0], told)
    if value.get("blocks", 1) > persons / 2:
        told = f"{persons:g} personer i {value['blocks']:g} block ger block med en enda: högst {persons // 2:g} block"
        tree.note("DSN-BLOCK", rows["blocks"][0], told)


COLUMNS = {
    "quantity": ("Antagande", "Vad det gäller"),
    "outcome": ("Effektmått", "Tomt om det gäller alla, eller inget mått"),
    "value": ("Värde", "Andelar som 0,2; pengar i kronor"),
    "source": ("Källa", "Egen pilot, register, litteratur eller gissning"),
    "reference": ("Hänvisning", "Var det går att läsa, eller varför just så"),
}
"""The form's sheet Antaganden: key -> heading and help."""

WORDS = {
    "standard_deviation": "standardavvikelse",
    "correlation": "samband mellan före och efter",
    "icc": "likhet inom kluster (ICC)",
    "clusters": "antal kluster",
    "attrition": "bortfall",
    "take_up": "andel av de erbjudna som tar del",
    "take_up_comparison": "andel av jämförelsegruppen som ändå får insatsen",
    "places": "platser i varje omgång",
    "price_participant": "kronor per deltagare i insatsen",
    "price_measurement": "kronor per mätning",
    "price_cluster": "kronor per kluster",
    "price_comparison": "kronor per person i jämförelsegruppen",
    "blocks": "antal block att lotta inom",
    "r2": "andel av spridningen som block och kovariater förklarar",
    "r2_between": "andel av spridningen mellan kluster som kovariater förklarar",
    "size_spread": "klusterstorlekens variationskoefficient",
    "arms": "antal grupper med insats",
    "measurements_before": "antal mätningar före",
    "measurements_after": "antal mätningar efter",
    "autocorrelation": "samband mellan närliggande mätningar",
    "steps": "antal steg i ett stegvis införande",
    "baseline_share": "andel utan insats (ja-nej-mått)",
    "pilot": "egen pilot",
    "register": "register",
    "literature": "litteratur",
    "guess": "gissning",
}
"""Value of a key -> the form's word beside it."""
