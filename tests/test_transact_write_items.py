"""TransactWriteItems."""

import re
import subprocess
import sys
import uuid

import boto3
import pytest

import dynacore
from conftest import CONFIG
from refusal import invalid, refused, violation

CONFLICT = {"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}
FAILED = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}


def put(number, **more):
    return {"Put": {"TableName": "cars", "Item": {"id": {"S": str(number)}}, **more}}


def on(action, number, **more):
    return {action: {"TableName": "cars", "Key": {"id": {"S": str(number)}}, **more}}


def add(number, amount=1):
    values = {":n": {"N": str(amount)}}
    return on("Update", number, UpdateExpression="ADD n :n", ExpressionAttributeValues=values)


def check(number, condition, **more):
    return on("ConditionCheck", number, ConditionExpression=condition, **more)


def item(client, number):
    return client.get_item(TableName="cars", Key={"id": {"S": str(number)}}).get("Item")


def cancelled(client, *actions):
    """CancellationReasons of a transaction that is cancelled."""
    with pytest.raises(client.exceptions.TransactionCanceledException) as caught:
        client.transact_write_items(TransactItems=list(actions))
    response = caught.value.response
    codes = ", ".join(reason["Code"] for reason in response["CancellationReasons"])
    text = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
    assert response["Error"] == {"Code": "TransactionCanceledException", "Message": text}
    assert response["Message"] == text
    return response["CancellationReasons"]


def test_all_kinds_of_action_over_two_tables(cars, laps):
    cars.put_item(TableName="cars", Item={"id": {"S": "1"}})
    lap = {"driver": {"S": "ann"}, "lap": {"N": "1"}}
    answer = cars.transact_write_items(
        TransactItems=[
            on("Delete", 1),
            put(2),
            add(3, 7),
            check(4, "attribute_not_exists(id)"),
            {"Put": {"TableName": "laps", "Item": lap}},
        ]
    )
    assert set(answer) == {"ResponseMetadata"}
    assert item(cars, 1) is None
    assert item(cars, 2) == {"id": {"S": "2"}}
    assert item(cars, 3) == {"id": {"S": "3"}, "n": {"N": "7"}}
    assert item(cars, 4) is None
    assert laps.get_item(TableName="laps", Key=lap)["Item"] == lap


def test_reasons_in_the_order_of_the_actions(cars):
    cars.put_item(TableName="cars", Item={"id": {"S": "1"}, "n": {"N": "5"}})
    shown = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    new = {"ConditionExpression": "attribute_not_exists(id)"}
    reasons = cancelled(
        cars, put(2), put(1, **new, **shown), check(3, "attribute_exists(id)", **shown), put(4, **new)
    )
    old = {"id": {"S": "1"}, "n": {"N": "5"}}
    assert reasons == [{"Code": "None"}, {**FAILED, "Item": old}, FAILED, {"Code": "None"}]
    assert cars.scan(TableName="cars")["Items"] == [old]


def test_a_bad_item_comes_before_conditions(cars):
    bad = {"Put": {"TableName": "cars", "Item": {"id": {"N": "7"}}}}
    reasons = cancelled(cars, check(1, "attribute_exists(id)"), bad, bad)
    text = "One or more parameter values were invalid: Type mismatch for key id expected: S actual: N"
    assert reasons == [{"Code": "None"}, {"Code": "ValidationError", "Message": text}, {"Code": "None"}]


def test_an_update_that_is_not_possible(cars):
    values = {":n": {"N": "1"}}
    reasons = cancelled(
        cars, put(1), on("Update", 2, UpdateExpression="SET n = m + :n", ExpressionAttributeValues=values)
    )
    text = "The provided expression refers to an attribute that does not exist in the item"
    assert reasons[1] == {"Code": "ValidationError", "Message": text}


def test_refusals_of_the_whole_request(cars):
    with invalid(violation("'[]'", "transactItems", "Member must have length greater than or equal to 1")):
        cars.transact_write_items(TransactItems=[])
    most = re.escape(
        "at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100"
    )
    with invalid(re.compile(rf"1 validation error detected: Value '\[.+\]' {most}")):
        cars.transact_write_items(TransactItems=[put(number) for number in range(101)])
    with invalid("Transaction request cannot include multiple operations on one item"):
        cars.transact_write_items(TransactItems=[put(1), check(1, "attribute_exists(id)")])
    with invalid("TransactItems can only contain one of Check, Put, Update or Delete"):
        cars.transact_write_items(TransactItems=[{**put(1), **on("Delete", 2)}])
    path = "transactItems.1.member.conditionCheck.conditionExpression"
    with invalid(violation("null", path, "Member must not be null")):
        cars.transact_write_items(TransactItems=[on("ConditionCheck", 1)])
    with invalid('Invalid ConditionExpression: Syntax error; token: "!", near: "hello!"'):
        cars.transact_write_items(TransactItems=[put(1, ConditionExpression="hello!")])
    with refused("ResourceNotFoundException", "Requested resource not found"):
        cars.transact_write_items(TransactItems=[put(1), {"Put": {"TableName": "none", "Item": {}}}])
    assert cars.scan(TableName="cars")["Count"] == 0


def test_four_megabytes_at_most(cars):
    def large(number):
        return {"Put": {"TableName": "cars", "Item": {"id": {"S": str(number)}, "b": {"B": b"x" * 399_000}}}}

    cars.transact_write_items(TransactItems=[large(number) for number in range(10)])
    with invalid(re.compile("Transaction payload size cannot exceed 4MB. .*")):
        cars.transact_write_items(TransactItems=[large(number) for number in range(11)])


def test_consumed_capacity(cars, laps):
    actions = [
        put(1),
        add(2),
        {"Delete": {"TableName": "laps", "Key": {"driver": {"S": "a"}, "lap": {"N": "1"}}}},
    ]
    answer = cars.transact_write_items(TransactItems=actions, ReturnConsumedCapacity="INDEXES")

    def units(number):
        return {"CapacityUnits": number, "WriteCapacityUnits": number}

    assert answer["ConsumedCapacity"] == [
        {"TableName": "cars", **units(4.0), "Table": units(4.0)},
        {"TableName": "laps", **units(2.0), "Table": units(2.0)},
    ]
    answer = cars.transact_write_items(TransactItems=[put(1)], ReturnConsumedCapacity="TOTAL")
    assert answer["ConsumedCapacity"] == [{"TableName": "cars", **units(2.0)}]


def test_a_token_is_good_for_one_request(cars):
    token = uuid.uuid4().hex
    request = {"ClientRequestToken": token, "TransactItems": [add(1)], "ReturnConsumedCapacity": "TOTAL"}
    first = cars.transact_write_items(**request)["ConsumedCapacity"]
    again = cars.transact_write_items(**request)["ConsumedCapacity"]
    assert first == [{"TableName": "cars", "CapacityUnits": 2.0, "WriteCapacityUnits": 2.0}]
    assert again == [{"TableName": "cars", "CapacityUnits": 2.0, "ReadCapacityUnits": 2.0}]
    assert item(cars, 1)["n"] == {"N": "1"}
    with pytest.raises(cars.exceptions.IdempotentParameterMismatchException):
        cars.transact_write_items(ClientRequestToken=token, TransactItems=[add(1, 2)])
    cars.transact_write_items(ClientRequestToken=uuid.uuid4().hex, TransactItems=[add(1)])
    assert item(cars, 1)["n"] == {"N": "2"}


def test_a_token_has_36_characters_at_most(cars):
    with invalid(re.compile(".*at 'clientRequestToken' failed.*length less than or equal to 36")):
        cars.transact_write_items(ClientRequestToken="x" * 37, TransactItems=[add(1)])


@pytest.mark.database(clock="virtual")
def test_a_token_is_remembered_for_ten_minutes(cars, database):
    for seconds, count in [(0, 1), (599, 1), (1, 2)]:
        database.clock.advance(seconds)
        cars.transact_write_items(ClientRequestToken="t", TransactItems=[add(1)])
        assert item(cars, 1)["n"] == {"N": str(count)}


@pytest.mark.database(clock="virtual", transaction_seconds=5)
def test_in_flight_until_its_time_is_over(cars, database):
    request = {"ClientRequestToken": "t", "TransactItems": [add(1), check(2, "attribute_not_exists(id)")]}
    cars.transact_write_items(**request)
    database.clock.advance(4.5)
    for number in (1, 2):
        with refused("TransactionConflictException", "Transaction is ongoing for the item"):
            cars.put_item(TableName="cars", Item={"id": {"S": str(number)}})
        assert cancelled(cars, put(3), on("Delete", number)) == [{"Code": "None"}, CONFLICT]
    with refused(
        "TransactionInProgressException", "Transaction from previous request is still in progress"
    ) as caught:
        cars.transact_write_items(**request)
    assert "CancellationReasons" not in caught.value.response
    database.clock.advance(0.5)
    cars.transact_write_items(**request)
    cars.put_item(TableName="cars", Item={"id": {"S": "1"}})


@pytest.mark.database(transaction_seconds=3600)
def test_single_writes_conflict_with_a_transaction(cars):
    cars.transact_write_items(TransactItems=[put(1)])
    key = {"TableName": "cars", "Key": {"id": {"S": "1"}}}
    for write in (
        lambda: cars.put_item(TableName="cars", Item={"id": {"S": "1"}}),
        lambda: cars.update_item(**key),
        lambda: cars.delete_item(**key),
    ):
        with pytest.raises(cars.exceptions.TransactionConflictException):
            write()
    assert item(cars, 1) == {"id": {"S": "1"}}
    requests = {"cars": [{"DeleteRequest": {"Key": {"id": {"S": number}}}} for number in "12"]}
    answer = cars.batch_write_item(RequestItems=requests)
    assert answer["UnprocessedItems"] == {"cars": requests["cars"][:1]}


def test_a_conflict_on_demand(cars, door):
    if door.database is None:
        pytest.skip("the server has its database")
    with door.database.transaction_in_flight("cars", {"id": "1"}, {"id": {"S": "2"}}):
        for number in (1, 2):
            with pytest.raises(cars.exceptions.TransactionConflictException):
                cars.delete_item(TableName="cars", Key={"id": {"S": str(number)}})
        assert cancelled(cars, put(1), put(3), put(2)) == [CONFLICT, {"Code": "None"}, CONFLICT]
        assert item(cars, 1) is None
        cars.put_item(TableName="cars", Item={"id": {"S": "3"}})
    cars.transact_write_items(TransactItems=[put(1), put(2)])


SERVED = """
import dynacore
from dynacore import _core

database = dynacore.Database()
database.client().create_table(
    TableName="cars",
    KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    BillingMode="PAY_PER_REQUEST",
)
with database.transaction_in_flight("cars", {"id": "1"}):
    _core.serve(database._core, "127.0.0.1", 0, lambda host, port: print(f"http://{host}:{port}", flush=True))
"""


def test_a_conflict_on_demand_over_http():
    with subprocess.Popen([sys.executable, "-c", SERVED], stdout=subprocess.PIPE, text=True) as process:
        try:
            client = boto3.client(
                "dynamodb",
                endpoint_url=process.stdout.readline().strip(),
                aws_access_key_id="dynacore",
                aws_secret_access_key="dynacore",
                region_name="us-east-1",
                config=CONFIG,
            )
            assert cancelled(client, put(1), put(2)) == [CONFLICT, {"Code": "None"}]
            client.transact_write_items(TransactItems=[put(2)])
        finally:
            process.terminate()


class TestInFlight:
    """Database.transaction_in_flight."""

    def test_it_ends_where_the_block_is_left_by_an_error(self):
        with dynacore.Database() as database:
            table = make_table(database)
            with pytest.raises(RuntimeError), database.transaction_in_flight("cars", {"id": 1}):
                raise RuntimeError
            table.put_item(Item={"id": 1})

    def test_one_item_is_held_once(self):
        with dynacore.Database() as database:
            make_table(database)
            with database.transaction_in_flight("cars", {"id": 1}):
                with (
                    pytest.raises(dynacore.exceptions.TransactionCanceledException) as caught,
                    database.transaction_in_flight("cars", {"id": 2}, {"id": 1}),
                ):
                    pass
                assert caught.value.response["CancellationReasons"] == [{"Code": "None"}, CONFLICT]
                with database.transaction_in_flight("cars", {"id": 2}):
                    pass

    def test_its_items_are_checked(self):
        with dynacore.Database() as database:
            make_table(database)
            for table, key, exception in [
                ("none", {"id": 1}, dynacore.exceptions.ResourceNotFoundException),
                ("cars", {"id": "1"}, dynacore.exceptions.TransactionCanceledException),
                ("cars", {"id": {"S": "1"}}, dynacore.exceptions.TransactionCanceledException),
                ("cars", {}, dynacore.exceptions.TransactionCanceledException),
            ]:
                with pytest.raises(exception), database.transaction_in_flight(table, key):
                    pass


def make_table(database):
    return database.resource().create_table(
        TableName="cars",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
        BillingMode="PAY_PER_REQUEST",
    )


@pytest.mark.database(clock="virtual", initial_burst_seconds=0)
def test_throughput_as_a_reason(client, database):
    client.create_table(
        TableName="cars",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 5},
    )
    database.clock.advance(1)
    client.transact_write_items(TransactItems=[put(1), put(2)])
    reason = {
        "Code": "ProvisionedThroughputExceeded",
        "Message": "The level of configured provisioned throughput for the table was exceeded. Consider "
        "increasing your provisioning level with the UpdateTable API.",
    }
    assert cancelled(client, put(3)) == [reason]
    database.clock.advance(1)
    client.transact_write_items(TransactItems=[put(3)])


def test_python_values(cars, resource):
    client = resource.meta.client
    client.transact_write_items(TransactItems=[{"Put": {"TableName": "cars", "Item": {"id": "1", "n": 5}}}])
    with pytest.raises(client.exceptions.TransactionCanceledException) as caught:
        client.transact_write_items(
            TransactItems=[
                {
                    "Delete": {
                        "TableName": "cars",
                        "Key": {"id": "1"},
                        "ConditionExpression": "n = :n",
                        "ExpressionAttributeValues": {":n": 6},
                        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                    }
                }
            ]
        )
    # Errors keep the types, as boto3's do.
    reason = caught.value.response["CancellationReasons"][0]
    assert reason["Item"] == {"id": {"S": "1"}, "n": {"N": "5"}}


def test_a_table_by_its_arn(cars):
    arn = cars.describe_table(TableName="cars")["Table"]["TableArn"]
    by_arn = {"Put": {"TableName": arn, "Item": {"id": {"S": "1"}}}}
    cars.transact_write_items(TransactItems=[by_arn, put(2)])
    with invalid("Transaction request cannot include multiple operations on one item"):
        cars.transact_write_items(TransactItems=[by_arn, put(1)])


def test_item_collections(client):
    client.create_table(
        TableName="laps",
        KeySchema=[
            {"AttributeName": "driver", "KeyType": "HASH"},
            {"AttributeName": "lap", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "driver", "AttributeType": "S"},
            {"AttributeName": "lap", "AttributeType": "N"},
            {"AttributeName": "time", "AttributeType": "N"},
        ],
        LocalSecondaryIndexes=[
            {
                "IndexName": "by_time",
                "KeySchema": [
                    {"AttributeName": "driver", "KeyType": "HASH"},
                    {"AttributeName": "time", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    laps = [
        {"Put": {"TableName": "laps", "Item": {"driver": {"S": "a"}, "lap": {"N": n}, "time": {"N": n}}}}
        for n in "12"
    ]
    answer = client.transact_write_items(
        TransactItems=laps, ReturnItemCollectionMetrics="SIZE", ReturnConsumedCapacity="INDEXES"
    )
    metrics = {"ItemCollectionKey": {"driver": {"S": "a"}}, "SizeEstimateRangeGB": [0.0, 1.0]}
    assert answer["ItemCollectionMetrics"] == {"laps": [metrics]}
    [consumed] = answer["ConsumedCapacity"]
    assert consumed["LocalSecondaryIndexes"] == {"by_time": {"CapacityUnits": 2.0, "WriteCapacityUnits": 2.0}}
    assert (consumed["CapacityUnits"], consumed["Table"]["CapacityUnits"]) == (6.0, 4.0)
