"""Pagination agrees with botocore's, page by page, over a service of numbered items."""

from decimal import Decimal
from typing import Any

import pytest
from botocore.paginate import PageIterator as BotocorePageIterator
from botocore.paginate import Paginator as BotocorePaginator
from botocore.paginate import PaginatorModel
from hypothesis import given
from hypothesis import strategies as st

from dynacore._paginator import PAGINATIONS, Paginator, _decode_token, _encode_token

SCAN = {
    "input_token": "ExclusiveStartKey",
    "output_token": "LastEvaluatedKey",
    "limit_key": "Limit",
    "result_key": ["Items", "Count", "ScannedCount"],
    "non_aggregate_keys": ["ConsumedCapacity"],
}


class Numbers:
    """Scans the numbers below `count`."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.calls: list[dict[str, Any]] = []

    def scan(self, **parameters: Any) -> dict[str, Any]:
        self.calls.append(parameters)
        start = int(parameters.get("ExclusiveStartKey", {"id": {"N": "-1"}})["id"]["N"]) + 1
        end = min(start + int(parameters.get("Limit", 4)), self.count)
        page = {
            "Items": [{"id": {"N": str(number)}} for number in range(start, end)],
            "Count": end - start,
            "ScannedCount": end - start,
            "ConsumedCapacity": {"CapacityUnits": start},
        }
        if end < self.count:
            page["LastEvaluatedKey"] = {"id": {"N": str(end - 1)}}
        return page


def botocore_pages(service: Numbers, settings: dict[str, Any]) -> BotocorePageIterator:
    class Operation:
        name = "Scan"
        input_shape = type("Shape", (), {"members": {"Limit": type("Member", (), {"type_name": "integer"})}})

    model = PaginatorModel({"pagination": {"Scan": SCAN}}).get_paginator("Scan")
    return BotocorePaginator(service.scan, model, Operation()).paginate(PaginationConfig=settings)


@given(st.integers(0, 12), st.none() | st.integers(1, 14), st.none() | st.integers(1, 5))
def test_pages_are_botocores(count, items_max, page_size):
    settings = {
        name: value for name, value in (("MaxItems", items_max), ("PageSize", page_size)) if value is not None
    }
    ours, theirs = Numbers(count), Numbers(count)
    pages = Paginator(ours.scan, PAGINATIONS["scan"]).paginate(PaginationConfig=settings)
    expected = botocore_pages(theirs, settings)
    assert [page["Items"] for page in pages] == [page["Items"] for page in expected]
    assert ours.calls == theirs.calls
    assert (pages.resume_token is None) == (expected.resume_token is None)
    # botocore's iterator goes on where it stopped; a new one starts anew.
    full, full_expected = pages.build_full_result(), botocore_pages(theirs, settings).build_full_result()
    assert full["Items"] == full_expected["Items"]
    assert full["ConsumedCapacity"] == full_expected["ConsumedCapacity"]


@given(st.integers(0, 12), st.integers(1, 5), st.integers(1, 5))
def test_resuming_sees_everything_once(count, items_max, page_size):
    paginator = Paginator(Numbers(count).scan, PAGINATIONS["scan"])
    seen, token = [], None
    while True:
        settings = {"MaxItems": items_max, "PageSize": page_size, "StartingToken": token}
        full = paginator.paginate(PaginationConfig=settings).build_full_result()
        seen += [int(item["id"]["N"]) for item in full["Items"]]
        token = full.get("NextToken")
        if token is None:
            break
        assert len(full["Items"]) == items_max
    assert seen == list(range(count))


@pytest.mark.parametrize(
    "key",
    [{"id": Decimal("1.50")}, {"id": b"\x00\xff"}, {"id": {"B": b"\x01"}}, {"id": "text"}, None, "name"],
)
def test_tokens_hold_every_key(key):
    assert _decode_token(_encode_token(key, 3)) == (key, 3)


def test_a_bad_token_is_refused():
    pages = Paginator(Numbers(3).scan, PAGINATIONS["scan"]).paginate(PaginationConfig={"StartingToken": "x"})
    with pytest.raises(ValueError, match="Bad starting token: x"):
        list(pages)
