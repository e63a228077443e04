"""The faults that are planted into the register, one by one, and the rule that each is there for."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.plan.instrument_parts import Grounded, ItemValues, Threshold
from evalkit.records.register_mutations.changes import (
    Change,
    bands,
    both,
    copied_norm,
    cutoff,
    instrument,
    items,
    norm,
    part,
    scale,
    second_cutoff,
    signed,
    without_cutoff,
    without_norm,
)

TEACHER = "UK-1999-teacher.sdq_teacher.total.all"
EMOTIONAL = "UK-1999-teacher.sdq_teacher.emotional.all"
NL_ALL, NL_F, NL_M = (f"NL-12-17-self.sdq_self.total.{sex}" for sex in ("all", "f", "m"))
PARENT_BANDS = ("sdq_parent", "UK-3band", "total")
MEMORY = Grounded(sources=("mem",), confidence="verified")


@dataclass(frozen=True, slots=True)
class Planted:
    """A fault: its name in Swedish, the rule that should catch it, and how it is made."""

    name: str
    expected: str
    change: Change


NORM_FAULTS: tuple[Planted, ...] = (
    Planted("decimaltecknet tappat i medelvärdet (66)", "norm.medel_i_spann", norm(TEACHER, mean=66.0)),
    Planted("negativt medelvärde", "norm.medel_i_spann", norm(TEACHER, mean=-6.6)),
    Planted("decimaltecknet tappat i standardavvikelsen (60)", "norm.sd_möjlig", norm(TEACHER, sd=60.0)),
    Planted("varians i stället för standardavvikelse (36)", "norm.sd_möjlig", norm(TEACHER, sd=36.0)),
    Planted("medelfel i stället för standardavvikelse (0,07)", "norm.sd_inte_medelfel", norm(TEACHER, sd=0.07)),
    Planted(
        "medelvärde och standardavvikelse omkastade (DUDIT 8,0 och 33,2)",
        "norm.sd_möjlig",
        norm("SE-DUDIT-clinical.dudit.total.all", mean=8.0, sd=33.2),
    ),
    Planted("medelvärde och standardavvikelse omkastade, båda rimliga (6,0 och 6,6)", "norm", norm(TEACHER, mean=6.0, sd=6.6)),
    Planted(
        "samma två omkastade i en rad som två personer har kontrollerat",
        "norm.kontroll_gäller",
        both(signed(TEACHER), norm(TEACHER, mean=6.0, sd=6.6)),
    ),
    Planted(
        "samma två omkastade i en uppsättning med alla delskalor",
        "norm.total_av_delar",
        both(copied_norm(EMOTIONAL, norm_id="kamrat", scale="peer", mean=1.4, sd=1.7), norm(TEACHER, mean=6.0, sd=6.6)),
    ),
    Planted("medelvärdet saknas", "norm.tal", norm(TEACHER, mean=float("nan"))),
    Planted("standardavvikelsen noll", "norm.tal", norm(TEACHER, sd=0.0)),
    Planted("samma rad två gånger", "norm.nyckel", copied_norm(TEACHER)),
    Planted("samma grupp under ett annat id", "norm.nyckel", copied_norm(TEACHER, norm_id="annan", mean=7.0)),
    Planted("felstavad skala", "norm.skala", norm(TEACHER, scale="totalt")),
    Planted("okänt instrument", "norm.skala", norm(TEACHER, instrument="sdq_larare")),
    Planted("åldrarna bakvända", "norm.ålder_ordning", norm(TEACHER, age_from=15, age_to=5)),
    Planted(
        "glapp mellan åldersband (5–10 och 12–15)",
        "norm.ålder_glapp",
        both(norm(TEACHER, age_to=10), copied_norm(TEACHER, norm_id="äldre", age_from=12, age_to=15)),
    ),
    Planted(
        "överlappande åldersband (5–10 och 10–15)",
        "norm.ålder_glapp",
        both(norm(TEACHER, age_to=10), copied_norm(TEACHER, norm_id="äldre", age_from=10, age_to=15)),
    ),
    Planted("åldrar i månader (60–120)", "norm.ålder_instrument", norm(TEACHER, age_from=60, age_to=120)),
    Planted("normens åldrar går utanför instrumentets (2–17)", "norm.ålder_vidare", norm(TEACHER, age_from=2, age_to=17)),
    Planted("medelvärdet för alla utanför könens (9,6)", "norm.mellan_könen", norm(NL_ALL, mean=9.6)),
    Planted("könens antal är fler än alla", "norm.antal_summa", both(norm(NL_ALL, n=300), norm(NL_F, n=200), norm(NL_M, n=210))),
    Planted("pojkarnas rad borttappad", "norm.båda_könen", without_norm(NL_M)),
    Planted("T-skalans medelvärde 5 i stället för 50", "norm.metrik", norm("metric-kidscreen10.kidscreen10.t_score.all", mean=5.0)),
    Planted("stanine med standardavvikelse 1", "norm.metrik", norm("metric-laskedjor.laskedjor.stanine.all", sd=1.0)),
    Planted("indexskala med standardavvikelse 10", "norm.metrik", norm("metric-wisc5.wisc5.full_scale.all", sd=10.0)),
    Planted(
        "råpoäng inskrivna som T-poäng",
        "norm.metrik",
        norm("metric-kidscreen10.kidscreen10.t_score.all", kind="general", mean=38.0, sd=5.0),
    ),
    Planted("annat slag av poäng än skalans", "norm.poängslag", norm(TEACHER, score_type="T")),
    Planted("källan finns inte", "norm.källa", norm(TEACHER, source="goodman1999")),
    Planted("granskad rad ur minnet", "norm.minne", norm(TEACHER, source="mem", status="reviewed")),
    Planted("åren omkastade", "norm.år", norm("DE-2003-08.phq9.total.f", year_from=2008, year_to=2003)),
    Planted("år i framtiden", "norm.år", norm(TEACHER, year_to=2099)),
    Planted("gammal norm (1990)", "norm.gammal", norm(NL_ALL, year_from=1990, year_to=1990)),
    Planted("liten normgrupp (31)", "norm.liten", norm(TEACHER, n=31)),
    Planted("antalet borttappat", "norm.antal", norm(TEACHER, n=None)),
    Planted("percentiler i fel ordning", "norm.percentiler", norm(TEACHER, p50=5.0, p80=14.0, p90=11.0)),
    Planted("percentil utanför skalan", "norm.percentiler", norm(TEACHER, p90=90.0)),
    Planted(
        "andel utan problem inskriven som andel med (97 %)",
        "norm.andel_möjlig",
        norm(NL_ALL, share_worst=0.97, share_system="UK-3band"),
    ),
)

SCALE_FAULTS: tuple[Planted, ...] = (
    Planted("SDQ totalt 0–50", "skala.spann_frågor", scale("sdq_self", "total", maximum=50.0)),
    Planted("delskala 0–12", "skala.spann_frågor", scale("sdq_self", "peer", maximum=12.0)),
    Planted("PHQ-9 till 21", "skala.spann_frågor", scale("phq9", "total", maximum=21.0)),
    Planted("svaren 0–3 kodade 1–4", "skala.spann_frågor", items("phq9", minimum=1.0, maximum=4.0)),
    Planted(
        "totalen av tre delskalor av fyra",
        "skala.spann_frågor",
        scale("sdq_self", "total", sum_of=("emotional", "conduct", "peer")),
    ),
    Planted("WHO-5 gånger fem", "skala.spann_frågor", scale("who5", "percent", factor=5.0)),
    Planted("KIDSCREEN räknat från 0", "skala.spann_frågor", scale("kidscreen10", "raw", minimum=0.0)),
    Planted("minsta och största värde omkastade", "skala.spann_ordning", scale("cgas", "total", minimum=100.0, maximum=1.0)),
    Planted("steg som inte går upp", "skala.steg", scale("cgas", "total", step=2.0)),
    Planted("stanine från 0", "skala.metrikens_spann", scale("laskedjor", "stanine", minimum=0.0)),
    Planted("procent till 120", "skala.metrikens_spann", scale("skolfranvaro", "pct_total", maximum=120.0)),
    Planted("T-skala till 500", "skala.metrikens_spann", scale("byi", "anger_t", maximum=500.0)),
    Planted("en fråga i två delskalor", "skala.frågor_en_skala", scale("sdq_self", "emotional", items=(3, 8, 13, 16, 22))),
    Planted("en fråga som inte finns (26)", "skala.frågor_finns", scale("sdq_self", "emotional", items=(3, 8, 13, 16, 26))),
    Planted("en fråga två gånger", "skala.frågor_finns", scale("phq9", "total", items=(1, 2, 3, 4, 5, 6, 7, 8, 8))),
    Planted(
        "felskriven del av totalen", "skala.delar", scale("sdq_self", "total", sum_of=("emotional", "conduct", "hyper", "peer"))
    ),
    Planted(
        "prosocial skala i totalen",
        "skala.riktning_delar",
        scale("sdq_self", "total", sum_of=("emotional", "conduct", "hyperactivity", "prosocial")),
    ),
    Planted("totalens riktning vänd", "skala.riktning_delar", scale("sdq_self", "total", direction="higher_better")),
    Planted("WHO-5: råsummans riktning vänd", "skala.riktning_delar", scale("who5", "raw", direction="lower_better")),
    Planted(
        "poängen räknas både av frågor och av delar",
        "skala.ett_sätt",
        scale("sdq_self", "total", items=(1, 2, 3), counts=(Threshold(items=(1,), at_least=1),)),
    ),
    Planted("skalans siffror utan källa", "skala.spann_källa", scale("cgas", "total", ground=None)),
)

INSTRUMENT_FAULTS: tuple[Planted, ...] = (
    Planted("MADRS-S med tio frågor", "instrument.antal_frågor", items("madrs_s", count=10)),
    Planted("vänd fråga som inte finns", "instrument.vända_frågor", items("sdq_self", reversed=(7, 11, 14, 21, 26))),
    Planted("vänd fråga två gånger", "instrument.vända_frågor", items("kidscreen10", reversed=(3, 3))),
    Planted("omkodad fråga vänd en gång till", "instrument.vända_frågor", items("rand36", reversed=(1,))),
    Planted(
        "tillåtet svar utanför kodningen",
        "instrument.svar",
        items("audit", exceptions=(ItemValues(items=(9, 10), allowed=(0, 2, 6)),)),
    ),
    Planted(
        "undantag för en fråga som inte finns",
        "instrument.svar",
        items("audit", exceptions=(ItemValues(items=(12,), allowed=(0, 2, 4)),)),
    ),
    Planted("koden för saknat svar är ett svar", "instrument.svar", items("phq9", missing_codes=(3.0,))),
    Planted("tomma svar: 3 av 6 i stället för 3 av 5", "instrument.bortfallsregel", part("sdq_self", "missing", of=6)),
    Planted("tomma svar: kräver fler än det finns", "instrument.bortfallsregel", part("phq9", "missing", least_answered=10)),
    Planted("tomma svar: okänd skala", "instrument.bortfallsregel", part("sdq_self", "missing", scales=("kamrat",))),
    Planted("PHQ-9 ”senaste veckan”", "instrument.tidsperiod", instrument("phq9", recall="Senaste veckan")),
    Planted("tidsperiod bara i ord", "instrument.tidsperiod_data", instrument("gad7", recalls=())),
    Planted(
        "frågenycklar till ett kommersiellt test", "instrument.kommersiell", scale("hads", "anxiety", items=(1, 3, 5, 7, 9, 11, 13))
    ),
    Planted("licens saknas", "instrument.rättigheter", instrument("who5", licence=None)),
    Planted("källa som inte finns", "instrument.källor", part("phq9", "reliability", sources=("kroenke2010",))),
    Planted("ur minnet men ”läst”", "instrument.minne", instrument("phq9", age_ground=MEMORY)),
    Planted("åldrar utan källa", "instrument.ålder_källa", instrument("who5", age_ground=None)),
    Planted("åldrarna bakvända", "instrument.ålder_ordning", instrument("sdq_self", age_from=17, age_to=11)),
)

CUTOFF_FAULTS: tuple[Planted, ...] = (
    Planted("glapp mellan banden (0–13, 15–16)", "gräns.sammanhängande", bands(*PARENT_BANDS, (0, 13), (15, 16), (17, 40))),
    Planted("överlappande band (0–14, 14–16)", "gräns.sammanhängande", bands(*PARENT_BANDS, (0, 14), (14, 16), (17, 40))),
    Planted("banden börjar på 1", "gräns.täcker_skalan", bands(*PARENT_BANDS, (1, 13), (14, 16), (17, 40))),
    Planted("banden slutar på 39", "gräns.täcker_skalan", bands(*PARENT_BANDS, (0, 13), (14, 16), (17, 39))),
    Planted("det svåraste bandet i fel ände", "gräns.svår_sida", bands(*PARENT_BANDS, levels=(2, 1, 0))),
    Planted("två band med samma svårighet", "gräns.svår_sida", bands(*PARENT_BANDS, levels=(0, 1, 1))),
    Planted(
        "prosocial skala med svåraste bandet överst",
        "gräns.svår_sida",
        bands("sdq_self", "UK-3band", "prosocial", levels=(0, 1, 2)),
    ),
    Planted("männens gräns borttappad", "gräns.båda_könen", without_cutoff("audit", "SE", "m")),
    Planted(
        "WHO:s zoner efter en webbsida (16–20, över 20)",
        "gräns.system_entydigt",
        second_cutoff("audit", "WHO-zones", "total", (0, 7), (8, 15), (16, 20), (21, 40)),
    ),
    Planted("trebandssystem med fyra bands id", "gräns.antal_band", cutoff(*PARENT_BANDS, system="UK-4band")),
    Planted("gräns för en okänd skala", "gräns.skala", cutoff(*PARENT_BANDS, scale="totalt")),
    Planted("gräns på en halv poäng", "gräns.på_steg", bands(*PARENT_BANDS, (0, 13.5), (14.5, 16), (17, 40))),
    Planted("gränsens åldrar bakvända", "gräns.ålder", cutoff("ors", "miller-youth", "total", age_from=17, age_to=13)),
    Planted("granskad gräns ur minnet", "gräns.minne", cutoff("sdq_self", "UK-3band", "total", status="reviewed")),
    Planted("reliabilitet 7,3", "reliabilitet.mellan_0_och_1", part("sdq_self", "reliability", value=7.3)),
    Planted("reliabilitet 73 (procent)", "reliabilitet.mellan_0_och_1", part("sdq_self", "reliability", value=73.0)),
    Planted("reliabilitetens gränser omkastade", "reliabilitet.gränser", part("kasam13", "reliability", low=0.92, high=0.70)),
    Planted("reliabilitet för en okänd skala", "reliabilitet.skala", part("phq9", "reliability", scale="summa")),
    Planted("omtestning utan tid", "reliabilitet.intervall", part("phq9", "reliability", 1, interval_days=None)),
)

VALUE_FAULTS: tuple[Planted, ...] = (
    Planted(
        "EQ-5D: indexets lägsta värde från ett annat värdeset",
        "skala.spann_frågor",
        scale("eq5d5l", "index_se_2020", minimum=0.3402),
    ),
    Planted("EQ-5D: fem nivåer i ett formulär med tre", "instrument.värdeset", items("eq5d5l", maximum=3.0)),
    Planted("EQ-5D: tillägg för sämsta nivå med fel tecken", "instrument.värdeset", part("eq5d5l", "value_sets", any_worst=0.0023)),
)

FAULTS = (*NORM_FAULTS, *SCALE_FAULTS, *INSTRUMENT_FAULTS, *CUTOFF_FAULTS, *VALUE_FAULTS)
