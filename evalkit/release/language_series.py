"""Texts of the part on time series in both languages, by key."""

from __future__ import annotations

SV_SERIES: dict[str, str] = {
    "an_time_series": "tidsserie",
    "e_series": "Avvikelse från den egna trenden efter start",
    "v1_sig_series": "{label}: utvecklingen efter start avvek från den egna trenden med {value}{direction} ({ci}); "
    "utan "
    "jämförelsegrupp går det inte att säga vad den beror på.",
    "v1_sig_series_level": "{label}: hoppet vid start från den egna trenden var {value}{direction} ({ci}); utan jämförelsegrupp "
    "går det inte att säga vad det beror på.",
    "v1_ns_series_level": "{label}: ett hopp vid start från den egna trenden kunde inte påvisas ({value}, {ci}).",
    "v1_na_series_level": "{label}: hoppet vid start från den egna trenden var {value}{direction}{ci}; någon statistisk prövning "
    "görs inte.",
    "v1_ns_series": "{label}: en avvikelse från den egna trenden efter start kunde inte påvisas ({value}, {ci}).",
    "v1_na_series": "{label}: utvecklingen efter start avvek från den egna trenden med {value}{direction}{ci}; någon "
    "statistisk prövning görs inte.",
    "rtm_heading": "Väntad återgång mot medelvärdet",
    "rtm_sentence": "{label}, {group}: förändring {observed} {unit} i medel; väntad utan insats {low} till {high} {unit}, om de "
    "valdes "
    "för sitt värde bland dem som i medel har {mean} (samband mellan två mätningar {r}; {source}).",
    "rtm_inside": "Förändringen ryms i det som väntas utan insats.",
    "rtm_outside": "Förändringen är en annan än den som väntas utan insats.",
    "ts_heading": "Tidsserie: {label}",
    "ts_intro": "Serien före start ({before} perioder) har fortsatts med sin egen trend{season} genom {after} perioder från "
    "{start}. "
    "Det som hände jämförs med fortsättningen.",
    "ts_season_calendar": " och sina egna månader eller kvartal",
    "ts_season_term": " och sina egna terminer",
    "ts_numbers": "Före start ändrades serien med {trend} {unit} per period. Vid start var hoppet {level} {unit}, därefter "
    "ändrades "
    "lutningen med {slope} {unit} per period. I genomsnitt låg serien {mean} {unit} från fortsättningen.",
    "ts_decides_mean_after": "Planen säger att genomsnittet avgör; bara det prövas.",
    "ts_decides_level": "Planen säger att hoppet vid start avgör; bara det prövas.",
    "ts_memory": "Störningarna minns ungefär {memory} procent av perioden före. Prövningen håller för upp till 60 procent.",
    "ts_alone": "En avvikelse är en utveckling. Allt annat som hände vid samma tid syns också i den.",
    "ts_hidden": "Serien visas inte: för få personer.",
    "f_series": "{label}: vad som hände, och den egna trenden fortsatt efter start ({unit}).",
    "ts_seen": "vad som hände",
    "ts_expected": "trenden före start, fortsatt",
    "alt_series_seen": "Linjediagram över {label}. Vad som hände: {seen}. Trenden fortsatt: {expected}.",
}

EN_SERIES: dict[str, str] = {
    "an_time_series": "time series",
    "e_series": "Deviation from its own trend after the start",
    "v1_sig_series": "{label}: development after the start deviated from its own trend by {value}{direction} ({ci}); "
    "without "
    "a comparison group its cause cannot be told.",
    "v1_sig_series_level": "{label}: the jump at the start from its own trend was {value}{direction} ({ci}); without a comparison "
    "group its cause cannot be told.",
    "v1_ns_series_level": "{label}: a jump at the start from its own trend could not be shown ({value}, {ci}).",
    "v1_na_series_level": "{label}: the jump at the start from its own trend was {value}{direction}{ci}; it was not tested.",
    "v1_ns_series": "{label}: a deviation from its own trend after the start could not be shown ({value}, {ci}).",
    "v1_na_series": "{label}: development after the start deviated from its own trend by {value}{direction}{ci}; it was "
    "not tested.",
    "rtm_heading": "Expected regression to the mean",
    "rtm_sentence": "{label}, {group}: mean change {observed} {unit}; expected without intervention {low} to {high} {unit}, if "
    "they were "
    "chosen for their value among those with mean {mean} (correlation of two measurements {r}; {source}).",
    "rtm_inside": "The change lies within what is expected without intervention.",
    "rtm_outside": "The change is another than what is expected without intervention.",
    "ts_heading": "Time series: {label}",
    "ts_intro": "The series before the start ({before} periods) is continued by its own trend{season} through {after} periods from "
    "{start}. What happened is compared with that.",
    "ts_season_calendar": " and its own months or quarters",
    "ts_season_term": " and its own terms",
    "ts_numbers": "Before the start the series changed by {trend} {unit} a period. The jump at the start was {level} {unit}, "
    "and the slope "
    "changed by {slope} {unit} a period. On average the series lay {mean} {unit} from the continued trend.",
    "ts_decides_mean_after": "The plan says that the mean decides; it alone is tested.",
    "ts_decides_level": "The plan says that the jump at the start decides; it alone is tested.",
    "ts_memory": "The errors remember about {memory} per cent of the period before. The test holds up to 60 per cent.",
    "ts_alone": "A deviation is a development. Whatever else happened at the same time is in it.",
    "ts_hidden": "The series is not shown: too few persons.",
    "f_series": "{label}: what happened, and its own trend continued after the start ({unit}).",
    "ts_seen": "what happened",
    "ts_expected": "trend before the start, continued",
    "alt_series_seen": "Line chart of {label}. What happened: {seen}. Trend continued: {expected}.",
}
