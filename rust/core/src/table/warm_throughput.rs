//! Warm throughput: what a table or index can serve at once, without growing first (facts 2.5).

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::table::throughput::{Kind, Mode};

/// What a new on-demand table or index serves at once (facts 2.4).
const ON_DEMAND_READ: u64 = 12_000;
const ON_DEMAND_WRITE: u64 = 4_000;

/// `WarmThroughput` of a request; a member that is absent stays as it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct WarmRequest {
    /// `ReadUnitsPerSecond`.
    pub read: Option<i64>,
    /// `WriteUnitsPerSecond`.
    pub write: Option<i64>,
}

/// Why a request for warm throughput is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::table) struct TooLittle {
    /// Which of the two values.
    pub(in crate::table) kind: Kind,
}

impl WarmRequest {
    /// Whether it names nothing, which AWS takes for absent.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    fn units(self, kind: Kind) -> Option<i64> {
        match kind {
            Kind::Read => self.read,
            Kind::Write => self.write,
        }
    }
}

/// The warm throughput of a table or an index. It never goes down.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WarmThroughput {
    read: u64,
    write: u64,
    /// What it is being raised to, and until when.
    raise: Option<(Timestamp, u64, u64)>,
    /// Whether the request that made the table named it.
    named: bool,
}

/// What a mode serves at once when it begins.
fn floor(mode: Mode) -> (u64, u64) {
    match mode {
        Mode::Provisioned { read, write } => (read, write),
        Mode::PayPerRequest => (ON_DEMAND_READ, ON_DEMAND_WRITE),
    }
}

impl WarmThroughput {
    pub(in crate::table) fn new(mode: Mode, asked: WarmRequest) -> Self {
        let (read, write) = floor(mode);
        let raised = |units: u64, asked: Option<i64>| units.max(asked.map_or(0, i64::unsigned_abs));
        Self {
            read: raised(read, asked.read),
            write: raised(write, asked.write),
            raise: None,
            named: !asked.is_empty(),
        }
    }

    /// Units a second that are served at once.
    #[must_use]
    pub fn units(&self, kind: Kind) -> u64 {
        match kind {
            Kind::Read => self.read,
            Kind::Write => self.write,
        }
    }

    /// Whether the request that made the table named it: only then the answer to that request shows it (LAB
    /// DDB-TABLE-033).
    #[must_use]
    pub fn named(&self) -> bool {
        self.named
    }

    /// `Status`.
    #[must_use]
    pub fn status(&self) -> &'static str {
        if self.raise.is_some() { "UPDATING" } else { "ACTIVE" }
    }

    pub(in crate::table) fn until(&self) -> Option<Timestamp> {
        self.raise.map(|(until, ..)| until)
    }

    /// Whether a mode allows what a request for a new table or index asks for.
    pub(in crate::table) fn check_new(mode: Mode, asked: WarmRequest) -> Result<(), TooLittle> {
        let (read, write) = floor(mode);
        Self { read, write, raise: None, named: false }.check(asked)
    }

    /// Whether a request lowers nothing.
    pub(in crate::table) fn check(&self, asked: WarmRequest) -> Result<(), TooLittle> {
        let lower = |kind: &Kind| {
            asked.units(*kind).is_some_and(|units| i128::from(units) < i128::from(self.units(*kind)))
        };
        [Kind::Read, Kind::Write].into_iter().find(lower).map_or(Ok(()), |kind| Err(TooLittle { kind }))
    }

    /// Starts to raise; a later request wins over one that is under way (LAB DDB-TABLE-459).
    pub(in crate::table) fn begin(&mut self, asked: WarmRequest, until: Timestamp) {
        let raised = |units: u64, asked: Option<i64>| asked.map_or(units, i64::unsigned_abs);
        self.raise = Some((until, raised(self.read, asked.read), raised(self.write, asked.write)));
    }

    /// Ends a raise that is due; tells whether there was one.
    pub(in crate::table) fn settle(&mut self, now: Timestamp) -> bool {
        let Some((_, read, write)) = self.raise.take_if(|(until, ..)| *until <= now) else { return false };
        self.raise_to(read, write);
        true
    }

    /// A mode that began serves its own throughput at once.
    pub(in crate::table) fn follow(&mut self, mode: Mode) {
        let (read, write) = floor(mode);
        self.raise_to(read, write);
    }

    fn raise_to(&mut self, read: u64, write: u64) {
        self.read = self.read.max(read);
        self.write = self.write.max(write);
    }
}
