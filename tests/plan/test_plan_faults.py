"""Every mistake that people make in a plan: its code, its line, the right word, and never a traceback."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from evalkit.errors import PlanError
from evalkit.plan.loader import load_plan, parse_plan, plan_warnings
from evalkit.plan.strict_yaml import parse_document
from hypothesis import given, settings
from hypothesis import strategies as st

PLAN = Path(__file__).parents[2] / "params" / "interventions" / "np-samverkan.yaml"
TEXT = PLAN.read_text(encoding="utf-8")
SLUG_KEYS = ("labels", "missing", "constants")


def fault(text: str | bytes, name: str = "np-samverkan.yaml") -> PlanError:
    content = text if isinstance(text, bytes) else text.encode("utf-8")
    with pytest.raises(PlanError) as caught:
        parse_plan(name, content)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return caught.value


def code_of(content: bytes) -> str | None:
    try:
        parse_plan("np-samverkan.yaml", content)
    except PlanError as error:
        return error.code
    return None


def changed(old: str, new: str, *, count: int = 1) -> str:
    assert old in TEXT
    return TEXT.replace(old, new, count)


def line_of(text: str, piece: str) -> int:
    return text[: text.index(piece)].count("\n") + 1


def test_the_plan_of_the_demonstration_loads_without_warnings() -> None:
    plan = load_plan(PLAN)
    assert plan.id == "np-samverkan"
    assert plan_warnings(plan) == ()


# old text, new text, code, what the message must name
ONE_FAULT = [
    ("municipality:", "municipalty:", "PAR-KEY", "municipality"),
    ("  age_from: 15", "  age_form: 15", "PAR-KEY", "age_from"),
    ("seed: 20150901\n", "", "PAR-SEED", "seed"),
    ("seed: 20150901", "seed: 010", "PAR-SEED", "heltal"),
    ("seed: 20150901", "seed: -1", "PAR-SEED", "minst 0"),
    ("seed: 20150901", "seed: 1_000", "PAR-SEED", "heltal"),
    ("seed: 20150901", "seed: 20150901\nseed: 1", "PAR-DUP", "rad 9"),
    ("synthetic: true", "synthetic: no", "PAR-VALUE", "true eller false"),
    ("synthetic: true", "synthetic: on", "PAR-VALUE", "true eller false"),
    ("title: NP", "title: !!python/object/apply:os.system NP", "PAR-TAG", "utan tagg"),
    ("title: NP", "title: !hemlig NP", "PAR-TAG", "utan tagg"),
    ("target_group:\n  description", "target_group:\n\tdescription", "PAR-YAML", "tabb"),
    ("deltagare*.xlsx", "../deltagare*.xlsx", "PAR-PATH", "egen leverans"),
    ("deltagare*.xlsx", "..", "PAR-PATH", "egen leverans"),
    ("deltagare*.xlsx", "/etc/passwd", "PAR-PATH", "egen leverans"),
    ("deltagare*.xlsx", "C:\\data\\deltagare.xlsx", "PAR-PATH", "egen leverans"),
    ("deltagare*.xlsx", "\\\\server\\delad\\x.xlsx", "PAR-PATH", "egen leverans"),
    ("deltagare*.xlsx", "https://exempel.se/x.xlsx", "PAR-PATH", "egen leverans"),
    ("deltagare*.xlsx", "~/x.xlsx", "PAR-PATH", "egen leverans"),
    ("deltagare*.xlsx", "a*b*.xlsx", "PAR-VALUE", "högst en *"),
    ("unit_costs: skl-2015", "unit_costs: ../skl-2015", "PAR-PATH", "egen leverans"),
    ("coverage: {first: 2014-08-01, last: 2018-06-30", "coverage: {first: 2018-08-01, last: 2018-06-30", "PAR-DATE", "före"),
    ("confidence_level: 0.95", "confidence_level: 5", "PAR-ALPHA", "0.95"),
    ("confidence_level: 0.95", "confidence_level: 0.90", "PAR-ALPHA", "minst 0.95"),
    ("confidence_level: 0.95", "confidence_level: 0.99", "PAR-ALPHA", "högst 0.95"),
    ("confidence_level: 0.95", "confidence_level: 95 %", "PAR-ALPHA", "decimalpunkt"),
    ("confidence_level: 0.95", "confidence_level: 0,95", "PAR-ALPHA", "decimalpunkt"),
    ("confidence_level: 0.95", "confidence_level: .inf", "PAR-ALPHA", "decimalpunkt"),
    ("confidence_level: 0.95", "confidence_level: 9e-1", "PAR-ALPHA", "decimalpunkt"),
    ("version: 2015-08-15", "version: 2015-13-15", "PAR-DATE", "datum"),
    ("version: 2015-08-15", "version: 15/8 2015", "PAR-DATE", "datum"),
    ("version: 2015-08-15", "version: 20150815", "PAR-DATE", "datum"),
    ("version: 2015-08-15", "version: 1440000", "PAR-DATE", "datum"),
    ("plan_format: 1", "plan_format: 2", "PAR-FORMAT", "Uppdatera evalkit"),
    ("title: NP", 'title: "{{ namn }} NP"\n# ', "PAR-TEMPLATE", "mallkod"),
    ("title: NP", 'title: "{% for x in y %}"\n# ', "PAR-TEMPLATE", "mallkod"),
    ("title: NP", 'title: "${HOME}"\n# ', "PAR-TEMPLATE", "mallkod"),
    ("title: NP", "title: \"__import__('os')\"\n# ", "PAR-TEMPLATE", "programkod"),
    ("title: NP", "title: =cmd|' /C calc'!A0\n# ", "PAR-TEMPLATE", "formel"),
    ("title: NP", 'title: "@SUM(1)"\n# ', "PAR-TEMPLATE", "formel"),
    ("title: NP", 'title: "-cmd(x)"\n# ', "PAR-TEMPLATE", "formel"),
    ("title: NP", 'title: "Om 19121212-1212"\n# ', "PAR-PII", "personnummer"),
    ("title: NP", 'title: "a\\u202Eb"\n# ', "PAR-VALUE", "osynliga"),
    ("primary_outcome: valbefinnande", "primary_outcome: valbefinande", "PAR-REF", "valbefinnande"),
    ("decisive_occasion: uppf12", "decisive_occasion: uppf13", "PAR-REF", "uppf12"),
    ("decisive_occasion: uppf12", "decisive_occasion: start", "PAR-REF", "role: after"),
    ("decisive_occasion: uppf12\n", "", "PAR-MISSING", "avgör"),
    ("tied_to: [valbefinnande, franvaro]", "tied_to: [valbefinnande, franvar]", "PAR-REF", "franvaro"),
    ("outcome: franvaro", "outcome: franvaroo", "PAR-REF", "franvaro"),
    ("{insats: treated, kö: comparison}", "{insats: treted, kö: comparison}", "PAR-VALUE", "treated"),
    ("{kvinna: woman, man: man, annat: other}", "{kvinna: kvinna, man: man, annat: other}", "PAR-VALUE", "woman"),
    ('nej: "no"', "nej: nej", "PAR-VALUE", "unknown"),
    (
        "labels: {samordningssamtal: samordningssamtal}",
        "labels: {samordningssamtal: samordningsamtal}",
        "PAR-REF",
        "samordningssamtal",
    ),
    ("labels: {gymnasium: gymnasium, komvux", "labels: {gymnasium: gymnasium, Gymnasium: x, komvux", "PAR-DUP", "versaler"),
    ("- {name: avslut, role", "- {name: startdatum, role", "PAR-DUP", "finns redan"),
    ("role: index_date, kind: date", "role: index_date, kind: text", "PAR-VALUE", "date"),
    ("  - id: franvaro", "  - id: valbefinnande", "PAR-DUP", "finns redan"),
    ("files: samtal*.csv", "files: insatser*.csv", "PAR-DUP", "en källa"),
    ("day_from: 120, target_day: 182, day_to: 260", "day_from: 260, target_day: 182, day_to: 280", "PAR-DATE", "före"),
    ("day_from: 120, target_day: 182", "day_from: 10, target_day: 182", "PAR-DATE", "överlapp"),
    ("role: after, day_from: 120", "role: before, day_from: 120", "PAR-DATE", "dag 0"),
    ("  age_from: 15\n  age_to: 25", "  age_from: 25\n  age_to: 15", "PAR-VALUE", "före"),
    ("    maximum: 100\n    impossible", "    maximum: -1\n    impossible", "PAR-VALUE", "före"),
    ("comparison: waiting_list", "comparison: none", "PAR-VALUE", "did"),
    ("comparison: waiting_list", "comparison: wating_list", "PAR-VALUE", "waiting_list"),
    ("analyses: [pre_post, did]", "analyses: pre_post", "PAR-VALUE", "lista"),
    ("analyses: [pre_post, did]", "analyses: [pre_post, pre_post]", "PAR-DUP", "två gånger"),
    ("assigned_at: person", "assigned_at: cluster", "PAR-REF", "cluster"),
    ("  unit_costs: skl-2015\n", "", "PAR-MISSING", "prislista"),
    ("id: np-samverkan", "id: np-samverkan2", "PAR-VALUE", "lika"),
    ("id: np-samverkan", "id: Np Samverkan", "PAR-VALUE", "gemener"),
    ("title: NP-samverkan (syntetiskt demonstrationsexempel)", "title:", "PAR-VALUE", "tomt"),
]


@pytest.mark.parametrize(("old", "new", "code", "says"), ONE_FAULT)
def test_one_mistake_is_named_with_code_line_and_remedy(old: str, new: str, code: str, says: str) -> None:
    text = changed(old, new)
    error = fault(text)
    assert code in error.codes
    line = next(line for line in str(error).splitlines() if f"[{code}]" in line and says in line)
    assert re.search(r"rad \d+", line) or new == "", line
    assert "Traceback" not in str(error)
    assert "pydantic" not in str(error)


@pytest.mark.parametrize(("old", "new", "code", "says"), [row for row in ONE_FAULT if row[1] and "\n" not in row[0] + row[1]])
def test_the_line_is_the_one_that_was_changed(old: str, new: str, code: str, says: str) -> None:
    text = changed(old, new)
    told = [line for line in str(fault(text)).splitlines() if f"[{code}]" in line and says in line]
    assert any(re.search(rf"rad {line_of(TEXT, old)}[,:]", line) for line in told), told


WHOLE_FILE = [
    (b"", "PAR-EMPTY", "tom"),
    (b"# bara en kommentar\n", "PAR-EMPTY", "tom"),
    (b"---\n", "PAR-EMPTY", "tom"),
    (b"- a\n- b\n", "PAR-YAML", "lista"),
    (b"bara text\n", "PAR-YAML", "en text"),
    (b"a: 1\n---\nb: 2\n", "PAR-YAML", "andra dokument"),
    (b"a: [1, 2\nb: 3\n", "PAR-YAML", "rad 2"),
    (b"? [a, b]\n: 1\n", "PAR-YAML", "enkelt ord"),
    (b"a: *saknas\n", "PAR-YAML", "ankare"),
    (b"a: &a [*a]\n", "PAR-YAML", "ankare"),
    (b"[" * 100_000, "PAR-YAML", "djupt"),
    (b"a: " + b"{b: " * 50, "PAR-YAML", "djupt"),
    (b"a: 1\n" * 300_000, "PAR-YAML", "kB"),
    (b"\xff\xfea\x00:\x00", "PAR-ENC", "UTF-16"),
    (b"a: 1\nb: \x00\n", "PAR-ENC", "rad 2"),
    (b'a: "\x01"\n', "PAR-YAML", "tecken"),
    (b"<<: {a: 1}\n", "PAR-YAML", "sammanslagning"),
    (b"%TAG ! tag:exempel.se,2000:\n---\na: 1\n", "PAR-TAG", "%TAG"),
]


@pytest.mark.parametrize(("content", "code", "says"), WHOLE_FILE)
def test_a_file_that_is_no_plan_is_named_as_what_it_is(content: bytes, code: str, says: str) -> None:
    error = fault(content)
    assert code in error.codes
    assert says in str(error)


def test_an_alias_bomb_is_stopped_before_it_grows() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    error = fault(bomb)
    assert error.code == "PAR-YAML"
    assert "alias" in str(error)


def test_latin_1_bytes_are_named_with_their_line() -> None:
    error = fault(TEXT.encode("latin-1", errors="replace"))
    assert error.code == "PAR-ENC"
    assert "rad 1" in str(error)


@pytest.mark.parametrize(("start", "end"), [("", "\r\n"), ("\ufeff", "\n"), ("\ufeff", "\r\n"), ("", "\r")])
def test_windows_line_ends_and_byte_order_marks_are_fine(start: str, end: str) -> None:
    content = (start + TEXT.replace("\n", end)).encode("utf-8")
    assert parse_plan("np-samverkan.yaml", content) == load_plan(PLAN)


def test_several_faults_are_all_told_at_once_in_the_order_of_their_lines() -> None:
    text = TEXT
    for old, new in [
        ("municipality:", "municipalty:"),
        ("seed: 20150901\n", ""),
        ("primary_outcome: valbefinnande", "primary_outcome: valbefinande"),
        ("confidence_level: 0.95", "confidence_level: 5"),
        ("deltagare*.xlsx", "/etc/passwd"),
        ("max_missing: 0.30", "max_missing: 0.30\n  max_missing: 0.40"),
    ]:
        text = text.replace(old, new)
    error = fault(text)
    assert set(error.codes) == {"PAR-KEY", "PAR-SEED", "PAR-REF", "PAR-ALPHA", "PAR-PATH", "PAR-DUP"}
    lines = [int(found) for found in re.findall(r"\] rad (\d+)", str(error))]
    assert lines == sorted(lines)


def test_a_misspelt_key_is_told_once_and_not_also_as_missing() -> None:
    assert fault(changed("municipality:", "municipalty:")).codes == ("PAR-KEY",)


def test_a_message_repeats_at_most_forty_letters_and_masks_numbers_of_persons() -> None:
    error = fault(changed("comparison: waiting_list", "comparison: " + "x" * 500))
    assert "x" * 40 not in str(error)
    error = fault(changed("comparison: waiting_list", 'comparison: "191212121212"'))
    assert "191212121212" not in str(error)


def _keys() -> list[tuple[int, str]]:
    document = parse_document("x.yaml", TEXT.encode("utf-8"))
    places = {
        (line, place[-1])
        for place, line in document.lines.items()
        if place and isinstance(place[-1], str) and not any(part in SLUG_KEYS for part in place[:-1])
    }
    return sorted(places)


def _misspelt(key: str) -> str:
    return key + key[-1] if len(key) < 4 else key[:2] + key[3:]


@pytest.mark.parametrize(("line", "key"), _keys())
def test_each_misspelt_key_gets_the_nearest_right_word(line: int, key: str) -> None:
    lines = TEXT.split("\n")
    lines[line - 1] = re.sub(rf"(?<![\w]){re.escape(key)}:", f"{_misspelt(key)}:", lines[line - 1], count=1)
    error = fault("\n".join(lines))
    assert f"[PAR-KEY] rad {line}" in str(error)
    assert f"menade du ”{key}”?" in str(error)


def test_an_unknown_plan_names_the_plans_that_exist(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="menade du ”np-samverkan”") as caught:
        load_plan(PLAN.with_name("np-samvrkan.yaml"))
    assert caught.value.code == "PAR-FILE"
    with pytest.raises(PlanError, match="inga ännu"):
        load_plan(tmp_path / "x.yaml")


@settings(max_examples=150, deadline=None)
@given(position=st.integers(0, len(TEXT)), junk=st.text(max_size=6), drop=st.integers(0, 30))
def test_whatever_is_typed_into_a_plan_the_answer_is_a_plan_or_a_plan_error(position: int, junk: str, drop: int) -> None:
    content = (TEXT[:position] + junk + TEXT[position + drop :]).encode("utf-8", errors="replace")
    assert (outcome := code_of(content)) is None or outcome.startswith("PAR-")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_whatever_bytes_a_file_holds_the_answer_is_a_plan_error(content: bytes) -> None:
    assert fault(content).code.startswith("PAR-")
