"""What the tests of imports and exports share."""

import base64
import gzip
import json
import time
import uuid
from decimal import Decimal

from boto3.dynamodb.types import TypeSerializer

ITEMS = [
    {"driver": "minimal", "lap": Decimal(1)},
    {
        "driver": "text",
        "lap": Decimal(2),
        "unicode": "zażółć 日本語 🦑",
        "escapes": 'q" b\\ n\n t\t',
        "empty": "",
    },
    {
        "driver": "numbers",
        "lap": Decimal(3),
        "zero": Decimal(0),
        "digits": Decimal("1" * 38),
        "small": Decimal("1E-130"),
        "large": Decimal("9.99E+37"),
        "negative": Decimal("-17.5"),
    },
    {"driver": "binary", "lap": Decimal(4), "bytes": b"\x00\x01\xfe\xff", "none": b""},
    {"driver": "flags", "lap": Decimal(5), "yes": True, "no": False, "nothing": None},
    {
        "driver": "sets",
        "lap": Decimal(6),
        "texts": {"a", "b"},
        "numbers": {Decimal(1), Decimal("-2.5")},
        "binaries": {b"\x00", b"\x01"},
    },
    {
        "driver": "nested",
        "lap": Decimal(7),
        "list": ["s", Decimal(1), True, None, b"b", [], {}],
        "map": {"a.b": {"c": "d"}, "true": Decimal(1), "with space": "x", "$1": "y"},
    },
    {"driver": "big", "lap": Decimal(8), "filling": "y" * 300_000},
]

SERIALIZER = TypeSerializer()


def typed(item):
    return {name: SERIALIZER.serialize(value) for name, value in item.items()}


def wire(value):
    ((tag, content),) = value.items()
    match tag:
        case "B":
            return {tag: base64.b64encode(bytes(content)).decode()}
        case "BS":
            return {tag: [base64.b64encode(bytes(element)).decode() for element in content]}
        case "L":
            return {tag: [wire(element) for element in content]}
        case "M":
            return {tag: {name: wire(element) for name, element in content.items()}}
    return value


def line(item):
    return json.dumps({"Item": {name: wire(value) for name, value in typed(item).items()}})


def put(bucket, key, *lines, compress=False):
    path = bucket / key
    path.parent.mkdir(parents=True, exist_ok=True)
    body = "".join(f"{one}\n" for one in lines).encode()
    path.write_bytes(gzip.compress(body) if compress else body)


LAPS = {
    "TableName": "laps",
    "KeySchema": [
        {"AttributeName": "driver", "KeyType": "HASH"},
        {"AttributeName": "lap", "KeyType": "RANGE"},
    ],
    "AttributeDefinitions": [
        {"AttributeName": "driver", "AttributeType": "S"},
        {"AttributeName": "lap", "AttributeType": "N"},
    ],
    "BillingMode": "PAY_PER_REQUEST",
}


def request(**more):
    source = {"S3Bucket": "transfers", "S3KeyPrefix": "in/"}
    return {
        "ClientToken": str(uuid.uuid4()),
        "S3BucketSource": source,
        "InputFormat": "DYNAMODB_JSON",
        "TableCreationParameters": LAPS,
    } | more


def started(client, **more):
    return client.import_table(**request(**more))["ImportTableDescription"]


def _ended(describe):
    # The work is done beside; a virtual clock does it at once.
    while (told := describe())["Status"] == "IN_PROGRESS":
        time.sleep(0.01)
    return told


def imported(client, **more):
    arn = started(client, **more)["ImportArn"]

    def describe():
        told = client.describe_import(ImportArn=arn)["ImportTableDescription"]
        return told | {"Status": told["ImportStatus"]}

    return _ended(describe)


def recoverable(client, table="laps"):
    """Switch point-in-time recovery of a table on, which exports need."""
    client.update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )


def exported(client, **more):
    arn = client.export_table_to_point_in_time(**{"S3Bucket": "transfers", **more})
    arn = arn["ExportDescription"]["ExportArn"]

    def describe():
        told = client.describe_export(ExportArn=arn)["ExportDescription"]
        return told | {"Status": told["ExportStatus"]}

    return _ended(describe)


def counts(told):
    return told["ProcessedItemCount"], told["ImportedItemCount"], told["ErrorCount"]


def by_key(items):
    """Items in an order, their sets too: neither has one."""

    def ordered(value):
        ((tag, content),) = value.items()
        if tag in {"SS", "NS", "BS"}:
            return {tag: sorted(str(bytes(one) if tag == "BS" else one) for one in content)}
        if tag == "L":
            return {tag: [ordered(element) for element in content]}
        if tag == "M":
            return {tag: {name: ordered(element) for name, element in content.items()}}
        if tag == "N":
            return {tag: Decimal(content)}
        return {tag: bytes(content) if tag == "B" else content}

    found = [{name: ordered(value) for name, value in item.items()} for item in items]
    return sorted(found, key=lambda item: (item["driver"]["S"], item["lap"]["N"]))


def scanned(client, table="laps"):
    return by_key(client.scan(TableName=table, ConsistentRead=True)["Items"])
