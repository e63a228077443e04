"""Words that hold claims back, in both languages: a weak finding, rows that only describe, shares improved."""

from __future__ import annotations

SV_CLAIMS: dict[str, str] = {
    "v3_weak": "{label}: resultatet pekar svagt mot en effekt på {value}{direction} ({ci}), om grupperna utan insatsen hade "
    "utvecklats lika; slumpen ensam ger en så stor skillnad i 2 till 5 utvärderingar av 100.",
    "v4_weak": "{label}: insatsen kan ha haft en effekt på {value}{direction} ({ci}); slumpen ensam ger en så stor skillnad i 2 "
    "till 5 utvärderingar av 100.",
    "note_rows_describe": "Huvudmåttet skilde sig inte från noll åt önskat håll. Tal som gör det, här eller i ett annat avsnitt, "
    "är därför beskrivningar och "
    "ingen slutsats.",
    "class_no_claim": "Huvudmåttet skilde sig inte från noll åt önskat håll, så detta är en beskrivning och ingen slutsats.",
}

EN_CLAIMS: dict[str, str] = {
    "v3_weak": "{label}: the result points weakly to an effect of {value}{direction} ({ci}), if the groups would have developed "
    "alike without the intervention; chance alone gives a difference that large in 2 to 5 evaluations of 100.",
    "v4_weak": "{label}: the intervention may have had an effect of {value}{direction} ({ci}); chance alone gives a difference "
    "that large in 2 to 5 evaluations of 100.",
    "note_rows_describe": "The primary outcome did not differ from zero in the wanted direction. Numbers that do, here or "
    "in another section, are therefore "
    "descriptions and no conclusion.",
    "class_no_claim": "The primary outcome did not differ from zero in the wanted direction, so this is a description and no "
    "conclusion.",
}
