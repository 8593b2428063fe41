"""boto3's own objects over an engine in process: what goes in, what comes out, and that nothing leaves."""

import json
import zlib
from typing import Any

import botocore.awsrequest
import botocore.exceptions
import pytest

from dynacore._boto3 import NotServedError, make_session, make_world_session

Answer = tuple[int, dict[str, str], bytes]


class Engine:
    """Records what it is asked and answers what it was given; then it is down."""

    def __init__(self, *answers: tuple[int, dict[str, Any]]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, Any]] = []

    def answer(self, target: str, content_type: str, body: bytes) -> Answer | None:
        if not self.answers:
            return None
        self.asked.append((target, json.loads(body)))
        status, reply = self.answers.pop(0)
        answer = json.dumps(reply).encode()
        headers = {"content-type": content_type, "x-amzn-requestid": "REQUEST"}
        return status, {**headers, "x-amz-crc32": str(zlib.crc32(answer))}, answer


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


def test_every_call_goes_where_its_own_operation_and_region_say():
    near, far = Engine(*[(200, {})] * 4), Engine(*[(200, {})] * 4)
    session = make_world_session({"us-east-1": near, "eu-west-1": far})
    at_home, abroad = session.client("dynamodb"), session.client("dynamodb", region_name="eu-west-1")
    streams = session.client("dynamodbstreams")
    for _ in range(2):
        at_home.list_tables()
        abroad.list_tables()
        abroad.describe_limits()
        streams.list_streams()
    assert [target for target, _ in near.asked] == [
        "DynamoDB_20120810.ListTables",
        "DynamoDBStreams_20120810.ListStreams",
    ] * 2
    assert [target for target, _ in far.asked] == [
        "DynamoDB_20120810.ListTables",
        "DynamoDB_20120810.DescribeLimits",
    ] * 2


def test_an_address_of_ones_own_does_not_tell_the_region():
    near, far = Engine((200, {})), Engine((200, {}))
    session = make_world_session({"us-east-1": near, "eu-west-1": far})
    for region in ("us-east-1", "eu-west-1"):
        session.client("dynamodb", region_name=region, endpoint_url="http://127.0.0.1:9").list_tables()
    assert len(near.asked) == len(far.asked) == 1


def test_a_region_that_is_down_has_no_endpoint(monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    client = make_session(Engine(), "us-east-1").client("dynamodb")
    with pytest.raises(botocore.exceptions.EndpointConnectionError, match=r"https://dynamodb\.us-east-1"):
        client.list_tables()


def test_a_body_that_is_not_what_was_sent_is_asked_for_again(monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _seconds: None)

    class Damaging(Engine):
        def answer(self, target: str, content_type: str, body: bytes) -> Answer | None:
            status, headers, answer = super().answer(target, content_type, body)
            return status, headers, answer.replace(b"1", b"2") if len(self.answers) == 1 else answer

    engine = Damaging((200, ITEM), (200, ITEM))
    client = make_session(engine, "us-east-1").client("dynamodb")
    assert client.get_item(TableName="cars", Key={"id": {"S": "1"}})["Item"] == ITEM["Item"]
    assert len(engine.asked) == 2


def test_those_who_listen_see_a_response_of_botocores():
    seen: list[Any] = []
    client = make_session(Engine((200, ITEM)), "us-east-1").client("dynamodb")
    client.meta.events.register(
        "after-call.dynamodb.GetItem", lambda http_response, **_: seen.append(http_response)
    )
    client.get_item(TableName="cars", Key={"id": {"S": "1"}})
    [response] = seen
    assert isinstance(response, botocore.awsrequest.AWSResponse)
    assert (response.status_code, response.url) == (200, "https://dynamodb.us-east-1.amazonaws.com/")
    assert response.content == response.raw.read() == b"".join(response.raw.stream())
    assert response.text == json.dumps(ITEM)
    headers = response.headers
    assert headers["X-Amzn-RequestId"] == headers.get("x-amzn-requestid") == "REQUEST"
    assert "Content-Type" in headers
    assert headers.get("Expires") is None
    assert list(headers) == ["content-type", "x-amzn-requestid", "x-amz-crc32"]
    other = headers.copy()
    other["Server"] = "mine"
    del other["X-AMZ-CRC32"]
    assert dict(other) == {
        "content-type": headers["content-type"],
        "x-amzn-requestid": "REQUEST",
        "server": "mine",
    }
    assert len(headers) == 3


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
        def answer(self, target: str, content_type: str, body: bytes) -> Answer:
            raise RuntimeError("broken")

    client = make_session(Broken(), "us-east-1").client("dynamodb")
    with pytest.raises(RuntimeError, match="broken"):
        client.list_tables()


def test_not_served_is_a_botocore_error():
    assert issubclass(NotServedError, botocore.exceptions.BotoCoreError)
