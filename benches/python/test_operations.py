"""One function an operation; the name after `test_` is the subjects' method."""

from collections.abc import Callable

Measure = Callable[..., None]


def test_get_item(measure: Measure) -> None:
    measure("get_item", 5_000)


def test_put_item(measure: Measure) -> None:
    measure("put_item", 5_000)


def test_update_item(measure: Measure) -> None:
    measure("update_item", 2_000)


def test_query_10(measure: Measure) -> None:
    measure("query", 1_000, limit=10)


def test_query_100(measure: Measure) -> None:
    measure("query", 200, limit=100)


def test_batch_writer(measure: Measure) -> None:
    measure("batch_writer", 5_000)
