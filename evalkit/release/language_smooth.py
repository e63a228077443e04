"""Words on trends that go on as they were, in both languages."""

from __future__ import annotations

SV_SMOOTH: dict[str, str] = {
    "smooth_line": "{label}: om skillnaden mellan grupperna hade fortsatt att ändras i samma takt som före start är det som kommer "
    "utöver den takten i genomsnitt {value} ({level} konfidensintervall {low} till {high}).",
    "smooth_holds": "Det går att skilja från noll så länge takten inte hade ändrats med mer än {most} från {step}; före start "
    "ändrades den som mest med {largest}.",
    "smooth_beyond": "minst {most}",
    "smooth_stands": "Resultatet tål alltså att takten ändras så mycket som den gjorde före start.",
    "smooth_falls": "En ändring så stor som före start räcker alltså för att det inte ska gå att skilja från noll.",
    "smooth_none": "Det går inte att skilja från noll ens om takten inte hade ändrats alls.",
    "smooth_next_year": "ett år till nästa",
    "smooth_next_quarter": "ett kvartal till nästa",
    "smooth_next_period": "en period till nästa",
    "smooth_straight": "ingen (samma takt som före start)",
    "smooth_times": "högst {change} ({factor} gånger den största före)",
    "t_smooth": "{label}: vad som kommer utöver den takt som grupperna gled isär med före start, {unit}",
    "c_bend": "Ändring av takten från en period till nästa",
    "c_beside": "Utöver takten",
    "note_smooth": "Medelvärde över perioderna efter start. Gränser enligt Rambachan och Roth (jämnhet).",
}

EN_SMOOTH: dict[str, str] = {
    "smooth_line": "{label}: if the difference between the groups had gone on changing at the pace it had before the start, what "
    "comes on top of that pace is {value} on average ({level} confidence interval {low} to {high}).",
    "smooth_holds": "It can be told from zero as long as the pace would not have changed by more than {most} from {step}; before "
    "the start it changed by at most {largest}.",
    "smooth_beyond": "at least {most}",
    "smooth_stands": "The result thus stands that the pace changes as much as it did before the start.",
    "smooth_falls": "A change as large as before the start is thus enough for it not to be told from zero.",
    "smooth_none": "It cannot be told from zero even if the pace had not changed at all.",
    "smooth_next_year": "one year to the next",
    "smooth_next_quarter": "one quarter to the next",
    "smooth_next_period": "one period of time to the next",
    "smooth_straight": "none (the pace before the start)",
    "smooth_times": "at most {change} ({factor} times the largest before)",
    "t_smooth": "{label}: what comes on top of the pace at which the groups drifted apart before the start, {unit}",
    "c_bend": "Change of pace from one period to the next",
    "c_beside": "On top of the pace",
    "note_smooth": "Mean over the periods after the start. Bounds after Rambachan and Roth (smoothness).",
}
