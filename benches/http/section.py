"""What is told of the comparison over HTTP."""

from __future__ import annotations

import statistics
from typing import Any

from benches.http.comparison import FLOOR, OWN, rivals, series
from benches.table import figure, markdown, quotients, spread

# Answers shorter than this are like the floor's; longer ones cost more, whoever sends them.
LIKE_THE_FLOOR_BYTES_MAX = 1_000
_GENERATORS = {
    "wrk": "wrk (one thread)",
    "python": "a generator in Python, which is the limit of a fast server",
}


def section(result: dict[str, Any]) -> str:
    """The section of RESULTS.md."""
    rates, costs = series(result, "rate"), series(result, "cpu_us")
    middle, late = series(result, "p50"), series(result, "p99")
    rows = []
    for operation, server in rates:
        key = (operation, server)
        found = to_best_rival(result, operation, server)
        floor = to_floor(result, operation, server)
        rows.append(
            [
                f"{operation}: {server}",
                figure(statistics.median(rates[key])),
                spread(rates[key]),
                f"{figure(statistics.median(found))}x" if found and server != FLOOR else "",
                figure(statistics.median(costs[key])),
                f"{statistics.median(floor):.2f}x" if floor and server != FLOOR else "",
                figure(statistics.median(middle[key]) / 1000),
                figure(statistics.median(late[key]) / 1000),
            ]
        )
    headers = ["", "median ops/s", "quartiles", "to the best rival", "server CPU us/op", "CPU to the floor's"]
    text = (
        f"## Over HTTP\n\n{result['connections']} connections, each with one request at a time, from "
        f"{_GENERATORS[result['generator']]} on the same cores; {result['rounds']} rounds of "
        f"{result['seconds']:.0f} s. Other servers are suspended while one is measured. The best rival is "
        "the one with the highest rate at that operation in the same round. The floor parses nothing and "
        f"answers every request with the same 350 bytes{_answers(result)}.\n\n"
        + markdown([*headers, "p50 ms", "p99 ms"], rows)
    )
    for sample in result["samples"]:
        if sample["refused"] or sample["broken"]:
            text += (
                f"\n- {sample['server']}, {sample['operation']}: "
                f"{sample['refused']} refused, {sample['broken']} broken"
            )
        if not sample["rate"]:
            text += f"\n- {sample['server']}, {sample['operation']}: nothing in round {sample['round'] + 1}"
    text += "\n"
    for name, reasons in result["left_out"].items():
        for operation, reason in reasons.items():
            text += f"\n{name} without {operation}: {reason}.\n"
    for name, reason in result["missing"].items():
        text += f"\nMissing: {name} ({reason}).\n"
    return text


def _answers(result: dict[str, Any]) -> str:
    sizes = next((result["answer_bytes"][name] for name in OWN if name in result["answer_bytes"]), {})
    if not sizes:
        return ""
    measured = {operation for operation, _ in series(result, "rate")}
    told = ", ".join(f"{operation} {size:,}" for operation, size in sizes.items() if operation in measured)
    return (
        f"; dynacore's answers have these bytes: {told}. Where they are more than "
        f"{LIKE_THE_FLOOR_BYTES_MAX:,}, it is no floor, and no ratio to it is given"
    )


def to_best_rival(result: dict[str, Any], operation: str, server: str) -> list[float]:
    """By round: a server's rate to the highest of a rival in that round."""
    best = rivals(result, operation)
    return [
        sample["rate"] / best[sample["round"]][0]
        for sample in result["samples"]
        if (sample["operation"], sample["server"]) == (operation, server)
        and best.get(sample["round"], (0.0, ""))[0] > 0
    ]


def best_rival(result: dict[str, Any], operation: str) -> str:
    """Who was the best rival in most rounds; empty where there was none."""
    names = [name for _, name in rivals(result, operation).values()]
    return statistics.mode(names) if names else ""


def to_floor(result: dict[str, Any], operation: str, server: str) -> list[float]:
    """By round: a server's processor time to the floor's; nothing where the floor does not send as much."""
    costs = series(result, "cpu_us")
    floor, own = costs.get((operation, FLOOR)), costs.get((operation, server))
    sizes = result["answer_bytes"].get(server, {})
    if floor is None or own is None or sizes.get(operation, 0) > LIKE_THE_FLOOR_BYTES_MAX:
        return []
    return quotients(own, floor)


def short(result: dict[str, Any]) -> str:
    """The table of the README."""
    rates, costs = series(result, "rate"), series(result, "cpu_us")
    operations = list(dict.fromkeys(operation for operation, _ in rates))
    rows = []
    for name in dict.fromkeys(server for _, server in rates):
        keys = [(operation, name) for operation in operations]
        rows.append(
            [
                name,
                *(
                    f"{figure(statistics.median(rates[key]))} ({figure(statistics.median(costs[key]))})"
                    if key in rates
                    else ""
                    for key in keys
                ),
            ]
        )
    for name in OWN:
        found = {operation: to_best_rival(result, operation, name) for operation in operations}
        cells = [
            f"{figure(statistics.median(ratios))}x {best_rival(result, operation)}" if ratios else ""
            for operation, ratios in found.items()
        ]
        if any(cells):
            rows.append([f"{name} to the best rival", *cells])
    return (
        f"Over HTTP, {result['connections']} connections, operations a second (and microseconds of server "
        "CPU an operation):\n\n" + markdown(["", *operations], rows)
    )
