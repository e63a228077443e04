"""Where start groups are estimated one by one, what still rests on the ordinary regression's path says so, in both languages."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from evalkit.findings.safe import SafeResult
from evalkit.methods.evaluate import evaluate
from evalkit.release.chapters_results import sensitivity
from evalkit.release.disclosure import clear
from evalkit.release.language import Language
from tests.support.frames import EMPTY_REGISTER, PROVENANCE, frame_of, identity, panel_table, public_plan
from tests.support.sample_result import policy

WORDS = ("trend_pooled", "honest_pooled", "path_pooled")


@cache
def cleared(*, by_groups: bool) -> SafeResult:
    rng = np.random.default_rng(4)
    after = np.zeros((80, 9), dtype=bool)
    after[:20, 5:] = True
    after[20:40, 6:] = True
    frame = frame_of(panel_table(rng.normal(size=after.shape) + 2 * after, after, outcome="tal"))
    plan = public_plan(["tal"], staggered={"compare_with": "never_treated"}) if by_groups else public_plan(["tal"])
    return clear(evaluate(frame, plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE), policy())


@pytest.mark.parametrize("language", ["sv", "en"])
def test_trends_bounds_and_path_name_the_ordinary_regression_only_where_start_groups_have_their_own(language: str) -> None:
    for by_groups in (True, False):
        safe = cleared(by_groups=by_groups)
        assert safe.honest
        assert safe.effect_path
        safe = replace(safe, plan=replace(safe.plan, language=language))
        page = str(sensitivity(safe)).replace("&#39;", "'").replace("&#x27;", "'")
        said = [Language(language).text(key, label=safe.outcome_label("tal")) for key in WORDS]
        assert [words in page for words in said] == [by_groups] * 3
