"""DescribeContributorInsights."""

from refusal import refused


def test_rules_are_named(laps):
    def describe():
        return laps.describe_contributor_insights(TableName="laps")

    assert describe()["ContributorInsightsStatus"] == "DISABLED"
    assert "LastUpdateDateTime" not in describe()
    laps.update_contributor_insights(TableName="laps", ContributorInsightsAction="ENABLE")
    described = describe()
    assert described["ContributorInsightsStatus"] == "ENABLED"
    assert described["LastUpdateDateTime"]
    rules = [rule.rsplit("-", 1)[0] for rule in described["ContributorInsightsRuleList"]]
    assert rules == [f"DynamoDBContributorInsights-{kind}-laps" for kind in ("PKC", "PKT", "SKC", "SKT")]


def test_no_table(client):
    with refused("ResourceNotFoundException", "Requested resource not found: Table: cars not found"):
        client.describe_contributor_insights(TableName="cars")
