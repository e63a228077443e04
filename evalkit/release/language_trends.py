"""Words on trends before the start and drift after it, in both languages."""

from __future__ import annotations

SV_TRENDS: dict[str, str] = {
    "trend_reach": "{label}: vi hade troligen inte sett en skillnad i trend på mindre än {reach} per {step} (80 procents styrka).",
    "trend_groups": "Prövningen bygger på startgruppernas egna vägar: den period före start som avviker mest vägs mot vad slumpen "
    "ger när alla ses på en gång. När grupperna utvecklas lika larmar den i högst {rate} procent av fallen i simulering av "
    "upplägget.",
    "path_groups": "Startgrupperna var för sig, sammanvägda efter antal enheter; vilka som ingår skiftar mellan punkterna.",
    "honest_groups": "Startgrupperna var för sig: bara perioder som minst hälften av enheterna har, och varje steg jämför samma "
    "enheter.",
    "step_year": "år",
    "step_quarter": "kvartal",
    "step_period": "period",
    "honest_holds": "{label}: under de {n} första perioderna efter start är skillnaden i genomsnitt {value}. Den går att skilja "
    "från noll så länge grupperna efter start glider isär med högst {factor} gånger det största steget mellan två perioder i följd "
    "före start ({step}).",
    "honest_more": "minst {factor}",
    "honest_stands": "Resultatet tål alltså steg lika stora som de som sågs före start.",
    "honest_falls": "Steg lika stora som de som sågs före start räcker alltså för att resultatet inte ska hålla.",
    "honest_none": "{label}: under de {n} första perioderna efter start är skillnaden i genomsnitt {value}. Den går inte att "
    "skilja från noll ens om grupperna hade utvecklats lika, så det finns inget resultat att pröva vidare.",
    "t_honest": "{label}: vad skillnaden kan vara om grupperna ändå hade glidit isär",
    "c_drift": "Steg per period efter start",
    "honest_alike": "inga (parallella trender)",
    "honest_times": "högst {factor} gånger det största före",
    "note_honest": "Medelvärde över perioderna efter start. Försiktig gräns enligt Rambachan och Roth (relativa storlekar).",
}

EN_TRENDS: dict[str, str] = {
    "trend_reach": "{label}: a difference in trend below {reach} per {step} would probably not have been seen (80 per cent power).",
    "trend_groups": "The test rests on the start groups' own paths: the period before the start that deviates most is weighed "
    "against what chance gives when all are seen at once. Where groups develop alike it raises an alarm in at most {rate} per "
    "cent of cases in simulation of the design.",
    "path_groups": "The start groups one by one, weighted by their units; which ones are in it changes from point to point.",
    "honest_groups": "The start groups one by one: only periods that at least half of the units have, and each step compares the "
    "same units.",
    "step_year": "year",
    "step_quarter": "quarter",
    "step_period": "period of time",
    "honest_holds": "{label}: over the first {n} periods after the start the difference is {value} on average. It can be told "
    "from zero as long as the groups drift apart after the start by at most {factor} times the largest step between two "
    "consecutive periods before it ({step}).",
    "honest_more": "at least {factor}",
    "honest_stands": "The result thus stands steps as large as those seen before the start.",
    "honest_falls": "Steps as large as those seen before the start are thus enough for the result to fall.",
    "honest_none": "{label}: over the first {n} periods after the start the difference is {value} on average. It cannot be told "
    "from zero even if the groups had developed alike, so there is no result to probe further.",
    "t_honest": "{label}: what the difference may be if the groups would have drifted apart anyway",
    "c_drift": "Steps per period after the start",
    "honest_alike": "none (parallel trends)",
    "honest_times": "at most {factor} times the largest before",
    "note_honest": "Mean over the periods after the start. Cautious bounds after Rambachan and Roth (relative magnitudes).",
}
