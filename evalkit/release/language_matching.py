"""Texts about matching in both languages, by key."""

from __future__ import annotations

SV_MATCHING: dict[str, str] = {
    "e_did_matched": "Skillnad i utveckling, matchade",
    "e_did_unmatched": "Skillnad i utveckling, före matchning",
    "an_matching": "matchad jämförelse",
    "adj_cohort": "Startgrupp",
    "adj_start_value": "Måttets värde före start",
    "mat_title": "Matchning",
    "mat_and": " och ",
    "mat_mahalanobis": "{label}: var och en som fått insatsen jämförs med den i jämförelsegruppen som var mest lik före "
    "starten, i {what}.",
    "mat_propensity": "{label}: var och en som fått insatsen jämförs med den i jämförelsegruppen som var mest lik före "
    "starten, mätt som hur sannolik insatsen var med tanke på {what}.",
    "mat_exact": "{label}: var och en som fått insatsen jämförs med alla i jämförelsegruppen som var lika.",
    "mat_sets": "{label}: kommunen har själv matchat, och de par eller grupper som står i leveransen är använda som de är.",
    "mat_same": "De ska dessutom vara lika i {what}.",
    "mat_one": "Var och en får en att jämföras med.",
    "mat_several": "Var och en får {n} att jämföras med.",
    "mat_once": "Samma person i jämförelsegruppen används bara en gång.",
    "mat_reuse": "Samma person i jämförelsegruppen får användas flera gånger, och osäkerheten är räknad efter det.",
    "mat_caliper_propensity": "Ingen matchas längre bort än {caliper} standardavvikelser.",
    "mat_caliper_mahalanobis": "Ingen matchas längre bort än avståndet {caliper}.",
    "mat_all": "Alla som fått insatsen kunde matchas.",
    "mat_of": "Av {total} som fått insatsen kunde {n} matchas.",
    "mat_some": "Några som fått insatsen kunde inte matchas (antalet visas inte när det är under {limit}).",
    "mat_used": "{n} i jämförelsegruppen används.",
    "mat_used_worth": "{n} i jämförelsegruppen används; de väger olika mycket och motsvarar omkring {effective} som väger lika.",
    "mat_remaining": "Det som ändå skiljer i bakgrund är borträknat med regression.",
    "mat_estimand": "Svaret gäller de matchade som fått insatsen. Matchningen gjordes utan att något mått efter starten lästes.",
    "mat_beside": "Den matchade jämförelsen står bredvid huvudresultatet och gäller de matchade som fått insatsen. "
    "Matchningen gjordes utan att något mått efter starten lästes.",
    "mat_everybody": "Figurerna över utvecklingen visar alla, också dem som inte matchades.",
    "mat_unknown": "För några är någon uppgift okänd; de är kvar, med okänt som ett eget värde.",
    "mat_balanced": "Efter matchning är grupperna lika i det som visas nedan (de skiljer sig med mindre än {limit} "
    "standardavvikelser).",
    "mat_nearly": "Efter matchning skiljer sig grupperna som mest {worst} standardavvikelser.",
    "mat_unlike": "Grupperna är fortfarande olika efter matchning: som mest {worst} standardavvikelser. Jämförelsen bör "
    "läsas försiktigt.",
    "mat_start_value": "Matchningen använder också måttets eget värde före starten. Om grupperna vanligtvis ligger på "
    "olika nivå drar sig de matchade tillbaka mot var sin grupps vanliga nivå, och det kan se ut som en effekt (regression "
    "mot medelvärdet). Jämför med skillnaden före matchning, där den visas.",
    "mat_log": "{label}: de som fått insatsen men inte kunde matchas",
    "mat_log_note": "De ingår inte i den matchade jämförelsen, så svaret gäller inte dem.",
    "mat_c_why": "Skäl",
    "mat_c_n": "Antal",
    "mat_r_no-set": "har inget par i leveransen",
    "mat_r_nobody-alike": "ingen i jämförelsegruppen var lika",
    "mat_r_too-far": "ingen i jämförelsegruppen var tillräckligt lik",
    "mat_r_taken": "alla lika i jämförelsegruppen var redan använda",
    "mat_r_other": "flera skäl",
    "mat_table": "{label}: hur lika grupperna var före och efter matchning",
    "mat_c_before": "Skillnad före",
    "mat_c_after": "Skillnad efter matchning",
    "mat_axis": "skillnad mellan grupperna i standardavvikelser (utan tecken)",
    "mat_figure": "{label}: skillnad i bakgrund före och efter matchning. Till vänster om den prickade linjen (0,1) räknas "
    "grupperna som lika.",
    "mat_alt": "Skillnad i bakgrund mellan grupperna för {label}, i standardavvikelser. {numbers}.",
    "mat_alt_row": "{name}: före {before}, efter {after}",
}

EN_MATCHING: dict[str, str] = {
    "e_did_matched": "Difference in development, matched",
    "e_did_unmatched": "Difference in development, before matching",
    "an_matching": "matched comparison",
    "adj_cohort": "Start group",
    "adj_start_value": "The outcome's value before the start",
    "mat_title": "Matching",
    "mat_and": " and ",
    "mat_mahalanobis": "{label}: each person who received the intervention is compared with the most similar one of the "
    "comparison group before the start, in {what}.",
    "mat_propensity": "{label}: each person who received the intervention is compared with the most similar one of the "
    "comparison group before the start, by how probable the intervention was given {what}.",
    "mat_exact": "{label}: each person who received the intervention is compared with everybody alike in the comparison group.",
    "mat_sets": "{label}: the municipality has matched, and the pairs or sets in the delivery are used as they are.",
    "mat_same": "They must also be the same in {what}.",
    "mat_one": "Each has one to be compared with.",
    "mat_several": "Each has {n} to be compared with.",
    "mat_once": "A person of the comparison group is used only once.",
    "mat_reuse": "A person of the comparison group may be used several times, and the uncertainty accounts for it.",
    "mat_caliper_propensity": "Nobody is matched farther away than {caliper} standard deviations.",
    "mat_caliper_mahalanobis": "Nobody is matched farther away than the distance {caliper}.",
    "mat_all": "Everybody who received the intervention could be matched.",
    "mat_of": "Of {total} who received the intervention {n} could be matched.",
    "mat_some": "A few who received the intervention could not be matched (the number is not shown when it is below {limit}).",
    "mat_used": "{n} of the comparison group are used.",
    "mat_used_worth": "{n} of the comparison group are used; they weigh differently and are worth about {effective} of "
    "equal weight.",
    "mat_remaining": "Background that still differs is taken out by regression.",
    "mat_estimand": "The answer is about the matched who received the intervention. The matching read nothing measured "
    "after the start.",
    "mat_beside": "The matched comparison stands beside the main result and is about the matched who received the "
    "intervention. The matching read nothing measured after the start.",
    "mat_everybody": "The figures of development show everybody, also those who were not matched.",
    "mat_unknown": "For some a value is unknown; they stay, with unknown as a value of its own.",
    "mat_balanced": "After matching the groups are alike in what is shown below (they differ by less than {limit} "
    "standard deviations).",
    "mat_nearly": "After matching the groups differ by at most {worst} standard deviations.",
    "mat_unlike": "The groups are still unlike after matching: by up to {worst} standard deviations. Read the comparison "
    "with caution.",
    "mat_start_value": "The matching also uses the outcome's own value before the start. If the groups usually lie at "
    "different levels, the matched are drawn back to the level of their own group, and that can look like an effect "
    "(regression to the mean). Compare with the difference before matching, where it is shown.",
    "mat_log": "{label}: those who received the intervention and could not be matched",
    "mat_log_note": "They are no part of the matched comparison, so the answer is not about them.",
    "mat_c_why": "Reason",
    "mat_c_n": "Number",
    "mat_r_no-set": "no pair in the delivery",
    "mat_r_nobody-alike": "nobody in the comparison group was alike",
    "mat_r_too-far": "nobody in the comparison group was similar enough",
    "mat_r_taken": "everybody alike in the comparison group was used already",
    "mat_r_other": "several reasons",
    "mat_table": "{label}: how alike the groups were before and after matching",
    "mat_c_before": "Difference before",
    "mat_c_after": "Difference after matching",
    "mat_axis": "difference between the groups in standard deviations (without sign)",
    "mat_figure": "{label}: difference in background before and after matching. To the left of the dotted line (0.1) the "
    "groups count as alike.",
    "mat_alt": "Difference in background between the groups for {label}, in standard deviations. {numbers}.",
    "mat_alt_row": "{name}: before {before}, after {after}",
}
