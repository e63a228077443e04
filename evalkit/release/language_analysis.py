"""Texts on verdicts over several outcomes and reports, in Swedish and English, by key."""

from __future__ import annotations

SV_ANALYSIS: dict[str, str] = {
    "decisions": "Flera mått och flera rapporter",
    "dec_many": "Huvudmåttet avgör. p-värdena för övriga mått är inte justerade för att flera mått prövas: ungefär "
    "vart tjugonde blir lågt även om ingenting har hänt.",
    "dec_confirmatory": "{family}: {n} mått prövas tillsammans. p-värdena är justerade enligt Holm, så att risken "
    "för ett enda falskt larm i hela familjen är högst {alpha}.",
    "dec_exploratory": "{family}: utforskande. q-värdet uppskattar hur stor andel av fynden som är falska larm; det "
    "prövar inget mått, och rapporten drar ingen slutsats om dem.",
    "dec_series": "Rapporten är nummer {number} av {of} i serien ({label}).",
    "dec_series_before": "Rapporten gjordes innan seriens första rapport.",
    "dec_series_between": "Leveransen kom efter den som {label} är gjord av. Den hör inte till någon prövning.",
    "dec_final": "Den här rapporten avgör.",
    "dec_level": "Huvudmåttet prövas i {tests} rapporter. Regeln ({rule}) delar upp felrisken mellan dem: här är "
    "gränsen p {level}. Så är risken för falskt larm i hela serien högst {alpha}.",
    "dec_waits": "Den prövar ingenting, och inga p-värden visas. Det gör {deciding}, ur den första leveransen från och med {day}.",
    "dec_past": "Den prövar ingenting, och inga p-värden visas. Svaret gavs i {deciding}.",
    "dec_interim_only": "Bara huvudmåttet prövas före {deciding}.",
    "rule_none": "ingen",
    "rule_obrien_fleming": "O’Brien–Fleming, Lan och DeMets",
    "rule_pocock": "Pocock, Lan och DeMets",
    "t_decisions": "Prövning av måtten tillsammans",
    "c_role_outcome": "Roll",
    "c_adjusted": "Justerat p (Holm)",
    "c_q": "q",
    "c_verdict": "Utfall",
    "role_primary": "huvudmått",
    "role_confirmatory": "bekräftande",
    "role_exploratory": "utforskande",
    "role_secondary": "övrigt",
    "verdict_yes": "påvisad",
    "verdict_no": "kunde inte påvisas",
    "verdict_none": "prövas inte",
    "v_look_change": "{label}: {who} har hittills utvecklats med i genomsnitt {value}{ci}; rapporten beskriver och "
    "prövar ingenting.",
    "v_look_all": "{label}: {whose} utveckling skiljer sig hittills från jämförelsegruppens med {value}{ci}; "
    "rapporten beskriver och prövar ingenting.",
    "v_look_waits": " Det gör {deciding} (första leveransen från och med {day}).",
    "v_look_past": " Svaret gavs i {deciding}.",
    "v_adjusted": " Prövningen är justerad för att {n} mått prövas tillsammans.",
    "v_interim": " Detta är en delrapport: gränsen här är p {level}, så att seriens samlade felrisk hålls.",
    "v_series": " Gränsen är p {level}, eftersom tidigare rapporter i serien också har prövat.",
}

EN_ANALYSIS: dict[str, str] = {
    "decisions": "Several outcomes and several reports",
    "dec_many": "The primary outcome decides. p-values of other outcomes are not adjusted for testing several: "
    "about one in twenty is low even if nothing has happened.",
    "dec_confirmatory": "{family}: {n} outcomes are tested together. p-values are adjusted by Holm's method, so "
    "that the risk of a single false alarm in the whole family is at most {alpha}.",
    "dec_exploratory": "{family}: exploratory. The q-value estimates the share of findings that are false alarms; "
    "it tests no outcome, and the report draws no conclusion about them.",
    "dec_series": "This is report {number} of {of} in the series ({label}).",
    "dec_series_before": "This report was made before the first report of the series.",
    "dec_series_between": "The delivery came after the one that {label} is made of. It belongs to no test.",
    "dec_final": "This report decides.",
    "dec_level": "The primary outcome is tested in {tests} reports. The rule ({rule}) divides the error rate among "
    "them: here the limit is p {level}. The risk of a false alarm in the whole series is then at most {alpha}.",
    "dec_waits": "It tests nothing, and no p-values are shown. That is for {deciding}, from the first delivery on or after {day}.",
    "dec_past": "It tests nothing, and no p-values are shown. The answer was given in {deciding}.",
    "dec_interim_only": "Only the primary outcome is tested before {deciding}.",
    "rule_none": "none",
    "rule_obrien_fleming": "O’Brien–Fleming, Lan and DeMets",
    "rule_pocock": "Pocock, Lan and DeMets",
    "t_decisions": "Tests of the outcomes together",
    "c_role_outcome": "Role",
    "c_adjusted": "Adjusted p (Holm)",
    "c_q": "q",
    "c_verdict": "Verdict",
    "role_primary": "primary outcome",
    "role_confirmatory": "confirmatory",
    "role_exploratory": "exploratory",
    "role_secondary": "other",
    "verdict_yes": "shown",
    "verdict_no": "could not be shown",
    "verdict_none": "not tested",
    "v_look_change": "{label}: {who} have so far developed by {value} on average{ci}; this report describes and tests nothing.",
    "v_look_all": "{label}: {whose} development so far differs from that of the comparison group by {value}{ci}; "
    "this report describes and tests nothing.",
    "v_look_waits": " That is for {deciding} (first delivery on or after {day}).",
    "v_look_past": " The answer was given in {deciding}.",
    "v_adjusted": " The test is adjusted for {n} outcomes being tested together.",
    "v_interim": " This is an interim report: the limit here is p {level}, so that the error rate of the series is kept.",
    "v_series": " The limit is p {level}, since earlier reports of the series have tested too.",
}
