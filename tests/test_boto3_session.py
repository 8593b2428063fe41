"""boto3's own objects over an engine in process: what goes in, what comes out, and that nothing leaves."""

import json
import zlib
from typing import Any

import botocore.exceptions
import pytest

from dynacore._boto3 import NotServedError, make_session


class Engine:
    """Records what it is asked and answers what it was given."""

    def __init__(self, *answers: tuple[int, dict[str, Any]]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, Any]] = []

    def is_up(self) -> bool:
        return True

    def answer(self, target: str, body: bytes) -> tuple[int, str, bytes]:
        self.asked.append((target, json.loads(body)))
        status, reply = self.answers.pop(0)
        return status, "REQUEST", json.dumps(reply).encode()


ITEM = {"Item": {"id": {"S": "1"}, "year": {"N": "1967"}}}


def test_a_client_is_answered_by_the_engine():
    engine = Engine((200, ITEM))
    client = make_session(engine, "us-east-1").client("dynamodb")
    response = client.get_item(TableName="cars", Key={"id": {"S": "1"}})
    assert response["Item"] == ITEM["Item"]
    assert engine.asked == [("DynamoDB_20120810.GetItem", {"TableName": "cars", "Key": {"id": {"S": "1"}}})]
    metadata = response["ResponseMetadata"]
    assert metadata["RequestId"] == "REQUEST"
    assert metadata["HTTPHeaders"]["x-amz-crc32"] == str(zlib.crc32(json.dumps(ITEM).encode()))


def test_a_resource_is_answered_by_the_engine():
    engine = Engine((200, ITEM))
    table = make_session(engine, "us-east-1").resource("dynamodb").Table("cars")
    assert table.get_item(Key={"id": "1"})["Item"] == {"id": "1", "year": 1967}


@pytest.mark.parametrize(
    ("service", "operation", "target"),
    [
        ("dynamodbstreams", "list_streams", "DynamoDBStreams_20120810.ListStreams"),
        (
            "application-autoscaling",
            "describe_scalable_targets",
            "AnyScaleFrontendService.DescribeScalableTargets",
        ),
    ],
)
def test_other_services_of_the_engine(service, operation, target):
    engine = Engine((200, {}))
    client = make_session(engine, "us-east-1").client(service)
    getattr(client, operation)(**({"ServiceNamespace": "dynamodb"} if "scaling" in service else {}))
    assert engine.asked[0][0] == target


def test_errors_are_botocores():
    refusal = {"__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", "message": "Requested"}
    client = make_session(Engine((400, refusal)), "us-east-1").client("dynamodb")
    with pytest.raises(client.exceptions.ResourceNotFoundException) as caught:
        client.get_item(TableName="cars", Key={"id": {"S": "1"}})
    assert caught.value.response["Error"] == {"Message": "Requested", "Code": "ResourceNotFoundException"}


def test_retries_are_botocores(monkeypatch):
    delays: list[float] = []
    monkeypatch.setattr("time.sleep", delays.append)
    refusal = {"__type": "x#ProvisionedThroughputExceededException", "message": "slow"}
    engine = Engine((400, refusal), (500, {}), (200, ITEM))
    client = make_session(engine, "us-east-1").client("dynamodb")
    response = client.get_item(TableName="cars", Key={"id": {"S": "1"}})
    assert response["ResponseMetadata"]["RetryAttempts"] == 2
    assert len(delays) == 2


@pytest.mark.parametrize(
    ("service", "operation"),
    [("s3", "list_buckets"), ("sts", "get_caller_identity")],
)
def test_services_that_are_not_here_say_so(service, operation):
    client = make_session(Engine(), "us-east-1").client(service)
    with pytest.raises(NotServedError, match=f"no service '{service}' here; there are: dynamodb, "):
        getattr(client, operation)()


def test_another_region_says_so():
    client = make_session(Engine(), "us-east-1").client("dynamodb", region_name="eu-west-1")
    with pytest.raises(NotServedError, match="Region eu-west-1, and the database is in us-east-1"):
        client.list_tables()


def test_the_machines_configuration_is_left_out(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "not-there")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "real")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-south-1")
    session = make_session(Engine((200, {"TableNames": []})), "us-east-1")
    client = session.client("dynamodb")
    assert client.list_tables()["TableNames"] == []
    assert client.meta.region_name == "us-east-1"
    assert session.get_credentials().access_key == "dynacore"


def test_sessions_do_not_share_engines():
    first, second = Engine((200, ITEM)), Engine((200, {}))
    clients = [make_session(engine, "us-east-1").client("dynamodb") for engine in (first, second)]
    answers = [client.get_item(TableName="cars", Key={"id": {"S": "1"}}) for client in clients]
    assert ["Item" in answer for answer in answers] == [True, False]


def test_an_engine_that_fails_is_not_hidden():
    class Broken:
        def is_up(self) -> bool:
            return True

        def answer(self, target: str, body: bytes) -> tuple[int, str, bytes]:
            raise RuntimeError("broken")

    client = make_session(Broken(), "us-east-1").client("dynamodb")
    with pytest.raises(RuntimeError, match="broken"):
        client.list_tables()


def test_not_served_is_a_botocore_error():
    assert issubclass(NotServedError, botocore.exceptions.BotoCoreError)
