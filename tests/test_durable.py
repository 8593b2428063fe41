"""Databases in a directory: what is there when they are opened again."""

import subprocess
import sys
import threading

import pytest

import dynacore
from dynacore import exceptions

KEY = {
    "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
    "AttributeDefinitions": [
        {"AttributeName": "p", "AttributeType": "S"},
        {"AttributeName": "s", "AttributeType": "N"},
        {"AttributeName": "g", "AttributeType": "S"},
    ],
}
GLOBAL = {
    "IndexName": "by-g",
    "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "KEYS_ONLY"},
    "ProvisionedThroughput": {"ReadCapacityUnits": 7, "WriteCapacityUnits": 8},
}
LOCAL = {
    "IndexName": "local",
    "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "g", "KeyType": "RANGE"}],
    "Projection": {"ProjectionType": "ALL"},
}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "shop.dynacore"


def make_table(db, **options):
    return db.client().create_table(
        **{
            "TableName": "cars",
            "ProvisionedThroughput": {"ReadCapacityUnits": 100, "WriteCapacityUnits": 100},
            "GlobalSecondaryIndexes": [GLOBAL],
            "LocalSecondaryIndexes": [LOCAL],
            **KEY,
            **options,
        }
    )


def put(db, number, **attributes):
    item = {"p": {"S": f"p{number % 5}"}, "s": {"N": str(number)}, "g": {"S": f"g{number % 3}"}, **attributes}
    return db.client().put_item(TableName="cars", Item=item, ReturnItemCollectionMetrics="SIZE")


def everything(db):
    """All that a user can see of a database and that is to survive."""
    client, scaling = db.client(), db.client("application-autoscaling")
    seen = {}
    for name in client.list_tables()["TableNames"]:
        table = client.describe_table(TableName=name)["Table"]
        seen[name] = {
            "table": table,
            "items": client.scan(TableName=name)["Items"],
            "indexes": {
                index["IndexName"]: client.scan(TableName=name, IndexName=index["IndexName"])["Items"]
                for index in table.get("GlobalSecondaryIndexes", []) + table.get("LocalSecondaryIndexes", [])
                if index.get("IndexStatus", "ACTIVE") == "ACTIVE"
            },
            "partitions": [
                {key: partition[key] for key in ("range", "items", "bytes")}
                for partition in db.partitions(name)
            ],
        }
    seen["targets"] = scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"]
    seen["policies"] = scaling.describe_scaling_policies(ServiceNamespace="dynamodb")["ScalingPolicies"]
    return seen


@pytest.mark.parametrize("sync", ["commit", "interval", "never"])
def test_what_was_set_and_written_is_there_again(path, sync):
    with dynacore.Database(path, sync=sync) as db:
        make_table(db)
        for number in range(60):
            put(db, number)
        for number in range(0, 60, 7):
            db.client().delete_item(
                TableName="cars", Key={"p": {"S": f"p{number % 5}"}, "s": {"N": str(number)}}
            )
        scaling = db.client("application-autoscaling")
        target = {
            "ServiceNamespace": "dynamodb",
            "ResourceId": "table/cars",
            "ScalableDimension": "dynamodb:table:WriteCapacityUnits",
        }
        scaling.register_scalable_target(**target, MinCapacity=5, MaxCapacity=100)
        scaling.put_scaling_policy(
            **target,
            PolicyName="hold",
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={
                "TargetValue": 70.1,
                "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBWriteCapacityUtilization"},
            },
        )
        before = everything(db)
    for _ in range(2):
        with dynacore.Database(path, sync=sync) as db:
            assert everything(db) == before
            assert db.client().describe_table(TableName="cars")["Table"]["ItemCount"] == 51


def test_a_database_that_was_not_closed_has_what_was_acknowledged(path):
    script = f"""
import os, sys
sys.path.insert(0, {str(__file__.rsplit("/", 1)[0])!r})
import dynacore, test_durable
db = dynacore.Database({str(path)!r})
test_durable.make_table(db)
for number in range(40):
    test_durable.put(db, number)
print(test_durable.everything(db))
sys.stdout.flush()
os._exit(1)
"""
    finished = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    with dynacore.Database(path) as db:
        assert str(everything(db)) == finished.stdout.strip()
        size = put(db, 0)["ItemCollectionMetrics"]["SizeEstimateRangeGB"]
        assert len(size) == 2


def test_what_was_under_way_goes_on(path):
    clock = dynacore.VirtualClock()
    with dynacore.Database(path, clock=clock, table_transition_seconds=10) as db:
        client = db.client()
        make_table(db, GlobalSecondaryIndexes=[{**GLOBAL, "IndexName": "first"}])
        assert client.describe_table(TableName="cars")["Table"]["TableStatus"] == "CREATING"
    with dynacore.Database(path, clock=clock, table_transition_seconds=10) as db:
        client = db.client()
        assert client.describe_table(TableName="cars")["Table"]["TableStatus"] == "CREATING"
        clock.advance(10)
        assert client.describe_table(TableName="cars")["Table"]["TableStatus"] == "ACTIVE"
        for number in range(30):
            put(db, number)
        client.update_table(
            TableName="cars",
            AttributeDefinitions=KEY["AttributeDefinitions"],
            GlobalSecondaryIndexUpdates=[{"Create": GLOBAL}],
        )
        clock.advance(10)
    with dynacore.Database(path, clock=clock, table_transition_seconds=10) as db:
        clock.advance(60)
        client = db.client()
        assert {
            index["IndexName"]: index["IndexStatus"]
            for index in client.describe_table(TableName="cars")["Table"]["GlobalSecondaryIndexes"]
        } == {"first": "ACTIVE", "by-g": "ACTIVE"}
        assert client.scan(TableName="cars", IndexName="by-g")["Count"] == 30
        client.update_table(
            TableName="cars", ProvisionedThroughput={"ReadCapacityUnits": 50, "WriteCapacityUnits": 50}
        )
        clock.advance(10)
        client.delete_table(TableName="cars")
    with dynacore.Database(path, clock=clock) as db:
        table = db.client().describe_table(TableName="cars")["Table"]
        assert table["TableStatus"] == "DELETING"
        assert table["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 1
        clock.advance(10)
        assert db.client().list_tables()["TableNames"] == []
        make_table(db)
        assert db.client().scan(TableName="cars")["Items"] == []
        assert db.client().describe_table(TableName="cars")["Table"]["TableId"] != table["TableId"]


def test_threads_share_a_database(path):
    with dynacore.Database(path) as db:
        make_table(db)
        threads = [
            threading.Thread(target=lambda n=n: [put(db, n * 20 + i) for i in range(20)]) for n in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        before = everything(db)
        assert len(before["cars"]["items"]) == 160
    with dynacore.Database(path) as db:
        assert everything(db) == before


def test_a_second_process_is_told_who_has_it(path):
    with dynacore.Database(path):
        script = f"import dynacore; dynacore.Database({str(path)!r})"
        second = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
        assert "DatabaseLocked" in second.stderr
        assert "is open already, in process" in second.stderr
        with pytest.raises(exceptions.DatabaseLocked):
            dynacore.Database(path)
    dynacore.Database(path).close()


def test_other_directories_are_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(exceptions.NotADatabase):
        dynacore.Database(tmp_path)
    with pytest.raises(exceptions.NotADatabase):
        dynacore.Database(tmp_path / "notes.txt")
    assert [entry.name for entry in tmp_path.iterdir()] == ["notes.txt"]


def test_an_unknown_format_is_refused(path):
    dynacore.Database(path).close()
    (path / "FORMAT").write_text("dynacore database, format 99\n")
    with pytest.raises(exceptions.UnknownFormat, match="format 99"):
        dynacore.Database(path)


def test_damage_is_named_and_never_an_empty_database(path):
    with dynacore.Database(path) as db:
        make_table(db)
        for number in range(20):
            put(db, number)
    log = max((path / "log").iterdir())
    damaged = bytearray(log.read_bytes())
    damaged[200] ^= 1
    log.write_bytes(damaged)
    with pytest.raises(exceptions.Corrupted, match=log.name):
        dynacore.Database(path)
    log.unlink()
    with pytest.raises(exceptions.Corrupted, match=log.name):
        dynacore.Database(path)


def test_another_region_is_refused(path):
    dynacore.Database(path).close()
    with dynacore.Database(path) as db:
        make_table(db)
    with pytest.raises(exceptions.StoreFailed, match="Region us-east-1"):
        dynacore.Database(path, region="eu-central-1")


def test_a_closed_database_refuses(path):
    db = dynacore.Database(path)
    client = db.client()
    make_table(db)
    db.close()
    db.close()
    with pytest.raises(exceptions.InternalServerError, match="the database is closed"):
        client.put_item(TableName="cars", Item={"p": {"S": "a"}, "s": {"N": "1"}})
    with pytest.raises(ValueError, match="closed"):
        db.client()


def test_an_unknown_sync_is_refused(path):
    with pytest.raises(ValueError, match='"commit", "interval" or "never"'):
        dynacore.Database(path, sync="sometimes")
    assert not path.exists()


def test_what_is_left_open_is_closed_with_the_interpreter(path):
    script = f"""
import dynacore, sys
sys.path.insert(0, {str(__file__.rsplit("/", 1)[0])!r})
import test_durable
db = dynacore.Database({str(path)!r}, sync="interval")
test_durable.make_table(db)
for number in range(40):
    test_durable.put(db, number)
"""
    subprocess.run([sys.executable, "-c", script], check=True)
    with dynacore.Database(path) as db:
        assert db.client().scan(TableName="cars")["Count"] == 40


def test_a_transaction_is_done_once_also_after_opening_again(path):
    request = {
        "ClientRequestToken": "once",
        "TransactItems": [
            {
                "Update": {
                    "TableName": "cars",
                    "Key": {"p": {"S": "a"}, "s": {"N": "1"}},
                    "UpdateExpression": "ADD n :one",
                    "ExpressionAttributeValues": {":one": {"N": "1"}},
                }
            }
        ],
    }
    with dynacore.Database(path) as db:
        make_table(db)
        db.client().transact_write_items(**request)
    with dynacore.Database(path) as db:
        db.client().transact_write_items(**request)
        item = db.client().get_item(TableName="cars", Key={"p": {"S": "a"}, "s": {"N": "1"}})["Item"]
        assert item["n"] == {"N": "1"}
        request["TransactItems"][0]["Update"]["ExpressionAttributeValues"] = {":one": {"N": "2"}}
        with pytest.raises(exceptions.IdempotentParameterMismatchException):
            db.client().transact_write_items(**request)


def test_late_indexes_go_on_where_they_were(path):
    clock = dynacore.VirtualClock()
    with dynacore.Database(path, clock=clock, index_propagation_seconds=5) as db:
        make_table(db)
        put(db, 1)
        clock.advance(5)
        put(db, 2)
        assert db.client().scan(TableName="cars", IndexName="by-g")["Count"] == 1
    with dynacore.Database(path, clock=clock, index_propagation_seconds=5) as db:
        assert db.client().scan(TableName="cars", IndexName="by-g")["Count"] == 1
        clock.advance(5)
        assert db.client().scan(TableName="cars", IndexName="by-g")["Count"] == 2
        put(db, 3)
    with dynacore.Database(path, clock=clock) as db:
        assert db.client().scan(TableName="cars", IndexName="by-g")["Count"] == 3
        put(db, 4)
        assert db.client().scan(TableName="cars", IndexName="by-g")["Count"] == 4
