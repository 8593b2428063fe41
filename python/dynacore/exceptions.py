"""Errors, named like DynamoDB's own.

    Exception
    ├── ClientError                     the service refused (also a botocore.exceptions.ClientError)
    │   ├── ValidationException
    │   ├── SerializationException
    │   ├── UnknownOperationException
    │   ├── RequestEntityTooLargeException
    │   ├── AccessDeniedException
    │   ├── ExpiredTokenException
    │   ├── IncompleteSignatureException
    │   ├── InvalidSignatureException
    │   ├── MissingAuthenticationTokenException
    │   ├── UnrecognizedClientException
    │   ├── ConditionalCheckFailedException
    │   ├── DuplicateItemException
    │   ├── IdempotentParameterMismatchException
    │   ├── ItemCollectionSizeLimitExceededException
    │   ├── ReplicatedWriteConflictException
    │   ├── TransactionCanceledException
    │   ├── TransactionConflictException
    │   ├── TransactionInProgressException
    │   ├── ProvisionedThroughputExceededException
    │   ├── RequestLimitExceeded
    │   ├── ThrottlingException
    │   ├── IndexNotFoundException
    │   ├── LimitExceededException
    │   ├── ResourceInUseException
    │   ├── ResourceNotFoundException
    │   ├── TableAlreadyExistsException
    │   ├── TableInUseException
    │   ├── TableNotFoundException
    │   ├── PolicyNotFoundException
    │   ├── GlobalTableAlreadyExistsException
    │   ├── GlobalTableNotFoundException
    │   ├── ReplicaAlreadyExistsException
    │   ├── ReplicaNotFoundException
    │   ├── BackupInUseException
    │   ├── BackupNotFoundException
    │   ├── ContinuousBackupsUnavailableException
    │   ├── ExportConflictException
    │   ├── ExportNotFoundException
    │   ├── ImportConflictException
    │   ├── ImportNotFoundException
    │   ├── InvalidExportTimeException
    │   ├── InvalidRestoreTimeException
    │   ├── PointInTimeRecoveryUnavailableException
    │   ├── ExpiredIteratorException
    │   ├── TrimmedDataAccessException
    │   ├── ConcurrentUpdateException
    │   ├── FailedResourceAccessException
    │   ├── InternalServiceException
    │   ├── InvalidNextTokenException
    │   ├── ObjectNotFoundException
    │   ├── TooManyTagsException
    │   ├── DashboardInvalidInputError
    │   ├── DashboardNotFoundError
    │   ├── InvalidFormatFault
    │   ├── InvalidNextToken
    │   ├── InvalidEventPatternException
    │   ├── InvalidParameterCombinationException
    │   ├── InvalidParameterValueException
    │   ├── LimitExceededFault
    │   ├── MissingRequiredParameterException
    │   ├── ResourceNotFound
    │   ├── ValidationError
    │   ├── ConcurrentModificationException
    │   ├── ConflictException
    │   ├── InternalServiceFault
    │   ├── KmsAccessDeniedException
    │   ├── KmsKeyDisabledException
    │   ├── KmsKeyNotFoundException
    │   ├── ResourceConflict
    │   ├── ResourceConflictException
    │   ├── InternalServerError
    │   └── ServiceUnavailable
    ├── StoreError                      a durable database could not be opened or closed; no service's error
    │   ├── Corrupted
    │   ├── DatabaseLocked
    │   ├── NotADatabase
    │   ├── StoreFailed
    │   └── UnknownFormat
    ├── ParamValidationError            a parameter the operation does not have (also botocore's)
    ├── EndpointConnectionError         nothing answers at the Region's address (also botocore's)
    └── WaiterError                     what was waited for did not come (also botocore's)

Where botocore is installed its classes are the bases of ours, so code that catches botocore's catches ours.
To have the bases in every order of imports, this module imports botocore's exceptions itself; and because
that takes ten times as long as the rest of dynacore, `import dynacore` leaves this module alone until an
error is raised or `dynacore.exceptions` is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import TypeAlias

    _ClientErrorBase: TypeAlias = Exception
    _EndpointConnectionErrorBase: TypeAlias = Exception
    _ParamValidationErrorBase: TypeAlias = Exception
    _WaiterErrorBase: TypeAlias = Exception
else:
    try:
        from botocore.exceptions import ClientError as _ClientErrorBase
        from botocore.exceptions import EndpointConnectionError as _EndpointConnectionErrorBase
        from botocore.exceptions import ParamValidationError as _ParamValidationErrorBase
        from botocore.exceptions import WaiterError as _WaiterErrorBase
    except ImportError:
        _ClientErrorBase = _EndpointConnectionErrorBase = Exception
        _ParamValidationErrorBase = _WaiterErrorBase = Exception


class ClientError(_ClientErrorBase):
    """The service refused a request.

    `response` has botocore's shape: `Error` with `Code` and `Message`, `ResponseMetadata`, and beside them
    what more the exception carries (`Item`, `CancellationReasons`, `ThrottlingReasons`).
    """

    response: dict[str, Any]
    operation_name: str

    def __init__(self, error_response: dict[str, Any], operation_name: str) -> None:
        error = error_response.get("Error", {})
        # Not botocore's __init__: the text is the same, and there may be no botocore.
        Exception.__init__(
            self,
            f"An error occurred ({error.get('Code', 'Unknown')}) when calling the {operation_name} "
            f"operation: {error.get('Message', 'Unknown')}",
        )
        self.response = error_response
        self.operation_name = operation_name

    def __reduce__(self) -> tuple[type[ClientError], tuple[dict[str, Any], str]]:
        return type(self), (self.response, self.operation_name)


class EndpointConnectionError(_EndpointConnectionErrorBase):
    """Nothing answers at the address of a Region, because the whole Region failed; nothing was done."""

    kwargs: dict[str, Any]

    def __init__(self, endpoint_url: str) -> None:
        Exception.__init__(self, f'Could not connect to the endpoint URL: "{endpoint_url}"')
        self.kwargs = {"endpoint_url": endpoint_url}

    def __reduce__(self) -> tuple[type[EndpointConnectionError], tuple[str]]:
        return type(self), (self.kwargs["endpoint_url"],)


class ParamValidationError(_ParamValidationErrorBase):
    """A parameter that the operation does not have, or of the wrong Python type; nothing was sent."""

    kwargs: dict[str, Any]

    def __init__(self, report: str) -> None:
        Exception.__init__(self, f"Parameter validation failed:\n{report}")
        self.kwargs = {"report": report}

    def __reduce__(self) -> tuple[type[ParamValidationError], tuple[str]]:
        return type(self), (self.kwargs["report"],)


class WaiterError(_WaiterErrorBase):
    """What was waited for did not come; `last_response` is what came last."""

    kwargs: dict[str, Any]
    last_response: dict[str, Any]

    def __init__(self, name: str, reason: str, last_response: dict[str, Any]) -> None:
        Exception.__init__(self, f"Waiter {name} failed: {reason}")
        self.kwargs = {"name": name, "reason": reason}
        self.last_response = last_response

    def __reduce__(self) -> tuple[type[WaiterError], tuple[str, str, dict[str, Any]]]:
        return type(self), (self.kwargs["name"], self.kwargs["reason"], self.last_response)


# DynamoDB: the request itself


class ValidationException(ClientError):
    """The request is well-formed and not allowed, or not well-formed."""


class SerializationException(ClientError):
    """The body is not of the operation's shape."""


class UnknownOperationException(ClientError):
    """There is no such operation, or not here yet."""


class RequestEntityTooLargeException(ClientError):
    """The request is larger than the service takes."""


# DynamoDB: who is asking


class AccessDeniedException(ClientError):
    """The caller may not do this."""


class ExpiredTokenException(ClientError):
    """The security token has expired."""


class IncompleteSignatureException(ClientError):
    """The signature lacks a part."""


class InvalidSignatureException(ClientError):
    """The signature does not match the request."""


class MissingAuthenticationTokenException(ClientError):
    """The request carries no credentials."""


class UnrecognizedClientException(ClientError):
    """The credentials are not known."""


# DynamoDB: items


class ConditionalCheckFailedException(ClientError):
    """The condition did not hold; `response["Item"]` has the item if asked for."""


class DuplicateItemException(ClientError):
    """An item with this key exists (PartiQL INSERT)."""


class IdempotentParameterMismatchException(ClientError):
    """A client token came back with other parameters."""


class ItemCollectionSizeLimitExceededException(ClientError):
    """An item collection with local indexes passed 10 GB."""


class ReplicatedWriteConflictException(ClientError):
    """The item is being changed in another Region."""


class TransactionCanceledException(ClientError):
    """A transaction was cancelled; `response["CancellationReasons"]` says why."""


class TransactionConflictException(ClientError):
    """A transaction on the item is under way."""


class TransactionInProgressException(ClientError):
    """The transaction with this token is under way."""


# DynamoDB: capacity


class ProvisionedThroughputExceededException(ClientError):
    """More than the provisioned rate; `response["ThrottlingReasons"]` says where."""


class RequestLimitExceeded(ClientError):
    """More than the account's rate."""


class ThrottlingException(ClientError):
    """Asked too often, or faster than an on-demand table grows."""


# DynamoDB: tables and indexes


class IndexNotFoundException(ClientError):
    """There is no such index."""


class LimitExceededException(ClientError):
    """Too many at once."""


class ResourceInUseException(ClientError):
    """It exists already, or is busy changing."""


class ResourceNotFoundException(ClientError):
    """There is no such resource, or it is not active."""


class TableAlreadyExistsException(ClientError):
    """There is such a table already."""


class TableInUseException(ClientError):
    """The table is busy changing."""


class TableNotFoundException(ClientError):
    """There is no such table."""


class PolicyNotFoundException(ClientError):
    """The resource has no such policy."""


# DynamoDB: global tables


class GlobalTableAlreadyExistsException(ClientError):
    """There is such a global table already."""


class GlobalTableNotFoundException(ClientError):
    """There is no such global table."""


class ReplicaAlreadyExistsException(ClientError):
    """There is a replica in that Region already."""


class ReplicaNotFoundException(ClientError):
    """There is no replica in that Region."""


# DynamoDB: backups, exports and imports


class BackupInUseException(ClientError):
    """The backup is busy."""


class BackupNotFoundException(ClientError):
    """There is no such backup."""


class ContinuousBackupsUnavailableException(ClientError):
    """Continuous backups are off."""


class ExportConflictException(ClientError):
    """An export with this token differs."""


class ExportNotFoundException(ClientError):
    """There is no such export."""


class ImportConflictException(ClientError):
    """An import with this token differs."""


class ImportNotFoundException(ClientError):
    """There is no such import."""


class InvalidExportTimeException(ClientError):
    """The time lies outside the point-in-time window."""


class InvalidRestoreTimeException(ClientError):
    """The time lies outside the point-in-time window."""


class PointInTimeRecoveryUnavailableException(ClientError):
    """Point-in-time recovery is off."""


# DynamoDB Streams


class ExpiredIteratorException(ClientError):
    """The shard iterator is older than 15 minutes."""


class TrimmedDataAccessException(ClientError):
    """The records are older than 24 hours."""


# Application Auto Scaling


class ConcurrentUpdateException(ClientError):
    """Another change is pending."""


class FailedResourceAccessException(ClientError):
    """The alarms could not be reached."""


class InternalServiceException(ClientError):
    """The service failed."""


class InvalidNextTokenException(ClientError):
    """The page token is not one of ours."""


class ObjectNotFoundException(ClientError):
    """There is no such scalable target, policy or action."""


class TooManyTagsException(ClientError):
    """More than 50 tags."""


# CloudWatch


class DashboardInvalidInputError(ClientError):
    """The dashboard is no JSON object."""


class DashboardNotFoundError(ClientError):
    """There is no such dashboard."""


class InvalidFormatFault(ClientError):
    """A text is not in its format."""


class InvalidNextToken(ClientError):
    """The page token is not one of ours."""


class InvalidParameterCombinationException(ClientError):
    """The parameters do not go together."""


class InvalidParameterValueException(ClientError):
    """A parameter has a value that is not allowed."""


class LimitExceededFault(ClientError):
    """There are too many of them."""


class MissingRequiredParameterException(ClientError):
    """A parameter is missing."""


class ResourceNotFound(ClientError):
    """There is no such alarm."""


class ValidationError(ClientError):
    """A parameter breaks a constraint (CloudWatch)."""


class ConcurrentModificationException(ClientError):
    """Another change is under way."""


class ConflictException(ClientError):
    """The operation conflicts with the state of a resource."""


class InternalServiceFault(ClientError):
    """The service failed."""


class KmsAccessDeniedException(ClientError):
    """The key of KMS may not be used."""


class KmsKeyDisabledException(ClientError):
    """The key of KMS is disabled."""


class KmsKeyNotFoundException(ClientError):
    """There is no such key in KMS."""


class ResourceConflict(ClientError):
    """The resource is in use."""


# Lambda and EventBridge


class InvalidEventPatternException(ClientError):
    """The text is no event pattern."""


class ResourceConflictException(ClientError):
    """There is such a mapping already."""


# The service


class InternalServerError(ClientError):
    """The service failed; the write may or may not have happened."""


class ServiceUnavailable(ClientError):
    """The service cannot be reached for now."""


CLASSES: dict[str, type[ClientError]] = {cls.__name__: cls for cls in ClientError.__subclasses__()}
"""Our classes by the code that stands in `response["Error"]["Code"]`."""


def client_error(error_response: dict[str, Any], operation_name: str) -> ClientError:
    """Make the exception of the class that the response's code names."""
    code = error_response["Error"]["Code"]
    return CLASSES.get(code, ClientError)(error_response, operation_name)


# A durable database


class StoreError(Exception):
    """A durable database could not be opened or closed.

    Requests that meet a failed disk get `InternalServerError`.
    """


class Corrupted(StoreError):
    """Stored bytes are not those that were written; the text names the file."""


class DatabaseLocked(StoreError):
    """The directory is open already, in another process or in this one."""


class NotADatabase(StoreError):
    """The directory holds something else; nothing in it was touched."""


class StoreFailed(StoreError):
    """The file system refused."""


class UnknownFormat(StoreError):
    """The directory was written by another version of dynacore."""


STORE_CLASSES: dict[str, type[StoreError]] = {cls.__name__: cls for cls in StoreError.__subclasses__()}


__all__ = [
    "ClientError",
    "EndpointConnectionError",
    "ParamValidationError",
    "StoreError",
    "WaiterError",
    *CLASSES,
    *STORE_CLASSES,
]
