"""ListContributorInsights."""

from refusal import refused


def test_what_is_switched_on_is_listed(cars, laps):
    assert cars.list_contributor_insights()["ContributorInsightsSummaries"] == []
    for table in ("cars", "laps"):
        cars.update_contributor_insights(TableName=table, ContributorInsightsAction="ENABLE")
    page = cars.list_contributor_insights(MaxResults=1)
    assert [summary["TableName"] for summary in page["ContributorInsightsSummaries"]] == ["cars"]
    rest = cars.list_contributor_insights(MaxResults=1, NextToken=page["NextToken"])
    assert [summary["TableName"] for summary in rest["ContributorInsightsSummaries"]] == ["laps"]
    assert "NextToken" not in rest
    one = cars.list_contributor_insights(TableName="laps")["ContributorInsightsSummaries"]
    assert one == [
        {
            "TableName": "laps",
            "ContributorInsightsStatus": "ENABLED",
            "ContributorInsightsMode": "ACCESSED_AND_THROTTLED_KEYS",
        }
    ]


def test_no_table(client):
    with refused("ResourceNotFoundException", "Requested resource not found: Table: cars not found"):
        client.list_contributor_insights(TableName="cars")
