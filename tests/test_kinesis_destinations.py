"""Kinesis streaming destinations: their states and errors through three doors, and what a sink gets."""

import base64
import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

import dynacore

ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/changes"
OTHER = "arn:aws:kinesis:us-east-1:000000000000:stream/others"
WRONG_STATE = "Table is not in a valid state to enable Kinesis Streaming Destination: "


class Sink:
    """Takes records, but for those that `refuses` holds; fails while `broken`."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.refuses = 0
        self.broken = False

    def put_records(self, *, Records: list[Any], StreamARN: str) -> dict[str, Any]:
        if self.broken:
            raise ConnectionError("the sink is down")
        results: list[dict[str, str]] = []
        for record in Records:
            if self.refuses:
                self.refuses -= 1
                results.append({"ErrorCode": "ProvisionedThroughputExceededException"})
                continue
            assert StreamARN == ARN
            self.records.append(json.loads(record["Data"]))
            self.keys.append(record["PartitionKey"])
            results.append({"SequenceNumber": str(len(self.records))})
        return {"FailedRecordCount": sum("ErrorCode" in result for result in results), "Records": results}


@pytest.fixture
def sink(database: Any) -> Sink:
    """What stands in for the stream `ARN`."""
    sink = Sink()
    database.kinesis_stream(ARN, sink)
    return sink


def destinations(client: Any) -> list[dict[str, Any]]:
    found = client.describe_kinesis_streaming_destination(TableName="cars")["KinesisDataStreamDestinations"]
    assert isinstance(found, list)
    return found


def refused(call: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(TableName="cars", **parameters)
    error = caught.value.response["Error"]
    return f"{error['Code']}: {error['Message']}"


def test_a_stream_that_is_not_there_fails_later(cars):
    assert destinations(cars) == []
    answer = cars.enable_kinesis_streaming_destination(TableName="cars", StreamArn=ARN)
    assert (answer["TableName"], answer["StreamArn"]) == ("cars", ARN)
    assert answer["DestinationStatus"] == "ENABLING"
    assert answer["EnableKinesisStreamingConfiguration"] == {}
    (destination,) = destinations(cars)
    assert destination == {
        "StreamArn": ARN,
        "DestinationStatus": "ENABLE_FAILED",
        "DestinationStatusDescription": "User does not have a permission to use kinesis stream",
    }
    elsewhere = ARN.replace("us-east-1", "eu-central-1")
    cars.enable_kinesis_streaming_destination(TableName="cars", StreamArn=elsewhere)
    latest, first = destinations(cars)
    assert (latest["StreamArn"], first["StreamArn"]) == (elsewhere, ARN)
    assert "not in the current region" in latest["DestinationStatusDescription"]


def test_what_is_refused(cars):
    state = f"ValidationException: {WRONG_STATE}"
    assert refused(cars.disable_kinesis_streaming_destination, StreamArn=ARN) == (
        state + "KinesisStreamingDestination must be ACTIVE to perform DISABLE operation."
    )
    precision = {"ApproximateCreationDateTimePrecision": "MICROSECOND"}
    update = cars.update_kinesis_streaming_destination
    assert refused(update, StreamArn=ARN, UpdateKinesisStreamingConfiguration=precision) == (
        f"{state}No streaming destination with streamArn: {ARN} found for table with tableName: cars"
    )
    assert refused(update, StreamArn=ARN) == (
        "ValidationException: Streaming destination cannot be updated with given parameters: "
        "UpdateKinesisStreamingConfiguration cannot be null or contain only null values"
    )
    disable = cars.disable_kinesis_streaming_destination
    assert refused(disable, StreamArn=ARN, EnableKinesisStreamingConfiguration=precision) == (
        "ValidationException: Stream cannot be disabled using EnableKinesisStreamingConfiguration parameters"
    )
    assert "'streamArn' failed to satisfy constraint" in refused(disable, StreamArn="not-an-arn")
    with pytest.raises(ClientError, match="Requested resource not found: Table: vans not found"):
        cars.describe_kinesis_streaming_destination(TableName="vans")


@pytest.mark.database(clock="virtual", table_transition_seconds=2)
def test_a_destination_has_states(client, database, sink):
    client.create_table(
        TableName="cars",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    enable = client.enable_kinesis_streaming_destination
    not_found = "ResourceNotFoundException: Requested resource not found: Table: cars not found"
    assert refused(enable, StreamArn=ARN) == not_found
    database.clock.advance(2)
    enable(TableName="cars", StreamArn=ARN)
    assert destinations(client) == [{"StreamArn": ARN, "DestinationStatus": "ENABLING"}]
    must_be = (
        "EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE operation."
    )
    assert refused(enable, StreamArn=OTHER) == f"ValidationException: {WRONG_STATE}{must_be}"
    database.clock.advance(2)
    assert destinations(client) == [{"StreamArn": ARN, "DestinationStatus": "ACTIVE"}]

    def update(unit: str) -> dict[str, Any]:
        configuration = {"ApproximateCreationDateTimePrecision": unit}
        return {"StreamArn": ARN, "UpdateKinesisStreamingConfiguration": configuration}

    change = client.update_kinesis_streaming_destination
    assert "Precision is already set to the desired value of MILLISECOND for tableId: " in refused(
        change, **update("MILLISECOND")
    )
    answer = change(TableName="cars", **update("MICROSECOND"))
    assert answer["DestinationStatus"] == "UPDATING"
    assert answer["UpdateKinesisStreamingConfiguration"] == {
        "ApproximateCreationDateTimePrecision": "MICROSECOND"
    }
    (destination,) = destinations(client)
    assert destination["DestinationStatus"] == "UPDATING"
    assert destination["ApproximateCreationDateTimePrecision"] == "MICROSECOND"
    assert refused(change, **update("MILLISECOND")) == (
        f"ValidationException: {WRONG_STATE}Kinesis streaming is not in ACTIVE state. Updates are only "
        f"allowed in ACTIVE state. TableName: cars, kdsArn: {ARN}"
    )
    database.clock.advance(2)
    disable = client.disable_kinesis_streaming_destination
    assert disable(TableName="cars", StreamArn=ARN)["DestinationStatus"] == "DISABLING"
    assert disable(TableName="cars", StreamArn=ARN)["DestinationStatus"] == "DISABLING"
    database.clock.advance(2)
    (destination,) = destinations(client)
    assert destination["DestinationStatus"] == "DISABLED"
    enable(TableName="cars", StreamArn=ARN)
    assert destinations(client) == [{"StreamArn": ARN, "DestinationStatus": "ENABLING"}]


@pytest.mark.database(clock="virtual")
def test_changes_arrive_in_order(cars, database, sink):
    cars.put_item(TableName="cars", Item={"id": {"S": "0"}})
    cars.enable_kinesis_streaming_destination(TableName="cars", StreamArn=ARN)
    database.tick()
    cars.put_item(TableName="cars", Item={"id": {"S": "1"}})
    cars.put_item(TableName="cars", Item={"id": {"S": "1"}, "make": {"S": "vw"}})
    cars.put_item(TableName="cars", Item={"id": {"S": "1"}, "make": {"S": "vw"}})
    cars.delete_item(TableName="cars", Key={"id": {"S": "1"}})
    assert sink.records == []
    made = database.clock.now()
    database.clock.advance(0.1)
    assert [record["eventName"] for record in sink.records] == ["INSERT", "MODIFY", "REMOVE"]
    record = sink.records[1]
    assert len(record.pop("eventID")) == 36
    assert record == {
        "awsRegion": "us-east-1",
        "eventName": "MODIFY",
        "userIdentity": None,
        "recordFormat": "application/json",
        "tableName": "cars",
        "dynamodb": {
            "ApproximateCreationDateTime": int(made * 1000),
            "Keys": {"id": {"S": "1"}},
            "NewImage": {"id": {"S": "1"}, "make": {"S": "vw"}},
            "OldImage": {"id": {"S": "1"}},
            "SizeBytes": 3 + 9 + 3,
            "ApproximateCreationDateTimePrecision": "MILLISECOND",
        },
        "eventSource": "aws:dynamodb",
    }
    assert len(set(sink.keys)) == 1
    cars.disable_kinesis_streaming_destination(TableName="cars", StreamArn=ARN)
    database.tick()
    cars.put_item(TableName="cars", Item={"id": {"S": "2"}})
    database.clock.advance(60)
    assert len(sink.records) == 3


@pytest.mark.database(clock="virtual")
def test_what_a_sink_refuses_comes_again(cars, database, sink, caplog):
    cars.enable_kinesis_streaming_destination(TableName="cars", StreamArn=ARN)
    database.tick()
    for number in range(5):
        cars.put_item(TableName="cars", Item={"id": {"S": str(number)}})
    sink.broken = True
    with caplog.at_level(logging.ERROR, logger="dynacore"):
        database.clock.advance(0.5)
    assert "were not delivered" in caplog.text
    assert "the sink is down" in caplog.text
    sink.broken, sink.refuses = False, 2
    database.clock.advance(5)
    ids = [record["dynamodb"]["Keys"]["id"]["S"] for record in sink.records]
    # At least once: what a batch has behind a refused record comes again with it.
    assert set(ids) == {"0", "1", "2", "3", "4"}
    assert ids[-5:] == ["0", "1", "2", "3", "4"]


def test_all_there_is_can_be_delivered_at_once(database):
    sink = Sink()
    client = database.client()
    client.create_table(
        TableName="cars",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    with database.kinesis_stream(ARN, sink) as stream:
        client.enable_kinesis_streaming_destination(TableName="cars", StreamArn=ARN)
        database.tick()
        client.put_item(TableName="cars", Item={"id": {"S": "1"}})
        stream.deliver()
        assert len(sink.records) == 1
    client.put_item(TableName="cars", Item={"id": {"S": "2"}})
    assert stream.deliver() == 0


class Endpoint:
    """Kinesis on a socket: refuses what its sink refuses, and answers 500 to the first `broken` requests."""

    def __init__(self) -> None:
        self.sink = Sink()
        self.broken = 0
        self.headers: list[dict[str, str]] = []
        self.bodies: list[bytes] = []
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                endpoint.headers.append({name.lower(): value for name, value in self.headers.items()})
                endpoint.bodies.append(body)
                status, answer = endpoint.answer(json.loads(body))
                data = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"

    def answer(self, request: dict[str, Any]) -> tuple[int, Any]:
        if self.broken:
            self.broken -= 1
            return 500, {"__type": "InternalFailureException"}
        records = [
            {"Data": base64.b64decode(each["Data"], validate=True), "PartitionKey": each["PartitionKey"]}
            for each in request["Records"]
        ]
        answer = self.sink.put_records(Records=records, StreamARN=request["StreamARN"])
        answer["Records"] = [{"ErrorCode": None, **each} for each in answer["Records"]]
        return 200, answer


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    endpoint = Endpoint()
    thread = threading.Thread(target=endpoint.server.serve_forever)
    thread.start()
    yield endpoint
    endpoint.server.shutdown()
    thread.join()
    endpoint.server.server_close()


def streaming(database: dynacore.Database) -> Any:
    client: Any = database.client()
    client.create_table(
        TableName="cars",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    client.enable_kinesis_streaming_destination(TableName="cars", StreamArn=ARN)
    return client


def test_a_url_gets_what_is_refused_again_in_order(endpoint, caplog):
    clock = dynacore.VirtualClock()
    with dynacore.Database(clock=clock) as database:
        database.kinesis_stream(ARN, endpoint.url)
        client = streaming(database)
        for number in range(5):
            client.put_item(TableName="cars", Item={"id": {"S": str(number)}})
        endpoint.broken, endpoint.sink.refuses = 1, 2
        clock.advance(1)
        assert endpoint.sink.records == []
        assert "PutRecords at" in caplog.text
        clock.advance(10)
    seen = [record["dynamodb"]["Keys"]["id"]["S"] for record in endpoint.sink.records]
    # Behind what was refused others may have been taken, and come again; the order is that of the changes.
    assert list(dict.fromkeys(seen[-5:])) == ["0", "1", "2", "3", "4"]
    assert endpoint.headers[0]["x-amz-target"] == "Kinesis_20131202.PutRecords"
    assert endpoint.headers[0]["content-type"] == "application/x-amz-json-1.1"


def test_a_url_is_signed_as_botocore_signs(endpoint, monkeypatch):
    for name, value in {"ACCESS_KEY_ID": "AKID", "SECRET_ACCESS_KEY": "secret", "SESSION_TOKEN": "t"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    clock = dynacore.VirtualClock()
    with dynacore.Database(clock=clock) as database:
        database.kinesis_stream(ARN, endpoint.url)
        streaming(database).put_item(TableName="cars", Item={"id": {"S": "a"}})
        clock.advance(1)
    (headers,), (body,) = endpoint.headers, endpoint.bodies
    given = ("content-type", "x-amz-target", "x-amz-date")
    request = AWSRequest("POST", endpoint.url, {name: headers[name] for name in given}, body)
    request.context["timestamp"] = headers["x-amz-date"]
    signer = SigV4Auth(Credentials("AKID", "secret", "t"), "kinesis", "us-east-1")
    request.headers["X-Amz-Security-Token"] = "t"
    canonical = signer.canonical_request(request)
    signature = signer.signature(signer.string_to_sign(request, canonical), request)
    assert headers["authorization"].endswith(f"Signature={signature}")


def test_a_sink_is_an_object_or_a_url():
    with dynacore.Database() as database, pytest.raises(ValueError, match="http"):
        database.kinesis_stream(ARN, "ftp://127.0.0.1")


def test_a_served_database_streams_to_a_url(endpoint):
    command = [sys.executable, "-m", "dynacore", "serve", "--port", "0", "--kinesis"]
    with subprocess.Popen([*command, f"changes={endpoint.url}"], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        address = process.stdout.readline().decode().split()[-1]
        client = boto3.client(
            "dynamodb",
            endpoint_url=address,
            region_name="us-east-1",
            aws_access_key_id="x",
            aws_secret_access_key="x",
        )
        client.create_table(
            TableName="cars",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        client.enable_kinesis_streaming_destination(TableName="cars", StreamArn=ARN)
        client.put_item(TableName="cars", Item={"id": {"S": "a"}})
        while not endpoint.sink.records:
            time.sleep(0.01)
        process.terminate()
    assert endpoint.sink.records[0]["eventName"] == "INSERT"
