"""The words of a randomised study in the report, Swedish and English."""

from __future__ import annotations

SV_EXPERIMENT: dict[str, str] = {
    "v3_sig_itt": "{label}: resultatet tyder på att erbjudandet om insatsen hade en effekt på {value}{direction} "
    "({ci}); förbehållen står under begränsningarna.",
    "v4_sig_itt": "{label}: erbjudandet om insatsen hade en effekt på {value}{direction} ({ci}).",
    "not_3a_itt": "Att påverkan av att delta är bevisad: inte alla följde lotten, eller inte alla kunde följas upp.",
    "a_itt": "För siffran efter lott: bara lotten avgjorde vem som erbjöds, och de som inte kunde följas upp "
    "skiljer sig inte mellan grupperna på ett sätt som hänger ihop med måttet.",
    "e_itt": "Effekt av att erbjudas insatsen, som lotten föll",
    "an_itt": "effekt av att erbjudas insatsen, som lotten föll",
    "x_received": "(efter vad de fick, inte efter lotten)",
    "x_received_row": "efter vad de fick, inte efter lotten",
    "x_received_note": "Svaret är efter lotten; rader om utveckling och förändring grupperar efter vad de fick, inte efter lotten.",
    "sum_flow_drawn": "Huvudmåttet {label} kunde följas för {n} av {drawn} som lottades till insatsen och {n_c} av "
    "{drawn_c} som lottades till jämförelse.",
    "w_experiment": "Lottad studie",
    "x_heading": "Studien som den lottades",
    "x_drawn": "Vem som fick erbjudandet avgjordes av en lott (antal omgångar: {batches}; {draws}). {listed} stod "
    "på listan. Kvittots fingeravtryck: {receipts}.",
    "x_excluded": "{n} på listan blev utan lott och är inte med i jämförelsen.",
    "x_intention": "Alla jämförs efter vad lotten gav dem, vare sig de deltog eller inte. Därför gäller siffran att "
    "erbjudas insatsen.",
    "x_clusters": "Grupper lottades, inte personer: de som lottades tillsammans räknas som en.",
    "t_consort": "Vägen från lott till analys: {label}",
    "c_arm": "Grupp efter lott",
    "c_randomised": "Lottade",
    "c_took_part": "Deltog",
    "c_lost": "Bortfall",
    "arm_drawn": "Lottade till insatsen",
    "arm_other": "Lottade till jämförelse",
    "x_attrition": "Var bortfallet olika stort i grupperna efter lott? Fishers exakta test: p {p}.",
    "x_attrition_hidden": "Bortfallet i någon av grupperna är för litet för att visas.",
    "t_offer": "Effekt av att erbjudas insatsen",
    "c_randomisation_p": "p, lottens egna omdragningar",
    "c_holm": "p, justerat inom familjen",
    "note_offer": "p, lottens egna omdragningar: hur ofta {n} nya lottningar efter samma regler gav en minst lika "
    "stor skillnad när insatsen inte gör något.",
    "note_offer_holm": "Justerat: Holms metod över måtten i samma familj; det primära måttet står för sig.",
    "x_others": "Samma fråga med andra regressioner, för känslighetens skull och utan p-värde: {items}.",
    "x_plain": "utan kovariat {value} (medelfel {se})",
    "x_lin": "med utgångsvärdets samspel (Lin) {value} (medelfel {se})",
    "x_late": "För dem som lotten fick att delta är effekten av att delta {value}; {level} konfidensmängd "
    "(Anderson–Rubin) {span}. Lotten ökade andelen som deltog med {points} procentenheter bland de analyserade (F {f}).",
    "x_late_weak": "Lotten fick för få att delta för att effekten av att delta ska gå att skatta (F {f}): det som "
    "inte kan uteslutas är {span} ({level} konfidensmängd, Anderson–Rubin).",
    "x_late_hidden": "Så få följde inte lotten att inget kan visas om effekten av att delta.",
    "x_late_all": "Alla följde lotten: effekten av att erbjudas insatsen är effekten av att delta.",
    "x_late_none": "Effekten av att delta går inte att skatta: lotten ändrade inte hur många som deltog.",
    "x_everything_but": "allt utom {span}",
    "x_no_end_low": "hur lågt som helst",
    "x_no_end_high": "hur högt som helst",
    "x_lee": "Om de som fallit bort hade varit de bästa eller de sämsta ligger effekten mellan {low} och {high} "
    "(Lees gränser; {share} av den mest följda gruppen borträknad).",
    "x_lee_hidden": "Gränserna för bortfallets betydelse (Lee) visas inte: de skulle vila på för få personer.",
    "x_lee_same": "Bortfallet skilde så lite att gränser för dess betydelse inte kan visas.",
    "t_balance": "Var grupperna lika före lotten?",
    "c_covariate": "Mätt före",
    "c_normalised": "Normaliserad skillnad",
    "b_baseline": "{label} före",
    "b_women": "Andel kvinnor",
    "b_age": "Ålder vid start",
    "note_balance": "Normaliserad skillnad: skillnaden delad med den gemensamma spridningen; över 0,25 är den värd att "
    "nämna. Alla på en gång, prövade med lottens egna omdragningar: p {p}.",
    "t_subgroups": "Skiljer sig effekten för grupper som planen angav i förväg?",
    "c_subgroup": "Grupp",
    "c_difference": "Effekt utöver de andras",
    "note_subgroups": "Grupperna bestämdes innan någon lottades. En skillnad i effekt kräver omkring fyra gånger så "
    "många deltagare som effekten själv.",
    "f_offer": "Effekten av att erbjudas insatsen, räknad på flera sätt ({unit}). Ringen är svaret; de andra är kontroller.",
    "alt_offer": "{label}, {unit}: {numbers}.",
    "f_answer": "Svaret: justerad för utgångsvärdet",
    "f_plain": "Utan kovariat",
    "f_lin": "Med samspel (Lin)",
    "f_cace": "Att delta (CACE)",
    "f_lee": "Lees gränser",
    "f_span": "{name} {value} ({low} till {high})",
    "f_only_span": "{name} {low} till {high}",
    "f_only_value": "{name} {value}",
}

EN_EXPERIMENT: dict[str, str] = {
    "v3_sig_itt": "{label}: the result suggests that the offer of the intervention had an effect of "
    "{value}{direction} ({ci}); its reservations stand under the limits.",
    "v4_sig_itt": "{label}: the offer of the intervention had an effect of {value}{direction} ({ci}).",
    "not_3a_itt": "That an effect of taking part is proved: not everybody followed the lottery, or could be followed up.",
    "a_itt": "For the figure by lottery: the lottery alone decided who was offered, and those who could not be "
    "followed up do not differ between the arms in ways that matter for the outcome.",
    "e_itt": "Effect of being offered the intervention, as the lottery fell",
    "an_itt": "effect of being offered the intervention, as the lottery fell",
    "x_received": "(by what they got, not by the lottery)",
    "x_received_row": "by what they got, not by the lottery",
    "x_received_note": "The answer is by the lottery; rows on development and change group by what they got, not by the lottery.",
    "sum_flow_drawn": "The primary outcome {label} could be followed for {n} of {drawn} drawn to the intervention and {n_c} of "
    "{drawn_c} drawn to comparison.",
    "w_experiment": "Randomised study",
    "x_heading": "The study as it was drawn",
    "x_drawn": "A lottery (batches: {batches}; {draws}) decided who was offered the intervention. {listed} were "
    "on the list. Fingerprint of the receipt: {receipts}.",
    "x_excluded": "{n} on the list were left without a draw and are not compared.",
    "x_intention": "Everybody is compared by what the lottery gave them, whether or not they took part. The figure is "
    "that of the offer.",
    "x_clusters": "Groups were drawn, not persons: those drawn together count as one.",
    "t_consort": "From lottery to analysis: {label}",
    "c_arm": "Arm as drawn",
    "c_randomised": "Randomised",
    "c_took_part": "Took part",
    "c_lost": "Lost",
    "arm_drawn": "Drawn to the intervention",
    "arm_other": "Drawn to comparison",
    "x_attrition": "Did attrition differ between the arms as drawn? Fisher's exact test: p {p}.",
    "x_attrition_hidden": "Attrition in one of the arms is too small to be shown.",
    "t_offer": "Effect of being offered the intervention",
    "c_randomisation_p": "p, the lottery's own redraws",
    "c_holm": "p, adjusted within the family",
    "note_offer": "p, the lottery's own redraws: how often {n} new draws by the same rules gave at least as large a "
    "difference when the intervention does nothing.",
    "note_offer_holm": "Adjusted: Holm's method over the outcomes of one family; the primary outcome stands alone.",
    "x_others": "The same question with other regressions, for sensitivity and without p-values: {items}.",
    "x_plain": "without covariates {value} (standard error {se})",
    "x_lin": "with the baseline's interaction (Lin) {value} (standard error {se})",
    "x_late": "For those whom the lottery made take part, the effect of taking part is {value}; {level} "
    "confidence set (Anderson–Rubin) {span}. The lottery raised the share that took part by {points} "
    "percentage points among those analysed (F {f}).",
    "x_late_weak": "The lottery made too few take part for the effect of taking part to be estimated (F {f}): what "
    "cannot be ruled out is {span} ({level} confidence set, Anderson–Rubin).",
    "x_late_hidden": "So few did not follow the lottery that nothing can be shown of the effect of taking part.",
    "x_late_all": "Everybody followed the lottery: the effect of the offer is the effect of taking part.",
    "x_late_none": "The effect of taking part cannot be estimated: the lottery did not change how many took part.",
    "x_everything_but": "everything but {span}",
    "x_no_end_low": "no lower end",
    "x_no_end_high": "no upper end",
    "x_lee": "Had those lost been the best or the worst, the effect would lie between {low} and {high} (Lee's "
    "bounds; {share} of the arm that was followed up most left out).",
    "x_lee_hidden": "Bounds on the weight of attrition (Lee) are not shown: they would rest on too few persons.",
    "x_lee_same": "Attrition differed so little that bounds on its weight cannot be shown.",
    "t_balance": "Were the arms alike before the lottery?",
    "c_covariate": "Measured before",
    "c_normalised": "Normalised difference",
    "b_baseline": "{label} before",
    "b_women": "Share of women",
    "b_age": "Age at start",
    "note_balance": "Normalised difference: the difference over the joint spread; above 0.25 it is worth mentioning. "
    "All at once, tested by the lottery's own redraws: p {p}.",
    "t_subgroups": "Does the effect differ for groups that the plan named in advance?",
    "c_subgroup": "Group",
    "c_difference": "Effect beyond the others'",
    "note_subgroups": "The groups were decided before anybody was drawn. A difference in effect needs about four times "
    "as many participants as the effect itself.",
    "f_offer": "The effect of being offered the intervention, computed in several ways ({unit}). The ring is the "
    "answer; the others are checks.",
    "alt_offer": "{label}, {unit}: {numbers}.",
    "f_answer": "The answer: adjusted for the baseline",
    "f_plain": "Without covariates",
    "f_lin": "With interaction (Lin)",
    "f_cace": "Taking part (CACE)",
    "f_lee": "Lee's bounds",
    "f_span": "{name} {value} ({low} to {high})",
    "f_only_span": "{name} {low} to {high}",
    "f_only_value": "{name} {value}",
}
