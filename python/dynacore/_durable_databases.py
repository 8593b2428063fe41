"""The databases with a path that are open in this process."""

from __future__ import annotations

import atexit
import weakref
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dynacore._database import Database

_open: weakref.WeakSet[Database] = weakref.WeakSet()


def close_at_exit(database: Database) -> None:
    """Have a database closed when the interpreter ends, unless it was before."""
    _open.add(database)


@atexit.register
def _close() -> None:
    """Close what the interpreter leaves open: with `sync="interval"` its last writes are not durable yet."""
    for database in list(_open):
        database.close()
