"""The English words of the design report; names as in `design_words`."""

from __future__ import annotations

HEADLINE = "With {n} participants you can only detect effects larger than {mde}, if the chance of seeing them is to be {power}."
NOTHING = "With {n} participants this design cannot test any effect at all."
EXPECTED = "The plan expects {effect} {unit}. If that effect is there, the chance of establishing it is {power}."
NEEDED = "For a chance of {power}, {n} participants{groups} are needed."
AS_EVALUATED = "Computed as the evaluation will be, the chance is {power} (see the simulation)."
GUESSES = (
    "{n} of the assumptions are guesses. With data of your own: evalkit design {id} --from-run estimates them; norms: --from-norms."
)
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
CURVE_HOW = (
    "Smallest effect that can be detected with a chance of {power}, by number of participants, for each design. "
    "Dotted line: the plan's {persons} participants."
)
CURVE_ALT = "{name}: {points}"
CURVE_POINT = "{persons} participants {mde}"
CURVE_AXIS = "Participants"
CURVE_Y = "Can detect, {unit}"
SIM_CLUSTERS = "Simulation with whole groups drawn"
BEST = "What the prices say"
BEST_SIZE = "Most certainty for the money: about {size} persons in each group (the plan has {own})."
BEST_SHARE = "Most certainty for the money: about {share} of the participants with the intervention, the others to compare with."
CH_ANSWER = "What can we detect?"
CH_OPTIONS = "Which designs are there?"
CH_CURVE = "How many are needed?"
CH_SIMULATION = "Does the arithmetic hold?"
CH_LOTTERY = "Why draw lots about the order?"
CH_ASSUMPTIONS = "What does it rest on?"
OPTION_HEAD = (
    "Design",
    "Answers",
    "Participants",
    "Can detect, {unit}",
    "Chance of seeing the expected effect",
    "Needed",
    "Kronor",
    "Months",
)
OPTION_NOTE = (
    "Kronor: intervention and measurement up to the follow-up. "
    "Needed: participants for a chance of {power} of seeing the expected effect. "
    "Before and after sees the smallest change, but shows development alone: its figure is no effect."
)
SEVERAL_ARMS = (
    "The figures above are for two groups: one intervention against none. With several groups there are fewer in each and a "
    "stricter test: see the design with several groups below."
)
TAKING_PART = (
    "The figures are the effect on those who take part. The plan expects that {offered} of those offered and {others} of the "
    "others do: the effect of the offer, which is what a lottery measures, is then {share} times as large."
)
CURVE_HEAD = ("Participants", "Can detect")
REFUSED = "not possible"
MISSING = "missing"
SAY = "What may be said afterwards:"
GROUPS = " in {clusters} groups"
LINE_SIZE = "{persons} participants{groups}; {treated} have the intervention at the follow-up"
LINE_FINDS = "can detect {mde}"
LINE_CHANCE = "chance of seeing the expected effect: {power}"
LINE_NEEDED = "for a chance of {power}, {needed} participants{groups} are needed"
LINE_NEEDED_PRICE = "for a chance of {power}, {needed} participants{groups} are needed, at about {price} kronor"
LINE_COST = "costs {price} kronor"
LINE_NO_COST = "nobody has said what it costs (planning → price_participant)"
LINE_TIME = "takes {months} months to the last follow-up"
LINE_POINT = "to see an effect that is 1 {unit} smaller takes more participants and costs about {price} kronor more"
NOT_SIMULATED = "Not simulated: expected effect or spread is missing, or no method held in the simulation of such a design."
SIM_HOW = (
    "{draws} invented studies, computed as the evaluation of a lottery will be: {route} (seed {seed}). "
    "± is the simulation's own standard error."
)
SIM_DIFFERS = (
    "The arithmetic above says a chance of {planned}, the simulation {simulated}: trust the simulation, which uses the "
    "evaluation's method"
)
SIM_POWER = "Establishes the expected effect"
SIM_FALSE = "False alarm when the intervention does nothing"
SIM_COVERAGE = "Confidence intervals that cover the truth"
SIM_BIAS = "How far from the truth the estimates are on average (bias)"
SIM_RMSE = "How far from the truth a single estimate usually is (root mean squared error)"
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
    "take_up": "missing; counted as everybody offered taking part, the hopeful side",
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
ANSWERS = {
    "before_after": "development",
    "comparison": "effect, if the groups are alike",
    "waiting_list": "effect",
    "phase_in": "effect",
    "clusters": "effect",
    "within_clusters": "effect",
    "blocked": "effect",
    "pairs": "effect",
    "arms": "effect",
    "repeated": "effect",
    "stepped_wedge": "effect",
    "encouragement": "effect",
    "binary_exact": "effect",
}
WARNING = {
    "few_groups": "with so few groups the whole conclusion rests on nothing else having happened in any of them",
    "selected": "the figure is about development; those chosen because things were hard often get better anyway",
}
REASONS: dict[str, str] = {
    "DSN-ASSUME": "the plan assumes nothing about icc and clusters: fill them in under planning, or estimate them from data",
    "DSN-ARMS": "everybody has a place, or somebody cannot be compared with: start fewer at a time, or draw in another way",
    "DSN-BLOCK": "a block with a single unit cannot hold both arms: merge blocks",
    "DSN-SMALL": "too few units for a test: more units, or fewer covariates and blocks",
    "DSN-LOTTERY": (
        "so few units can be drawn in so few ways that a permutation test can never be significant: take more units, draw persons "
        "instead of groups, or call it a pilot"
    ),
    "DSN-LARGE": "not even the largest possible effect would be seen with so few: draw more",
    "DSN-TAKEUP": "those offered must get the intervention more often than the others: else there is no contrast",
    "DSN-SHARE": "a share lies outside 0 to 1: correct it under planning",
    "DSN-CORR": "a correlation lies outside −1 to 1: correct it under planning",
    "DSN-ICC": "the intraclass correlation lies between 0 and 1: correct it under planning",
    "DSN-PRICE": "a price is below 0 kronor: correct it under planning",
}
"""Code -> why a design is refused."""
