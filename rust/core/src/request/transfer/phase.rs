//! Where the work of an import or export stands.

use std::time::Duration;

use crate::clock::Timestamp;

/// How long a `ClientToken` names its import or export (service model).
pub const TOKEN_VALIDITY: Duration = Duration::from_secs(8 * 3_600);
/// How long an import or export is listed and described (service model).
pub const LISTED: Duration = Duration::from_secs(90 * 86_400);

/// Where work stands. It begins after the time that tables take to change, so that a virtual clock shows every status.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// Accepted; the work begins at `until`.
    Waiting {
        /// When it begins.
        until: Timestamp,
    },
    /// Being done outside of the engine.
    Working,
    /// Over.
    Ended {
        /// When it ended.
        at: Timestamp,
    },
}

impl Phase {
    /// When it begins by itself.
    #[must_use]
    pub fn until(self) -> Option<Timestamp> {
        match self {
            Self::Waiting { until } => Some(until),
            Self::Working | Self::Ended { .. } => None,
        }
    }

    /// When it ended.
    #[must_use]
    pub fn ended(self) -> Option<Timestamp> {
        match self {
            Self::Waiting { .. } | Self::Working => None,
            Self::Ended { at } => Some(at),
        }
    }

    /// Whether work that waits is due.
    #[must_use]
    pub fn is_due(self, now: Timestamp) -> bool {
        self.until().is_some_and(|until| until <= now)
    }
}
