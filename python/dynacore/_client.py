"""Clients with the shape of boto3's: one for each service that a database has."""

from __future__ import annotations

from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from dynacore._conditions import express_conditions
from dynacore._operations import (
    CloudWatchOperations,
    DynamoDBOperations,
    EventsOperations,
    Execute,
    LambdaOperations,
    ScalingOperations,
    StreamsOperations,
)
from dynacore._paginator import PAGINATIONS, Paginator
from dynacore._waiter import WAITERS, Waiter

if TYPE_CHECKING:
    from dynacore._core import Database, VirtualClock


class ServiceModel(NamedTuple):
    """Which service a client is of, by boto3's and by AWS's name."""

    service_name: str
    service_id: str


class ClientMeta(NamedTuple):
    """What a client is: the part of boto3's `client.meta` that has a meaning here."""

    service_model: ServiceModel
    region_name: str
    endpoint_url: str
    method_to_api_mapping: dict[str, str]
    partition: str = "aws"


class Client:
    """What clients of all services have in common."""

    _service: ClassVar[ServiceModel]
    _endpoint: ClassVar[str]

    _execute: Execute

    def __init__(self, core: Database, region_name: str, clock: VirtualClock | None) -> None:
        self._core = core
        self._clock = clock
        # Bound once, so that a call is one lookup and one frame from the engine.
        self._execute = core.execute
        self.meta = ClientMeta(
            self._service,
            region_name,
            f"https://{self._endpoint}.{region_name}.amazonaws.com",
            _methods(type(self)),
        )

    @property
    def exceptions(self) -> ModuleType:
        """The classes that calls raise: `client.exceptions.ResourceNotFoundException`."""
        from dynacore import exceptions

        return exceptions

    def can_paginate(self, operation_name: str) -> bool:
        """Tell whether `get_paginator` knows the operation, named as its method."""
        return operation_name in self.meta.method_to_api_mapping and operation_name in PAGINATIONS

    def get_paginator(self, operation_name: str) -> Paginator:
        """Make an iterator over all pages of an operation, named as its method."""
        if not self.can_paginate(operation_name):
            raise ValueError(f"Operation cannot be paginated: {operation_name}")
        return Paginator(getattr(self, operation_name), PAGINATIONS[operation_name])

    @property
    def waiter_names(self) -> list[str]:
        """What `get_waiter` knows."""
        return [
            name for name, waiting in WAITERS.items() if waiting.operation in self.meta.method_to_api_mapping
        ]

    def get_waiter(self, waiter_name: str) -> Waiter:
        """Make what waits for a state, such as `table_exists`.

        On a virtual clock waiting lets its time pass; on the system's it looks again within milliseconds.
        """
        if waiter_name not in self.waiter_names:
            raise ValueError(f"Waiter does not exist: {waiter_name}")
        waiting = WAITERS[waiter_name]
        return Waiter(waiter_name, waiting, getattr(self, waiting.operation), self._clock)

    def close(self) -> None:
        """Do nothing: a client holds no connection."""

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<dynacore {self.meta.service_model.service_name} client, {self.meta.region_name}>"


class DynamoDBClient(DynamoDBOperations, Client):
    """The client of DynamoDB: attribute values carry their type, as in `{"S": "text"}`."""

    _service = ServiceModel("dynamodb", "DynamoDB")
    _endpoint = "dynamodb"


class PlainDynamoDBClient(DynamoDBClient):
    """The client behind a resource: attribute values are Python's, and conditions may be objects."""

    def __init__(
        self, core: Database, region_name: str, clock: VirtualClock | None, native: bool = False
    ) -> None:
        super().__init__(core, region_name, clock)
        self._native = native
        execute = core.execute

        def execute_plain(service: str, operation: str, parameters: Any, _plain: bool) -> dict[str, Any]:
            express_conditions(parameters)
            return execute(service, operation, parameters, True, native)

        self._execute = execute_plain


class StreamsClient(StreamsOperations, Client):
    """The client of DynamoDB Streams."""

    _service = ServiceModel("dynamodbstreams", "DynamoDB Streams")
    _endpoint = "streams.dynamodb"


class ScalingClient(ScalingOperations, Client):
    """The client of Application Auto Scaling."""

    _service = ServiceModel("application-autoscaling", "Application Auto Scaling")
    _endpoint = "application-autoscaling"


class CloudWatchClient(CloudWatchOperations, Client):
    """The client of CloudWatch."""

    _service = ServiceModel("cloudwatch", "CloudWatch")
    _endpoint = "monitoring"


CLIENTS: dict[str, type[Client]] = {
    client._service.service_name: client
    for client in (DynamoDBClient, StreamsClient, ScalingClient, CloudWatchClient)
}
"""The clients by boto3's name of their service."""


class LambdaClient(LambdaOperations, Client):
    """The client of Lambda: event source mappings."""

    _service = ServiceModel("lambda", "Lambda")
    _endpoint = "lambda"


class EventsClient(EventsOperations, Client):
    """The client of EventBridge: rules and events of the default event bus."""

    _service = ServiceModel("events", "EventBridge")
    _endpoint = "events"


TRIGGER_CLIENTS: dict[str, type[Client]] = {
    client._service.service_name: client for client in (LambdaClient, EventsClient)
}
"""Clients that have the part of their service that triggers are about."""


def _methods(client: type[Client]) -> dict[str, str]:
    operations = next(base for base in client.__mro__ if base.__module__.startswith("dynacore._operations."))
    return {name: _api_name(name) for name in vars(operations) if not name.startswith("_")}


def _api_name(method: str) -> str:
    return "".join(_SPELLINGS.get(word) or word.capitalize() for word in method.split("_"))


# Words of methods that are no capitalized words in names of operations.
_SPELLINGS = {"kms": "Kms", "otel": "OTel"}
