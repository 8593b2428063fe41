"""What the tests of bulk operations share."""

import time

REQUEST = {
    "TableName": "cars",
    "InputS3Configuration": {"S3Bucket": "cars-to-load", "InputFormat": "DYNAMODB_JSON"},
    "OutputS3Configuration": {"S3Bucket": "reports", "OutputType": ["ERROR"]},
}


def create_table(client, clock=None):
    """The table; on a virtual clock its transitions take ten seconds."""
    client.create_table(
        TableName="cars",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    if clock is None:
        client.get_waiter("table_exists").wait(TableName="cars")
    else:
        clock.advance(10)


def ended(client, arn):
    """The operation's description once it has ended; the work is done beside."""
    while True:
        told = client.describe_bulk_operation(BulkOperationArn=arn)["BulkOperationDescription"]
        if told["BulkOperationStatus"] not in {"IN_PROGRESS", "CANCELLING"}:
            return told
        time.sleep(0.01)


def start(client, **more):
    return client.start_bulk_put_items(**REQUEST | more)["BulkOperationDescription"]
