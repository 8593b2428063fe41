"""BatchExecuteStatement."""

from decimal import Decimal

import pytest

from refusal import invalid

INCOMPLETE = "Where clause does not contain a mandatory equality on all key attributes"


def run(client, *statements, **options):
    members = [{"Statement": text} if isinstance(text, str) else text for text in statements]
    return client.batch_execute_statement(Statements=members, **options)


@pytest.fixture
def lot(cars):
    for id_, doors in (("mini", 3), ("golf", 5)):
        cars.put_item(TableName="cars", Item={"id": {"S": id_}, "doors": {"N": str(doors)}})
    return cars


def error(code, message, **more):
    return {"Error": {"Code": code, "Message": message, **more}, "TableName": "cars"}


def test_reads_answer_in_order(lot, laps):
    laps.put_item(TableName="laps", Item={"driver": {"S": "ann"}, "lap": {"N": "1"}})
    answer = run(
        lot,
        "SELECT doors FROM cars WHERE id = 'golf'",
        "SELECT * FROM cars WHERE id = 'none'",
        {"Statement": "SELECT * FROM laps WHERE driver = ? AND lap = 1", "Parameters": [{"S": "ann"}]},
    )
    assert answer["Responses"] == [
        {"TableName": "cars", "Item": {"doors": {"N": "5"}}},
        {"TableName": "cars"},
        {"TableName": "laps", "Item": {"driver": {"S": "ann"}, "lap": {"N": "1"}}},
    ]


def test_python_values(lot, resource):
    answer = run(
        resource.meta.client, {"Statement": "SELECT * FROM cars WHERE id = ?", "Parameters": ["mini"]}
    )
    assert answer["Responses"] == [{"TableName": "cars", "Item": {"id": "mini", "doors": Decimal(3)}}]


def test_each_write_stands_on_its_own(lot):
    answer = run(
        lot,
        "INSERT INTO cars VALUE {'id': 'mini'}",
        "INSERT INTO cars VALUE {'id': 'polo'}",
        "UPDATE cars SET doors = 4 WHERE id = 'golf' AND doors = 9",
        "DELETE FROM cars WHERE doors = 4",
    )
    assert answer["Responses"] == [
        error("DuplicateItem", "Duplicate primary key exists in table"),
        {"TableName": "cars"},
        error("ConditionalCheckFailed", "The conditional request failed"),
        {"Error": {"Code": "ValidationError", "Message": INCOMPLETE}},
    ]
    assert "Item" in lot.get_item(TableName="cars", Key={"id": {"S": "polo"}})


def test_a_statement_that_is_none_and_a_table_that_is_none(lot):
    bad, lost = run(lot, "SLECT * FROM cars", "SELECT * FROM nowhere WHERE id = 'a'")["Responses"]
    malformed = "Statement wasn't well formed, can't be processed: Expected data manipulation"
    assert bad["Error"] == {"Code": "ValidationError", "Message": malformed}
    assert lost["Error"] == {"Code": "ResourceNotFound", "Message": "Requested resource not found"}


def test_a_select_gives_the_whole_key(lot):
    [answer] = run(lot, "SELECT * FROM cars WHERE doors = 5")["Responses"]
    assert answer["Error"]["Code"] == "ValidationError"
    assert "Item" not in answer


def test_the_item_of_a_failed_condition_where_it_is_asked_for(lot):
    statement = "DELETE FROM cars WHERE id = 'mini' AND doors = 9"
    item = {"id": {"S": "mini"}, "doors": {"N": "3"}}
    asked = {"Statement": statement, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    failed = ("ConditionalCheckFailed", "The conditional request failed")
    assert run(lot, asked)["Responses"] == [error(*failed, Item=item)]
    assert run(lot, statement)["Responses"] == [error(*failed)]


def test_capacity_by_table(lot):
    answer = run(
        lot,
        "SELECT * FROM cars WHERE id = 'mini'",
        {"Statement": "SELECT * FROM cars WHERE id = 'golf'", "ConsistentRead": True},
        ReturnConsumedCapacity="TOTAL",
    )
    assert answer["ConsumedCapacity"] == [{"TableName": "cars", "CapacityUnits": 1.5}]


def test_reads_and_writes_do_not_mix(lot):
    with invalid("Read and write requests together in the same batch is not supported."):
        run(lot, "SELECT * FROM cars WHERE id = 'mini'", "INSERT INTO cars VALUE {'id': 'x'}")
    assert "Item" not in lot.get_item(TableName="cars", Key={"id": {"S": "x"}})


def test_one_to_twenty_five_statements(lot):
    select = "SELECT * FROM cars WHERE id = 'mini'"
    for count in (0, 26):
        with pytest.raises(lot.exceptions.ClientError) as caught:
            run(lot, *[select] * count)
        assert caught.value.response["Error"]["Code"] == "ValidationException"
    different = [f"SELECT * FROM cars WHERE id = 'c{number}'" for number in range(25)]
    assert len(run(lot, *different)["Responses"]) == 25
