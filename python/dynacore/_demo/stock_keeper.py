"""The function that lowers the stock: a trigger on the orders of a Region."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from dynacore import World
from dynacore.exceptions import TransactionCanceledException

ORDERS: Final = "orders"
STOCK: Final = "stock"


class PlannedError(Exception):
    """What one call raises on purpose."""


class StockKeeper:
    """The function of one Region: of the orders in its stream it counts those taken there, each once."""

    def __init__(self, region: str, world: World, *, fails: bool) -> None:
        self._region = region
        self._client: Any = world[region].client()
        self._table: Any = world[region].resource().Table(STOCK)
        self._fails = fails
        self.tell_of_others: Callable[[dict[str, Any]], None] = lambda _: None
        self.calls = 0
        self.failed_calls = 0
        self.repeated = 0

    def __call__(self, event: dict[str, Any]) -> None:
        """Take what was ordered out of the Region's share of the stock."""
        self.calls += 1
        for record in event["Records"]:
            order = record["dynamodb"]["NewImage"]
            if order["region"]["S"] != self._region:
                self.tell_of_others(order)
                continue
            self._count(order)
            if self._fails:
                self._fails = False
                self.failed_calls += 1
                raise PlannedError("the function fails after part of its work, and will be called again")

    def _count(self, order: dict[str, Any]) -> None:
        product, pieces = order["product"]["S"], order["pieces"]
        try:
            self._client.transact_write_items(
                TransactItems=[self._lower(product, pieces), self._mark(order, "shipped")]
            )
        except TransactionCanceledException as error:
            stock, mark = (reason["Code"] for reason in error.response["CancellationReasons"])
            if mark == "ConditionalCheckFailed":
                self.repeated += 1
                return
            assert stock == "ConditionalCheckFailed", "nothing else stands in the way of an order"
            self._client.transact_write_items(TransactItems=[self._mark(order, "back order")])
            return
        # For comparison only: one item for all Regions, as one would do with a single database.
        self._table.update_item(
            Key={"ID": f"{product}, shared"},
            UpdateExpression="ADD pieces :less",
            ExpressionAttributeValues={":less": -int(pieces["N"])},
        )

    def _lower(self, product: str, pieces: dict[str, str]) -> dict[str, Any]:
        return {
            "Update": {
                "TableName": STOCK,
                "Key": {"ID": {"S": f"{product}, {self._region}"}},
                "UpdateExpression": "SET pieces = pieces - :pieces",
                "ConditionExpression": "pieces >= :pieces",
                "ExpressionAttributeValues": {":pieces": pieces},
            }
        }

    def _mark(self, order: dict[str, Any], state: str) -> dict[str, Any]:
        """Mark the order as counted, in the same transaction: so a second call does not count it again."""
        return {
            "Update": {
                "TableName": ORDERS,
                "Key": {"ID": order["ID"]},
                "UpdateExpression": "SET #state = :state",
                "ConditionExpression": "attribute_not_exists(#state)",
                "ExpressionAttributeNames": {"#state": "state"},
                "ExpressionAttributeValues": {":state": {"S": state}},
            }
        }
