"""The batch writer's calls, against a service that leaves things undone."""

from typing import Any

import pytest

from dynacore._batch_writer import BatchWriter


class Service:
    """Takes at most `capacity` requests a call and gives the rest back."""

    def __init__(self, capacity: int = 25) -> None:
        self.capacity = capacity
        self.calls: list[list[Any]] = []
        self.written: list[Any] = []

    def batch_write_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:
        (requests,) = RequestItems.values()
        self.calls.append(requests)
        self.written += requests[: self.capacity]
        left = requests[self.capacity :]
        return {"UnprocessedItems": {"cars": left} if left else {}}


def put(number: int) -> dict[str, Any]:
    return {"PutRequest": {"Item": {"id": number}}}


def test_it_sends_25_at_a_time_and_the_rest_at_the_end():
    service = Service()
    with BatchWriter("cars", service) as batch:
        for number in range(60):
            batch.put_item(Item={"id": number})
        assert [len(call) for call in service.calls] == [25, 25]
    assert [len(call) for call in service.calls] == [25, 25, 10]
    assert service.written == [put(number) for number in range(60)]


def test_a_huge_amount_to_flush_reserves_no_memory_for_it():
    service = Service()
    with BatchWriter("cars", service, flush_amount=10**18) as batch:
        batch.put_item(Item={"id": 1})
    assert service.written == [put(1)]


def test_what_was_left_is_sent_again():
    service = Service(capacity=7)
    with BatchWriter("cars", service) as batch:
        for number in range(40):
            batch.put_item(Item={"id": number})
    assert sorted(request["PutRequest"]["Item"]["id"] for request in service.written) == list(range(40))
    assert max(len(call) for call in service.calls) == 25


def test_the_last_write_of_a_key_counts():
    service = Service()
    with BatchWriter("cars", service, overwrite_by_pkeys=["id"]) as batch:
        batch.put_item(Item={"id": 1, "version": 1})
        batch.put_item(Item={"id": 2})
        batch.put_item(Item={"id": 1, "version": 2})
        batch.delete_item(Key={"id": 2})
    assert service.calls == [
        [{"PutRequest": {"Item": {"id": 1, "version": 2}}}, {"DeleteRequest": {"Key": {"id": 2}}}]
    ]


def test_an_error_in_the_block_does_not_lose_what_was_asked_for():
    service = Service()
    with pytest.raises(KeyError), BatchWriter("cars", service) as batch:  # noqa: PT012
        batch.put_item(Item={"id": 1})
        raise KeyError
    assert service.written == [put(1)]


def test_nothing_asked_for_is_no_call():
    service = Service()
    with BatchWriter("cars", service):
        pass
    assert service.calls == []
