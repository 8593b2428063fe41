"""The table that items come from or go to: of a database here, or behind an endpoint."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import click

from dynacore._database import Database
from dynacore._transfer.typed_json import with_bytes

BATCH_ITEMS = 25
_ATTEMPTS_MAX = 12
_FIRST_PAUSE_SECONDS = 0.05
_PAUSE_SECONDS_MAX = 5.0


class Call(Protocol):
    """An operation of DynamoDB: its name and its parameters, in DynamoDB's JSON."""

    def __call__(self, operation: str, body: bytes) -> tuple[int, bytes]:
        """Answer with the HTTP status and the body."""


class RefusedError(Exception):
    """What DynamoDB refused, with its exception's name."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Place:
    """A table, reached by a call."""

    def __init__(self, call: Call, table: str) -> None:
        self._call = call
        self.table = table

    def ask(self, operation: str, parameters: dict[str, Any] | bytes) -> dict[str, Any]:
        """Carry out an operation; throttled ones are tried again."""
        body = parameters if isinstance(parameters, bytes) else json.dumps(parameters).encode()
        for attempt in range(_ATTEMPTS_MAX):
            status, answer = self._call(operation, body)
            if status == 200:
                found: dict[str, Any] = json.loads(answer or b"{}")
                return found
            error = json.loads(answer)
            code = error["__type"].rpartition("#")[2]
            refused = RefusedError(code, error.get("message") or error.get("Message") or code)
            throttled = code in {
                "ThrottlingException",
                "ProvisionedThroughputExceededException",
                "RequestLimitExceeded",
            }
            if not throttled:
                raise refused
            _pause(attempt)
        raise refused

    def describe(self) -> dict[str, Any] | None:
        """Describe the table; nothing where there is none."""
        try:
            table: dict[str, Any] = self.ask("DescribeTable", {"TableName": self.table})["Table"]
        except RefusedError as refused:
            if refused.code == "ResourceNotFoundException":
                return None
            raise
        return table

    def put(self, items: Sequence[tuple[int, bytes]]) -> list[tuple[int, str]]:
        """Put up to 25 items, each its line and its JSON; give the lines that were refused and why."""
        table = json.dumps(self.table).encode()
        puts = b",".join(b'{"PutRequest":{"Item":' + item + b"}}" for _, item in items)
        try:
            left = self.ask("BatchWriteItem", b'{"RequestItems":{' + table + b":[" + puts + b"]}}")
        except RefusedError as refused:
            if refused.code != "ValidationException":
                raise
            # One item spoils its batch, or a key comes twice; one by one each gets its own answer.
            return self._put_each(items)
        for attempt in range(_ATTEMPTS_MAX):
            if not left["UnprocessedItems"]:
                return []
            _pause(attempt)
            left = self.ask("BatchWriteItem", {"RequestItems": left["UnprocessedItems"]})
        raise RefusedError("ProvisionedThroughputExceededException", "The table takes no more items")

    def _put_each(self, items: Sequence[tuple[int, bytes]]) -> list[tuple[int, str]]:
        table = json.dumps(self.table).encode()
        refusals = []
        for line, item in items:
            try:
                self.ask("PutItem", b'{"TableName":' + table + b',"Item":' + item + b"}")
            except RefusedError as refused:
                if refused.code != "ValidationException":
                    raise
                refusals.append((line, str(refused)))
        return refusals

    def items(self) -> Iterator[dict[str, Any]]:
        """Read all items of the table, in DynamoDB's JSON."""
        parameters: dict[str, Any] = {"TableName": self.table, "ConsistentRead": True}
        while True:
            page = self.ask("Scan", parameters)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            parameters["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _pause(attempt: int) -> None:
    longest = min(_PAUSE_SECONDS_MAX, _FIRST_PAUSE_SECONDS * 2**attempt)
    time.sleep(random.uniform(longest / 2, longest))


def local_place(database: Database, table: str) -> Place:
    """Reach a table of a database in this process."""

    def call(operation: str, body: bytes) -> tuple[int, bytes]:
        target = f"DynamoDB_20120810.{operation}"
        reply = database._core.answer(target, "application/x-amz-json-1.0", body)
        assert reply is not None, "only a Region of a world goes down"
        status, _, answer = reply
        return status, answer

    return Place(call, table)


def endpoint_place(endpoint_url: str | None, region: str | None, profile: str | None, table: str) -> Place:
    """Reach a table behind an endpoint, AWS's own where there is none, with boto3's credentials."""
    try:
        import boto3
        from botocore.exceptions import ClientError
    except ImportError as error:
        raise click.UsageError("an endpoint needs boto3: pip install 'dynacore[boto3]'") from error
    session = boto3.session.Session(profile_name=profile, region_name=region)
    chosen = {"region_name": session.region_name or "us-east-1"}
    if endpoint_url is not None and session.get_credentials() is None:
        # A server on this machine takes any.
        chosen |= {"aws_access_key_id": "dynacore", "aws_secret_access_key": "dynacore"}
    client = session.client("dynamodb", endpoint_url=endpoint_url, **chosen)
    methods = {
        "DescribeTable": client.describe_table,
        "CreateTable": client.create_table,
        "BatchWriteItem": client.batch_write_item,
        "PutItem": client.put_item,
        "Scan": client.scan,
    }

    def call(operation: str, body: bytes) -> tuple[int, bytes]:
        parameters = _converted(json.loads(body), decode=True)
        try:
            answer = methods[operation](**parameters)
        except ClientError as error:
            told = error.response["Error"]
            return 400, json.dumps({"__type": told["Code"], "message": told["Message"]}).encode()
        answer.pop("ResponseMetadata", None)
        return 200, json.dumps(_converted(answer, decode=False), default=str).encode()

    return Place(call, table)


def _converted(shape: dict[str, Any], *, decode: bool) -> dict[str, Any]:
    """Turn the binary values of a request or an answer into bytes, or back into text."""

    def item(values: dict[str, Any]) -> dict[str, Any]:
        return {name: with_bytes(value, decode=decode) for name, value in values.items()}

    for member in ("Item", "ExclusiveStartKey", "LastEvaluatedKey"):
        if member in shape:
            shape[member] = item(shape[member])
    if "Items" in shape:
        shape["Items"] = [item(values) for values in shape["Items"]]
    for member in ("RequestItems", "UnprocessedItems"):
        for requests in shape.get(member, {}).values():
            for request in requests:
                request["PutRequest"]["Item"] = item(request["PutRequest"]["Item"])
    return shape


def open_place(
    database: Path | None, endpoint_url: str | None, region: str | None, profile: str | None, table: str
) -> tuple[Place, Database | None]:
    """Reach a table as the options of a command say; a database that was opened is to be closed."""
    if database is not None and endpoint_url is not None:
        raise click.UsageError("a table is in --database or behind --endpoint-url, not both")
    if database is None:
        return endpoint_place(endpoint_url, region, profile, table), None
    try:
        opened = Database(database)
    except NotImplementedError as error:
        raise click.UsageError(str(error)) from error
    return local_place(opened, table), opened
