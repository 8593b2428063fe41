"""Programs and libraries that know nothing of dynacore, unchanged against it.

botocore's own paginators and waiters and PynamoDB run over HTTP and in process; the AWS CLI is a program of
its own and runs over HTTP.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import botocore.exceptions
import pytest
from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UnicodeSetAttribute
from pynamodb.exceptions import DoesNotExist, PutError, TableDoesNotExist
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

CREDENTIALS = {"aws_access_key_id": "any", "aws_secret_access_key": "any", "region_name": "us-east-1"}


@pytest.fixture(params=["process", "http"])
def address(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """Where clients find the database: at an address, or at none because they are rerouted to it."""
    if request.param == "process":
        request.getfixturevalue("boto3_dynamodb")
        yield None
        return
    served = request.getfixturevalue("servers")({})
    yield served.address
    served.clear()


class TestBotocore:
    """Paginators and waiters as botocore makes them of its own service model."""

    @pytest.fixture
    def client(self, address: str | None) -> Any:
        client = boto3.session.Session(**CREDENTIALS).client("dynamodb", endpoint_url=address)
        for name in ("a", "b", "c"):
            client.create_table(
                TableName=f"laps-{name}",
                KeySchema=[
                    {"AttributeName": "driver", "KeyType": "HASH"},
                    {"AttributeName": "lap", "KeyType": "RANGE"},
                ],
                AttributeDefinitions=[
                    {"AttributeName": "driver", "AttributeType": "S"},
                    {"AttributeName": "lap", "AttributeType": "N"},
                ],
                BillingMode="PAY_PER_REQUEST",
            )
            client.get_waiter("table_exists").wait(TableName=f"laps-{name}", WaiterConfig={"Delay": 1})
        for lap in range(7):
            client.put_item(
                TableName="laps-a", Item={"driver": {"S": "ann"}, "lap": {"N": str(lap)}, "t": {"N": "90"}}
            )
        yield client
        client.close()

    @pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
    def test_the_pages_of_a_query_and_of_a_scan(self, client, size):
        for operation, terms in (
            (
                "query",
                {"KeyConditionExpression": "driver = :d", "ExpressionAttributeValues": {":d": {"S": "ann"}}},
            ),
            ("scan", {}),
        ):
            pages = client.get_paginator(operation).paginate(
                TableName="laps-a", **terms, PaginationConfig={"PageSize": size}
            )
            found = pages.build_full_result()
            assert [item["lap"]["N"] for item in found["Items"]] == [str(lap) for lap in range(7)]
            assert (found["Count"], found["ScannedCount"]) == (7, 7)

    def test_a_query_is_continued_from_a_token(self, client):
        terms = {
            "TableName": "laps-a",
            "KeyConditionExpression": "driver = :d",
            "ExpressionAttributeValues": {":d": {"S": "ann"}},
        }
        paginator = client.get_paginator("query")
        first = paginator.paginate(
            **terms, PaginationConfig={"MaxItems": 4, "PageSize": 2}
        ).build_full_result()
        rest = paginator.paginate(**terms, PaginationConfig={"StartingToken": first["NextToken"]})
        laps = [item["lap"]["N"] for item in first["Items"] + rest.build_full_result()["Items"]]
        assert laps == [str(lap) for lap in range(7)]

    def test_the_pages_of_the_tables(self, client):
        pages = list(client.get_paginator("list_tables").paginate(PaginationConfig={"PageSize": 2}))
        assert [page["TableNames"] for page in pages] == [["laps-a", "laps-b"], ["laps-c"]]

    def test_waiters_end_when_the_table_is_there_or_gone(self, client):
        with pytest.raises(botocore.exceptions.WaiterError, match="Max attempts exceeded"):
            client.get_waiter("table_not_exists").wait(
                TableName="laps-b", WaiterConfig={"Delay": 1, "MaxAttempts": 1}
            )
        client.delete_table(TableName="laps-b")
        client.get_waiter("table_not_exists").wait(TableName="laps-b", WaiterConfig={"Delay": 1})
        with pytest.raises(botocore.exceptions.WaiterError, match="Max attempts exceeded"):
            client.get_waiter("table_exists").wait(
                TableName="laps-b", WaiterConfig={"Delay": 1, "MaxAttempts": 1}
            )


class TestPynamoDB:
    """A mapper that uses botocore below its public surface."""

    @pytest.fixture
    def driver_class(self, address: str | None) -> Any:
        class ByTeam(GlobalSecondaryIndex["Driver"]):
            class Meta:
                index_name = "by-team"
                projection = AllProjection()
                read_capacity_units = 5
                write_capacity_units = 5

            team = UnicodeAttribute(hash_key=True)
            points = NumberAttribute(range_key=True)

        class Driver(Model):
            class Meta:
                table_name = "drivers"
                region = "us-east-1"
                host = address
                aws_access_key_id = "any"
                aws_secret_access_key = "any"
                read_capacity_units = 5
                write_capacity_units = 5
                max_retry_attempts = 0

            name = UnicodeAttribute(hash_key=True)
            season = NumberAttribute(range_key=True)
            team = UnicodeAttribute(null=True)
            points = NumberAttribute(default=0)
            tracks = UnicodeSetAttribute(null=True)
            by_team = ByTeam()

        Driver.create_table(wait=True)
        return Driver

    def test_an_item_is_saved_changed_and_deleted(self, driver_class):
        driver = driver_class("ann", 2024, team="blue", tracks={"monza", "spa"})
        driver.save(condition=driver_class.name.does_not_exist())
        with pytest.raises(PutError, match="The conditional request failed"):
            driver_class("ann", 2024).save(condition=driver_class.name.does_not_exist())
        driver.update(
            actions=[
                driver_class.points.add(25),
                driver_class.tracks.delete({"spa"}),
                driver_class.team.set("red"),
            ],
            condition=driver_class.points == 0,
        )
        found = driver_class.get("ann", 2024, consistent_read=True)
        assert (found.points, found.tracks, found.team) == (25, {"monza"}, "red")
        found.refresh()
        found.delete()
        with pytest.raises(DoesNotExist):
            driver_class.get("ann", 2024)

    def test_batches_queries_and_an_index(self, driver_class):
        with driver_class.batch_write() as batch:
            for season in range(40):
                batch.save(driver_class("ann", season, team="blue", points=season % 7))
        keys = [("ann", season) for season in range(0, 40, 2)]
        assert {driver.season for driver in driver_class.batch_get(keys)} == set(range(0, 40, 2))
        later = driver_class.query("ann", driver_class.season > 30, page_size=4, limit=6)
        assert [driver.season for driver in later] == [31, 32, 33, 34, 35, 36]
        fast = driver_class.query("ann", filter_condition=driver_class.points == 6, scan_index_forward=False)
        assert [driver.season for driver in fast] == [34, 27, 20, 13, 6]
        assert driver_class.by_team.count("blue", driver_class.points >= 5) == 10
        assert sum(1 for _ in driver_class.scan(page_size=9)) == driver_class.count() == 40

    def test_a_table_is_described_and_deleted(self, driver_class):
        assert driver_class.exists()
        described = driver_class.describe_table()
        assert described["GlobalSecondaryIndexes"][0]["IndexName"] == "by-team"
        driver_class.delete_table()
        assert not driver_class.exists()
        with pytest.raises(TableDoesNotExist):
            driver_class.describe_table()


class TestCommandLineInterface:
    """`aws dynamodb`."""

    @pytest.fixture
    def aws(self, servers: Callable[[dict[str, Any]], Any], tmp_path: Path) -> Iterator[Callable[..., Any]]:
        served = servers({})
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "AWS_ACCESS_KEY_ID": "any",
            "AWS_SECRET_ACCESS_KEY": "any",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": served.address,
            "AWS_PAGER": "",
            "AWS_MAX_ATTEMPTS": "1",
        }
        program = Path(sys.executable).with_name("aws")

        def run(*arguments: str, fails: str | None = None) -> Any:
            finished = subprocess.run(
                [sys.executable, program, "dynamodb", *arguments, "--output", "json"],
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            if fails is not None:
                assert finished.returncode != 0
                assert fails in finished.stderr
                return None
            assert finished.returncode == 0, finished.stderr
            return json.loads(finished.stdout) if finished.stdout else {}

        yield run
        served.clear()

    def test_the_life_of_a_table(self, aws, tmp_path):
        aws(
            *("create-table", "--table-name", "laps", "--billing-mode", "PAY_PER_REQUEST"),
            *(
                "--attribute-definitions",
                "AttributeName=driver,AttributeType=S",
                "AttributeName=lap,AttributeType=N",
            ),
            *("--key-schema", "AttributeName=driver,KeyType=HASH", "AttributeName=lap,KeyType=RANGE"),
        )
        aws("wait", "table-exists", "--table-name", "laps")
        assert aws("list-tables") == {"TableNames": ["laps"]}
        assert aws("describe-table", "--table-name", "laps")["Table"]["TableStatus"] == "ACTIVE"
        put = [{"PutRequest": {"Item": _lap(number)}} for number in range(5)]
        requests = tmp_path / "requests.json"
        requests.write_text(json.dumps({"laps": put}))
        assert aws("batch-write-item", "--request-items", f"file://{requests}") == {"UnprocessedItems": {}}
        values = json.dumps({":d": {"S": "ann"}})
        found = aws(
            *(
                "query",
                "--table-name",
                "laps",
                "--key-condition-expression",
                "driver = :d",
                "--page-size",
                "2",
            ),
            *("--expression-attribute-values", values, "--no-scan-index-forward"),
        )
        assert [item["lap"]["N"] for item in found["Items"]] == ["4", "3", "2", "1", "0"]
        some = aws("scan", "--table-name", "laps", "--max-items", "2")
        rest = aws("scan", "--table-name", "laps", "--starting-token", some["NextToken"])
        assert (len(some["Items"]), len(rest["Items"])) == (2, 3)
        aws("delete-table", "--table-name", "laps")
        aws("wait", "table-not-exists", "--table-name", "laps")
        aws("describe-table", "--table-name", "laps", fails="(ResourceNotFoundException)")

    def test_an_item_is_put_read_changed_and_deleted(self, aws):
        aws(
            *("create-table", "--table-name", "cars", "--billing-mode", "PAY_PER_REQUEST"),
            *("--attribute-definitions", "AttributeName=id,AttributeType=S"),
            *("--key-schema", "AttributeName=id,KeyType=HASH"),
        )
        # The program takes binary data as text and gives it back in base64.
        item = {"id": {"S": "1"}, "photo": {"B": "hi"}, "tags": {"SS": ["a", "b"]}}
        put = ("put-item", "--table-name", "cars", "--item", json.dumps(item))
        assert aws(*put) == {}
        aws(
            *(*put, "--condition-expression", "attribute_not_exists(id)"),
            fails="An error occurred (ConditionalCheckFailedException) when calling the PutItem operation: "
            "The conditional request failed",
        )
        key = ("--table-name", "cars", "--key", '{"id": {"S": "1"}}')
        assert aws("get-item", *key)["Item"] == {**item, "photo": {"B": "aGk="}}
        changed = aws(
            *("update-item", *key, "--update-expression", "SET #n = :n", "--return-values", "UPDATED_NEW"),
            *("--expression-attribute-names", '{"#n": "name"}'),
            *("--expression-attribute-values", '{":n": {"S": "beetle"}}'),
        )
        assert changed == {"Attributes": {"name": {"S": "beetle"}}}
        deleted = aws(
            "delete-item", *key, "--return-values", "ALL_OLD", "--return-consumed-capacity", "TOTAL"
        )
        assert deleted["Attributes"]["name"] == {"S": "beetle"}
        assert deleted["ConsumedCapacity"] == {"TableName": "cars", "CapacityUnits": 1.0}


def _lap(number: int) -> dict[str, Any]:
    return {"driver": {"S": "ann"}, "lap": {"N": str(number)}}
