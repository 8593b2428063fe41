"""A checker of histories: whether calls that ran at the same time could have run one after the other.

Every write of an item gives it the version after the one that it found, so the versions of an item stand in
the order of its writes and each is written once. What a call saw and wrote then says which calls it must
follow, and so does time: a call that had ended before another began comes first. The history is strictly
serializable, and with it linearizable for each item, where these orders have no cycle (Adya 1999;
Papadimitriou 1979).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Call:
    """A call that ended: when, which versions of which items it saw, and which it wrote."""

    name: str
    began: int
    ended: int
    saw: Mapping[str, int] = field(default_factory=dict)
    wrote: Mapping[str, int] = field(default_factory=dict)


class AnomalyError(AssertionError):
    """A history that no order of its calls explains."""


def check(calls: Sequence[Call]) -> None:
    """Raise AnomalyError where no order of the calls explains them. Items begin with version 0."""
    writers = _writers(calls)
    after: list[set[int]] = [set() for _ in calls]
    for number, call in enumerate(calls):
        for item, version in call.saw.items():
            if version > 0:
                _order(after, _writer(writers, item, version, call), number)
            if (item, version + 1) in writers:
                _order(after, writers[item, version + 1], number, swap=True)
        for item, version in call.wrote.items():
            if version > 1:
                _order(after, _writer(writers, item, version - 1, call), number)
    _add_time(calls, after)
    cycle = _cycle(after)
    if cycle:
        shown = "\n".join(f"  {calls[number]}" for number in cycle if number < len(calls))
        raise AnomalyError(f"these calls cannot have run one after the other:\n{shown}")


def _writers(calls: Iterable[Call]) -> dict[tuple[str, int], int]:
    writers: dict[tuple[str, int], int] = {}
    shown = {}
    for number, call in enumerate(calls):
        for item, version in call.wrote.items():
            if (item, version) in writers:
                raise AnomalyError(f"an update was lost: both wrote it:\n  {shown[item, version]}\n  {call}")
            writers[item, version] = number
            shown[item, version] = call
    return writers


def _writer(writers: Mapping[tuple[str, int], int], item: str, version: int, call: Call) -> int:
    if (item, version) not in writers:
        raise AnomalyError(f"version {version} of {item} was never written: {call}")
    return writers[item, version]


def _order(after: list[set[int]], first: int, second: int, *, swap: bool = False) -> None:
    """Note that one call comes before another; with `swap` the other way round."""
    if swap:
        first, second = second, first
    if first != second:
        after[first].add(second)


def _add_time(calls: Sequence[Call], after: list[set[int]]) -> None:
    """Note which calls had ended before others began.

    A line of moments stands for all pairs: each end leads to its moment, each moment to the next, and the
    last moment before a call begins leads to the call.
    """
    ends = [(call.ended, number) for number, call in enumerate(calls)]
    begins = [(call.began, number) for number, call in enumerate(calls)]
    # At the same time a beginning comes first: neither had ended before the other began.
    events = sorted(
        [(time, 0, number) for time, number in begins] + [(time, 1, number) for time, number in ends]
    )
    moment = None
    for _, is_end, number in events:
        if is_end:
            after.append(set())
            if moment is not None:
                after[moment].add(len(after) - 1)
            moment = len(after) - 1
            after[number].add(moment)
        elif moment is not None:
            after[moment].add(number)


def _cycle(after: Sequence[set[int]]) -> list[int]:
    """Find calls that stand in a cycle; empty where all can be put in an order."""
    waits = [0] * len(after)
    for nexts in after:
        for each in nexts:
            waits[each] += 1
    ready = [node for node, count in enumerate(waits) if count == 0]
    while ready:
        for each in after[ready.pop()]:
            waits[each] -= 1
            if waits[each] == 0:
                ready.append(each)
    left = {node for node, count in enumerate(waits) if count > 0}
    if not left:
        return []
    # Each of those left follows another one of them, so walking back comes to one that was met.
    before = {node: next(other for other in left if node in after[other]) for node in left}
    path: list[int] = []
    node = min(left)
    while node not in path:
        path.append(node)
        node = before[node]
    return path[path.index(node) :][::-1]
