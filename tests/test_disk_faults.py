"""A disk that fails under a database that serves: errors that say so, and nothing acknowledged is lost.

The failure is the operating system's own: a limit to the size of files, which a growing log meets.
"""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

import dynacore

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the limit is one of POSIX")

# The log grows by 1 MiB at a time: the second step is cut off in its middle.
LIMIT_BYTES = 1_500_000
CONFIG = Config(retries={"total_max_attempts": 1})

EMBEDDED = """
import resource, sys
import dynacore
from dynacore import exceptions

path, sync = sys.argv[1:]
db = dynacore.Database(path, sync=sync)
client = db.client()
resource.setrlimit(resource.RLIMIT_FSIZE, (%d, resource.RLIM_INFINITY))
number = 0

def refused(call, **parameters):
    try:
        call(**parameters)
    except exceptions.InternalServerError as error:
        return str(error)

try:
    while True:
        client.put_item(TableName="cars", Item={"id": {"S": str(number)}, "text": {"S": "x" * 5_000}})
        number += 1
except exceptions.InternalServerError as error:
    assert "the store failed" in str(error) and path in str(error), error
for _ in range(2):
    for call, parameters in (
        (client.get_item, {"TableName": "cars", "Key": {"id": {"S": "1"}}}),
        (client.put_item, {"TableName": "cars", "Item": {"id": {"S": "1"}}}),
        (client.delete_table, {"TableName": "cars"}),
        (client.list_tables, {}),
        (db.partitions, {"name": "cars"}),
    ):
        text = refused(call, **parameters)
        assert text and "the store failed" in text and "opened again" in text, (call, text)
# The disk works again, and the database stays failed until it is opened.
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
assert refused(client.list_tables)
try:
    db.close()
except exceptions.StoreFailed as error:
    print(number)
"""


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "shop.dynacore"
    with dynacore.Database(path) as db:
        db.client().create_table(
            TableName="cars",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
    return path


def check(path, count):
    """All that was acknowledged is there, and the database takes more."""
    with dynacore.Database(path) as db:
        table = db.resource().Table("cars")
        for number in range(count):
            assert "Item" in table.get_item(Key={"id": str(number)}), number
        assert db.client().describe_table(TableName="cars")["Table"]["ItemCount"] in (count, count + 1)
        table.put_item(Item={"id": "more"})
        with pytest.raises(dynacore.exceptions.ResourceNotFoundException):
            db.client().describe_table(TableName="none")


def test_a_failed_disk_is_told_and_nothing_acknowledged_is_lost(path):
    command = [sys.executable, "-c", EMBEDDED % LIMIT_BYTES, str(path), "commit"]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    count = int(finished.stdout)
    assert 100 < count < 300
    check(path, count)


def test_a_failed_disk_ends_a_database_that_syncs_later(path):
    command = [sys.executable, "-c", EMBEDDED % LIMIT_BYTES, str(path), "interval"]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    with dynacore.Database(path) as db:
        found = {int(item["id"]["S"]) for item in db.client().scan(TableName="cars")["Items"]}
    # What was promised is bounded loss: the last ones may be gone, and no one before them.
    assert found == set(range(len(found)))


def limited():
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT_BYTES, resource.RLIM_INFINITY))


def put_until_it_fails(client):
    for number in range(10_000):
        item = {"id": {"S": str(number)}, "text": {"S": "x" * 5_000}}
        try:
            client.put_item(TableName="cars", Item=item)
        except ClientError as error:
            return number, error
    raise AssertionError("the disk did not fail")


def test_a_server_with_a_failed_disk_says_that_it_is_not_healthy(path):
    command = [sys.executable, "-m", "dynacore", "serve", str(path), "--port", "0"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=environment, preexec_fn=limited
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[-1]
        with urllib.request.urlopen(address) as answer:
            assert answer.read().startswith(b"healthy: dynamodb")
        client = boto3.client(
            "dynamodb",
            endpoint_url=address,
            region_name="us-east-1",
            aws_access_key_id="a",
            aws_secret_access_key="b",
            config=CONFIG,
        )
        count, failure = put_until_it_fails(client)
        assert failure.response["Error"]["Code"] == "InternalServerError"
        with pytest.raises(ClientError, match="opened again"):
            client.list_tables()
        with pytest.raises(urllib.error.HTTPError) as unhealthy:
            urllib.request.urlopen(address)
        assert unhealthy.value.code == 500
        assert unhealthy.value.read().startswith(b"unhealthy: the store failed")
        process.send_signal(signal.SIGTERM)
    assert process.returncode != 0
    check(path, count)
