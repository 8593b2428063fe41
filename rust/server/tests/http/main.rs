//! The server from outside: bytes over a socket in, bytes out. Loopback only, every wait bounded.

#![allow(
    clippy::unwrap_used,
    reason = "in a test an unexpected error is a failure; clippy excepts only #[test] functions"
)]

mod client;
mod command_line;
mod compression;
mod connections;
mod credentials;
mod fixture;
mod limits;
mod malformed;
mod protocol;
mod stopping;
