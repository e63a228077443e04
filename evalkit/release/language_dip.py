"""Texts of the part on the dip before the start, in both languages, by key."""

from __future__ import annotations

SV_DIP: dict[str, str] = {
    "dip": "Svackan före start",
    "dip_intro": "Den som söker hjälp gör det ofta när det är som sämst. Då blir det bättre sedan även utan insats, och en "
    "jämförelse från sista mätningen före start räknar återhämtningen som insatsens. Därför jämförs tiden strax före start med "
    "tiden dessförinnan.",
    "dip_found_worse": "{label}: en svacka syns. Strax före start skilde sig insatsgruppen från jämförelsegruppen med {value} mot "
    "tidigare, åt det oönskade hållet. Räknat från sista mätningen före start är skillnaden efter start {last}; räknat från tiden "
    "dessförinnan är den {earlier}. Den första överdriver.",
    "dip_found_better": "{label}: en topp syns. Strax före start skilde sig insatsgruppen från jämförelsegruppen med {value} mot "
    "tidigare, åt det önskade hållet. Räknat från sista mätningen före start är skillnaden efter start {last}; räknat från tiden "
    "dessförinnan är den {earlier}. Den första underdriver.",
    "dip_not_found": "{label}: ingen svacka eller topp kunde påvisas. En mindre än intervallet visar kan ändå ha funnits.",
    "dip_described": "{label}: osäkerheten går inte att räkna i det här upplägget. Talen visas men säger inte om det är en svacka.",
    "dip_cannot_be_tested": "{label}: kan inte prövas. Det krävs minst tre mätningar före start, lika långt från start för alla.",
    "dip_hidden": "{label}: talen visas inte, eftersom de rör få personer.",
    "t_dip": "Insatsgruppen minus jämförelsegruppen, strax före start mot tidigare och efter start",
    "c_dip_periods": "Strax före / tidigare",
    "c_dip": "Strax före mot tidigare",
    "c_from_last": "Efter start, från strax före",
    "c_from_earlier": "Efter start, från tidigare",
    "dip_quarters": "{last} / {earlier} kvartal",
    "dip_periods": "{last} / {earlier} perioder",
    "dip_note": "Efter start räknas som medelvärdet av alla perioder från start, så talen är inte rapportens skattning mellan två "
    "tillfällen. Intervallen räknas som rapportens, med en metod som är prövad på dem som har alla perioder.",
}

EN_DIP: dict[str, str] = {
    "dip": "The dip before the start",
    "dip_intro": "People often seek help when things are at their worst. Things then get better even without the intervention, and "
    "a comparison from the last measurement before the start counts the recovery as the intervention's. The time just before the "
    "start is therefore compared with the time before that.",
    "dip_found_worse": "{label}: a dip is seen. Just before the start the treated differed from the comparison group by {value} "
    "against earlier, in the unwanted direction. From the last measurement before the start the difference afterwards is {last}; "
    "from the time before that it is {earlier}. The former exaggerates.",
    "dip_found_better": "{label}: a peak is seen. Just before the start the treated differed from the comparison group by {value} "
    "against earlier, in the wanted direction. From the last measurement before the start the difference afterwards is {last}; "
    "from the time before that it is {earlier}. The former understates.",
    "dip_not_found": "{label}: no dip or peak could be shown. One smaller than the interval shows may still have been there.",
    "dip_described": "{label}: uncertainty cannot be computed in this design. The numbers are shown but do not say whether there "
    "is a dip.",
    "dip_cannot_be_tested": "{label}: cannot be tested. It takes at least three measurements before the start, at the same "
    "distance from it for everybody.",
    "dip_hidden": "{label}: the numbers are not shown, since they concern few persons.",
    "t_dip": "Treated minus comparison group, just before the start against earlier, and after the start",
    "c_dip_periods": "Just before / earlier",
    "c_dip": "Just before against earlier",
    "c_from_last": "After the start, from just before",
    "c_from_earlier": "After the start, from earlier",
    "dip_quarters": "{last} / {earlier} quarters",
    "dip_periods": "{last} / {earlier} periods",
    "dip_note": "After the start is the mean of all periods from the start, so these are not the report's estimate between two "
    "occasions. Intervals follow the design's route, measured on those who have all periods.",
}
