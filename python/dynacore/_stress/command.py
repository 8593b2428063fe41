"""The command line of the load generator."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from dynacore._stress.workload import DISTRIBUTIONS, YCSB_NAMES, Workload, read_mix, ycsb

if TYPE_CHECKING:
    from dynacore._stress.run import Outcome, Settings
    from dynacore._stress.target import TableSettings, Target

NEEDED = "it needs what is not here: pip install 'dynacore[stress]'"


class Mix(click.ParamType[Any]):
    """Shares of operations."""

    name = "mix"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read them."""
        try:
            return read_mix(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--workload",
    "name",
    default="a",
    show_default=True,
    type=click.Choice(YCSB_NAMES, case_sensitive=False),
    help="YCSB's: a reads and updates, b 95 % reads, c reads, d latest, e scans, f read-modify-write.",
)
@click.option(
    "--mix", type=Mix(), help="Own shares instead: read=80,update=15,insert=5 (also delete, scan, rmw)."
)
@click.option(
    "--keys", type=click.Choice(DISTRIBUTIONS), help="Which records are chosen, if not the workload's way."
)
@click.option(
    "--records", default=1_000, show_default=True, type=click.IntRange(1), help="Records that are loaded."
)
@click.option(
    "--fields", default=10, show_default=True, type=click.IntRange(1, 1_000), help="Fields of a record."
)
@click.option(
    "--field-bytes", default=100, show_default=True, type=click.IntRange(1, 300_000), help="Bytes of each."
)
@click.option("--consistent", is_flag=True, help="Read consistently.")
@click.option(
    "--target",
    default="native",
    show_default=True,
    metavar="native|boto3|URL",
    help="This process's engine, boto3 in front of it, or an endpoint.",
)
@click.option("--region", default="us-east-1", show_default=True, help="Region of an endpoint.")
@click.option(
    "--table", default="usertable", show_default=True, help="Made where there is none, and then removed."
)
@click.option("--read-units", type=click.IntRange(1), help="Provisioned reads; on demand without.")
@click.option("--write-units", type=click.IntRange(1), help="Provisioned writes; on demand without.")
@click.option("--no-load", is_flag=True, help="The records are there already.")
@click.option("--keep", is_flag=True, help="Leave the table that was made.")
@click.option(
    "--seconds", default=10.0, show_default=True, type=click.FloatRange(0.1), help="How long to measure."
)
@click.option(
    "--warm-up", default=1.0, show_default=True, type=click.FloatRange(0), help="Seconds before that."
)
@click.option("--operations", type=click.IntRange(1), help="End after so many requests, if that is sooner.")
@click.option(
    "--workers", type=click.IntRange(1, 1_000), help="Threads: 1 in this process, 16 for an endpoint."
)
@click.option(
    "--rate",
    type=click.FloatRange(0, min_open=True),
    help="Open loop: requests a second, whatever the answers take.",
)
@click.option("--even", is_flag=True, help="Open loop: equal gaps instead of a Poisson process.")
@click.option("--seed", default=0, show_default=True, help="Seed of everything that is left to chance.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the JSON document to a file."
)
@click.option(
    "--html", type=click.Path(dir_okay=False, path_type=Path), help="Write a page with charts to a file."
)
@click.option(
    "--baseline",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Compare with a document of before.",
)
@click.option("--no-color", is_flag=True, help="Print without colours. So does NO_COLOR in the environment.")
@click.pass_context
def stress(context: click.Context, /, **options: Any) -> None:
    """Put the engine or an endpoint under load, and measure latencies, throttles and errors.

    A closed loop sends the next request when the last was answered. With --rate the loop is open: requests
    are sent when they are due, and their latency counts from then, so waiting in line is measured too.
    """
    if context.invoked_subcommand is not None:
        return
    if importlib.util.find_spec("hdrh") is None:
        raise click.UsageError(f"stress: {NEEDED}")
    if options["html"] is not None and importlib.util.find_spec("matplotlib") is None:
        raise click.UsageError(f"--html: {NEEDED}")
    if (options["read_units"] is None) is not (options["write_units"] is None):
        raise click.UsageError("--read-units and --write-units come together")
    before = None if options["baseline"] is None else _read(options["baseline"])
    console = Console(no_color=options["no_color"] or None, highlight=False)
    messages = Console(stderr=True, no_color=options["no_color"] or None, highlight=False)
    outcome = _play(options, messages)
    _publish(outcome, options, before, console, messages)


@stress.command()
@click.argument("before", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("after", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
def compare(before: Path, after: Path, as_json: bool) -> None:
    """Compare two documents that --output wrote."""
    from dynacore._stress import report

    documents = _read(before), _read(after)
    if as_json:
        click.echo(json.dumps(report.compare(*documents), indent=2))
    else:
        report.print_comparison(*documents, Console(highlight=False))


def _play(options: dict[str, Any], messages: Console) -> Outcome:
    from dynacore._stress import run as running
    from dynacore._stress.target import TableSettings

    workload = _workload(options)
    target, workers = _target(options)
    table = TableSettings(options["table"], options["read_units"], options["write_units"])
    settings = running.Settings(
        seconds=options["seconds"],
        warm_up_seconds=options["warm_up"],
        workers=workers,
        rate=options["rate"],
        poisson=not options["even"],
        operations_max=options["operations"],
        seed=options["seed"],
    )
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    shown = messages.is_terminal or not options["as_json"]
    with Progress(*columns, console=messages, disable=not shown, transient=True) as progress:
        try:
            return _run(target, table, workload, settings, progress, options)
        except Exception as error:
            if not hasattr(error, "response") and not type(error).__module__.startswith(
                ("botocore", "urllib3")
            ):
                raise
            raise click.ClickException(f"{target.name}: {error}") from error


def _run(
    target: Target,
    table: TableSettings,
    workload: Workload,
    settings: Settings,
    progress: Progress,
    options: dict[str, Any],
) -> Outcome:
    from dynacore._stress import run as running

    made = running.make_table(target, table)
    try:
        if not options["no_load"]:
            loading = progress.add_task("load", total=workload.records)
            running.load(
                target,
                table,
                workload,
                settings.seed,
                lambda done, _: progress.update(loading, completed=done),
            )
        measuring = progress.add_task(workload.name, total=None)
        return running.run(
            target,
            table,
            workload,
            settings,
            lambda done, total: progress.update(measuring, completed=done, total=total),
        )
    finally:
        if made and not options["keep"]:
            target.client().delete_table(TableName=table.name)


def _workload(options: dict[str, Any]) -> Workload:
    workload = ycsb(options["name"])
    if options["mix"] is not None:
        workload = Workload("own mix", options["mix"])
    return dataclasses.replace(
        workload,
        distribution=options["keys"] or workload.distribution,
        records=options["records"],
        fields=options["fields"],
        field_bytes=options["field_bytes"],
        consistent=options["consistent"],
    )


def _target(options: dict[str, Any]) -> tuple[Target, int]:
    from dynacore._stress import target

    name = options["target"]
    if name == "native":
        return target.native(options["seed"]), options["workers"] or 1
    if importlib.util.find_spec("boto3") is None:
        raise click.UsageError(f"--target {name}: {NEEDED}")
    if name == "boto3":
        return target.in_process_boto3(options["seed"]), options["workers"] or 1
    if not name.startswith(("http://", "https://")):
        raise click.UsageError(
            f"--target is native, boto3 or a URL that begins with http:// or https://, not {name!r}"
        )
    workers = options["workers"] or 16
    return target.endpoint(name, options["region"], workers), workers


def _publish(
    outcome: Outcome, options: dict[str, Any], before: Any, console: Console, messages: Console
) -> None:
    from dynacore._stress import report

    document = outcome.document()
    if options["as_json"]:
        click.echo(json.dumps(document, indent=2))
    else:
        report.print_report(document, console)
        if before is not None:
            report.print_comparison(before, document, console)
    try:
        if options["output"] is not None:
            options["output"].write_text(json.dumps(document, indent=2) + "\n")
            messages.print(f"The document is in {options['output']}")
        if options["html"] is not None:
            from dynacore._stress.page import save_page

            save_page(document, options["html"], before)
            messages.print(f"The page is in {options['html']}")
    except OSError as error:
        raise click.ClickException(f"cannot write {error.filename}: {error.strerror}") from error


def _read(path: Path) -> Any:
    try:
        document = json.loads(path.read_text())
    except ValueError as error:
        raise click.UsageError(f"{path} holds no JSON document: {error}") from error
    if not isinstance(document, dict) or "operations" not in document:
        raise click.UsageError(f"{path} holds no document of `dynacore stress --output`")
    return document


def main(arguments: Sequence[str]) -> None:
    """Run the command. Its errors are for the command line that called it to show."""
    try:
        stress.main(list(arguments), prog_name="dynacore stress", standalone_mode=False)
    except click.Abort:
        click.echo("Interrupted.", err=True)
        # What a shell expects of a program that ended by SIGINT.
        sys.exit(130)
