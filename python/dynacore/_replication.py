"""Replication from one master to read replicas, and the way of an application to another Region."""

from __future__ import annotations

from typing import NamedTuple

from dynacore import _core


class Lag(NamedTuple):
    """How far a replica is behind its master."""

    status: str
    """CREATING while it is filled, then ACTIVE."""
    pending: int
    """Changes of the master that it has not got."""
    oldest: float | None
    """When the oldest of them was made, in epoch seconds."""


class Comparison(NamedTuple):
    """What came of comparing a table in two Regions."""

    equal: int
    """Items that are the same."""
    different: int
    """Items that differ."""
    only_master: int
    """Items that the master alone has."""
    only_replica: int
    """Items that the replica alone has."""

    @property
    def is_consistent(self) -> bool:
        """Whether both have the same items."""
        return self.equal == sum(self)


class Replication:
    """The replication of a table from its master to one Region.

    Both are plain tables. The replica is to be read only, by agreement: what is written there stays there.
    """

    def __init__(self, core: _core.World, table: str, master: str, replica: str) -> None:
        self._core = core
        self.table = table
        self.master = master
        self.replica = replica

    def lag(self) -> Lag:
        """Tell how far the replica is behind."""
        return Lag(*self._core.lag(self.table, self.replica))

    def check(self) -> Comparison:
        """Compare both tables item by item."""
        return Comparison(*self._core.compare(self.table, self.master, self.replica))

    def promote(self, *, accept_loss: bool = False) -> Replication:
        """Make the replica the master, which the old one follows from now on; gives the replication that way.

        While changes are still to come it raises ResourceInUseException: stop the writes and wait. With
        `accept_loss` they are given up, as when the master's Region is lost.
        """
        self._core.promote(self.table, self.replica, accept_loss)
        return Replication(self._core, self.table, self.replica, self.master)

    def stop(self) -> None:
        """End the replication. The replica stays as a table by itself."""
        self._core.stop_replication(self.table, self.replica)

    def __repr__(self) -> str:
        return f"<dynacore Replication of {self.table} from {self.master} to {self.replica}>"
