"""Functions that are called with the changes of tables: `on_change` and the client `lambda`."""

import asyncio
import functools
import gc
import json
import threading
import weakref
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

import dynacore

START = 1_700_000_040


class Shop:
    """A database on a virtual clock, with the table `cars`."""

    def __init__(self, **options):
        self.clock = dynacore.VirtualClock(start=START)
        self.db = dynacore.Database(clock=self.clock, **options)
        self.cars = make_cars(self.db)

    def put(self, *ids, make="MINI"):
        for each in ids:
            self.cars.put_item(Item={"id": each, "make": make})


def make_cars(db, **more):
    return db.resource().create_table(
        TableName="cars",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        # One partition, and so one shard: records of several items have an order.
        ProvisionedThroughput={"ReadCapacityUnits": 100, "WriteCapacityUnits": 100},
        **more,
    )


def ids_of(event):
    return [record["dynamodb"]["Keys"]["id"]["S"] for record in event["Records"]]


@pytest.fixture
def shop():
    with (made := Shop()).db:
        yield made


def test_a_function_gets_lambdas_event_when_the_clock_moves(shop):
    calls = []
    trigger = shop.db.on_change("cars", lambda event, context: calls.append((event, context)))
    shop.cars.put_item(Item={"id": "a", "doors": 3, "photo": b"\x00\xff", "tags": {"x", "y"}})
    assert calls == []
    shop.clock.advance(0)
    ((event, context),) = calls
    (record,) = event["Records"]
    change = record.pop("dynamodb")
    stream = shop.cars.meta.client.describe_table(TableName="cars")["Table"]["LatestStreamArn"]
    assert record == {
        "eventID": record["eventID"],
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "eventSourceARN": stream,
    }
    assert change.pop("SequenceNumber").isdigit()
    assert change.pop("SizeBytes") > 20
    assert sorted(change["NewImage"].pop("tags")["SS"]) == ["x", "y"]
    assert change == {
        "ApproximateCreationDateTime": START,
        "Keys": {"id": {"S": "a"}},
        "NewImage": {"id": {"S": "a"}, "doors": {"N": "3"}, "photo": {"B": "AP8="}},
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    }
    assert context.function_name == "cars-lambda"
    assert context.invoked_function_arn == trigger.describe()["FunctionArn"]
    assert len(context.aws_request_id) == 36


def test_a_decorator_leaves_the_function_as_it_is(shop):
    seen = []

    @shop.db.on_change("cars", batch_size=2)
    def remember(event):
        seen.append(ids_of(event))

    shop.put("a", "b", "c")
    shop.clock.advance(1)
    assert seen == [["a", "b"], ["c"]]
    remember({"Records": []})
    assert seen[-1] == []


def test_a_table_keeps_the_stream_it_has(shop):
    client = shop.cars.meta.client
    client.update_table(
        TableName="cars", StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    )
    shop.put("a")
    events = []
    shop.db.on_change("cars", events.append, starting_position="TRIM_HORIZON")
    shop.put("b")
    shop.clock.advance(1)
    assert [ids_of(event) for event in events] == [["a", "b"]]
    assert "NewImage" not in events[0]["Records"][0]["dynamodb"]


def test_a_function_may_write_to_its_own_table_and_others(shop):
    total = shop.db.resource().create_table(
        TableName="total",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )

    @shop.db.on_change("cars", filters=[{"eventName": ["INSERT"]}])
    def count(event):
        for each in ids_of(event):
            total.update_item(
                Key={"id": "all"}, UpdateExpression="ADD cars :one", ExpressionAttributeValues={":one": 1}
            )
            shop.cars.update_item(
                Key={"id": each}, UpdateExpression="SET seen = :yes", ExpressionAttributeValues={":yes": True}
            )

    shop.put("a", "b")
    shop.clock.advance(1)
    assert total.get_item(Key={"id": "all"})["Item"]["cars"] == 2
    assert all(item["seen"] for item in shop.cars.scan()["Items"])


def test_a_coroutine_is_run_to_its_end_inside_and_outside_of_a_loop(shop):
    seen = []

    @shop.db.on_change("cars")
    async def remember(event):
        await asyncio.sleep(0)
        seen.extend(ids_of(event))

    shop.put("a")
    shop.clock.advance(1)

    async def test():
        shop.put("b")
        shop.clock.advance(1)

    asyncio.run(test())
    assert seen == ["a", "b"]


def test_what_raises_is_called_again_and_given_up_to_its_destination(shop, caplog):
    attempts, lost = [], []

    def fail(event):
        attempts.append((shop.clock.now() - START, ids_of(event)))
        raise ValueError("no")

    shop.db.on_change("cars", fail, maximum_retry_attempts=2, on_failure=lost.append)
    shop.put("a", "b")
    shop.clock.advance(60)
    assert [ids for _, ids in attempts] == [["a", "b"]] * 3
    assert [time for time, _ in attempts] == pytest.approx([0, 0.1, 0.3])
    (document,) = lost
    assert document["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert document["requestContext"]["approximateInvokeCount"] == 3
    assert document["DDBStreamBatchInfo"]["batchSize"] == 2
    assert "cars-fail failed: ValueError('no')" in caplog.text


def test_a_bad_record_is_found_by_halving(shop):
    good, lost = [], []

    def handle(event):
        if "bad" in ids_of(event):
            raise ValueError("bad")
        good.extend(ids_of(event))

    shop.db.on_change(
        "cars",
        handle,
        bisect_batch_on_function_error=True,
        maximum_retry_attempts=0,
        on_failure=lambda document: lost.append(document["DDBStreamBatchInfo"]["batchSize"]),
    )
    shop.put("a", "b", "bad", "c", "d")
    shop.clock.advance(1)
    assert (good, lost) == (["a", "b", "c", "d"], [1])


def test_a_function_reports_where_to_go_on(shop):
    seen = []

    @shop.db.on_change("cars", report_batch_item_failures=True)
    def handle(event):
        seen.append(ids_of(event))
        if len(event["Records"]) > 1:
            second = event["Records"][1]["dynamodb"]["SequenceNumber"]
            return {"batchItemFailures": [{"itemIdentifier": second}]}
        return None

    shop.put("a", "b", "c")
    shop.clock.advance(60)
    assert seen == [["a", "b", "c"], ["b", "c"], ["c"]]


def test_a_window_adds_up(shop):
    totals = []

    @shop.db.on_change("cars", tumbling_window_seconds=60, batch_size=1)
    def add(event):
        count = event["state"].get("count", 0) + len(event["Records"])
        if event["isFinalInvokeForWindow"]:
            totals.append((event["window"]["start"], count))
        return {"state": {"count": count}}

    for _ in range(3):
        shop.put("a", "b", make=str(shop.clock.now()))
        shop.clock.advance(40)
    shop.clock.advance(60)
    assert totals == [("2023-11-14T22:14:00Z", 4), ("2023-11-14T22:15:00Z", 2)]


def test_a_window_of_gathering_fills_batches(shop):
    seen = []
    shop.db.on_change("cars", lambda event: seen.append(ids_of(event)), batching_window_seconds=10)
    for name in "abcdef":
        shop.put(name)
        shop.clock.advance(3)
    shop.clock.advance(10)
    assert seen == [["a", "b", "c", "d"], ["e", "f"]]


@pytest.mark.parametrize("factor", [1, 5])
def test_each_change_once_and_in_order_whatever_stops_it(shop, factor):
    seen = {}

    def remember(event):
        for record in event["Records"]:
            image = record["dynamodb"]["NewImage"]
            seen.setdefault(image["id"]["S"], []).append(int(image["make"]["S"]))

    trigger = shop.db.on_change("cars", remember, batch_size=3, parallelization_factor=factor)
    for version in range(20):
        (trigger.enable, trigger.disable)[version % 3 == 2]()
        shop.put(*"abcde", make=str(version))
        shop.clock.advance(version % 4)
    trigger.enable()
    shop.clock.advance(1)
    assert seen == {each: list(range(20)) for each in "abcde"}


def test_two_runs_of_one_seed_are_one_run():
    def run():
        shop, log = Shop(seed=7), []

        def handle(event, context):
            log.append((shop.clock.now(), context.aws_request_id, json.dumps(event)))
            if len(log) % 3 == 0:
                raise ValueError

        shop.db.on_change("cars", handle, batch_size=2, parallelization_factor=3)
        for version in range(5):
            shop.put("a", "b", "c", "d", make=str(version))
            shop.clock.advance(0.3)
        shop.clock.advance(600)
        return log

    assert run() == run()


def test_a_function_cannot_move_the_clock_that_calls_it(shop):
    raised = []

    @shop.db.on_change("cars")
    def move(event):
        with pytest.raises(RuntimeError, match="the clock is moving") as error:
            shop.clock.advance(1)
        raised.append(error)

    shop.put("a")
    shop.clock.advance(1)
    assert len(raised) == 1
    assert shop.clock.now() == START + 1


def test_a_function_that_calls_itself_for_ever_ends_with_an_error(shop):
    @shop.db.on_change("cars")
    def write(event):
        shop.cars.update_item(
            Key={"id": "a"}, UpdateExpression="ADD n :one", ExpressionAttributeValues={":one": 1}
        )

    shop.put("a")
    with pytest.raises(RuntimeError, match="without time passing"):
        shop.clock.advance(1)


def test_what_is_no_exception_reaches_who_moves_the_clock(shop):
    seen = []

    @shop.db.on_change("cars")
    def stop(event):
        seen.append(event)
        if len(seen) == 1:
            raise KeyboardInterrupt

    shop.put("a")
    with pytest.raises(KeyboardInterrupt):
        shop.clock.advance(5)
    assert shop.clock.now() == START
    shop.clock.advance(5)
    assert len(seen) == 2


def test_a_url_gets_the_event_and_its_status_counts(shop):
    bodies, statuses = [], [500, 200]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(statuses[len(bodies) - 1])
            self.end_headers()

        def log_message(self, *arguments):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=lambda: [server.handle_request() for _ in statuses])
        thread.start()
        shop.db.on_change("cars", f"http://127.0.0.1:{server.server_port}/changes")
        shop.put("a")
        shop.clock.advance(1)
        thread.join(10)
    assert [ids_of(body) for body in bodies] == [["a"], ["a"]]


def test_what_is_no_function_or_option_is_refused(shop):
    with pytest.raises(TypeError, match="a function or a URL"):
        shop.db.on_change("cars", 7)
    with pytest.raises(ValueError, match="begins with http"):
        shop.db.on_change("cars", "ftp://x")
    with pytest.raises(TypeError):
        shop.db.on_change("cars", print, batchsize=7)
    with pytest.raises(ValueError, match="letters, digits"):
        shop.db.function("a b", print)
    with pytest.raises(dynacore.exceptions.ValidationException, match="batchSize"):
        shop.db.on_change("cars", print, batch_size=0)
    with pytest.raises(dynacore.exceptions.InvalidParameterValueException, match="Invalid filter pattern"):
        shop.db.on_change("cars", print, filters=[{"eventName": "INSERT"}])
    with pytest.raises(dynacore.exceptions.ResourceNotFoundException):
        shop.db.on_change("vans", print)
    assert shop.db.client("lambda").list_event_source_mappings()["EventSourceMappings"] == []


def test_a_trigger_that_is_deleted_calls_no_more(shop):
    seen = []
    trigger = shop.db.on_change("cars", seen.append)
    assert trigger.state == "Enabled"
    trigger.delete()
    shop.put("a")
    shop.clock.advance(1)
    assert seen == []
    with pytest.raises(dynacore.exceptions.ResourceNotFoundException) as error:
        trigger.describe()
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_a_database_that_is_closed_calls_no_more(shop):
    seen = []
    shop.db.on_change("cars", seen.append)
    shop.put("a")
    shop.db.close()
    shop.put("b")
    shop.clock.advance(600)
    assert seen == []
    with pytest.raises(ValueError, match="closed"):
        shop.db.on_change("cars", seen.append)


def test_a_snapshot_takes_triggers_back_and_a_fork_has_none(shop):
    seen = []
    shop.db.on_change("cars", lambda event: seen.append(ids_of(event)), batch_size=1)
    shop.put("a")
    snapshot = shop.db.snapshot()
    shop.put("b")
    shop.clock.advance(1)
    assert seen == [["a"], ["b"]]
    shop.db.restore(snapshot)
    with shop.db.fork() as fork:
        fork.resource().Table("cars").put_item(Item={"id": "c"})
        assert fork.client("lambda").list_event_source_mappings()["EventSourceMappings"] == []
        shop.clock.advance(1)
    assert seen == [["a"], ["b"], ["a"]]


def test_the_client_of_lambda_has_boto3s_shape(shop):
    client = shop.db.client("lambda")
    assert client.meta.endpoint_url == "https://lambda.us-east-1.amazonaws.com"
    stream = shop.cars.meta.client.update_table(
        TableName="cars", StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    )["TableDescription"]["LatestStreamArn"]
    seen = []
    shop.db.function("stock", lambda event: seen.append(ids_of(event)))
    made = client.create_event_source_mapping(
        EventSourceArn=stream, FunctionName="stock", StartingPosition="LATEST", BatchSize=10
    )
    assert made["State"] == "Creating"
    assert made["LastModified"].timestamp() == START
    shop.put("a")
    shop.clock.advance(1)
    assert seen == [["a"]]
    pages = client.get_paginator("list_event_source_mappings").paginate(FunctionName="stock")
    (listed,) = pages.build_full_result()["EventSourceMappings"]
    assert listed["UUID"] == made["UUID"]
    assert (listed["State"], listed["LastProcessingResult"]) == ("Enabled", "OK")
    with pytest.raises(client.exceptions.ResourceConflictException) as error:
        client.create_event_source_mapping(
            EventSourceArn=stream, FunctionName="stock", StartingPosition="LATEST"
        )
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409
    assert client.update_event_source_mapping(UUID=made["UUID"], BatchSize=7)["BatchSize"] == 7
    assert client.delete_event_source_mapping(UUID=made["UUID"])["State"] == "Deleting"


@pytest.mark.parametrize("service", ["lambda", "events"])
def test_operations_parameters_and_paginators_are_boto3s(service):
    session = pytest.importorskip("botocore.session").get_session()
    model = session.get_service_model(service)
    client = dynacore.Database().client(service)
    for method, operation in client.meta.method_to_api_mapping.items():
        assert operation in model.operation_names
        members = model.operation_model(operation).input_shape.members
        known = dict(dynacore._core.parameters(service, operation))
        assert set(members) == {path for path in known if "." not in path and "[" not in path}, method
    stored = session.get_component("data_loader").load_service_model(service, "paginators-1")["pagination"]
    for method, operation in client.meta.method_to_api_mapping.items():
        assert client.can_paginate(method) == (operation in stored)


def test_on_the_systems_clock_threads_call_at_once():
    db = dynacore.Database()
    cars = make_cars(db)
    done = threading.Event()
    seen = []

    @db.on_change("cars", batch_size=10)
    def remember(event):
        seen.extend(ids_of(event))
        # The table that it is called for can be written.
        if "again" not in seen:
            cars.put_item(Item={"id": "again"})
        if len(seen) == 101:
            done.set()

    for number in range(100):
        cars.put_item(Item={"id": str(number)})
    assert done.wait(30)
    assert [each for each in seen if each != "again"] == [str(number) for number in range(100)]
    names = {thread.name for thread in threading.enumerate()}
    assert any(name.startswith("dynacore-trigger-") for name in names)
    db.close()
    assert not any(thread.name.startswith("dynacore-trigger-") for thread in threading.enumerate())


def test_calls_of_several_lanes_run_at_the_same_time():
    with dynacore.Database() as db:
        cars = make_cars(db)
        together = threading.Barrier(3, timeout=30)
        passed = threading.Semaphore(0)

        def wait(event):
            together.wait()
            passed.release()

        db.on_change("cars", wait, parallelization_factor=3, batch_size=1000, batching_window_seconds=1)
        for number in range(60):
            cars.put_item(Item={"id": str(number)})
        assert all(passed.acquire(timeout=30) for _ in range(3))


def test_a_database_that_nobody_holds_ends_with_its_threads():
    db = dynacore.Database()
    make_cars(db)
    # The function holds the database, as most do.
    db.on_change("cars", functools.partial(lambda db, _: db.client(), db))
    reference = weakref.ref(db)
    del db
    gc.collect()
    assert reference() is None
    assert not any(thread.name.startswith("dynacore-trigger-") for thread in threading.enumerate())


def test_rules_call_functions_on_a_schedule_and_for_events(shop):
    ticks, orders = [], []
    rule = shop.db.schedule("rate(1 minute)", ticks.append, input={"do": "sweep"})

    @shop.db.on_event({"source": ["shop"], "detail": {"total": [{"numeric": [">", 100]}]}})
    def order(event):
        orders.append(event["detail"]["total"])

    events = shop.db.client("events")
    entries = [
        {"Source": "shop", "DetailType": "order", "Detail": json.dumps({"total": total})}
        for total in (50, 150)
    ]
    assert events.put_events(Entries=entries)["FailedEntryCount"] == 0
    shop.clock.advance(180)
    assert orders == [150]
    assert ticks == [{"do": "sweep"}] * 3
    rule.disable()
    shop.clock.advance(180)
    rule.enable()
    shop.clock.advance(60)
    assert len(ticks) == 4
    rule.delete()
    shop.clock.advance(180)
    assert len(ticks) == 4
    assert [each["Name"] for each in events.list_rules()["Rules"]] == ["order"]
    with pytest.raises(events.exceptions.InvalidEventPatternException):
        shop.db.on_event({"source": "shop"}, print)


def test_boto3_puts_rules_and_events_without_a_socket(shop):
    seen = []
    shop.db.function("order", lambda event: seen.append(event["detail"]))
    events = shop.db.boto3_session().client("events")
    events.put_rule(Name="orders", EventPattern=json.dumps({"source": ["shop"]}))
    arn = "arn:aws:lambda:us-east-1:000000000000:function:order"
    events.put_targets(Rule="orders", Targets=[{"Id": "1", "Arn": arn}])
    events.put_events(Entries=[{"Source": "shop", "DetailType": "order", "Detail": '{"total": 7}'}])
    shop.clock.advance(0)
    assert seen == [{"total": 7}]
    with pytest.raises(events.exceptions.ResourceNotFoundException, match="Rule none does not exist"):
        events.describe_rule(Name="none")


def test_a_schedule_can_write_what_a_trigger_sees(shop):
    seen = []
    shop.db.on_change("cars", lambda event: seen.extend(ids_of(event)))

    @shop.db.schedule("cron(0 0 * * ? *)", name="nightly")
    def nightly(event):
        shop.put(event["time"][:10])

    shop.clock.advance(3 * 24 * 3600)
    assert seen == ["2023-11-15", "2023-11-16", "2023-11-17"]
    assert shop.cars.item_count >= 0
    assert shop.cars.scan()["Count"] == Decimal(3)
