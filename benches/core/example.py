"""Programs in Rust that measure the engine alone and print JSON: the examples of `dynacore-benches`."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from benches.core.estimates import ROOT

LIMIT_SECONDS = 900
_COMMAND = ["cargo", "run", "--quiet", "--release", "--locked", "--package", "dynacore-benches", "--example"]


def measured(name: str, *arguments: int) -> dict[str, Any]:
    """What the example of a name prints, given these arguments."""
    command = [*_COMMAND, name, "--", *map(str, arguments)]
    finished = subprocess.run(
        command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=LIMIT_SECONDS
    )
    printed: dict[str, Any] = json.loads(finished.stdout)
    return printed
