"""The pre-commit guard refuses what must never be in git."""

import json

from tests.support.no_data import faults


def notebook(tags, outputs):
    return json.dumps({"cells": [{"cell_type": "code", "metadata": {"tags": tags}, "outputs": outputs}]}).encode()


def test_a_delivery_and_a_report_are_refused_but_their_readme_is_not():
    assert faults("data/raw/np/2016-01-01/skola.csv", b"") != []
    assert faults("reports/np/x/share/report.html", b"") != []
    assert faults("data/raw/README.md", b"") == []


def test_only_the_two_demonstrations_may_lie_in_git_and_only_under_names_that_say_synthetic():
    assert faults("data/raw/skolfam/2017-06-30/barn_syntetisk_2017-06-30.xlsx", b"") == []
    assert faults("data/raw/skolfam/2017-06-30/leverans.json", b"") == []
    assert faults("data/raw/skolfam/2017-06-30/barn.xlsx", b"") != []
    assert faults("data/raw/annan/2017-06-30/barn_syntetisk_2017-06-30.xlsx", b"") != []
    assert faults("reports/skolfam/2017-06-30/barn_syntetisk_2017-06-30.xlsx", b"") != []


def test_a_notebook_may_keep_only_the_outputs_of_its_headline_cells():
    assert faults("notebooks/30_did.ipynb", notebook([], [{"text": "x"}])) != []
    assert faults("notebooks/30_did.ipynb", notebook(["nbval-check-output"], [{"text": "x"}])) == []
    assert faults("notebooks/30_did.ipynb", notebook([], [])) == []
