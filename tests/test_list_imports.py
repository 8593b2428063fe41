"""ListImports through every door."""

from refusal import invalid
from transfers import LAPS, imported


def test_the_last_comes_first_and_pages_reach_all(client):
    names = [f"laps-{number}" for number in range(3)]
    arns = [
        imported(client, TableCreationParameters=LAPS | {"TableName": name})["ImportArn"] for name in names
    ]
    listed, token = [], {}
    while True:
        page = client.list_imports(PageSize=1, **token)
        listed += page["ImportSummaryList"]
        if "NextToken" not in page or len(listed) == 3:
            break
        token = {"NextToken": page["NextToken"]}
    assert [one["ImportArn"] for one in listed] == arns[::-1]
    assert set(listed[0]) == {
        "CloudWatchLogGroupArn",
        "EndTime",
        "ImportArn",
        "ImportStatus",
        "InputFormat",
        "S3BucketSource",
        "StartTime",
        "TableArn",
    }


def test_imports_of_one_table(client):
    told = imported(client)
    imported(client, TableCreationParameters=LAPS | {"TableName": "other"})
    listed = client.list_imports(TableArn=told["TableArn"])["ImportSummaryList"]
    assert listed[0]["ImportArn"] == told["ImportArn"]
    assert {one["TableArn"] for one in listed} == {told["TableArn"]}


def test_a_token_that_was_never_given(client):
    token = "0" * 112
    with invalid(f"Invalid Request: Provided nextToken is invalid: {token}"):
        client.list_imports(NextToken=token)
