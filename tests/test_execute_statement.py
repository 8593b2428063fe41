"""ExecuteStatement."""

from decimal import Decimal

import pytest
from botocore.exceptions import ClientError

from refusal import invalid, refused, violation

MALFORMED = "Statement wasn't well formed, can't be processed: "


def run(client, statement, *parameters, **options):
    if parameters:
        options["Parameters"] = list(parameters)
    return client.execute_statement(Statement=statement, **options)


def items(client, statement, *parameters, **options):
    return run(client, statement, *parameters, **options)["Items"]


@pytest.fixture
def lot(cars):
    for id_, doors in (("mini", 3), ("golf", 5), ("polo", 5)):
        item = {"id": {"S": id_}, "doors": {"N": str(doors)}, "tags": {"SS": ["small", id_]}}
        cars.put_item(TableName="cars", Item=item)
    return cars


@pytest.fixture
def race(laps):
    for driver in ("ann", "bob"):
        for lap in range(1, 5):
            item = {"driver": {"S": driver}, "lap": {"N": str(lap)}, "seconds": {"N": str(60 + lap)}}
            laps.put_item(TableName="laps", Item=item)
    return laps


def seen(answer):
    return [f"{item['driver']['S']} {item['lap']['N']}" for item in answer["Items"]]


def stored(client, id_):
    return client.get_item(TableName="cars", Key={"id": {"S": id_}}).get("Item")


def test_an_item_is_inserted_read_changed_and_deleted(cars):
    assert items(cars, "INSERT INTO cars VALUE {'id': 'a', 'n': 1, 'l': ['x', true, null]}") == []
    expected = {"id": {"S": "a"}, "n": {"N": "1"}, "l": {"L": [{"S": "x"}, {"BOOL": True}, {"NULL": True}]}}
    assert items(cars, "SELECT * FROM cars WHERE id = 'a'") == [expected]
    assert items(cars, "UPDATE cars SET n = n + 41 REMOVE l WHERE id = 'a'") == []
    assert stored(cars, "a") == {"id": {"S": "a"}, "n": {"N": "42"}}
    assert items(cars, "DELETE FROM cars WHERE id = 'a'") == []
    assert stored(cars, "a") is None


def test_an_insert_does_not_replace(lot):
    with refused("DuplicateItemException", "Duplicate primary key exists in table") as caught:
        run(lot, "INSERT INTO cars VALUE {'id': 'mini'}")
    assert isinstance(caught.value, lot.exceptions.DuplicateItemException)
    assert stored(lot, "mini")["doors"] == {"N": "3"}


def test_parameters_are_values_of_every_type(cars):
    values = [
        {"S": "a"},
        {"N": "1.50"},
        {"B": b"\x00\xff"},
        {"SS": ["x"]},
        {"M": {"k": {"L": [{"BOOL": False}]}}},
    ]
    run(cars, "INSERT INTO cars VALUE {'id': ?, 'n': ?, 'b': ?, 's': ?, 'm': ?}", *values)
    [item] = items(cars, "SELECT * FROM cars WHERE id = ? AND b = ?", {"S": "a"}, {"B": b"\x00\xff"})
    assert item == {
        "id": {"S": "a"},
        "n": {"N": "1.5"},
        "b": {"B": b"\x00\xff"},
        "s": {"SS": ["x"]},
        "m": values[4],
    }


def test_python_values(lot, resource):
    client = resource.meta.client
    run(client, "INSERT INTO cars VALUE {'id': ?, 'doors': ?, 'more': ?}", "vw", 2, {"list": [None, "x"]})
    assert items(client, "SELECT * FROM cars WHERE id = ?", "vw") == [
        {"id": "vw", "doors": Decimal(2), "more": {"list": [None, "x"]}}
    ]
    assert items(client, "SELECT tags FROM cars WHERE id IN [?]", "mini") == [{"tags": {"small", "mini"}}]
    page = run(client, "SELECT * FROM cars", Limit=1)
    assert set(page["LastEvaluatedKey"]) == {"id"}
    assert isinstance(page["LastEvaluatedKey"]["id"], str)


@pytest.mark.parametrize(
    ("clause", "found"),
    [
        ("doors = 5", ["golf", "polo"]),
        ("doors <> 5 AND NOT id = 'x'", ["mini"]),
        ("contains(tags, 'golf') OR begins_with(id, 'm')", ["golf", "mini"]),
        ("doors BETWEEN 4 AND 5 AND id > 'h'", ["polo"]),
        ("doors IN [3, 4]", ["mini"]),
        ("owner IS MISSING AND tags IS NOT NULL AND size(tags) = 2", ["golf", "mini", "polo"]),
        ("attribute_type(doors, 'S')", []),
    ],
)
def test_a_where_without_the_key_looks_at_everything(lot, clause, found):
    answer = items(lot, f"SELECT id FROM cars WHERE {clause}")
    assert sorted(item["id"]["S"] for item in answer) == found


def test_a_where_with_the_key_reads_ranges(race):
    select = "SELECT driver, lap FROM laps WHERE"
    assert seen(run(race, f"{select} driver = 'ann' AND lap >= 3")) == ["ann 3", "ann 4"]
    assert seen(run(race, f"{select} driver = 'ann' AND lap IN [4, 1]")) == ["ann 1", "ann 4"]
    ordered = f"{select} driver IN ['ann', 'bob'] AND lap < 3 ORDER BY driver DESC, lap DESC"
    assert seen(run(race, ordered)) == ["bob 2", "bob 1", "ann 2", "ann 1"]


def test_an_index(race):
    race.update_table(
        TableName="laps",
        AttributeDefinitions=[
            {"AttributeName": "driver", "AttributeType": "S"},
            {"AttributeName": "lap", "AttributeType": "N"},
            {"AttributeName": "seconds", "AttributeType": "N"},
        ],
        GlobalSecondaryIndexUpdates=[
            {
                "Create": {
                    "IndexName": "by-seconds",
                    "KeySchema": [{"AttributeName": "seconds", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            }
        ],
    )
    race.get_waiter("table_exists").wait(TableName="laps")
    answer = run(race, 'SELECT * FROM "laps"."by-seconds" WHERE seconds = 62')
    assert sorted(seen(answer)) == ["ann 2", "bob 2"]
    with invalid("The table does not have the specified index"):
        run(race, 'SELECT * FROM "laps"."none" WHERE seconds = 62')


def test_pages_of_a_limit_end(race):
    pages, options = [], {}
    while True:
        answer = run(race, "SELECT driver, lap FROM laps WHERE driver IN ['bob', 'ann']", Limit=3, **options)
        pages.append(seen(answer))
        if "NextToken" not in answer:
            break
        assert answer["LastEvaluatedKey"]["driver"]["S"] in ("ann", "bob")
        options = {"NextToken": answer["NextToken"]}
    assert [lap for page in pages for lap in page] == [
        f"{d} {n}" for d in ("ann", "bob") for n in range(1, 5)
    ]
    assert [len(page) for page in pages][:2] == [3, 3]


def test_a_token_belongs_to_its_statement(race):
    token = run(race, "SELECT * FROM laps", Limit=1)["NextToken"]
    for statement, wrong in (("SELECT * FROM laps WHERE lap = 1", token), ("SELECT * FROM laps", "rubbish")):
        with pytest.raises(ClientError) as caught:
            run(race, statement, NextToken=wrong)
        assert caught.value.response["Error"]["Code"] == "ValidationException"
        assert "NextToken" in caught.value.response["Error"]["Message"]


def test_what_an_update_returns(lot):
    update = "UPDATE cars SET doors = doors + 1 WHERE id = 'mini' RETURNING"
    assert items(lot, f"{update} MODIFIED OLD *") == [{"doors": {"N": "3"}}]
    assert items(lot, f"{update} MODIFIED NEW *") == [{"doors": {"N": "5"}}]
    assert items(lot, f"{update} ALL OLD *")[0]["doors"] == {"N": "5"}
    assert items(lot, f"{update} ALL NEW *") == [stored(lot, "mini")]
    deleted = stored(lot, "golf")
    assert items(lot, "DELETE FROM cars WHERE id = 'golf' RETURNING ALL OLD *") == [deleted]


def test_a_condition_that_fails(lot):
    failed = "The conditional request failed"
    for statement in (
        "UPDATE cars SET doors = 1 WHERE id = 'none'",
        "UPDATE cars SET doors = 1 WHERE id = 'mini' AND doors = 9",
        "DELETE FROM cars WHERE id = 'mini' AND doors = 9",
    ):
        with refused("ConditionalCheckFailedException", failed) as caught:
            run(lot, statement, ReturnValuesOnConditionCheckFailure="ALL_OLD")
        assert caught.value.response.get("Item") == (stored(lot, "mini") if "mini" in statement else None)
    with refused("ConditionalCheckFailedException", failed) as caught:
        run(lot, statement)
    assert "Item" not in caught.value.response
    assert items(lot, "DELETE FROM cars WHERE id = 'none'") == []


def test_consumed_capacity(lot):
    def capacity(statement, **options):
        return run(lot, statement, ReturnConsumedCapacity="TOTAL", **options)["ConsumedCapacity"]

    select = "SELECT * FROM cars WHERE id = 'mini'"
    assert capacity(select) == {"TableName": "cars", "CapacityUnits": 0.5}
    assert capacity(select, ConsistentRead=True) == {"TableName": "cars", "CapacityUnits": 1.0}
    assert capacity("INSERT INTO cars VALUE {'id': 'new'}") == {"TableName": "cars", "CapacityUnits": 1.0}
    assert "ConsumedCapacity" not in run(lot, select)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("SLECT * FROM cars", f"{MALFORMED}Expected data manipulation"),
        ("SELECT * FROM cars WHERE", f"{MALFORMED}Unexpected term"),
        ("SELECT * FROM cars WHERE id = 'a' nonsense", f"{MALFORMED}Unexpected token after expression"),
        ("SELECT * FROM cars LIMIT 5", "Unsupported clause: LIMIT at 1:20:5"),
        ("SELECT COUNT(*) FROM cars", "Unexpected path component at 1:8:5"),
        (
            "SELECT * FROM cars WHERE id = 1",
            "Key attribute's data type should match its data type in table's schema: Key id",
        ),
        (
            "SELECT * FROM cars ORDER BY id",
            "Must have WHERE clause in the statement when using ORDER BY clause.",
        ),
        ("UPDATE cars SET a = 1", "Where clause does not contain a mandatory equality on all key attributes"),
        ("SELECT * FROM cars WHERE id = ?", "Number of parameters in request and statement don't match."),
        ("", violation("''", "statement", "Member must have length greater than or equal to 1")),
    ],
)
def test_what_is_refused(lot, statement, message):
    with invalid(message):
        run(lot, statement)


def test_a_table_that_is_not_there(client):
    with refused("ResourceNotFoundException", "Requested resource not found"):
        run(client, "SELECT * FROM nowhere WHERE id = 'a'")


def test_options_are_checked(cars):
    at_least = "Member must have value greater than or equal to 1"
    with invalid(violation("'0'", "limit", at_least)):
        run(cars, "SELECT * FROM cars", Limit=0)
    with invalid(violation("'[]'", "parameters", "Member must have length greater than or equal to 1")):
        cars.execute_statement(Statement="SELECT * FROM cars", Parameters=[])
