"""What an estimate is a mean of, Swedish and English; `evalkit.findings.reasons` holds it too."""

from __future__ import annotations

from evalkit.findings.words import Words

ESTIMANDS: dict[str, Words] = {
    "change": Words("genomsnittlig förändring per person", "mean change per person"),
    "change-clusters": Words("genomsnittlig förändring per kluster", "mean change per cluster"),
    "change-series": Words("avvikelse från den egna trenden", "deviation from its own trend"),
    "change-units": Words("genomsnittlig förändring per enhet", "mean change per unit"),
    "ATT": Words("genomsnittlig effekt för dem som fick insatsen", "average effect on the treated"),
    "ATT-matched": Words(
        "genomsnittlig effekt för de matchade som fick insatsen", "average effect on the treated who could be matched"
    ),
    "ATE": Words("genomsnittlig effekt i målgruppen", "average effect in the target group"),
    "ITT": Words("genomsnittlig effekt av att erbjudas insatsen", "average effect of being offered the intervention"),
    "ATT-clusters": Words("genomsnitt över kluster som fick insatsen", "average over treated clusters"),
    "ATE-clusters": Words("genomsnitt över kluster i målgruppen", "average over clusters in the target group"),
    "ITT-clusters": Words("genomsnitt över kluster som erbjöds insatsen", "average over clusters offered the intervention"),
}
"""`Estimate.estimand`: whose mean; the evidence level decides whether it may be called an effect."""
