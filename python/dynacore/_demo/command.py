"""The command line of the demo."""

from __future__ import annotations

import importlib.util
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from dynacore._demo.cars import load_cars
from dynacore._demo.experiment import PUBLISHED, Experiment
from dynacore._demo.outcome import Assumptions, Outcome
from dynacore._demo.progress import BatchProgress
from dynacore._demo.report import print_report
from dynacore._demo.svg_chart import SvgChart
from dynacore.exceptions import ClientError

FITTED = Assumptions()


class Seconds(click.FloatRange):
    """A span of time: a finite number, not negative."""

    name = "seconds"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read it."""
        seconds = float(super().convert(value, param, ctx))
        if not math.isfinite(seconds):
            self.fail(f"{value} is no span of time.", param, ctx)
        return seconds


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--idle",
    default=FITTED.idle_seconds,
    show_default=True,
    type=Seconds(0, 86_400),
    help="How long the table exists before batch 1. Fitted.",
)
@click.option(
    "--switch-on",
    default=FITTED.switch_on_seconds,
    show_default=True,
    type=Seconds(0, 86_400),
    help="How long switching auto scaling on takes, after batch 1. Fitted.",
)
@click.option(
    "--latency",
    default=FITTED.latency_seconds,
    show_default=True,
    type=Seconds(0, 10),
    help="How long a request takes. Fitted.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@click.option(
    "--svg",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    metavar="FILE",
    help="Write the chart to FILE. Needs matplotlib: pip install 'dynacore[plot]'.",
)
@click.option("--no-color", is_flag=True, help="Print without colours. So does NO_COLOR in the environment.")
def demo(
    idle: float, switch_on: float, latency: float, as_json: bool, svg: Path | None, no_color: bool
) -> None:
    """Replay a published auto-scaling experiment in virtual time.

    A table with 5 read and 5 write capacity units. Batch 1: 1,500 cars, put one by one. Then auto scaling is
    switched on for writes: 5 to 100 units, target 70 %. Batch 2: 5,000 cars. 180 s of waiting. Batch 3: 5,000
    cars. Times are in seconds.
    """
    if svg is not None and importlib.util.find_spec("matplotlib") is None:
        raise click.UsageError("--svg needs matplotlib, which is not here: pip install 'dynacore[plot]'")
    messages = Console(stderr=True, no_color=no_color or None, highlight=False)
    outcome = _play(Assumptions(idle, switch_on, latency), messages, quiet=as_json)
    if as_json:
        click.echo(json.dumps(outcome.document(), indent=2))
    else:
        print_report(outcome, Console(no_color=no_color or None, highlight=False))
    if svg is not None:
        _save(outcome, svg)
        messages.print(f"The chart is in {svg}")


def _play(assumptions: Assumptions, messages: Console, *, quiet: bool) -> Outcome:
    loads = [load_cars(number) for number in range(1, len(PUBLISHED) + 1)]
    # Where a document is wanted, the bars are for people only: not for a log that both streams go to.
    with BatchProgress(messages, shown=messages.is_terminal or not quiet) as progress:
        try:
            return Experiment(assumptions, progress).run(loads)
        except ClientError as error:
            raise click.ClickException(f"the simulated client gave up: {error}") from error


def _save(outcome: Outcome, path: Path) -> None:
    try:
        SvgChart(outcome).save(path)
    except OSError as error:
        raise click.ClickException(f"cannot write {path}: {error.strerror}") from error


def main(arguments: Sequence[str]) -> None:
    """Run the command. Its errors are for the command line that called it to show."""
    try:
        demo.main(list(arguments), prog_name="dynacore demo", standalone_mode=False)
    except click.Abort:
        click.echo("Interrupted.", err=True)
        # What a shell expects of a program that ended by SIGINT.
        sys.exit(130)
