"""Binary attribute values as plain answers have them."""

from __future__ import annotations


class Binary(bytes):
    """Bytes that also look like `boto3.dynamodb.types.Binary`.

    They are equal to the same bytes, also inside a boto3 `Binary`, and have its `value`.
    """

    __slots__ = ()

    @property
    def value(self) -> bytes:
        """The bytes."""
        return bytes(self)

    def __repr__(self) -> str:
        return f"Binary({bytes(self)!r})"
