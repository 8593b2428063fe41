"""The results' first table: what is promised, what was measured, and whether it is met."""

from benches import verdict
from benches.http.comparison import FLOOR


def rows(parts):
    return {line.what: line.cells()[2:] for line in verdict.lines(parts)}


def over_http(operation, rounds):
    samples = [
        {"operation": operation, "server": server, "round": number, "rate": rate, "cpu_us": cost}
        for number, servers in enumerate(rounds)
        for server, (rate, cost) in servers.items()
    ]
    return {"samples": samples, "answer_bytes": {"dynacore serve": {operation: 288}}}


def test_what_was_not_measured_is_neither_met_nor_missed():
    assert {tuple(cells) for cells in rows({}).values()} == {("", "not measured")}
    assert "0 of 0 lines are met" in verdict.table({})


def test_a_rate_is_compared_with_the_best_rival_of_the_same_round():
    result = over_http(
        "GetItem",
        [
            {"dynacore serve": (40, 1), "slow": (5, 1), "fast": (10, 1), FLOOR: (90, 1)},
            {"dynacore serve": (60, 1), "slow": (5, 1), "fast": (20, 1), FLOOR: (90, 1)},
            {"dynacore serve": (30, 1), "slow": (10, 1), "fast": (5, 1), FLOOR: (90, 1)},
        ],
    )
    cells = rows({"http": result})["HTTP, GetItem: rate to the best rival"]
    assert cells == ["3.00x (3.00-4.00), dynacore serve to fast", "**missed** by 14 %"]


def test_the_worse_of_the_two_servers_is_judged():
    result = over_http(
        "PutItem",
        [{"dynacore serve": (80, 10), "dynacore-server": (90, 12), "rival": (10, 50), FLOOR: (200, 5)}],
    )
    found = rows({"http": result})
    assert found["HTTP, PutItem: rate to the best rival"][1] == "met, 129 % to spare"
    assert found["HTTP, PutItem: rate to the best rival"][0].endswith("dynacore serve to rival")
    assert found["HTTP, PutItem: server CPU to the fixed reply"] == [
        "2.40x, dynacore-server",
        "met, 4.0 % to spare",
    ]


def test_a_quick_run_of_fewer_items_says_nothing_about_a_million():
    row = {"name": "dynacore, batch_writer", "resident_bytes": 26_000_000, "seconds": [0.2, 0.3]}
    quick = rows({"memory": {"items": 100_000, "rows": [row]}})
    assert quick["1,000,000 items, resident"] == ["", "not measured"]
    row = {"name": "dynacore, batch_writer", "resident_bytes": 330_000_000, "seconds": [1.0, 1.5, 1.0]}
    whole = rows({"memory": {"items": 1_000_000, "rows": [row]}})
    assert whole["1,000,000 items, resident"][1] == "**missed** by 10 %"
    assert whole["1,000,000 items, loaded through `batch_writer`"][1] == "met, 50 % to spare"
