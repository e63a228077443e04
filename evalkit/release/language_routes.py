"""Texts of the part on other ways to count, in both languages, by key."""

from __future__ import annotations

SV_ROUTES: dict[str, str] = {
    "routes_beside": "Vad andra sätt att räkna hade sagt",
    "rb_intro": "Rapporten räknar osäkerheten på ett sätt ({chosen}). Det följer av upplägget, det valdes innan något utfall "
    "lästes, och det ensamt avgör. Tabellen visar vad andra vanliga sätt hade sagt om samma tal, {value}. Hur ofta vart och ett "
    "larmar falskt är simulerat på ert upplägg utan någon effekt, i det sämsta av de angivna fallen.",
    "rb_intro_none": "Inget sätt att räkna p-värden får användas i det här upplägget. Tabellen visar hur ofta vanliga sätt hade "
    "larmat falskt på ert upplägg utan någon effekt, i det sämsta av de angivna fallen.",
    "t_routes": "{label}: andra sätt att räkna osäkerheten",
    "c_route": "Sätt att räkna",
    "c_false_alarms": "Falskt larm, av 100 fall",
    "rb_chosen": "{route} (rapportens)",
    "rb_hidden_rate": "visas inte: ger falskt larm i {rate} av 100",
    "rb_hidden_attainable": "visas inte: p kan aldrig bli mindre än {p}",
    "rb_hidden_no-answer": "visas inte: rapporten ger inget här",
    "rb_note_whole": "Andelarna är avrundade till hela tal. "
    "Ett sätt visas om det larmar falskt i högst 5,5 av 100 fall, med "
    "påslag för simuleringens egen osäkerhet (högst {mcse} av 100); två sätt med samma avrundade andel kan ligga på var sin "
    "sida om den gränsen. Inget av de andra sätten får väljas i efterhand.",
    "rb_note": "Ett sätt visas om det larmar falskt i högst 5,5 av 100 fall, med påslag för "
    "simuleringens egen osäkerhet (högst {mcse} av 100). Inget av de andra sätten får väljas i efterhand.",
    "rb_same": "Alla andra sätt som håller ger samma besked som rapporten om noll kan uteslutas eller inte.",
    "rb_differ": "{n} av de {all} andra sätt som håller ger ett annat besked än rapporten om noll kan uteslutas eller inte: svaret "
    "ligger nära gränsen och ska läsas försiktigt. Rapportens eget sätt avgör.",
    "rb_alone": "Inget av de andra sätten håller på ert upplägg.",
    "rb_attainable": "Placebotestet frågar hur ovanlig insatsgruppen är bland alla lika stora grupper. Med {treated} av {all} "
    "kluster kan dess p-värde aldrig bli mindre än {p}.",
}

EN_ROUTES: dict[str, str] = {
    "routes_beside": "What other ways to count would have said",
    "rb_intro": "The report computes uncertainty in one way ({chosen}). It follows from the design, was chosen before any outcome "
    "was read, and alone decides. The table shows what other common ways would have said of the same number, {value}. How often "
    "each raises a false alarm is simulated on your design without any effect, in the worst declared case.",
    "rb_intro_none": "No way to compute p-values may be used in this design. The table shows how often common ways would have "
    "raised a false alarm on your design without any effect, in the worst declared case.",
    "t_routes": "{label}: other ways to compute uncertainty",
    "c_route": "Way to count",
    "c_false_alarms": "False alarms, of 100 cases",
    "rb_chosen": "{route} (the report's)",
    "rb_hidden_rate": "not shown: a false alarm in {rate} of 100",
    "rb_hidden_attainable": "not shown: p can never be less than {p}",
    "rb_hidden_no-answer": "not shown: the report gives none here",
    "rb_note_whole": "Rates are rounded to whole numbers. A way is shown if it raises a false alarm in at most 5.5 of 100 cases, "
    "plus the simulation's own uncertainty (at most {mcse} of 100); two ways with the same rounded rate may lie on either side of "
    "that limit. None of the other ways may be chosen afterwards.",
    "rb_note": "A way is shown if it raises a false alarm in at most 5.5 of 100 cases, plus "
    "the simulation's own uncertainty (at most {mcse} of 100). None of the other ways may be chosen afterwards.",
    "rb_same": "All other ways that hold say the same as the report on whether zero can be excluded.",
    "rb_differ": "{n} of the {all} other ways that hold say something else than the report on whether zero can be excluded: the "
    "answer lies near the border and should be read with caution. The report's own way decides.",
    "rb_alone": "None of the other ways holds in your design.",
    "rb_attainable": "The placebo test asks how unusual the treated are among all groups of the same size. With {treated} of {all} "
    "clusters its p-value can never be less than {p}.",
}
