//! A lane: records of one shard that are handled one batch after the other.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value as Json;

use crate::clock::Timestamp;
use crate::table::StreamRecord;
use crate::trigger::failure::Condition;
use crate::trigger::options::MappingOptions;
use crate::trigger::outcome::{Outcome, Reported, read_reported};
use crate::trigger::record::{BatchRecord, LaneRecord};

/// Bytes of one call's records at most (facts 6.1), counted as the records' `SizeBytes`.
const BATCH_BYTES_MAX: usize = 6 * 1024 * 1024;
/// Bytes of a window's state at most (facts 6.1).
const STATE_BYTES_MAX: usize = 1024 * 1024;
/// How long a stream keeps records, and so the age after which nothing is tried again.
const RETENTION: Duration = Duration::from_secs(24 * 3_600);
/// From a failure to the next attempt; twice as long each time. AWS does not say what it does.
const FIRST_BACK_OFF: Duration = Duration::from_millis(100);
const LONGEST_BACK_OFF: Duration = Duration::from_secs(60);

/// A record on its way to a function.
pub(super) struct Delivery {
    pub(super) record: StreamRecord,
    pub(super) number: String,
    pub(super) sequence: u64,
    pub(super) created: Timestamp,
    pub(super) bytes: usize,
}

impl Delivery {
    pub(super) fn new(record: StreamRecord) -> Self {
        Self {
            number: record.sequence_number(),
            sequence: record.sequence(),
            created: record.created(),
            bytes: record.size(),
            record,
        }
    }
}

/// A call's part in a tumbling window.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct WindowPart {
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
    /// JSON that the calls of a window hand on.
    pub(super) state: String,
    pub(super) is_final: bool,
    pub(super) is_early: bool,
}

/// Records that are sent together.
#[derive(Clone)]
struct Batch {
    records: Vec<Arc<Delivery>>,
    failures: u32,
    ready_at: Timestamp,
    /// The last call of a window, which has no records; early because the state became too large.
    closes_window: Option<bool>,
}

/// What a lane wants done.
pub(super) enum Step {
    Invoke { records: Vec<Arc<Delivery>>, window: Option<WindowPart> },
    GiveUp(GivenUp),
}

/// Records that are not tried again.
pub(super) struct GivenUp {
    pub(super) records: Vec<Arc<Delivery>>,
    pub(super) condition: Condition,
    pub(super) invocations: u32,
}

/// The records of a shard whose items fall to this lane, in their order. One batch of them is under way at a time, so
/// that changes of an item are handled in order.
#[derive(Clone, Default)]
pub(super) struct Lane {
    queue: VecDeque<Arc<Delivery>>,
    queue_bytes: usize,
    /// Since when the queue waits to become a batch.
    opened: Timestamp,
    /// Batches in their order: what is tried again, and the halves of what was split.
    batches: VecDeque<Batch>,
    is_in_flight: bool,
    /// The window whose calls have begun.
    window: Option<(Timestamp, String)>,
    /// Records up to this number are not its any more: they were settled before the database was opened, or are in a
    /// batch.
    settled: u64,
}

impl Lane {
    pub(super) fn push(&mut self, delivery: Arc<Delivery>, now: Timestamp) {
        if delivery.sequence <= self.settled {
            return;
        }
        if self.queue.is_empty() {
            self.opened = now;
        }
        self.queue_bytes += delivery.bytes;
        self.queue.push_back(delivery);
    }

    /// Records that are not done.
    pub(super) fn len(&self) -> usize {
        self.queue.len() + self.batches.iter().map(|batch| batch.records.len()).sum::<usize>()
    }

    /// Whether all its records are in batches.
    pub(super) fn has_no_queue(&self) -> bool {
        self.queue.is_empty()
    }

    /// Whether nothing is left to do, but for the end of a window.
    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty() && self.batches.is_empty() && self.window.is_none()
    }

    /// Whether more records would make a batch sooner or larger.
    pub(super) fn wants_records(&self, options: &MappingOptions) -> bool {
        !self.is_in_flight && self.batches.is_empty() && self.queue.len() < options.batch_size
    }

    /// When there is something to do; the beginning of time where there is already. `end` is whether the shard has no
    /// more records, now (some) and ever (true).
    pub(super) fn next_event_at(&self, options: &MappingOptions, end: Option<bool>) -> Option<Timestamp> {
        if self.is_in_flight {
            return None;
        }
        if let Some(batch) = self.batches.front() {
            return Some(batch.ready_at);
        }
        let window_end = self.window_end(options);
        let Some(first) = self.queue.front() else {
            // A window is over when its time is, and all that was written in it has been read.
            return match (window_end, end) {
                (Some(_), Some(true)) => Some(Timestamp::default()),
                (Some(window_end), Some(false)) => Some(window_end),
                _ => None,
            };
        };
        if window_end.is_some_and(|window_end| first.created >= window_end) || self.is_full(options) {
            return Some(Timestamp::default());
        }
        let gathered = self.opened + options.batching_window;
        let closing = options.tumbling_window.map(|length| first.created.floor(length) + length);
        Some(closing.map_or(gathered, |closing| closing.min(gathered)))
    }

    fn is_full(&self, options: &MappingOptions) -> bool {
        self.queue.len() >= options.batch_size || self.queue_bytes >= BATCH_BYTES_MAX
    }

    fn window_end(&self, options: &MappingOptions) -> Option<Timestamp> {
        self.window.as_ref().zip(options.tumbling_window).map(|((start, _), length)| *start + length)
    }

    /// What is to be done now, if anything is.
    pub(super) fn step(
        &mut self,
        options: &MappingOptions,
        end: Option<bool>,
        now: Timestamp,
    ) -> Option<Step> {
        if self.next_event_at(options, end).is_none_or(|at| at > now) {
            return None;
        }
        if self.batches.is_empty() {
            let batch = self.cut(options, now);
            self.batches.push_back(batch);
        }
        if let Some(given_up) = self.give_up_old(options, now) {
            return Some(Step::GiveUp(given_up));
        }
        let batch = self.batches.front()?;
        self.is_in_flight = true;
        let window = options.tumbling_window.map(|length| {
            let state = |window: &(Timestamp, String)| window.clone();
            let first = batch.records.first().map_or(now, |first| first.created).floor(length);
            let (start, state) = self.window.as_ref().map_or_else(|| (first, "{}".to_owned()), state);
            let (is_final, is_early) = (batch.closes_window.is_some(), batch.closes_window == Some(true));
            WindowPart { start, end: start + length, state, is_final, is_early }
        });
        Some(Step::Invoke { records: batch.records.clone(), window })
    }

    /// Makes a batch of what waits, or the last call of a window.
    fn cut(&mut self, options: &MappingOptions, now: Timestamp) -> Batch {
        let first = self.queue.front().map(|first| first.created);
        let is_over = |end: Timestamp| first.is_none_or(|first| first >= end);
        let closes_window = self.window_end(options).filter(|end| is_over(*end)).map(|_| false);
        let mut batch = Batch { records: Vec::new(), failures: 0, ready_at: now, closes_window };
        if closes_window.is_some() {
            return batch;
        }
        let window =
            |delivery: &Delivery| options.tumbling_window.map(|length| delivery.created.floor(length));
        let mut bytes = 0;
        while let Some(next) = self.queue.front() {
            let fits = batch.records.first().is_none_or(|first: &Arc<Delivery>| {
                bytes + next.bytes <= BATCH_BYTES_MAX && window(first) == window(next)
            });
            if !fits || batch.records.len() == options.batch_size {
                break;
            }
            bytes += next.bytes;
            batch.records.extend(self.queue.pop_front());
        }
        self.queue_bytes -= bytes;
        self.opened = now;
        batch
    }

    /// Takes records that have become too old from the front of the batch.
    fn give_up_old(&mut self, options: &MappingOptions, now: Timestamp) -> Option<GivenUp> {
        let age_max = options.record_age_max.unwrap_or(RETENTION).min(RETENTION);
        let batch = self.batches.front_mut()?;
        let old = batch.records.iter().take_while(|record| now.since(record.created) > age_max).count();
        if old == 0 {
            return None;
        }
        let records = batch.records.drain(..old).collect();
        let invocations = batch.failures;
        if batch.records.is_empty() {
            self.batches.pop_front();
        }
        Some(GivenUp { records, condition: Condition::RecordAgeExceeded, invocations })
    }

    /// Goes on after a call; gives what is given up.
    pub(super) fn settle(
        &mut self,
        options: &MappingOptions,
        outcome: &Outcome,
        now: Timestamp,
    ) -> Option<GivenUp> {
        self.is_in_flight = false;
        // The next window of gathering begins when the call has ended (facts 6.1).
        self.opened = now;
        let batch = self.batches.pop_front()?;
        let Outcome::Returned(answer) = outcome else { return self.fail(batch, options, now) };
        let answer = answer.as_deref().map(serde_json::from_str::<Json>);
        let answer = match answer.transpose() {
            Ok(answer) => answer.unwrap_or(Json::Null),
            // An answer that is no JSON is the function's failure.
            Err(_) => return self.fail(batch, options, now),
        };
        let reported = if options.reports_failures {
            let numbers: Vec<&str> = batch.records.iter().map(|record| record.number.as_str()).collect();
            read_reported(&answer, &numbers)
        } else {
            Reported::Success
        };
        if reported == Reported::Failure || !self.keep_state(&batch, options, &answer) {
            return self.fail(batch, options, now);
        }
        match reported {
            Reported::From(position) => self.go_on_from(position, batch, options, now),
            Reported::Success | Reported::Failure => None,
        }
    }

    /// Hands the state of a window on; `false` where the answer of its function has none.
    fn keep_state(&mut self, batch: &Batch, options: &MappingOptions, answer: &Json) -> bool {
        let Some(length) = options.tumbling_window else { return true };
        if batch.closes_window.is_some() {
            self.window = None;
            return true;
        }
        let Some(state) = answer.get("state").filter(|state| state.is_object()) else { return false };
        let first = batch.records.first().map_or(Timestamp::default(), |first| first.created.floor(length));
        let start = self.window.take().map_or(first, |(start, _)| start);
        let state = state.to_string();
        if state.len() > STATE_BYTES_MAX {
            let close = Batch {
                records: Vec::new(),
                failures: 0,
                ready_at: Timestamp::default(),
                closes_window: Some(true),
            };
            self.batches.push_front(close);
        }
        self.window = Some((start, state));
        true
    }

    fn fail(&mut self, batch: Batch, options: &MappingOptions, now: Timestamp) -> Option<GivenUp> {
        if options.bisects && batch.records.len() > 1 {
            // A split uses no attempt up, and the halves need not wait: each split leaves less.
            let Batch { mut records, failures, .. } = batch;
            let second = records.split_off(records.len().div_ceil(2));
            for records in [second, records] {
                let half = Batch { records, failures, ready_at: now, closes_window: None };
                self.batches.push_front(half);
            }
            return None;
        }
        let failures = batch.failures + 1;
        self.try_again(Batch { failures, ..batch }, options, now)
    }

    /// Goes on at the first record that was reported: those before it are done. It has failed once more if nothing was
    /// done, and once otherwise.
    fn go_on_from(
        &mut self,
        position: usize,
        mut batch: Batch,
        options: &MappingOptions,
        now: Timestamp,
    ) -> Option<GivenUp> {
        if position == 0 {
            return self.fail(batch, options, now);
        }
        batch.records.drain(..position);
        self.try_again(Batch { failures: 1, ..batch }, options, now)
    }

    fn try_again(&mut self, batch: Batch, options: &MappingOptions, now: Timestamp) -> Option<GivenUp> {
        let invocations = batch.failures;
        if options.retry_attempts_max.is_none_or(|most| invocations <= most) {
            let ready_at = now + back_off(invocations);
            self.batches.push_front(Batch { ready_at, ..batch });
            return None;
        }
        if batch.closes_window.is_some() {
            self.window = None;
        }
        let condition = Condition::RetryAttemptsExhausted;
        Some(GivenUp { records: batch.records, condition, invocations })
    }

    /// Lets the batch that is under way be sent again.
    pub(super) fn recall(&mut self) {
        self.is_in_flight = false;
    }

    /// What a store has to know, where its shard was read up to a number.
    pub(super) fn record(&self, behind: u64) -> LaneRecord {
        let next = self.queue.front().map(|first| first.sequence - 1);
        let batch = |batch: &Batch| BatchRecord {
            range: batch.records.first().zip(batch.records.last()).map(|(a, b)| (a.sequence, b.sequence)),
            failures: batch.failures,
            ready_at: batch.ready_at,
            closes_window: batch.closes_window,
        };
        LaneRecord {
            behind: next.unwrap_or(behind.max(self.settled)),
            batches: self.batches.iter().map(batch).collect(),
            window: self.window.clone(),
        }
    }

    /// As a store says that it was, but for the records of its batches, which follow.
    pub(super) fn adopt(record: &LaneRecord) -> Self {
        let batch = |batch: &BatchRecord| Batch {
            records: Vec::new(),
            failures: batch.failures,
            ready_at: batch.ready_at,
            closes_window: batch.closes_window,
        };
        Self {
            batches: record.batches.iter().map(batch).collect(),
            window: record.window.clone(),
            settled: record.behind,
            ..Self::default()
        }
    }

    /// Gives a record to the batch that had it.
    pub(super) fn readmit(&mut self, record: &LaneRecord, delivery: Arc<Delivery>) {
        let has = |batch: &BatchRecord| {
            batch.range.is_some_and(|(first, last)| (first..=last).contains(&delivery.sequence))
        };
        let place = record.batches.iter().position(has);
        if let Some(batch) = place.and_then(|place| self.batches.get_mut(place)) {
            batch.records.push(delivery);
        }
    }

    /// Drops the batches whose records are all gone.
    pub(super) fn end_readmission(&mut self) {
        self.batches.retain(|batch| !batch.records.is_empty() || batch.closes_window.is_some());
    }

    /// Whether records behind a number are settled already.
    pub(super) fn is_ahead_of(&self, number: u64) -> bool {
        self.settled > number
    }

    /// Drops the state of the window whose calls have begun: windows have another length from now on.
    pub(super) fn forget_window(&mut self) {
        self.window = None;
        let under_way = usize::from(self.is_in_flight);
        let rest = self.batches.split_off(under_way.min(self.batches.len()));
        self.batches.extend(rest.into_iter().filter(|batch| batch.closes_window.is_none()));
    }
}

/// How long to wait after so many failures.
fn back_off(failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    (FIRST_BACK_OFF * 2_u32.pow(doublings)).min(LONGEST_BACK_OFF)
}
