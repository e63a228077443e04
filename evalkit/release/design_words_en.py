"""The English words of the design report; names as in `design_words`."""

from __future__ import annotations

HEADLINE = "With {n} participants you can only detect effects larger than {mde}, if the chance of seeing them is to be {power}."
NOTHING = "With {n} participants this design cannot test any effect at all."
EXPECTED = "The plan expects {effect} {unit}. If that effect is there, the chance of establishing it is {power}."
NEEDED = "A {power} chance takes {n} participants."
NEVER = "No number of participants is enough with this design."
NO_EFFECT = (
    "The plan does not say which effect it expects (outcomes → expected_effect) or how the outcome spreads "
    "(planning → standard_deviation): power cannot be computed."
)
OPTIONS = "Designs side by side"
CURVE = "Smallest effect that can be detected, by number of participants"
SIMULATION = "Simulation of the recommended design, with the evaluation's own method"
LOTTERY = "A lottery about the order"
ASSUMPTIONS = "Assumptions and their sources"
CURVE_HOW = "Smallest effect that can be detected with a chance of 80%, by number of participants, for each design."
CURVE_ALT = "{name}: {points}"
CURVE_POINT = "{persons} participants {mde}"
CURVE_AXIS = "Participants"
CURVE_Y = "Can detect, {unit}"
SIM_CLUSTERS = "Simulation with whole groups drawn"
BEST = "What the prices say"
BEST_SIZE = "Cheapest precision: about {size} persons in each group (the plan has {own})."
BEST_SHARE = "Cheapest precision: about {share} of the participants with the intervention."
REFUSED_OTHER = "not possible; the Swedish page says why"
CH_ANSWER = "What can we detect?"
CH_OPTIONS = "Which designs are there?"
CH_CURVE = "How many are needed?"
CH_SIMULATION = "Does the arithmetic hold?"
CH_LOTTERY = "Why draw lots about the order?"
CH_ASSUMPTIONS = "What does it rest on?"
OPTION_HEAD = ("Design", "Participants", "Can detect", "Chance of seeing the expected effect", "Needed", "Kronor", "Months")
OPTION_NOTE = (
    "Kronor: intervention and measurement up to the follow-up. "
    "Needed: participants for an 80% chance of seeing the expected effect."
)
CURVE_HEAD = ("Participants", "Can detect")
REFUSED = "not possible"
MISSING = "missing"
SAY = "What may be said afterwards:"
GROUPS = " in {clusters} groups"
LINE_SIZE = "{persons} participants{groups}; {treated} have the intervention at the follow-up"
LINE_FINDS = "can detect {mde}; chance of seeing the expected effect {power}; participants needed: {needed}"
LINE_COST = "price: {price}; time: {months}"
KRONOR, MONTHS = "{n} kronor", "{n} months"
LINE_POINT = "one {unit} of finer resolution costs about {price} kronor more"
NOT_SIMULATED = "Not simulated: expected effect or spread is missing, or no method holds with so few participants."
SIM_HOW = "{draws} invented studies, computed as the evaluation of a lottery will be: {route} (seed {seed})"
SIM_DIFFERS = (
    "The arithmetic above says a chance of {planned}, the simulation {simulated}: trust the simulation, which uses the "
    "evaluation's method"
)
SIM_POWER = "Establishes the expected effect"
SIM_FALSE = "False alarm when the intervention does nothing"
SIM_COVERAGE = "Confidence intervals that cover the truth"
SIM_BIAS = "Bias"
SIM_RMSE = "Root mean squared error"
SIM_TYPE = "A significant result shows {m} times the true effect on average; in {s}% of cases it has the wrong sign"
NEEDS_LOTTERY = "Needs a lottery: {names}."
QUEUE = (
    "{n} are concerned but {places} can start at a time: somebody waits whatever you do. The lottery decides the order alone, and "
    "everybody has had their turn after {rounds} rounds."
)
NO_QUEUE = "Everybody has a place at once: then there is no queue to draw, and a lottery would take a place from somebody."
NO_PLACES = "The plan does not say how many can start at a time (planning → places): without a queue there is nothing to draw."
ETHICS = (
    "An order by application favours those who find it easiest to apply; the lottery gives all the same chance.",
    "Whoever needs urgent help is not drawn: decide beforehand who goes first, and do not count them in the comparison.",
    "Without a lottery the conclusion rests on the groups having developed alike otherwise. With one it rests on chance, which is "
    "known.",
)
SYNTHETIC = "The plan is an invented demonstration: the figures say nothing about any real service."

NAME = {
    "before_after": "Before and after, no comparison",
    "comparison": "Comparison without a lottery",
    "waiting_list": "Waiting list in drawn order",
    "phase_in": "Phase-in in drawn rounds",
    "clusters": "Whole groups drawn",
    "within_clusters": "Persons drawn inside each group",
    "blocked": "Drawn inside blocks",
    "pairs": "Drawn inside matched pairs",
    "arms": "Several arms with different interventions",
    "repeated": "Drawn, with repeated measurements",
    "stepped_wedge": "Stepped introduction in drawn order",
    "encouragement": "Encouragement: all may apply, the lottery decides who is invited",
    "binary_exact": "Yes or no: Fisher's exact test",
}
MAY_SAY = {
    "before_after": "development, never effect: what it is due to cannot be said",
    "comparison": "effect, if the groups would have developed alike; that can be contradicted but never proved",
    "waiting_list": "the effect of being offered the intervention; a difference is due to it or to chance, and chance is known",
    "phase_in": "the effect while somebody still waits; the long run cannot be compared",
    "clusters": "the effect in the groups that were drawn; the number of groups decides, not that of persons",
    "within_clusters": "the effect of the offer, if those who get it do not affect those who wait in the same group",
    "blocked": "the effect of the offer; blocks make the arms alike in what the blocks are made of",
    "pairs": "the effect of the offer; both of a pair must be followed up",
    "arms": "the effect of each intervention against none, with stricter demands for each test",
    "repeated": "the effect of the offer, on average over the measurements after",
    "stepped_wedge": "the effect while some group waits, if nothing else happened together with the steps",
    "encouragement": "the effect for those whom the invitation made take part, not for those who do anyway or never",
    "binary_exact": "the effect on the share, by a test that never raises more false alarms than it promises",
}
QUANTITY = {
    "standard_deviation": "Standard deviation",
    "correlation": "Correlation between before and after",
    "icc": "Likeness within groups (ICC)",
    "clusters": "Number of groups",
    "attrition": "Attrition",
    "take_up": "Share of those offered who take part",
    "take_up_comparison": "Share of those waiting who get it anyway",
    "places": "Places in each round",
    "price_participant": "Kronor a participant",
    "price_measurement": "Kronor a measurement",
    "price_cluster": "Kronor a group",
    "price_comparison": "Kronor a person of the comparison arm",
    "blocks": "Number of blocks",
    "r2": "Share of the spread that blocks and covariates explain",
    "r2_between": "Share of the spread between groups that covariates explain",
    "size_spread": "Coefficient of variation of group sizes",
    "arms": "Number of arms with an intervention",
    "measurements_before": "Measurements before",
    "measurements_after": "Measurements after",
    "autocorrelation": "Correlation of neighbouring measurements",
    "steps": "Steps of the introduction",
    "baseline_share": "Share without the intervention",
    "expected_effect": "Expected effect",
}
ABSENT = {
    "standard_deviation": "missing; results are in standard deviations",
    "correlation": "missing; counted as none, the careful side",
    "icc": "missing; designs with groups cannot be computed",
    "clusters": "missing; designs with groups cannot be computed",
    "attrition": "missing; counted as none, the hopeful side",
    "expected_effect": "missing; power cannot be computed",
}
SOURCE = {"pilot": "own pilot", "register": "register", "literature": "literature", "guess": "guess", "plan": "the plan"}
ROUTE = {
    "cr2": "the first measurement as covariate, robust standard errors (CR2)",
    "cr2-cautious": "the first measurement as covariate, robust standard errors (CR2) with cautious degrees of freedom",
    "cr2-and-pooled": "the first measurement as covariate, the more cautious of two tests (CR2 and Student's)",
    "cr2-few": "the first measurement as covariate, robust standard errors (CR2) with the smaller group's degrees of freedom",
    "cr2-few-and-pooled": (
        "the first measurement as covariate, the more cautious of two tests, with the smaller group's degrees of freedom"
    ),
    "welch": "the first measurement's part taken out, Welch's test",
}
