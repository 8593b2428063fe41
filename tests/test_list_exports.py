"""ListExports through every door."""

from refusal import invalid
from transfers import LAPS, exported, recoverable

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/laps"


def test_exports_of_a_table_are_listed_while_it_is_there(client):
    client.create_table(**LAPS)
    recoverable(client)
    arns = [exported(client, TableArn=ARN)["ExportArn"] for _ in range(2)]
    page = client.list_exports(TableArn=ARN, MaxResults=1)
    assert page["ExportSummaries"] == [
        {"ExportArn": arns[1], "ExportStatus": "COMPLETED", "ExportType": "FULL_EXPORT"}
    ]
    rest = client.list_exports(TableArn=ARN, NextToken=page["NextToken"])
    assert [one["ExportArn"] for one in rest["ExportSummaries"]] == [arns[0]]
    client.delete_table(TableName="laps")
    assert client.list_exports(TableArn=ARN)["ExportSummaries"] == []
    assert arns[1] in [one["ExportArn"] for one in client.list_exports()["ExportSummaries"]]


def test_a_token_that_was_never_given(client):
    with invalid("Invalid Request: Provided nextToken is invalid: x"):
        client.list_exports(NextToken="x")
