"""What the tests of bulk operations share."""

REQUEST = {
    "TableName": "cars",
    "InputS3Configuration": {"S3Bucket": "cars-to-load", "InputFormat": "DYNAMODB_JSON"},
    "OutputS3Configuration": {"S3Bucket": "reports", "OutputType": ["ERROR"]},
}


def create_table(client):
    client.create_table(
        TableName="cars",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    client.get_waiter("table_exists").wait(TableName="cars")


def start(client, **more):
    return client.start_bulk_put_items(**REQUEST | more)["BulkOperationDescription"]
