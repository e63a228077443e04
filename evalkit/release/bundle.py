"""The one file that a receiver gets, and how anybody can see that it is unaltered and says one thing only. No project needed."""

from __future__ import annotations

import html
import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evalkit.errors import NotReproduced
from evalkit.files import sha256_bytes
from evalkit.findings.safe import SafeResult, safe_from_json
from evalkit.plan.form_names import FORM_FILES, SHAREABLE
from evalkit.release.bundle_numbers import unknown_numbers
from evalkit.release.form_text import text_of
from evalkit.release.scan import Finding, Scan, scan_bytes

BUNDLE_FORMAT = 1
MANIFEST, CHECKSUMS, README = "manifest.json", "SHA256SUMS.txt", "LÄS-MIG.html"
_ORIGIN = (1980, 1, 1, 0, 0, 0)
_MOST_BYTES = 100_000_000


@dataclass(frozen=True, slots=True)
class Label:
    """What a bundle says about itself.

    Attributes
    ----------
    ledger_hash : str
        Hash of the ledger's last line before this release: it shows the house's ledger was not cut off afterwards.
    """

    intervention: str
    title: str
    kind: str
    run: str
    receiver: str
    receiver_name: str
    sequence: int
    ledger_hash: str


def make_bundle(files: dict[str, bytes], label: Label) -> bytes:
    """Return the bundle of `files` as zip bytes: the same input gives the same bytes on every machine.

    Raises
    ------
    NotReproduced
        If a file is not one that may be shared.
    """
    strangers = sorted(set(files) - set(SHAREABLE))
    if strangers:
        raise NotReproduced(f"{', '.join(strangers)}: hör inte till det som får delas", code="SHARE-FILE")
    members = dict(files)
    members[README] = _readme(files, label).encode("utf-8")
    listed = [{"path": name, "sha256": sha256_bytes(content), "size": len(content)} for name, content in sorted(members.items())]
    manifest = {
        "bundle_format": BUNDLE_FORMAT,
        "files": listed,
        **{name: getattr(label, name) for name in Label.__slots__},
    }
    members[MANIFEST] = (json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode("utf-8")
    members[CHECKSUMS] = "".join(f"{sha256_bytes(content)}  {name}\n" for name, content in sorted(members.items())).encode("utf-8")
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(members.items()):
            entry = zipfile.ZipInfo(name, _ORIGIN)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, content)
    return target.getvalue()


def scan_bundle(files: dict[str, bytes], scan: Scan) -> tuple[Finding, ...]:
    """Return what the second layer finds in the files of a bundle."""
    return tuple(finding for name, content in sorted(files.items()) for finding in scan_bytes(name, content, scan))


def read_bundle(path: Path) -> dict[str, bytes]:
    """Return the members of a bundle.

    Raises
    ------
    NotReproduced
        If it is no zip, is damaged, or holds a name twice or one that leads out of it.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            names = [entry.filename for entry in entries]
            plain = all("/" not in name and "\\" not in name and ".." not in name for name in names)
            if len(set(names)) != len(names) or not plain or sum(e.file_size for e in entries) > _MOST_BYTES or archive.comment:
                raise _altered(path, "arkivet har inte den form som evalkit skriver")
            return {name: archive.read(name) for name in names}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError):
        raise _altered(path, "filen är skadad eller inget zip-arkiv; be om den igen") from None


def verify_bundle(path: Path) -> tuple[dict[str, Any], SafeResult | None]:
    """Check that a bundle is unaltered and says one thing, and return its manifest and cleared result.

    Raises
    ------
    NotReproduced
        That names every file which is changed, missing or added, and every number of the report that the cleared result has not.
    """
    members = read_bundle(path)
    manifest = _manifest(path, members)
    stated = {entry["path"]: entry["sha256"] for entry in manifest["files"]}
    found = {name: sha256_bytes(content) for name, content in members.items() if name not in {MANIFEST, CHECKSUMS}}
    faults = [
        f"{name}: ändrad, saknas eller hör inte dit"
        for name in sorted(stated.keys() | found.keys())
        if stated.get(name) != found.get(name)
    ]
    sums = "".join(f"{sha256_bytes(content)}  {name}\n" for name, content in sorted(members.items()) if name != CHECKSUMS)
    if members.get(CHECKSUMS) != sums.encode("utf-8"):
        faults.append(f"{CHECKSUMS}: stämmer inte med filerna")
    faults += [f"{name}: hör inte till det som får delas" for name in sorted(set(found) - {*SHAREABLE, README})]
    if faults:
        raise _altered(path, "\n  ".join(faults))
    safe = safe_from_json(members["safe_result.json"].decode("utf-8")) if "safe_result.json" in members else None
    if safe is not None:
        for name in sorted(set(members) & set(FORM_FILES)):
            _refuse_unknown(path, name, members[name], safe)
    return manifest, safe


def _refuse_unknown(path: Path, name: str, content: bytes, safe: SafeResult) -> None:
    from pypdf.errors import PyPdfError

    try:
        text = text_of(name, content)
    except (ValueError, KeyError, OSError, zipfile.BadZipFile, PyPdfError):
        raise _altered(path, f"{name}: går inte att läsa som den fil den heter") from None
    unknown = unknown_numbers(text, safe)
    if unknown:
        listed = "\n  ".join(unknown[:20])
        raise _altered(path, f"{name} innehåller {len(unknown)} tal som inte finns i det frisläppta resultatet:\n  {listed}")


def _manifest(path: Path, members: dict[str, bytes]) -> dict[str, Any]:
    try:
        manifest = json.loads(members[MANIFEST])
        known = manifest["bundle_format"] == BUNDLE_FORMAT and all({"path", "sha256"} <= set(e) for e in manifest["files"])
    except (KeyError, ValueError, TypeError):
        known = False
    if not known:
        raise _altered(path, f"{MANIFEST} saknas eller går inte att läsa")
    return dict(manifest)


def _altered(path: Path, why: str) -> NotReproduced:
    return NotReproduced(f"{path.name}: {why}", code="BUNDLE-ALTERED")


def _readme(files: dict[str, bytes], label: Label) -> str:
    rows = "".join(
        f"<tr><td>{html.escape(name)}</td><td><code>{sha256_bytes(content)}</code></td></tr>"
        for name, content in sorted(files.items())
    )
    text = {name: html.escape(str(getattr(label, name))) for name in Label.__slots__}
    return _PAGE.format(rows=rows, **text)


_PAGE = """<!doctype html>
<html lang="sv">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Läs mig: {title}</title>
<style>body{{font-family:sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;line-height:1.5}}
code{{word-break:break-all}}td,th{{text-align:left;vertical-align:top;padding:.3rem .6rem}}</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>Det här paketet är gjort för {receiver_name}. Det innehåller en {kind} ur körningen {run}, release nummer {sequence}.
Alla siffror är granskade mot röjande: små grupper är dolda eller sammanslagna, antal är avrundade.</p>
<h2>Så kontrollerar du att inget är ändrat</h2>
<p>Enklast: installera evalkit och kör <code>evalkit verify</code> följt av zip-filens namn. Det kräver inga data och inget
projekt. Det kontrollerar att varje fil är oförändrad och att varje tal i rapporten finns i det frisläppta
resultatet, om båda finns i paketet.</p>
<p>Utan evalkit: jämför filernas kontrollsummor (SHA-256) med tabellen. I Windows:
<code>certutil -hashfile report.html SHA256</code>.
Fråga avsändaren om hela zip-filens kontrollsumma: den står i godkännandet och i avsändarens liggare, inte här.</p>
<table>
<caption>Kontrollsummor</caption>
<thead><tr><th scope="col">Fil</th><th scope="col">SHA-256</th></tr></thead>
<tbody>{rows}</tbody>
</table>
<h2>Liggaren</h2>
<p>Avsändaren för liggare över allt som lämnats ut. Före den här releasen slutade den med
<code>{ledger_hash}</code>. Spara summan: den visar om liggaren senare kortats av.</p>
</main>
</body>
</html>
"""
