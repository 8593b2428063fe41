"""Where items are read from: files of several formats, and SQL queries."""

from __future__ import annotations

import contextlib
import csv
import gzip
import importlib
import json
import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import click

from dynacore import _core
from dynacore._transfer.typed_json import typed_item

FORMATS = ("dynamodb-json", "jsonl", "csv", "parquet", "ion")

_SUFFIXES = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".parquet": "parquet", ".ion": "ion"}
_COMPRESSIONS = {".gz": "GZIP", ".zst": "ZSTD"}
_READ_AT_ONCE = 1_000


class Given(NamedTuple):
    """An item of a source: where it stands, its JSON, or why there is none."""

    source: str
    line: int
    item: bytes
    problem: str | None = None


def files_of(source: Path) -> list[Path]:
    """List the files of a source: itself, or all below it but manifests and other records of an export."""
    if source.is_file():
        return [source]
    found = sorted(path for path in source.rglob("*") if path.is_file())
    return [path for path in found if not path.name.startswith(("manifest-", "_"))]


def format_of(path: Path, named: str | None) -> tuple[str, str]:
    """Tell the format and the compression of a file, by its name where that was not said."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    compression = _COMPRESSIONS.get(suffixes[-1], "NONE") if suffixes else "NONE"
    inner = suffixes[-2:-1] if compression != "NONE" else suffixes[-1:]
    return named or _SUFFIXES.get("".join(inner), "dynamodb-json"), compression


def read_file(
    path: Path, named: str | None, types: Mapping[str, str], delimiter: str
) -> Iterator[list[Given]]:
    """Read the items of a file, in lists."""
    item_format, compression = format_of(path, named)
    match item_format:
        case "dynamodb-json" | "ion":
            yield from _read_native(path, "ION" if item_format == "ion" else "DYNAMODB_JSON", compression)
        case "jsonl":
            yield from _in_lists(_read_json_lines(path, compression))
        case "csv":
            yield from _in_lists(_read_csv(path, compression, types, delimiter))
        case _:
            yield from _in_lists(_read_parquet(path))


def _read_native(path: Path, item_format: str, compression: str) -> Iterator[list[Given]]:
    # The engine calls back while it reads; a thread and a short queue turn that into an iterator.
    batches: queue.Queue[list[tuple[int, bytes, str | None]] | OSError | None] = queue.Queue(4)
    stopped = threading.Event()

    def take(batch: list[tuple[int, bytes, str | None]]) -> bool:
        batches.put(batch)
        return not stopped.is_set()

    def read() -> None:
        try:
            _core.read_items(path, item_format, compression, _READ_AT_ONCE, take)
        except OSError as error:
            batches.put(error)
        batches.put(None)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        while (batch := batches.get()) is not None:
            if isinstance(batch, OSError):
                raise click.ClickException(str(batch))
            yield [Given(str(path), *given) for given in batch]
    finally:
        stopped.set()
        while reader.is_alive():
            with contextlib.suppress(queue.Empty):
                batches.get(timeout=0.05)


def _in_lists(given: Iterator[Given]) -> Iterator[list[Given]]:
    gathered = []
    for one in given:
        gathered.append(one)
        if len(gathered) == _READ_AT_ONCE:
            yield gathered
            gathered = []
    yield gathered


def _encoded(source: str, line: int, make: Callable[[], dict[str, Any]]) -> Given:
    try:
        return Given(source, line, json.dumps(make()).encode())
    except (ValueError, InvalidOperation) as error:
        return Given(source, line, b"", str(error))


def _open_text(path: Path, compression: str) -> Any:
    if compression == "ZSTD":
        raise click.UsageError(f"{path}: only DynamoDB's JSON and Ion are read from Zstandard")
    if compression == "GZIP":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _read_json_lines(path: Path, compression: str) -> Iterator[Given]:
    def item(text: str) -> dict[str, Any]:
        row = json.loads(text, parse_float=Decimal)
        if not isinstance(row, dict):
            raise ValueError("the line is no JSON object")
        return typed_item(row, keep_nulls=True)

    with _open_text(path, compression) as lines:
        for line, text in enumerate(lines, 1):
            if text.strip():
                yield _encoded(str(path), line, partial(item, text))


def _read_csv(path: Path, compression: str, types: Mapping[str, str], delimiter: str) -> Iterator[Given]:
    def item(row: dict[Any, Any]) -> dict[str, Any]:
        if None in row or None in row.values():
            raise ValueError("the row has not as many values as the header has columns")
        return {name: {types.get(name, "S"): text} for name, text in row.items()}

    with _open_text(path, compression) as text:
        rows = csv.DictReader(text, delimiter=delimiter)
        for row in rows:
            yield _encoded(str(path), rows.line_num, partial(item, row))


def _read_parquet(path: Path) -> Iterator[Given]:
    try:
        parquet = importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        raise click.UsageError("Parquet needs pyarrow: pip install 'dynacore[parquet]'") from error
    line = 0
    for batch in parquet.ParquetFile(path).iter_batches(_READ_AT_ONCE):
        for row in batch.to_pylist():
            line += 1
            yield _encoded(str(path), line, partial(typed_item, row, keep_nulls=False))


def read_sql(url: str, query: str) -> Iterator[list[Given]]:
    """Read the rows of a query; what is null is left out."""
    try:
        sqlalchemy = importlib.import_module("sqlalchemy")
    except ImportError as error:
        raise click.UsageError("SQL needs SQLAlchemy: pip install 'dynacore[sql]'") from error

    def rows() -> Iterator[Given]:
        try:
            with sqlalchemy.create_engine(url).connect() as connection:
                streamed = connection.execution_options(stream_results=True)
                found = streamed.execute(sqlalchemy.text(query)).mappings()
                for line, row in enumerate(found, 1):
                    yield _encoded("sql", line, partial(typed_item, row, keep_nulls=False))
        except sqlalchemy.exc.SQLAlchemyError as error:
            raise click.ClickException(f"the query failed: {error}") from error

    return _in_lists(rows())
