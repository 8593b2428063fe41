"""boto3 in process: a real Session whose HTTP layer is the engine.

botocore emits `before-send` with the signed request, and takes what a handler returns for the response.
Everything above it (signing, retries, parsing, exceptions, paginators, waiters) is botocore's own.
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

try:
    import boto3.session
    import botocore.session
    from botocore.exceptions import BotoCoreError, EndpointConnectionError
    from botocore.httpsession import URLLib3Session
except ImportError as error:
    raise ImportError("boto3 is not installed: pip install dynacore[boto3]") from error

from dynacore._boto3_response import Response

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


class _Route(NamedTuple):
    """Where a request goes, and as what."""

    core: Database
    # `X-Amz-Target`, also of a call of CloudWatch that has its operation in the path.
    target: str
    content_type: str


class _Handler:
    """Answers requests of every service: with a response, or with an error where a socket would open."""

    def __init__(self, cores: Mapping[str, Database]) -> None:
        self._cores = dict(cores)
        self._first = next(iter(self._cores.values()))
        # By botocore's event and the address, which tell operation and Region; to find these in the headers
        # takes as long as DynamoDB's own work. There are no more of them than operations times Regions.
        self._routes: dict[tuple[str, str], _Route] = {}

    def takes(self, request: AWSPreparedRequest) -> bool:
        """Tell whether the request is for a service of the database."""
        target = _text(request.headers.get("X-Amz-Target", ""))
        return target.partition(".")[0] in _CONTENT_TYPES or _CBOR_OPERATION.search(request.url) is not None

    def __call__(self, request: AWSPreparedRequest, event_name: str, **_: Any) -> Response:
        url = request.url
        core, target, content_type = self._routes.get((event_name, url)) or self._route(request, event_name)
        body = request.body
        reply = core.answer(target, content_type, body if type(body) is bytes else _body(body))
        if reply is None:
            raise EndpointConnectionError(endpoint_url=url)
        status, headers, answer = reply
        return Response(url, status, headers, answer)

    def _route(self, request: AWSPreparedRequest, event_name: str) -> _Route:
        target = _text(request.headers.get("X-Amz-Target", ""))
        content_type = _CONTENT_TYPES.get(target.partition(".")[0])
        if cbor := _CBOR_OPERATION.search(request.url):
            target, content_type = f"{_CLOUDWATCH}.{cbor[1]}", "application/cbor"
        if content_type is None:
            service = event_name.split(".")[1]
            raise NotServedError(reason=f"no service {service!r} here; there are: {_SERVED}")
        region = self._region_of(request)
        route = _Route(self._cores[region] if region else self._first, target, content_type)
        # An address of one's own says nothing of the Region, and without an event the operation is not known.
        if region and event_name and f".{region}.amazonaws.com/" in request.url:
            self._routes[event_name, request.url] = route
        return route

    def _region_of(self, request: AWSPreparedRequest) -> str | None:
        # An unsigned request has no Region but that of its address, which may be anything.
        scope = _CREDENTIAL_SCOPE.search(_text(request.headers.get("Authorization", "")))
        if scope is None:
            return None
        if scope[1] not in self._cores:
            here = ", ".join(self._cores)
            raise NotServedError(
                reason=f"the request is for Region {scope[1]}, and the database is in {here}"
            )
        return scope[1]


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _body(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    return bytes(body)
