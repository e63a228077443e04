"""Run in a process of its own by test_crash: imports once, computes once, then forks a child for every way to die.

What costs time (reading, gate, estimates, executed notebooks) is computed by the first whole run and handed to the later ones, so
that each child is about the writes alone; the last rerun computes everything again.
"""

import functools
import json
import os
import resource
import shutil
import sys
from pathlib import Path

from evalkit.errors import EvalkitError
from evalkit.files import CRASH_AT
from evalkit.plan.project import Project
from evalkit.workflow import notebooks, run
from tests.support.small_run import ID, contents, deliver, small_project


def remembered(function, key):
    """Return `function` with its results kept by `key` of its arguments."""
    kept = {}

    @functools.wraps(function)
    def again(*arguments, **named):
        name = key(*arguments)
        if name not in kept:
            kept[name] = function(*arguments, **named)
        return kept[name]

    return again


def child(work):
    """Fork, do `work` in the child, return how it ended."""
    pid = os.fork()
    if pid == 0:
        code = 0
        try:
            work()
        except EvalkitError as exc:
            print(exc.code, flush=True)
            code = exc.exit_code
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def main(folder: Path) -> dict:
    """Return what happened for every write at which the run was killed, and on a full disk."""
    analyse, execute = run._analyse, notebooks.execute
    run._analyse = remembered(analyse, lambda project, inputs, progress: inputs.run)
    notebooks.execute = remembered(execute, lambda project, path, values: (path.name, values["run_dir"]))
    first = small_project(folder / "första")
    run.run(first, ID)
    deliver(first, "2020-06-30", shift=1.0)
    shutil.copytree(first.root, folder / "hel")
    whole = Project(folder / "hel")
    run.run(whole, ID)
    old, undisturbed = contents(first.root / "reports"), results(whole)
    found = {"crashes": [], "n_files": len(undisturbed)}
    for k in range(1, 100):
        project = Project(folder / f"k{k}")
        shutil.copytree(first.root, project.root)
        code = child(lambda k=k, project=project: killed_at(k, project))
        found["crashes"].append({"k": k, "code": code, **after(project, old, undisturbed)})
        if code == 0:
            break
    full = Project(folder / "full")
    shutil.copytree(first.root, full.root)
    found["full"] = {"code": child(lambda: on_a_full_disk(full)), **after(full, old, undisturbed)}
    run._analyse, notebooks.execute = analyse, execute
    again = Project(folder / "k3")
    shutil.rmtree(again.reports(ID))
    run.run(again, ID)
    found["computed_again"] = newest(results(again)) == newest(undisturbed)
    return found


def killed_at(k: int, project: Project) -> None:
    """Run until write `k` of this process, counted from now."""
    import itertools

    from evalkit import files

    files._writes = itertools.count(1)
    os.environ[CRASH_AT] = str(k)
    run.run(project, ID)


def on_a_full_disk(project: Project) -> None:
    """Run where no file may grow beyond 20 kB."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
    run.run(project, ID)


def after(project: Project, old: dict, undisturbed: dict) -> dict:
    """Return whether the old report stands, no half one is seen, and the next run gives the undisturbed bytes."""
    now = contents(project.root / "reports")
    pointed = (project.reports(ID) / "senaste.txt").read_text(encoding="utf-8").strip()
    stands = all(now.get(name) == content for name, content in old.items() if not name.endswith("senaste.txt"))
    seen = {name.split("/")[1] for name in now if not name.split("/")[1].startswith(".")} - {"senaste.txt"}
    whole = all(f"{ID}/{name}/manifest.json" in now for name in seen)
    code = child(lambda: run.run(project, ID))
    return {
        "old_stands": stands,
        "no_half_run": whole and f"{ID}/{pointed}/manifest.json" in now,
        "next_code": code,
        "next_is_undisturbed": results(project) == undisturbed,
    }


def newest(everything: dict) -> dict:
    """Return the bytes that belong to the second delivery's run."""
    return {name: content for name, content in everything.items() if "/2020-06-30-" in name}


def results(project: Project) -> dict:
    """Return all bytes that runs left in the project."""
    return contents(project.root / "reports") | {f"data/{n}": c for n, c in contents(project.root / "data" / "processed").items()}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
