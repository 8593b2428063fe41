//! What all requests that are transactions share: TransactWriteItems, TransactGetItems and PartiQL's.
//!
//! - `action`: typed actions; whoever has a transaction's actions builds these and calls `execute`.
//! - `write`, `read`: a transaction's checks against its tables, its work and its answer.
//! - `open`: a transaction that only holds its items.
//! - `target`: the item that an action is about.
//! - `size`: how many actions and bytes there may be.
//! - `digest`: what two requests under one token must agree in.

mod action;
mod digest;
mod open;
mod read;
mod size;
mod target;
mod write;

pub(crate) use action::{ReadAction, WriteAction, WriteChange};
pub(crate) use digest::{item_digest, list_digest, map_digest, text_digest, value_digest};
pub(crate) use open::begin_transaction;
pub(crate) use read::ReadTransaction;
pub(crate) use size::{PAYLOAD_BYTES_MAX, check_action_count, payload_too_large};
pub(crate) use write::WriteTransaction;
