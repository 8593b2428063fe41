"""What a subject is: it holds the same cars as the others and does the same operations in its own way.

A subject's method for an operation prepares everything that its user would have at hand (keys, items) and
gives back a function that carries out a known number of operations; only that function is timed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from benches import cars

BATCH = 25

Run = Callable[[], object]


class Subject:
    """Something that can be asked for cars."""

    name: str
    # How much of the work of a round it is given.
    share = 1.0
    # How many cars each subject of a process holds.
    items = 10_000

    @contextlib.contextmanager
    def active(self) -> Iterator[None]:
        """Be ready to be measured."""
        yield

    def close(self) -> None:
        """Give back what it holds."""


def first_of_maker(number: int) -> int:
    """The first car of the maker of `number`."""
    return number - number % cars.CARS_PER_MAKER
