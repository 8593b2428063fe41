//! All exports of one account in one Region.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::random::Random;
use crate::request::transfer::job_arn::JobKind;
use crate::request::transfer::phase::{LISTED, Phase, TOKEN_VALIDITY};
use crate::store::{StoreError, Write};
use crate::table::{
    ExportHolds, ExportItems, ExportOrder, ExportPage, ExportReport, Job, Order, OutputFormat, PastHold,
    Period, SseAlgorithm, Table, Tables, export_ranges,
};

/// Exports under way at most (facts 9.3).
const EXPORTS_MAX: usize = 300;
/// What an incremental export is billed at least (measured, LAB DDB-EXPORT-019).
const INCREMENTAL_BYTES_MIN: u64 = 10_000_000;

/// What an ExportTableToPointInTime asks for.
#[derive(Clone, PartialEq, Debug)]
pub struct ExportRequest {
    /// `TableArn`.
    pub table_arn: String,
    /// `ExportTime`.
    pub export_time: Option<Timestamp>,
    /// The bucket.
    pub bucket: String,
    /// The account that is said to own it.
    pub owner: Option<String>,
    /// What the keys of the objects begin with.
    pub prefix: Option<String>,
    /// `S3SseAlgorithm`.
    pub sse_algorithm: Option<SseAlgorithm>,
    /// `S3SseKmsKeyId`.
    pub sse_kms_key_id: Option<String>,
    /// `ExportFormat`.
    pub format: OutputFormat,
    /// `ExportType`, which is told only where it was given (LAB DDB-EXPORT-017).
    pub type_: Option<&'static str>,
    /// `IncrementalExportSpecification`; `ExportToTime` is filled in.
    pub period: Option<Period>,
    /// Whether `ExportToTime` was given.
    pub period_ends: bool,
}

/// What an export reads: kept from the request on, so that it shows that moment whenever the work begins.
pub struct ExportSource {
    /// Where the items come from.
    pub items: ExportItems,
    /// The states that are read page by page: one, or the two ends of an incremental export's period.
    pub holds: Vec<PastHold>,
    /// The time whose items these are.
    pub export_time: Timestamp,
}

/// An export.
#[derive(Clone)]
pub struct Export {
    /// Its number: the first is 1.
    pub number: u64,
    /// `ExportArn`.
    pub arn: String,
    /// The last part of the ARN.
    pub id: String,
    /// `TableId`.
    pub table_id: String,
    /// The table's name.
    pub table: String,
    /// `ClientToken`.
    pub token: String,
    /// What was asked for.
    pub request: ExportRequest,
    /// `ExportTime`.
    pub export_time: Timestamp,
    /// When it was accepted.
    pub started: Timestamp,
    /// Where it stands.
    pub phase: Phase,
    /// What came of it.
    pub report: ExportReport,
    /// Its work, until that is done.
    order: Option<Arc<ExportOrder>>,
    holds: Vec<PastHold>,
}

impl Export {
    /// `ExportStatus`.
    #[must_use]
    pub fn status(&self) -> &'static str {
        match self.phase {
            Phase::Waiting { .. } | Phase::Working => "IN_PROGRESS",
            Phase::Ended { .. } if self.report.failure.is_some() => "FAILED",
            Phase::Ended { .. } => "COMPLETED",
        }
    }

    /// `BilledSizeBytes`.
    #[must_use]
    pub fn billed_bytes(&self) -> u64 {
        match self.request.period {
            Some(_) => self.report.bytes.max(INCREMENTAL_BYTES_MIN),
            None => self.report.bytes,
        }
    }
}

/// The exports, by number.
#[derive(Clone)]
pub struct Exports {
    exports: BTreeMap<u64, Export>,
    last_number: u64,
    random: Random,
    /// When the next one begins; kept so that a request need not look at all of them.
    next_event: Option<Timestamp>,
    /// What exports hold, as a durable store knows it.
    held: ExportHolds,
}

impl Exports {
    /// None yet. The seed determines their identifiers.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            exports: BTreeMap::new(),
            last_number: 0,
            random: Random::new(seed),
            next_event: None,
            held: ExportHolds::default(),
        }
    }

    /// The export that a token started less than eight hours ago, which may have ended in any way (LAB DDB-EXPORT-009,
    /// -010).
    ///
    /// # Errors
    /// `ExportConflictException` for a token of another request.
    pub fn with_token(
        &self,
        token: &str,
        request: &ExportRequest,
        now: Timestamp,
    ) -> Result<Option<&Export>, Error> {
        let valid = |export: &&Export| now.since(export.started) < TOKEN_VALIDITY;
        let found = self.exports.values().rev().take_while(valid).find(|export| export.token == token);
        let same = |known: &ExportRequest| {
            let mut known = known.clone();
            if !request.period_ends {
                // The end that was filled in is no part of what is compared.
                known.period =
                    known.period.zip(request.period).map(|(known, given)| Period { to: given.to, ..known });
            }
            known == *request
        };
        match found {
            Some(export) if !same(&export.request) => Err(Error::ExportConflict),
            found => Ok(found),
        }
    }

    /// Refuses more exports than there may be under way.
    ///
    /// # Errors
    /// `LimitExceededException`.
    pub fn check_limit(&self) -> Result<(), Error> {
        if self.exports.values().filter(|export| export.phase.ended().is_none()).count() < EXPORTS_MAX {
            return Ok(());
        }
        Err(Error::LimitExceeded(format!(
            "Subscriber limit exceeded: Only {EXPORTS_MAX} exports can be in progress at the same time"
        )))
    }

    /// Starts an export.
    pub fn start(
        &mut self,
        (token, request): (Option<String>, ExportRequest),
        (table, source): (&Table, ExportSource),
        (tables, orders): (&Tables, &mut Vec<Order>),
        now: Timestamp,
    ) -> &Export {
        self.forget(now);
        self.last_number += 1;
        let number = self.last_number;
        let settings = tables.settings();
        let id = format!("{:014}-{}", now.as_milliseconds(), self.random.hexadecimal(8));
        let arn = format!("{}/export/{id}", table.arn());
        let until = now + settings.table_transition;
        let export_time = source.export_time;
        let order = ExportOrder {
            job: Job::Export(number),
            arn: arn.clone(),
            id: id.clone(),
            account_id: settings.account_id.clone(),
            table_arn: table.arn().to_owned(),
            table_id: table.id().to_owned(),
            schema: table.schema().clone(),
            bucket: request.bucket.clone(),
            owner: request.owner.clone(),
            prefix: request.prefix.clone(),
            sse_algorithm: request.sse_algorithm.unwrap_or(SseAlgorithm::Aes256).name(),
            sse_kms_key_id: request.sse_kms_key_id.clone(),
            format: request.format,
            started: now,
            export_time,
            period: request.period,
            items: source.items,
            space: table.space(),
            partitions: export_ranges(table, now),
            seed: self.random.next_u64(),
        };
        source.holds.iter().for_each(|hold| self.held.add(hold.clone()));
        let export = Export {
            number,
            arn,
            id,
            table_id: table.id().to_owned(),
            table: table.definition().name.clone(),
            token: token.unwrap_or_else(|| self.random.uuid()),
            request,
            export_time,
            started: now,
            phase: Phase::Waiting { until },
            report: ExportReport::default(),
            order: Some(Arc::new(order)),
            holds: source.holds,
        };
        self.exports.insert(number, export);
        self.next_event = Some(self.next_event.map_or(until, |next| next.min(until)));
        self.tick(orders, now);
        &self.exports[&number]
    }

    /// The export of an ARN.
    ///
    /// # Errors
    /// `ExportNotFoundException`.
    pub fn find(&self, arn: &str) -> Result<&Export, Error> {
        let found = self.exports.values().find(|export| export.arn == arn);
        found.ok_or_else(|| JobKind::Export.not_found(&format!("Export not found: {arn}")))
    }

    /// Up to `limit` exports of a table, or of all, that were started before the one of number `before`, the last
    /// started first, and whether more follow. Those of a table that is gone are listed without its name only (LAB
    /// DDB-EXPORT-020).
    #[must_use]
    pub fn page(
        &self,
        table: Option<(&str, &Tables)>,
        before: Option<u64>,
        limit: usize,
        now: Timestamp,
    ) -> (Vec<&Export>, bool) {
        let is_of_table = |export: &&Export| {
            table.is_none_or(|(arn, tables)| {
                let found = tables.find(&export.table);
                export.request.table_arn == arn && found.is_some_and(|found| found.id() == export.table_id)
            })
        };
        let earlier = self.exports.range(..before.unwrap_or(u64::MAX)).rev().map(|(_, export)| export);
        let mut found = earlier.filter(|export| now.since(export.started) <= LISTED).filter(is_of_table);
        let page = found.by_ref().take(limit).collect();
        (page, found.next().is_some())
    }

    /// The exports of a database that goes on by itself: nobody does the work that was begun, so it begins again.
    #[must_use]
    pub fn resumed(mut self, now: Timestamp) -> Self {
        for export in self.exports.values_mut().filter(|export| export.phase == Phase::Working) {
            export.phase = Phase::Waiting { until: now };
            self.next_event = Some(self.next_event.map_or(now, |next| next.min(now)));
        }
        self
    }

    /// When the next export begins.
    #[must_use]
    pub fn next_event_at(&self) -> Option<Timestamp> {
        self.next_event
    }

    /// Hands out the work of the exports that are due.
    pub fn tick(&mut self, orders: &mut Vec<Order>, now: Timestamp) {
        if self.next_event.is_none_or(|next| next > now) {
            return;
        }
        for export in self.exports.values_mut().filter(|export| export.phase.is_due(now)) {
            export.phase = Phase::Working;
            orders.extend(export.order.clone().map(Order::Export));
        }
        self.next_event = self.exports.values().filter_map(|export| export.phase.until()).min();
    }

    /// A part of what an export of the past writes.
    ///
    /// # Errors
    /// `ExportNotFoundException` where nobody works on it any more, `InternalServerError` when the store fails.
    pub fn read_page(
        &self,
        number: u64,
        tables: &Tables,
        behind: Option<&[u8]>,
        count: usize,
    ) -> Result<ExportPage, Error> {
        let working = self.exports.get(&number).filter(|export| export.phase == Phase::Working);
        let export = working.ok_or_else(|| JobKind::Export.not_found("The export has ended"))?;
        tables.export_page(&export.holds, behind, count)
    }

    /// The change that stores what has changed since this was asked last, if anything has.
    pub fn take_change(&mut self) -> Option<Write> {
        self.held.take_change()
    }

    /// Gives up what the exports held that a crash or a closing interrupted.
    ///
    /// # Errors
    /// [`StoreError`] where the store fails, or what it holds makes no sense.
    pub fn restore(&mut self, tables: &mut Tables) -> Result<(), StoreError> {
        self.held.restore(tables)
    }

    /// Ends an export.
    pub fn end(&mut self, number: u64, report: ExportReport, tables: &mut Tables, now: Timestamp) {
        let working = self.exports.get_mut(&number).filter(|export| export.phase == Phase::Working);
        if let Some(export) = working {
            export.report = report;
            export.phase = Phase::Ended { at: now };
            export.order = None;
            for hold in std::mem::take(&mut export.holds) {
                self.held.release(&hold, tables, now);
            }
        }
    }

    /// Forgets what is no longer listed, so that a database that runs for years does not grow.
    fn forget(&mut self, now: Timestamp) {
        while let Some(first) = self.exports.first_entry() {
            if first.get().phase.ended().is_none() || now.since(first.get().started) <= LISTED {
                break;
            }
            first.remove();
        }
    }
}
