"""DescribeLimits."""


def test_the_quotas_of_a_new_account(client):
    answer = client.describe_limits()
    assert answer["AccountMaxReadCapacityUnits"] == answer["AccountMaxWriteCapacityUnits"] == 80_000
    assert answer["TableMaxReadCapacityUnits"] == answer["TableMaxWriteCapacityUnits"] == 40_000
