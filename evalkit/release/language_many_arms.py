"""Texts of a lottery with more than two arms, Swedish and English."""

from __future__ import annotations

_BOTH: dict[str, tuple[str, str]] = {
    "v_arms": ("{label}, {arm} mot {against}", "{label}, {arm} against {against}"),
    "e_itt_arms": (
        "Effekt av att erbjudas {arm} i stället för {against}, som lotten föll",
        "Effect of being offered {arm} instead of {against}, as the lottery fell",
    ),
    "v_adjusted_arms": (
        " Prövningen är justerad för att {n} jämförelser mellan lottens grupper prövas tillsammans.",
        " The test is adjusted for {n} comparisons between arms being tested together.",
    ),
    "dec_arms": (
        "Huvudmåttets {n} jämförelser mellan lottens grupper prövas tillsammans (Holm): risken för minst ett falskt larm "
        "bland dem är högst {alpha}.",
        "The primary outcome's {n} comparisons between arms are tested together (Holm): the risk of at least one false alarm "
        "among them is at most {alpha}.",
    ),
    "x_attrition_arms": (
        "Var bortfallet olika stort i grupperna efter lott? Prövat med lottens egna omdragningar: p {p}.",
        "Did attrition differ between the arms as drawn? Tested by the lottery's own redraws: p {p}.",
    ),
    "note_balance_arms": (
        "Varje grupp mot jämförelsen. Normaliserad skillnad: skillnaden delad med den gemensamma spridningen; över 0,25 är "
        "den värd att nämna. Alla på en gång, prövade med lottens egna omdragningar: p {p}.",
        "Each arm against the comparison. Normalised difference: the difference over the joint spread; above 0.25 it is worth "
        "mentioning. All at once, tested by the lottery's own redraws: p {p}.",
    ),
    "ma_pair": ("{arm} mot {against}", "{arm} against {against}"),
    "ma_compared": ("Jämförelse", "Comparison"),
    "ma_adjusted": ("p, justerat för flera jämförelser", "p, adjusted for several comparisons"),
    "ma_note": (
        "Justerat: Holms metod, huvudmåttets jämförelser tillsammans och varje familjs övriga mått tillsammans.",
        "Adjusted: Holm's method, the primary outcome's comparisons together, and the other outcomes of each family together.",
    ),
    "ma_deciding": (
        "Rapportens huvudsvar är {arm} mot {against}.",
        "The report's main answer is {arm} against {against}.",
    ),
    "ma_joint": (
        "Att ingen grupp gjorde någon skillnad för huvudmåttet, prövat för alla på en gång med lottens omdragningar: p {p}.",
        "That no arm made a difference for the primary outcome, tested for all at once by the lottery's redraws: p {p}.",
    ),
    "ma_family": (
        "Prövade tillsammans gav de {n} jämförelserna minst ett falskt larm i högst {rate} av 100 fall (i simulering).",
        "Tested together, the {n} comparisons gave at least one false alarm in at most {rate} of 100 cases (simulated).",
    ),
    "ma_untested": (
        "Det är fler falska larm än vad som godtas. Därför dras ingen slutsats om jämförelserna: p-värdena gäller var jämförelse "
        "för sig och är beskrivning.",
        "That is more false alarms than is accepted. Hence nothing is concluded on the comparisons: the p-values are each "
        "comparison's own and a description.",
    ),
    "ma_flow": ("Huvudmåttet {label} kunde följas för {items}.", "The primary outcome {label} could be followed for {items}."),
    "ma_followed": ("{n} av {drawn} som lottades till {arm}", "{n} of {drawn} drawn to {arm}"),
}

SV_MANY_ARMS = {key: sv for key, (sv, _) in _BOTH.items()}
EN_MANY_ARMS = {key: en for key, (_, en) in _BOTH.items()}
