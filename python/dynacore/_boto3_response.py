"""A response as botocore reads it, without a socket behind it."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping

from botocore.awsrequest import AWSResponse


class Headers(MutableMapping[str, str]):
    """Headers whose names are told apart by their letters alone, not by their case.

    What `botocore.awsrequest.HeadersDict` does; that makes an object of every name that is looked for, which
    for a response takes as long as DynamoDB's answer itself.
    """

    def __init__(self, headers: dict[str, str]) -> None:
        """Take headers whose names are in lower case."""
        self._headers = headers

    def __getitem__(self, name: str) -> str:
        """Return a header's value."""
        return self._headers[name.lower()]

    def __setitem__(self, name: str, value: str) -> None:
        """Set a header."""
        self._headers[name.lower()] = value

    def __delitem__(self, name: str) -> None:
        """Take a header out."""
        del self._headers[name.lower()]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names."""
        return iter(self._headers)

    def __len__(self) -> int:
        """Count the headers."""
        return len(self._headers)

    def __repr__(self) -> str:
        """Return the headers as a dictionary is shown."""
        return repr(self._headers)

    def copy(self) -> Headers:
        """Return headers of their own."""
        return Headers(self._headers.copy())


class Response(AWSResponse):  # type: ignore[misc]  # botocore has no types
    """A response whose body is there already."""

    def __init__(self, url: str, status_code: int, headers: dict[str, str], body: bytes) -> None:
        # Not that of the class above: it would copy the headers into a dictionary of its own kind.
        self.url = url
        self.status_code = status_code
        self.headers = Headers(headers)
        self.raw = Raw(body)
        self._body = body

    @property
    def content(self) -> bytes:
        """The body."""
        return self._body


class Raw:
    """The part of urllib3's response that botocore and its users read."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: object) -> list[bytes]:
        """Return the body in one piece."""
        return [self._body]

    def read(self) -> bytes:
        """Return the body."""
        return self._body
