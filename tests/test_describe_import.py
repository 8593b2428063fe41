"""DescribeImport through every door, and the errors that a database tells by itself."""

import pytest

import dynacore
from refusal import invalid, refused
from transfers import ITEMS, imported, line, put, started

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/laps"


def test_what_was_left_out_of_the_request_is_filled_in(client, bucket):
    put(bucket, "in/1.json", line(ITEMS[0]))
    told = imported(client)
    assert told["S3BucketSource"] == {
        "S3BucketOwner": "000000000000",
        "S3Bucket": "transfers",
        "S3KeyPrefix": "in/",
    }
    assert (told["InputCompressionType"], "InputFormatOptions" in told) == ("NONE", False)
    group = "arn:aws:logs:us-east-1:000000000000:log-group:/aws-dynamodb/imports:*"
    assert told["CloudWatchLogGroupArn"] == group
    assert told["ImportArn"].startswith(f"{told['TableArn']}/import/")


def test_an_import_outlives_its_table(client, bucket):
    told = imported(client)
    client.delete_table(TableName="laps")
    again = client.describe_import(ImportArn=told["ImportArn"])["ImportTableDescription"]
    assert again["TableId"] == told["TableId"]


def test_an_arn_is_refused_as_aws_does(client):
    absent = f"{ARN}/import/01658528578619-c4d4e311"
    with refused("ImportNotFoundException", f"Import not found: Import not found: {absent}"):
        client.describe_import(ImportArn=absent)
    for arn in (ARN, f"{ARN}/export/01658528578619-c4d4e311", "x" * 40):
        with invalid("Invalid Import ARN"):
            client.describe_import(ImportArn=arn)
    with refused("AccessDeniedException", "Access is denied"):
        client.describe_import(ImportArn=absent.replace("000000000000", "123456789012"))


def test_a_waiter_waits(client, bucket):
    arn = started(client)["ImportArn"]
    waiter = client.get_waiter("import_completed")
    waiter.wait(ImportArn=arn, **({"WaiterConfig": {"Delay": 1}} if hasattr(waiter, "config") else {}))
    assert client.describe_import(ImportArn=arn)["ImportTableDescription"]["ImportStatus"] == "COMPLETED"


def test_the_first_errors_are_told_as_aws_logs_them(tmp_path):
    put(tmp_path, "in/1.json", line(ITEMS[0]), '{"Item": {"driver": {"S": "x"}}}', "{")
    with dynacore.Database(clock=dynacore.VirtualClock()) as database:
        database.bucket("transfers", tmp_path)
        arn = imported(database.client())["ImportArn"]
        first, second = database.import_errors(arn)
    assert first == {
        "itemS3Pointer": {"bucket": "transfers", "key": "in/1.json", "itemIndex": 1},
        "importArn": arn,
        "errorMessages": ["One or more parameter values were invalid: Missing the key lap in the item"],
        "line": 2,
    }
    assert (second["line"], second["errorMessages"]) == (3, ["The line is no JSON"])


def test_a_bucket_is_a_directory_or_of_s3(tmp_path):
    with (
        dynacore.Database() as database,
        pytest.raises(ValueError, match="a bucket is a directory or s3://name"),
    ):
        database.bucket("transfers", "http://127.0.0.1/x")
