"""Waiting for a state of a table or of an operation."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from dynacore._core import VirtualClock

# On the system clock: how soon to look again. A look costs microseconds.
_POLL_SECONDS = 0.01

_DELAY_SECONDS = 20
_ATTEMPTS_MAX = 25


class Waiting(NamedTuple):
    """What is asked, and what the answer (or the code of the error) has to be.

    States and times are those of botocore's waiters of the same name.
    """

    operation: str
    success: Callable[[dict[str, Any]], bool]
    success_code: str | None = None
    retry_code: str | None = None
    # Why waiting is in vain, or nothing.
    failure: Callable[[dict[str, Any]], str | None] = lambda _: None
    attempts_max: int = _ATTEMPTS_MAX


def _bulk_status(response: dict[str, Any]) -> str:
    status: str = response["BulkOperationDescription"]["BulkOperationStatus"]
    return status


def _bulk_failure(response: dict[str, Any]) -> str | None:
    status = _bulk_status(response)
    if status not in {"CANCELLED", "FAILED"}:
        return None
    return (
        "Waiter encountered a terminal failure state: For expression "
        f'"BulkOperationDescription.BulkOperationStatus" we matched expected path: "{status}"'
    )


def _transfer(operation: str, description: str, member: str) -> Waiting:
    """Wait for an import or export, whose waiters differ in nothing but names."""

    def status(response: dict[str, Any]) -> str:
        found: str = response[description][member]
        return found

    def failure(response: dict[str, Any]) -> str | None:
        if status(response) not in {"CANCELLED", "FAILED"}:
            return None
        return (
            "Waiter encountered a terminal failure state: For expression "
            f'"{description}.{member}" we matched expected path: "{status(response)}"'
        )

    return Waiting(
        operation, lambda response: status(response) == "COMPLETED", failure=failure, attempts_max=60
    )


WAITERS: dict[str, Waiting] = {
    "table_exists": Waiting(
        "describe_table",
        lambda response: response["Table"]["TableStatus"] == "ACTIVE",
        retry_code="ResourceNotFoundException",
    ),
    "bulk_operation_completed": Waiting(
        "describe_bulk_operation",
        lambda response: _bulk_status(response) in {"COMPLETED", "COMPLETED_WITH_ERRORS"},
        failure=_bulk_failure,
        attempts_max=180,
    ),
    "export_completed": _transfer("describe_export", "ExportDescription", "ExportStatus"),
    "import_completed": _transfer("describe_import", "ImportTableDescription", "ImportStatus"),
    "alarm_exists": Waiting("describe_alarms", lambda response: len(response["MetricAlarms"]) > 0),
    "composite_alarm_exists": Waiting(
        "describe_alarms", lambda response: len(response["CompositeAlarms"]) > 0
    ),
    "table_not_exists": Waiting("describe_table", lambda _: False, success_code="ResourceNotFoundException"),
}


class Waiter:
    """Asks until the answer is the one waited for."""

    def __init__(
        self,
        name: str,
        waiting: Waiting,
        method: Callable[..., dict[str, Any]],
        clock: VirtualClock | None,
    ) -> None:
        self.name = name
        self._waiting = waiting
        self._method = method
        self._clock = clock

    def wait(self, *, WaiterConfig: dict[str, Any] | None = None, **parameters: Any) -> None:
        """Wait, at most `Delay` (20) seconds times `MaxAttempts` (25 or more); then raise WaiterError."""
        from dynacore.exceptions import WaiterError

        settings = WaiterConfig or {}
        delay = settings.get("Delay", _DELAY_SECONDS)
        attempts = settings.get("MaxAttempts", self._waiting.attempts_max)
        deadline = time.monotonic() + delay * (attempts - 1)
        while True:
            is_done, response = self._look(parameters)
            if is_done:
                return
            if (reason := self._waiting.failure(response)) is not None:
                raise WaiterError(self.name, reason, response)
            attempts -= 1
            if attempts <= 0 if self._clock else time.monotonic() >= deadline:
                raise WaiterError(self.name, "Max attempts exceeded", response)
            if self._clock is not None:
                self._clock.advance(delay)
            else:
                time.sleep(min(delay, _POLL_SECONDS))

    def _look(self, parameters: dict[str, Any]) -> tuple[bool, dict[str, Any]]:
        from dynacore.exceptions import ClientError, WaiterError

        try:
            response = self._method(**parameters)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == self._waiting.success_code:
                return True, error.response
            if code == self._waiting.retry_code:
                return False, error.response
            message = error.response["Error"].get("Message", "Unknown")
            raise WaiterError(self.name, f"An error occurred ({code}): {message}", error.response) from error
        return self._waiting.success(response), response
