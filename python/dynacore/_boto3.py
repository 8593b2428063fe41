"""boto3 in process: a real Session whose HTTP layer is the engine.

botocore emits `before-send` with the signed request, and takes what a handler returns for the response.
Everything above it (signing, retries, parsing, exceptions, paginators, waiters) is botocore's own.
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
import zlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

try:
    import boto3.session
    import botocore.session
    from botocore.awsrequest import AWSResponse
    from botocore.exceptions import BotoCoreError, EndpointConnectionError
    from botocore.httpsession import URLLib3Session
except ImportError as error:
    raise ImportError("boto3 is not installed: pip install dynacore[boto3]") from error

if TYPE_CHECKING:
    import pytest
    from botocore.awsrequest import AWSPreparedRequest

    from dynacore._core import Database

# What stands before the operation in X-Amz-Target, and the content type of that protocol's version.
_CONTENT_TYPES = {
    "DynamoDB_20120810": "application/x-amz-json-1.0",
    "DynamoDBStreams_20120810": "application/x-amz-json-1.0",
    "AnyScaleFrontendService": "application/x-amz-json-1.1",
    "GraniteServiceVersion20100801": "application/x-amz-json-1.0",
    "AWSEvents": "application/x-amz-json-1.1",
}
_SERVED = "dynamodb, dynamodbstreams, application-autoscaling, cloudwatch, events"

# CloudWatch is called in JSON, or in CBOR with the operation in the path (Smithy's RPC v2 protocol).
_CLOUDWATCH = "GraniteServiceVersion20100801"
_CBOR_OPERATION = re.compile(r"/service/GraniteServiceVersion20100801/operation/(\w+)$")

# The machine's profiles may not exist and its endpoints are not meant for us. In botocore's form: the name in
# the configuration file, the environment variable, the default, the conversion.
_SESSION_VARIABLES = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
    "ignore_configured_endpoint_urls": (None, None, True, None),
}

_CREDENTIAL_SCOPE = re.compile(r"Credential=[^/]*/\d+/([^/]+)/")


# What a client made by the code under test would take from the machine.
_MACHINE_VARIABLES = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_DYNAMODB",
    "AWS_ENDPOINT_URL_DYNAMODB_STREAMS",
    "AWS_ENDPOINT_URL_APPLICATION_AUTO_SCALING",
    "AWS_ENDPOINT_URL_CLOUDWATCH",
)


class NotServedError(BotoCoreError):  # type: ignore[misc]  # botocore has no types
    """The request is for a service or Region that the database does not have; nothing was sent anywhere."""

    fmt = "{reason}"


def make_session(core: Database, region: str) -> boto3.session.Session:
    """Make a Session that knows nothing of the machine's AWS configuration and never reaches the network."""
    return _make_session({region: core})


def make_world_session(cores: Mapping[str, Database]) -> boto3.session.Session:
    """Make such a Session for several Regions; clients are of the first unless they name one."""
    return _make_session(cores)


def _make_session(cores: Mapping[str, Database]) -> boto3.session.Session:
    botocore_session = botocore.session.Session(session_vars=_SESSION_VARIABLES)
    botocore_session.register_component("data_loader", _model_loader())
    session = boto3.session.Session(
        aws_access_key_id="dynacore",
        aws_secret_access_key="dynacore",
        region_name=next(iter(cores)),
        botocore_session=botocore_session,
    )
    _forget_repeated_paths()
    session.events.register("before-send", _Handler(cores))
    return session


@functools.cache
def _model_loader() -> Any:
    # Reading a service's model takes most of the time of making a client, and a test makes many sessions.
    session = botocore.session.Session(session_vars=_SESSION_VARIABLES)
    return session.get_component("data_loader")


def _forget_repeated_paths() -> None:
    # Each boto3 Session adds its own folder to its loader's, and ours is shared.
    paths = _model_loader().search_paths
    paths[:] = dict.fromkeys(paths)


@contextlib.contextmanager
def reroute(core: Database, region: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Take what any client of this process sends to the services of the database, until the block ends.

    The last step before the network is replaced, not a session's events: clients that a module made when it
    was imported are reached too.
    """
    handler = _Handler({region: core})
    send = URLLib3Session.send

    def send_here(http: URLLib3Session, request: AWSPreparedRequest) -> Any:
        return handler(request, "") if handler.takes(request) else send(http, request)

    with monkeypatch.context() as patch:
        for name in _MACHINE_VARIABLES:
            patch.delenv(name, raising=False)
        for name, value in (
            ("AWS_ACCESS_KEY_ID", "dynacore"),
            ("AWS_SECRET_ACCESS_KEY", "dynacore"),
            ("AWS_DEFAULT_REGION", region),
            ("AWS_CONFIG_FILE", os.devnull),
            ("AWS_SHARED_CREDENTIALS_FILE", os.devnull),
        ):
            patch.setenv(name, value)
        # `boto3.client` makes this session once and keeps it; the one from before knows the machine.
        patch.setattr(boto3, "DEFAULT_SESSION", None)
        patch.setattr(URLLib3Session, "send", send_here)
        yield


class _Handler:
    """Answers requests of every service: with a response, or with an error where a socket would open."""

    def __init__(self, cores: Mapping[str, Database]) -> None:
        self._cores = dict(cores)
        self._first = next(iter(self._cores.values()))

    def takes(self, request: AWSPreparedRequest) -> bool:
        """Tell whether the request is for a service of the database."""
        target = _text(request.headers.get("X-Amz-Target", ""))
        return target.partition(".")[0] in _CONTENT_TYPES or _CBOR_OPERATION.search(request.url) is not None

    def __call__(self, request: AWSPreparedRequest, event_name: str, **_: Any) -> AWSResponse:
        target = _text(request.headers.get("X-Amz-Target", ""))
        cbor = _CBOR_OPERATION.search(request.url)
        content_type = "application/cbor" if cbor else _CONTENT_TYPES.get(target.partition(".")[0])
        if content_type is None:
            service = event_name.split(".")[1]
            raise NotServedError(reason=f"no service {service!r} here; there are: {_SERVED}")
        core = self._core_of(request)
        if not core.is_up():
            raise EndpointConnectionError(endpoint_url=request.url)
        prefix, _dot, operation = target.partition(".")
        query_error = None
        if cbor or prefix == _CLOUDWATCH:
            operation = cbor[1] if cbor else operation
            reply = core.answer_cloudwatch(operation, _body(request.body), cbor is not None)
            status, request_id, body, query_error = reply
        else:
            status, request_id, body = core.answer(target, _body(request.body))
        headers = {
            "server": "Server",
            "content-type": content_type,
            "content-length": str(len(body)),
            "x-amzn-requestid": request_id,
            "x-amz-crc32": str(zlib.crc32(body)),
        }
        if cbor:
            headers["smithy-protocol"] = "rpc-v2-cbor"
        if query_error is not None:
            headers["x-amzn-query-error"] = f"{query_error};Sender"
        return AWSResponse(request.url, status, headers, _Raw(body))

    def _core_of(self, request: AWSPreparedRequest) -> Database:
        # An unsigned request has no Region but that of its address, which may be anything.
        scope = _CREDENTIAL_SCOPE.search(_text(request.headers.get("Authorization", "")))
        if scope is None:
            return self._first
        if scope[1] not in self._cores:
            here = ", ".join(self._cores)
            raise NotServedError(
                reason=f"the request is for Region {scope[1]}, and the database is in {here}"
            )
        return self._cores[scope[1]]


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
