//! The server from outside: bytes over a socket in, bytes out. Loopback only, every wait bounded.

mod client;
mod compression;
mod connections;
mod credentials;
mod fixture;
mod limits;
mod malformed;
mod protocol;
mod stopping;
