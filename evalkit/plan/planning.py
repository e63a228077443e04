"""What a plan assumes before anybody is measured: one number a row, each with its source. Read by ``evalkit design``."""

from __future__ import annotations

from typing import Literal

from evalkit.plan.strict import Name, Strict, Text

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
