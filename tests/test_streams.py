"""DynamoDB Streams: a table's changes, in order, through three doors."""

import datetime
import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

KEY = {"id": {"S": "1"}}


@pytest.fixture
def streams(door: Any) -> Any:
    """DynamoDB Streams' client."""
    return door.client("dynamodbstreams")


@pytest.fixture
def arn(client: Any) -> Any:
    """The ARN of the stream, of new and old images, of a table `cars` that is one partition."""
    table = client.create_table(
        TableName="cars",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )["TableDescription"]
    return table["LatestStreamArn"]


def put(client: Any, **attributes: Any) -> None:
    client.put_item(TableName="cars", Item={**KEY, **attributes})


def iterator(streams: Any, arn: str, kind: str, **more: Any) -> str:
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    place = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType=kind, **more)
    return str(place["ShardIterator"])


def records(streams: Any, arn: str) -> list[dict[str, Any]]:
    found = streams.get_records(ShardIterator=iterator(streams, arn, "TRIM_HORIZON"))["Records"]
    assert isinstance(found, list)
    return found


def test_a_record_tells_the_change(client, streams, arn):
    put(client, make={"S": "vw"})
    put(client, make={"S": "audi"})
    client.delete_item(TableName="cars", Key=KEY)
    found = records(streams, arn)
    assert [record["eventName"] for record in found] == ["INSERT", "MODIFY", "REMOVE"]
    vw, audi = {**KEY, "make": {"S": "vw"}}, {**KEY, "make": {"S": "audi"}}
    images = [(record["dynamodb"].get("OldImage"), record["dynamodb"].get("NewImage")) for record in found]
    assert images == [(None, vw), (vw, audi), (audi, None)]
    change = found[0]["dynamodb"]
    assert change["Keys"] == KEY
    assert change["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    assert isinstance(change["ApproximateCreationDateTime"], datetime.datetime)
    assert re.fullmatch(r"\d{21,40}", change["SequenceNumber"])
    assert (found[0]["eventVersion"], found[0]["eventSource"]) == ("1.1", "aws:dynamodb")
    assert len({record["eventID"] for record in found}) == 3


def test_a_stream_is_described_and_listed(client, streams, arn):
    stream = streams.describe_stream(StreamArn=arn)["StreamDescription"]
    assert stream["StreamStatus"] == "ENABLED"
    assert stream["KeySchema"] == [{"AttributeName": "id", "KeyType": "HASH"}]
    assert re.fullmatch(r"shardId-\d{20}-[0-9a-f]{8}", stream["Shards"][0]["ShardId"])
    listed = streams.list_streams(TableName="cars")["Streams"]
    assert {"StreamArn": arn, "TableName": "cars", "StreamLabel": stream["StreamLabel"]} in listed


def test_latest_goes_on_where_it_was(client, streams, arn):
    put(client)
    page = streams.get_records(ShardIterator=iterator(streams, arn, "LATEST"))
    assert page["Records"] == []
    put(client, make={"S": "vw"})
    (record,) = streams.get_records(ShardIterator=page["NextShardIterator"])["Records"]
    assert record["eventName"] == "MODIFY"
    number = record["dynamodb"]["SequenceNumber"]
    at = iterator(streams, arn, "AT_SEQUENCE_NUMBER", SequenceNumber=number)
    assert streams.get_records(ShardIterator=at)["Records"] == [record]


def test_a_stream_is_disabled_once(client, streams, arn):
    put(client)
    client.update_table(TableName="cars", StreamSpecification={"StreamEnabled": False})
    assert streams.describe_stream(StreamArn=arn)["StreamDescription"]["StreamStatus"] == "DISABLED"
    page = streams.get_records(ShardIterator=iterator(streams, arn, "TRIM_HORIZON"))
    assert len(page["Records"]) == 1
    assert "NextShardIterator" not in page
    with pytest.raises(ClientError, match="Table has no stream to disable"):
        client.update_table(TableName="cars", StreamSpecification={"StreamEnabled": False})


@pytest.mark.database(clock="virtual")
def test_what_is_too_old(client, streams, arn, database):
    put(client)
    first = iterator(streams, arn, "TRIM_HORIZON")
    database.clock.advance(901)
    with pytest.raises(ClientError) as caught:
        streams.get_records(ShardIterator=first)
    assert caught.value.response["Error"]["Code"] == "ExpiredIteratorException"
    database.clock.advance(24 * 3600 - 901 - 1)
    last = iterator(streams, arn, "TRIM_HORIZON")
    database.clock.advance(1)
    with pytest.raises(streams.exceptions.TrimmedDataAccessException):
        streams.get_records(ShardIterator=last)
    assert records(streams, arn) == []


@pytest.mark.database(clock="virtual")
def test_the_service_signs_what_has_ended(client, streams, arn, database):
    setting = {"AttributeName": "ends", "Enabled": True}
    client.update_time_to_live(TableName="cars", TimeToLiveSpecification=setting)
    ends = int(database.clock.now()) + 60
    put(client, ends={"N": str(ends)})
    database.clock.advance(120)
    removed = records(streams, arn)[-1]
    assert removed["eventName"] == "REMOVE"
    assert removed["userIdentity"] == {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"}


@pytest.mark.database(clock="virtual")
def test_shards_follow_partitions_and_roll_over(client, streams, arn, database):
    put(client)
    database.clock.advance(4 * 3600)
    put(client, make={"S": "vw"})
    closed, open_ = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    assert open_["ParentShardId"] == closed["ShardId"]
    assert "EndingSequenceNumber" in closed["SequenceNumberRange"]
    page = streams.get_records(ShardIterator=iterator(streams, arn, "TRIM_HORIZON"))
    assert [record["eventName"] for record in page["Records"]] == ["INSERT"]
    assert "NextShardIterator" not in page
    children = {"Type": "CHILD_SHARDS", "ShardId": closed["ShardId"]}
    stream = streams.describe_stream(StreamArn=arn, ShardFilter=children)["StreamDescription"]
    assert stream["Shards"] == [open_]


def test_an_on_demand_table_begins_with_four_shards(client, streams):
    table = client.create_table(
        TableName="vans",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    )["TableDescription"]
    arn = table["LatestStreamArn"]
    for number in range(20):
        client.put_item(TableName="vans", Item={"id": {"S": str(number)}})
    found = []
    for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        place = streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )
        page = streams.get_records(ShardIterator=place["ShardIterator"])
        found.append({record["dynamodb"]["Keys"]["id"]["S"] for record in page["Records"]})
    assert len(found) == 4
    assert sum(len(keys) for keys in found) == 20
    assert set().union(*found) == {str(number) for number in range(20)}
