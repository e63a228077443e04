"""Codes that methods put into findings in place of prose, each with its sentences for the report.

`Estimate.route_reason`, `Estimate.inference`, `Estimate.estimand`, `TestOutcome.reason`, `EvidenceVerdict.lowered_by`,
`BreakEven.note` and `Refusal.code` hold keys of these tables and nothing else. The report reads its sentences here.
"""

from __future__ import annotations

from evalkit.findings import dip, reasons_matching, reasons_offer, reasons_units
from evalkit.findings.reasons_cohorts import COHORT_INFERENCES, COHORT_ROUTES, COHORT_TESTS
from evalkit.findings.reasons_estimands import ESTIMANDS
from evalkit.findings.words import Words

__all__ = ["ESTIMANDS", "INFERENCES", "LOWERED", "PRICE_NOTES", "REFUSALS", "ROUTES", "TESTS", "Words"]


ROUTES: dict[str, Words] = {
    "paired-persons": Words(
        "Samma personer jämförs före och efter; osäkerheten bygger på spridningen i deras förändringar.",
        "The same persons are compared before and after; uncertainty rests on the spread of their changes.",
    ),
    "paired-selection-unknown": Words(
        "Samma personer jämförs före och efter. Det är inte känt om deltagarna valdes för att de låg högt eller lågt på måttet: "
        "en del av förändringen kan vara regression mot medelvärdet.",
        "The same persons are compared before and after. Whether participants were chosen for a high or low score is not known: "
        "part of the change may be regression to the mean.",
    ),
    "selected-on-outcome": Words(
        "Deltagarna valdes för att de låg högt eller lågt på måttet. Då förändras värdena även utan insats, "
        "och inget p-värde visas.",
        "Participants were chosen for a high or low score. Values then change without any intervention, and no p-value is shown.",
    ),
    "paired-clusters": Words(
        "Insatsen gavs till hela kluster, såsom skolor eller kommuner: varje kluster räknas som en förändring.",
        "The intervention was given to whole clusters, such as schools or municipalities: each cluster counts as one change.",
    ),
    "no-spread": Words(
        "Alla i gruppen förändrades exakt lika mycket, så osäkerheten går inte att skatta.",
        "Everybody in the group changed by exactly the same amount, so uncertainty cannot be estimated.",
    ),
    "paired-units": Words(
        "Varje enhet jämförs med sig själv: medelvärdet efter minus medelvärdet före.",
        "Each unit is compared with itself: mean after minus mean before.",
    ),
    "assigned-to-persons": Words(
        "Insatsen tilldelades person för person: varje person räknas som en förändring.",
        "The intervention was assigned person by person: each person counts as one change.",
    ),
    "common-shocks-in-groups": Words(
        "Allt annat som hände den ena gruppen kan inte skiljas från insatsen. Intervallet gäller bara om inget annat hände, "
        "och inget p-värde visas.",
        "Whatever else happened to one of the groups cannot be told from the intervention. The interval holds only if nothing else "
        "happened, and no p-value is shown.",
    ),
    "one-cluster-each": Words(
        "Ett kluster (en skola, en kommun) jämförs med ett annat. Allt annat som hände i något av dem kan inte skiljas från "
        "insatsen: intervallet gäller bara om inget annat hände där, och inget p-värde visas.",
        "One cluster (a school, a municipality) is compared with another. Whatever else happened in either cannot be told from the "
        "intervention: the interval holds only if nothing else happened there, and no p-value is shown.",
    ),
    "change-shared-shocks": Words(
        "Det som händer alla samtidigt (i skolan, i kommunen, i hela gruppen) syns i varje persons förändring. Intervallet gäller "
        "bara om inget sådant hände, och inget p-värde visas.",
        "What happens to everybody at once (in the school, the municipality, the whole group) shows in each person's change. The "
        "interval holds only if nothing of the kind happened, and no p-value is shown.",
    ),
    "common-shocks-in-clusters": Words(
        "Personerna delar händelser inom sina kluster (skolor, kommuner) men insatsen gavs person för person. "
        "För det upplägget finns ännu ingen prövad metod här: bara skillnaden visas.",
        "Persons share events within their clusters, but the intervention was given person by person. No tested method for that "
        "design is available here yet: only the difference is shown.",
    ),
    "collapsed-clusters": Words(
        "Insatsen tilldelades hela kluster, såsom skolor eller kommuner: varje kluster räknas som en förändring.",
        "The intervention was assigned to clusters, such as schools or municipalities: each cluster counts as one change.",
    ),
    "weighted-by-persons": Words(
        "Samma jämförelse där varje person väger lika i stället för varje kluster; visas bredvid, utan p-värde.",
        "The same comparison with every person instead of every cluster weighing the same; shown beside, without a p-value.",
    ),
    "one-treated-cluster": Words(
        "Ett enda kluster fick insatsen: det är en fallstudie. Skillnaden visas, men inget p-värde finns som håller.",
        "A single cluster was treated: this is a case study. The difference is shown, but no p-value exists that holds.",
    ),
    "one-unit-placebo": Words(
        "En enda enhet fick insatsen. Den rangordnas bland enheter utan insatsen som satts i dess ställe: p-värdet är andelen som "
        "avviker minst lika mycket, mätt i sin egen avvikelse före start.",
        "A single unit was treated. It is ranked among untreated units put in its place: the p-value is the share that deviate at "
        "least as much, in terms of their own deviation before the start.",
    ),
    "one-unit-few-donors": Words(
        "En enda enhet fick insatsen och färre än 19 andra får jämföras med den: rangordningen kan inte ge p-värden under 0,05.",
        "A single unit was treated and fewer than 19 others may be compared with it: its rank cannot give p-values below 0.05.",
    ),
    "one-unit-no-route": Words(
        "En enda enhet fick insatsen, och rangordningen höll inte sin felrisk i det här upplägget "
        "(simulerat): inget p-värde visas.",
        "A single unit was treated, and its rank did not keep its error rate in this design (simulated): no p-value is shown.",
    ),
    "series-simulated": Words(
        "Serien jämförs med sin egen trend före start. Gränsen för p-värdet är simulerad på seriens egna perioder för störningar "
        "som minns upp till 60 procent av perioden före.",
        "The series is compared with its own trend before the start. The critical value is simulated on its own periods for errors "
        "that remember up to 60 per cent of the period before.",
    ),
    "series-remembers": Words(
        "Seriens störningar minns mer än 60 procent av perioden före: då håller ingen prövad metod sin felrisk, och bara värdet "
        "visas.",
        "The errors of the series remember more than 60 per cent of the period before: no method tried keeps its error rate "
        "then, and "
        "only the value is shown.",
    ),
    "series-no-route": Words(
        "Metoden höll inte sin felrisk på seriens perioder (simulerat): bara värdet visas.",
        "The method did not keep its error rate on these periods (simulated): only the value is shown.",
    ),
    "no-route-holds": Words(
        "Ingen av de prövade metoderna håller sin felrisk i det här upplägget (simulerat): bara skillnaden visas.",
        "None of the methods tried keeps its error rate in this design (simulated): only the difference is shown.",
    ),
    "too-few-for-skewed-changes": Words(
        "För få för ett p-värde som håller om förändringarna är skeva, till exempel om några få försämras kraftigt "
        "(simulerat): bara den genomsnittliga förändringen visas.",
        "Too few for a p-value that holds if changes are skewed, for instance if a few become much worse (simulated): "
        "only the mean change is shown.",
    ),
    "few-treated-clusters": Words(
        "Färre än tre kluster fick insatsen. Då går det inte att skilja insatsen från det som ändå skiljer kluster åt: "
        "bara skillnaden visas.",
        "Fewer than three clusters were treated. The intervention cannot be told from what sets clusters apart anyway: "
        "only the difference is shown.",
    ),
    "few-comparison-clusters": Words(
        "Färre än tre kluster att jämföra med. Det går inte att se hur mycket kluster varierar utan insats: bara skillnaden visas.",
        "Fewer than three clusters to compare with. How much clusters vary without the intervention cannot be seen: "
        "only the difference is shown.",
    ),
    "mixed-clusters": Words(
        "Insatsen sägs ha tilldelats hela kluster, men minst ett har personer både med och utan insats: bara skillnaden visas.",
        "The intervention is said to have been assigned to clusters, but at least one cluster holds persons with and without it: "
        "only the difference is shown.",
    ),
    "twfe-staggered-mixes-cohorts": Words(
        "Enheterna fick insatsen olika år. Skattningen väger ihop startgrupperna och jämför delvis sena med tidiga; "
        "den kan bli missvisande om effekten skiljer sig mellan startgrupper eller växer med tiden.",
        "Units were treated in different years. The estimate mixes cohorts and partly compares late with early starters; "
        "it can mislead if the effect differs between cohorts or grows with time.",
    ),
    "staggered-few-clusters": Words(
        "Få enheter som fick insatsen vid olika tidpunkter. Ingen av de prövade metoderna håller sin felrisk i det upplägget "
        "(simulerat): bara skillnaden visas.",
        "Few units, treated at different times. None of the methods tried keeps its error rate in that design (simulated): "
        "only the difference is shown.",
    ),
    **reasons_matching.ROUTES,
    **reasons_offer.ROUTES,
    **reasons_units.ROUTES,
} | {key: Words(*both) for key, both in COHORT_ROUTES.items()}
"""`Estimate.route_reason`."""

INFERENCES: dict[str, Words] = {
    "welch": Words("Welchs t-test", "Welch's t test"),
    "pooled-t": Words("Students t-test", "Student's t test"),
    "bell-mccaffrey": Words("t-test med Bell–McCaffreys frihetsgrader", "t test with Bell–McCaffrey degrees of freedom"),
    "pooled-and-welch": Words(
        "det försiktigaste av Students och Welchs t-test", "the more cautious of Student's and Welch's t tests"
    ),
    "pooled-and-hall": Words(
        "det försiktigaste av Students t-test och Welchs med Halls korrigering för skevhet",
        "the more cautious of Student's t test and Welch's with Hall's correction for skewness",
    ),
    "paired-t": Words("parat t-test", "paired t test"),
    "hall-t": Words("parat t-test med Halls korrigering för skevhet", "paired t test with Hall's correction for skewness"),
    "paired-and-hall": Words(
        "det försiktigaste av parat t-test med och utan Halls korrigering",
        "the more cautious paired t test, with or without Hall's correction",
    ),
    "placebo-rank": Words(
        "placebotest: den enda enhetens plats bland de andra", "placebo test: the rank of the single unit among the others"
    ),
    "cr1-t": Words("klustrade medelfel (CR1) och t-fördelning", "clustered standard errors (CR1) and the t distribution"),
    "cr1-t-few": Words(
        "klustrade medelfel (CR1) och t-fördelning med den mindre gruppens frihetsgrader",
        "clustered standard errors (CR1) and the t distribution with the smaller group's degrees of freedom",
    ),
    "ar1-simulated": Words("tidsserieregression med simulerad gräns", "time series regression with a simulated critical value"),
    "newey-west": Words("vanlig regression med Newey–West-medelfel", "ordinary regression with Newey–West errors"),
    "sdid-rank": Words("rangordning bland platsprov (syntetisk DiD)", "rank among placebos (synthetic DiD)"),
    "sc-rank": Words("rangordning bland platsprov (syntetisk kontroll)", "rank among placebos (synthetic control)"),
    "ols": Words("vanlig regression (OLS)", "ordinary regression (OLS)"),
    "ordinary-cluster": Words(
        "klustrade medelfel som Stata (xtreg) och R (fixest) räknar dem",
        "clustered standard errors as Stata (xtreg) and R (fixest) compute them",
    ),
    **reasons_matching.INFERENCES,
    **reasons_offer.INFERENCES,
} | {key: Words(*both) for key, both in COHORT_INFERENCES.items()}
"""`Estimate.inference` (without ``-conditional``) and `RouteValidity.ordinary`: the test's name."""

TESTS: dict[str, Words] = {
    **reasons_matching.TESTS,
    "leads-reject": Words(
        "Grupperna utvecklades olika redan före insatsen: parallella trender motsägs.",
        "The groups developed differently before the intervention: parallel trends are contradicted.",
    ),
    "leads-do-not-reject": Words(
        "Grupperna utvecklades inte påvisbart olika före insatsen. Det utesluter inte skillnader som är mindre än testet kan se.",
        "The groups did not detectably differ in development before the intervention. Differences below the test's reach remain "
        "possible.",
    ),
    "too-few-pre-periods": Words(
        "Färre än två mätningar före insatsen: parallella trender kan inte prövas.",
        "Fewer than two measurements before the intervention: parallel trends cannot be tested.",
    ),
    "too-few-clusters": Words(
        "För få enheter för ett hållbart test av utvecklingen före insatsen: parallella trender kan inte prövas.",
        "Too few units for a sound test of development before the intervention: parallel trends cannot be tested.",
    ),
    "leads-singular": Words(
        "Perioderna före insatsen går inte att skilja från enheternas och årens egna nivåer: parallella trender kan inte prövas.",
        "The periods before the intervention cannot be told from unit and period levels: parallel trends cannot be tested.",
    ),
} | {key: Words(*both) for key, both in COHORT_TESTS.items()}
"""`TestOutcome.reason`."""

LOWERED: dict[str, Words] = {
    "no-comparison-group": Words("det finns ingen jämförelsegrupp", "there is no comparison group"),
    "pre-trends-contradicted": Words(
        "utvecklingen före insatsen skilde sig mellan grupperna", "development before the intervention differed between the groups"
    ),
    "pre-trends-cannot-be-tested": Words(
        "det går inte att pröva om grupperna utvecklades lika före insatsen",
        "whether the groups developed alike before the intervention cannot be tested",
    ),
    "no-lottery-receipt": Words("lottningen är inte styrkt med ett kvitto", "the lottery is not proved by a receipt"),
    "lottery-not-followed": Words(
        "alla fick inte det som lotten gav dem, och grupperna jämförs efter vad de fick",
        "not everybody got what the lottery gave them, and the groups are compared by what they got",
    ),
    "attrition": Words("bortfallet är större än planens gräns", "attrition exceeds the plan's limit"),
    "attrition-difference": Words(
        "bortfallet skiljer sig mellan grupperna mer än planens gräns",
        "attrition differs between the groups beyond the plan's limit",
    ),
    "few-clusters": Words("för få kluster för en statistisk prövning", "too few clusters for a statistical test"),
    "no-valid-inference": Words(
        "upplägget saknar en prövad metod för statistisk osäkerhet", "the design has no tested method for statistical uncertainty"
    ),
    **reasons_offer.LOWERED,
    **dip.LOWERED_DIP,
}
"""`EvidenceVerdict.lowered_by`."""

PRICE_NOTES: dict[str, Words] = {
    "price-year-differs": Words(
        "Prisets år är ett annat än budgetens; beloppen är inte omräknade.",
        "The price is of another year than the budget; amounts are not converted.",
    ),
    "price-year-unclear": Words(
        "Källan anger inte säkert vilket prisår priset gäller; beloppen är inte omräknade.",
        "The source does not state the price year with certainty; amounts are not converted.",
    ),
}
"""`BreakEven.note`; empty where the years agree."""

REFUSALS: dict[str, Words] = {
    "EST-EMPTY": Words("ingen enhet har alla mätningar", "no unit has every measurement"),
    "EST-ONE-UNIT": Words("färre än två enheter i en grupp", "fewer than two units in a group"),
    "EST-MISSING": Words("värden saknas i analystabellen", "values are missing in the analysis table"),
    "EST-RAGGED": Words("alla enheter har inte alla perioder", "not every unit has every period"),
    "EST-DUPLICATE": Words("en enhet finns flera gånger i samma period", "a unit stands several times in one period"),
    "EST-CONSTANT": Words("måttet varierar inte", "the outcome does not vary"),
    "EST-ALL-TREATED": Words("ingen jämförelsegrupp finns kvar", "no comparison group remains"),
    "EST-NONE-TREATED": Words("ingen som fått insatsen finns kvar", "no treated unit remains"),
    "EST-REVERSED": Words("insatsen upphör igen för någon enhet", "treatment is withdrawn again for some unit"),
    "EST-ALWAYS-TREATED": Words("någon enhet saknar tid före insatsen", "some unit has no time before treatment"),
    "EST-NO-PERIODS": Words("mätning före eller efter insatsen saknas", "no measurement before or after the intervention"),
    "EST-UNIT": Words("en enhets grupp eller kluster ändras mellan perioder", "a unit's group or cluster changes between periods"),
    "EST-CLUSTER": Words(
        "kluster saknas trots att planen anger klustrad tilldelning", "clusters are missing though the plan assigns by cluster"
    ),
    "EST-OVERLAP": Words("bakgrundsmåtten skiljer grupperna helt åt", "covariates tell the groups apart completely"),
    "EST-COVARIATES": Words(
        "ett bakgrundsmått varierar inte eller följer ett annat", "a covariate does not vary or follows another"
    ),
    "EST-ADJUST-FEW": Words("för få enheter för att ta hänsyn till bakgrund", "too few units to adjust for background"),
    "EST-SINGULAR": Words("skattningen är obestämd", "the estimate is not determined"),
    "EST-NOT-ONE-UNIT": Words("fler än en enhet fick insatsen", "more than one unit was treated"),
    "EST-STARTS": Words("enheterna startade i olika perioder", "the units started in different periods"),
    "EST-FEW-PERIODS": Words("för få perioder före eller efter insatsen", "too few periods before or after the intervention"),
    "EST-DONOR-NAME": Words("planen nämner enheter som inte finns i data", "the plan names units that are not in the data"),
    "EST-ENGINES": Words("två beräkningar av samma tal stämmer inte överens", "two computations of one number disagree"),
    **reasons_matching.REFUSALS,
    **reasons_offer.REFUSALS,
}
"""`Refusal.code` and the code of every EstimationError."""
