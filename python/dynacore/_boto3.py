"""boto3 in process: a real Session whose HTTP layer is the engine.

botocore emits `before-send` with the signed request, and takes what a handler returns for the response.
Everything above it (signing, retries, parsing, exceptions, paginators, waiters) is botocore's own.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Any

try:
    import boto3.session
    import botocore.session
    from botocore.awsrequest import AWSResponse
    from botocore.exceptions import BotoCoreError
except ImportError as error:
    raise ImportError("boto3 is not installed: pip install dynacore[boto3]") from error

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest

    from dynacore._core import Database

# What stands before the operation in X-Amz-Target, and the content type of that protocol's version.
_CONTENT_TYPES = {
    "DynamoDB_20120810": "application/x-amz-json-1.0",
    "DynamoDBStreams_20120810": "application/x-amz-json-1.0",
    "AnyScaleFrontendService": "application/x-amz-json-1.1",
}
_SERVED = "dynamodb, dynamodbstreams, application-autoscaling"

_CREDENTIAL_SCOPE = re.compile(r"Credential=[^/]*/\d+/([^/]+)/")


class NotServedError(BotoCoreError):  # type: ignore[misc]  # botocore has no types
    """The request is for a service or Region that the database does not have; nothing was sent anywhere."""

    fmt = "{reason}"


def make_session(core: Database, region: str) -> boto3.session.Session:
    """Make a Session that knows nothing of the machine's AWS configuration and never reaches the network."""
    botocore_session = botocore.session.Session()
    # The user's profile may not exist here, and their endpoints and retry settings are not meant for us.
    botocore_session.set_config_variable("config_file", "/dev/null")
    botocore_session.set_config_variable("credentials_file", "/dev/null")
    session = boto3.session.Session(
        aws_access_key_id="dynacore",
        aws_secret_access_key="dynacore",
        region_name=region,
        botocore_session=botocore_session,
    )
    session.events.register("before-send", _Handler(core, region))
    return session


class _Handler:
    """Answers requests of every service: with a response, or with an error where a socket would open."""

    def __init__(self, core: Database, region: str) -> None:
        self._answer = core.answer
        self._region = region

    def __call__(self, request: AWSPreparedRequest, event_name: str, **_: Any) -> AWSResponse:
        target = _text(request.headers.get("X-Amz-Target", ""))
        content_type = _CONTENT_TYPES.get(target.partition(".")[0])
        if content_type is None:
            service = event_name.split(".")[1]
            raise NotServedError(reason=f"no service {service!r} here; there are: {_SERVED}")
        self._check_region(request)
        status, request_id, body = self._answer(target, _body(request.body))
        headers = {
            "server": "Server",
            "content-type": content_type,
            "content-length": str(len(body)),
            "x-amzn-requestid": request_id,
            "x-amz-crc32": str(zlib.crc32(body)),
        }
        return AWSResponse(request.url, status, headers, _Raw(body))

    def _check_region(self, request: AWSPreparedRequest) -> None:
        # An unsigned request has no Region but that of its address, which may be anything.
        scope = _CREDENTIAL_SCOPE.search(_text(request.headers.get("Authorization", "")))
        if scope is not None and scope[1] != self._region:
            raise NotServedError(
                reason=f"the request is for Region {scope[1]}, and the database is in {self._region}"
            )


class _Raw:
    """The part of urllib3's response that botocore reads."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: Any) -> list[bytes]:
        return [self._body]

    def read(self) -> bytes:
        return self._body


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _body(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    return bytes(body)
