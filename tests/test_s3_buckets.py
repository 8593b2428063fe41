"""Buckets of S3 at an endpoint that is not AWS's, named in three ways."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

import boto3
import pytest

import dynacore
from transfers import ITEMS, LAPS, by_key, exported, imported, recoverable, scanned, typed

LISTED_MAX = 2


class Handler(BaseHTTPRequestHandler):
    """The calls of S3 that a bucket needs: ListObjectsV2 with pages, GetObject and PutObject."""

    server: "Endpoint"

    def do_GET(self) -> None:
        place = urlsplit(self.path)
        bucket, _, key = unquote(place.path).lstrip("/").partition("/")
        if key:
            body = self.server.objects.get(f"{bucket}/{key}")
            missing = b"<Error><Code>NoSuchKey</Code><Message>no such key</Message></Error>"
            self.reply(404 if body is None else 200, missing if body is None else body)
            return
        asked = {name: values[0] for name, values in parse_qs(place.query).items()}
        assert asked["list-type"] == "2"
        start = f"{bucket}/{asked.get('prefix', '')}"
        keys = sorted(name.partition("/")[2] for name in self.server.objects if name.startswith(start))
        keys = [key for key in keys if key > asked.get("continuation-token", "")]
        page, more = keys[:LISTED_MAX], len(keys) > LISTED_MAX
        contents = "".join(f"<Contents><Key>{escape(key)}</Key></Contents>" for key in page)
        token = f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>" if more else ""
        truncated = f"<IsTruncated>{str(more).lower()}</IsTruncated>"
        self.reply(200, f"<ListBucketResult>{truncated}{token}{contents}</ListBucketResult>".encode())

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if "aws-chunked" in self.headers.get("Content-Encoding", ""):
            body = joined(body)
        self.server.objects[unquote(urlsplit(self.path).path).lstrip("/")] = body
        self.reply(200, b"")

    def reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def joined(body: bytes) -> bytes:
    """Put together what is sent in chunks, with a checksum behind them."""
    parts = []
    while True:
        line, _, body = body.partition(b"\r\n")
        size = int(line.partition(b";")[0], 16)
        if size == 0:
            return b"".join(parts)
        parts.append(body[:size])
        body = body[size + 2 :]


class Endpoint(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.objects: dict[str, bytes] = {}
        self.url = f"http://127.0.0.1:{self.server_port}"


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"):
        monkeypatch.setenv(f"AWS_{name}", "x")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    endpoint = Endpoint()
    thread = threading.Thread(target=endpoint.serve_forever)
    thread.start()
    yield endpoint
    endpoint.shutdown()
    thread.join()
    endpoint.server_close()


def check_there_and_back(client, s3):
    """Export to the bucket, and import from what is there."""
    client.create_table(**LAPS)
    recoverable(client)
    for item in ITEMS:
        client.put_item(TableName="laps", Item=typed(item))
    arn = client.describe_table(TableName="laps")["Table"]["TableArn"]
    told = exported(client, TableArn=arn, S3Bucket="transfers")
    assert told["ExportStatus"] == "COMPLETED", told
    data = f"AWSDynamoDB/{told['ExportArn'].rpartition('/')[2]}/data/"
    assert any(name.startswith(f"real/{data}") for name in s3.objects), list(s3.objects)
    source = {"S3Bucket": "transfers", "S3KeyPrefix": data}
    copy = {**LAPS, "TableName": "copy"}
    told = imported(client, S3BucketSource=source, InputCompressionType="GZIP", TableCreationParameters=copy)
    assert (told["ImportStatus"], told["ImportedItemCount"]) == ("COMPLETED", len(ITEMS)), told
    assert scanned(client, "copy") == by_key(map(typed, ITEMS))


def test_an_endpoint_is_given_with_the_bucket(s3):
    with dynacore.Database() as db:
        db.bucket("transfers", "s3://real", endpoint_url=s3.url)
        check_there_and_back(db.client(), s3)


def test_an_endpoint_is_in_the_environment(s3, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", s3.url)
    with dynacore.Database() as db:
        db.bucket("transfers", "s3://real")
        check_there_and_back(db.client(), s3)


def test_an_endpoint_is_an_option_of_the_server(s3):
    options = ["--port", "0", "--bucket", "transfers=s3://real", "--s3-endpoint-url", s3.url]
    command = [sys.executable, "-m", "dynacore", "serve", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        address = process.stdout.readline().decode().split()[-1]
        check_there_and_back(boto3.client("dynamodb", endpoint_url=address), s3)
        process.terminate()
