"""The command line."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import click

from dynacore import _core
from dynacore._database import Database

if TYPE_CHECKING:
    from dynacore._world import World


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(_core.__version__, prog_name="dynacore")
def main() -> None:
    """Run a DynamoDB that lives in your process."""


@main.command()
@click.argument("path", required=False, type=click.Path(file_okay=False))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one."
)
@click.option(
    "--regions",
    "--region",
    default="us-east-1",
    show_default=True,
    help="Region that is served, or several with commas between.",
)
@click.option("--account-id", default="000000000000", show_default=True, help="Account in ARNs.")
@click.option("--seed", default=0, show_default=True, help="Seed of everything that is left to chance.")
@click.option(
    "--throttle-on-demand/--no-throttle-on-demand",
    default=False,
    show_default=True,
    help="Hold the limits of on-demand tables too.",
)
@click.option("--throttle/--no-throttle", default=True, show_default=True, help="Hold provisioned limits.")
@click.option(
    "--initial-burst-seconds",
    default=300.0,
    show_default=True,
    type=click.FloatRange(0, 300),
    help="Unused capacity that a new table starts with.",
)
@click.option(
    "--sync",
    default="commit",
    show_default=True,
    type=click.Choice(["commit", "interval", "never"]),
    help="When a write to PATH is acknowledged: durable, or at once and durable in 100 ms or at the end.",
)
@click.option(
    "--transaction-seconds",
    default=0.0,
    show_default=True,
    type=click.FloatRange(0),
    help="How long a transaction's items stay in flight.",
)
@click.option(
    "--index-propagation-seconds",
    default=0.0,
    show_default=True,
    type=click.FloatRange(0),
    help="How late global indexes follow their table.",
)
@click.option(
    "--stale-reads-seconds",
    default=0.0,
    show_default=True,
    type=click.FloatRange(0),
    help="How far back eventually consistent reads may look.",
)
@click.option(
    "--backfill-items-per-second",
    type=click.IntRange(1),
    help="Pace at which a new index is filled; all at once without.",
)
@click.option(
    "--item-collection-bytes-max",
    default=10 * 1024**3,
    show_default=True,
    type=click.IntRange(1),
    help="Size of an item collection in a table with a local index.",
)
@click.option(
    "--time-to-live-delay-seconds",
    default=0.0,
    show_default=True,
    type=click.FloatRange(0),
    help="From an item's time to live to its removal.",
)
@click.option(
    "--bucket",
    "buckets",
    multiple=True,
    metavar="NAME=PLACE",
    help="A bucket for imports and exports: a directory or s3://name. May be given several times.",
)
@click.option(
    "--peer",
    "peers",
    multiple=True,
    metavar="REGION=http://HOST:PORT",
    help="Another server that replicates with this one. May be given several times. Whoever reaches a port "
    "may read and write what is replicated.",
)
@click.option("--s3-endpoint-url", metavar="URL", help="Where s3:// buckets are; AWS's own without.")
@click.option(
    "--kinesis",
    "kinesis_streams",
    multiple=True,
    metavar="NAME=URL",
    help="A Kinesis stream for tables to stream to, and its endpoint. May be given several times.",
)
def serve(
    path: str | None,
    host: str,
    port: int,
    regions: str,
    account_id: str,
    seed: int,
    throttle: bool,
    throttle_on_demand: bool,
    initial_burst_seconds: float,
    transaction_seconds: float,
    index_propagation_seconds: float,
    stale_reads_seconds: float,
    backfill_items_per_second: int | None,
    item_collection_bytes_max: int,
    time_to_live_delay_seconds: float,
    buckets: tuple[str, ...],
    peers: tuple[str, ...],
    s3_endpoint_url: str | None,
    kinesis_streams: tuple[str, ...],
    sync: Literal["commit", "interval", "never"],
) -> None:
    """Serve HTTP for any AWS SDK, until SIGTERM or Ctrl-C.

    PATH is the directory of a database; it is made where it is missing. Without it, the data is in memory
    and ends with the server. Prints one line with the address when it accepts requests.
    """
    names = [name.strip() for name in regions.split(",")]
    try:
        if path is not None and len(names) > 1:
            raise ValueError("several Regions are in memory: leave the path out")
        if peers and len(names) > 1:
            raise ValueError("peers belong to a server of one Region: name one")
        served = _open(
            path,
            names,
            seed,
            account_id=account_id,
            throttle=throttle,
            throttle_on_demand=throttle_on_demand,
            initial_burst_seconds=initial_burst_seconds,
            transaction_seconds=transaction_seconds,
            index_propagation_seconds=index_propagation_seconds,
            stale_reads_seconds=stale_reads_seconds,
            backfill_items_per_second=backfill_items_per_second,
            item_collection_bytes_max=item_collection_bytes_max,
            time_to_live_delay_seconds=time_to_live_delay_seconds,
            sync=sync,
        )
        for bucket in buckets:
            name, place = _named(bucket, "a bucket", "NAME=PLACE")
            if not isinstance(served, Database):
                raise click.UsageError("a bucket belongs to one Region: name one")
            there = s3_endpoint_url is not None and place.startswith("s3://")
            served.bucket(name, place, **({"endpoint_url": s3_endpoint_url} if there else {}))
        for stream in kinesis_streams:
            name, url = _named(stream, "a Kinesis stream", "NAME=URL")
            if not isinstance(served, Database):
                raise click.UsageError("a Kinesis stream belongs to one Region: name one")
            served.kinesis_stream(f"arn:aws:kinesis:{names[0]}:{account_id}:stream/{name}", url)
    except (ImportError, ValueError) as error:
        raise click.UsageError(str(error)) from error
    except Exception as error:
        _raise_told(error)
    try:
        with served:
            _core.serve(served._core, host, port, _announce, list(peers))
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"cannot serve on {host}:{port}: {error}") from error
    except Exception as error:
        _raise_told(error)


def _raise_told(error: Exception) -> NoReturn:
    """Raise an error of the stored database as one that is told in a line, and any other as it is."""
    # Not imported above: it brings botocore, if that is there.
    from dynacore.exceptions import StoreError

    if isinstance(error, StoreError):
        raise click.ClickException(str(error)) from error
    raise error


def _named(text: str, what: str, form: str) -> tuple[str, str]:
    name, equals, place = text.partition("=")
    if not (name and equals and place):
        raise click.UsageError(f"{what} is {form}, not {text!r}")
    return name, place


def _open(path: str | None, regions: list[str], seed: int, **options: Any) -> Database | World:
    if len(regions) > 1:
        # Not imported above: a server of one Region needs none.
        from dynacore._world import World

        return World(regions, seed=seed, **options)
    return Database(path, region=regions[0], seed=seed, **options)


def _announce(host: str, port: int) -> None:
    address = f"[{host}]" if ":" in host else host
    click.echo(f"dynacore is ready on http://{address}:{port}")


def _add_command(name: str, help_text: str, module: str | None = None, function: str = "main") -> None:
    """Add a command that reads its own arguments, in a module of its name unless another is given."""

    @main.command(
        name,
        help=help_text,
        add_help_option=False,
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    )
    @click.pass_context
    def command(context: click.Context) -> None:
        # Not imported above: it brings charts and data that a server does not need.
        getattr(importlib.import_module(f"dynacore.{module or '_' + name}"), function)(context.args)


_add_command("demo", "Play a published walk through DynamoDB in virtual time: scaling, Regions, a shop.")
_add_command("stress", "Put the engine or any endpoint under load, and measure it.")
_add_command("simulate", "Play a scenario in virtual time: throttles, latencies and the bill.")
_add_command("import", "Put the items of files or of a SQL query into a table.", "_transfer", "import_items")
_add_command("export", "Write the items of a table to a file.", "_transfer", "export_items")
