"""The floors: serialisation alone, and a dict of Python."""

from __future__ import annotations

import orjson

from benches import cars
from benches.python.subject import Run, Subject, first_of_maker


class Orjson(Subject):
    """The unit of the comparison: one parse of the item as plain JSON, and one serialisation."""

    name = "orjson.loads"

    def get_item(self, numbers: list[int]) -> Run:
        return self._loads(numbers)

    def put_item(self, numbers: list[int]) -> Run:
        return self._loads(numbers)

    def batch_writer(self, numbers: list[int]) -> Run:
        return self._loads(numbers)

    def update_item(self, numbers: list[int]) -> Run:
        return self._loads(numbers)

    def query(self, numbers: list[int], limit: int) -> Run:
        return self._loads([first_of_maker(number) + offset for number in numbers for offset in range(limit)])

    def _loads(self, numbers: list[int]) -> Run:
        texts = [orjson.dumps(cars.plain_item(number)) for number in numbers]
        texts = [bytes(bytearray(text)) for text in texts]  # each without the slack that orjson leaves
        loads = orjson.loads

        def run() -> None:
            for text in texts:
                loads(text)

        return run


class Dumps(Subject):
    """`orjson.dumps` alone."""

    name = "orjson.dumps"

    def put_item(self, numbers: list[int]) -> Run:
        items = [cars.plain_item(number) for number in numbers]
        dumps = orjson.dumps

        def run() -> None:
            for item in items:
                dumps(item)

        return run

    batch_writer = put_item


class Dict(Subject):
    """A dict of dicts: no serialisation, no order, no copy."""

    name = "dict"

    def __init__(self) -> None:
        self._items = {self._key(number): cars.plain_item(number) for number in range(self.items)}

    @staticmethod
    def _key(number: int) -> tuple[str, int]:
        return (cars.make(number), number)

    def get_item(self, numbers: list[int]) -> Run:
        keys, items = [self._key(number) for number in numbers], self._items

        def run() -> None:
            for key in keys:
                items[key]

        return run

    def put_item(self, numbers: list[int]) -> Run:
        pairs = [(self._key(number), cars.plain_item(number)) for number in numbers]
        items = self._items

        def run() -> None:
            for key, item in pairs:
                items[key] = item

        return run

    batch_writer = put_item
