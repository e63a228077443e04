"""HTML and SVG: what runs, what is fetched, what is hidden, and what a drawing tells about single persons."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from evalkit.release.scan.finding import Scan

_ACTIVE = frozenset({"script", "iframe", "object", "embed", "applet", "form", "base", "foreignobject", "frame", "audio", "video"})
_FETCHING = frozenset({"src", "srcset", "poster", "background", "action", "formaction", "data", "ping", "xlink:href", "manifest"})
_OUTSIDE = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:)?//|^\s*(?:https?|ftp|file|ws|wss):", re.IGNORECASE)
_UNSEEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*[01](?:\.\d+)?(?:px|pt|em)?\b|(?<!-)opacity\s*:\s*0(?:\.0+)?(?![\d.])"
    r"|(?<![-\w])color\s*:\s*(?:white|#fff(?:fff)?|transparent)\b|text-indent\s*:\s*-\d{3,}",
    re.IGNORECASE,
)
_CSS_FETCH = re.compile(r"@import|url\(\s*['\"]?\s*(?:[a-z]+:)?//", re.IGNORECASE)
_PAIRS = re.compile(r"-?\d+(?:\.\d+)?")
_MOST_POINTS = 10


class Markup(HTMLParser):
    """Notes active content, references, hidden parts; collects embedded data for whoever opens them."""

    def __init__(self, where: str, scan: Scan) -> None:
        super().__init__(convert_charrefs=True)
        self.where, self.scan = where, scan
        self.embedded: list[str] = []
        self.style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Judge one element."""
        self.style = tag == "style"
        if tag in _ACTIVE or (tag == "meta" and any(k == "http-equiv" and (v or "").lower() == "refresh" for k, v in attrs)):
            self.scan.add("SCRIPT", self.where)
        for name, raw in attrs:
            self._attribute(tag, name, raw or "")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        plain = re.sub(r"[\s\x00-\x1f]", "", value).lower()
        if name.startswith("on") or plain.startswith(("javascript:", "vbscript:")) or name == "srcdoc":
            self.scan.add("SCRIPT", self.where)
        loads = name in _FETCHING or (name == "href" and tag in {"link", "image", "use", "feimage"})
        if (loads and not (name == "xlink:href" and tag == "a") and _OUTSIDE.search(value)) or (
            name == "style" and _CSS_FETCH.search(value)
        ):
            self.scan.add("EXT-URL", self.where)
        if plain.startswith("data:"):
            self.embedded.append(re.sub(r"\s", "", value))
        if (name == "style" and _UNSEEN.search(value)) or (name == "hidden" and tag not in {"svg", "path"}):
            self.scan.add("HIDDEN", self.where)
        if name.startswith("data-") and re.search(r"\d", value) and len(value) > 3:
            self.scan.add("HIDDEN", self.where)

    def handle_data(self, data: str) -> None:
        """Judge a style sheet."""
        if self.style and _CSS_FETCH.search(data):
            self.scan.add("EXT-URL", self.where)

    def handle_endtag(self, tag: str) -> None:
        """Leave a style sheet."""
        self.style = self.style and tag != "style"

    def handle_comment(self, data: str) -> None:
        """Judge a comment: long ones with figures in them are no remark."""
        if len(data) > 120 and len(re.findall(r"\d+", data)) > 5:
            self.scan.add("HIDDEN", self.where)


def judge_drawing(svg: str, where: str, scan: Scan) -> None:
    """Note points, lines, whiskers and bars of single persons in a vector drawing; simulated ones are spared."""
    if scan.simulated:
        return
    body = re.sub(r"<style.*?</style>|<defs>.*?</defs>|<clipPath.*?</clipPath>", "", svg, flags=re.DOTALL)
    drawn = re.sub(r'<g id="[xy]tick_\d+">.*?</g>\s*</g>\s*(?:<g id="text_\d+">.*?</g>\s*)?</g>', "", body, flags=re.DOTALL)
    if len(re.findall(r"<use\b", drawn)) >= _MOST_POINTS or len(re.findall(r"<(?:circle|ellipse)\b", drawn)) >= _MOST_POINTS:
        scan.add("FIG-POINTS", where)
    shapes = [(path, [float(n) for n in _PAIRS.findall(path)]) for path in re.findall(r'<path d="([^"]*)"', drawn)]
    lines = [path for path, points in shapes if "z" not in path.lower() and len(points) >= 4]
    lines += re.findall(r"<(?:polyline|line)\b", drawn)
    if len(lines) >= 3 * _MOST_POINTS or (len(lines) >= _MOST_POINTS and not _is_box(shapes)):
        scan.add("FIG-POINTS", where)
    if _is_box(shapes):
        scan.add("FIG-EXTREME", where)
    if any(_steps(points) >= _MOST_POINTS for path, points in shapes if "z" not in path.lower()) or _small_bins(shapes):
        scan.add("FIG-SMALLBIN", where)


def _is_box(shapes: list[tuple[str, list[float]]]) -> bool:
    """Whether a closed box stands beside the two whiskers that touch it."""
    for path, p in shapes:
        if "z" in path.lower() or len(p) != 10 or p[:2] != p[8:]:
            continue
        middle = {round((p[0] + p[2]) / 2, 2), round((p[1] + p[5]) / 2, 2)}
        whiskers = [q for _, q in shapes if len(q) == 4 and (round(q[0], 2) in middle or round(q[1], 2) in middle)]
        if len(whiskers) >= 2:
            return True
    return False


def _steps(points: list[float]) -> int:
    """Return the number of stairs in a line: level, then straight down or up."""
    xs, ys = points[::2], points[1::2]
    turns = 0
    for i in range(2, min(len(xs), len(ys))):
        level = abs(ys[i - 1] - ys[i - 2]) < 1e-6 and abs(xs[i - 1] - xs[i - 2]) > 1e-6
        straight = abs(xs[i] - xs[i - 1]) < 1e-6 and abs(ys[i] - ys[i - 1]) > 1e-6
        turns += level and straight
    return turns


def _small_bins(shapes: list[tuple[str, list[float]]]) -> bool:
    """Whether many equal bars all have a height that is a multiple of the lowest: the lowest is most likely one person."""
    bars = [p for path, p in shapes if "z" in path.lower() and len(p) == 8]
    bars = [p for p in bars if p[0] == p[6] and p[2] == p[4]]
    if len(bars) < 5:
        return False
    width = bars[-1][2] - bars[-1][0]
    heights = [abs(p[1] - p[5]) for p in bars if abs((p[2] - p[0]) - width) < 1e-3]
    heights = [h for h in heights if h > 1e-6]
    if len(heights) < 3 or max(heights) / min(heights) < 2:
        return False
    return all(abs(h / min(heights) - round(h / min(heights))) < 0.02 for h in heights)
