"""The lock file, environment.yml, pyproject.toml and start.py say the same, and no file in git names a package index."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
CARD = {"jupyterlab", "papermill", "pandas", "statsmodels", "linearmodels", "seaborn", "great-expectations", "nbval"}
PIN = re.compile(r"^([a-z0-9._-]+)==(\S+)", re.IGNORECASE | re.MULTILINE)


def lock() -> str:
    return (ROOT / "requirements.lock").read_text("utf-8")


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def canonical(requirement: str) -> str:
    return re.match(r"[A-Za-z0-9._-]+", requirement)[0].lower().replace("_", "-")


def test_every_direct_requirement_and_the_whole_card_are_locked():
    declared = {canonical(line) for line in project()["project"]["dependencies"]}
    extras = project()["project"]["optional-dependencies"]
    development = {canonical(line) for name in ("dev", "study") for line in extras[name]}
    locked = {name.lower() for name, _ in PIN.findall(lock())}
    assert (declared | development | CARD) - locked == set()


def test_every_locked_requirement_has_hashes():
    blocks = re.split(r"\n(?=\S)", lock().strip())
    assert len(blocks) > 100
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_environment_yml_installs_a_supported_python_and_exactly_the_lock():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    python, pip, section = environment["dependencies"]
    assert environment["channels"] == ["conda-forge", "nodefaults"]
    assert (python, pip) == ("python=3.12", "pip")
    assert section == {"pip": ["--only-binary=:all:", "-r requirements.lock"]}
    assert project()["project"]["requires-python"] == ">=3.11,<3.14"


def test_the_installed_packages_are_the_locked_ones():
    from importlib.metadata import PackageNotFoundError, version

    wrong = []
    for line in lock().splitlines():
        match = re.match(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)\s*(?:;\s*([^\\]+))?", line)
        if not match or not applies(match[3]):
            continue
        try:
            installed = version(match[1])
        except PackageNotFoundError:
            installed = "saknas"
        if installed != match[2]:
            wrong.append(f"{match[1]}: låst {match[2]}, installerat {installed}")
    assert wrong == []


def applies(marker: str | None) -> bool:
    from packaging.markers import Marker

    return marker is None or Marker(marker.strip()).evaluate()


def test_no_tracked_file_names_a_package_index_or_a_path_of_a_machine():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        names = [path.relative_to(ROOT).as_posix() for path in ROOT.glob("evalkit/**/*.py")]
    else:
        names = [name for name in listed.stdout.decode("utf-8").split("\0") if name]
    patterns = ("index" + "-url", "pypi" + ".org", "files.python" + "hosted", "/ro" + "ot/", "/home" + "/")
    found = []
    for name in names:
        path = ROOT / name
        if path.suffix in {".png", ".xlsx", ".dta"} or not path.is_file():
            continue
        text = path.read_text("utf-8", errors="replace")
        found += [f"{name}: {pattern}" for pattern in patterns if pattern in text]
    assert found == []


def test_start_explains_itself_and_refuses_an_unknown_word():
    shown = subprocess.run([sys.executable, ROOT / "start.py", "--help"], capture_output=True, text=True, check=False)
    assert shown.returncode == 0
    assert "python start.py demo" in shown.stdout
    assert subprocess.run([sys.executable, ROOT / "start.py", "dmeo"], capture_output=True, check=False).returncode == 2


def test_importing_evalkit_loads_no_heavy_package():
    code = "import sys, evalkit, evalkit.cli, evalkit.plan.evaluation; print(sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for heavy in ("pandas", "numpy", "statsmodels", "great_expectations", "papermill", "matplotlib"):
        assert f"'{heavy}'" not in loaded


def test_the_walls_between_the_rooms_stand():
    done = subprocess.run([Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
