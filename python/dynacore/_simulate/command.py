"""The command line of the planner."""

from __future__ import annotations

import importlib.util
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from dynacore import _core
from dynacore._simulate.report import print_report
from dynacore._simulate.scenario import ScenarioText, read_scenario

REFRESH_SECONDS = 0.1


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("scenario", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the JSON document to a file."
)
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a page with charts. Needs matplotlib: pip install 'dynacore[plot]'.",
)
@click.option("--no-color", is_flag=True, help="Print without colours. So does NO_COLOR in the environment.")
def simulate(scenario: Path, as_json: bool, output: Path | None, html: Path | None, no_color: bool) -> None:
    """Play SCENARIO in virtual time: throttles, latencies, capacity, heat, and the bill.

    SCENARIO is a file in TOML, JSON or Python: tables with their throughput and scaling, and loads with their
    rates and keys. Every request goes through the engine that serves real ones.
    """
    if html is not None and importlib.util.find_spec("matplotlib") is None:
        raise click.UsageError("--html needs matplotlib, which is not here: pip install 'dynacore[plot]'")
    messages = Console(stderr=True, no_color=no_color or None, highlight=False)
    began = time.monotonic()
    try:
        text = read_scenario(scenario)
        report = _play(text, messages, shown=messages.is_terminal or not as_json)
    except (ValueError, UnicodeDecodeError) as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        click.echo(json.dumps(report, indent=2))
    else:
        console = Console(no_color=no_color or None, highlight=False)
        print_report(report, console, time.monotonic() - began)
    _save(report, output, html, messages)


def _play(scenario: ScenarioText, messages: Console, *, shown: bool) -> Any:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(
        *columns, console=messages, disable=not shown, transient=True, auto_refresh=False
    ) as progress:
        task = progress.add_task("simulating", total=1.0)
        next_refresh = 0.0

        def tell(done: float) -> None:
            nonlocal next_refresh
            now = time.monotonic()
            if now >= next_refresh:
                next_refresh = now + REFRESH_SECONDS
                progress.update(task, completed=done, refresh=True)

        return json.loads(_core.simulate(*scenario, tell))


def _save(report: Any, output: Path | None, html: Path | None, messages: Console) -> None:
    try:
        if output is not None:
            output.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
            messages.print(f"The document is in {output}")
        if html is not None:
            from dynacore._simulate.page import save_page

            save_page(report, html)
            messages.print(f"The page is in {html}")
    except OSError as error:
        raise click.ClickException(f"cannot write {error.filename}: {error.strerror}") from error


def main(arguments: Sequence[str]) -> None:
    """Run the command. Its errors are for the command line that called it to show."""
    try:
        simulate.main(list(arguments), prog_name="dynacore simulate", standalone_mode=False)
    except click.Abort:
        click.echo("Interrupted.", err=True)
        # What a shell expects of a program that ended by SIGINT.
        sys.exit(130)
