"""What dynacore has of AWS's API is what docs/coverage.md says, and nothing of a request is ignored."""

from typing import Any

import botocore.session
import pytest

import dynacore
from coverage_table import PATH, SERVICES, Coverage, service_coverage, table
from dynacore import _core

COVERED = [(service, operation) for service in SERVICES for operation in service_coverage(service)]


def operations(exist: bool) -> list[Any]:
    return [
        pytest.param(service, operation, id=operation.name)
        for service, operation in COVERED
        if operation.exists is exist
    ]


def sample(shape: Any) -> Any:
    """A value of a shape, as a caller would give it."""
    match shape.type_name:
        case "structure":
            return {name: sample(shape.members[name]) for name in shape.required_members}
        case "list":
            return [sample(shape.member)]
        case "map":
            return {"key": sample(shape.value)}
        case "string":
            return shape.enum[0] if shape.enum else "text"
        case "boolean":
            return True
        case "timestamp":
            return 0
        case _:
            return 1


def test_the_table_in_the_documents_is_current():
    assert PATH.read_text() == table(), "run `make coverage` and read what changed"


@pytest.mark.parametrize(("service", "operation"), operations(exist=True))
def test_every_parameter_of_the_model_is_supported_or_refused(service: str, operation: Coverage):
    assert operation.unknown == []


@pytest.mark.parametrize(("service", "operation"), operations(exist=True))
def test_there_are_no_parameters_that_aws_does_not_have(service: str, operation: Coverage):
    known = {path for path, _ in _core.parameters(service, operation.name) or []}
    assert known <= {*operation.supported, *operation.refused}


@pytest.mark.parametrize(("service", "operation"), operations(exist=True))
def test_a_refused_parameter_says_so(service: str, operation: Coverage):
    model = botocore.session.get_session().get_service_model(service).operation_model(operation.name)
    client = dynacore.Database().client(service)
    for name in operation.refused:
        if name in model.input_shape.members:
            with pytest.raises(dynacore.exceptions.ClientError) as caught:
                client._execute(
                    service, operation.name, {name: sample(model.input_shape.members[name])}, False
                )
            error = caught.value.response["Error"]
            assert error["Code"] == "ValidationException"
            assert error["Message"].startswith(f"{name} is a parameter of DynamoDB that dynacore does not")


@pytest.mark.parametrize(("service", "operation"), operations(exist=False))
def test_an_operation_that_is_not_there_says_so(service: str, operation: Coverage):
    with pytest.raises(dynacore.exceptions.ClientError) as caught:
        dynacore.Database().client(service)._execute(service, operation.name, {}, False)
    error = caught.value.response["Error"]
    assert error["Code"] == "UnknownOperationException"
    assert "does not support yet" in error["Message"]
