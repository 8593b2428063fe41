//! Where a database is among others.

use std::sync::{Arc, Weak};

use dynacore::error::Error;
use dynacore::request::{Operation, Response};
use dynacore::world::peers::Peering;

use crate::peers::Peers;
use crate::world::World;

/// A database's place: in a world of this process, or beside other processes.
pub(crate) enum Place {
    /// A Region of a world, by its position.
    Region {
        /// The world.
        world: Weak<World>,
        /// The position.
        region: usize,
    },
    /// One of several processes.
    Process(Weak<Peers>),
}

impl Place {
    /// Carries out what came to this place, unless it is work of its database alone. Asked before any lock is taken.
    pub(crate) fn execute(&self, operation: &Operation) -> Option<Result<Response, Error>> {
        match self {
            Self::Region { world, region } => world.upgrade()?.execute_at(*region, operation),
            Self::Process(peers) if Peering::concerns(operation) => Some(peers.upgrade()?.execute(operation)),
            Self::Process(_) => None,
        }
    }

    /// Whether the Region answers.
    pub(crate) fn is_up(&self) -> bool {
        match self {
            Self::Region { world, region } => world.upgrade().is_none_or(|world| world.is_up(*region)),
            Self::Process(_) => true,
        }
    }

    /// The world, where it is in one and while there is one.
    pub(crate) fn world(&self) -> Option<Arc<World>> {
        match self {
            Self::Region { world, .. } => world.upgrade(),
            Self::Process(_) => None,
        }
    }

    /// The other processes, likewise.
    pub(crate) fn peers(&self) -> Option<Arc<Peers>> {
        match self {
            Self::Region { .. } => None,
            Self::Process(peers) => peers.upgrade(),
        }
    }
}
