"""A database: one Region's DynamoDB in this process."""

from __future__ import annotations

import os

from dynacore import _core
from dynacore._core import Snapshot, VirtualClock
from dynacore._triggering import Triggering

# As `typing` has it for type checkers, without importing it: that would take longer than all else here.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from types import TracebackType
    from typing import Any, Literal

    from boto3.session import Session

    from dynacore._client import Client
    from dynacore._kinesis import KinesisSink, KinesisStream
    from dynacore._resource import ServiceResource


class Database(Triggering):
    """A DynamoDB that lives in this process.

    Without a `path` it is in memory and ends with the object. With one it is durable: the directory is made
    where it is missing, and one process at a time has it open. All it does happens at the time of `clock`:
    the system's, or a `VirtualClock`, on which a run is the same for the same `seed`.

    `throttle=False` switches the limits of throughput off; `throttle_on_demand=True` holds those of on-demand
    tables as well, which a loop in this process meets in a moment. A partition with more than
    `partition_bytes` is split. A new table can burst for
    `initial_burst_seconds` at its provisioned rate, of at most 300. `sync` says when a write to a `path` is
    acknowledged: "commit" when it is durable (threads that write together share one fsync), "interval" at
    once, and it is durable within 100 ms and the time of an fsync; "never" at once, and it is durable when
    the database is closed. Of what was written last, `write_buffer_bytes` are in memory, more while tables
    are written.

    Tables spend `table_transition_seconds` in CREATING, UPDATING and DELETING. A new index of a table is
    filled with `backfill_items_per_second`: without them 1,000, or all at once where tables take no time to
    change. An item collection, in a table with a local index, has `item_collection_bytes_max` bytes at most.

    Global indexes follow their table `index_propagation_seconds` later. Eventually consistent reads see, of
    each item by itself, any state of the last `stale_reads_seconds`, as chance (the `seed`) has it. Both
    are 0 unless they are set; AWS promises neither. The items of a transaction stay in flight for
    `transaction_seconds` after it, so that other writes and transactions on them conflict.

    An item is removed `time_to_live_delay_seconds` after the time in its attribute has passed; AWS takes up
    to days.

    >>> clock = VirtualClock(start=1_700_000_000)
    >>> with Database(clock=clock, seed=7, initial_burst_seconds=0) as db:
    ...     table = db.resource().create_table(
    ...         TableName="cars",
    ...         KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    ...         AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
    ...         ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    ...     )
    ...     clock.advance(1)
    ...     _ = table.put_item(Item={"id": 1, "make": "MINI"})
    ...     table.get_item(Key={"id": 1})["Item"]
    {'id': Decimal('1'), 'make': 'MINI'}
    """

    def __init__(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        region: str = "us-east-1",
        account_id: str = "000000000000",
        clock: VirtualClock | None = None,
        seed: int = 0,
        throttle: bool = True,
        throttle_on_demand: bool = False,
        partition_bytes: int = 10 * 1024**3,
        initial_burst_seconds: float = 300,
        sync: Literal["commit", "interval", "never"] = "commit",
        write_buffer_bytes: int = 32 * 1024**2,
        table_transition_seconds: float = 0,
        transaction_seconds: float = 0,
        index_propagation_seconds: float = 0,
        stale_reads_seconds: float = 0,
        backfill_items_per_second: int | None = None,
        item_collection_bytes_max: int = 10 * 1024**3,
        time_to_live_delay_seconds: float = 0,
    ) -> None:
        self.path = None if path is None else os.fspath(path)
        self.region = region
        self.account_id = account_id
        self.clock = clock
        self._kinesis_streams: list[KinesisStream] = []
        self._open_core: _core.Database | None = _core.Database(
            region=region,
            account_id=account_id,
            clock=clock,
            seed=seed,
            throttle=throttle,
            throttle_on_demand=throttle_on_demand,
            partition_bytes=partition_bytes,
            initial_burst_seconds=initial_burst_seconds,
            table_transition_seconds=table_transition_seconds,
            transaction_seconds=transaction_seconds,
            index_propagation_seconds=index_propagation_seconds,
            stale_reads_seconds=stale_reads_seconds,
            backfill_items_per_second=backfill_items_per_second,
            item_collection_bytes_max=item_collection_bytes_max,
            time_to_live_delay_seconds=time_to_live_delay_seconds,
            path=self.path,
            sync=sync,
            write_buffer_bytes=write_buffer_bytes,
        )
        super().__init__()
        if path is not None:
            from dynacore._durable_databases import close_at_exit

            close_at_exit(self)
            self._resume_urls()

    @property
    def _core(self) -> _core.Database:
        if self._open_core is None:
            raise ValueError("the database is closed")
        return self._open_core

    def client(self, service: str = "dynamodb") -> Client:
        """Make a client with the shape of boto3's.

        Services are "dynamodb", "dynamodbstreams", "application-autoscaling" and "cloudwatch"; of
        "lambda" there are the event source mappings, of "events" (EventBridge) the rules.

        >>> Database().client().list_tables()["TableNames"]
        []
        """
        from dynacore._client import CLIENTS, TRIGGER_CLIENTS

        clients = CLIENTS | TRIGGER_CLIENTS
        if service not in clients:
            raise ValueError(f"no service {service!r} here; there are: {', '.join(clients)}")
        return clients[service](self._core, self.region, self.clock)

    def resource(self, *, numbers: Literal["decimal", "native"] = "decimal") -> ServiceResource:
        """Make a resource with the shape of boto3's: tables with Python values.

        Numbers come as `Decimal`, as boto3 has them, and floats are refused. With `numbers="native"` they are
        `int` and `float` wherever these are exact and as `Decimal` where not, so nothing is lost; floats
        are taken by the text that Python shows of them. It is faster, and no longer what boto3 does.

        >>> list(Database().resource().tables.all())
        []
        >>> resource = Database().resource(numbers="native")
        >>> cars = resource.create_table(
        ...     TableName="cars",
        ...     KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        ...     AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
        ...     BillingMode="PAY_PER_REQUEST",
        ... )
        >>> _ = cars.put_item(Item={"id": 1, "litres": 5.7})
        >>> cars.get_item(Key={"id": 1})["Item"]
        {'id': 1, 'litres': 5.7}
        """
        if numbers not in ("decimal", "native"):
            raise ValueError(f'numbers is "decimal" or "native", not "{numbers}"')
        from dynacore._client import PlainDynamoDBClient
        from dynacore._resource import ServiceResource

        native = numbers == "native"
        return ServiceResource(PlainDynamoDBClient(self._core, self.region, self.clock, native))

    def boto3_session(self) -> Session:
        """Make a real boto3 Session whose clients and resources are answered here, without a socket.

        Needs boto3: `pip install dynacore[boto3]`.

        >>> session = Database(region="eu-central-1").boto3_session()
        >>> session.client("dynamodb").meta.region_name
        'eu-central-1'
        """
        from dynacore._boto3 import make_session

        return make_session(self._core, self.region)

    def partitions(self, name: str, index: str | None = None) -> list[dict[str, Any]]:
        """List the partitions of a table, in order of their hash range: what a planner sees.

        With `index`, those of a global index of the table; a local index is in its table's own. Each has
        "range", "items", "bytes", "read_units", "write_units", "heat" and more.
        """
        return self._core.partitions(name, index)

    def kinesis_stream(self, stream_arn: str, sink: KinesisSink | str) -> KinesisStream:
        """Let `sink` be the Kinesis stream of this ARN, which tables can then stream their changes to.

        A sink is any object with Kinesis' `put_records`, such as boto3's client, or the URL of an endpoint
        that speaks Kinesis' protocol: requests have the credentials of the environment. Once a destination
        is ACTIVE its changes arrive there, in order, 0.1 s after they were made: while a `VirtualClock`
        moves, or from a thread. What the sink refuses comes again, for 24 hours.

        >>> class Sink(list):
        ...     def put_records(self, *, Records, StreamARN):
        ...         self.extend(record["Data"] for record in Records)
        >>> clock, sink = VirtualClock(), Sink()
        >>> db = Database(clock=clock)
        >>> table = db.resource().create_table(
        ...     TableName="cars",
        ...     KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        ...     AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
        ...     BillingMode="PAY_PER_REQUEST",
        ... )
        >>> arn = "arn:aws:kinesis:us-east-1:000000000000:stream/changes"
        >>> stream = db.kinesis_stream(arn, sink)
        >>> _ = db.client().enable_kinesis_streaming_destination(TableName="cars", StreamArn=arn)
        >>> _ = table.put_item(Item={"id": 1})
        >>> clock.advance(1)
        >>> b'"eventName":"INSERT"' in sink[0]
        True
        """
        from dynacore._kinesis import KinesisStream

        if isinstance(sink, str):
            from dynacore._kinesis_http import HttpKinesis

            sink = HttpKinesis(sink, self.region)
        stream = KinesisStream(self._core, stream_arn, sink, self.clock)
        self._kinesis_streams.append(stream)
        return stream

    def transaction_in_flight(self, table: str, *keys: Mapping[str, Any]) -> AbstractContextManager[None]:
        """Hold items of a table, inside the block, as a transaction of somebody else would.

        Whatever the door, a write of one of them is refused with TransactionConflictException, and a
        transaction on one with TransactionCanceledException and the reason TransactionConflict; other reads
        go on. The items need not exist. Keys have Python's values, or values with their type. Where another
        transaction holds one of the items this raises TransactionCanceledException. For several tables, nest.

        >>> db = Database()
        >>> table = db.resource().create_table(
        ...     TableName="cars",
        ...     KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        ...     AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
        ...     BillingMode="PAY_PER_REQUEST",
        ... )
        >>> with db.transaction_in_flight("cars", {"id": 1}, {"id": 2}):
        ...     try:
        ...         table.put_item(Item={"id": 1})
        ...     except table.meta.client.exceptions.TransactionConflictException as error:
        ...         error.response["Error"]["Message"]
        'Transaction is ongoing for the item'
        >>> _ = table.put_item(Item={"id": 1})
        """
        from dynacore._transaction_in_flight import transaction_in_flight

        return transaction_in_flight(self._core, table, keys)

    def bucket(self, name: str, place: str | os.PathLike[str], **client: Any) -> None:
        """Give the database a bucket: imports are read from it, exports and reports written to it.

        `place` is a directory, or where a real bucket is: `s3://bucket` reaches it with boto3, whose
        client gets `client` (`endpoint_url="http://127.0.0.1:9000"` for an S3-compatible server; so does the
        environment's `AWS_ENDPOINT_URL_S3`).

        >>> import tempfile
        >>> Database().bucket("exports", tempfile.gettempdir())
        """
        text = os.fspath(place)
        if text.startswith("s3://"):
            from dynacore._bucket import S3Bucket

            self._core.add_bucket(name, S3Bucket(text.removeprefix("s3://"), **client))
        elif "://" in text or client:
            raise ValueError(f"a bucket is a directory or s3://name, not {text!r}")
        else:
            self._core.add_bucket(name, os.path.abspath(text))

    def import_errors(self, import_arn: str) -> list[dict[str, Any]]:
        """List the first 100 items that an import left out, as AWS's log of imports tells them.

        Each has "itemS3Pointer" (bucket, key and itemIndex, from 0), "importArn", "errorMessages" and "line".
        """
        bucket, faults = self._core.import_faults(import_arn)
        return [
            {
                "itemS3Pointer": {"bucket": bucket, "key": key, "itemIndex": index},
                "importArn": import_arn,
                "errorMessages": [message],
                "line": line,
            }
            for key, index, line, message in faults
        ]

    def tick(self) -> None:
        """Let happen what is due now. Calls do this by themselves."""
        self._core.tick()

    def next_event_at(self) -> float | None:
        """Tell when something happens by itself next, in epoch seconds; `None` if nothing will."""
        return self._core.next_event_at()

    def snapshot(self) -> Snapshot:
        """Keep what the database is at this moment, for `restore` and `fork`. Only in memory.

        Takes microseconds and next to no memory, however many items there are: what they have in common is
        shared until one of the two writes. Everything is kept: tables, items, indexes, what is left in token
        buckets and what they were charged, charts, auto scaling, tokens of transactions. The clock is not.

        >>> db = Database()
        >>> seeded = db.snapshot()
        >>> _ = db.resource().create_table(
        ...     TableName="cars",
        ...     KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        ...     AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
        ...     BillingMode="PAY_PER_REQUEST",
        ... )
        >>> db.restore(seeded)
        >>> db.client().list_tables()["TableNames"]
        []
        """
        snapshot = self._core.snapshot()
        if snapshot is None:
            raise ValueError("a database in a directory has no snapshots: only one in memory has")
        return snapshot

    def restore(self, snapshot: Snapshot) -> None:
        """Become what this or another database was at a snapshot, as often as wanted.

        Clients and tables that were made before go on. Time stays what it is, so token buckets have filled
        up by what has passed since the snapshot, and what was due meanwhile happens at once.
        """
        if self.path is not None:
            raise ValueError("a database in a directory cannot be restored: only one in memory can")
        self._core.restore(snapshot)

    def fork(self) -> Database:
        """Make another database that begins as this one is, on the same clock.

        Only in memory; takes microseconds. From then on nothing that is done to one shows in the other. Its
        streams are there; triggers and rules are not, as their functions belong to this one.
        """
        snapshot = self.snapshot()
        fork = object.__new__(Database)
        fork.path, fork.region, fork.account_id, fork.clock = None, self.region, self.account_id, self.clock
        fork._kinesis_streams = []
        fork._open_core = self._core.fork(snapshot)
        Triggering.__init__(fork)
        return fork

    def close(self) -> None:
        """End the database.

        One with a path is durable when this returns; clients it made are refused from then on, and the
        directory can be opened again. One in memory makes nothing new; what it made keeps working until it
        is dropped. Triggers end with it, and go on when a directory is opened again; functions under way are
        waited for, for some seconds, and called again then if they take longer.
        """
        core, self._open_core = self._open_core, None
        try:
            for stream in self._kinesis_streams:
                stream.close()
            self._kinesis_streams.clear()
            self._close_runner()
        finally:
            if core is not None and self.path is not None:
                core.close()

    def __enter__(self) -> Database:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<dynacore.Database {self.path or 'in memory'}, {self.region}>"
