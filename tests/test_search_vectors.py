"""Vector indexes and SearchVectors through every door."""

import re

import pytest

from refusal import invalid, refused

LOOK = {
    "IndexName": "by-look",
    "VectorAttribute": {"AttributeName": "look"},
    "SearchSchema": [
        {"AttributeName": "make", "SearchSchemaElementType": "HASH"},
        {"AttributeName": "doors", "SearchSchemaElementType": "INLINE_FILTER"},
    ],
    "Dimensions": 3,
    "DistanceFunction": "COSINE",
    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["model", "look"]},
}
ATTRIBUTES = [
    {"AttributeName": name, "AttributeType": kind}
    for name, kind in [("id", "S"), ("make", "S"), ("doors", "N")]
]


def vector(*numbers):
    return [{"N": str(number)} for number in numbers]


def car(name, look, make="MINI", doors=3):
    return {
        "id": {"S": name},
        "make": {"S": make},
        "doors": {"N": str(doors)},
        "model": {"S": name.title()},
        "price": {"N": "1"},
        "look": {"L": vector(*look)},
    }


@pytest.fixture
def cars(client):
    client.create_table(
        TableName="cars",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=ATTRIBUTES,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        VectorIndexes=[LOOK],
    )
    client.get_waiter("table_exists").wait(TableName="cars")
    for item in (
        car("east", (1, 0, 0)),
        car("north", (0, 1, 0), doors=5),
        car("west", (-1, 0, 0)),
        car("other", (1, 0, 0), make="BMW"),
    ):
        client.put_item(TableName="cars", Item=item)
    return client


def search(client, **more):
    parameters = {
        "TableName": "cars",
        "IndexName": "by-look",
        "SearchVector": vector(1, 0, 0),
        "TopK": 10,
        "SearchConditionExpression": "make = :make",
        "ExpressionAttributeValues": {":make": {"S": "MINI"}},
    }
    return client.search_vectors(**parameters | more)


def test_the_nearest_come_first_with_their_scores(cars):
    answer = search(cars)
    found = [(result["Item"]["id"]["S"], result["Score"]) for result in answer["SearchResults"]]
    assert found == [("east", 0.0), ("north", 1.0), ("west", 2.0)]
    assert set(answer) == {"SearchResults", "ResponseMetadata"}


def test_an_item_has_what_is_projected_and_its_vector_when_asked_for(cars):
    (result,) = search(cars, TopK=1)["SearchResults"]
    assert set(result["Item"]) == {"id", "make", "doors", "model"}
    (result,) = search(cars, TopK=1, ProjectionExpression="model, look, price")["SearchResults"]
    assert result["Item"] == {"model": {"S": "East"}, "look": {"L": vector(1, 0, 0)}}


def test_a_filter_narrows_the_search(cars):
    answer = search(
        cars,
        SearchConditionExpression="make = :make AND #d = :five",
        ExpressionAttributeNames={"#d": "doors"},
        ExpressionAttributeValues={":make": {"S": "MINI"}, ":five": {"N": "5"}},
    )
    assert [result["Item"]["id"]["S"] for result in answer["SearchResults"]] == ["north"]


def test_searches_and_writes_are_metered_in_bytes(cars):
    answer = search(cars, ReturnConsumedCapacity="TOTAL")
    assert answer["ConsumedCapacity"] == {"VectorSearchRequestBytes": 1024.0}
    answer = cars.put_item(TableName="cars", Item=car("south", (0, -1, 0)), ReturnConsumedCapacity="INDEXES")
    metered = answer["ConsumedCapacity"]["VectorIndexes"]
    assert metered == {"by-look": {"VectorWriteRequestBytes": 1024.0}}
    assert answer["ConsumedCapacity"]["CapacityUnits"] == 1.0


def test_a_wrong_vector_is_refused(cars):
    problem = "Invalid size for parameter look, Expected: 3, Actual: 2 IndexName: by-look"
    with invalid(f"One or more parameter values were invalid. {problem}"):
        cars.put_item(TableName="cars", Item=car("flat", (1, 0)))
    with invalid("Input search vector dimension 2 does not match vector index dimension 3"):
        search(cars, SearchVector=vector(1, 0))
    with invalid(
        "Provided TopK value '101' is out of valid range. The value must be between 1 and 100 inclusive"
    ):
        search(cars, TopK=101)
    with invalid(re.compile("Invalid SearchConditionExpression: Invalid comparator used .*")):
        search(cars, SearchConditionExpression="make < :make")
    with invalid("The table does not have the specified index: absent"):
        search(cars, IndexName="absent")
    with refused("ResourceNotFoundException", "Requested resource not found"):
        search(cars, TableName="absent")


def test_a_search_is_the_only_way_to_read_the_index(cars):
    with invalid("Scan operation not supported on this index type"):
        cars.scan(TableName="cars", IndexName="by-look")


def test_an_index_is_described(cars):
    (index,) = cars.describe_table(TableName="cars")["Table"]["VectorIndexes"]
    described = LOOK | {"Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["look", "model"]}}
    assert {name: index[name] for name in LOOK} == described
    assert (index["IndexStatus"], index["ItemCount"]) == ("ACTIVE", 4)
    assert index["IndexArn"].endswith(":table/cars/index/by-look")


def test_an_index_comes_and_goes(cars):
    plain = {name: value for name, value in LOOK.items() if name != "SearchSchema"}
    create = {"Create": plain | {"IndexName": "whole", "DistanceFunction": "EUCLIDEAN"}}
    cars.update_table(TableName="cars", VectorIndexUpdates=[create])
    answer = cars.search_vectors(TableName="cars", IndexName="whole", SearchVector=vector(0, 0.5, 0), TopK=1)
    assert answer["SearchResults"][0]["Item"]["id"]["S"] == "north"
    assert answer["SearchResults"][0]["Score"] == 0.5
    cars.update_table(TableName="cars", VectorIndexUpdates=[{"Delete": {"IndexName": "whole"}}])
    names = [index["IndexName"] for index in cars.describe_table(TableName="cars")["Table"]["VectorIndexes"]]
    assert names == ["by-look"]


def test_a_table_object_tells_of_its_vector_indexes(cars, resource):
    table = resource.Table("cars")
    assert [index["IndexName"] for index in table.vector_indexes] == ["by-look"]


@pytest.mark.database(clock="virtual", table_transition_seconds=10)
def test_a_new_index_is_searched_when_it_is_active(client, database):
    client.create_table(
        TableName="cars",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=ATTRIBUTES[:1],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    database.clock.advance(10)
    client.put_item(TableName="cars", Item=car("east", (1, 0, 0)))
    plain = {name: value for name, value in LOOK.items() if name != "SearchSchema"}
    client.update_table(TableName="cars", VectorIndexUpdates=[{"Create": plain}])
    ask = {"TableName": "cars", "IndexName": "by-look", "SearchVector": vector(1, 0, 0), "TopK": 1}
    with invalid("The table does not have the specified index: by-look"):
        client.search_vectors(**ask)
    database.clock.advance(15)
    assert len(client.search_vectors(**ask)["SearchResults"]) == 1
