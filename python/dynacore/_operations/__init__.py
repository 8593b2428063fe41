"""The operations of each service, one method each, named as in boto3.

A method is one frame: it hands its keyword arguments to the engine, which knows the parameters. Those that
the engine does not have yet answer with an error that says so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dynacore._operations.cloudwatch import CloudWatchOperations
from dynacore._operations.dynamodb import DynamoDBOperations
from dynacore._operations.events import EventsOperations
from dynacore._operations.lambda_ import LambdaOperations
from dynacore._operations.scaling import ScalingOperations
from dynacore._operations.streams import StreamsOperations

__all__ = [
    "CloudWatchOperations",
    "DynamoDBOperations",
    "EventsOperations",
    "Execute",
    "LambdaOperations",
    "ScalingOperations",
    "StreamsOperations",
]

Execute = Callable[[str, str, Any, bool], dict[str, Any]]
"""The engine's native door: service, operation, parameters, and whether values are plain Python."""
