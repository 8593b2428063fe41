"""DescribeExport through every door."""

from refusal import invalid, refused
from transfers import LAPS, exported, recoverable

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/laps"


def test_an_export_outlives_its_table(client):
    client.create_table(**LAPS)
    recoverable(client)
    told = exported(client, TableArn=ARN)
    assert told["EndTime"] >= told["StartTime"]
    client.delete_table(TableName="laps")
    again = client.describe_export(ExportArn=told["ExportArn"])["ExportDescription"]
    assert (again["TableId"], again["ExportStatus"]) == (told["TableId"], "COMPLETED")


def test_an_arn_is_refused_as_aws_does(client):
    absent = f"{ARN}/export/01658528578619-c4d4e311"
    with refused("ExportNotFoundException", f"Export not found: Export not found: {absent}"):
        client.describe_export(ExportArn=absent)
    with invalid("Invalid Export ARN"):
        client.describe_export(ExportArn=ARN)
    with refused("ExportNotFoundException", "Export not found: Invalid export arn"):
        client.describe_export(ExportArn=absent.replace("us-east-1", "eu-west-1"))
