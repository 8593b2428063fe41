"""A transaction of somebody else, held open for as long as a test wants it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynacore import _core


@contextmanager
def transaction_in_flight(
    core: _core.Database, table: str, keys: Sequence[Mapping[str, Any]]
) -> Iterator[None]:
    """Hold items of a table inside the block, as `Database.transaction_in_flight` tells."""
    number = core.begin_transaction(table, [dict(key) for key in keys])
    try:
        yield
    finally:
        core.end_transaction(number)
