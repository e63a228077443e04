"""Texts of a lottery that the plan states without a receipt, Swedish and English."""

from __future__ import annotations

_BOTH: dict[str, tuple[str, str]] = {
    "not_3a_stated": (
        "Att påverkan är bevisad: lottningen är uppgiven, och det går inte att räkna om här vem som lottades vart.",
        "That an effect is proved: the lottery is stated, and who was drawn to what cannot be computed again here.",
    ),
    "a_stated": (
        "Grupperna i underlaget är de som lotten gav.",
        "The groups in the data are those that the lottery gave.",
    ),
    "x_stated": (
        "Enligt planen avgjorde en lott vem som fick erbjudandet. Lottningen är uppgiven, den kan inte räknas om här: det finns "
        "inget kvitto. Därför görs inga omdragningar, och underlaget når ett steg lägre än en lott som kan räknas om.",
        "By the plan, a lottery decided who was offered the intervention. The lottery is stated and cannot be drawn again here: "
        "there is no receipt. No redraws are therefore made, and the evidence stands one step below a lottery that can be.",
    ),
    "x_stated_intention": (
        "Alla jämförs efter den grupp som underlaget anger. Vem som sedan deltog framgår inte: siffran gäller erbjudandet.",
        "Everybody is compared by the group that the data state. Who then took part is not told: the figure is that of the offer.",
    ),
    "c_adjusted_groups": ("p, justerat för flera grupper (Holm)", "p, adjusted for several groups (Holm)"),
    "x_none_lost": (
        "Ingen av de lottade i underlaget saknar uppföljning.",
        "Nobody drawn, of those in the data, lacks a follow-up.",
    ),
    "note_balance_stated": (
        "Normaliserad skillnad: skillnaden delad med den gemensamma spridningen; över 0,25 är den värd att nämna. Inga p-värden: "
        "de kräver omdragningar av lotten.",
        "Normalised difference: the difference over the joint spread; above 0.25 it is worth mentioning. No p-values: they "
        "need redraws of the lottery.",
    ),
    "x_change": (
        "med förändringen i stället för värdet efter {value} (medelfel {se})",
        "with the change in place of the value after {value} (standard error {se})",
    ),
    "f_change": ("Med förändringen", "With the change"),
    "tr_heading": ("Den publicerade skattningen, upprepad", "The published estimate, repeated"),
    "tr_intro": (
        "Publicerat i {reference}. Här räknas samma sak på samma uppgifter: skillnaden i medelvärde efter lotten, med en "
        "gemensam spridning för båda grupperna. Rapportens svar är ett annat: det tar hänsyn till utgångsvärdet.",
        "Published in {reference}. The same is computed here on the same data: the difference of means after the lottery, with "
        "one spread for both groups. The report's answer is another one: it takes the baseline into account.",
    ),
    "t_published": ("Publicerat och upprepat", "Published and repeated"),
    "c_who_computed": ("Beräkning", "Computation"),
    "tr_printed": ("Publicerad", "Published"),
    "tr_repeated": ("Upprepad här", "Repeated here"),
    "tr_same": ("De två stämmer överens.", "The two agree."),
    "tr_differs": ("De två stämmer inte överens.", "The two do not agree."),
    "tr_planned": ("Vad planeringen lovade och vad det blev", "What the planning promised and what came"),
    "tr_promised": (
        "Av det som gick att veta i förväg (spridning {spread}, samband {r}) skulle {promised} kunna ses i 80 studier av 100. "
        "Spridningen blev {spread_seen} och sambandet {r_seen}: bara omkring {reached} kunde ses.",
        "From what could be known beforehand (spread {spread}, correlation {r}), {promised} would be seen in 80 studies of 100. "
        "The spread became {spread_seen} and the correlation {r_seen}: only about {reached} could be seen.",
    ),
    "tr_promised_only": (
        "Av det som gick att veta i förväg (spridning {spread}, samband {r}) skulle {promised} kunna ses i 80 studier av 100. "
        "Spridningen blev {spread_seen} och sambandet {r_seen}.",
        "From what could be known beforehand (spread {spread}, correlation {r}), {promised} would be seen in 80 studies of 100. "
        "The spread became {spread_seen} and the correlation {r_seen}.",
    ),
    "v3_weak_itt": (
        "{label}: resultatet pekar svagt mot att erbjudandet om insatsen hade en effekt på {value}{direction} ({ci}); slumpen "
        "ensam ger en så stor skillnad i 2 till 5 utvärderingar av 100.",
        "{label}: the result points weakly to an effect of the offer of the intervention of {value}{direction} ({ci}); chance "
        "alone gives a difference that large in 2 to 5 evaluations of 100.",
    ),
    "v4_weak_itt": (
        "{label}: erbjudandet om insatsen kan ha haft en effekt på {value}{direction} ({ci}); slumpen ensam ger en så stor "
        "skillnad i 2 till 5 utvärderingar av 100.",
        "{label}: the offer of the intervention may have had an effect of {value}{direction} ({ci}); chance alone gives a "
        "difference that large in 2 to 5 evaluations of 100.",
    ),
    "v3_ns_itt": (
        "{label}: en effekt av att erbjudas insatsen kunde inte påvisas ({value}, {ci}; {n} analyserade).",
        "{label}: an effect of the offer of the intervention could not be established ({value}, {ci}; {n} analysed).",
    ),
    "v4_ns_itt": (
        "{label}: en effekt av att erbjudas insatsen kunde inte påvisas ({value}, {ci}; {n} analyserade).",
        "{label}: an effect of the offer of the intervention could not be established ({value}, {ci}; {n} analysed).",
    ),
    "v3_na_itt": (
        "{label}: skillnaden efter lotten var {value}{direction}{ci}; den har inte kunnat prövas statistiskt.",
        "{label}: the difference by the lottery was {value}{direction}{ci}; it could not be tested statistically.",
    ),
    "v4_na_itt": (
        "{label}: skillnaden efter lotten var {value}{direction}{ci}; den har inte kunnat prövas statistiskt.",
        "{label}: the difference by the lottery was {value}{direction}{ci}; it could not be tested statistically.",
    ),
}

SV_TRIAL = {key: sv for key, (sv, _) in _BOTH.items()}
EN_TRIAL = {key: en for key, (_, en) in _BOTH.items()}
