"""Provisioned throughput: what it lets through, what it refuses, and how a refusal looks."""

import pytest
from botocore.exceptions import ClientError

from refusal import refused

EXCEEDED = (
    "The level of configured provisioned throughput for the table was exceeded. Consider increasing your "
    "provisioning level with the UpdateTable API."
)
ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/"
CODE = "ProvisionedThroughputExceededException"

virtual = pytest.mark.database(clock="virtual")
virtual_empty = pytest.mark.database(clock="virtual", initial_burst_seconds=0)


def create(client, read=1, write=1, name="cars"):
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": read, "WriteCapacityUnits": write},
    )


def item(units, key="1"):
    """An item whose write costs so many units."""
    return {"id": {"S": key}, "b": {"B": b"x" * (units * 1024 - 3 - len(key))}}


def put(client, units=1, key="1", name="cars", **more):
    return client.put_item(TableName=name, Item=item(units, key), **more)


def is_served(call, *arguments, **parameters):
    try:
        call(*arguments, **parameters)
    except ClientError as error:
        if error.response["Error"]["Code"] != CODE:
            raise
        return False
    return True


def served_units(client, units=1, calls_max=10_000):
    """How many units of writes go through before one is refused."""
    served = 0
    for _ in range(calls_max):
        if not is_served(put, client, units):
            return served
        served += units
    raise AssertionError(f"nothing was refused in {calls_max} calls")


def overdraw(client, name="cars"):
    """A write that costs more than a table of one unit saves in 300 s: served, and paid back long after."""
    put(client, 400, name=name)


def get(client, key="1", **more):
    return client.get_item(TableName="cars", Key={"id": {"S": key}}, **more)


# On the system's clock, through all doors.


def test_a_refusal_says_why(client):
    create(client)
    overdraw(client)
    with refused(CODE, EXCEEDED) as caught:
        put(client)
    response = caught.value.response
    assert response["ThrottlingReasons"] == [
        {"reason": "TableWriteProvisionedThroughputExceeded", "resource": ARN + "cars"}
    ]
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert isinstance(caught.value, client.exceptions.ProvisionedThroughputExceededException)


def test_a_refused_write_changes_nothing(client):
    create(client, read=1000)
    overdraw(client)
    assert not is_served(client.delete_item, TableName="cars", Key={"id": {"S": "1"}})
    assert not is_served(
        client.update_item, TableName="cars", Key={"id": {"S": "1"}}, UpdateExpression="REMOVE b"
    )
    assert not is_served(put, client, 1, "2")
    assert [one["id"] for one in client.scan(TableName="cars", ProjectionExpression="id")["Items"]] == [
        {"S": "1"}
    ]
    assert get(client)["Item"] == item(400)


def test_reads_and_writes_have_budgets_of_their_own(client):
    create(client)
    overdraw(client)
    for _ in range(3):
        assert is_served(get, client, ConsistentRead=True)
    # 300 units are saved: four reads of 100 overdraw them.
    assert not is_served(get, client)
    with pytest.raises(ClientError) as caught:
        client.scan(TableName="cars")
    reasons = caught.value.response["ThrottlingReasons"]
    assert reasons == [{"reason": "TableReadProvisionedThroughputExceeded", "resource": ARN + "cars"}]


def test_another_table_is_not_affected(client):
    create(client)
    create(client, name="laps")
    overdraw(client)
    assert not is_served(put, client)
    put(client, name="laps")


def test_a_batch_gives_back_what_was_throttled(client):
    create(client)
    create(client, name="laps")
    overdraw(client)
    requests = [{"PutRequest": {"Item": item(1, "2")}}, {"DeleteRequest": {"Key": {"id": {"S": "1"}}}}]
    answer = client.batch_write_item(
        RequestItems={"cars": requests, "laps": requests[:1]}, ReturnConsumedCapacity="TOTAL"
    )
    assert answer["UnprocessedItems"] == {"cars": requests}
    consumed = {entry["TableName"]: entry["CapacityUnits"] for entry in answer["ConsumedCapacity"]}
    assert consumed.get("cars", 0.0) == 0.0
    assert consumed["laps"] == 1.0


def test_a_batch_that_was_throttled_whole_is_refused(client):
    create(client)
    overdraw(client)
    with refused(CODE, EXCEEDED):
        client.batch_write_item(RequestItems={"cars": [{"PutRequest": {"Item": item(1, "2")}}]})


def test_reads_in_a_batch(client):
    create(client, read=1, write=1000)
    create(client, read=1, name="laps")
    put(client, 400)
    for _ in range(4):
        is_served(get, client, ConsistentRead=True)
    keys = [{"id": {"S": "1"}}, {"id": {"S": "5"}}]
    answer = client.batch_get_item(
        RequestItems={
            "cars": {"Keys": keys, "ConsistentRead": True, "ProjectionExpression": "id"},
            "laps": {"Keys": keys},
        }
    )
    assert answer["UnprocessedKeys"] == {
        "cars": {"Keys": keys, "ConsistentRead": True, "ProjectionExpression": "id"}
    }
    assert answer["Responses"].get("cars", []) == []
    with refused(CODE, EXCEEDED):
        client.batch_get_item(RequestItems={"cars": {"Keys": keys}})


@pytest.mark.database(throttle=False)
def test_throttling_can_be_off(client):
    create(client)
    for _ in range(4):
        consumed = put(client, 400, ReturnConsumedCapacity="TOTAL")["ConsumedCapacity"]
        assert consumed == {"TableName": "cars", "CapacityUnits": 400.0}
    put(client)
    for _ in range(5):
        client.scan(TableName="cars")


def test_an_on_demand_table_has_no_setting_to_exceed(cars):
    for _ in range(3):
        put(cars, 400)
    put(cars)


def test_a_failed_condition_costs_units(client):
    create(client)
    put(client, 250)
    with pytest.raises(client.exceptions.ConditionalCheckFailedException):
        put(client, 1, ConditionExpression="attribute_not_exists(id)")
    # 50 units were left, and the item that was there weighs 250.
    assert not is_served(put, client)


# On a virtual clock, to the unit.


@virtual
def test_five_minutes_of_unused_capacity_are_saved(door, client):
    """The guide's example: 150 units, idle for 300 s, then 45,000 at once; past them 150 a second."""
    clock = door.database.clock
    create(client, read=150, write=1000)
    put(client, 400)
    client.update_table(
        TableName="cars", ProvisionedThroughput={"ReadCapacityUnits": 150, "WriteCapacityUnits": 1}
    )
    clock.advance(300)
    served = []
    for _ in range(20):
        this_second = 0
        # A partition serves 3,000 a second however much is saved.
        for _ in range(31):
            if not is_served(get, client, ConsistentRead=True):
                break
            this_second += 100
        served.append(this_second)
        clock.advance(1)
    assert served[:15] == [3000] * 15
    # What came in while the 45,000 were spent is there too: 15 s of 150.
    assert sum(served) // 100 == (45_000 + 150 * 19) // 100
    assert max(served[17:]) <= 200


@virtual_empty
@pytest.mark.parametrize("rate", [1, 5, 40])
def test_an_empty_bucket_fills_at_the_tables_rate(door, client, rate):
    create(client, write=rate)
    assert served_units(client) == 0
    for seconds in (1, 2, 10):
        door.database.clock.advance(seconds)
        assert served_units(client) == rate * seconds
    door.database.clock.advance(0.5 / rate)
    assert served_units(client) == 0
    door.database.clock.advance(0.5 / rate)
    assert served_units(client) == 1


@virtual_empty
def test_no_more_than_five_minutes_are_saved(door, client):
    create(client, write=3)
    door.database.clock.advance(10_000)
    assert served_units(client) == 900


@virtual
def test_a_new_table_starts_with_five_minutes(client):
    create(client, write=2)
    assert served_units(client) == 600


@pytest.mark.database(clock="virtual", initial_burst_seconds=60)
def test_a_new_table_may_start_with_some(client):
    create(client, write=2)
    assert served_units(client) == 120


@virtual_empty
def test_what_costs_more_than_a_second_is_served_and_paid_back(door, client):
    create(client, write=10)
    door.database.clock.advance(1)
    put(client, 25)
    # 15 are owed, and ten must be there for the next one.
    door.database.clock.advance(2.4)
    assert not is_served(put, client, 25)
    door.database.clock.advance(0.1)
    put(client, 25)


@virtual
def test_a_partition_has_a_limit_of_its_own(client):
    create(client, write=1000)
    assert served_units(client, 10) == 1000
    with refused(CODE, EXCEEDED) as caught:
        put(client)
    assert caught.value.response["ThrottlingReasons"] == [
        {"reason": "TableWriteKeyRangeThroughputExceeded", "resource": ARN + "cars"}
    ]


@virtual_empty
def test_a_batch_is_served_as_far_as_the_units_reach(door, client):
    create(client, write=10)
    door.database.clock.advance(0.7)
    requests = [{"PutRequest": {"Item": item(1, str(key))}} for key in range(10, 20)]
    answer = client.batch_write_item(RequestItems={"cars": requests}, ReturnConsumedCapacity="TOTAL")
    assert answer["UnprocessedItems"] == {"cars": requests[7:]}
    assert answer["ConsumedCapacity"] == [{"TableName": "cars", "CapacityUnits": 7.0}]
    with refused(CODE, EXCEEDED):
        client.batch_write_item(RequestItems=answer["UnprocessedItems"])
    door.database.clock.advance(0.3)
    assert client.batch_write_item(RequestItems=answer["UnprocessedItems"])["UnprocessedItems"] == {}
    assert client.describe_table(TableName="cars")["Table"]["ItemCount"] == 10


@virtual_empty
def test_keys_of_a_batch_are_read_as_far_as_the_units_reach(door, client):
    create(client, read=10, write=100)
    door.database.clock.advance(1.5)
    keys = [{"id": {"S": str(key)}} for key in range(20)]
    answer = client.batch_get_item(RequestItems={"cars": {"Keys": keys, "ConsistentRead": True}})
    assert answer["UnprocessedKeys"] == {"cars": {"Keys": keys[15:], "ConsistentRead": True}}
    door.database.clock.advance(1)
    # Eventual reads cost half: all of twenty keys.
    assert client.batch_get_item(RequestItems={"cars": {"Keys": keys}})["UnprocessedKeys"] == {}


@virtual_empty
@pytest.mark.parametrize(("there", "units"), [(None, 1), (1, 1), (7, 7)])
def test_what_a_failed_condition_costs(door, client, there, units):
    create(client, write=100)
    door.database.clock.advance(1)
    if there:
        put(client, there)
    condition = "attribute_not_exists(id)" if there else "attribute_exists(id)"
    with pytest.raises(client.exceptions.ConditionalCheckFailedException):
        put(client, 1, ConditionExpression=condition)
    with pytest.raises(client.exceptions.ConditionalCheckFailedException):
        client.delete_item(TableName="cars", Key={"id": {"S": "1"}}, ConditionExpression=condition)
    # The rest, written to another key, so that the first item's weight does not count.
    left = 100 - (there or 0) - 2 * units
    for _ in range(left):
        put(client, 1, "2")
    assert not is_served(put, client, 1, "2")


@virtual_empty
def test_what_is_refused_costs_nothing(door, client):
    create(client, write=5)
    door.database.clock.advance(1)
    for _ in range(10):
        with pytest.raises(ClientError, match="ValidationException"):
            client.put_item(TableName="cars", Item={"id": {"N": "1"}})
    assert served_units(client) == 5
    for _ in range(10):
        assert not is_served(put, client)
    door.database.clock.advance(1)
    assert served_units(client) == 5, "a throttled request costs nothing"


@virtual_empty
def test_throughput_can_be_raised(door, client):
    create(client, write=1)
    assert served_units(client) == 0
    client.update_table(
        TableName="cars", ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 50}
    )
    door.database.clock.advance(1)
    assert served_units(client) == 50


@virtual
def test_pages_are_charged_by_what_they_evaluate(door, client):
    create(client, read=1, write=1000)
    for key in range(10):
        put(client, 40, str(key))
    # 400 KB are 100 units strong; 300 s of one unit are saved.
    served = 0
    while served < 10 and is_served(
        client.scan, TableName="cars", ConsistentRead=True, FilterExpression="attribute_exists(absent)"
    ):
        served += 1
    assert served == 3
    door.database.clock.advance(1)
    assert is_served(client.scan, TableName="cars", Select="COUNT")
    assert not is_served(client.scan, TableName="cars", Select="COUNT")
