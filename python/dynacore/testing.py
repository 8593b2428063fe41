"""The pytest plugin: a database for each test, and boto3 that lands in it.

pytest finds it by itself where dynacore is installed.

    def test_orders_are_kept(boto3_dynamodb):
        shop.create_tables()  # calls boto3.client("dynamodb") somewhere inside
        assert boto3_dynamodb.client().list_tables()["TableNames"] == ["orders"]

    @pytest.mark.dynamodb(initial_burst_seconds=0)
    def test_a_busy_shop(dynamodb, dynamodb_clock):
        dynamodb_clock.advance(60)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import dynacore


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line(
        "markers", "dynamodb(**options): keyword arguments of the dynacore.Database of this test"
    )


@pytest.fixture
def dynamodb_clock() -> dynacore.VirtualClock:
    """Give the database a clock: time passes when the test says so. Without it, time is the system's."""
    return dynacore.VirtualClock()


@pytest.fixture
def dynamodb(request: pytest.FixtureRequest) -> Iterator[dynacore.Database]:
    """Give the test a fresh `dynacore.Database`, with the options of the marker `dynamodb`."""
    options: dict[str, Any] = {}
    for marker in reversed(list(request.node.iter_markers("dynamodb"))):
        if marker.args:
            raise pytest.UsageError("the marker dynamodb takes keyword arguments of dynacore.Database")
        options.update(marker.kwargs)
    if "dynamodb_clock" in request.fixturenames:
        options["clock"] = request.getfixturevalue("dynamodb_clock")
    with dynacore.Database(**options) as database:
        yield database


@pytest.fixture
def boto3_dynamodb(
    dynamodb: dynacore.Database, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dynacore.Database]:
    """Let every boto3 client of the process, whoever made it and when, land in the test's database.

    Only requests for the services of the database are taken; others go where they went. Credentials and the
    Region are set for those who make a client meanwhile.
    """
    from dynacore._boto3 import reroute

    with reroute(dynamodb._core, dynamodb.region, monkeypatch):
        yield dynamodb
