//! The program as a person starts and ends it.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::client::Client;
use crate::fixture::put;

struct Program {
    child: Child,
    output: BufReader<ChildStdout>,
    address: SocketAddr,
}

fn start(arguments: &[&str]) -> Program {
    let mut child = Command::new(env!("CARGO_BIN_EXE_dynacore-server"))
        .args(["--port", "0"])
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    let address = line.trim_end().strip_prefix("dynacore listens on http://").expect(&line).parse().unwrap();
    Program { child, output, address }
}

impl Program {
    /// Sends a signal, and gives the exit code and what it had still to say, on stdout and on stderr.
    fn end(mut self, signal: &str) -> (Option<i32>, String, String) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        let (mut said, mut warned) = (String::new(), String::new());
        self.output.read_to_string(&mut said).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut warned).unwrap();
        (self.child.wait().unwrap().code(), said, warned)
    }
}

#[test]
fn it_says_where_it_listens_and_ends_cleanly_when_told() {
    for signal in ["-TERM", "-INT"] {
        let program = start(&["--region", "eu-central-1"]);
        let mut client = Client::connect(program.address);
        client.send(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assert_eq!(client.receive().text(), "healthy: dynamodb.eu-central-1.amazonaws.com ");
        assert_eq!(program.end(signal), (Some(0), String::new(), String::new()));
    }
}

const CREATE_SMALL: &[u8] = br#"{"TableName":"cars","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
    "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],
    "ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1}}"#;

/// Writes as many items as ten seconds of a small table's capacity would allow; gives how many were refused.
fn overload(program: &Program) -> usize {
    let mut client = Client::connect(program.address);
    let created = client.call("CreateTable", CREATE_SMALL);
    assert_eq!(created.status, 200, "{}", created.text());
    let replies = (0..100).map(|number| client.call("PutItem", &put(&number.to_string(), "x")));
    replies
        .filter(|reply| reply.status != 200)
        .inspect(|reply| assert_eq!(reply.error(), "ProvisionedThroughputExceededException"))
        .count()
}

#[test]
fn it_says_once_why_a_table_throttles() {
    let program = start(&["--initial-burst-seconds", "0"]);
    assert!(overload(&program) > 1);
    let (code, _, warned) = program.end("-TERM");
    assert_eq!((code, warned.lines().count()), (Some(0), 1), "{warned}");
    assert!(warned.contains("table cars throttles") && warned.contains("--no-throttle"), "{warned}");
}

#[test]
fn throttling_can_be_switched_off() {
    let program = start(&["--initial-burst-seconds", "0", "--no-throttle"]);
    assert_eq!(overload(&program), 0);
    assert_eq!(program.end("-TERM"), (Some(0), String::new(), String::new()));
}

#[test]
fn it_refuses_arguments_that_make_no_sense() {
    for arguments in [["--account-id", "12"], ["--initial-burst-seconds", "301"], ["--port", "70000"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_dynacore-server")).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(arguments[0]));
    }
}
