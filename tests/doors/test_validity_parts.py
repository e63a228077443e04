"""`evalkit validity` without a choice makes every part: a part with an option and no maker would be a table that goes stale."""

import argparse

from evalkit.cli import validity_command


def test_every_part_has_an_option_and_all_are_made_where_none_is_chosen(monkeypatch):
    parser = argparse.ArgumentParser()
    validity_command.configure(parser)
    options = {action.dest for action in parser._actions} - {"help", "draws", "write", "progress"}
    assert options == set(validity_command.MAKERS)
    made: list[str] = []
    for part in validity_command.MAKERS:
        monkeypatch.setitem(validity_command.MAKERS, part, lambda _, part=part: bool(made.append(part)) or True)
    assert validity_command.execute(parser.parse_args([])) == 0
    assert made == ["grid", "lumps", "offers", "beside", "series"]
    made.clear()
    assert validity_command.execute(parser.parse_args(["--lumps"])) == 0
    assert made == ["lumps"]
