"""A bucket of Amazon S3, or of what speaks its protocol, for imports and exports."""

from __future__ import annotations

from typing import Any


class S3Bucket:
    """What the engine needs of a bucket, by boto3's client."""

    def __init__(self, name: str, **client: Any) -> None:
        try:
            import boto3
        except ImportError as error:
            raise ImportError("a bucket of S3 needs boto3: pip install dynacore[boto3]") from error
        self._name = name
        self._client = boto3.client("s3", **client)

    def list(self, prefix: str) -> list[str]:
        """List the keys that begin with `prefix`."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._name, Prefix=prefix)
        return [entry["Key"] for page in pages for entry in page.get("Contents", ())]

    def get(self, key: str) -> bytes:
        """Read an object."""
        body: bytes = self._client.get_object(Bucket=self._name, Key=key)["Body"].read()
        return body

    def put(self, key: str, body: bytes) -> None:
        """Write an object."""
        self._client.put_object(Bucket=self._name, Key=key, Body=body)
