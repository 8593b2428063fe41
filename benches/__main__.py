"""`python -m benches`: measures everything and writes benches/RESULTS.md."""

from __future__ import annotations

import importlib
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
HTTP = "http"


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("parts", nargs=-1, type=click.Choice(report.PARTS))
@click.option(
    "--quick", is_flag=True, help="Fewer rounds and items, to see that it works; the tables are only printed."
)
@click.option("--server", "servers", multiple=True, help="Over HTTP, measure only these (may be repeated).")
@click.option(
    "--operation", "operations", multiple=True, help="Over HTTP, measure only these (may be repeated)."
)
@click.option("--table", is_flag=True, help="Measure nothing; write the tables of the last results.")
def main(
    parts: tuple[str, ...], quick: bool, servers: tuple[str, ...], operations: tuple[str, ...], table: bool
) -> None:
    """Measure dynacore, its rivals and the floors under them, and write benches/RESULTS.md.

    PARTS are core, streams, cost, scan, instructions, python, triggers, world, http, memory, disk and start;
    all of them without an argument. What is measured of some servers or operations only is printed and not
    kept. Needs the release build of the extension (`make bench` makes it).
    """
    if servers or operations:
        _check(servers, operations)
        parts = (HTTP,)
    report.RESULTS.mkdir(exist_ok=True)
    # dynacore is used where it stands; the processes that are started find it by the environment.
    paths = [str(report.README.parent / "python"), str(report.README.parent)]
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)
    sys.path[:0] = paths
    failed = []
    for part in [] if table else parts or report.PARTS:
        CONSOLE.rule(f"[bold]{part}")
        begin, before = time.monotonic(), machine.describe()
        try:
            result = _measure(part, quick=quick, servers=servers, operations=operations)
        except (RuntimeError, subprocess.SubprocessError) as error:
            # The other parts are measured all the same: this runs for an hour without anyone who looks at it.
            CONSOLE.print(f"[red]{part} failed: {_reason(error)}", markup=True)
            failed.append(part)
            continue
        command = shlex.join(["make", "bench"]) + (
            f' ARGS="{shlex.join(sys.argv[1:])}"' if sys.argv[1:] else ""
        )
        result["machine"] = {"before": before, "after": machine.describe(), "command": command}
        CONSOLE.print(f"{part}: {time.monotonic() - begin:.0f} s")
        if servers or operations:
            print(report.section(part, result))
            return
        report.save(part, result, quick=quick)
    print(report.write(quick=quick))
    if not quick:
        CONSOLE.print(f"written to {report.DOCUMENT}")
    if failed:
        raise click.ClickException(f"failed, and left as it was: {', '.join(failed)}")


def _check(servers: tuple[str, ...], operations: tuple[str, ...]) -> None:
    from benches.http.requests import OPERATIONS
    from benches.http.servers import ALL

    for what, asked, there in (
        ("server", servers, list(ALL)),
        ("operation", operations, [operation.name for operation in OPERATIONS]),
    ):
        if unknown := set(asked) - set(there):
            raise click.UsageError(f"no {what} {', '.join(sorted(unknown))}; there are: {'; '.join(there)}")


def _reason(error: Exception) -> str:
    if isinstance(error, subprocess.CalledProcessError):
        return f"{shlex.join(map(str, error.cmd))}\n{error.stderr or ''}"
    return str(error)


def _measure(
    part: str, *, quick: bool, servers: tuple[str, ...], operations: tuple[str, ...]
) -> dict[str, Any]:
    # Imported where needed: the HTTP part needs neither moto nor the extension, and so on.
    if part in ("core", "streams"):
        from benches.core import estimates

        return estimates.measure(quick=quick, only="streams/" if part == "streams" else None)
    with CONSOLE.status("") as status:
        began = time.monotonic()

        def tell(what: str) -> None:
            status.update(f"{part}, {time.monotonic() - began:.0f} s: {what}")
            if not CONSOLE.is_terminal:
                CONSOLE.print(what)

        compare = importlib.import_module(f"benches.{part}.comparison").compare
        some = {"only": servers, "operations": operations} if part == HTTP else {}
        result: dict[str, Any] = compare(quick=quick, tell=tell, **some)
        return result


if __name__ == "__main__":
    main()
