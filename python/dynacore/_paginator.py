"""All pages of an operation, as boto3's paginators give them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple


class Pagination(NamedTuple):
    """How an operation pages: where it starts, where it stopped, the size of a page, and the results."""

    input_token: str
    output_token: str
    limit_key: str | None
    result_keys: tuple[str, ...]
    # Taken from the first page, because they do not add up.
    first_page_keys: tuple[str, ...] = ()


_ITEMS = Pagination(
    "ExclusiveStartKey",
    "LastEvaluatedKey",
    "Limit",
    ("Items", "Count", "ScannedCount"),
    ("ConsumedCapacity",),
)

PAGINATIONS: dict[str, Pagination] = {
    "query": _ITEMS,
    "scan": _ITEMS,
    "list_tables": Pagination("ExclusiveStartTableName", "LastEvaluatedTableName", "Limit", ("TableNames",)),
    "list_backups": Pagination(
        "ExclusiveStartBackupArn", "LastEvaluatedBackupArn", "Limit", ("BackupSummaries",)
    ),
    "list_tags_of_resource": Pagination("NextToken", "NextToken", None, ("Tags",)),
    "list_bulk_operations": Pagination(
        "NextToken", "NextToken", "MaxResults", ("BulkOperationsSummaryList",)
    ),
    "describe_scalable_targets": Pagination("NextToken", "NextToken", "MaxResults", ("ScalableTargets",)),
    "describe_scaling_activities": Pagination("NextToken", "NextToken", "MaxResults", ("ScalingActivities",)),
    "describe_scaling_policies": Pagination("NextToken", "NextToken", "MaxResults", ("ScalingPolicies",)),
    "describe_alarm_history": Pagination("NextToken", "NextToken", "MaxRecords", ("AlarmHistoryItems",)),
    "describe_alarms": Pagination(
        "NextToken", "NextToken", "MaxRecords", ("MetricAlarms", "CompositeAlarms", "LogAlarms")
    ),
    "get_metric_data": Pagination(
        "NextToken", "NextToken", "MaxDatapoints", ("MetricDataResults", "Messages")
    ),
    "describe_anomaly_detectors": Pagination("NextToken", "NextToken", "MaxResults", ("AnomalyDetectors",)),
    "list_alarm_mute_rules": Pagination("NextToken", "NextToken", "MaxRecords", ("AlarmMuteRuleSummaries",)),
    "list_metric_data_query_definitions": Pagination("NextToken", "NextToken", "MaxResults", ("Items",)),
    "list_dashboards": Pagination("NextToken", "NextToken", None, ("DashboardEntries",)),
    "list_metrics": Pagination("NextToken", "NextToken", None, ("Metrics", "OwningAccounts")),
    "list_event_source_mappings": Pagination("Marker", "NextMarker", "MaxItems", ("EventSourceMappings",)),
    "list_rules": Pagination("NextToken", "NextToken", "Limit", ("Rules",)),
    "list_targets_by_rule": Pagination("NextToken", "NextToken", "Limit", ("Targets",)),
    "describe_scheduled_actions": Pagination("NextToken", "NextToken", "MaxResults", ("ScheduledActions",)),
}


class Paginator:
    """Makes iterators over an operation's pages."""

    def __init__(self, method: Callable[..., dict[str, Any]], pagination: Pagination) -> None:
        self._method = method
        self._pagination = pagination

    def paginate(self, *, PaginationConfig: dict[str, Any] | None = None, **parameters: Any) -> PageIterator:
        """Call the operation until it has no more.

        `PaginationConfig` has `MaxItems` (how many results in all), `PageSize` (how many a call) and
        `StartingToken` (the `resume_token` of an earlier iteration).
        """
        return PageIterator(self._method, self._pagination, parameters, PaginationConfig or {})


class PageIterator:
    """Pages of an operation. After `MaxItems` results, `resume_token` continues."""

    def __init__(
        self,
        method: Callable[..., dict[str, Any]],
        pagination: Pagination,
        parameters: dict[str, Any],
        settings: dict[str, Any],
    ) -> None:
        self._method = method
        self._pagination = pagination
        self._parameters = parameters
        items_max = settings.get("MaxItems")
        page_size = settings.get("PageSize")
        self._items_max = None if items_max is None else int(items_max)
        self._page_size = None if page_size is None else int(page_size)
        self._starting_token = settings.get("StartingToken")
        self.resume_token: str | None = None

    def __iter__(self) -> Iterator[dict[str, Any]]:
        pagination = self._pagination
        primary = pagination.result_keys[0]
        parameters = dict(self._parameters)
        if self._page_size is not None and pagination.limit_key is not None:
            parameters[pagination.limit_key] = self._page_size
        token = parameters.get(pagination.input_token)
        skipped = 0
        if self._starting_token is not None:
            token, skipped = _decode_token(self._starting_token)
        self.resume_token = None
        items_left = self._items_max
        while True:
            if token is not None:
                parameters[pagination.input_token] = token
            page = self._method(**parameters)
            results = page.get(primary, [])
            if skipped:
                results = page[primary] = results[skipped:]
            if items_left is not None and len(results) > items_left:
                page[primary] = results[:items_left]
                # Not the page's own token: that one stands after results which were not given out.
                self.resume_token = _encode_token(token, skipped + items_left)
                yield page
                return
            yield page
            token = page.get(pagination.output_token)
            if not token:
                return
            skipped = 0
            if items_left is not None:
                items_left -= len(results)
                if items_left == 0:
                    self.resume_token = _encode_token(token, 0)
                    return

    def build_full_result(self) -> dict[str, Any]:
        """Take all pages together: lists joined, counts added, `NextToken` where `MaxItems` cut them off."""
        full: dict[str, Any] = {}
        first_page: dict[str, Any] = {}
        for page in self:
            if not full and not first_page:
                first_page = {key: page[key] for key in self._pagination.first_page_keys if key in page}
            for key in self._pagination.result_keys:
                if key in page:
                    # A new list at each step would make long results quadratic.
                    if isinstance(page[key], list):
                        full.setdefault(key, []).extend(page[key])
                    else:
                        full[key] = full.get(key, 0) + page[key]
        full.update(first_page)
        if self.resume_token is not None:
            full["NextToken"] = self.resume_token
        return full


def _encode_token(token: Any, skipped: int) -> str:
    text = json.dumps({"token": token, "skip": skipped}, default=_encode_value)
    return base64.b64encode(text.encode()).decode()


def _decode_token(text: str) -> tuple[Any, int]:
    try:
        decoded = json.loads(base64.b64decode(text, validate=True), object_hook=_decode_value)
        return decoded["token"], decoded["skip"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"Bad starting token: {text}") from error


def _encode_value(value: Any) -> dict[str, str]:
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    if isinstance(value, bytes | bytearray):
        return {"$bytes": base64.b64encode(value).decode()}
    raise TypeError(f"no key has a {type(value).__name__}")


def _decode_value(value: dict[str, Any]) -> Any:
    if value.keys() == {"$decimal"}:
        return Decimal(value["$decimal"])
    if value.keys() == {"$bytes"}:
        return base64.b64decode(value["$bytes"])
    return value
