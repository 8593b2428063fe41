//! Bad input of every kind: the documented error, and the server stays up with everything it held.

use crate::client::{Client, SDK_HEADERS, call, request};
use crate::fixture::{Server, get, put};

/// A server that holds one item, which must survive whatever is sent.
struct Kept {
    server: Server,
    client: Client,
}

impl Kept {
    fn start() -> Self {
        let server = Server::start();
        let mut client = server.connect();
        assert_eq!(client.call("PutItem", &put("kept", "safe")).status, 200);
        Self { server, client }
    }

    fn expect(&mut self, operation: &str, body: &[u8], error: &str) {
        let reply = self.client.call(operation, body);
        let sent = String::from_utf8_lossy(&body[..body.len().min(200)]).into_owned();
        assert_eq!((reply.status, reply.error().as_str()), (400, error), "{sent}: {}", reply.text());
        self.is_as_before();
    }

    fn is_as_before(&mut self) {
        let mut other = self.server.connect();
        assert_eq!(other.call("GetItem", &get("kept")).json()["Item"]["text"]["S"], "safe");
        let count = other.call("Scan", br#"{"TableName":"cars","Select":"COUNT"}"#);
        assert_eq!(count.json()["Count"], 1);
    }
}

const SERIALIZATION: &str = "SerializationException";
const VALIDATION: &str = "ValidationException";

#[test]
fn every_truncation_of_a_request_is_malformed() {
    let mut kept = Kept::start();
    let whole = put("cut", "a\\u00e9\\n");
    for length in 0..whole.len() {
        let reply = kept.client.call("PutItem", &whole[..length]);
        assert_eq!((reply.status, reply.error().as_str()), (400, SERIALIZATION), "{length}");
    }
    kept.is_as_before();
}

#[test]
fn what_is_no_json_or_no_object_is_refused() {
    let mut kept = Kept::start();
    let bodies: [&[u8]; 26] = [
        b"",
        b"hi",
        b"}}}",
        b"}{",
        b"7",
        b"-",
        b"1e",
        b"\"x\"",
        b"null",
        b"true",
        b"[]",
        b"[{}]",
        b"{\"\"}",
        b"{7}",
        b"{3: }}",
        b"{,}",
        b"{{}}",
        b"\"a\": \"b\"",
        b"{\"TableName\":\"cars\"",
        b"{\"a\":1,}",
        b"{} {}",
        b"{'a':1}",
        b"{\"a\":\"\\x\"}",
        b"{\"a\":\"\\ud800\"}",
        b"{\"a\":\"\n\"}",
        b"\x00\x01\x02",
    ];
    for body in bodies {
        kept.expect("PutItem", body, SERIALIZATION);
    }
}

#[test]
fn text_that_is_not_utf8_is_refused_wherever_it_stands() {
    let mut kept = Kept::start();
    for bad in [&b"\xff"[..], b"\xc3", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80"] {
        let around = [
            (&b"{\"TableName\":\""[..], &b"\"}"[..]),
            (b"{\"Unknown\":\"", b"\"}"),
            (b"{\"", b"\":1}"),
            (b"", b"{}"),
        ];
        for (before, after) in around {
            kept.expect("GetItem", &[before, bad, after].concat(), SERIALIZATION);
        }
    }
}

#[test]
fn wrong_types_are_refused() {
    let mut kept = Kept::start();
    let bodies = [
        r#"{"TableName":5}"#,
        r#"{"TableName":["cars"]}"#,
        r#"{"TableName":{}}"#,
        r#"{"TableName":true}"#,
        r#"{"TableName":"cars","Item":[]}"#,
        r#"{"TableName":"cars","Item":"x"}"#,
        r#"{"TableName":"cars","Item":{"id":"x"}}"#,
        r#"{"TableName":"cars","Item":{"id":{"S":1}}}"#,
        r#"{"TableName":"cars","Item":{"id":{"N":1}}}"#,
        r#"{"TableName":"cars","Item":{"id":{"S":"bad"},"b":{"B":"not base64"}}}"#,
        r#"{"TableName":"cars","Item":{"id":{"S":"bad"},"b":{"BOOL":"true"}}}"#,
        r#"{"TableName":"cars","Item":{"id":{"S":"bad"},"l":{"L":{}}}}"#,
        r#"{"TableName":"cars","Item":{"id":{"S":"bad"},"s":{"SS":"a"}}}"#,
    ];
    for body in bodies {
        kept.expect("PutItem", body.as_bytes(), SERIALIZATION);
    }
}

#[test]
fn huge_numbers_are_refused_in_time() {
    let mut kept = Kept::start();
    let digits = "9".repeat(100_000);
    let numbers =
        ["1E999999999999", "1E126", "-1E-9999999", digits.as_str(), "", "x", "1e", "0x10", "NaN", "Infinity"];
    for number in numbers {
        let body = format!(r#"{{"TableName":"cars","Item":{{"id":{{"S":"bad"}},"n":{{"N":"{number}"}}}}}}"#);
        kept.expect("PutItem", body.as_bytes(), VALIDATION);
    }
    let body = format!(r#"{{"TableName":"cars","Limit":{digits}}}"#);
    let reply = kept.client.call("Scan", body.as_bytes());
    assert!(reply.status == 400 || reply.json()["Count"] == 1, "{}", reply.text());
    kept.is_as_before();
}

#[test]
fn deep_nesting_neither_hangs_nor_overflows() {
    let mut kept = Kept::start();
    for depth in [40, 1_000, 100_000] {
        let value = format!("{}{}", r#"{"L":["#.repeat(depth), "]}".repeat(depth));
        let body = format!(r#"{{"TableName":"cars","Item":{{"id":{{"S":"bad"}},"deep":{value}}}}}"#);
        let reply = kept.client.call("PutItem", body.as_bytes());
        assert!([SERIALIZATION, VALIDATION].contains(&reply.error().as_str()), "{depth}: {}", reply.text());
        let map = format!("{}{}{}", r#"{"M":{"a":"#.repeat(depth), r#"{"S":"x"}"#, "}}".repeat(depth));
        let body = format!(r#"{{"TableName":"cars","Item":{{"id":{{"S":"bad"}},"deep":{map}}}}}"#);
        let reply = kept.client.call("PutItem", body.as_bytes());
        assert!([SERIALIZATION, VALIDATION].contains(&reply.error().as_str()), "{depth}: {}", reply.text());
        for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("{", "}"), ("[", "")] {
            let nested = format!("{}{}", open.repeat(depth), close.repeat(depth));
            kept.client.call("ListTables", format!(r#"{{"Unknown":{nested}}}"#).as_bytes());
            let reply = kept.client.call("ListTables", nested.as_bytes());
            if open != "{\"a\":" {
                assert_eq!(reply.error(), SERIALIZATION);
            }
        }
    }
    kept.is_as_before();
}

#[test]
fn deep_expressions_neither_hang_nor_overflow() {
    let mut kept = Kept::start();
    for depth in [200, 5_000, 200_000] {
        for (open, close) in [("(", ")"), ("NOT ", ""), ("(", ""), ("size(", ")")] {
            let expression = format!("{}id = :v{}", open.repeat(depth), close.repeat(depth));
            let body = format!(
                r#"{{"TableName":"cars","FilterExpression":"{expression}","ExpressionAttributeValues":{{":v":{{"S":"kept"}}}}}}"#
            );
            let reply = kept.client.call("Scan", body.as_bytes());
            assert!(reply.status == 400 || reply.status == 200, "{}", reply.text());
            if depth > 5_000 {
                assert_eq!(reply.error(), VALIDATION, "{open}");
            }
        }
        let path = format!("a{}", "[0]".repeat(depth));
        let body = format!(r#"{{"TableName":"cars","ProjectionExpression":"{path}"}}"#);
        assert!(kept.client.call("Scan", body.as_bytes()).status <= 400);
    }
    kept.is_as_before();
}

#[test]
fn unknown_targets_are_unknown_operations() {
    let mut kept = Kept::start();
    let targets = [
        "",
        "whatever",
        ".",
        "DynamoDB_20120810",
        "DynamoDB_20120810.",
        "DynamoDB_20120810.ListTable",
        "DynamoDB_20120810.listtables",
        "DynamoDB_20120810.ListTables.x",
        "DynamoDB_20111205.ListTables",
        "dynamodb_20120810.ListTables",
        "AnyScaleFrontendService.ListTables",
    ];
    for target in targets {
        kept.client.send(&request(&format!("{SDK_HEADERS}X-Amz-Target: {target}\r\n"), b"{}"));
        let reply = kept.client.receive().checked();
        assert_eq!((reply.status, reply.error().as_str()), (400, "UnknownOperationException"), "{target}");
    }
    kept.client.send(&request(SDK_HEADERS, b"{}"));
    assert_eq!(kept.client.receive().checked().error(), "UnknownOperationException");
    kept.client.send(&request(&format!("{SDK_HEADERS}X-Amz-Target: \u{ff}\r\n"), b"{}"));
    assert_eq!(kept.client.receive().checked().error(), "UnknownOperationException");
    kept.is_as_before();
}

#[test]
fn what_is_no_http_is_refused_and_forgotten() {
    let mut kept = Kept::start();
    let good = call("ListTables", b"{}");
    let twice = String::from_utf8(good)
        .unwrap()
        .replace("Content-Length: 2", "Content-Length: 2\r\nContent-Length: 3");
    let requests: [&[u8]; 8] = [
        b"\r\n\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS hello, more or less\r\n\r\n",
        b"hello\r\n\r\n",
        b"POST / HTTP/9.9\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nbad header\r\n\r\n",
        twice.as_bytes(),
    ];
    for bytes in requests {
        let mut client = kept.server.connect();
        client.send(bytes);
        client.shut(std::net::Shutdown::Write);
        let answer = client.everything();
        assert!(
            answer.is_empty() || answer.starts_with(b"HTTP/1.1 4"),
            "{}",
            String::from_utf8_lossy(&answer)
        );
    }
    let mut client = kept.server.connect();
    client.send(
        format!("POST / HTTP/1.1\r\n{SDK_HEADERS}Transfer-Encoding: chunked\r\n\r\nnot a length\r\n")
            .as_bytes(),
    );
    client.shut(std::net::Shutdown::Write);
    let answer = client.everything();
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 400"), "{}", String::from_utf8_lossy(&answer));
    kept.is_as_before();
}
