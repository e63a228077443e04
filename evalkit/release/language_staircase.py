"""Texts of the analysis staircase (Analystrappan): nine steps, what the numbers can say to each, and questions to the team."""

from __future__ import annotations

_BOTH: dict[str, tuple[str, str]] = {
    "app_staircase": ("Bilaga D Analystrappan", "Appendix D The analysis staircase"),
    "st_intro": (
        "Nio steg för teamets egen analys. Det som underlaget kan svara på är ifyllt; frågorna är teamets.",
        "Nine steps for the team's own analysis. What the data can answer is filled in; the questions are the team's.",
    ),
    "t_staircase": ("Analystrappans nio steg", "The nine steps of the analysis staircase"),
    "c_step": ("Steg", "Step"),
    "c_shown": ("Vad underlaget visar", "What the data show"),
    "c_team": ("Fråga till teamet", "Question to the team"),
    "st_1": ("1 Tidigare mätningar", "1 Earlier measurements"),
    "st_2": ("2 Egna mål", "2 Own targets"),
    "st_3": ("3 Andra", "3 Others"),
    "st_4": ("4 Mönster", "4 Patterns"),
    "st_5": ("5 Påverkan", "5 Influences"),
    "st_6": ("6 Mer information", "6 More information"),
    "st_7": ("7 Slutsats", "7 Conclusion"),
    "st_8": ("8 Självskattning", "8 Self-assessment"),
    "st_9": ("9 Åtgärder", "9 Measures"),
    "st_1_q": (
        "Stämmer utvecklingen med vad ni själva har sett?",
        "Does the development agree with what you have seen yourselves?",
    ),
    "st_2_q": ("Är målen fortfarande de rätta?", "Are the targets still the right ones?"),
    "st_3_q": ("Vilka liknande verksamheter kan ni jämföra er med?", "Which similar services can you compare yourselves with?"),
    "st_4_q": (
        "Känner ni igen mönstret? Gäller det alla, eller bara några?",
        "Do you recognise it? Is it so for all, or only for some?",
    ),
    "st_5_q": (
        "Har något annat hänt under tiden: nya regler, personalbyten, andra insatser?",
        "Has anything else happened meanwhile: new rules, other staff, other interventions?",
    ),
    "st_6_q": ("Vad skulle ni behöva veta mer, och vem kan berätta det?", "What more would you need to know, and who can tell?"),
    "st_7_q": ("Vilken slutsats drar ni?", "Which conclusion do you draw?"),
    "st_8_q": ("Håller ni med om färgen? Skriv er egen, och varför.", "Do you agree with the colour? Write your own, and why."),
    "st_9_q": ("Vem gör vad, och när?", "Who does what, and when?"),
    "st_open": ("Underlaget kan inte svara.", "The data cannot answer."),
    "st_series": ("{group}. {numbers}.", "{group}. {numbers}."),
    "st_target": (
        "Planen väntade sig {expected}; skattningen är {value} ({interval}).",
        "The plan expected {expected}; the estimate is {value} ({interval}).",
    ),
    "st_no_target": ("Planen anger inget mål för huvudmåttet.", "The plan states no target for the main outcome."),
    "st_dose": (
        "{label}: i genomsnitt {mean} mot målet {target} per person.",
        "{label}: {mean} on average against the target of {target} per person.",
    ),
    "st_found": ("Huvudmåttet, påvisat: {label}.", "Main outcome, shown: {label}."),
    "st_found_weak": (
        "Huvudmåttet, svagt (slumpen ensam kan ge det): {label}.",
        "Main outcome, weak (chance alone can give it): {label}.",
    ),
    "st_not_found": ("Huvudmåttet, kunde inte påvisas: {label}.", "Main outcome, could not be established: {label}."),
    "st_untested": ("Huvudmåttet, inte prövat statistiskt: {label}.", "Main outcome, not tested statistically: {label}."),
    "st_others": ("Övriga mått, som beskrivning: {labels}.", "Other outcomes, as a description: {labels}."),
    "st_limits": ("Det som begränsar underlaget: {reasons}.", "What limits the evidence: {reasons}."),
    "st_side": (
        "Bieffekter som planen ber om uppmärksamhet på: {items}.",
        "Side effects that the plan asks to watch for: {items}.",
    ),
    "st_green": ("● Grön", "● Green"),
    "st_yellow": ("▲ Gul", "▲ Yellow"),
    "st_red": ("■ Röd", "■ Red"),
    "st_none": ("○ Kan inte bedömas", "○ Cannot be assessed"),
    "st_assessed": (
        "{colour}: {reason} Förslag ur siffrorna; teamet avgör.",
        "{colour}: {reason} Proposed from the numbers; the team decides.",
    ),
    "st_why_good": (
        "resultatet är påvisat, går i önskad riktning, och upplägget kan bära en slutsats om insatsen.",
        "the result is shown, is in the desired direction, and the design can carry a conclusion about the intervention.",
    ),
    "st_why_early": (
        "resultatet är påvisat och går i önskad riktning, men upplägget kan inte säga vad det beror på.",
        "the result is shown and in the desired direction, but the design cannot say what it is due to.",
    ),
    "st_why_weak": (
        "resultatet går i önskad riktning men är svagt: slumpen ensam kan ge det.",
        "the result is in the desired direction but weak: chance alone can give it.",
    ),
    "st_why_bad_weak": (
        "resultatet går i oönskad riktning men är svagt: slumpen ensam kan ge det.",
        "the result is in the undesired direction but weak: chance alone can give it.",
    ),
    "st_why_unknown": (
        "resultatet kunde inte påvisas; intervallet visar vad som är förenligt med underlaget.",
        "the result could not be established; the interval shows what is compatible with the data.",
    ),
    "st_why_untested": ("resultatet har inte kunnat prövas statistiskt.", "the result could not be tested statistically."),
    "st_why_bad": ("resultatet är påvisat och går i oönskad riktning.", "the result is shown and in the undesired direction."),
    "st_why_direction": (
        "resultatet är påvisat, men planen säger inte vilken riktning som är önskad.",
        "the result is shown, but the plan does not say which direction is desired.",
    ),
    "st_why_hidden": (
        "huvudmåttet har ingen skattning, eller så visas den ej.",
        "the main outcome has no estimate, or it is not shown.",
    ),
}

SV_STAIRCASE = {key: sv for key, (sv, _) in _BOTH.items()}
EN_STAIRCASE = {key: en for key, (_, en) in _BOTH.items()}
