"""Prepare evalkit in this folder, then run it. Needs Python 3.11-3.13 and pip, no admin rights, nothing else.

    python start.py demo          the whole job on the two synthetic demonstration evaluations
    python start.py test          the test suite
    python start.py wheelhouse    download every locked wheel to wheelhouse/, for a computer without internet
    python start.py evalkit ...   any evalkit command, such as: python start.py evalkit check np-samverkan

The first call makes the folder .venv and installs exactly what requirements.lock names, hash by hash; where wheelhouse/ exists,
from there and without any network. On Windows, write ``py`` instead of ``python``.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
LOCK = ROOT / "requirements.lock"
WHEELHOUSE = ROOT / "wheelhouse"
OLDEST, NEWEST = (3, 11), (3, 13)


def main(arguments: list[str]) -> int:
    """Run one of the commands of the module's docstring; returns its exit code."""
    commands = {"demo": _demo, "test": _test, "wheelhouse": _wheelhouse, "evalkit": _evalkit}
    if not arguments or arguments[0] not in commands:
        print(__doc__)
        return 0 if arguments and arguments[0] in {"-h", "--help"} else 2
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        print(f"evalkit behöver Python 3.11, 3.12 eller 3.13; det här är {sys.version.split()[0]}.", file=sys.stderr)
        return 2
    return commands[arguments[0]](arguments[1:])


def _demo(rest: list[str]) -> int:
    return _evalkit(["demo", *rest])


def _test(rest: list[str]) -> int:
    return _call(_python(), "-m", "pytest", "-n", "auto", "--dist", "loadfile", *rest)


def _evalkit(rest: list[str]) -> int:
    return _call(_python(), "-m", "evalkit", *rest)


def _wheelhouse(rest: list[str]) -> int:
    wheels = ("--only-binary", ":all:", "--require-hashes", "-r", str(LOCK), "-d", str(WHEELHOUSE))
    return _call(sys.executable, "-m", "pip", "download", "-q", *wheels, *rest)


def _call(*command: str) -> int:
    return subprocess.call(command, cwd=ROOT)


def _python() -> str:
    """Return the interpreter of the project's own environment, made or renewed where the lock file has changed."""
    folder = Path(os.environ.get("EVALKIT_VENV", ROOT / ".venv"))
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = folder / "evalkit-installed.txt"
    wanted = hashlib.sha256(LOCK.read_bytes() + (ROOT / "pyproject.toml").read_bytes() + str(ROOT).encode()).hexdigest()
    if python.exists() and stamp.exists() and stamp.read_text("utf-8") == wanted:
        return str(python)
    print(f"Förbereder {folder.name} efter requirements.lock (första gången tar några minuter) ...", flush=True)
    if not python.exists():
        venv.create(folder, with_pip=True, clear=folder.exists())
    # Compiled once here, or every notebook pays for it; uv does not do it by itself.
    environment = {**os.environ, "UV_COMPILE_BYTECODE": "1"}
    for step in _installation(python):
        subprocess.run(step, cwd=ROOT, check=True, env=environment)
    _settle_jupyter(folder)
    stamp.write_text(wanted, "utf-8")
    return str(python)


def _settle_jupyter(folder: Path) -> None:
    """Switch off JupyterLab's news, update checks, extension installs and kernel history, also for ``jupyter lab`` alone."""
    lab = {"news_url": None, "check_for_updates_class": "jupyterlab.NeverCheckForUpdate", "extension_manager": "readonly"}
    settings = {
        "jupyter/jupyter_lab_config.json": {"LabApp": lab},
        "ipython/ipython_kernel_config.json": {"HistoryManager": {"enabled": False}},
    }
    for name, content in settings.items():
        path = folder / "etc" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=2), "utf-8")


def _installation(python: Path) -> list[list[str]]:
    uv = shutil.which("uv")
    pip = [uv, "pip", "install", "--python", str(python)] if uv else [str(python), "-m", "pip", "install"]
    offline = ["--no-index", "--find-links", str(WHEELHOUSE)] if WHEELHOUSE.is_dir() else []
    locked = ["--only-binary", ":all:", "--require-hashes", "-r", str(LOCK)]
    project = ["--no-deps", "--no-build-isolation", "-e", str(ROOT)]
    compilation = [str(python), "-m", "compileall", "-q", str(ROOT / "evalkit")]
    return [[*pip, "-q", *offline, *locked], [*pip, "-q", *offline, *project], compilation]


if __name__ == "__main__":
    try:
        raise SystemExit(main(sys.argv[1:]))
    except subprocess.CalledProcessError as error:
        print(
            "Installationen avbröts; meddelandet ovan säger varför. Kör samma kommando igen när det är åtgärdat.", file=sys.stderr
        )
        raise SystemExit(8) from error
