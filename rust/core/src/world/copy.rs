//! Filling a new replica with the items that are there, while writes go on, and with the deletions that older writes may
//! still meet.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::table::{CopiedItem, CopyPlace, Tables};

/// Items of one message.
const MESSAGE_ITEMS_MAX: usize = 256;
/// After a failure it is tried again this much later.
const FAILURE_PAUSE: Duration = Duration::from_secs(1);

struct Message {
    items: Vec<CopiedItem>,
    is_end: bool,
    arrives_at: Timestamp,
}

/// The filling of one replica.
pub(super) struct Copy {
    /// The Region it comes from.
    pub(super) source: usize,
    /// Whether the replica's table exists.
    pub(super) is_made: bool,
    /// The attribute of the source's time to live.
    pub(super) time_to_live: Option<String>,
    place: CopyPlace,
    message: Option<Message>,
    /// When the next items are read.
    next_at: Timestamp,
    copied: u64,
    /// Items there were when it began.
    total: u64,
}

impl Copy {
    pub(super) fn new(source: usize, total: u64, now: Timestamp) -> Self {
        let time_to_live = None;
        Self {
            source,
            is_made: false,
            time_to_live,
            place: CopyPlace::default(),
            message: None,
            next_at: now,
            copied: 0,
            total,
        }
    }

    /// How far it has come.
    pub(super) fn percent(&self) -> u8 {
        let share = (self.copied * 100).checked_div(self.total).unwrap_or(0);
        u8::try_from(share.min(99)).unwrap_or(99)
    }

    /// Loses what is under way, which is read again.
    pub(super) fn drop_messages(&mut self) {
        self.message = None;
    }

    /// When something happens next, as long as messages pass.
    pub(super) fn next_event_at(&self) -> Timestamp {
        self.message.as_ref().map_or(self.next_at, |message| message.arrives_at)
    }

    /// Whether items are to be read now.
    pub(super) fn wants(&self, now: Timestamp) -> bool {
        self.is_made && self.message.is_none() && self.next_at <= now
    }

    /// Whether items have arrived.
    pub(super) fn has_arrived(&self, now: Timestamp) -> bool {
        self.message.as_ref().is_some_and(|message| message.arrives_at <= now)
    }

    /// Puts off what failed.
    pub(super) fn put_off(&mut self, now: Timestamp) {
        self.message = None;
        self.next_at = now + FAILURE_PAUSE;
    }

    /// Reads the next items, which arrive after `delay`; `pace` is how many a second.
    ///
    /// # Errors
    /// `InternalServerError`, or `ResourceNotFoundException` where the table is gone.
    pub(super) fn read(
        &mut self,
        name: &str,
        tables: &Tables,
        pace: Option<u64>,
        (now, delay): (Timestamp, Duration),
    ) -> Result<(), Error> {
        let count = pace.map_or(MESSAGE_ITEMS_MAX, |pace| usize::try_from(pace).unwrap_or(usize::MAX).max(1));
        let (items, is_end) = self.place.read(name, tables, count)?;
        self.message = Some(Message { items, is_end, arrives_at: now + delay });
        self.next_at = if pace.is_some() { now + Duration::from_secs(1) } else { now };
        Ok(())
    }

    /// Puts what has arrived into the replica. True once that was all.
    ///
    /// # Errors
    /// `InternalServerError`, or `ResourceNotFoundException` where the replica is gone.
    pub(super) fn deliver(&mut self, name: &str, tables: &mut Tables, now: Timestamp) -> Result<bool, Error> {
        let Some(message) = &self.message else { return Ok(false) };
        for item in &message.items {
            tables.apply_copy(name, item, now)?;
        }
        if !self.place.has_items {
            self.copied += message.items.len() as u64;
        }
        let is_complete = self.place.advance(message.items.last().map(CopiedItem::key), message.is_end);
        self.message = None;
        Ok(is_complete)
    }
}
