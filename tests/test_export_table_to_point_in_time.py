"""ExportTableToPointInTime through every door."""

import base64
import gzip
import hashlib
import json

import pytest

from refusal import invalid, refused, violation
from transfers import ITEMS, LAPS, by_key, exported, imported, recoverable, scanned, typed

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/laps"


@pytest.fixture
def laps(client):
    client.create_table(**LAPS)
    recoverable(client)
    for item in ITEMS:
        client.put_item(TableName="laps", Item=typed(item))
    return client


def md5(path):
    return base64.b64encode(hashlib.md5(path.read_bytes()).digest()).decode()


@pytest.mark.parametrize("prefix", [None, "some/where"])
def test_the_layout_is_dynamodbs(laps, bucket, prefix):
    told = exported(laps, TableArn=ARN, **({"S3Prefix": prefix} if prefix else {}))
    assert (told["ExportStatus"], told["ItemCount"]) == ("COMPLETED", len(ITEMS))
    name = told["ExportArn"].rpartition("/")[2]
    root = (bucket / (prefix or "") / "AWSDynamoDB" / name).resolve()
    names = {path.name for path in root.iterdir()}
    assert names == {
        "_started",
        "data",
        "manifest-files.json",
        "manifest-files.md5",
        "manifest-summary.json",
        "manifest-summary.md5",
    }
    assert (
        told["ExportManifest"] == f"{prefix + '/' if prefix else ''}AWSDynamoDB/{name}/manifest-summary.json"
    )
    for stem in ("manifest-files", "manifest-summary"):
        assert (root / f"{stem}.md5").read_text() == md5(root / f"{stem}.json")
    files = [json.loads(text) for text in (root / "manifest-files.json").read_text().splitlines()]
    assert {file["dataFileS3Key"] for file in files} == {
        str(path.relative_to(bucket.resolve())) for path in (root / "data").iterdir()
    }
    items = []
    for file in files:
        path = bucket / file["dataFileS3Key"]
        assert file["md5Checksum"] == md5(path)
        lines = gzip.decompress(path.read_bytes()).decode().splitlines()
        assert file["itemCount"] == len(lines)
        items += [json.loads(text)["Item"]["driver"]["S"] for text in lines]
    assert sorted(items) == sorted(item["driver"] for item in ITEMS)
    summary = json.loads((root / "manifest-summary.json").read_text())
    assert list(summary) == [
        "version",
        "exportArn",
        "startTime",
        "endTime",
        "tableArn",
        "tableId",
        "exportTime",
        "s3Bucket",
        "s3Prefix",
        "s3SseAlgorithm",
        "s3SseKmsKeyId",
        "manifestFilesS3Key",
        "billedSizeBytes",
        "itemCount",
        "outputFormat",
    ]
    assert (summary["exportArn"], summary["itemCount"]) == (told["ExportArn"], len(ITEMS))


@pytest.mark.parametrize("item_format", ["DYNAMODB_JSON", "ION"])
def test_what_is_exported_can_be_imported(laps, bucket, item_format):
    told = exported(laps, TableArn=ARN, ExportFormat=item_format)
    source = {
        "S3Bucket": "transfers",
        "S3KeyPrefix": told["ExportManifest"].replace("manifest-summary.json", "data/"),
    }
    told = imported(
        laps,
        S3BucketSource=source,
        InputFormat=item_format,
        InputCompressionType="GZIP",
        TableCreationParameters=LAPS | {"TableName": "copy"},
    )
    assert told["ImportStatus"] == "COMPLETED", told
    assert scanned(laps, "copy") == by_key(map(typed, ITEMS)) == scanned(laps)


@pytest.mark.database(clock="virtual", table_transition_seconds=30)
def test_an_export_shows_the_moment_of_its_request(client, database, bucket):
    client.create_table(**LAPS)
    database.clock.advance(60)
    recoverable(client)
    client.put_item(TableName="laps", Item=typed(ITEMS[0]))
    told = client.export_table_to_point_in_time(TableArn=ARN, S3Bucket="transfers")["ExportDescription"]
    assert told["ExportStatus"] == "IN_PROGRESS"
    assert (told["ExportFormat"], told["S3SseAlgorithm"], "ExportType" in told) == (
        "DYNAMODB_JSON",
        "AES256",
        False,
    )
    assert told["ExportTime"] == told["StartTime"]
    client.put_item(TableName="laps", Item=typed(ITEMS[1]))
    database.clock.advance(30)
    told = client.describe_export(ExportArn=told["ExportArn"])["ExportDescription"]
    assert (told["ExportStatus"], told["ItemCount"]) == ("COMPLETED", 1)


def test_a_token_names_its_request(laps):
    given = {"TableArn": ARN, "S3Bucket": "transfers", "ClientToken": f"one-{id(laps)}"}
    first = exported(laps, **given)
    assert exported(laps, **given)["ExportArn"] == first["ExportArn"]
    conflict = "Export conflict: Duplicate request detected with conflicting parameters"
    with refused("ExportConflictException", conflict):
        exported(laps, **given | {"S3Prefix": "other"})


def test_a_bucket_that_is_not_there_fails_the_export(laps):
    told = exported(laps, TableArn=ARN, S3Bucket="nowhere")
    assert (told["ExportStatus"], told["FailureCode"]) == ("FAILED", "S3NoSuchBucket")
    told = exported(laps, TableArn=ARN, S3BucketOwner="123456789012")
    assert (told["ExportStatus"], told["FailureCode"]) == ("FAILED", "S3AccessDenied")


def test_a_request_is_checked(laps):
    with refused("TableNotFoundException", f"Table not found: {ARN}-x"):
        exported(laps, TableArn=f"{ARN}-x")
    with invalid("One or more parameter values were invalid: tableArn is not a valid ARN"):
        exported(laps, TableArn="laps")
    with invalid("Invalid Request: Table ARN is invalid."):
        exported(laps, TableArn=f"{ARN}/index/i")
    with refused("AccessDeniedException", "Access is denied"):
        exported(laps, TableArn=ARN.replace("000000000000", "123456789012"))
    with invalid(
        violation("'CSV'", "exportFormat", "Member must satisfy enum value set: [DYNAMODB_JSON, ION]")
    ):
        exported(laps, TableArn=ARN, ExportFormat="CSV")
    with invalid("Invalid Request: KMS Key Id is not supported for this encryption type"):
        exported(laps, TableArn=ARN, S3SseKmsKeyId="alias/aws/s3")
    with refused("InvalidExportTimeException", "Export Time is invalid"):
        exported(laps, TableArn=ARN, ExportTime=4_000_000_000)


def test_incremental_exports_are_checked(laps):
    period = {"ExportFromTime": 1_000_000_000}
    given = {"TableArn": ARN, "IncrementalExportSpecification": period}
    with invalid(
        "Invalid Request: Export Type expected to be Incremental Export when incremental export "
        "specification is provided"
    ):
        exported(laps, **given)
    with invalid(
        "Invalid Request: When Export Type is Full Export , Incremental Export Specification should not "
        "be provided"
    ):
        exported(laps, ExportType="FULL_EXPORT", **given)
    text = (
        "Incremental export period from time cannot be less than the table creation time : "
        "2001-09-09T01:46:40Z"
    )
    with refused("InvalidExportTimeException", text):
        exported(laps, ExportType="INCREMENTAL_EXPORT", **given)


def test_a_table_without_recovery_is_not_exported(client):
    client.create_table(**LAPS)
    text = "Point in time recovery is not enabled for table 'laps'"
    with refused("PointInTimeRecoveryUnavailableException", text):
        exported(client, TableArn=ARN)


def lines_of(bucket, told):
    name = told["ExportArn"].rpartition("/")[2]
    files = (bucket / "AWSDynamoDB" / name / "manifest-files.json").read_text().splitlines()
    keys = [json.loads(text)["dataFileS3Key"] for text in files]
    found = [gzip.decompress((bucket / key).read_bytes()).decode().splitlines() for key in keys]
    return [json.loads(text) for texts in found for text in texts]


@pytest.fixture
def past(client, database):
    """A table whose items changed every ten minutes; when it was made."""
    client.create_table(**LAPS)
    recoverable(client)
    began = database.clock.now()
    clock = database.clock

    def put_lap(driver, note):
        item = {"driver": {"S": driver}, "lap": {"N": "1"}, "note": {"S": note}}
        client.put_item(TableName="laps", Item=item)

    put_lap("kept", "a")
    put_lap("changed", "a")
    put_lap("removed", "a")
    clock.advance(600)
    put_lap("changed", "b")
    put_lap("new", "b")
    put_lap("short", "b")
    client.delete_item(TableName="laps", Key={"driver": {"S": "removed"}, "lap": {"N": "1"}})
    clock.advance(600)
    client.delete_item(TableName="laps", Key={"driver": {"S": "short"}, "lap": {"N": "1"}})
    clock.advance(600)
    return began


@pytest.mark.database(clock="virtual")
def test_an_earlier_time_is_exported_as_it_was(client, past, bucket):
    told = exported(client, TableArn=ARN, ExportTime=past + 300)
    assert (told["ExportStatus"], told["ItemCount"]) == ("COMPLETED", 3)
    notes = {line["Item"]["driver"]["S"]: line["Item"]["note"]["S"] for line in lines_of(bucket, told)}
    assert notes == {"kept": "a", "changed": "a", "removed": "a"}
    text = "Point in Time Recovery is not available for specified export time"
    with refused("InvalidExportTimeException", text):
        exported(client, TableArn=ARN, ExportTime=past + 1700)


@pytest.mark.database(clock="virtual")
@pytest.mark.parametrize("view", ["NEW_IMAGE", "NEW_AND_OLD_IMAGES"])
def test_an_incremental_export_tells_what_became_of_each_item(client, past, bucket, view):
    period = {"ExportFromTime": past + 60, "ExportToTime": past + 1500, "ExportViewType": view}
    told = exported(
        client, TableArn=ARN, ExportType="INCREMENTAL_EXPORT", IncrementalExportSpecification=period
    )
    assert (told["ExportStatus"], told["ItemCount"], told["BilledSizeBytes"]) == ("COMPLETED", 3, 10_000_000)
    lines = {line["Keys"]["driver"]["S"]: line for line in lines_of(bucket, told)}
    assert set(lines) == {"changed", "new", "removed"}
    changed = lines["changed"]
    assert changed["Metadata"] == {"WriteTimestampMicros": {"N": str(int(past + 600) * 1_000_000)}}
    assert changed["NewImage"]["note"] == {"S": "b"}
    assert ("OldImage" in changed) == (view == "NEW_AND_OLD_IMAGES")
    assert "NewImage" not in lines["removed"]
    assert not (bucket / "AWSDynamoDB" / told["ExportArn"].rpartition("/")[2] / "data").exists()
    short = period | {"ExportToTime": past + 120}
    text = "Difference between export period from time and export period to time is less than 15 minutes"
    with refused("InvalidExportTimeException", text):
        exported(client, TableArn=ARN, ExportType="INCREMENTAL_EXPORT", IncrementalExportSpecification=short)
