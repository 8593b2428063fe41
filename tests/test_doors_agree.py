"""The same operations through the three doors: equal answers, equal codes and messages of errors.

Sequences of random operations, good and bad, go to three databases: natively, through boto3 in process, and
through boto3 over HTTP. Parameters have the types that botocore's shapes say, because botocore cannot send
others; their values are anything.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

import dynacore
from conftest import CONFIG

# Two short lives of the same operation differ in these, and may.
UNEQUAL = {
    "ResponseMetadata",
    "TableId",
    "CreationDateTime",
    "LastIncreaseDateTime",
    "LastDecreaseDateTime",
    "LastUpdateToPayPerRequestDateTime",
    "CreationTime",
    "ScalableTargetARN",
    "PolicyARN",
    "Alarms",
}
SEQUENCES = 130
LENGTH = 40
# Explaining a failure takes longer than finding it.
PHASES = tuple(phase for phase in Phase if phase != Phase.explain)

TABLES = {
    "hash": [("p", "S", "HASH")],
    "pair": [("p", "S", "HASH"), ("s", "N", "RANGE")],
    "data": [("p", "N", "HASH"), ("s", "B", "RANGE")],
}


def definition(name: str, throughput: dict[str, Any]) -> dict[str, Any]:
    return {
        "TableName": name,
        "KeySchema": [{"AttributeName": part, "KeyType": role} for part, _, role in TABLES[name]],
        "AttributeDefinitions": [
            {"AttributeName": part, "AttributeType": kind} for part, kind, _ in TABLES[name]
        ],
        **throughput,
    }


# Mostly what is right: a sequence of refusals would say little about the rest.
def seldom(usual: st.SearchStrategy[Any], odd: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.integers(0, 11).flatmap(lambda dice: odd if dice == 7 else usual)


texts = st.sampled_from(["a", "b", "ab", "abc", "B", "é", "🚗"])
numbers = seldom(
    st.sampled_from(["0", "1", "1.0", "2", "-1", "10", "1e1", "0.5", "-2.50", "1E-130", "9" * 38]),
    st.sampled_from(["", "x", "1" * 39, "1E126", "1E-131", "--1", "NaN", " 1", "+1", "1.", ".5", "007"]),
)
octets = st.sampled_from([b"a", b"\x00", b"\xff", b"a\xff", b"\x00\x00"])
scalars = st.one_of(
    st.builds(lambda value: {"S": value}, texts),
    st.builds(lambda value: {"N": value}, numbers),
    st.builds(lambda value: {"B": value}, octets),
    st.sampled_from([{"BOOL": True}, {"BOOL": False}, {"NULL": True}, {"S": ""}, {"B": b""}]),
)
sets = st.one_of(
    st.builds(lambda value: {"SS": value}, st.lists(texts, min_size=1, max_size=3, unique=True)),
    st.builds(lambda value: {"NS": value}, st.lists(numbers, min_size=1, max_size=3, unique=True)),
    st.builds(lambda value: {"BS": value}, st.lists(octets, min_size=1, max_size=3, unique=True)),
)
wrong_values = st.sampled_from(
    [
        {},
        {"NULL": False},
        {"SS": []},
        {"NS": []},
        {"BS": []},
        {"SS": ["a", "a"]},
        {"NS": ["1", "1.0"]},
        {"BS": [b"a", b"a"]},
        {"S": "a", "N": "1"},
        {"S": "x" * 3000},
        {"L": [{"L": [{"N": "x"}]}]},
        {"M": {"a": {}}},
    ]
)
deep = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.builds(lambda value: {"L": value}, st.lists(inner, max_size=3)),
        st.builds(lambda value: {"M": value}, st.dictionaries(st.sampled_from("abcn"), inner, max_size=3)),
    ),
    max_leaves=5,
)
values = seldom(st.one_of(scalars, scalars, sets, deep), wrong_values)

KEY_VALUES = {
    "S": st.builds(lambda value: {"S": value}, texts),
    "N": st.builds(lambda value: {"N": value}, st.sampled_from(["1", "1.0", "2", "-1", "0", "1e1", "0.5"])),
    "B": st.builds(lambda value: {"B": value}, octets),
}
table_names = seldom(
    st.sampled_from(sorted(TABLES)), st.sampled_from(["", "no", "missing", "a b", "x" * 256])
)


@st.composite
def keys(draw: st.DrawFn, table: str) -> dict[str, Any]:
    schema = TABLES.get(table, TABLES["hash"])
    key = {part: draw(KEY_VALUES[kind]) for part, kind, _ in schema}
    wrong = draw(st.integers(0, 23))
    if wrong == 7:
        key.pop(draw(st.sampled_from(sorted(key))))
    elif wrong == 8:
        key[draw(st.sampled_from("psq"))] = draw(values)
    return key


@st.composite
def items(draw: st.DrawFn, table: str) -> dict[str, Any]:
    attributes = draw(st.dictionaries(st.sampled_from(["a", "b", "c", "n", "size"]), values, max_size=4))
    return {**attributes, **draw(keys(table))}


paths = st.sampled_from(
    ["a", "b", "c", "n", "p", "s", "a.b", "a[0]", "b[1].c", "#n", "#a.b", "a.#n", "size", "absent", "a[99]"]
)
operands = st.one_of(paths, st.sampled_from([":v", ":w", ":x"]))
functions = st.sampled_from(
    [
        "attribute_exists({0})",
        "attribute_not_exists({0})",
        "begins_with({0}, {1})",
        "contains({0}, {1})",
        "attribute_type({0}, :t)",
        "size({0}) > {1}",
        "{0} = {1}",
        "{0} <> {1}",
        "{0} < {1}",
        "{0} >= {1}",
        "{0} BETWEEN {1} AND {2}",
        "{0} IN ({1}, {2})",
    ]
)
comparisons = st.builds(
    lambda form, first, second, third: form.format(first, second, third),
    functions,
    operands,
    operands,
    operands,
)
conditions = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.builds("{} AND {}".format, inner, inner),
        st.builds("{} OR {}".format, inner, inner),
        st.builds("NOT {}".format, inner),
        st.builds("({})".format, inner),
    ),
    max_leaves=4,
)
broken = st.one_of(
    st.sampled_from(
        ["", " ", "(", "a =", "= a", "a == b", "SET", "a AND", "a b c", "size(a)", "(((a)))", "a = :", "#"]
    ),
    st.text("ab:#()=<>,. ANDOR", max_size=12),
)
sets_of = st.builds(
    lambda path, form, first, second: f"{path} = " + form.format(first, second),
    paths,
    st.sampled_from(["{0}", "{0} + {1}", "{0} - {1}", "if_not_exists({0}, {1})", "list_append({0}, {1})"]),
    operands,
    operands,
)
clauses = st.one_of(
    st.builds(lambda parts: "SET " + ", ".join(parts), st.lists(sets_of, min_size=1, max_size=3)),
    st.builds(lambda parts: "REMOVE " + ", ".join(parts), st.lists(paths, min_size=1, max_size=2)),
    st.builds("ADD {} {}".format, paths, operands),
    st.builds("DELETE {} {}".format, paths, operands),
)
updates = st.builds(" ".join, st.lists(clauses, min_size=1, max_size=2))
projections = st.builds(", ".join, st.lists(paths, min_size=1, max_size=3))
key_conditions = st.sampled_from(
    [
        "p = :p",
        "p = :p AND s = :s",
        "p = :p AND s < :s",
        "s >= :s AND p = :p",
        "p = :p AND s BETWEEN :s AND :z",
        "p = :p AND begins_with(s, :s)",
        "(p = :p) AND (s > :s)",
        "#p = :p",
        "s = :s",
        "p < :p",
        "p = :p AND a = :s",
        "p = :p OR s = :s",
    ]
)
PLACEHOLDERS = {"#n": "n", "#a": "a", "#p": "p", "#unused": "u"}


@st.composite
def with_expressions(
    draw: st.DrawFn, request: dict[str, Any], **expressions: st.SearchStrategy[str]
) -> dict[str, Any]:
    """Adds some of the expressions, with the placeholders they use (and seldom one more, or one less)."""
    for member, strategy in expressions.items():
        if member == "KeyConditionExpression" or draw(st.booleans()):
            request[member] = draw(seldom(strategy, broken))
    text = " ".join(request.get(member, "") for member in expressions)
    names = {name: target for name, target in PLACEHOLDERS.items() if name in text}
    bound = {name: draw(values) for name in (":v", ":w", ":x") if name in text}
    if ":t" in text:
        bound[":t"] = {"S": draw(st.sampled_from(["S", "N", "L", "Q"]))}
    table = TABLES.get(request["TableName"], TABLES["hash"])
    kinds = {part: kind for part, kind, _ in table}
    for name, part in ((":p", "p"), (":s", "s"), (":z", "s")):
        if name in text:
            bound[name] = draw(seldom(KEY_VALUES[kinds.get(part, "S")], values))
    change = draw(st.integers(0, 19))
    if change == 7:
        bound[":y"] = {"S": "unused"}
    elif change == 8:
        names["#unused"] = "u"
    elif change == 9 and bound:
        bound.popitem()
    if names or change == 10:
        request["ExpressionAttributeNames"] = names
    has_values = list(expressions) != ["ProjectionExpression"]
    if has_values and (bound or change == 11):
        request["ExpressionAttributeValues"] = bound
    return request


def choice(*usual: str) -> st.SearchStrategy[str]:
    return seldom(st.sampled_from(usual), st.sampled_from(["", "OTHER", usual[0].lower()]))


@st.composite
def some(draw: st.DrawFn, **members: st.SearchStrategy[Any]) -> dict[str, Any]:
    """A few of the members."""
    return {name: draw(strategy) for name, strategy in members.items() if draw(st.integers(0, 3)) == 3}


capacity = choice("TOTAL", "INDEXES", "NONE")
limits = seldom(st.integers(1, 6), st.sampled_from([0, -1, 1000, 2**31 - 1]))


@st.composite
def item_operations(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    operation = draw(
        st.sampled_from(
            ["put_item", "put_item", "put_item", "update_item", "update_item", "delete_item", "get_item"]
        )
    )
    table = draw(table_names)
    request: dict[str, Any] = {"TableName": table, **draw(some(ReturnConsumedCapacity=capacity))}
    if operation == "put_item":
        request["Item"] = draw(items(table))
    else:
        request["Key"] = draw(keys(table))
    if operation == "get_item":
        request |= draw(some(ConsistentRead=st.booleans()))
        return operation, draw(with_expressions(request, ProjectionExpression=projections))
    returned = choice("NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW")
    if operation != "update_item":
        returned = seldom(st.sampled_from(["NONE", "ALL_OLD"]), returned)
    request |= draw(
        some(ReturnValues=returned, ReturnValuesOnConditionCheckFailure=choice("ALL_OLD", "NONE"))
    )
    if operation == "update_item":
        return operation, draw(
            with_expressions(request, UpdateExpression=updates, ConditionExpression=conditions)
        )
    return operation, draw(with_expressions(request, ConditionExpression=conditions))


@st.composite
def page_operations(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    table = draw(table_names)
    request = {
        "TableName": table,
        **draw(
            some(
                Limit=limits,
                Select=choice("COUNT", "ALL_ATTRIBUTES", "SPECIFIC_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"),
                ConsistentRead=st.booleans(),
                ReturnConsumedCapacity=capacity,
                ExclusiveStartKey=keys(table),
            )
        ),
    }
    filters = {"FilterExpression": conditions, "ProjectionExpression": projections}
    if draw(st.booleans()):
        request |= draw(some(ScanIndexForward=st.booleans()))
        return "query", draw(with_expressions(request, KeyConditionExpression=key_conditions, **filters))
    if draw(st.integers(0, 11)) == 7:
        request["IndexName"] = "index"
    if draw(st.integers(0, 3)) == 3:
        request |= {"Segment": draw(st.integers(0, 2)), "TotalSegments": 3}
        request |= draw(some(Segment=st.integers(-1, 3), TotalSegments=st.sampled_from([0, 1_000_001])))
    return "scan", draw(with_expressions(request, **filters))


@st.composite
def batch_operations(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    tables = draw(seldom(st.lists(table_names, min_size=1, max_size=2, unique=True), st.just([])))
    counts = {"min_size": draw(seldom(st.just(1), st.just(0))), "max_size": 4}
    extra = draw(some(ReturnConsumedCapacity=capacity))
    if draw(st.booleans()):
        requests = {
            table: {
                "Keys": draw(st.lists(keys(table), **counts)),
                **draw(some(ProjectionExpression=projections)),
            }
            for table in tables
        }
        return "batch_get_item", {"RequestItems": requests, **extra}
    writes = {
        table: draw(
            st.lists(
                st.one_of(
                    st.builds(lambda item: {"PutRequest": {"Item": item}}, items(table)),
                    st.builds(lambda key: {"DeleteRequest": {"Key": key}}, keys(table)),
                ),
                **counts,
            )
        )
        for table in tables
    }
    return "batch_write_item", {"RequestItems": writes, **extra}


units = st.integers(0, 3)
throughputs = st.builds(
    lambda read, write: {"ReadCapacityUnits": read, "WriteCapacityUnits": write}, units, units
)
table_operations = st.one_of(
    st.builds(
        lambda name, more: ("create_table", definition(name, more)),
        st.sampled_from(sorted(TABLES)),
        some(
            BillingMode=choice("PAY_PER_REQUEST", "PROVISIONED"),
            ProvisionedThroughput=throughputs,
            DeletionProtectionEnabled=st.booleans(),
            TableClass=choice("STANDARD", "STANDARD_INFREQUENT_ACCESS"),
            OnDemandThroughput=st.just({"MaxReadRequestUnits": 5}),
            WarmThroughput=st.just({"ReadUnitsPerSecond": 12_000}),
        ),
    ),
    st.builds(lambda name: ("describe_table", {"TableName": name}), table_names),
    st.builds(lambda name: ("delete_table", {"TableName": name}), table_names),
    st.builds(
        lambda more: ("list_tables", more),
        some(Limit=seldom(st.integers(1, 3), st.sampled_from([0, 101])), ExclusiveStartTableName=table_names),
    ),
    st.builds(
        lambda name, more: ("update_table", {"TableName": name, **more}),
        table_names,
        some(
            BillingMode=choice("PAY_PER_REQUEST"),
            ProvisionedThroughput=throughputs,
            DeletionProtectionEnabled=st.booleans(),
            TableClass=choice("STANDARD"),
        ),
    ),
    st.builds(
        lambda name, enabled: (
            "update_time_to_live",
            {
                "TableName": name,
                "TimeToLiveSpecification": {"Enabled": enabled, "AttributeName": "ends"},
            },
        ),
        table_names,
        st.booleans(),
    ),
    st.builds(lambda name: ("describe_time_to_live", {"TableName": name}), table_names),
    st.builds(
        lambda name, tags: (
            "tag_resource",
            {
                "ResourceArn": f"arn:aws:dynamodb:us-east-1:000000000000:table/{name}",
                "Tags": [{"Key": key, "Value": "v"} for key in tags],
            },
        ),
        table_names,
        st.lists(st.sampled_from(["a", "b", "aws:c", "#"]), max_size=2),
    ),
    st.sampled_from([("describe_limits", {}), ("transact_get_items", {"TransactItems": []})]),
)
scaled = st.builds(
    lambda table, kind: {
        "ServiceNamespace": "dynamodb",
        "ResourceId": f"table/{table}",
        "ScalableDimension": f"dynamodb:table:{kind}CapacityUnits",
    },
    st.sampled_from(["hash", "pair", "missing", ""]),
    seldom(st.sampled_from(["Read", "Write"]), st.just("Other")),
)
scaling_operations = st.one_of(
    st.builds(
        lambda target, more: ("register_scalable_target", target | more),
        scaled,
        some(MinCapacity=st.integers(0, 3), MaxCapacity=st.integers(1, 4)),
    ),
    st.builds(
        lambda target, value, metric: (
            "put_scaling_policy",
            {
                **target,
                "PolicyName": "follow",
                "PolicyType": "TargetTrackingScaling",
                "TargetTrackingScalingPolicyConfiguration": {
                    "TargetValue": value,
                    "PredefinedMetricSpecification": {
                        "PredefinedMetricType": f"DynamoDB{metric}CapacityUtilization"
                    },
                },
            },
        ),
        scaled,
        st.sampled_from([19.0, 20.0, 70.5, 91.0]),
        st.sampled_from(["Read", "Write", ""]),
    ),
    st.builds(lambda target: ("deregister_scalable_target", target), scaled),
    st.builds(lambda target: ("delete_scaling_policy", {**target, "PolicyName": "follow"}), scaled),
    st.builds(
        lambda operation, more: (operation, {"ServiceNamespace": "dynamodb", **more}),
        # Activities are left out: the server has kept those of other tests.
        st.sampled_from(["describe_scalable_targets", "describe_scaling_policies"]),
        some(MaxResults=st.integers(0, 51), NextToken=st.sampled_from(["1", "x"])),
    ),
)
operations = st.sampled_from(
    [item_operations()] * 8
    + [page_operations()] * 5
    + [batch_operations()] * 3
    + [table_operations, scaling_operations]
).flatmap(lambda kind: kind)


def without_chance(answer: Any) -> Any:
    if isinstance(answer, dict):
        return {name: without_chance(value) for name, value in answer.items() if name not in UNEQUAL}
    return [without_chance(value) for value in answer] if isinstance(answer, list) else answer


class Door:
    """The clients of one door."""

    def __init__(self, client: Callable[[str], Any]) -> None:
        self.dynamodb = client("dynamodb")
        self.scaling = client("application-autoscaling")

    def answer(self, operation: str, request: dict[str, Any]) -> Any:
        """What the call returns or raises."""
        method = getattr(self.dynamodb, operation, None) or getattr(self.scaling, operation)
        try:
            return without_chance(method(**request))
        except ClientError as error:
            return {"refused": error.operation_name, **without_chance(error.response)}

    def clear(self) -> None:
        for name in self.dynamodb.list_tables()["TableNames"]:
            self.dynamodb.update_table(TableName=name, DeletionProtectionEnabled=False)
            self.dynamodb.delete_table(TableName=name)
        for target in self.scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"]:
            names = ("ServiceNamespace", "ResourceId", "ScalableDimension")
            self.scaling.deregister_scalable_target(**{name: target[name] for name in names})


@pytest.fixture(scope="module")
def doors(servers: Any) -> Iterator[dict[str, Door]]:
    options: dict[str, Any] = {"throttle": False}
    session = dynacore.Database(**options).boto3_session()
    doors = {
        "native": Door(dynacore.Database(**options).client),
        "boto3": Door(lambda service: session.client(service, config=CONFIG)),
        "http": Door(servers(options).client),
    }
    yield doors
    doors["http"].clear()


@pytest.mark.timeout(300)
@settings(max_examples=SEQUENCES, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
@given(st.lists(operations, min_size=LENGTH // 2, max_size=LENGTH))
def test_the_doors_agree(doors: dict[str, Door], steps: list[tuple[str, dict[str, Any]]]) -> None:
    for door in doors.values():
        door.clear()
        for name in TABLES:
            door.dynamodb.create_table(**definition(name, {"BillingMode": "PAY_PER_REQUEST"}))
    for operation, request in steps:
        answers = {name: door.answer(operation, request) for name, door in doors.items()}
        note(f"{operation} {request} -> {answers['native']}")
        assert answers["native"] == answers["boto3"]
        assert answers["native"] == answers["http"]


@pytest.fixture(scope="module")
def tables(servers: Any) -> Iterator[dict[str, Any]]:
    native = dynacore.Database()
    session = dynacore.Database().boto3_session()
    resources = {
        "native": native.resource(),
        "boto3": session.resource("dynamodb", config=CONFIG),
        "http": servers({}).resource(),
    }
    made = {}
    for name, resource in resources.items():
        made[name] = resource.create_table(**definition("hash", {"BillingMode": "PAY_PER_REQUEST"}))
    yield made
    servers({}).clear()


plain_scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**37), 10**37),
    st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9),
    st.text(max_size=5),
    st.binary(max_size=5),
)
plain_values = st.recursive(
    st.one_of(
        plain_scalars,
        st.sets(st.text(min_size=1, max_size=3), min_size=1, max_size=3),
        st.sets(st.integers(-99, 99), min_size=1, max_size=3),
        st.sets(st.binary(min_size=1, max_size=3), min_size=1, max_size=3),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(min_size=1, max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.mark.timeout(300)
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(st.text(min_size=1, max_size=5), plain_values, max_size=4))
def test_python_values_are_the_same_behind_every_door(tables: dict[str, Any], item: dict[str, Any]) -> None:
    item["p"] = "1"
    answers = []
    for table in tables.values():
        try:
            table.put_item(Item=item)
            answers.append(table.get_item(Key={"p": "1"})["Item"])
        except ClientError as error:
            answers.append(error.response["Error"])
    assert answers[0] == answers[1] == answers[2]
    assert _types(answers[0]) == _types(answers[1]) == _types(answers[2])


def _types(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _types(member) for name, member in value.items()}
    return [_types(member) for member in value] if isinstance(value, list) else _type(value)


def _type(value: Any) -> Any:
    # boto3's own class for bytes would have to be imported; ours is equal to it.
    return "Binary" if type(value).__name__ == "Binary" else type(value)
