"""What a person reads after the run."""

from __future__ import annotations

from typing import Final

from rich.console import Console
from rich.table import Table

from dynacore._demo.experiment import PUBLISHED_ITEMS_AT_END, WAIT_SECONDS
from dynacore._demo.outcome import Assumptions, Outcome
from dynacore._demo.terminal_chart import TerminalChart

FITTED: Final = Assumptions()

# The numbers are those of the core's `autoscale::Assumptions`.
FITTING: Final = (
    "The author of the experiment did not publish these three, so they are fitted to the timings. Nothing "
    "else is fitted. AWS does not publish how alarms read their minutes; dynacore's reading is the same for "
    "every table: the mean of two minutes, seen 60 s after the second has ended; new capacity 8 s later."
)


def print_report(outcome: Outcome, console: Console) -> None:
    """Print the timings, the scaling activities, the chart and the assumptions."""
    console.print(_timings(outcome))
    console.print(
        f"{outcome.items_at_end:,} items at the end (published: {PUBLISHED_ITEMS_AT_END:,}). "
        f"{span(outcome.timeline.ended)} of virtual time took {outcome.wall_seconds:.2f} s.\n"
    )
    console.print(_activities(outcome))
    console.print()
    console.print(TerminalChart(outcome))
    console.print()
    console.print(_assumptions(outcome.assumptions))
    console.print(FITTING)


def _timings(outcome: Outcome) -> Table:
    table = Table(title="Published and simulated", title_justify="left")
    table.add_column("")
    for heading in ("items", "published", "simulated", "difference", "throttled"):
        table.add_column(heading, justify="right")
    for batch in outcome.batches:
        close = abs(batch.difference) <= 0.05
        table.add_row(
            batch.name,
            f"{batch.items:,}",
            f"{batch.published_seconds:.0f} s",
            f"{batch.seconds:.1f} s",
            f"[{'green' if close else 'red'}]{_percent(batch.difference)}[/]",
            f"{batch.throttled:,}",
        )
        if batch is outcome.batches[1]:
            table.add_row("wait", "", f"{WAIT_SECONDS} s", f"{WAIT_SECONDS} s", "", "", style="dim")
    return table


def _activities(outcome: Outcome) -> Table:
    table = Table(title="Scaling activities", title_justify="left")
    table.add_column("since start", justify="right")
    table.add_column("description")
    table.add_column("cause", overflow="fold")
    for activity in outcome.activities:
        seconds = activity["StartTime"].timestamp() - outcome.began
        table.add_row(_clock_face(seconds), activity["Description"], activity["Cause"])
    if not outcome.activities:
        table.add_row("", "none", "")
    return table


def _assumptions(assumptions: Assumptions) -> Table:
    table = Table(title="Assumptions", title_justify="left")
    table.add_column("assumption")
    table.add_column("seconds", justify="right")
    table.add_column("option")
    table.add_column("")
    rows = (
        ("the table exists before batch 1", "--idle", assumptions.idle_seconds, FITTED.idle_seconds),
        (
            "switching auto scaling on takes",
            "--switch-on",
            assumptions.switch_on_seconds,
            FITTED.switch_on_seconds,
        ),
        ("a request takes", "--latency", assumptions.latency_seconds, FITTED.latency_seconds),
    )
    for text, option, given, fitted in rows:
        table.add_row(
            text, f"{given:g}", option, "fitted" if given == fitted else f"given (fitted: {fitted:g})"
        )
    return table


def _percent(fraction: float) -> str:
    # Zero is added because a small negative fraction would otherwise be a "-0.0 %".
    return f"{round(fraction * 100, 1) + 0.0:+.1f} %"


def _clock_face(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes}:{seconds:02}"


def span(seconds: float) -> str:
    """Write a length of time in minutes and seconds."""
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes} min {seconds} s"
