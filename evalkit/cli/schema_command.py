"""``evalkit schema``: JSON Schemas, for editors and for whoever reads our files with other programs."""

from __future__ import annotations

import argparse
import json
from pathlib import Path


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="where the schemas are written")


def execute(arguments: argparse.Namespace) -> int:
    """Write one NAME.schema.json for each kind of file: plan, disclosure, instrument, result, safe_result."""
    from pydantic import TypeAdapter

    from evalkit.files import write_text
    from evalkit.findings.result import EvaluationResult
    from evalkit.findings.safe import SafeResult
    from evalkit.plan.schema import schemas

    kinds = {
        **schemas(),
        "result": TypeAdapter(EvaluationResult).json_schema(),
        "safe_result": TypeAdapter(SafeResult).json_schema(),
    }
    for name, schema in kinds.items():
        path = arguments.folder / f"{name}.schema.json"
        write_text(path, json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True) + "\n")
        print(path)
    return 0
