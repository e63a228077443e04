"""The Swedish words of the design report."""

from __future__ import annotations

HEADLINE = "Med {n} deltagare kan ni bara upptäcka effekter större än {mde}, om chansen att se dem ska vara {power}."
NOTHING = "Med {n} deltagare kan det här upplägget inte pröva någon effekt alls."
EXPECTED = "Planen väntar sig {effect} {unit}. Finns den effekten är chansen att påvisa den {power}."
NEEDED = "För {power} chans behövs {n} deltagare{groups}."
AS_EVALUATED = "Räknad så som utvärderingen kommer att räknas är chansen {power} (se simuleringen)."
GUESSES = (
    "{n} av antagandena är gissningar. Har ni egna data: evalkit design {id} --from-run skattar dem. "
    "Har måttet normer: --from-norms."
)
NEVER = "Inget antal deltagare räcker med det här upplägget."
NO_EFFECT = (
    "Planen säger inte vilken effekt den väntar sig (outcomes → expected_effect) eller hur måttet sprider sig "
    "(planning → standard_deviation): styrkan kan inte räknas ut."
)
OPTIONS = "Upplägg sida vid sida"
CURVE = "Minsta effekt som kan upptäckas, efter antal deltagare"
SIMULATION = "Simulering av det rekommenderade upplägget, med utvärderingens egen metod"
LOTTERY = "Lottning av turordningen"
ASSUMPTIONS = "Antaganden och deras källor"
CURVE_HOW = (
    "Minsta effekt som kan upptäckas med {power} chans, efter antal deltagare, för varje upplägg. "
    "Prickad linje: planens {persons} deltagare."
)
CURVE_ALT = "{name}: {points}"
CURVE_POINT = "{persons} deltagare {mde}"
CURVE_AXIS = "Deltagare"
CURVE_Y = "Kan upptäcka, {unit}"
SIM_CLUSTERS = "Simulering med hela grupper lottade"
BEST = "Vad priserna säger"
BEST_SIZE = "Mest säkerhet för pengarna: omkring {size} personer i varje grupp (planen har {own})."
BEST_SHARE = "Mest säkerhet för pengarna: omkring {share} av deltagarna med insats och övriga att jämföra med."
CH_ANSWER = "Vad kan vi upptäcka?"
CH_OPTIONS = "Vilka upplägg finns?"
CH_CURVE = "Hur många behövs?"
CH_SIMULATION = "Stämmer räkningen?"
CH_LOTTERY = "Varför lotta turordningen?"
CH_ASSUMPTIONS = "Vad bygger det på?"
OPTION_HEAD = (
    "Upplägg",
    "Svarar på",
    "Deltagare",
    "Kan upptäcka, {unit}",
    "Chans att se väntad effekt",
    "Behövs",
    "Kronor",
    "Månader",
)
OPTION_NOTE = (
    "Kronor: insats och mätning fram till uppföljningen. Behövs: deltagare för att se den väntade effekten med {power} chans. "
    "Före och efter ser minst, men visar bara utveckling: siffran är ingen effekt."
)
SEVERAL_ARMS = (
    "Talen ovan gäller två grupper: en insats mot ingen. Med flera grupper blir det färre i var och en och strängare "
    "krav: se upplägget med flera grupper nedan."
)
TAKING_PART = (
    "Talen gäller effekten för dem som tar del. Planen räknar med att {offered} av de erbjudna och {others} av de andra gör det: "
    "effekten av att erbjudas, som är vad en lott mäter, är då {share} gånger så stor."
)
CURVE_HEAD = ("Deltagare", "Kan upptäcka")
REFUSED = "går inte"
MISSING = "saknas"
SAY = "Vad som får sägas efteråt:"
GROUPS = " i {clusters} grupper"
LINE_SIZE = "{persons} deltagare{groups}; {treated} har insatsen vid uppföljningen"
LINE_FINDS = "kan upptäcka {mde}"
LINE_CHANCE = "chans att se den väntade effekten: {power}"
LINE_NEEDED = "för {power} chans behövs {needed} deltagare{groups}"
LINE_NEEDED_PRICE = "för {power} chans behövs {needed} deltagare{groups}, vilket kostar omkring {price} kronor"
LINE_COST = "kostar {price} kronor"
LINE_NO_COST = "vad det kostar är inte sagt (planning → price_participant)"
LINE_TIME = "tar {months} månader till sista uppföljningen"
LINE_POINT = "att kunna se en effekt som är 1 {unit} mindre kräver fler deltagare och kostar omkring {price} kronor till"
NOT_SIMULATED = (
    "Inte simulerat: väntad effekt eller spridning saknas, eller så höll ingen metod i simuleringen av ett sådant upplägg."
)
SIM_HOW = (
    "{draws} påhittade studier, räknade som utvärderingen av en lott kommer att räknas: {route} (frö {seed}). "
    "± är simuleringens eget medelfel."
)
SIM_DIFFERS = (
    "Räkningen ovan säger {planned} chans, simuleringen {simulated}: lita på simuleringen, som använder utvärderingens metod"
)
SIM_POWER = "Påvisar den väntade effekten"
SIM_FALSE = "Falskt larm när insatsen inte gör något"
SIM_COVERAGE = "Konfidensintervall som täcker sanningen"
SIM_BIAS = "Så långt från sanningen hamnar skattningarna i medeltal (skevhet)"
SIM_RMSE = "Så långt från sanningen hamnar en enskild skattning vanligen (RMSE)"
SIM_TYPE = "Ett signifikant resultat visar i medeltal {m} gånger den sanna effekten; i {s} % av fallen har det fel tecken"
NEEDS_LOTTERY = "Kräver lottning: {names}."
QUEUE = (
    "{n} berörs men {places} kan börja åt gången: någon väntar vad ni än gör. Lotten avgör bara ordningen, och alla har haft "
    "sin tur efter {rounds} omgångar."
)
NO_QUEUE = "Alla får plats på en gång: då finns ingen kö att lotta, och en lottning skulle ta ifrån någon en plats."
NO_PLACES = "Planen säger inte hur många som kan börja åt gången (planning → places): utan kö finns inget att lotta."
ETHICS = (
    "Turordning efter anmälan gynnar den som har lättast att anmäla sig; lotten ger alla samma chans.",
    "Den som behöver akut hjälp lottas inte: bestäm i förväg vem som går före, och räkna inte med dem i jämförelsen.",
    "Utan lott bygger slutsatsen på att grupperna annars hade utvecklats lika. Med lott bygger den på slumpen, som är känd.",
)
SYNTHETIC = "Planen är ett påhittat demonstrationsexempel: siffrorna säger ingenting om någon verklig verksamhet."
LEARNED = "Skattat ur körningen {day}: {treated} med insats och {comparison} att jämföra med. Rader att klistra in i planen:"
LEARNED_FROM = "Skattat ur körningen {day}, {n} personer"
REACH = "Med de {n} som hittills har båda mätningarna kan ni upptäcka effekter större än {mde} {unit}, med 80 % chans."

NAME = {
    "before_after": "Före och efter, utan jämförelse",
    "comparison": "Jämförelse utan lottning",
    "waiting_list": "Väntelista med lottad turordning",
    "phase_in": "Infasning i lottade omgångar",
    "clusters": "Lottning av hela grupper",
    "within_clusters": "Lottning av personer inom varje grupp",
    "blocked": "Lottning inom block",
    "pairs": "Lottning inom matchade par",
    "arms": "Flera grupper med olika insatser",
    "repeated": "Lottning med flera mätningar",
    "stepped_wedge": "Stegvis införande i lottad ordning",
    "encouragement": "Uppmuntran: alla får söka, lotten avgör vem som bjuds in",
    "binary_exact": "Ja eller nej: Fishers exakta test",
}
MAY_SAY = {
    "before_after": "utveckling, aldrig effekt: det går inte att säga vad den beror på",
    "comparison": "effekt, om grupperna annars hade utvecklats lika; det kan motsägas men aldrig bevisas",
    "waiting_list": "effekten av att erbjudas insatsen; skillnaden beror på insatsen eller på slumpen, och slumpen är känd",
    "phase_in": "effekten medan någon ännu väntar; vad som händer på lång sikt kan inte jämföras",
    "clusters": "effekten i de grupper som lottades; det är antalet grupper som avgör, inte antalet personer",
    "within_clusters": "effekten av att erbjudas insatsen, om de som får den inte påverkar dem som väntar i samma grupp",
    "blocked": "effekten av att erbjudas insatsen; blocken gör grupperna lika i det som blocken bygger på",
    "pairs": "effekten av att erbjudas insatsen; båda i ett par måste kunna följas upp",
    "arms": "effekten av varje insats mot ingen insats, med strängare krav för varje prövning",
    "repeated": "effekten av att erbjudas insatsen, i genomsnitt över mätningarna efter",
    "stepped_wedge": "effekten så länge någon grupp väntar, om inget annat hände samtidigt som stegen",
    "encouragement": "effekten för dem som inbjudan fick att delta, inte för dem som deltar ändå eller aldrig",
    "binary_exact": "effekten på andelen, prövad med ett test som aldrig larmar oftare än det lovar",
}
QUANTITY = {
    "standard_deviation": "Standardavvikelse",
    "correlation": "Samband mellan före och efter",
    "icc": "Likhet inom grupper (ICC)",
    "clusters": "Antal grupper",
    "attrition": "Bortfall",
    "take_up": "Andel av de erbjudna som tar del",
    "take_up_comparison": "Andel av de väntande som ändå får insatsen",
    "places": "Platser i varje omgång",
    "price_participant": "Kronor per deltagare",
    "price_measurement": "Kronor per mätning",
    "price_cluster": "Kronor per grupp",
    "price_comparison": "Kronor per person i jämförelsegruppen",
    "blocks": "Antal block",
    "r2": "Andel av spridningen som block och kovariater förklarar",
    "r2_between": "Andel av spridningen mellan grupper som kovariater förklarar",
    "size_spread": "Gruppstorlekens variationskoefficient",
    "arms": "Antal grupper med insats",
    "measurements_before": "Antal mätningar före",
    "measurements_after": "Antal mätningar efter",
    "autocorrelation": "Samband mellan närliggande mätningar",
    "steps": "Antal steg i införandet",
    "baseline_share": "Andel utan insats",
    "expected_effect": "Väntad effekt",
}
ABSENT = {
    "standard_deviation": "saknas; resultaten står i standardavvikelser",
    "take_up": "saknas; räknat som att alla erbjudna tar del, vilket är hoppfullt",
    "correlation": "saknas; räknat som inget samband, vilket är det försiktiga",
    "icc": "saknas; upplägg med grupper kan inte räknas",
    "clusters": "saknas; upplägg med grupper kan inte räknas",
    "attrition": "saknas; räknat som inget bortfall, vilket är hoppfullt",
    "expected_effect": "saknas; styrkan kan inte räknas ut",
}
SOURCE = {"pilot": "egen pilot", "register": "register", "literature": "litteratur", "guess": "gissning", "plan": "planen"}
ROUTE = {
    "cr2": "startvärdet som kovariat, robusta medelfel (CR2)",
    "cr2-cautious": "startvärdet som kovariat, robusta medelfel (CR2) med försiktigt räknade frihetsgrader",
    "cr2-and-pooled": "startvärdet som kovariat, det mer försiktiga av två test (CR2 och Students)",
    "cr2-few": "startvärdet som kovariat, robusta medelfel (CR2) med den minsta gruppens frihetsgrader",
    "cr2-few-and-pooled": "startvärdet som kovariat, det mer försiktiga av två test, med den minsta gruppens frihetsgrader",
    "welch": "startvärdets del borträknad, Welchs test",
}
ANSWERS = {
    "before_after": "utveckling",
    "comparison": "effekt, om grupperna är lika",
    "waiting_list": "effekt",
    "phase_in": "effekt",
    "clusters": "effekt",
    "within_clusters": "effekt",
    "blocked": "effekt",
    "pairs": "effekt",
    "arms": "effekt",
    "repeated": "effekt",
    "stepped_wedge": "effekt",
    "encouragement": "effekt",
    "binary_exact": "effekt",
}
WARNING = {
    "few_groups": "med så få grupper bär hela slutsatsen på att inget annat hände i någon av dem",
    "selected": "siffran gäller utvecklingen; de som valts för att de hade det svårt blir ofta bättre ändå",
}
REASONS: dict[str, str] = {}
"""Code -> why a design is refused. In Swedish the refusal says it itself."""
