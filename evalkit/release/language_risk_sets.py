"""Texts about start groups of persons in both languages, by key."""

from __future__ import annotations

SV_RISK_SETS: dict[str, str] = {
    "e_did_cohorts": "Skillnad i utveckling, startgrupp för startgrupp",
    "an_risk_sets": "startgrupp för startgrupp",
    "rs_title": "Startgrupper, termin för termin",
    "rs_not_yet_treated": "{label}: de som började samma termin jämförs, från terminen före starten, med dem som ännu inte hade "
    "börjat samma termin (också de som aldrig började). Registret är räknat termin för termin, {first} till {last}.",
    "rs_never_treated": "{label}: de som började samma termin jämförs, från terminen före starten, med dem som aldrig började. "
    "Registret är räknat termin för termin, {first} till {last}.",
    "rs_anticipation": "De {n} terminerna närmast före starten räknas inte som utgångsläge.",
    "rs_left": "{n} personer är inte med: någon termin saknas, eller de började redan i den första.",
    "rs_joined": "Små startgrupper är sammanslagna med nästa.",
    "rs_beside": "Startterminen räknas som insats också för den som började sent i den, vilket drar skillnaden mot noll. Raden i "
    "tabellen över skattningar väger ihop grupperna så att varje person väger lika.",
    "rs_table": "{label}: skillnad för varje startgrupp",
    "rs_c_start": "Började",
    "rs_c_n": "Personer",
    "rs_c_waiting": "Ännu inte började, som minst",
    "rs_c_value": "Skillnad",
    "rs_note": "En enskild startgrupp är liten: skillnaderna beskriver och prövas inte var för sig.",
}

EN_RISK_SETS: dict[str, str] = {
    "e_did_cohorts": "Difference in development, start group by start group",
    "an_risk_sets": "start group by start group",
    "rs_title": "Start groups, term by term",
    "rs_not_yet_treated": "{label}: those who started in one term are compared, from the term before the start, with those who had "
    "not started in the same term (those who never started, too). The register is counted by term, {first} to {last}.",
    "rs_never_treated": "{label}: those who started in one term are compared, from the term before the start, with those who never "
    "started. The register is counted by term, {first} to {last}.",
    "rs_anticipation": "The {n} terms right before the start do not count as the level before.",
    "rs_left": "{n} persons are left out: some term is missing, or they started in the first one.",
    "rs_joined": "Small start groups are joined with the next.",
    "rs_beside": "The term of the start counts as treated also for who started late in it, which draws the difference towards "
    "zero. The row in the table of estimates puts the groups together so that every person weighs the same.",
    "rs_table": "{label}: difference of each start group",
    "rs_c_start": "Started",
    "rs_c_n": "Persons",
    "rs_c_waiting": "Not started yet, at the least",
    "rs_c_value": "Difference",
    "rs_note": "A single start group is small: the differences describe and are not tested one by one.",
}
