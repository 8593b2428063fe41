"""ImportTable through every door."""

import gzip
import re

import pytest

from refusal import invalid, refused, violation
from transfers import ITEMS, LAPS, by_key, counts, imported, line, put, request, scanned, started, typed

LOST = (
    "Some of the items failed validation checks and were not imported. "
    "Please check CloudWatch error logs for more details."
)


@pytest.mark.parametrize("compression", ["NONE", "GZIP"])
def test_every_type_of_value_arrives(client, bucket, compression):
    put(bucket, "in/1.json", *map(line, ITEMS), "", "   ", compress=compression == "GZIP")
    put(bucket, "in/empty.json")
    told = imported(client, InputCompressionType=compression)
    assert (told["ImportStatus"], counts(told)) == ("COMPLETED", (len(ITEMS), len(ITEMS), 0))
    assert told["ProcessedSizeBytes"] == sum(len(line(item).encode()) + 1 for item in ITEMS) + 5
    assert scanned(client) == by_key(map(typed, ITEMS))
    table = client.describe_table(TableName="laps")["Table"]
    assert (table["TableStatus"], table["TableId"]) == ("ACTIVE", told["TableId"])


def test_comma_separated_values_have_the_types_of_keys(client, bucket):
    put(
        bucket,
        "in/laps.csv",
        "driver;lap;note",
        'Ann;1;"said ""go"""',
        "Bob;2.50;",
        "Cid;x;bad number",
        "Dan;4",
    )
    told = imported(client, InputFormat="CSV", InputFormatOptions={"Csv": {"Delimiter": ";"}})
    assert (told["FailureCode"], counts(told)) == ("ItemValidationError", (4, 2, 2))
    assert told["InputFormatOptions"] == {"Csv": {"Delimiter": ";"}}
    items = client.scan(TableName="laps")["Items"]
    assert sorted(items, key=lambda item: item["lap"]["N"]) == [
        {"driver": {"S": "Ann"}, "lap": {"N": "1"}, "note": {"S": 'said "go"'}},
        {"driver": {"S": "Bob"}, "lap": {"N": "2.5"}, "note": {"S": ""}},
    ]


def test_a_list_of_headers_makes_the_first_line_an_item(client, bucket):
    put(bucket, "in/laps.csv", "Ann,1")
    told = imported(client, InputFormat="CSV", InputFormatOptions={"Csv": {"HeaderList": ["driver", "lap"]}})
    assert told["ImportStatus"] == "COMPLETED"
    assert client.scan(TableName="laps")["Items"] == [{"driver": {"S": "Ann"}, "lap": {"N": "1"}}]


def test_ion_is_read(client, bucket):
    put(bucket, "in/1.ion", '$ion_1_0 {Item:{driver:"Ann",lap:1.,at:$dynamodb_NS::[1.,2d2],b:{{AAE=}}}}')
    assert imported(client, InputFormat="ION")["ImportStatus"] == "COMPLETED"
    (item,) = client.scan(TableName="laps")["Items"]
    assert (item["lap"], set(item["at"]["NS"]), item["b"]) == ({"N": "1"}, {"1", "200"}, {"B": b"\x00\x01"})


def test_a_bad_item_is_left_out_and_a_bad_line_ends_its_object(client, bucket):
    good = [line({"driver": "good", "lap": lap}) for lap in range(10)]
    put(bucket, "in/missing-key.json", *good[:4], '{"Item": {"lap": {"N": "9"}}}', good[4])
    put(bucket, "in/no-json.json", good[5], '{"Item": ', good[6], good[7])
    put(bucket, "in/no-item.json", '{"NotAnItem": {}}', good[8])
    told = imported(client)
    assert (told["ImportStatus"], told["FailureCode"]) == ("FAILED", "ItemValidationError")
    assert told["FailureMessage"] == LOST
    assert counts(told) == (9, 6, 3)
    assert client.describe_table(TableName="laps")["Table"]["TableStatus"] == "ACTIVE"
    assert len(scanned(client)) == 6


def test_what_is_not_compressed_as_said_is_one_error(client, bucket):
    put(bucket, "in/plain.json", line(ITEMS[0]))
    told = imported(client, InputCompressionType="GZIP")
    assert (told["FailureCode"], counts(told)) == ("ItemValidationError", (1, 0, 1))


def test_a_damaged_object_ends_where_it_is_damaged(client, bucket):
    whole = gzip.compress("".join(line({"driver": str(n), "lap": n}) + "\n" for n in range(5000)).encode())
    (bucket / "in").mkdir()
    (bucket / "in" / "cut.json.gz").write_bytes(whole[: len(whole) // 2])
    told = imported(client, InputCompressionType="GZIP")
    processed, written, errors = counts(told)
    assert told["ImportStatus"] == "FAILED"
    assert (errors, processed) == (1, written + 1)
    assert 0 < written < 5000
    assert len(client.scan(TableName="laps")["Items"]) == written


def test_of_items_with_one_key_one_stays_and_all_are_counted(client, bucket):
    twice = [line({"driver": "d", "lap": 1, "which": which}) for which in ("first", "second")]
    put(bucket, "in/1.json", *twice)
    told = imported(client)
    assert (told["ImportStatus"], counts(told)) == ("COMPLETED", (2, 2, 0))
    assert [item["which"] for item in client.scan(TableName="laps")["Items"]] == [{"S": "second"}]


def test_indexes_are_filled_and_their_keys_checked(client, bucket):
    put(
        bucket,
        "in/1.json",
        line({"driver": "a", "lap": 1, "car": "x"}),
        line({"driver": "b", "lap": 1, "car": 7}),
    )
    index = {
        "IndexName": "by-car",
        "KeySchema": [{"AttributeName": "car", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }
    definitions = [*LAPS["AttributeDefinitions"], {"AttributeName": "car", "AttributeType": "S"}]
    parameters = LAPS | {"GlobalSecondaryIndexes": [index], "AttributeDefinitions": definitions}
    told = imported(client, TableCreationParameters=parameters)
    assert counts(told) == (2, 1, 1)
    assert told["TableCreationParameters"] == parameters
    found = client.scan(TableName="laps", IndexName="by-car")["Items"]
    assert [item["driver"] for item in found] == [{"S": "a"}]


def test_a_bucket_that_is_not_there_leaves_no_table(client):
    told = imported(client, S3BucketSource={"S3Bucket": "nowhere"})
    assert (told["ImportStatus"], told["FailureCode"]) == ("FAILED", "S3NoSuchBucket")
    assert told["FailureMessage"].startswith("The specified bucket does not exist (Service: Amazon S3; ")
    assert "laps" not in client.list_tables()["TableNames"]


def test_a_prefix_without_objects_makes_an_empty_table(client):
    told = imported(client, S3BucketSource={"S3Bucket": "transfers", "S3KeyPrefix": "nothing/"})
    assert (told["ImportStatus"], counts(told)) == ("COMPLETED", (0, 0, 0))
    assert client.scan(TableName="laps")["Items"] == []


def test_a_table_that_is_there_is_no_target(client):
    client.create_table(**LAPS)
    with refused("ResourceInUseException", "Table already exists: laps"):
        started(client)


def test_a_token_names_its_table(client):
    first = request(ClientToken="token-" + "x" * 30)
    arn = client.import_table(**first)["ImportTableDescription"]["ImportArn"]
    other = first | {"TableCreationParameters": LAPS | {"TableName": "other"}}
    conflict = "Import conflict: Duplicate request detected with conflicting parameters"
    with refused("ImportConflictException", conflict):
        client.import_table(**other)
    assert arn.rpartition("/import/")[0].endswith(":table/laps")


@pytest.mark.database(clock="virtual", table_transition_seconds=30)
def test_the_statuses_follow_the_clock(client, database, bucket):
    put(bucket, "in/1.json", line(ITEMS[0]))
    given = request()
    told = client.import_table(**given)["ImportTableDescription"]
    assert (told["ImportStatus"], counts(told)) == ("IN_PROGRESS", (0, 0, 0))
    assert not {"EndTime", "FailureCode", "ProcessedSizeBytes"} & set(told)
    assert client.describe_table(TableName="laps")["Table"]["TableStatus"] == "CREATING"
    with refused("ResourceInUseException", re.compile(".*Table is being created: laps")):
        client.delete_table(TableName="laps")
    again = client.import_table(**given | {"S3BucketSource": {"S3Bucket": "other"}})["ImportTableDescription"]
    assert (again["ImportArn"], again["S3BucketSource"]) == (told["ImportArn"], told["S3BucketSource"])
    database.clock.advance(30)
    told = client.describe_import(ImportArn=told["ImportArn"])["ImportTableDescription"]
    assert (told["ImportStatus"], (told["EndTime"] - told["StartTime"]).total_seconds()) == ("COMPLETED", 30)
    assert client.describe_table(TableName="laps")["Table"]["TableStatus"] == "ACTIVE"
    with refused("ResourceInUseException", "Table already exists: laps"):
        client.import_table(**given)


def test_a_request_is_checked(client):
    choices = "Member must satisfy enum value set: [ZSTD, NONE, GZIP]"
    with invalid(violation("'BZIP2'", "inputCompressionType", choices)):
        started(client, InputCompressionType="BZIP2")
    with invalid(
        "Invalid Request: Unsupported InputFormatOptions for the given input format: DYNAMODB_JSON."
    ):
        started(client, InputFormatOptions={"Csv": {"Delimiter": ","}})
    with invalid(
        re.compile("2 validation errors detected: Value ';;' at 'inputFormatOptions.csv.delimiter' .*")
    ):
        started(client, InputFormat="CSV", InputFormatOptions={"Csv": {"Delimiter": ";;"}})
    pattern = "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
    with invalid(violation("'no name'", "tableCreationParameters.tableName", pattern)):
        started(client, TableCreationParameters=LAPS | {"TableName": "no name"})
    text = (
        "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be "
        "specified when BillingMode is PROVISIONED"
    )
    with invalid(text):
        started(client, TableCreationParameters=LAPS | {"BillingMode": "PROVISIONED"})
