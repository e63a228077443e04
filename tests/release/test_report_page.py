from __future__ import annotations

import base64
import html
import itertools
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from evalkit.errors import DisclosureRefused, NotebookFailed
from evalkit.findings.evidence import EvidenceLevel, EvidenceVerdict
from evalkit.findings.safe import SafeResult, safe_to_json
from evalkit.release import report
from evalkit.release.disclosure import clear
from evalkit.release.html import render_report
from evalkit.release.language import TABLES
from nbformat.v4 import new_code_cell, new_notebook, new_output
from tests.support.report_page import page
from tests.support.sample_result import policy, public_result, sample_result

ROOT = Path(__file__).parents[2]
PNG = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=]+)")


@pytest.fixture(scope="module")
def safe() -> SafeResult:
    return clear(sample_result(), policy())


@pytest.fixture(scope="module")
def swedish(safe: SafeResult) -> str:
    return page(safe)


@pytest.fixture(scope="module")
def english() -> str:
    result = sample_result()
    return page(clear(replace(result, plan=replace(result.plan, language="en")), policy()))


@pytest.fixture(scope="module")
def public() -> str:
    return page(clear(public_result(), policy()))


def visible(source: str) -> str:
    """Return the text and alternative texts of a page, without pictures, style and anchors."""
    body = PNG.sub("", source.split("<main", 1)[1])
    alts = " ".join(re.findall(r'alt="([^"]*)"', body))
    return html.unescape(re.sub(r"<[^>]+>", " ", body) + " " + alts)


class Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def outline(source: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Outline()
    parser.feed(source)
    return parser.tags


def test_every_chapter_is_there_in_order(swedish: str) -> None:
    heads = [html.unescape(h) for h in re.findall(r"<h2[^>]*>(.*?)</h2>", swedish)]
    assert heads == [TABLES["sv"][k] for k in ("ch_summary", *(f"ch{i}" for i in range(1, 10)), "ch_app")]


def test_the_primary_estimate_flow_and_trend_survive(swedish: str) -> None:
    text = visible(swedish)
    assert "7,4\u00a0poäng" in text
    assert "1,0 till 13,8" in text
    assert "Insatsgrupp: Levererade: 85" in text
    assert "Vid start 38, Efter 6 månader 44, Efter 12 månader 48" in text


@pytest.mark.parametrize("name", ["swedish", "public"])
def test_every_number_in_the_page_is_in_the_cleared_result(name: str, request: pytest.FixtureRequest) -> None:
    source = request.getfixturevalue(name)
    result = clear(sample_result() if name == "swedish" else public_result(), policy())
    document = safe_to_json(result)
    known: set[float] = set()

    def gather(value: object) -> None:
        if isinstance(value, dict):
            for item in value.values():
                gather(item)
        elif isinstance(value, list):
            for item in value:
                gather(item)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            known.update({round(abs(value), 6), round(abs(value) * 100, 6)})
        elif isinstance(value, str):
            known.update(float(n) for n in re.findall(r"\d+", value))

    gather(json.loads(document))
    # The abstract says the Swedish summary once more, with English marks.
    text = visible(re.sub(r'<div lang="en".*?</div>', "", source, flags=re.DOTALL))
    for own in TABLES["sv"].values():
        # Numbers of chapters stand in our own texts; those of findings never do.
        if re.match(r"\d |.*SHA-256", own):
            text = text.replace(own, " ")
    text = re.sub(r"[0-9a-f]{64}", " ", text)
    shown = re.findall(r"(?<![\w,.])\d+(?:[\u00a0]\d{3})*(?:,\d+)?", text)
    unknown = {n for n in shown if round(float(n.replace("\u00a0", "").replace(",", ".")), 6) not in known}
    assert len(shown) > 100
    assert unknown == set()


def test_the_page_is_one_file_without_script_or_reference(swedish: str, public: str) -> None:
    for source in (swedish, public):
        rest = PNG.sub("", source)
        for _, attributes in outline(rest):
            assert not any(name.startswith("on") for name in attributes)
            assert (attributes.get("href") or "#").startswith("#")
            assert (attributes.get("src") or "") == ""
        assert not re.search(r"<script|<link|<iframe|https?://|url\(|@import", rest)
        policy_text = next(a["content"] for t, a in outline(rest) if a.get("http-equiv") == "Content-Security-Policy")
        assert policy_text == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def test_the_page_can_be_read_without_seeing_it(swedish: str) -> None:
    tags = outline(swedish)
    names = [name for name, _ in tags]
    assert next(a["lang"] for name, a in tags if name == "html") == "sv"
    assert (names.count("main"), names.count("h1"), names.count("title")) == (1, 1, 1)
    assert names.count("table") == names.count("caption") > 10
    assert all(a.get("scope") in {"col", "row"} for name, a in tags if name == "th")
    ids = [a["id"] for _, a in tags if "id" in a]
    assert len(ids) == len(set(ids))
    assert {(a.get("href") or "")[1:] for name, a in tags if name == "a"} <= set(ids)
    headings = [int(name[1]) for name in names if re.fullmatch(r"h\d", name)]
    assert all(below - above <= 1 for above, below in itertools.pairwise(headings))
    assert any(a.get("class") == "skip" for name, a in tags if name == "a")


def test_alternative_texts_hold_the_numbers(swedish: str) -> None:
    alts = [html.unescape(a) for a in re.findall(r'<img src="[^"]+" alt="([^"]*)"', swedish)]
    assert len(alts) == 6
    assert all(len(re.findall(r"\d", alt)) > 5 for alt in alts)
    assert any("Skillnad i utveckling mellan grupperna: 7,4 poäng (1,0 till 13,8)" in alt for alt in alts)


def test_what_the_report_is_stands_on_page_and_figures(swedish: str, public: str) -> None:
    assert swedish.count("Syntetiska data") >= 2
    assert 'content: "Arbetsrapport · Syntetiska data"' in swedish
    assert 'content: "Arbetsrapport"' in public
    assert "Syntetiska data" not in public


def test_figures_say_synthetic_and_working_report(safe: SafeResult, monkeypatch: pytest.MonkeyPatch) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    said: list[str] = []
    original = FigureCanvasAgg.draw

    def noting(surface: FigureCanvasAgg) -> None:
        said.append(" ".join(text.get_text() for text in surface.figure.findobj(match=_is_text)))
        original(surface)

    monkeypatch.setattr(FigureCanvasAgg, "draw", noting)
    report.results(safe)
    report.data_quality(safe)
    assert len(said) == 6
    assert all("SYNTETISKA DATA" in text and "ARBETSRAPPORT" in text for text in said)


def _is_text(artist: object) -> bool:
    from matplotlib.text import Text

    return isinstance(artist, Text)


def test_pictures_carry_no_metadata(swedish: str) -> None:
    for data in PNG.findall(swedish):
        png = base64.b64decode(data)
        kinds = []
        place = 8
        while place < len(png):
            kinds.append(png[place + 4 : place + 8])
            place += 12 + int.from_bytes(png[place : place + 4], "big")
        assert set(kinds) <= {b"IHDR", b"IDAT", b"IEND"}


def test_markup_in_a_plan_is_shown_as_text() -> None:
    attack = '<script>alert(1)</script><img src=x onerror="alert(2)">{{ 7*7 }}"&'
    result = sample_result()
    text = replace(result.plan_text, background=attack, questions=(attack,), municipality=attack)
    outcomes = tuple(replace(o, label=attack) for o in text.outcomes)
    estimates = tuple(replace(e, label=attack) for e in result.estimates)
    plan = replace(result.plan, title=attack)
    source = page(clear(replace(result, plan=plan, plan_text=replace(text, outcomes=outcomes), estimates=estimates), policy()))
    tags = outline(PNG.sub("", source))
    assert "script" not in [name for name, _ in tags]
    assert not any("onerror" in attributes for _, attributes in tags)
    assert "alert(1)" in visible(source)
    assert "49" not in re.findall(r"<h1>(.*?)</h1>", source)[0]


def test_foreign_html_in_a_notebook_is_cleaned_away(safe: SafeResult) -> None:
    foreign = '<p onclick="x()">a</p><script>x</script><img src="https://example.test/x.png">'
    foreign += '<iframe src="x"></iframe><!-- dold --><a href="http://x">b</a>'
    output = new_output("execute_result", data={"text/html": report.front(safe).source + foreign})
    source = render_report(new_notebook(cells=[new_code_cell("x", outputs=[output])]), "t", "sv")
    for gone in ("onclick", "<script", "example.test", "iframe", "dold", "http://x"):
        assert gone not in source


def test_a_failed_or_empty_notebook_gives_no_report() -> None:
    failed = new_notebook(cells=[new_code_cell("x", outputs=[new_output("error", ename="E", evalue="v", traceback=[])])])
    for notebook in (failed, new_notebook()):
        with pytest.raises(NotebookFailed):
            render_report(notebook, "t", "sv")


def test_the_foot_names_the_fingerprint_of_the_cleared_numbers(safe: SafeResult, swedish: str) -> None:
    import hashlib

    assert hashlib.sha256(safe_to_json(safe).encode("utf-8")).hexdigest() in swedish


def test_a_hidden_loss_is_said_with_the_fixed_phrase() -> None:
    result = sample_result()
    flow = replace(
        result.flows[0], arms=(replace(result.flows[0].arms[0], n_delivered=57),), exclusions=(result.flows[0].exclusions[0],)
    )
    text = visible(page(clear(replace(result, flows=(flow,)), policy())))
    assert "övriga skäl: färre än 10" in text
    assert "inväntar samtycke" not in text


def test_an_english_report_has_no_swedish_words_of_ours(english: str) -> None:
    own = {text for key, text in TABLES["sv"].items() if text != TABLES["en"][key] and len(text) > 12 and "{" not in text}
    # Units are the plan's own words, whatever language it is written in.
    own -= {outcome.unit for outcome in sample_result().plan_text.outcomes}
    body = visible(re.sub(r'<div lang="sv".*?</div>', "", english, flags=re.DOTALL))
    assert {text for text in own if text in body} == set()
    assert '<html lang="en">' in english
    assert "difference in development" in body
    assert re.search(r'<div lang="sv" class="lead">', english)


def test_a_swedish_report_ends_with_an_english_abstract(swedish: str) -> None:
    abstract = re.findall(r'<div lang="en" class="lead">(.*?)</div>', swedish, re.DOTALL)
    assert "difference in development" in abstract[0]


def test_before_and_after_alone_never_claims_an_effect_anywhere() -> None:
    result = sample_result()
    alone = replace(
        result,
        estimates=tuple(e for e in result.estimates if e.group == "treated"),
        effect_sizes=(),
        tests=(),
        flows=tuple(
            replace(f, arms=f.arms[:1], exclusions=tuple(e for e in f.exclusions if e.group == "treated")) for f in result.flows
        ),
        means=tuple(p for p in result.means if p.group == "treated"),
        plan_text=replace(result.plan_text, comparison="none", comparison_description=""),
        evidence=EvidenceVerdict(
            EvidenceLevel.DEVELOPMENT, EvidenceLevel.DEVELOPMENT, ("no-comparison-group",), below_minimum=True
        ),
    )
    text = visible(page(clear(alone, policy())))
    assert not re.search(r"(?<!bi)effekt(?!utvärdering)", text.lower())
    assert "utvecklades" in text


def test_the_same_numbers_give_the_same_bytes_whatever_the_surroundings(swedish: str, tmp_path: Path) -> None:
    script = (
        "import sys; from tests.support.report_page import page; from tests.support.sample_result import *;"
        "from evalkit.release.disclosure import clear; sys.stdout.buffer.write(page(clear(sample_result(), policy())).encode())"
    )
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": "7",
        "TZ": "Asia/Tokyo",
        "LC_ALL": "C",
    }
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, cwd=tmp_path, env=environment)
    assert done.stdout.decode("utf-8") == swedish


def test_the_notebook_only_calls_the_report_with_two_text_parameters() -> None:
    notebook = json.loads((ROOT / "notebooks" / "90_rapport.ipynb").read_text(encoding="utf-8"))
    cells = [c for c in notebook["cells"] if c["cell_type"] == "code"]
    sources = ["".join(c["source"]) for c in cells]
    assert all(len(s.splitlines()) <= 10 and "def " not in s and "class " not in s for s in sources)
    imports = [line for s in sources for line in s.splitlines() if "import" in line]
    assert imports == ["from evalkit.release import report"]
    parameters = next(s for c, s in zip(cells, sources, strict=True) if "parameters" in c["metadata"].get("tags", []))
    assert [line.split(" = ")[0] for line in parameters.splitlines()] == ["plan_file", "run_dir"]
    called = [s.removeprefix("report.").split("(")[0] for s in sources if s.startswith("report.")]
    from tests.support.report_page import CHAPTERS

    assert called == ["headline", *CHAPTERS]


def test_the_cleared_result_is_found_by_name_as_the_newest_and_while_it_is_made(
    safe: SafeResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evalkit.workflow import notebooks, store

    (tmp_path / "params" / "interventions").mkdir(parents=True)
    monkeypatch.setenv("EVALKIT_PROJECT", str(tmp_path))
    monkeypatch.delenv(report.STAGED_VARIABLE, raising=False)
    for folder in ("k1", ".staging-k2"):
        share = tmp_path / "reports" / "np-samverkan" / folder / "share"
        share.mkdir(parents=True)
        (share / "safe_result.json").write_text(safe_to_json(safe), encoding="utf-8")
    plan = "params/interventions/np-samverkan.yaml"
    assert report.open_safe_result(plan, "reports/np-samverkan/k1") == safe
    with pytest.raises(DisclosureRefused):
        report.open_safe_result(plan, "reports/np-samverkan/senaste")
    (tmp_path / "reports" / "np-samverkan" / "senaste.txt").write_text("k1\n", encoding="utf-8")
    assert report.open_safe_result(plan, "reports/np-samverkan/senaste") == safe
    monkeypatch.setenv(report.STAGED_VARIABLE, "reports/np-samverkan/.staging-k2")
    assert report.open_safe_result(plan, "reports/np-samverkan/k2") == safe
    assert (report.STAGED_VARIABLE, report.LATEST, f"{report.LATEST}.txt") == (
        notebooks.STAGED_VARIABLE,
        store.LATEST,
        store.POINTER,
    )
