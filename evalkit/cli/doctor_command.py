"""``evalkit doctor``: what is missing on this machine."""

from __future__ import annotations

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments: none."""


def execute(arguments: argparse.Namespace) -> int:  # noqa: ARG001, RUF100 - every command has this signature
    """Print every finding; 8 if something is missing, else 0."""
    from evalkit.plan.project import find_project
    from evalkit.workflow.machine import examine

    findings = examine(find_project())
    for finding in findings:
        print(f"{finding.state:<8} {finding.text}")
    return 8 if any(finding.state == "saknas" for finding in findings) else 0
