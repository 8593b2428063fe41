//! Compressed bodies, both ways.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::{GzDecoder, ZlibDecoder};
use flate2::write::{GzEncoder, ZlibEncoder};

use crate::client::{Client, Response, SDK_HEADERS, request};
use crate::fixture::{Server, get, put};

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

fn zlib(plain: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

fn call(client: &mut Client, operation: &str, headers: &str, body: &[u8]) -> Response {
    client.send(&request(
        &format!("{SDK_HEADERS}X-Amz-Target: DynamoDB_20120810.{operation}\r\n{headers}"),
        body,
    ));
    client.receive().checked()
}

#[test]
fn a_compressed_request_is_read() {
    let server = Server::start();
    let mut client = server.connect();
    let gzipped = call(&mut client, "PutItem", "Content-Encoding: gzip\r\n", &gzip(&put("a", "one")));
    assert_eq!(gzipped.text(), "{}");
    let deflated = call(&mut client, "PutItem", "Content-Encoding: deflate\r\n", &zlib(&put("b", "two")));
    assert_eq!(deflated.text(), "{}");
    assert_eq!(client.call("GetItem", &get("a")).json()["Item"]["text"]["S"], "one");
    assert_eq!(client.call("GetItem", &get("b")).json()["Item"]["text"]["S"], "two");
}

#[test]
fn a_body_that_is_not_of_its_coding_changes_nothing() {
    let server = Server::start();
    let mut client = server.connect();
    let whole = gzip(&put("a", "one"));
    let bad = [
        ("gzip", put("a", "one")),
        ("gzip", Vec::new()),
        ("gzip", whole[..whole.len() - 1].to_vec()),
        ("gzip", [whole.as_slice(), b"junk"].concat()),
        ("gzip", zlib(&put("a", "one"))),
        ("deflate", whole.clone()),
        ("deflate", b"{}".to_vec()),
        ("br", put("a", "one")),
        ("garbage", put("a", "one")),
    ];
    for (coding, body) in bad {
        let reply = call(&mut client, "PutItem", &format!("Content-Encoding: {coding}\r\n"), &body);
        assert_eq!((reply.status, reply.error().as_str()), (500, "InternalServerError"), "{coding}");
    }
    assert_eq!(client.call("GetItem", &get("a")).text(), "{}");
}

#[test]
fn a_small_body_that_becomes_too_large_is_refused() {
    let server = Server::start();
    let mut client = server.connect();
    let mut plain = put("a", "one");
    plain.resize(20 * 1024 * 1024, b' ');
    let bomb = gzip(&plain);
    assert!(bomb.len() < 100_000);
    let reply = call(&mut client, "PutItem", "Content-Encoding: gzip\r\n", &bomb);
    assert_eq!((reply.status, reply.body.len()), (413, 0));
    assert_eq!(client.call("GetItem", &get("a")).text(), "{}");
}

#[test]
fn a_long_answer_is_compressed_for_who_asks() {
    let server = Server::start();
    let mut client = server.connect();
    for length in [3_000, 5_000, 300_000] {
        let text = "x".repeat(length);
        client.call("PutItem", &put("long", &text));
        let plain = client.call("GetItem", &get("long"));
        assert_eq!((plain.header("content-encoding"), plain.body.len() > length), (None, true));
        let gzipped = call(&mut client, "GetItem", "Accept-Encoding: gzip, deflate\r\n", &get("long"));
        let deflated = call(&mut client, "GetItem", "Accept-Encoding: deflate\r\n", &get("long"));
        if length < 4_096 {
            assert_eq!((gzipped.body, deflated.body), (plain.body.clone(), plain.body));
            continue;
        }
        assert_eq!(gzipped.header("content-encoding"), Some("gzip"));
        let mut read = Vec::new();
        GzDecoder::new(gzipped.body.as_slice()).read_to_end(&mut read).unwrap();
        assert_eq!(read, plain.body);
        assert_eq!(deflated.header("content-encoding"), Some("deflate"));
        read.clear();
        ZlibDecoder::new(deflated.body.as_slice()).read_to_end(&mut read).unwrap();
        assert_eq!(read, plain.body);
    }
}
