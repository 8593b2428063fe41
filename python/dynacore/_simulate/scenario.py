"""A scenario's file: TOML, JSON or Python."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import NamedTuple


class ScenarioText(NamedTuple):
    """A scenario as the engine reads it."""

    text: str
    is_json: bool
    directory: Path
    """Where the files are that it names."""


def read_scenario(path: Path) -> ScenarioText:
    """Read a scenario. One in Python has its tables and loads in a dictionary named `scenario`."""
    directory = path.resolve().parent
    if path.suffix != ".py":
        return ScenarioText(path.read_text(encoding="utf-8"), path.suffix == ".json", directory)
    scenario = runpy.run_path(str(path)).get("scenario")
    if not isinstance(scenario, dict):
        raise ValueError(f"{path} has no dictionary named `scenario`")
    return ScenarioText(json.dumps(scenario), True, directory)
