"""Many threads and connections at once: whatever happens can be put in an order (tests/history.py)."""

import http.client
import json
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

import dynacore
from history import Call, check

CARS = [str(number) for number in range(8)]
HEADERS = {
    "Content-Type": "application/x-amz-json-1.0",
    "X-Amz-Date": "20250101T000000Z",
    "Authorization": "AWS4-HMAC-SHA256 Credential=dynacore/20250101/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature=0",
}
CONFLICT = "TransactionConflictException"
CODES = {None, CONFLICT, "ConditionalCheckFailedException", "TransactionCanceledException"}
CONDITION = {"ConditionExpression": "v = :old", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
ACTIONS = {
    "add": 1,
    "get": 1,
    "compare and set": 3,
    "read transaction": 2,
    "write transaction": 4,
}


class Native:
    """The native door: each thread shares its client."""

    def __init__(self, client):
        self.client = client

    def ask(self, operation, parameters):
        """Return the exception's name, or None, and the answer."""
        try:
            return None, self.client._execute("dynamodb", operation, parameters, False)
        except ClientError as error:
            return error.response["Error"]["Code"], error.response

    def close(self):
        pass


class Connection:
    """A connection of its own to a server."""

    def __init__(self, address):
        self.connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=30)

    def ask(self, operation, parameters):
        headers = HEADERS | {"X-Amz-Target": f"DynamoDB_20120810.{operation}"}
        self.connection.request("POST", "/", json.dumps(parameters), headers)
        response = self.connection.getresponse()
        answer = json.loads(response.read())
        return (None if response.status == 200 else answer["__type"].partition("#")[2]), answer

    def close(self):
        self.connection.close()


def key(car):
    return {"TableName": "cars", "Key": {"id": {"S": car}}}


def version(item):
    return int(item["v"]["N"])


def values(**numbers):
    return {f":{name}": {"N": str(number)} for name, number in numbers.items()}


class Worker:
    """Does what comes to its mind, and notes what it saw and wrote."""

    def __init__(self, number, seed, door):
        self.number = number
        self.random = random.Random(f"{seed} {number}")
        self.door = door
        self.known = dict.fromkeys(CARS, 0)
        self.calls = []
        self.outcomes = Counter()

    def run(self, start, steps):
        start.wait()
        for _ in range(steps):
            [action] = self.random.choices(list(ACTIONS), weights=ACTIONS.values())
            getattr(self, action.replace(" ", "_"))()
        self.door.close()
        return self

    def note(self, operation, parameters):
        """Carry a call out; a function notes what came of it."""
        began = time.perf_counter_ns()
        code, answer = self.door.ask(operation, parameters)
        ended = time.perf_counter_ns()
        assert code in (None, "ConditionalCheckFailedException", "TransactionCanceledException", CONFLICT), (
            answer
        )
        self.outcomes[operation, code] += 1

        def noted(saw, wrote=None):
            name = f"{operation} of {self.number}"
            self.calls.append(Call(name, began, ended, saw, wrote or {}))
            self.known |= saw | (wrote or {})

        return code, answer, noted

    def get(self):
        car = self.random.choice(CARS)
        _, answer, noted = self.note("GetItem", {**key(car), "ConsistentRead": True})
        noted({car: version(answer["Item"])})

    def add(self):
        car = self.random.choice(CARS)
        code, answer, noted = self.note(
            "UpdateItem",
            {
                **key(car),
                "UpdateExpression": "ADD v :one",
                "ExpressionAttributeValues": values(one=1),
                "ReturnValues": "UPDATED_OLD",
            },
        )
        if code is None:
            old = version(answer["Attributes"])
            noted({car: old}, {car: old + 1})

    def compare_and_set(self):
        car = self.random.choice(CARS)
        code, answer, noted = self.note("UpdateItem", {**key(car), **self.set(car)})
        if code is None:
            noted({car: self.known[car]}, {car: self.known[car] + 1})
        elif code == "ConditionalCheckFailedException":
            noted({car: version(answer["Item"])})

    def set(self, car):
        old = self.known[car]
        return {
            "UpdateExpression": "SET v = :new",
            "ExpressionAttributeValues": values(old=old, new=old + 1),
            **CONDITION,
        }

    def read_transaction(self):
        self.read(self.random.sample(CARS, 3))

    def read(self, cars):
        body = {"TransactItems": [{"Get": key(car)} for car in cars]}
        code, answer, noted = self.note("TransactGetItems", body)
        if code is None:
            found = zip(cars, answer["Responses"], strict=True)
            noted({car: version(response["Item"]) for car, response in found})

    def write_transaction(self):
        cars = self.random.sample(CARS, self.random.randint(2, 4))
        self.read(cars)
        checked, *written = cars
        check_values = {"ExpressionAttributeValues": values(old=self.known[checked])}
        items = [{"ConditionCheck": {**key(checked), **check_values, **CONDITION}}]
        items += [{"Update": {**key(car), **self.set(car)}} for car in written]
        code, answer, noted = self.note("TransactWriteItems", {"TransactItems": items})
        if code is None:
            noted({car: self.known[car] for car in cars}, {car: self.known[car] + 1 for car in written})
            return
        for car, reason in zip(cars, answer["CancellationReasons"], strict=True):
            if reason["Code"] == "ConditionalCheckFailed":
                noted({car: version(reason["Item"])})


def run(open_door, workers, steps):
    """Let workers run at the same time, check what they saw, and count what came of their calls."""
    seed = random.randrange(2**32)
    door = open_door()
    items = [{"PutRequest": {"Item": {"id": {"S": car}, "v": {"N": "0"}}}} for car in CARS]
    assert door.ask("BatchWriteItem", {"RequestItems": {"cars": items}})[0] is None
    start = threading.Barrier(workers)
    with ThreadPoolExecutor(workers) as pool:
        running = [
            pool.submit(Worker(number, seed, open_door()).run, start, steps) for number in range(workers)
        ]
        done = [each.result() for each in running]
    calls = [call for worker in done for call in worker.calls]
    last = Worker(-1, seed, door)
    for car in CARS:
        _, answer, noted = last.note("GetItem", {**key(car), "ConsistentRead": True})
        noted({car: version(answer["Item"])})
    door.close()
    try:
        check(calls + last.calls)
        assert any(len(call.wrote) > 1 for call in calls), "no transaction wrote"
        assert last.known == {
            car: max((call.wrote.get(car, 0) for call in calls), default=0) for car in CARS
        }, "what was written is there"
    except AssertionError as error:
        raise AssertionError(f"seed {seed}: {error}") from error
    return sum((worker.outcomes for worker in done), Counter())


class Stale(Native):
    """A door that remembers what it read."""

    def __init__(self, client):
        super().__init__(client)
        self.answers = {}

    def ask(self, operation, parameters):
        if operation == "GetItem":
            return self.answers.setdefault(json.dumps(parameters), super().ask(operation, parameters))
        return super().ask(operation, parameters)


def make_cars(client):
    client.create_table(
        TableName="cars",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


def test_sixteen_threads_on_the_native_door():
    with dynacore.Database() as database:
        client = database.client()
        make_cars(client)
        outcomes = run(lambda: Native(client), workers=16, steps=300)
    assert not any(code == CONFLICT for _, code in outcomes), "transactions do not meet by themselves"


def test_sixteen_threads_while_transactions_are_in_flight():
    with dynacore.Database(transaction_seconds=0.0005) as database:
        client = database.client()
        make_cars(client)
        outcomes = run(lambda: Native(client), workers=16, steps=300)
    assert outcomes["UpdateItem", CONFLICT] > 0, "transactions meet others"


def test_this_test_would_see_a_stale_read():
    with dynacore.Database() as database:
        client = database.client()
        make_cars(client)
        with pytest.raises(
            AssertionError, match=r"seed \d+: these calls cannot have run one after the other"
        ):
            run(lambda: Stale(client), workers=2, steps=400)


@pytest.mark.parametrize("options", [{}, {"transaction_seconds": 0.002}], ids=["alone", "in flight"])
def test_sixty_four_connections(servers, options):
    server = servers(options)
    make_cars(server.client("dynamodb"))
    try:
        run(lambda: Connection(server.address), workers=64, steps=30)
    finally:
        server.clear()
