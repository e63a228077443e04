"""``evalkit pap``: the pre-analysis plan out of the evaluation plan, in Swedish and English."""

from __future__ import annotations

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("plan", metavar="ID", help="intervention")


def execute(arguments: argparse.Namespace) -> int:
    """Write reports/ID/plan/analysplan-sv and -en as HTML and DOCX; tell what the plan leaves open."""
    from evalkit.files import write_bytes, write_text
    from evalkit.methods.pap import preanalysis_plan
    from evalkit.plan.loader import load_plan
    from evalkit.plan.project import find_project
    from evalkit.release.pap_page import pap_docx, pap_html
    from evalkit.workflow.locking import content_sha256, lock_state

    project = find_project()
    plan = load_plan(project.plan_file(arguments.plan))
    pap = preanalysis_plan(plan, content_sha256=content_sha256(plan), locked=lock_state(project, plan).locked)
    for language in ("sv", "en"):
        path = project.reports(plan.id) / "plan" / f"analysplan-{language}.html"
        write_text(path, pap_html(pap, language))
        print(project.relative(path))
        write_bytes(path.with_suffix(".docx"), pap_docx(pap, language))
        print(project.relative(path.with_suffix(".docx")))
    print(f"{len(pap.missing)} frågor saknar svar i planen och står som [SAKNAS]")
    state = "låst" if pap.locked else f"inte låst ännu: evalkit lock {plan.id} binder den"
    print(f"planens innehåll {pap.content_sha256[:12]}, {state}")
    return 0
