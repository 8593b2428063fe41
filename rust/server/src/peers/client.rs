//! Asking another process over HTTP.

use std::error::Error as _;
use std::time::Duration;

use bytes::Bytes;
use dynacore::world::peers::OPERATIONS_PREFIX;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::runtime;
use tokio::time::timeout;

use crate::peers::PeerAddress;

const CONNECT_SECONDS_MAX: Duration = Duration::from_secs(2);
const ANSWER_SECONDS_MAX: Duration = Duration::from_secs(30);
/// An answer has at most a page of items, and one item more.
const ANSWER_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Credentials are looked at and not verified, so any do.
const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 Credential=dynacore/20261121/us-east-1/dynamodb/aws4_request, \
                             SignedHeaders=host;x-amz-date, Signature=0";

/// A connection to one process, made when there is none.
pub(super) struct Client {
    address: PeerAddress,
    sender: Option<SendRequest<Full<Bytes>>>,
}

impl Client {
    pub(super) fn new(address: PeerAddress) -> Self {
        Self { address, sender: None }
    }

    /// Asks, and gives the body of the answer; what went wrong as text.
    pub(super) async fn ask(&mut self, operation: &str, body: Vec<u8>) -> Result<Bytes, String> {
        let mut sender = match self.sender.take().filter(|sender| !sender.is_closed()) {
            Some(sender) => sender,
            None => connect(&self.address).await?,
        };
        let request = Request::builder()
            .method(Method::POST)
            .uri("/")
            .header("host", self.address.authority())
            .header("authorization", AUTHORIZATION)
            .header("x-amz-date", "20261121T000000Z")
            .header("x-amz-target", format!("{OPERATIONS_PREFIX}.{operation}"))
            .header("content-type", "application/x-amz-json-1.0")
            .body(Full::new(Bytes::from(body)))
            .map_err(|error| error.to_string())?;
        let answer = async {
            sender.ready().await.map_err(|error| text_of(&error))?;
            let response = sender.send_request(request).await.map_err(|error| text_of(&error))?;
            let status = response.status();
            let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX).collect().await;
            Ok::<_, String>((status, body.map_err(|error| error.to_string())?.to_bytes()))
        };
        let (status, body) =
            timeout(ANSWER_SECONDS_MAX, answer).await.map_err(|_| "it does not answer".to_owned())??;
        self.sender = Some(sender);
        if status != StatusCode::OK {
            return Err(format!("it answered {status}: {}", String::from_utf8_lossy(&body)));
        }
        Ok(body)
    }
}

async fn connect(address: &PeerAddress) -> Result<SendRequest<Full<Bytes>>, String> {
    let stream = timeout(CONNECT_SECONDS_MAX, TcpStream::connect(address.authority()))
        .await
        .map_err(|_| "it cannot be connected to".to_owned())?
        .map_err(|error| error.to_string())?;
    // Without it an answer may wait for the acknowledgement of the question.
    stream.set_nodelay(true).map_err(|error| error.to_string())?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await.map_err(|error| text_of(&error))?;
    // Its errors are also those of the requests on it.
    tokio::spawn(connection);
    Ok(sender)
}

fn text_of(error: &hyper::Error) -> String {
    error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
}

/// Asks on a connection of its own, and waits.
pub(super) fn ask_once(address: &PeerAddress, operation: &str, body: Vec<u8>) -> Result<Bytes, String> {
    let runtime = runtime::Builder::new_current_thread().enable_io().enable_time().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    runtime.block_on(async { Client::new(address.clone()).ask(operation, body).await })
}
