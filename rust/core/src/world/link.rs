//! One direction of the replication of one table: pulled from the log of one Region, applied in another.

use std::collections::VecDeque;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::table::{OutgoingChange, ReplicaSettings, SettingChange, Tables, retry_pause};

/// Records read for one message.
const MESSAGE_RECORDS_MAX: usize = 256;
/// Messages under way at once: what they bring waits in memory.
const MESSAGES_MAX: usize = 64;
/// After a replica refused a change for its throughput, it is tried again this much later.
pub(super) const THROTTLE_PAUSE: Duration = Duration::from_millis(100);
/// The same after any other failure.
pub(super) const FAILURE_PAUSE: Duration = Duration::from_secs(1);

/// Changes under way.
struct Message {
    changes: VecDeque<OutgoingChange>,
    /// The number behind which the next message begins.
    read_up_to: u64,
    arrives_at: Timestamp,
}

/// See the module.
pub(super) struct Link {
    /// The last number that was read.
    sent: u64,
    /// The last number of which all that is before it is applied.
    applied: u64,
    messages: VecDeque<Message>,
    /// Changes of settings, with the time at which each arrives or is tried again.
    settings: VecDeque<(Timestamp, SettingChange)>,
    /// The replica refused a change; nothing is applied before.
    held_until: Option<Timestamp>,
}

/// A change that was applied.
pub(super) struct Applied {
    /// When it was made.
    pub(super) made: Timestamp,
}

impl Link {
    /// A link that begins behind a number.
    pub(super) fn new(behind: u64) -> Self {
        Self {
            sent: behind,
            applied: behind,
            messages: VecDeque::new(),
            settings: VecDeque::new(),
            held_until: None,
        }
    }

    /// The last number of which all that is before it is applied.
    pub(super) fn applied(&self) -> u64 {
        self.applied
    }

    /// Loses what is under way, which is read again.
    pub(super) fn drop_messages(&mut self) {
        self.messages.clear();
        self.sent = self.applied;
        self.held_until = None;
    }

    /// When the next message arrives or is tried again.
    pub(super) fn next_arrival(&self) -> Option<Timestamp> {
        let first = self.messages.front()?.arrives_at;
        Some(self.held_until.map_or(first, |until| first.max(until)))
    }

    /// When the next change of a setting arrives or is tried again.
    pub(super) fn next_setting(&self) -> Option<Timestamp> {
        self.settings.front().map(|(at, _)| *at)
    }

    /// Sends a change of a setting.
    pub(super) fn send_setting(&mut self, change: SettingChange, arrives_at: Timestamp) {
        self.settings.push_back((arrives_at, change));
    }

    /// Makes the changes of settings that have arrived, in order; one that comes while the table changes is tried again.
    pub(super) fn deliver_settings(
        &mut self,
        name: &str,
        own: &ReplicaSettings,
        tables: &mut Tables,
        now: Timestamp,
    ) {
        while let Some((at, change)) = self.settings.front_mut().filter(|(at, _)| *at <= now) {
            // What cannot be done here, such as a change to what is there already, changes nothing.
            let applied = tables.apply_setting(name, (change, own), now);
            if let Err(Error::ResourceInUse(_) | Error::Internal(_)) = applied {
                *at = now + FAILURE_PAUSE;
                return;
            }
            self.settings.pop_front();
        }
    }

    /// Whether it would read now, if the log of its Region has got to `last`.
    pub(super) fn wants(&self, last: u64) -> bool {
        last > self.sent && self.messages.len() < MESSAGES_MAX
    }

    /// Reads the next message from the tables of its Region; it takes `delay`.
    ///
    /// # Errors
    /// `InternalServerError`, or `ResourceNotFoundException` where the table is gone.
    pub(super) fn read(
        &mut self,
        name: &str,
        tables: &Tables,
        (now, delay): (Timestamp, Duration),
    ) -> Result<(), Error> {
        let page = tables.read_outgoing(name, self.sent, MESSAGE_RECORDS_MAX)?;
        self.sent = page.read_up_to;
        if page.changes.is_empty() && self.messages.is_empty() {
            self.applied = self.sent;
            return Ok(());
        }
        // Messages keep their order.
        let earliest = self.messages.back().map_or(now, |last| last.arrives_at);
        let (changes, arrives_at) = (page.changes.into(), earliest.max(now + delay));
        self.messages.push_back(Message { changes, read_up_to: page.read_up_to, arrives_at });
        Ok(())
    }

    /// Applies what has arrived, in order. Stops where the replica has no throughput left.
    pub(super) fn deliver(&mut self, name: &str, tables: &mut Tables, now: Timestamp) -> Vec<Applied> {
        let mut applied = Vec::new();
        while self.next_arrival().is_some_and(|at| at <= now) {
            self.held_until = None;
            let Some(message) = self.messages.front_mut() else { break };
            while let Some(change) = message.changes.front() {
                match tables.apply_change(name, change, now) {
                    Ok(_) => applied.push(Applied { made: change.at() }),
                    Err(error) => {
                        if let Some(pause) = retry_pause(&error) {
                            self.held_until = Some(now + pause);
                            return applied;
                        }
                    }
                }
                message.changes.pop_front();
            }
            self.applied = message.read_up_to;
            self.messages.pop_front();
        }
        applied
    }
}
