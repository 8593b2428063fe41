"""The engine, in Rust."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from os import PathLike
from typing import Any, final

from typing_extensions import Self, Unpack, disjoint_base

from dynacore import _parameters
from dynacore._client import PlainDynamoDBClient

__all__ = [
    "Database",
    "Invocation",
    "ItemOperations",
    "KinesisStream",
    "Snapshot",
    "VirtualClock",
    "World",
    "WriteBatch",
    "__version__",
    "build_profile",
    "json_to_ion",
    "parameters",
    "read_items",
    "serve",
    "simulate",
]

__version__: str
build_profile: str

@final
class VirtualClock:
    """A clock that moves only when it is told to.

    It holds whole nanoseconds: a thousand steps of 0.1 s are 100 s exactly. It drives the databases that were
    made with it: while it moves, what is due in them happens, in order of time across all of them.
    """

    def __new__(cls, start: float | datetime | None = None) -> VirtualClock:
        """Start at `start`, in epoch seconds or an aware datetime; 2025-01-01T00:00:00Z without one."""

    def now(self) -> float:
        """Tell the time, in seconds since the epoch."""

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass."""

    def run_until(self, when: float | datetime) -> None:
        """Let time pass until `when`, in epoch seconds or an aware datetime. The past raises ValueError."""

@disjoint_base
class ItemOperations:
    """What a table does with items: calls go from their arguments to the engine without a frame of Python."""

    def __new__(cls, name: str, client: PlainDynamoDBClient, *_more: Any, **_options: Any) -> Self:
        """Take the arguments of the class that inherits it."""

    def get_item(self, **parameters: Unpack[_parameters.GetItemParameters]) -> dict[str, Any]:
        """Read an item."""

    def put_item(self, **parameters: Unpack[_parameters.PutItemParameters]) -> dict[str, Any]:
        """Write an item, in place of one with its key."""

    def update_item(self, **parameters: Unpack[_parameters.UpdateItemParameters]) -> dict[str, Any]:
        """Change an item, or make it."""

    def delete_item(self, **parameters: Unpack[_parameters.DeleteItemParameters]) -> dict[str, Any]:
        """Delete an item."""

    def query(self, **parameters: Unpack[_parameters.QueryParameters]) -> dict[str, Any]:
        """Read a range of a partition, in order of the sort key; one page."""

    def scan(self, **parameters: Unpack[_parameters.ScanParameters]) -> dict[str, Any]:
        """Read the table or an index, in no order to rely on; one page."""

@disjoint_base
class WriteBatch:
    """Gathers puts and deletes of one table and sends them, some at a time."""

    def __new__(
        cls,
        table_name: str,
        client: Any,
        flush_amount: int = 25,
        overwrite_by_pkeys: Sequence[str] | None = None,
    ) -> Self:
        """Begin with no writes, for the engine behind `client` or, with `_send`, for a service elsewhere."""

    def put_item(self, Item: Mapping[str, Any]) -> None:
        """Put an item, with this call or a later one."""

    def delete_item(self, Key: Mapping[str, Any]) -> None:
        """Delete an item, with this call or a later one."""

    def flush_all(self) -> None:
        """Send what is left."""

@final
class Snapshot:
    """What a database in memory was at a moment."""

@final
class Database:
    """One Region's engine. `dynacore.Database` is its public face."""

    def __new__(
        cls,
        *,
        region: str,
        account_id: str,
        clock: VirtualClock | None,
        seed: int,
        throttle: bool,
        throttle_on_demand: bool,
        partition_bytes: int,
        initial_burst_seconds: float,
        table_transition_seconds: float,
        transaction_seconds: float,
        index_propagation_seconds: float,
        stale_reads_seconds: float,
        backfill_items_per_second: int | None,
        item_collection_bytes_max: int,
        time_to_live_delay_seconds: float,
        path: str | None,
        sync: str,
        write_buffer_bytes: int,
    ) -> Database: ...
    def execute(
        self,
        service: str,
        operation: str,
        parameters: dict[str, Any],
        plain: bool,
        native: bool = False,
    ) -> dict[str, Any]:
        """Answer a boto3-shaped request with a boto3-shaped response: the native door.

        With `plain`, attribute values are Python's (boto3's resource); without, they carry their type
        (`{"S": "..."}`, boto3's client). With `native` too, numbers are `int` and `float` where these are
        exact. Raises the classes of `dynacore.exceptions`.
        """

    def answer(self, target: str, content_type: str, body: bytes) -> tuple[int, dict[str, str], bytes] | None:
        """Answer a request of the wire with status, headers and body; `None` where the Region is down.

        `target` is its `X-Amz-Target`, also where the type is `application/cbor` (calls of CloudWatch, which
        have the operation in their path). The names of the headers are in lower case.
        """

    def prometheus(self) -> str:
        """Write what was counted in Prometheus's text format."""

    def partitions(self, table: str, index: str | None = None) -> list[dict[str, Any]]:
        """List the partitions of a table, or of a global index of it, in order of their hash range.

        Each has "range" (its first and its last hash), "items", "bytes", "read_units" and "write_units" (used
        since it came to be), "read_throttles" and "write_throttles", "heat" (the share of its limits used in
        the last minute), "split_at" (when it is split because of that), "obstacle" (why it could not be) and
        "begins_inside_collection" (whether it shares its first item collection with the one before).
        """

    def snapshot(self) -> Snapshot | None:
        """Take what a database in memory is at this moment; `None` for a durable one."""

    def restore(self, snapshot: Snapshot) -> None:
        """Become what the database was at the snapshot, but for the time."""

    def fork(self, snapshot: Snapshot) -> Database:
        """Make a database of its own that begins with the snapshot, on the same clock."""

    def close(self) -> None:
        """End a durable database: all is durable when this returns, and every request fails afterwards."""

    def begin_transaction(self, table: str, keys: list[dict[str, Any]]) -> int:
        """Hold items of a table as a transaction in flight; the number ends it."""

    def end_transaction(self, number: int) -> None:
        """End a transaction that was begun; one that has ended stays so."""

    def add_bucket(self, name: str, place: object) -> None:
        """Let imports be read from, and exports be written to, a directory or an object that has a bucket.

        The object has `list(prefix)`, `get(key)` and `put(key, bytes)`.
        """

    def import_faults(self, arn: str) -> tuple[str, list[tuple[str, int, int, str]]]:
        """Tell the bucket of an import that has ended, and the first items that were not imported.

        Each has the object's key, its position in the object from 0, its line from 1 and why.
        """

    def add_function(self, name: str, url: str | None = None) -> bool:
        """Make a function known to triggers, or the URL of one; False where its name is none."""
    def awaited_urls(self) -> list[tuple[str, str]]:
        """List functions with a URL that were not made known since the database was opened."""

    def remove_function(self, name: str) -> None:
        """Forget a function; what names it stays, and its calls fail."""

    def wait_for_invocation(self) -> Invocation | None:
        """Wait for a call to make, and let happen what is due meanwhile; None once waiting was stopped."""

    def stop_waiting(self) -> None:
        """Let all who wait for calls go, and all who come later."""

    def set_invoker(self, invoker: Callable[[Invocation], object]) -> None:
        """Let `invoker` make the calls while the virtual clock moves."""

    def next_event_at(self) -> float | None:
        """Tell when something happens by itself next, in epoch seconds."""

    def tick(self) -> None:
        """Let happen what is due now."""

@final
class World:
    """Databases with a network between them. `dynacore.World` is its public face."""

    def __new__(cls, databases: list[Database], *, clock: VirtualClock | None, seed: int) -> World: ...
    def set_latency(self, one: str, other: str, seconds: float) -> None:
        """Set how long a message takes."""

    def latency(self, one: str, other: str) -> float:
        """Tell how long a message takes, in seconds."""

    def set_jitter(self, one: str, other: str, seconds: float) -> None:
        """Set how much longer a message may take."""

    def set_loss(self, one: str, other: str, share: float) -> None:
        """Set the share of messages that are lost, of 1."""

    def set_cut(self, one: str, other: str, is_cut: bool) -> None:
        """Let nothing pass, or messages again."""

    def is_cut(self, one: str, other: str) -> bool:
        """Tell whether nothing passes."""

    def set_up(self, region: str, is_up: bool) -> None:
        """Let a Region fail, or bring it back."""

    def is_up(self, region: str) -> bool:
        """Tell whether a Region answers."""

    def is_healthy(self, region: str, interval_seconds: float, threshold: int) -> bool:
        """Tell whether health checks believe that a Region answers."""

    def replicate(self, table: str, master: str, region: str) -> None:
        """Begin to replicate a table from its master."""

    def lag(self, table: str, region: str) -> tuple[str, int, float | None]:
        """Tell a replica's status, the changes it has not got, and when the oldest of them was made."""

    def promote(self, table: str, region: str, loses: bool) -> None:
        """Make a replica the master."""

    def stop_replication(self, table: str, region: str) -> None:
        """End the replication to a Region."""

    def compare(self, table: str, one: str, other: str) -> tuple[int, int, int, int]:
        """Count items that are equal, that differ, that one Region alone has, and the other."""

    def next_event_at(self) -> float | None:
        """Tell when something happens by itself next, in epoch seconds."""

    def tick(self) -> None:
        """Let happen what is due now."""

@final
class Invocation:
    """A call of a function that a trigger asks for."""

    @property
    def function(self) -> str:
        """The function's name."""

    @property
    def function_arn(self) -> str:
        """The function's ARN."""

    @property
    def request_id(self) -> str:
        """The call's id."""

    @property
    def wants_answer(self) -> bool:
        """Whether what the function returns means something."""

    def event(self) -> bytes:
        """Write the event as JSON."""

    def succeed(self, answer: str | None = None) -> None:
        """Report that the function returned; its answer is JSON."""

    def fail(self) -> None:
        """Report that the function failed."""

@final
class KinesisStream:
    """Carries changes to a sink. `dynacore.Database.kinesis_stream` makes its public face."""

    def __new__(cls, database: Database, stream_arn: str, sink: Any) -> KinesisStream: ...
    def deliver(self) -> int:
        """Deliver all there is, and raise what the sink raises; tell how many changes that were."""

    def step(self) -> None:
        """Deliver what is due. What fails is logged, and tried again a second later."""

    def close(self) -> None:
        """Deliver no more; the stream is unknown from now on."""

def parameters(service: str, operation: str) -> list[tuple[str, bool]] | None:
    """List the parameters of an operation and whether each is supported; `None` without such an operation.

    A path has the names from the operation down, with `[]` for an element of a list and `{}` for a value of a
    map: `GlobalSecondaryIndexes[].IndexName`.
    """

def read_items(
    path: str | PathLike[str],
    item_format: str,
    compression: str,
    count: int,
    each: Callable[[list[tuple[int, bytes, str | None]]], object],
) -> None:
    """Read the items of a file in DYNAMODB_JSON or ION, each as line, JSON and problem.

    `each` gets lists of about `count`; reading goes on while what it returns is true.
    """

def json_to_ion(lines: bytes) -> bytes:
    """Turn lines of DynamoDB's JSON into lines of Ion text."""

def serve(
    served: Database | World,
    host: str,
    port: int,
    on_ready: Callable[[str, int], None],
    peers: list[str] = ...,
) -> None:
    """Serve HTTP until SIGTERM or SIGINT; `on_ready` gets the address when requests are accepted.

    A database is replicated with other servers, each `REGION=http://HOST:PORT`. Raises ValueError for
    what is none.
    """

def simulate(
    scenario: str, json: bool, directory: str | PathLike[str], on_progress: Callable[[float], object]
) -> str:
    """Play a scenario, in TOML or JSON, in virtual time, and give its report as JSON.

    Files that it names are in `directory`. `on_progress` gets the share of it that is done. Raises ValueError
    where the scenario cannot be played.
    """
