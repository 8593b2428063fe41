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
from dynacore._demo.part import PARTS, WorldPart
from dynacore._demo.progress import BatchProgress
from dynacore._demo.report import print_report, span
from dynacore._demo.svg_chart import SvgChart
from dynacore._demo.svg_lanes import SvgLanes
from dynacore.exceptions import ClientError

FITTED = Assumptions()
TITLE = "Part 1: auto scaling"


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
    "--part",
    type=click.IntRange(1, len(PARTS) + 1),
    help="Play one only: 1 auto scaling, 2 a global table, 3 a Region fails, 4 a shop in three Regions.",
)
@click.option(
    "--seed", default=0, show_default=True, type=click.IntRange(0), help="Of all that is left to chance."
)
@click.option(
    "--idle",
    default=FITTED.idle_seconds,
    show_default=True,
    type=Seconds(0, 86_400),
    help="Part 1: how long the table exists before batch 1. Fitted.",
)
@click.option(
    "--switch-on",
    default=FITTED.switch_on_seconds,
    show_default=True,
    type=Seconds(0, 86_400),
    help="Part 1: how long switching auto scaling on takes, after batch 1. Fitted.",
)
@click.option(
    "--latency",
    default=FITTED.latency_seconds,
    show_default=True,
    type=Seconds(0, 10),
    help="Part 1: how long a request takes. Fitted.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@click.option(
    "--svg",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    metavar="FILE",
    help="Write the chart to FILE; of all parts, those of 2 to 4 beside it, named with -2 to -4. "
    "Needs matplotlib: pip install 'dynacore[plot]'.",
)
@click.option("--no-color", is_flag=True, help="Print without colours. So does NO_COLOR in the environment.")
@click.pass_context
def demo(
    context: click.Context,
    part: int | None,
    seed: int,
    idle: float,
    switch_on: float,
    latency: float,
    as_json: bool,
    svg: Path | None,
    no_color: bool,
) -> None:
    """Replay a published walk through DynamoDB in virtual time, in four parts.

    1: a table with 5 read and 5 write capacity units. Batch 1: 1,500 cars, put one by one. Then auto scaling
    is switched on for writes: 5 to 100 units, target 70 %. Batch 2: 5,000 cars. 180 s of waiting. Batch 3:
    5,000 cars. 2: a global table in Northern Virginia and Frankfurt. 3: users of Europe and North America,
    while Frankfurt fails and recovers. 4: a shop in Mumbai, Northern Virginia and Ireland, whose stock a
    trigger keeps. Times are in seconds.
    """
    for name in ("idle", "switch_on", "latency"):
        is_given = context.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT
        if part not in (None, 1) and is_given:
            raise click.UsageError(f"--{name.replace('_', '-')} belongs to Part 1, and --part is {part}")
    if svg is not None and importlib.util.find_spec("matplotlib") is None:
        raise click.UsageError("--svg needs matplotlib, which is not here: pip install 'dynacore[plot]'")
    messages = Console(stderr=True, no_color=no_color or None, highlight=False)
    console = None if as_json else Console(no_color=no_color or None, highlight=False)
    document: dict[str, Any] = {}
    wall_seconds = 0.0
    if part in (None, 1):
        outcome = _play(Assumptions(idle, switch_on, latency), seed, messages, quiet=as_json)
        document |= outcome.document()
        wall_seconds += outcome.wall_seconds
        if console:
            console.rule(f"[bold]{TITLE}", align="left")
            print_report(outcome, console)
        if svg is not None:
            _save(SvgChart(outcome), svg, messages)
    for number, play in enumerate(PARTS, start=2):
        if part in (None, number):
            played = play(seed)
            document[played.name] = played.document
            wall_seconds += played.wall_seconds
            if console:
                if part is None:
                    console.print()
                _print(played, number, console)
            if svg is not None:
                beside = svg if part else svg.with_stem(f"{svg.stem}-{number}")
                _save(SvgLanes(played.lanes, f"Part {number}: {played.title}"), beside, messages)
    if as_json:
        click.echo(json.dumps(document | {"wall_seconds": round(wall_seconds, 4)}, indent=2))


def _print(played: WorldPart, number: int, console: Console) -> None:
    console.rule(f"[bold]Part {number}: {played.title}", align="left")
    played.print(console)
    console.print(f"\n{span(played.virtual_seconds)} of virtual time took {played.wall_seconds:.2f} s.")


def _play(assumptions: Assumptions, seed: int, messages: Console, *, quiet: bool) -> Outcome:
    loads = [load_cars(number) for number in range(1, len(PUBLISHED) + 1)]
    # Where a document is wanted, the bars are for people only: not for a log that both streams go to.
    with BatchProgress(messages, shown=messages.is_terminal or not quiet) as progress:
        try:
            return Experiment(assumptions, progress, seed=seed).run(loads)
        except ClientError as error:
            raise click.ClickException(f"the simulated client gave up: {error}") from error


def _save(chart: SvgChart | SvgLanes, path: Path, messages: Console) -> None:
    try:
        chart.save(path)
    except OSError as error:
        raise click.ClickException(f"cannot write {path}: {error.strerror}") from error
    messages.print(f"The chart is in {path}")


def main(arguments: Sequence[str]) -> None:
    """Run the command. Its errors are for the command line that called it to show."""
    try:
        demo.main(list(arguments), prog_name="dynacore demo", standalone_mode=False)
    except click.Abort:
        click.echo("Interrupted.", err=True)
        # What a shell expects of a program that ended by SIGINT.
        sys.exit(130)
