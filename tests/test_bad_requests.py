"""Bad requests over HTTP: the documented error, and the server goes on and loses nothing."""

import base64
import gzip
import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
import zlib
from contextlib import closing
from urllib.parse import urlsplit

import pytest

SECONDS = 30
MALFORMED = "SerializationException"
AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=dynacore/20250101/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature=0"
)


class Endpoint:
    """Where the server listens, and the request that must go on working."""

    def __init__(self, address):
        parts = urlsplit(address)
        self.host, self.port = parts.hostname, parts.port

    def connect(self):
        return closing(http.client.HTTPConnection(self.host, self.port, timeout=SECONDS))

    def send(self, connection, body, target="DynamoDB_20120810.GetItem", **headers):
        connection.request(
            "POST",
            "/",
            body,
            {
                "Content-Type": "application/x-amz-json-1.0",
                "X-Amz-Target": target,
                "X-Amz-Date": "20250101T000000Z",
                "Authorization": AUTHORIZATION,
                **{name.replace("_", "-"): value for name, value in headers.items()},
            },
        )
        response = connection.getresponse()
        return response.status, response.read(), response

    def post(self, body, target="DynamoDB_20120810.GetItem", **headers):
        """Status and JSON of the answer to a request on a connection of its own."""
        with self.connect() as connection:
            status, answer, response = self.send(connection, body, target, **headers)
        assert zlib.crc32(answer) == int(response.headers["x-amz-crc32"])
        assert len(response.headers["x-amzn-RequestId"]) == 52
        return status, json.loads(answer)

    def refuse(self, body, target="DynamoDB_20120810.GetItem", **headers):
        """Code and message of the refusal."""
        status, answer = self.post(body, target, **headers)
        assert status == 400, answer
        return answer["__type"].split("#")[-1], answer.get("message", answer.get("Message", ""))

    def raw(self, data):
        """All that the server says to these bytes until it ends the connection."""
        with closing(socket.create_connection((self.host, self.port), SECONDS)) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            said = b""
            while chunk := connection.recv(65536):
                said += chunk
        return said


GOOD = json.dumps({"TableName": "kept", "Key": {"id": {"S": "1"}}}).encode()
KEPT = {"id": {"S": "1"}, "n": {"N": "5"}}


@pytest.fixture
def endpoint(servers):
    """A server with one item, which answers and still has it when the test is over."""
    served = servers({})
    client = served.client("dynamodb")
    client.create_table(
        TableName="kept",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    client.put_item(TableName="kept", Item=KEPT)
    endpoint = Endpoint(served.address)
    yield endpoint
    assert endpoint.post(GOOD) == (200, {"Item": KEPT})
    assert client.scan(TableName="kept")["Items"] == [KEPT]
    served.clear()


@pytest.mark.parametrize("length", [1, 2, 13, 14, 20, len(GOOD) - 2, len(GOOD) - 1])
def test_truncated_json(endpoint, length):
    assert endpoint.refuse(GOOD[:length])[0] == MALFORMED


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"nonsense",
        b"{'TableName': 'kept'}",
        b'{"TableName": kept}',
        b'{"TableName": "kept",}',
        b'{"TableName" "kept"}',
        b'{TableName: "kept"}',
        b'{"TableName": "kept"} {}',
        b'{"TableName": "kept"}x',
        b'{"TableName": "\x01"}',
        b'{"TableName": "\\x"}',
        b'{"TableName": "\\u12"}',
        b'{"TableName": "\\ud800"}',
        b'{"TableName": 01}',
        b'{"TableName": +1}',
        b'{"TableName": 1.}',
        b'{"TableName": NaN}',
        b'{"TableName": tru}',
        b"\xef\xbb\xbf{}",
        b'{"TableName": "\xff\xfe"}',
        b'{"TableName": "\xc3"}',
        b'{"TableName": "\xed\xa0\x80"}',
        b'{"\xff": 1}',
        b"\x00" * 100,
        GOOD.decode().encode("utf-16"),
    ],
)
def test_what_is_no_json(endpoint, body):
    assert endpoint.refuse(body)[0] == MALFORMED


@pytest.mark.parametrize("body", [b"[]", b"[{}]", b"null", b"true", b"7", b"1e5", b'"text"'])
def test_json_that_is_no_object(endpoint, body):
    assert endpoint.refuse(body)[0] == MALFORMED


WRONG = [None, True, 7, 1.5, "text", [], [[]], [{}], {}, {"a": {}}, {"S": "x"}, [None], {"a": None}]
SHAPES = {
    "GetItem": {
        "TableName": "kept",
        "Key": {"id": {"S": "1"}},
        "ConsistentRead": True,
        "ProjectionExpression": "id",
        "ExpressionAttributeNames": {"#n": "n"},
    },
    "Query": {
        "TableName": "kept",
        "KeyConditionExpression": "id = :i",
        "ExpressionAttributeValues": {":i": {"S": "1"}},
        "Limit": 5,
        "ScanIndexForward": False,
        "Select": "COUNT",
        "ExclusiveStartKey": {"id": {"S": "1"}},
    },
    "UpdateTable": {"TableName": "kept", "ProvisionedThroughput": {"ReadCapacityUnits": 1}},
    "CreateTable": {
        "TableName": "kept",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    },
    "BatchGetItem": {"RequestItems": {"kept": {"Keys": [{"id": {"S": "1"}}]}}},
    "BatchWriteItem": {"RequestItems": {"missing": [{"PutRequest": {"Item": {"id": {"S": "1"}}}}]}},
}


def variants(value):
    """The value with each of its parts, in turn, replaced by each wrong one."""
    yield from (wrong for wrong in WRONG if type(wrong) is not type(value) or isinstance(wrong, (dict, list)))
    if isinstance(value, dict):
        for name, part in value.items():
            for variant in variants(part):
                yield {**value, name: variant}
    if isinstance(value, list):
        for index, part in enumerate(value):
            for variant in variants(part):
                yield [*value[:index], variant, *value[index + 1 :]]


@pytest.mark.parametrize("operation", SHAPES)
def test_wrong_types_everywhere(endpoint, operation):
    statuses = set()
    with endpoint.connect() as connection:
        for body in variants(SHAPES[operation]):
            status, answer, _ = endpoint.send(connection, json.dumps(body), f"DynamoDB_20120810.{operation}")
            document = json.loads(answer)
            assert status in (200, 400), (body, answer)
            if status == 400:
                code = document["__type"].split("#")[1]
                assert code in (
                    MALFORMED,
                    "ValidationException",
                    "ResourceNotFoundException",
                    "ResourceInUseException",
                )
            statuses.add(status)
    assert 400 in statuses


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"TableName": 7}, "NUMBER_VALUE cannot be converted to String"),
        ({"TableName": 7.5}, "DECIMAL_VALUE cannot be converted to String"),
        ({"TableName": True}, "TRUE_VALUE cannot be converted to String"),
        ({"TableName": False}, "FALSE_VALUE cannot be converted to String"),
        ({"TableName": {}}, "Start of structure or map found where not expected"),
        ({"TableName": "kept", "ConsistentRead": []}, None),
        ({"TableName": "kept", "Key": "x"}, None),
        ({"TableName": "kept", "Key": {"id": "x"}}, None),
        ({"TableName": "kept", "Key": {"id": {"B": "not base64!"}}}, None),
    ],
)
def test_what_wrong_types_are_told(endpoint, body, message):
    code, said = endpoint.refuse(json.dumps(body))
    assert code == MALFORMED
    assert message is None or said == message
    assert said


DEEP = 50_000


@pytest.mark.parametrize(
    ("begin", "end"),
    [("[", "]"), ('{"a":', "}"), ('{"L":[', "]}"), ('{"M":{"a":', "}}"), ("[", ""), ('{"M":{"a":', "")],
)
@pytest.mark.parametrize(
    "where", ['{"TableName":"kept","Item":{"id":{"S":"1"},"v":%s}}', '{"Unknown":%s}', "%s"]
)
def test_nesting_thousands_deep(endpoint, begin, end, where):
    body = where % (begin * DEEP + '{"S":"x"}' + end * DEEP)
    status, answer = endpoint.post(body, "DynamoDB_20120810.PutItem")
    assert status == 400
    assert answer["__type"].split("#")[1] in (MALFORMED, "ValidationException")


@pytest.mark.parametrize(
    ("operation", "member"),
    [
        ("Scan", "FilterExpression"),
        ("PutItem", "ConditionExpression"),
        ("UpdateItem", "UpdateExpression"),
        ("GetItem", "ProjectionExpression"),
        ("Query", "KeyConditionExpression"),
    ],
)
@pytest.mark.parametrize(
    "text",
    [
        "(" * DEEP + "id = id" + ")" * DEEP,
        "(" * 2000 + "id = id" + ")" * 2000,
        "(" * 1000 + "id",
        "NOT " * 1000 + "attribute_exists(id)",
        "size(" * 800 + "id" + ")" * 800,
        "a" + ".a" * 2000,
        "a" + "[0]" * 1300,
        "SET a = " + "if_not_exists(a, " * 200 + "id" + ")" * 200,
        "SET a = " + "(" * 2000 + "id" + ")" * 2000,
        "id = id AND " * 300 + "id = id",
        "a, " * 1300 + "b",
    ],
)
def test_expressions_nested_thousands_deep(endpoint, operation, member, text):
    body = {"TableName": "missing", member: text}
    if operation == "PutItem":
        body["Item"] = {"id": {"S": "1"}}
    elif operation in ("GetItem", "UpdateItem"):
        body["Key"] = {"id": {"S": "1"}}
    code, message = endpoint.refuse(json.dumps(body), f"DynamoDB_20120810.{operation}")
    assert code in ("ValidationException", "ResourceNotFoundException")
    assert len(message) < 10_000


@pytest.mark.parametrize(
    "number",
    [
        "9" * 100_000,
        "1e" + "9" * 1000,
        "1e-" + "9" * 1000,
        "0." + "0" * 100_000 + "1",
        "-" * 1000 + "1",
        "1e+" * 1000,
    ],
)
def test_huge_numbers_as_values(endpoint, number):
    body = {"TableName": "kept", "Item": {"id": {"S": "2"}, "n": {"N": number}}}
    assert endpoint.refuse(json.dumps(body), "DynamoDB_20120810.PutItem")[0] == "ValidationException"


@pytest.mark.parametrize(
    "number", ["1" * 400, "1e400", "-1e400", "1e-400", "9" * 19, "-" + "9" * 19, "2147483648"]
)
def test_huge_numbers_as_parameters(endpoint, number):
    status, answer = endpoint.post(f'{{"TableName":"kept","Limit":{number}}}', "DynamoDB_20120810.Scan")
    assert status in (200, 400)
    if status == 400:
        assert answer["__type"].split("#")[1] in (MALFORMED, "ValidationException")


def test_a_body_of_sixteen_megabytes(endpoint):
    limit = 16 * 1024 * 1024
    whole = GOOD + b" " * (limit - len(GOOD))
    assert endpoint.post(whole) == (200, {"Item": KEPT})
    blob = base64.b64encode(bytes(11_000_000)).decode()
    body = {"TableName": "kept", "Item": {"id": {"S": "2"}, "b": {"B": blob}}}
    code, message = endpoint.refuse(json.dumps(body), "DynamoDB_20120810.PutItem")
    assert (code, message) == ("ValidationException", "Item size has exceeded the maximum allowed size")


@pytest.mark.parametrize("size", [16 * 1024 * 1024 + 1, 20_000_000])
def test_a_larger_body_is_refused(endpoint, size):
    with endpoint.connect() as connection:
        try:
            status, _, _ = endpoint.send(connection, b" " * size)
        except (BrokenPipeError, ConnectionResetError):
            # Refused while it was being sent, which is what the limit is for.
            return
    assert status == 413


def test_a_length_that_is_promised_and_does_not_come(endpoint):
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{"
    said = endpoint.raw(head)
    assert said == b"" or b" 400 " in said.split(b"\r\n")[0]


@pytest.mark.parametrize(
    "target",
    [
        "",
        "GetItem",
        "DynamoDB_20120810",
        "DynamoDB_20120810.",
        "DynamoDB_20120810.Nonsense",
        "DynamoDB_20111205.GetItem",
        "DynamoDB_20120810.getitem",
        ".",
        "..",
        "x" * 5000,
        "AnyScaleFrontendService.GetItem",
    ],
)
def test_unknown_targets(endpoint, target):
    assert endpoint.refuse(GOOD, target)[0] == "UnknownOperationException"


@pytest.mark.parametrize("operation", ["PutAnomalyDetector", "PutMetricStream"])
def test_operations_that_are_not_there_yet(endpoint, operation):
    code, message = endpoint.refuse(b"{}", f"GraniteServiceVersion20100801.{operation}")
    assert code == "UnknownOperationException"
    assert message == f"{operation} is an operation of cloudwatch that dynacore does not support yet"


def test_a_compressed_request(endpoint):
    assert endpoint.post(gzip.compress(GOOD), Content_Encoding="gzip") == (200, {"Item": KEPT})


@pytest.mark.parametrize(
    "body",
    [
        GOOD,
        b"",
        gzip.compress(GOOD)[:-5],
        b"\x1f\x8b\x08\x00" + b"\xff" * 50,
        gzip.compress(GOOD)[:10] + bytes(40),
    ],
)
def test_bad_compression(endpoint, body):
    # A 500 is what the service itself answers to a coding it cannot read.
    status, answer = endpoint.post(body, Content_Encoding="gzip")
    assert (status, answer["__type"].split("#")[-1]) == (500, "InternalServerError")


def test_a_compressed_body_that_is_too_large(endpoint):
    bomb = gzip.compress(bytes(200_000_000), compresslevel=1)
    assert len(bomb) < 2_000_000
    with endpoint.connect() as connection:
        status, _, _ = endpoint.send(connection, bomb, Content_Encoding="gzip")
    assert status == 413


def test_an_encoding_that_nobody_knows(endpoint):
    status, answer = endpoint.post(GOOD, Content_Encoding="nonsense")
    assert (status, answer["__type"].split("#")[-1]) == (500, "InternalServerError")


@pytest.mark.parametrize(
    "data",
    [
        b"nonsense\r\n\r\n",
        b"GET\r\n\r\n",
        b"POST / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\x00" * 1000,
        b"POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST / HTTP/1.1\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
        b"POST /" + b"x" * 100_000 + b" HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\n" + b"X: y\r\n" * 10_000 + b"\r\n",
    ],
)
def test_what_is_no_http(endpoint, data):
    try:
        said = endpoint.raw(data)
    except OSError:
        # The server ended the connection before all was sent.
        return
    assert said == b"" or (said.startswith(b"HTTP/1.") and said.split()[1].startswith(b"4"))


def test_other_methods_and_paths(endpoint):
    for method, path in (("PUT", "/"), ("DELETE", "/"), ("POST", "/nonsense"), ("GET", "/nonsense")):
        with endpoint.connect() as connection:
            connection.request(method, path, GOOD)
            response = connection.getresponse()
            response.read()
            assert 400 <= response.status < 500 or response.status == 200


def test_a_connection_goes_on_after_a_refusal(endpoint):
    with endpoint.connect() as connection:
        for _ in range(20):
            assert endpoint.send(connection, b"nonsense")[0] == 400
            assert endpoint.send(connection, b"{}", "Nonsense.Nonsense")[0] == 400
            assert endpoint.send(connection, GOOD)[0] == 200


def test_many_at_once(endpoint):
    failures = []

    def work(number):
        try:
            for turn in range(15):
                body = (GOOD[: turn + 1], b"[" * 20_000, b"\xff" * 1000, b'{"TableName": 7}')[
                    (turn + number) % 4
                ]
                assert endpoint.refuse(body)[0] == MALFORMED
                assert endpoint.post(GOOD) == (200, {"Item": KEPT})
                with endpoint.connect() as connection:
                    connection.connect()
                    connection.sock.sendall(b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n{")
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert not failures


def test_sigterm_ends_what_has_begun_and_then_the_server():
    command = [sys.executable, "-m", "dynacore", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            endpoint = Endpoint("http://" + process.stdout.readline().split("http://")[1].split()[0])
            with endpoint.connect() as idle, endpoint.connect() as busy:
                assert endpoint.send(idle, b"{}", "DynamoDB_20120810.ListTables")[0] == 200
                busy.putrequest("POST", "/")
                for name, value in (
                    ("X-Amz-Target", "DynamoDB_20120810.ListTables"),
                    ("Authorization", AUTHORIZATION),
                    ("X-Amz-Date", "20250101T000000Z"),
                    ("Content-Type", "application/x-amz-json-1.0"),
                    ("Content-Length", "2"),
                    ("Expect", "100-continue"),
                ):
                    busy.putheader(name, value)
                busy.endheaders()
                # The server asks for the body once it has begun the request; only looked at here.
                assert busy.sock.recv(1, socket.MSG_PEEK) == b"H"
                process.send_signal(signal.SIGTERM)
                busy.send(b"{}")
                response = busy.getresponse()
                assert (response.status, json.loads(response.read())) == (200, {"TableNames": []})
                assert process.wait(SECONDS) == 0
        finally:
            if process.poll() is None:
                process.kill()
