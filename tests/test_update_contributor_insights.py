"""UpdateContributorInsights."""

import pytest

from refusal import invalid, refused, violation


def switch(client, action, **more):
    answer = client.update_contributor_insights(TableName="cars", ContributorInsightsAction=action, **more)
    del answer["ResponseMetadata"]
    return answer


def test_on_and_off(cars):
    mode = "ACCESSED_AND_THROTTLED_KEYS"
    assert switch(cars, "ENABLE") == {
        "TableName": "cars",
        "ContributorInsightsStatus": "ENABLING",
        "ContributorInsightsMode": mode,
    }
    assert switch(cars, "ENABLE")["ContributorInsightsStatus"] == "ENABLED", "nothing changes"
    changed = switch(cars, "ENABLE", ContributorInsightsMode="THROTTLED_KEYS")
    assert changed["ContributorInsightsStatus"] == "ENABLING"
    assert switch(cars, "DISABLE")["ContributorInsightsStatus"] == "DISABLING"
    assert switch(cars, "DISABLE")["ContributorInsightsStatus"] == "DISABLED"


def test_what_is_checked(cars):
    with invalid(
        violation(
            "'ON'", "contributorInsightsAction", "Member must satisfy enum value set: [ENABLE, DISABLE]"
        )
    ):
        switch(cars, "ON")
    with refused(
        "ResourceNotFoundException",
        "Requested resource not found: Index: by-make not found for table: cars",
    ):
        switch(cars, "ENABLE", IndexName="by-make")


@pytest.mark.database(clock="virtual", table_transition_seconds=5)
def test_a_table_that_is_being_made(cars):
    with invalid(
        "Table or Index is not in a valid state to update Key Access Insights: TableStatus must be ACTIVE "
        "to enable ContributorInsights."
    ):
        switch(cars, "ENABLE")
