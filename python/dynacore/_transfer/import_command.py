"""`dynacore import`."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from dynacore._transfer.place import BATCH_ITEMS, Place, RefusedError, open_place
from dynacore._transfer.sources import FORMATS, Given, files_of, read_file, read_sql
from dynacore._transfer.summary import Summary, progress_bar

_SECONDS_TO_ACTIVE_MAX = 300


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("source", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--table", required=True, help="The table that gets the items.")
@click.option("--database", type=click.Path(path_type=Path), help="A database of dynacore on disk.")
@click.option("--endpoint-url", help="Any endpoint of DynamoDB; AWS's own without --database.")
@click.option("--region", help="The Region of the endpoint.")
@click.option("--profile", help="The profile of AWS's configuration.")
@click.option("--format", "format_", type=click.Choice(FORMATS), help="By the name of the file otherwise.")
@click.option("--key", metavar="NAME:TYPE", help="Make the table with this partition key if there is none.")
@click.option("--sort-key", metavar="NAME:TYPE", help="The sort key of that table.")
@click.option("--type", "types", multiple=True, metavar="COLUMN=TYPE", help="A column of CSV that is N or B.")
@click.option("--delimiter", default=",", show_default=True, help="What stands between columns of CSV.")
@click.option("--sql", help="Import the rows of this query instead of a file.")
@click.option("--url", help="The database of the query, as SQLAlchemy names it: sqlite:///shop.db.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
def import_items(
    source: Path | None,
    table: str,
    database: Path | None,
    endpoint_url: str | None,
    region: str | None,
    profile: str | None,
    format_: str | None,
    key: str | None,
    sort_key: str | None,
    types: tuple[str, ...],
    delimiter: str,
    sql: str | None,
    url: str | None,
    as_json: bool,
) -> int:
    """Put the items of SOURCE, a file or a directory of files, into a table.

    Files are in DynamoDB's JSON (also the data of an export to S3), in JSON Lines, CSV, Parquet or Ion, also
    compressed with gzip or, in DynamoDB's own formats, Zstandard. An item that is there is replaced, so an
    import that was interrupted can be run again.
    """
    if (source is None) == (sql is None) or (sql is None) != (url is None):
        raise click.UsageError("give a SOURCE, or both --sql and --url")
    place, opened = open_place(database, endpoint_url, region, profile, table)
    try:
        described = _prepare(place, key, sort_key)
        column_types = {
            one["AttributeName"]: one["AttributeType"] for one in described["AttributeDefinitions"]
        } | _column_types(types)
        given = _read(source, format_, column_types, delimiter, url, sql)
        summary = _put_all(place, given, shown=not as_json)
    except RefusedError as refused:
        raise click.ClickException(f"{refused.code}: {refused}") from refused
    finally:
        if opened is not None:
            opened.close()
    summary.show(as_json=as_json)
    return summary.exit_code


def _column_types(types: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for one in types:
        name, equals, type_ = one.rpartition("=")
        if not equals or type_ not in {"S", "N", "B"}:
            raise click.UsageError(f"--type is COLUMN=S, N or B, not {one!r}")
        found[name] = type_
    return found


def _prepare(place: Place, key: str | None, sort_key: str | None) -> dict[str, Any]:
    described = place.describe()
    if described is None:
        if key is None:
            raise click.UsageError(f"there is no table {place.table!r}: --key NAME:TYPE makes it")
        attributes = [_attribute(key), *([_attribute(sort_key)] if sort_key else [])]
        schema = [
            {"AttributeName": name, "KeyType": kind}
            for (name, _), kind in zip(attributes, ("HASH", "RANGE"), strict=False)
        ]
        definitions = [{"AttributeName": name, "AttributeType": type_} for name, type_ in attributes]
        place.ask(
            "CreateTable",
            {
                "TableName": place.table,
                "KeySchema": schema,
                "AttributeDefinitions": definitions,
                "BillingMode": "PAY_PER_REQUEST",
            },
        )
        described = place.describe()
    began = time.monotonic()
    while described is not None and described["TableStatus"] == "CREATING":
        if time.monotonic() - began > _SECONDS_TO_ACTIVE_MAX:
            raise click.ClickException(f"the table {place.table!r} is still being created")
        time.sleep(0.2)
        described = place.describe()
    if described is None:
        raise click.ClickException(f"the table {place.table!r} is gone")
    return described


def _attribute(text: str) -> tuple[str, str]:
    name, colon, type_ = text.rpartition(":")
    if not colon or type_ not in {"S", "N", "B"}:
        raise click.UsageError(f"a key is NAME:S, NAME:N or NAME:B, not {text!r}")
    return name, type_


def _read(
    source: Path | None,
    format_: str | None,
    types: dict[str, str],
    delimiter: str,
    url: str | None,
    sql: str | None,
) -> Iterator[tuple[float, list[Given]]]:
    """Give lists of items with the share of the source that is read after each."""
    if source is None:
        assert url is not None
        assert sql is not None
        for given in read_sql(url, sql):
            yield 0.0, given
        return
    files = files_of(source)
    for number, path in enumerate(files):
        for given in read_file(path, format_, types, delimiter):
            yield number / len(files), given


def _put_all(place: Place, lists: Iterator[tuple[float, list[Given]]], *, shown: bool) -> Summary:
    summary = Summary("imported")
    with progress_bar(shown=shown) as progress:
        task = progress.add_task("importing", total=1.0, items=0)
        try:
            for share, given in lists:
                _put(place, given, summary)
                progress.update(task, completed=share, items=summary.items)
        except KeyboardInterrupt:
            summary.interrupted = True
    return summary


def _put(place: Place, given: list[Given], summary: Summary) -> None:
    good = [one for one in given if one.problem is None]
    for one in given:
        if one.problem is not None:
            summary.refuse(one.source, one.line, one.problem)
    for start in range(0, len(good), BATCH_ITEMS):
        batch = good[start : start + BATCH_ITEMS]
        refused = place.put([(one.line, one.item) for one in batch])
        summary.items += len(batch) - len(refused)
        for line, message in refused:
            summary.refuse(batch[0].source, line, message)


def main(arguments: Sequence[str]) -> None:
    """Run the command. Its errors are for the command line that called it to show."""
    try:
        code = import_items.main(list(arguments), prog_name="dynacore import", standalone_mode=False)
    except click.Abort:
        click.echo("Interrupted.", err=True)
        sys.exit(130)
    if code:
        sys.exit(code)
