"""`dynacore export`."""

from __future__ import annotations

import csv
import gzip
import importlib
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from dynacore import _core
from dynacore._transfer.place import RefusedError, open_place
from dynacore._transfer.sources import FORMATS, format_of
from dynacore._transfer.summary import Summary, progress_bar
from dynacore._transfer.typed_json import plain

_WRITTEN_AT_ONCE = 1_000

Items = Iterator[list[dict[str, Any]]]


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--table", required=True, help="The table whose items are written.")
@click.option("--database", type=click.Path(path_type=Path), help="A database of dynacore on disk.")
@click.option("--endpoint-url", help="Any endpoint of DynamoDB; AWS's own without --database.")
@click.option("--region", help="The Region of the endpoint.")
@click.option("--profile", help="The profile of AWS's configuration.")
@click.option("--format", "format_", type=click.Choice(FORMATS), help="By the name of the file otherwise.")
@click.option("--columns", help="Columns of CSV, with commas between; all attributes otherwise.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
def export_items(
    target: Path,
    table: str,
    database: Path | None,
    endpoint_url: str | None,
    region: str | None,
    profile: str | None,
    format_: str | None,
    columns: str | None,
    as_json: bool,
) -> int:
    """Write the items of a table to TARGET, compressed where its name ends in .gz.

    DynamoDB's JSON and Ion keep every type. JSON Lines, CSV and Parquet have plain values: sets become lists,
    binary base64 text, and what is nested is JSON text in CSV and Parquet.
    """
    format_, compression = format_of(target, format_)
    if compression == "ZSTD":
        raise click.UsageError("files are written plain or with gzip")
    place, opened = open_place(database, endpoint_url, region, profile, table)
    partial = target.with_name(target.name + ".partial")
    summary = Summary("exported")
    try:
        with progress_bar(shown=not as_json) as progress:
            described = place.describe()
            if described is None:
                raise click.ClickException(f"there is no table {table!r}")
            task = progress.add_task("exporting", total=described.get("ItemCount") or None, items=0)

            def lists() -> Items:
                gathered = []
                for item in place.items():
                    gathered.append(item)
                    if len(gathered) == _WRITTEN_AT_ONCE:
                        yield gathered
                        summary.items += len(gathered)
                        progress.update(task, completed=summary.items, items=summary.items)
                        gathered = []
                yield gathered
                summary.items += len(gathered)

            names = columns.split(",") if columns else None
            _write(partial, format_, compression == "GZIP", lists, names)
        partial.replace(target)
    except KeyboardInterrupt:
        summary.interrupted = True
    except RefusedError as refused:
        raise click.ClickException(f"{refused.code}: {refused}") from refused
    finally:
        # What is not whole is not kept: TARGET is there, or it is not.
        partial.unlink(missing_ok=True)
        if opened is not None:
            opened.close()
    summary.show(as_json=as_json)
    return summary.exit_code


def _write(
    path: Path, format_: str, compressed: bool, lists: Callable[[], Items], columns: list[str] | None
) -> None:
    match format_:
        case "csv":
            _write_csv(path, compressed, lists, columns)
        case "parquet":
            _write_parquet(path, lists())
        case _:
            with gzip.open(path, "wb", 3) if compressed else path.open("wb") as file:
                for items in lists():
                    file.write(_lines(items, format_))


def _lines(items: list[dict[str, Any]], format_: str) -> bytes:
    if format_ == "jsonl":
        rows = ({name: plain(value) for name, value in item.items()} for item in items)
        return "".join(f"{_dumped(row)}\n" for row in rows).encode()
    lines = "".join(json.dumps({"Item": item}, ensure_ascii=False) + "\n" for item in items).encode()
    return _core.json_to_ion(lines) if format_ == "ion" else lines


def _dumped(value: Any) -> str:
    """Write a value as JSON; numbers keep all their digits, which json's own encoder would not let them."""
    match value:
        case Decimal():
            return f"{value:f}"
        case dict():
            return (
                "{" + ", ".join(f"{_dumped(name)}: {_dumped(inner)}" for name, inner in value.items()) + "}"
            )
        case list():
            return "[" + ", ".join(map(_dumped, value)) + "]"
        case _:
            return json.dumps(value, ensure_ascii=False)


def _cell(value: dict[str, Any] | None) -> str | None:
    if value is None:
        return None
    ((tag, content),) = value.items()
    if tag in {"S", "N", "B"}:
        return str(content)
    return _dumped(plain(value))


def _write_csv(path: Path, compressed: bool, lists: Callable[[], Items], columns: list[str] | None) -> None:
    kept: list[list[dict[str, Any]]] | None = None
    if columns is None:
        # The header comes first, so all items have to be seen before one is written.
        kept = list(lists())
        names = dict.fromkeys(name for items in kept for item in items for name in item)
        columns = list(names)
    with (
        gzip.open(path, "wt", 3, encoding="utf-8", newline="")
        if compressed
        else path.open("w", encoding="utf-8", newline="")
    ) as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for items in kept if kept is not None else lists():
            writer.writerows([_cell(item.get(name)) for name in columns] for item in items)


def _write_parquet(path: Path, lists: Items) -> None:
    try:
        arrow = importlib.import_module("pyarrow")
        parquet = importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        raise click.UsageError("Parquet needs pyarrow: pip install 'dynacore[parquet]'") from error
    rows = [{name: _cell(value) for name, value in item.items()} for items in lists for item in items]
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = [[row.get(name) for row in rows] for name in names]
    parquet.write_table(
        arrow.table([arrow.array(column, arrow.string()) for column in columns], names=names), path
    )


def main(arguments: Sequence[str]) -> None:
    """Run the command. Its errors are for the command line that called it to show."""
    try:
        code = export_items.main(list(arguments), prog_name="dynacore export", standalone_mode=False)
    except click.Abort:
        click.echo("Interrupted.", err=True)
        sys.exit(130)
    if code:
        sys.exit(code)
