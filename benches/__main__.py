"""`python -m benches`: measures everything and writes benches/RESULTS.md."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from typing import Any

import click
from rich.console import Console

from benches import machine, report

CONSOLE = Console(stderr=True)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("parts", nargs=-1, type=click.Choice(report.PARTS))
@click.option(
    "--quick", is_flag=True, help="Fewer rounds and items: to see that it works, not for numbers to keep."
)
@click.option("--server", "servers", multiple=True, help="Over HTTP, measure only these (may be repeated).")
@click.option("--table", is_flag=True, help="Measure nothing; write the tables of the last results.")
def main(parts: tuple[str, ...], quick: bool, servers: tuple[str, ...], table: bool) -> None:
    """Measure dynacore, its rivals and the floors under them, and write benches/RESULTS.md.

    PARTS are core, streams, cost, python, triggers, world, http, memory and disk; all of them without an
    argument. Needs the release build of the extension (`make bench` makes it).
    """
    report.RESULTS.mkdir(exist_ok=True)
    # dynacore is used where it stands; the processes that are started find it by the environment.
    paths = [str(report.README.parent / "python"), str(report.README.parent)]
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)
    sys.path[:0] = paths
    for part in [] if table else parts or report.PARTS:
        CONSOLE.rule(f"[bold]{part}")
        begin, before = time.monotonic(), machine.describe()
        try:
            result = _measure(part, quick=quick, servers=list(servers) or None)
        except subprocess.CalledProcessError as error:
            raise click.ClickException(
                f"{part} failed: {shlex.join(error.cmd)}\n{error.stderr or ''}"
            ) from error
        command = shlex.join(["make", "bench"]) + (
            f' ARGS="{shlex.join(sys.argv[1:])}"' if sys.argv[1:] else ""
        )
        result["machine"] = {"before": before, "after": machine.describe(), "command": command}
        report.save(part, result)
        CONSOLE.print(f"{part}: {time.monotonic() - begin:.0f} s")
    print(report.write())
    CONSOLE.print(f"written to {report.DOCUMENT}")


def _measure(part: str, *, quick: bool, servers: list[str] | None) -> dict[str, Any]:
    # Imported where needed: the HTTP part needs neither moto nor the extension, and so on.
    if part == "core":
        from benches.core import estimates

        return estimates.measure(quick=quick)
    if part == "streams":
        from benches.core import estimates

        return estimates.measure(quick=quick, only="streams/")
    if part == "python":
        from benches.python import outcome

        return outcome.measure(quick=quick)
    with CONSOLE.status("") as status:
        began = time.monotonic()

        def tell(what: str) -> None:
            status.update(f"{part}, {time.monotonic() - began:.0f} s: {what}")
            if not CONSOLE.is_terminal:
                CONSOLE.print(what)

        if part == "cost":
            from benches.cost import comparison as cost

            return cost.compare(quick=quick, tell=tell)
        if part == "triggers":
            from benches.triggers import comparison as triggers

            return triggers.compare(quick=quick, tell=tell)
        if part == "world":
            from benches.world import comparison as world

            return world.compare(quick=quick, tell=tell)
        if part == "http":
            from benches.http import comparison

            return comparison.compare(quick=quick, only=servers, tell=tell)
        if part == "disk":
            from benches.disk import comparison as disk

            return disk.compare(quick=quick, tell=tell)
        from benches.memory import comparison as memory

        return memory.compare(quick=quick, tell=tell)


if __name__ == "__main__":
    main()
