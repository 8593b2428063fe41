"""Errors are caught by our names and by botocore's, in every order of imports, and without botocore."""

import pickle
import subprocess
import sys
from textwrap import dedent

import botocore.exceptions
import pytest

from dynacore import exceptions

RESPONSE = {
    "Error": {"Code": "ConditionalCheckFailedException", "Message": "The conditional request failed"},
    "ResponseMetadata": {"HTTPStatusCode": 400, "RequestId": "R", "RetryAttempts": 0},
    "Item": {"id": {"S": "1"}},
}


def run(code: str) -> None:
    finished = subprocess.run(
        [sys.executable, "-c", dedent(code)], capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stderr


def test_the_code_chooses_the_class():
    error = exceptions.client_error(RESPONSE, "PutItem")
    assert type(error) is exceptions.ConditionalCheckFailedException
    assert isinstance(error, exceptions.ClientError)
    assert error.response["Item"] == {"id": {"S": "1"}}
    assert error.operation_name == "PutItem"


def test_an_unknown_code_is_a_plain_client_error():
    error = exceptions.client_error({"Error": {"Code": "NewException", "Message": "?"}}, "PutItem")
    assert type(error) is exceptions.ClientError


def test_text_and_response_are_botocores():
    theirs = botocore.exceptions.ClientError(RESPONSE, "PutItem")
    ours = exceptions.client_error(RESPONSE, "PutItem")
    assert str(ours) == str(theirs)
    assert ours.args == theirs.args
    assert ours.response == theirs.response


def test_parameter_errors_have_botocores_text():
    theirs = botocore.exceptions.ParamValidationError(report='Unknown parameter in input: "X"')
    ours = exceptions.ParamValidationError('Unknown parameter in input: "X"')
    assert str(ours) == str(theirs)
    assert ours.kwargs == theirs.kwargs
    assert isinstance(ours, botocore.exceptions.ParamValidationError)


def test_waiter_errors_have_botocores_text():
    theirs = botocore.exceptions.WaiterError("TableExists", "Max attempts exceeded", {"a": 1})
    ours = exceptions.WaiterError("TableExists", "Max attempts exceeded", {"a": 1})
    assert str(ours) == str(theirs)
    assert ours.last_response == theirs.last_response
    assert isinstance(ours, botocore.exceptions.WaiterError)


@pytest.mark.parametrize("name", exceptions.__all__)
def test_every_class_is_in_the_drawn_tree(name):
    assert f"── {name}" in exceptions.__doc__
    assert getattr(exceptions, name).__doc__


@pytest.mark.parametrize(
    "error",
    [
        exceptions.client_error(RESPONSE, "PutItem"),
        exceptions.ParamValidationError("X"),
        exceptions.WaiterError("table_exists", "reason", {"a": 1}),
    ],
)
def test_errors_can_be_pickled(error):
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)


RAISE_AND_CATCH = """
    for catching in (
        dynacore.exceptions.ResourceInUseException,
        dynacore.exceptions.ClientError,
        botocore.exceptions.ClientError,
    ):
        try:
            response = {"Error": {"Code": "ResourceInUseException"}}
            raise dynacore.exceptions.client_error(response, "CreateTable")
        except catching as error:
            assert error.response["Error"]["Code"] == "ResourceInUseException"
    try:
        raise dynacore.exceptions.ParamValidationError("X")
    except botocore.exceptions.ParamValidationError:
        pass
"""

IMPORTS = ["import dynacore", "import dynacore.exceptions", "import botocore.exceptions", "import boto3"]


@pytest.mark.parametrize("first", IMPORTS)
@pytest.mark.parametrize("second", IMPORTS)
@pytest.mark.parametrize(
    "third", ["import botocore.exceptions, dynacore", "import dynacore, botocore.exceptions"]
)
def test_every_order_of_imports(first, second, third):
    run("\n".join([first, second, third, dedent(RAISE_AND_CATCH)]))


def test_classes_taken_before_botocore_are_caught_by_botocores_name():
    run(
        """
        from dynacore.exceptions import ResourceNotFoundException
        import botocore.exceptions

        try:
            raise ResourceNotFoundException({"Error": {"Code": "ResourceNotFoundException"}}, "GetItem")
        except botocore.exceptions.ClientError as error:
            assert type(error) is ResourceNotFoundException
        """
    )


def test_without_botocore():
    run(
        """
        import sys

        sys.modules["botocore"] = sys.modules["boto3"] = None
        import dynacore

        error = dynacore.exceptions.client_error({"Error": {"Code": "A", "Message": "m"}}, "GetItem")
        assert str(error) == "An error occurred (A) when calling the GetItem operation: m"
        assert isinstance(error, dynacore.exceptions.ClientError)
        assert str(dynacore.exceptions.ParamValidationError("X")) == "Parameter validation failed:\\nX"
        try:
            import dynacore._boto3
        except ImportError as missing:
            assert "pip install dynacore[boto3]" in str(missing)
        else:
            raise AssertionError("boto3 was not missed")
        """
    )
