//! A global table whose Regions other processes serve: the same replication, with questions in place of the network.
//!
//! Everything is pulled. Each process asks each other one, one question at a time ([`Peering::next_question`]), for the
//! changes behind the last one that it has applied, and applies what it is answered ([`Peering::absorb`]) by the code
//! that [`World`](super::World) uses. What a question names as applied is durable where it is asked, so the one that is asked may
//! forget it. A new replica is made and filled the same way. What was under way when a process ended is asked for again;
//! applying twice changes nothing.
//!
//! Each process keeps what it knows of a global table, which has a number that every change raises, and takes over what
//! is later ([`Revision`](crate::table::Revision)); a replica's status is its own to tell.

mod answering;
mod filling;
mod image;
mod membership;
mod message;
mod pruning;
mod pulling;
mod update;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::clock::Timestamp;

pub use message::{OPERATIONS_PREFIX, Question, Target};
pub use pulling::Step;

/// What one process keeps in mind of the others.
pub struct Peering {
    /// The Region that this process serves.
    region: String,
    /// The Regions of the others.
    peers: Vec<String>,
    /// The tables that another one has said it replicates with this one.
    listed: BTreeSet<(String, String)>,
    /// Tables that are to be made here, with the Region that they are filled from.
    making: BTreeMap<String, String>,
    /// Tables that cannot be made here, as their names are taken.
    refused: BTreeSet<String>,
    /// Questions that are to be asked next.
    questions: BTreeMap<String, VecDeque<Question>>,
    /// When old versions are removed next.
    prunes_at: Option<Timestamp>,
}

impl Peering {
    /// The mind of a process that serves a Region, with those that serve others.
    #[must_use]
    pub fn new(region: &str, peers: Vec<String>) -> Self {
        Self {
            region: region.to_owned(),
            peers,
            listed: BTreeSet::new(),
            making: BTreeMap::new(),
            refused: BTreeSet::new(),
            questions: BTreeMap::new(),
            prunes_at: None,
        }
    }

    /// Tables of others that cannot be made here, as their names are taken.
    #[must_use]
    pub fn refused(&self) -> &BTreeSet<String> {
        &self.refused
    }
}
