"""Kinesis behind a URL: PutRecords over HTTP, signed as AWS asks for it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

_SECONDS = 30
_CONTENT_TYPE = "application/x-amz-json-1.1"
_TARGET = "Kinesis_20131202.PutRecords"
# What an emulator takes as credentials where the environment has none.
_NOBODY = "dynacore"


class HttpKinesis:
    """A sink that posts records to an endpoint of Kinesis.

    Requests are signed with `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
    """

    def __init__(self, url: str, region: str) -> None:
        if not url.startswith(("http://", "https://")) or not urlsplit(url).hostname:
            raise ValueError(f"a URL begins with http:// or https:// and a host, not {url!r}")
        self._url = url
        self._region = region

    def put_records(self, *, Records: list[Any], StreamARN: str) -> dict[str, Any]:
        """Post records; give Kinesis' answer, which says of each whether it was taken."""
        given = [
            {
                "Data": base64.b64encode(record["Data"]).decode(),
                "PartitionKey": record["PartitionKey"],
            }
            for record in Records
        ]
        body = json.dumps({"StreamARN": StreamARN, "Records": given}).encode()
        headers = {"Content-Type": _CONTENT_TYPE, "X-Amz-Target": _TARGET}
        signed = _sign(self._url, headers, body, self._region, datetime.now(timezone.utc))
        try:
            with urlopen(Request(self._url, body, signed), timeout=_SECONDS) as answer:
                told = json.loads(answer.read())
        except HTTPError as error:
            with error:
                text = error.read(1_000).decode(errors="replace")
            raise ConnectionError(f"PutRecords at {self._url} answered {error.code}: {text}") from None
        results = told.get("Records") or []
        # What is null in JSON is absent in AWS's SDKs.
        told["Records"] = [
            {name: value for name, value in each.items() if value is not None} for each in results
        ]
        return dict(told)


def _sign(url: str, headers: Mapping[str, str], body: bytes, region: str, now: datetime) -> dict[str, str]:
    """Add what AWS's signature, version 4, adds to the headers of a POST."""
    key = os.environ.get("AWS_ACCESS_KEY_ID", _NOBODY)
    secret = os.environ.get("AWS_SECRET_ACCESS_KEY", _NOBODY)
    token = os.environ.get("AWS_SESSION_TOKEN")
    place = urlsplit(url)
    time = now.strftime("%Y%m%dT%H%M%SZ")
    host = place.netloc.rpartition("@")[2]
    signed = {**headers, "Host": host, "X-Amz-Date": time}
    if token:
        signed["X-Amz-Security-Token"] = token
    by_name = sorted((name.lower(), value) for name, value in signed.items())
    names = ";".join(name for name, _ in by_name)
    request = "\n".join(
        [
            "POST",
            place.path or "/",
            place.query,
            *(f"{name}:{value}" for name, value in by_name),
            "",
            names,
            hashlib.sha256(body).hexdigest(),
        ]
    )
    scope = f"{time[:8]}/{region}/kinesis/aws4_request"
    digest = hashlib.sha256(request.encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{time}\n{scope}\n{digest}"
    signing_key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        signing_key = hmac.digest(signing_key, part.encode(), "sha256")
    signature = hmac.digest(signing_key, text.encode(), "sha256").hex()
    credential = f"Credential={key}/{scope}, SignedHeaders={names}, Signature={signature}"
    return {**signed, "Authorization": f"AWS4-HMAC-SHA256 {credential}"}
