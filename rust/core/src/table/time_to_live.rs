//! Time to live: which attribute says when an item ends, and where a table is in switching that on or off.
//!
//! A table with it keeps an index of its items by the second of their end, in a space of its own. The index changes
//! in the item's own commit, so removing what has ended costs what is removed, and a table without it pays nothing.

mod expiry;
mod removal;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Batch, Space, Write};
use crate::table::catalog::State;
use crate::table::refusal::not_found;
use crate::table::replication::SettingChange;
use crate::table::tables::Tables;
use crate::value::KeyBytes;

pub(in crate::table) use expiry::{ExpiryChange, ExpiryIndex};

/// From one change of a table's setting to the next that is allowed. The documents say an hour; live tables were
/// measured to allow it after about half of one (facts 8), so a program that waits the hour works in both.
pub const CHANGE_INTERVAL: Duration = Duration::from_secs(3_600);

/// Where a table is in switching its time to live.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
enum Phase {
    #[default]
    Disabled,
    /// Being filled with the items that the table has.
    Enabling {
        index: ExpiryIndex,
        until: Timestamp,
        behind: Option<KeyBytes>,
    },
    Enabled {
        index: ExpiryIndex,
    },
    Disabling {
        attribute: String,
        until: Timestamp,
    },
}

/// A table's time to live.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct TimeToLive {
    phase: Phase,
    /// When the setting was last changed.
    changed: Option<Timestamp>,
}

impl TimeToLive {
    /// `TimeToLiveStatus`.
    #[must_use]
    pub fn status(&self) -> &'static str {
        match self.phase {
            Phase::Disabled => "DISABLED",
            Phase::Enabling { .. } => "ENABLING",
            Phase::Enabled { .. } => "ENABLED",
            Phase::Disabling { .. } => "DISABLING",
        }
    }

    /// The attribute that says when an item ends, in epoch seconds; forgotten once the setting is off (LAB
    /// DDB-TABLE-144).
    #[must_use]
    pub fn attribute(&self) -> Option<&str> {
        match &self.phase {
            Phase::Disabled => None,
            Phase::Enabling { index, .. } | Phase::Enabled { index } => Some(index.attribute()),
            Phase::Disabling { attribute, .. } => Some(attribute),
        }
    }

    /// The index that writes keep up, where there is one.
    pub(in crate::table) fn index(&self) -> Option<&ExpiryIndex> {
        match &self.phase {
            Phase::Enabling { index, .. } | Phase::Enabled { index } => Some(index),
            Phase::Disabled | Phase::Disabling { .. } => None,
        }
    }

    pub(in crate::table) fn index_mut(&mut self) -> Option<&mut ExpiryIndex> {
        match &mut self.phase {
            Phase::Enabling { index, .. } | Phase::Enabled { index } => Some(index),
            Phase::Disabled | Phase::Disabling { .. } => None,
        }
    }

    /// Whether what happens next is the removal of items.
    pub(in crate::table) fn removes(&self) -> bool {
        matches!(self.phase, Phase::Enabled { .. })
    }

    /// When something happens by itself: a phase ends, or an item does.
    pub(in crate::table) fn next_event_at(&self) -> Option<Timestamp> {
        match &self.phase {
            Phase::Disabled => None,
            Phase::Enabling { until, .. } | Phase::Disabling { until, .. } => Some(*until),
            Phase::Enabled { index } => index.next_removal_at(),
        }
    }

    /// Refuses a change that changes nothing, or comes too soon after the last; the content is checked first (LAB
    /// DDB-TABLE-143).
    fn check(&self, attribute: &str, enabled: bool, now: Timestamp) -> Result<(), Error> {
        let active = match &self.phase {
            Phase::Disabled | Phase::Disabling { .. } => None,
            Phase::Enabling { index, .. } | Phase::Enabled { index } => Some(index.attribute()),
        };
        match active {
            None if !enabled => return Err(Error::validation("TimeToLive is already disabled")),
            Some(active) if active != attribute => {
                return Err(Error::Validation(format!(
                    "TimeToLive is active on a different AttributeName: current AttributeName is {active}"
                )));
            }
            Some(_) if enabled => return Err(Error::validation("TimeToLive is already enabled")),
            None | Some(_) => {}
        }
        if self.changed.is_some_and(|changed| now.since(changed) < CHANGE_INTERVAL) {
            return Err(Error::validation(
                "Time to live has been modified multiple times within a fixed interval",
            ));
        }
        Ok(())
    }
}

impl Tables {
    /// Switches a table's time to live.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `ResourceInUseException` while the table is made or removed,
    /// `ValidationException` for a change that is none or comes too soon, `InternalServerError`.
    pub fn update_time_to_live(
        &mut self,
        name: &str,
        attribute: &str,
        enabled: bool,
        now: Timestamp,
    ) -> Result<(), Error> {
        let table = self.by_name.get(name).ok_or_else(|| not_found(name))?;
        let doing = match table.state {
            State::Active | State::Updating { .. } => None,
            State::Creating { .. } | State::Importing => Some("created"),
            State::Deleting { .. } => Some("deleted"),
        };
        if let Some(doing) = doing {
            return Err(Error::ResourceInUse(format!(
                "Attempt to change a resource which is still in use: Table {name} is being {doing}"
            )));
        }
        table.refuse_strong("Time to live is")?;
        table.time_to_live.check(attribute, enabled, now)?;
        self.switch_time_to_live(name, attribute, enabled, now)
    }

    /// Switches a table's time to live, where that changes something.
    ///
    /// # Errors
    /// `ResourceInUseException` while the table is made, `InternalServerError`.
    pub(in crate::table) fn switch_time_to_live(
        &mut self,
        name: &str,
        attribute: &str,
        enabled: bool,
        now: Timestamp,
    ) -> Result<(), Error> {
        let until = now + self.settings.table_transition;
        let table = self.by_name.get(name).ok_or_else(|| not_found(name))?;
        if matches!(table.state, State::Creating { .. } | State::Importing) {
            return Err(Error::ResourceInUse(format!("Table {name} is being created")));
        }
        if table.time_to_live.index().is_some() == enabled {
            return Ok(());
        }
        let phase = if enabled {
            let space = self.new_space();
            let index = ExpiryIndex::new(attribute, space, self.settings.time_to_live_delay);
            Phase::Enabling { index, until, behind: None }
        } else {
            self.clear_expiries(name)?;
            Phase::Disabling { attribute: attribute.to_owned(), until }
        };
        let table = self.change(name).expect("invariant: found above");
        table.time_to_live = TimeToLive { phase, changed: Some(now) };
        table.note_setting(SettingChange::TimeToLive { attribute: attribute.to_owned(), enabled });
        self.expect_transition(name, until);
        Ok(())
    }

    fn clear_expiries(&mut self, name: &str) -> Result<(), Error> {
        let space: Option<Space> =
            self.by_name.get(name).and_then(|table| table.time_to_live.index()).map(ExpiryIndex::space);
        let writes = space.into_iter().map(Write::Clear).collect();
        self.store.commit(Batch { writes })?;
        Ok(())
    }

    /// A table's time to live.
    ///
    /// # Errors
    /// `ResourceNotFoundException`; `ValidationException` while the table is made or removed.
    pub fn time_to_live(&self, name: &str) -> Result<&TimeToLive, Error> {
        let table = self.by_name.get(name).ok_or_else(|| not_found(name))?;
        match table.state {
            State::Active | State::Updating { .. } => Ok(&table.time_to_live),
            State::Creating { .. } | State::Importing | State::Deleting { .. } => {
                let state = table.state.name();
                Err(Error::Validation(format!(
                    "Cannot describe time to live while table is in {state} state: Current table state is {state}"
                )))
            }
        }
    }
}
