"""The public names, what importing them costs, and that the clients have what boto3's have."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import botocore.session
import pytest

import dynacore
import dynacore.exceptions
from dynacore._client import CLIENTS, PlainDynamoDBClient
from dynacore._paginator import PAGINATIONS
from dynacore._table_description import TableDescription


class SilentCore:
    """An engine that answers nothing, for clients that are only looked at."""

    def execute(
        self, service: str, operation: str, parameters: dict[str, Any], plain: bool
    ) -> dict[str, Any]:
        raise NotImplementedError


def make_client(service: str) -> Any:
    return CLIENTS[service](SilentCore(), "us-east-1", None)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def models() -> Any:
    return botocore.session.get_session()


def test_what_is_visible_is_what_is_declared():
    for name in dynacore.__all__:
        assert getattr(dynacore, name) is not None, "some come when they are first asked for"
    # Pytest adds names with an @ to modules whose asserts it explains, as to those of an editable install.
    visible = {name for name in vars(dynacore) if not name.startswith(("_", "@")) or name == "__version__"}
    # `testing` is there because pytest has imported the plugin, the others because a test has.
    assert visible - {"testing", "routing", "auto_scaling"} == {*dynacore.__all__, "annotations"}
    assert dir(dynacore) == sorted(dynacore.__all__)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="Galaxy"):
        _ = dynacore.Galaxy


def _imported(code: str) -> set[str]:
    """What a fresh Python has imported when it has run this."""
    command = [sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules)"]
    return set(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())


def test_import_leaves_others_alone():
    modules = _imported("import dynacore; dynacore.Database().close()")
    assert not modules & {"boto3", "botocore", "click", "rich", "matplotlib", "json", "threading"}
    # Each of these takes longer than all that is ours.
    assert not modules & {"typing", "re", "collections", "contextlib", "weakref"}
    own = {name for name in modules if name.startswith("dynacore")}
    assert own == {"dynacore", "dynacore._core", "dynacore._database", "dynacore._triggering"}


def test_a_server_imports_what_it_needs_only():
    # All of `dynacore serve` but the waiting for requests.
    code = (
        "from dynacore import _cli, _core\n_core.serve = print\n_cli.main(['serve'], standalone_mode=False)"
    )
    modules = _imported(code)
    assert not modules & {"boto3", "botocore", "rich", "json"}
    assert not modules & {"dynacore.exceptions", "dynacore._world", "dynacore._client"}


def test_the_version_is_the_workspaces():
    manifest = Path(__file__).parents[1].joinpath("Cargo.toml").read_text()
    assert f'version = "{dynacore.__version__}"' in manifest


@pytest.mark.parametrize("service", list(CLIENTS))
def test_a_client_has_every_operation_of_boto3s(service, models):
    model = models.get_service_model(service)
    mapping = make_client(service).meta.method_to_api_mapping
    assert sorted(mapping.values()) == sorted(model.operation_names)
    assert mapping == {botocore.xform_name(name): name for name in model.operation_names}


@pytest.mark.parametrize("service", list(CLIENTS))
def test_a_method_calls_its_operation(service, models):
    client = make_client(service)
    calls = []
    client._execute = lambda *call: calls.append(call) or {}
    for method, operation in client.meta.method_to_api_mapping.items():
        getattr(client, method)(Limit=1)
        assert calls.pop() == (service, operation, {"Limit": 1}, False)


@pytest.mark.parametrize("service", list(CLIENTS))
def test_an_error_class_exists_for_every_error_of_the_service(service, models):
    names = {shape.name for shape in models.get_service_model(service).error_shapes}
    assert names <= set(dynacore.exceptions.CLASSES)


@pytest.mark.parametrize("service", list(CLIENTS))
def test_paginators_are_boto3s(service, models):
    client = make_client(service)
    stored = models.get_component("data_loader").load_service_model(service, "paginators-1")["pagination"]
    for operation, page in stored.items():
        ours = PAGINATIONS[botocore.xform_name(operation)]
        result_keys = page["result_key"]
        result_keys = result_keys if isinstance(result_keys, list) else [result_keys]
        assert ours.input_token == page["input_token"]
        assert ours.output_token == page["output_token"]
        assert ours.limit_key == page.get("limit_key")
        assert list(ours.result_keys) == result_keys
        assert list(ours.first_page_keys) == page.get("non_aggregate_keys", [])
    paginated = [name for name in client.meta.method_to_api_mapping if client.can_paginate(name)]
    assert sorted(paginated) == sorted(botocore.xform_name(operation) for operation in stored)


# Types of operations that DynamoDB has under the same name.
RENAMED = {
    "ListScalableTargetTags": "ListTagsForResource",
    "TagScalableTarget": "TagResource",
    "UntagScalableTarget": "UntagResource",
}


def test_parameter_types_have_the_names_of_the_api(models):
    """Each TypedDict names the operation's members, and requires the same."""
    text = Path(dynacore.__file__).with_name("_parameters.pyi").read_text()
    pattern = r"^class (\w+?)(Request|Parameters)\((\w+)[^)]*\):\n(.*?)(?=^class |\Z)"
    checked = 0
    # Several services have a TagResource.
    sections = re.split("# DynamoDB Streams\n|# Application Auto Scaling\n|# CloudWatch\n", text)
    services = ("dynamodb", "dynamodbstreams", "application-autoscaling", "cloudwatch")
    for service, section in zip(services, sections, strict=True):
        classes = re.findall(pattern, section, re.M | re.S)
        bodies = {RENAMED.get(name, name) + kind: (parent, body) for name, kind, parent, body in classes}
        model = models.get_service_model(service)
        for operation in model.operation_names:
            request = operation + "Request"
            if request not in bodies:
                continue
            parent, body = bodies[request]
            if parent in bodies:
                body += bodies[parent][1]
            members = re.findall(r"^    (\w+): (Required)?", body, re.M)
            shape = model.operation_model(operation).input_shape
            assert {name for name, _ in members} == set(shape.members)
            assert {name for name, required in members if required} == set(shape.required_members)
            checked += 1
    assert checked == 98


def test_table_attributes_are_boto3s(models):
    members = models.get_service_model("dynamodb").shape_for("TableDescription").members
    ours = {name for name in vars(TableDescription) if not name.startswith("_")}
    assert ours == {botocore.xform_name(name) for name in members} - {"table_name"}


def test_client_meta_tells_what_it_is():
    meta = make_client("dynamodbstreams").meta
    assert meta.service_model.service_name == "dynamodbstreams"
    assert meta.region_name == "us-east-1"
    assert meta.endpoint_url == "https://streams.dynamodb.us-east-1.amazonaws.com"
    assert make_client("dynamodb").exceptions is dynacore.exceptions


def test_the_resources_client_takes_python_values_and_conditions():
    calls = []

    class Core:
        def execute(self, *call: Any) -> dict[str, Any]:
            calls.append(call)
            return {}

    client = PlainDynamoDBClient(Core(), "us-east-1", None)  # type: ignore[arg-type]
    client.put_item(TableName="t", Item={"k": 1}, ConditionExpression=dynacore.Attr("k").not_exists())
    expected = {
        "TableName": "t",
        "Item": {"k": 1},
        "ConditionExpression": "attribute_not_exists(#n0)",
        "ExpressionAttributeNames": {"#n0": "k"},
    }
    assert calls == [("dynamodb", "PutItem", expected, True, False)]
