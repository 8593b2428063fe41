//! Transactions: several reads or writes that happen together or not at all (facts 13.1).
//!
//! - `commit`: the actions of one request, over several tables, in one commit of the store.
//! - `admission`: what all of them ask of throughput, together.
//! - `in_flight`: the items that transactions hold, and who conflicts with them.
//! - `token`: the client tokens that make a repeated request do nothing.

mod admission;
mod commit;
mod in_flight;
mod token;

pub use commit::{Transacted, TransactionPlan};
pub(in crate::table) use in_flight::InFlight;
pub(in crate::table) use token::TokenMemory;
pub use token::{TokenUse, TransactionToken};
