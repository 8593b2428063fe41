"""Parts 2 to 4 of the demo: what they show is what happened, and the same for the same seed."""

import io
import json
from functools import cache
from itertools import pairwise

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from dynacore import VirtualClock
from dynacore._cli import main
from dynacore._demo.failover import ENDS_AT, FAILS_AT, RECOVERS_AT
from dynacore._demo.lanes import Lanes, LevelLane, Mark, MarkLane, RateLane, Span, SpanLane, clock_face
from dynacore._demo.part import PARTS
from dynacore._demo.places import JITTER_SECONDS, REPLICATION_SECONDS, REQUEST_SECONDS
from dynacore._demo.shop import CUT, SHARES
from dynacore._demo.stage import Stage
from dynacore._demo.svg_lanes import SvgLanes
from dynacore._demo.terminal_lanes import TerminalLanes

VIRGINIA, FRANKFURT, MUMBAI, IRELAND = "us-east-1", "eu-central-1", "ap-south-1", "eu-west-1"


def demo(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["demo", *arguments])


@cache
def document(part: int, seed: int = 0):
    result = demo("--json", "--part", str(part), "--seed", str(seed))
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@cache
def report(part: int) -> str:
    result = demo("--part", str(part))
    assert result.exit_code == 0, result.output
    # A log or a traceback would be here.
    assert result.stderr == ""
    return result.stdout


def bounds(one: str, other: str) -> tuple[float, float]:
    least = REPLICATION_SECONDS[frozenset((one, other))]
    return least, least + JITTER_SECONDS


# Part 2


def test_what_is_written_in_one_region_is_seen_in_the_other():
    table = document(2)["global_table"]
    assert table["table"] == "globalRepTable1"
    told = [(step["what"], step["region"], step["seen_in"], step["is_there"]) for step in table["steps"]]
    assert told == [
        ("insert ID 1", VIRGINIA, FRANKFURT, True),
        ("insert ID 2", FRANKFURT, VIRGINIA, True),
        ("delete ID 1", VIRGINIA, FRANKFURT, False),
    ]
    assert table["items_at_end"] == {VIRGINIA: [2], FRANKFURT: [2]}


@pytest.mark.parametrize("seed", range(5))
def test_lags_are_those_of_the_network(seed):
    table = document(2, seed)["global_table"]
    least, most = bounds(VIRGINIA, FRANKFURT)
    for step in table["steps"]:
        assert step["request_seconds"] == pytest.approx(REQUEST_SECONDS)
        # A write is on its way while its answer is; a read shows it with its own answer.
        assert least - REQUEST_SECONDS / 2 <= step["lag_seconds"] <= most + 2 * REQUEST_SECONDS
        assert step["lag_seconds"] == pytest.approx(step["reads"] * REQUEST_SECONDS, abs=0.001)
    steps = table["steps"]
    assert all(one["seen_at"] < other["sent_at"] for one, other in pairwise(steps))
    assert all(least <= mean <= most for mean in table["replication_latency_seconds"].values())


# Part 3


def test_users_are_routed_to_their_region_and_away_from_one_that_failed():
    routes = document(3)["failover"]["routes"]
    moves = {"before": FRANKFURT, "failed": VIRGINIA}
    stays = {"before": VIRGINIA, "failed": VIRGINIA}
    assert routes["geolocation"] == {"Europe": moves, "North America": stays}
    assert routes["latency"] == {"Europe": moves, "North America": stays}
    assert routes["failover, Frankfurt first"] == {"Europe": moves, "North America": moves}


def test_the_moments_are_those_of_retries_health_checks_and_the_time_to_live():
    failover = document(3)["failover"]
    moments = failover["moments"]
    check = failover["health_check"]
    noticing = check["interval_seconds"] * check["threshold"]
    assert (moments["failed"], moments["recovered"]) == (FAILS_AT, RECOVERS_AT)
    # Nine waits of botocore's legacy mode, and ten round trips.
    assert 25.55 < moments["first_error"] - moments["failed"] < 25.55 + 3
    for since, noticed, moved in (("failed", "noticed", "moved"), ("recovered", "believed", "returned")):
        believing = moments[noticed] - moments[since]
        assert noticing - check["interval_seconds"] <= believing <= noticing + 1
        # An answer is kept, and a request that was sent before is tried to its end.
        assert 0 < moments[moved] - moments[noticed] <= failover["ttl_seconds"] + 30
    assert 0 < moments["converged"] - moments["recovered"] < bounds(VIRGINIA, FRANKFURT)[1] + 0.1


def test_users_of_europe_see_the_failure_and_those_of_america_nothing():
    phases = {(phase["users"], phase["name"]): phase for phase in document(3)["failover"]["phases"]}
    well, moving, moved, returning, again = (
        phases["Europe", name]
        for name in (
            "all is well",
            "Frankfurt is down",
            "moved to Virginia",
            "Frankfurt is back",
            "all is well again",
        )
    )
    assert well["answered_by"] == again["answered_by"] == [FRANKFURT]
    assert moved["answered_by"] == [VIRGINIA]
    assert returning["answered_by"] == [FRANKFURT, VIRGINIA]
    assert well["median_seconds"] == again["median_seconds"] == 0.025
    assert moved["median_seconds"] == 0.1
    # A request that is given up has been tried ten times.
    assert moving["errors"] > 0
    assert moving["refused_attempts"] == 10 * moving["errors"]
    assert 25.55 < moving["slowest_seconds"] < 28
    america = phases["North America", "all the time"]
    assert america["answered_by"] == [VIRGINIA]
    for phase in (well, moved, returning, again, america):
        assert (phase["errors"], phase["refused_attempts"]) == (0, 0)
        assert phase["slowest_seconds"] < 0.12
    assert america["until"] == ENDS_AT


@pytest.mark.parametrize("seed", range(3))
def test_nothing_that_was_acknowledged_is_lost(seed):
    failover = document(3, seed)["failover"]
    assert failover["lost"] == 0
    at_recovery, at_end = failover["compared_at_recovery"], failover["compared_at_end"]
    assert at_recovery["only_master"] > 100
    # Visits and the carts of twelve users.
    assert at_end["different"] == at_end["only_master"] == at_end["only_replica"] == 0
    assert at_end["equal"] >= failover["visits"] + 12
    assert at_recovery["only_replica"] >= failover["unsent_visits"]


def test_some_seed_shows_what_asynchronous_replication_means():
    runs = [document(3, seed)["failover"] for seed in range(3)]
    assert any(run["unsent_visits"] > 0 for run in runs)
    assert any(run["stale_reads"] > 0 for run in runs)


# Part 4


@pytest.mark.parametrize("seed", range(3))
def test_the_stock_is_what_was_there_less_what_was_shipped(seed):
    products = document(4, seed)["shop"]["products"]
    assert [product["name"] for product in products] == list(SHARES)
    for product in products:
        assert product["at_start"] == 3 * SHARES[product["name"]]
        assert product["left"] == product["at_start"] - product["shipped"] >= 0
        assert product["ordered"] == product["shipped"] + product["back_ordered"]
    by_name = {product["name"]: product for product in products}
    assert by_name["kettle"]["back_ordered"] == by_name["lamp"]["back_ordered"] == 0
    assert by_name["teapot"]["back_ordered"] > 0
    # One item for all Regions forgets what others took out at about the same time.
    assert by_name["kettle"]["shared_item_left"] > by_name["kettle"]["left"]


def test_orders_are_taken_in_every_region_and_counted_once():
    shop = document(4)["shop"]
    orders = {branch["region"]: branch["orders"] for branch in shop["branches"]}
    assert set(orders) == {MUMBAI, VIRGINIA, IRELAND}
    assert all(number > 50 for number in orders.values())
    failed = {branch["region"]: branch["failed_calls"] for branch in shop["branches"]}
    assert failed == {MUMBAI: 1, VIRGINIA: 0, IRELAND: 0}
    assert sum(branch["orders_brought_again"] for branch in shop["branches"]) == 1
    for compared in shop["compared_at_end"]["orders"]:
        assert list(compared.values()) == [sum(orders.values()), 0, 0, 0]
    for compared in shop["compared_at_end"]["stock"]:
        assert list(compared.values())[1:] == [0, 0, 0]


def test_every_order_arrives_everywhere_and_a_cut_delays_it():
    shop = document(4)["shop"]
    orders = {branch["region"]: branch["orders"] for branch in shop["branches"]}
    pairs = {(lag["from"], lag["to"]): lag for lag in shop["lags"]}
    assert len(pairs) == 6
    for (one, other), lag in pairs.items():
        least, most = bounds(one, other)
        assert lag["orders"] == orders[one]
        assert lag["median_seconds"] <= most + 0.1
        is_cut = {one, other} == {MUMBAI, IRELAND}
        cut_seconds = CUT[1] - CUT[0]
        assert (lag["most_seconds"] > most + cut_seconds / 2) is is_cut
        assert lag["most_seconds"] <= most + (cut_seconds + most if is_cut else 0.1)
        if not is_cut:
            # The message that left before it may bring it a little earlier.
            assert lag["least_seconds"] > least - JITTER_SECONDS


# The command


@pytest.mark.parametrize("part", [2, 3, 4])
def test_a_seed_plays_one_run(part):
    runs = [json.loads(demo("--json", "--part", str(part), "--seed", "7").stdout) for _ in range(2)]
    for run in runs:
        del run["wall_seconds"]
    assert runs[0] == runs[1]
    other = dict(document(part))
    del other["wall_seconds"]
    assert runs[0] != other


def test_one_part_is_one_member_and_all_parts_are_all():
    members = [set(document(part)) - {"wall_seconds"} for part in (2, 3, 4)]
    assert members == [{"global_table"}, {"failover"}, {"shop"}]
    everything = json.loads(demo("--json").stdout)
    assert {"batches", "global_table", "failover", "shop"} < set(everything)
    assert everything["failover"] == document(3)["failover"]


@pytest.mark.parametrize(
    ("part", "texts"),
    [
        (2, ("globalRepTable1", "insert ID 2", "Virginia: there", "● put 1", "✕ 1")),
        (
            3,
            (
                "Who is routed where",
                "Frankfurt recovers",
                "EndpointConnectionError",
                "├╌",
                "items that differ",
            ),
        ),
        (4, ("equals stock at the start", "'shared' says", "From an order to its arrival", " cut ")),
    ],
)
def test_the_report_of_a_part_has_its_tables_and_its_timeline(part, texts):
    # Lines end where the console does.
    words = " ".join(report(part).split())
    for text in texts:
        assert text in words
    assert f"Part {part}: " in report(part)
    assert "of virtual time took" in report(part)


def test_an_option_of_part_1_is_refused_with_another_part():
    result = demo("--part", "2", "--idle", "60")
    assert result.exit_code == 2
    assert "--idle belongs to Part 1" in result.stderr
    assert demo("--part", "5").exit_code == 2


def test_pictures_of_the_parts_are_beside_the_first(tmp_path):
    pytest.importorskip("matplotlib")
    assert demo("--json", "--svg", str(tmp_path / "all.svg")).exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "all-2.svg",
        "all-3.svg",
        "all-4.svg",
        "all.svg",
    ]
    assert demo("--json", "--part", "2", "--svg", str(tmp_path / "two.svg")).exit_code == 0
    assert (tmp_path / "two.svg").read_text() == (tmp_path / "all-2.svg").read_text()
    # Text is drawn as paths, with the text itself beside each as a comment.
    for number, text in ((2, "delete 1"), (3, "Europe at Frankfurt"), (4, "orders in Mumbai")):
        assert text in (tmp_path / f"all-{number}.svg").read_text()


# What they are made of


def test_programs_wait_on_one_clock():
    clock, seen = VirtualClock(0), []
    stage = Stage(clock)

    def program(name: str, seconds: float):
        for _ in range(2):
            seen.append((name, clock.now()))
            yield seconds

    stage.add(program("slow", 3))
    stage.add(program("fast", 1), delay=1)
    stage.run()
    assert seen == [("slow", 0), ("fast", 1), ("fast", 2), ("slow", 3)]
    assert clock.now() == 6


def drawn(lanes: Lanes, width: int) -> list[str]:
    console = Console(width=width, file=io.StringIO(), color_system=None)
    console.print(TerminalLanes(lanes))
    return console.file.getvalue().splitlines()


def test_marks_that_would_cover_each_other_get_a_line_of_their_own():
    marks = [Mark(0, "one", "write"), Mark(0.1, "two", "seen"), Mark(10, "end", "gone")]
    lines = drawn(Lanes("Title", 10, [MarkLane("row", marks)]), 60)
    assert lines[0] == "Title"
    assert "● one" in lines[1]
    assert lines[1].endswith("end ✕")
    assert "○ two" in lines[2]
    assert "two" not in lines[1]


def test_bars_have_the_height_of_their_values():
    rate = RateLane("rate", [0.5, 0.6, 9.9], "write")
    assert rate.heights(1, 10) == [2, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    level = LevelLane("level", [(0, 5.0), (4.5, 0.0)], "level")
    assert level.heights(1, 10) == [5, 5, 5, 5, 0, 0, 0, 0, 0, 0]
    spans = SpanLane("span", [Span(2, 8, "down", "error")])
    lines = drawn(Lanes("Title", 10, [spans, rate, level]), 80)
    assert " down " in lines[1]
    # A row for rates, three for levels, and the axis.
    assert len(lines) == 1 + 1 + 1 + 3 + 1


def test_a_terminal_without_unicode_gets_ascii_lanes():
    for play in PARTS:
        console = Console(width=90, file=io.TextIOWrapper(io.BytesIO(), encoding="ascii"), color_system=None)
        console.print(TerminalLanes(play(0).lanes))


def test_the_picture_has_a_row_for_each_lane():
    pytest.importorskip("matplotlib")
    rows = [MarkLane("marks", [Mark(1, "here", "write")]), RateLane("rate", [1.0], "seen")]
    figure = SvgLanes(Lanes("Title", 10, rows), "A picture").figure()
    assert [axes.get_ylabel() for axes in figure.axes] == ["marks", "rate"]


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (125.9, "2:05.9"), (59.96, "1:00"), (600, "10:00")]
)
def test_times_are_minutes_and_seconds(seconds, text):
    assert clock_face(seconds) == text
