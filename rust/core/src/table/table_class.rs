//! The class of a table's storage. It changes what a table costs, not what it does.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::Error;

/// Changes of a table's class in [`CHANGE_PERIOD`] at most (facts 4.1).
const CHANGES_MAX: usize = 2;
const CHANGE_PERIOD: Duration = Duration::from_secs(30 * 24 * 3_600);

/// `TableClass`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum TableClass {
    /// `STANDARD`.
    Standard,
    /// `STANDARD_INFREQUENT_ACCESS`.
    StandardInfrequentAccess,
}

impl TableClass {
    /// The class of a name, in AWS's order of the names.
    pub const CHOICES: [(&'static str, Self); 2] =
        [("STANDARD", Self::Standard), ("STANDARD_INFREQUENT_ACCESS", Self::StandardInfrequentAccess)];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Standard => "STANDARD",
            Self::StandardInfrequentAccess => "STANDARD_INFREQUENT_ACCESS",
        }
    }
}

/// The class of a table, as far as one was named, with its changes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ClassHistory {
    named: Option<TableClass>,
    /// When the latest changes were asked for; no more than count.
    changes: Vec<Timestamp>,
    updated: Option<Timestamp>,
}

impl ClassHistory {
    /// A table made with a class, or with none named, which is the standard one.
    #[must_use]
    pub fn new(named: Option<TableClass>) -> Self {
        Self { named, ..Self::default() }
    }

    /// The class that was named; the description leaves it out otherwise (LAB DDB-TABLE-026).
    #[must_use]
    pub fn named(&self) -> Option<TableClass> {
        self.named
    }

    /// `LastUpdateDateTime`.
    #[must_use]
    pub fn updated(&self) -> Option<Timestamp> {
        self.updated
    }

    /// Begins a change to a class; false where there is nothing to change.
    ///
    /// # Errors
    /// `LimitExceededException` where the changes are used up, also for one that changes nothing on a table whose
    /// class was named (LAB DDB-TABLE-283).
    pub(in crate::table) fn begin(&mut self, class: TableClass, now: Timestamp) -> Result<bool, Error> {
        if self.named.is_none() && class == TableClass::Standard {
            return Ok(false);
        }
        self.changes.retain(|changed| now.since(*changed) < CHANGE_PERIOD);
        if self.changes.len() >= CHANGES_MAX {
            return Err(Error::LimitExceeded(
                "Subscriber limit exceeded: Updates to TableClass are limited to 2 times in 30 day(s)."
                    .to_owned(),
            ));
        }
        if self.named == Some(class) {
            return Ok(false);
        }
        self.changes.push(now);
        Ok(true)
    }

    /// Ends the change to a class.
    pub(in crate::table) fn end(&mut self, class: TableClass, now: Timestamp) {
        self.named = Some(class);
        self.updated = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_changes_in_thirty_days() {
        let mut history = ClassHistory::new(None);
        let day = |day: i64| Timestamp::from_seconds(day * 86_400);
        assert_eq!(history.begin(TableClass::Standard, day(0)), Ok(false));
        for (at, class) in [(0, TableClass::StandardInfrequentAccess), (1, TableClass::Standard)] {
            assert_eq!(history.begin(class, day(at)), Ok(true));
            history.end(class, day(at));
        }
        let refused = history.begin(TableClass::StandardInfrequentAccess, day(29)).unwrap_err();
        assert_eq!(refused.code(), "LimitExceededException");
        // A change that is none is refused as well.
        assert_eq!(history.begin(TableClass::Standard, day(29)).unwrap_err(), refused);
        assert_eq!(history.begin(TableClass::StandardInfrequentAccess, day(30)), Ok(true));
    }
}
