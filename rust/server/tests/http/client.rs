//! A client that sends exactly the bytes it is told to.

use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// No test waits longer for a byte: a server that hangs fails the test instead of the run.
const PATIENCE: Duration = Duration::from_secs(20);

/// What an SDK sends with every call; tests add a target and a body.
pub const SDK_HEADERS: &str = "Host: localhost\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Date: \
     20250101T000000Z\r\nAuthorization: AWS4-HMAC-SHA256 Credential=k/20250101/us-east-1/dynamodb/aws4_request, \
     SignedHeaders=host;x-amz-date, Signature=0\r\n";

pub struct Client {
    stream: BufReader<TcpStream>,
}

#[derive(Debug)]
pub struct Response {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Response {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The exception's name without its namespace.
    pub fn error(&self) -> String {
        let json = self.json();
        let name = json["__type"].as_str().unwrap_or_else(|| panic!("no error: {json}"));
        name.rsplit('#').next().unwrap().to_owned()
    }

    /// Fails unless it is as every reply has to be: an id, and a checksum of the body as sent.
    pub fn checked(self) -> Self {
        let id = self.header("x-amzn-requestid").expect("every reply has an id");
        assert!(
            id.len() == 52 && id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()),
            "{id}"
        );
        assert_eq!(self.header("x-amz-crc32"), Some(crc32fast::hash(&self.body).to_string().as_str()));
        assert_eq!(self.header("server"), Some("Server"));
        assert!(self.header("date").is_some());
        self
    }
}

/// A whole call of DynamoDB as bytes.
pub fn call(operation: &str, body: &[u8]) -> Vec<u8> {
    request(&format!("{SDK_HEADERS}X-Amz-Target: DynamoDB_20120810.{operation}\r\n"), body)
}

/// A POST with these headers.
pub fn request(headers: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes =
        format!("POST / HTTP/1.1\r\n{headers}Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

impl Client {
    pub fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream: BufReader::new(stream) }
    }

    pub fn send(&mut self, bytes: &[u8]) {
        self.stream.get_mut().write_all(bytes).unwrap();
    }

    /// Sends what the server may refuse to read to its end.
    pub fn send_ignoring_errors(&mut self, bytes: &[u8]) {
        let _ = self.stream.get_mut().write_all(bytes);
    }

    pub fn receive(&mut self) -> Response {
        let status_line = self.line();
        let status = status_line.split(' ').nth(1).unwrap_or_else(|| panic!("no reply: {status_line:?}"));
        let mut headers = Vec::new();
        loop {
            let line = self.line();
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').unwrap();
            headers.push((name.to_owned(), value.trim().to_owned()));
        }
        let mut response = Response { status: status.parse().unwrap(), headers, body: Vec::new() };
        let length = response.header("content-length").expect("replies have a length").parse().unwrap();
        response.body.resize(length, 0);
        self.stream.read_exact(&mut response.body).unwrap();
        response
    }

    /// A call and its reply.
    pub fn call(&mut self, operation: &str, body: &[u8]) -> Response {
        self.send(&call(operation, body));
        self.receive().checked()
    }

    /// Whether the server closes the connection; what it sends before that is dropped.
    pub fn is_closed(&mut self) -> bool {
        self.everything();
        true
    }

    /// Whether the server ends the connection though nothing is read from it.
    pub fn is_cut_off(&mut self) -> bool {
        (0..200).any(|_| {
            std::thread::sleep(Duration::from_millis(100));
            self.stream.get_mut().write_all(b" ").is_err()
        })
    }

    /// The status of an answer that another one follows.
    pub fn interim(&mut self) -> u16 {
        let status_line = self.line();
        assert_eq!(self.line(), "");
        status_line.split(' ').nth(1).unwrap().parse().unwrap()
    }

    /// Says that nothing more will be sent.
    pub fn shut(&mut self, how: Shutdown) {
        // The server may have closed first.
        let _ = self.stream.get_ref().shutdown(how);
    }

    /// What the server sends until it closes the connection.
    pub fn everything(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        match self.stream.read_to_end(&mut bytes) {
            Ok(_) => bytes,
            Err(error) if error.kind() == ErrorKind::ConnectionReset => bytes,
            Err(error) => panic!("the connection stays open: {error}"),
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}
