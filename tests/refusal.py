"""What a service refuses, with its code and its exact words."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from botocore.exceptions import ClientError


@contextmanager
def refused(code: str, message: str | re.Pattern[str]) -> Iterator[pytest.ExceptionInfo[ClientError]]:
    """The block's call is refused with this code and this message, or one that the pattern fits."""
    with pytest.raises(ClientError) as caught:
        yield caught
    error = caught.value.response["Error"]
    said = error.get("Message", "")
    assert error["Code"] == code, said
    if isinstance(message, str):
        assert said == message
    else:
        assert message.fullmatch(said), f"{said!r} does not match {message.pattern!r}"


def invalid(message: str | re.Pattern[str]):
    """The block's call is refused with a ValidationException."""
    return refused("ValidationException", message)


def violation(value: str, path: str, constraint: str) -> str:
    """The text for one constraint of the service's model that does not hold."""
    return (
        f"1 validation error detected: Value {value} at '{path}' failed to satisfy constraint: {constraint}"
    )
