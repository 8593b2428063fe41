"""Routing: policies, health checks on the clock, and what a client sees while a Region fails."""

from collections import Counter

import pytest

import dynacore
from dynacore.routing import Failover, Geolocation, HealthCheck, Latency, Location, Weighted

VIRGINIA, FRANKFURT, MUMBAI = "us-east-1", "eu-central-1", "ap-south-1"


@pytest.fixture
def clock() -> dynacore.VirtualClock:
    return dynacore.VirtualClock(start=1_700_000_020)


@pytest.fixture
def world(clock: dynacore.VirtualClock) -> dynacore.World:
    return dynacore.World([VIRGINIA, FRANKFURT, MUMBAI], clock=clock, seed=7)


def test_the_smallest_area_wins(world):
    router = world.router(
        Geolocation({"DE": FRANKFURT, "EU": MUMBAI, "US-CA": MUMBAI, "NA": VIRGINIA, "*": VIRGINIA})
    )
    places = [
        (Location("EU", "DE"), FRANKFURT),
        (Location("EU", "FR"), MUMBAI),
        (Location("NA", "US", "CA"), MUMBAI),
        (Location("NA", "US", "NY"), VIRGINIA),
        (Location("AF"), VIRGINIA),
    ]
    assert [router.resolve(place) for place, _ in places] == [region for _, region in places]


def test_without_a_match_nothing_answers(world):
    router = world.router(Geolocation({"EU": FRANKFURT}))
    assert router.resolve(Location("NA")) is None
    with pytest.raises(LookupError):
        router.client(Location("NA")).list_tables()


def test_the_nearest_region_is_told_by_the_user_or_the_network(world):
    router = world.router(Latency())
    latencies = {VIRGINIA: 0.09, FRANKFURT: 0.02, MUMBAI: 0.15}
    assert router.resolve(Location(latencies=latencies)) == FRANKFURT
    assert router.resolve(Location(region=MUMBAI)) == MUMBAI
    world.fail(MUMBAI)
    world.network.latency(MUMBAI, FRANKFURT, seconds=0.1)
    assert world.clock is not None
    world.clock.advance(120)
    assert router.resolve(Location(region=MUMBAI)) == FRANKFURT


def test_weights_are_shares_of_chance(world):
    router = world.router(Weighted({VIRGINIA: 3, FRANKFURT: 1, MUMBAI: 0}), seed=7)
    counts = Counter(router.resolve() for _ in range(400))
    assert 250 < counts[VIRGINIA] < 350
    assert counts[MUMBAI] == 0


def test_a_failure_is_noticed_after_three_checks(world, clock):
    router = world.router(Failover(FRANKFURT, VIRGINIA))
    world.fail(FRANKFURT)
    clock.advance(60)
    assert router.resolve() == FRANKFURT
    clock.advance(30)
    assert router.resolve() == VIRGINIA
    world.recover(FRANKFURT)
    clock.advance(79)
    assert router.resolve() == VIRGINIA
    clock.advance(1)
    assert router.resolve() == FRANKFURT


def test_where_all_are_unhealthy_the_first_is_taken(world, clock):
    router = world.router(Failover(FRANKFURT, VIRGINIA), health_check=HealthCheck(interval=10, threshold=1))
    world.fail(FRANKFURT)
    world.fail(VIRGINIA)
    clock.advance(60)
    assert router.resolve() == FRANKFURT


def test_a_client_sees_the_failure_until_it_is_noticed_and_resolved_anew(world, clock):
    client = world.router(Failover(FRANKFURT, VIRGINIA), ttl=60).client()
    assert client.list_tables()["TableNames"] == []
    assert client.region == FRANKFURT
    world.fail(FRANKFURT)
    with pytest.raises(dynacore.exceptions.EndpointConnectionError):
        client.list_tables()
    clock.advance(150)
    assert client.list_tables()["TableNames"] == []
    assert client.region == VIRGINIA


@pytest.mark.parametrize(
    "make",
    [
        lambda: HealthCheck(threshold=11),
        lambda: HealthCheck(interval=0),
        lambda: Weighted({VIRGINIA: 256}),
        lambda: Geolocation({"Europe": FRANKFURT}),
        lambda: Location(continent="Europe"),
        lambda: Location(country="US", state="California"),
        lambda: dynacore.World([VIRGINIA]).router(Latency(), ttl=-1),
    ],
)
def test_what_makes_no_sense_is_refused(make):
    with pytest.raises(ValueError, match="not"):
        make()


def test_a_policy_names_regions_of_its_world(world):
    with pytest.raises(ValueError, match="no Region eu-west-1"):
        world.router(Failover("eu-west-1", VIRGINIA))
