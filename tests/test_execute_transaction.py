"""ExecuteTransaction."""

from decimal import Decimal

import pytest

from refusal import invalid, refused


def run(client, *statements, **options):
    members = [{"Statement": text} if isinstance(text, str) else text for text in statements]
    return client.execute_transaction(TransactStatements=members, **options)


@pytest.fixture
def lot(cars):
    for id_, doors in (("mini", 3), ("golf", 5)):
        cars.put_item(TableName="cars", Item={"id": {"S": id_}, "doors": {"N": str(doors)}})
    return cars


def doors(client, id_):
    item = client.get_item(TableName="cars", Key={"id": {"S": id_}}).get("Item")
    return item and item["doors"]["N"]


def cancelled(*codes):
    reasons = ", ".join(codes)
    return refused(
        "TransactionCanceledException",
        f"Transaction cancelled, please refer cancellation reasons for specific reasons [{reasons}]",
    )


def test_reads_answer_in_order(lot):
    answer = run(
        lot,
        "SELECT doors FROM cars WHERE id = 'golf'",
        "SELECT * FROM cars WHERE id = 'none'",
        {"Statement": "SELECT * FROM cars WHERE id = ?", "Parameters": [{"S": "mini"}]},
    )
    assert answer["Responses"] == [
        {"Item": {"doors": {"N": "5"}}},
        {},
        {"Item": {"id": {"S": "mini"}, "doors": {"N": "3"}}},
    ]


def test_python_values(lot, resource):
    client = resource.meta.client
    run(client, {"Statement": "UPDATE cars SET doors = ? WHERE id = ?", "Parameters": [2, "mini"]})
    answer = run(client, {"Statement": "SELECT * FROM cars WHERE id = ?", "Parameters": ["mini"]})
    assert answer["Responses"] == [{"Item": {"id": "mini", "doors": Decimal(2)}}]


def test_all_writes_or_none(lot):
    writes = (
        "INSERT INTO cars VALUE {'id': 'polo', 'doors': 3}",
        "UPDATE cars SET doors = 1 WHERE id = 'mini'",
    )
    with cancelled("None", "None", "ConditionalCheckFailed") as caught:
        run(lot, *writes, "DELETE FROM cars WHERE id = 'golf' AND doors = 9")
    assert caught.value.response["CancellationReasons"] == [
        {"Code": "None"},
        {"Code": "None"},
        {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"},
    ]
    assert (doors(lot, "polo"), doors(lot, "mini"), doors(lot, "golf")) == (None, "3", "5")
    answer = run(lot, *writes, "DELETE FROM cars WHERE id = 'golf' AND doors = 5")
    assert answer.get("Responses", []) == []
    assert (doors(lot, "polo"), doors(lot, "mini"), doors(lot, "golf")) == ("3", "1", None)


def test_a_condition_on_an_item_that_is_not_written(lot):
    update = "UPDATE cars SET doors = 1 WHERE id = 'mini'"
    with cancelled("None", "ConditionalCheckFailed"):
        run(lot, update, "EXISTS(SELECT * FROM cars WHERE id = 'golf' AND doors = 9)")
    assert doors(lot, "mini") == "3"
    run(lot, update, "EXISTS(SELECT * FROM cars WHERE id = 'golf' AND doors = 5)")
    assert doors(lot, "mini") == "1"


def test_an_item_that_is_there_already(lot):
    with cancelled("DuplicateItem") as caught:
        run(lot, "INSERT INTO cars VALUE {'id': 'mini'}")
    assert caught.value.response["CancellationReasons"] == [
        {"Code": "DuplicateItem", "Message": "Duplicate primary key exists in table"}
    ]


def test_the_item_of_a_failed_condition_where_it_is_asked_for(lot):
    statement = "UPDATE cars SET doors = 1 WHERE id = 'mini' AND doors = 9"
    with cancelled("ConditionalCheckFailed") as caught:
        run(lot, {"Statement": statement, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"})
    [reason] = caught.value.response["CancellationReasons"]
    assert reason["Item"] == {"id": {"S": "mini"}, "doors": {"N": "3"}}


def test_a_token_repeats_nothing(lot):
    update = "UPDATE cars SET doors = doors + 1 WHERE id = 'mini'"
    for _ in range(2):
        run(lot, update, ClientRequestToken="once")
    assert doors(lot, "mini") == "4"
    with pytest.raises(lot.exceptions.IdempotentParameterMismatchException):
        run(lot, "UPDATE cars SET doors = 9 WHERE id = 'mini'", ClientRequestToken="once")


def test_capacity_is_that_of_transactions(lot):
    def capacity(*statements):
        [consumed] = run(lot, *statements, ReturnConsumedCapacity="TOTAL")["ConsumedCapacity"]
        return consumed["CapacityUnits"]

    assert capacity("SELECT * FROM cars WHERE id = 'mini'") == 2.0
    assert capacity("UPDATE cars SET doors = 1 WHERE id = 'mini'") == 2.0


def test_reads_and_writes_do_not_mix(lot):
    with pytest.raises(lot.exceptions.ClientError) as caught:
        run(lot, "SELECT * FROM cars WHERE id = 'mini'", "DELETE FROM cars WHERE id = 'golf'")
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert doors(lot, "golf") == "5"


def test_a_statement_that_is_none(lot):
    malformed = "Statement wasn't well formed, can't be processed: Expected data manipulation"
    with invalid(f"Validation failed in TransactStatements[1]: {malformed}"):
        run(lot, "DELETE FROM cars WHERE id = 'golf'", "SLECT * FROM cars")


def test_one_to_a_hundred_statements(lot):
    for count in (0, 101):
        with pytest.raises(lot.exceptions.ClientError) as caught:
            run(lot, *(f"DELETE FROM cars WHERE id = 'c{number}'" for number in range(count)))
        assert caught.value.response["Error"]["Code"] == "ValidationException"
    run(lot, *(f"DELETE FROM cars WHERE id = 'c{number}'" for number in range(100)))
