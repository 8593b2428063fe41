"""One API, three doors: the native client, boto3 in process, and boto3 over HTTP.

A test that asks for `client`, `resource`, `scaling` or `door` runs once through each. Options of the database
come from the marker: `@pytest.mark.database(throttle=False)`. A served database keeps the system's time, so a
test that gives a `clock` runs through the other two.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

import dynacore

DOORS = ("native", "boto3", "http")

# The engine's answer is what is tested: no retries that hide a refusal, no client-side check before it.
CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 1}, parameter_validation=False)

START_SECONDS = 30


class Door:
    """A way to a database: makes clients and the resource; `database` is what is behind them, if here."""

    def __init__(
        self, name: str, client: Callable[[str], Any], resource: Callable[[], Any], **more: Any
    ) -> None:
        self.name = name
        self.client = client
        self.resource = resource
        self.database: dynacore.Database | None = more.get("database")
        # The directory of the bucket "transfers", which every door has.
        self.bucket: Path = more["bucket"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "door" in metafunc.fixturenames:
        options = _options(metafunc.definition)
        doors = [name for name in DOORS if name != "http" or "clock" not in options]
        metafunc.parametrize("door", doors, indirect=True)


def _options(node: Any) -> dict[str, Any]:
    marker = node.get_closest_marker("database")
    return dict(marker.kwargs) if marker else {}


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Iterator[dynacore.Database]:
    """A fresh database with the marker's options; `clock="virtual"` makes a new one."""
    options = _options(request.node)
    if options.get("clock") == "virtual":
        options["clock"] = dynacore.VirtualClock()
    with dynacore.Database(**options) as database:
        yield database


@pytest.fixture
def door(request: pytest.FixtureRequest) -> Iterator[Door]:
    if request.param == "http":
        served = request.getfixturevalue("servers")(_options(request.node))
        yield Door("http", served.client, served.resource, bucket=served.bucket)
        served.clear()
        return
    database: dynacore.Database = request.getfixturevalue("database")
    bucket: Path = request.getfixturevalue("tmp_path") / "bucket"
    bucket.mkdir()
    database.bucket("transfers", bucket)
    if request.param == "native":
        yield Door("native", database.client, database.resource, database=database, bucket=bucket)
        return
    session = database.boto3_session()
    yield Door(
        "boto3",
        lambda service: session.client(service, config=CONFIG),
        lambda: session.resource("dynamodb", config=CONFIG),
        database=database,
        bucket=bucket,
    )


@pytest.fixture
def bucket(door: Door) -> Path:
    """The directory of the bucket "transfers"."""
    return door.bucket


@pytest.fixture
def client(door: Door) -> Any:
    """DynamoDB's client."""
    return door.client("dynamodb")


@pytest.fixture
def scaling(door: Door) -> Any:
    """Application Auto Scaling's client."""
    return door.client("application-autoscaling")


@pytest.fixture
def watch(door: Door) -> Any:
    """CloudWatch's client."""
    return door.client("cloudwatch")


@pytest.fixture
def resource(door: Door) -> Any:
    """DynamoDB's resource."""
    return door.resource()


@pytest.fixture
def cars(client: Any) -> Any:
    """`cars`: items with the partition key `id` (S), on demand. The client, for calls."""
    client.create_table(
        TableName="cars",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return client


@pytest.fixture
def laps(client: Any) -> Any:
    """`laps`: items with the partition key `driver` (S) and the sort key `lap` (N), on demand."""
    client.create_table(
        TableName="laps",
        KeySchema=[
            {"AttributeName": "driver", "KeyType": "HASH"},
            {"AttributeName": "lap", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "driver", "AttributeType": "S"},
            {"AttributeName": "lap", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    return client


class Server:
    """`dynacore serve` in a process of its own, on a port that was free."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.bucket = Path(tempfile.mkdtemp(prefix="dynacore-bucket-"))
        bucket = ["--bucket", f"transfers={self.bucket}"]
        command = [sys.executable, "-m", "dynacore", "serve", "--port", "0", *bucket, *_arguments(options)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert "http://" in line, f"the server did not start: {line!r}"
        self.address = "http://" + line.split("http://")[1].split()[0]
        session = boto3.session.Session(
            aws_access_key_id="dynacore",
            aws_secret_access_key="dynacore",
            region_name=options.get("region", "us-east-1"),
        )
        # Made once: a client of botocore takes longer than most tests.
        self._clients = {
            service: session.client(service, endpoint_url=self.address, config=CONFIG)
            for service in ("dynamodb", "dynamodbstreams", "application-autoscaling", "cloudwatch")
        }
        self._resource = session.resource("dynamodb", endpoint_url=self.address, config=CONFIG)

    def client(self, service: str) -> Any:
        return self._clients[service]

    def resource(self) -> Any:
        return self._resource

    def clear(self) -> None:
        """Leave nothing to the next test: no table, backup but the system's, scalable target or object."""
        for entry in self.bucket.iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        for table in self._resource.tables.all():
            table.delete()
        client = self._resource.meta.client
        for backup in client.list_backups()["BackupSummaries"]:
            client.delete_backup(BackupArn=backup["BackupArn"])
        scaling = self._clients["application-autoscaling"]
        targets = scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"]
        for target in targets:
            scaling.deregister_scalable_target(
                ServiceNamespace="dynamodb",
                ResourceId=target["ResourceId"],
                ScalableDimension=target["ScalableDimension"],
            )

        watch = self._clients["cloudwatch"]
        composites = watch.describe_alarms(AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
        for alarm in composites:
            # One that depends on no other may go, and so may those it depended on.
            watch.put_composite_alarm(AlarmName=alarm["AlarmName"], AlarmRule="FALSE")
        for alarm in composites:
            watch.delete_alarms(AlarmNames=[alarm["AlarmName"]])
        watch.delete_alarms(AlarmNames=[one["AlarmName"] for one in watch.describe_alarms()["MetricAlarms"]])
        entries = watch.list_dashboards()["DashboardEntries"]
        watch.delete_dashboards(DashboardNames=[one["DashboardName"] for one in entries])

    def stop(self) -> int:
        """End the process as a service manager would; its exit code."""
        for client in (*self._clients.values(), self._resource.meta.client):
            client.close()
        self.process.terminate()
        try:
            return self.process.wait(START_SECONDS)
        finally:
            if self.process.poll() is None:
                self.process.kill()
            assert self.process.stdout is not None
            self.process.stdout.close()
            shutil.rmtree(self.bucket)


def _arguments(options: dict[str, Any]) -> list[str]:
    arguments = []
    for name, value in sorted(options.items()):
        flag = name.replace("_", "-")
        if isinstance(value, bool):
            arguments.append(f"--{flag}" if value else f"--no-{flag}")
        else:
            arguments += [f"--{flag}", str(value)]
    return arguments


@pytest.fixture(scope="session")
def servers() -> Iterator[Callable[[dict[str, Any]], Server]]:
    """Servers by their options, each started once and ended with the session."""
    running: dict[tuple[str, ...], Server] = {}

    def serve(options: dict[str, Any]) -> Server:
        key = tuple(_arguments(options))
        if key not in running:
            running[key] = Server(options)
        return running[key]

    yield serve
    exit_codes = [server.stop() for server in running.values()]
    assert not any(exit_codes), f"servers ended with {exit_codes}"


class Planet:
    """A world of two Regions behind a door, with a name of its own for each test's table."""

    regions = ("us-east-1", "eu-central-1")
    _names = count(1)

    def __init__(self, client: Callable[[str, str], Any], clock: dynacore.VirtualClock | None) -> None:
        self._client = client
        self._clock = clock
        self.name = f"cars-{next(self._names)}"

    def client(self, region: int = 0, service: str = "dynamodb") -> Any:
        """The client of a service in a Region, by its position."""
        return self._client(self.regions[region], service)

    def until(self, holds: Callable[[], bool]) -> None:
        """Let time pass until something holds."""
        for _ in range(START_SECONDS * 20):
            if holds():
                return
            if self._clock is None:
                time.sleep(0.05)
            else:
                self._clock.advance(1)
        raise AssertionError("it did not come to hold")

    def create(self, region: int, **more: Any) -> None:
        """Make the test's table in a Region: `id` (S), on demand, with a stream."""
        self.client(region).create_table(
            **{
                "TableName": self.name,
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "BillingMode": "PAY_PER_REQUEST",
                "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
                **more,
            }
        )

    def group(self) -> dict[str, Any]:
        """Make a global table of version 2017.11.29 in both Regions; CreateGlobalTable's answer."""
        for region in range(2):
            self.create(region)
        made = self.client().create_global_table(
            GlobalTableName=self.name,
            ReplicationGroup=[{"RegionName": region} for region in self.regions],
        )
        self.until(lambda: self.status() == "ACTIVE")
        return made["GlobalTableDescription"]

    def status(self) -> str:
        """`GlobalTableStatus`."""
        described = self.client().describe_global_table(GlobalTableName=self.name)
        return described["GlobalTableDescription"]["GlobalTableStatus"]


@pytest.fixture(scope="session")
def served_world() -> Iterator[str]:
    """The address of a server of a planet's Regions."""
    command = [sys.executable, "-m", "dynacore", "serve", "--port", "0"]
    command += ["--regions", ",".join(Planet.regions)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield "http://" + process.stdout.readline().split("http://")[1].split()[0]
    process.terminate()
    process.wait(START_SECONDS)
    process.stdout.close()


@pytest.fixture(params=DOORS)
def planet(request: pytest.FixtureRequest) -> Iterator[Planet]:
    """A world of two Regions, through each door."""
    if request.param == "http":
        address = request.getfixturevalue("served_world")
        session = boto3.session.Session(aws_access_key_id="a", aws_secret_access_key="b")

        def served(region: str, service: str) -> Any:
            return session.client(service, region_name=region, endpoint_url=address, config=CONFIG)

        yield Planet(cache(served), None)
        return
    clock = dynacore.VirtualClock()
    with dynacore.World(Planet.regions, clock=clock) as world:
        if request.param == "native":
            yield Planet(lambda region, service: world[region].client(service), clock)
            return
        session = world.boto3_session()

        def in_process(region: str, service: str) -> Any:
            return session.client(service, region_name=region, config=CONFIG)

        yield Planet(cache(in_process), clock)
