//! All imports of one account in one Region.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::random::Random;
use crate::request::create_table::CreateTable;
use crate::request::transfer::creation_parameters::TableCreationParametersInput;
use crate::request::transfer::job_arn::JobKind;
use crate::request::transfer::phase::{LISTED, Phase, TOKEN_VALIDITY};
use crate::table::{Job, LoadOrder, LoadReport, NO_SUCH_BUCKET, ObjectSource, Order, Tables};

/// Imports under way at most (service model).
const IMPORTS_MAX: usize = 50;

/// What an ImportTable asks for.
#[derive(Clone)]
pub struct ImportRequest {
    /// Where the items are.
    pub source: ObjectSource,
    /// `S3KeyPrefix` as it was given.
    pub key_prefix: Option<String>,
    /// `TableCreationParameters` as they were given.
    pub parameters: Arc<TableCreationParametersInput>,
    /// Whether `InputFormatOptions` were given, with a delimiter and with a list of names.
    pub options: Option<(Option<String>, Option<Vec<String>>)>,
}

/// An import.
#[derive(Clone)]
pub struct Import {
    /// Its number: the first is 1.
    pub number: u64,
    /// `ImportArn`.
    pub arn: String,
    /// The table's name.
    pub table: String,
    /// `TableArn`.
    pub table_arn: String,
    /// `TableId`.
    pub table_id: String,
    /// `ClientToken`.
    pub token: String,
    /// What was asked for.
    pub request: ImportRequest,
    /// When it was accepted.
    pub started: Timestamp,
    /// Where it stands.
    pub phase: Phase,
    /// What came of it; nothing is told before it has ended (measured).
    pub report: LoadReport,
}

impl Import {
    /// `ImportStatus`.
    #[must_use]
    pub fn status(&self) -> &'static str {
        match self.phase {
            Phase::Waiting { .. } | Phase::Working => "IN_PROGRESS",
            Phase::Ended { .. } if self.failure().is_some() => "FAILED",
            Phase::Ended { .. } => "COMPLETED",
        }
    }

    /// `FailureCode` and `FailureMessage`: one item that was not put makes an import fail, and those that were put stay
    /// (LAB DDB-IMPORT-013).
    #[must_use]
    pub fn failure(&self) -> Option<(String, String)> {
        self.phase.ended()?;
        let invalid = "Some of the items failed validation checks and were not imported. Please check CloudWatch error \
                       logs for more details.";
        match &self.report.failure {
            Some(failure) => Some((failure.code.clone(), failure.message.clone())),
            None if self.report.errors > 0 => Some(("ItemValidationError".to_owned(), invalid.to_owned())),
            None => None,
        }
    }

    fn order(&self, account_id: &str) -> Order {
        Order::Load(LoadOrder {
            job: Job::Import(self.number),
            arn: self.arn.clone(),
            account_id: account_id.to_owned(),
            source: self.request.source.clone(),
            output: None,
            units_per_second: None,
        })
    }
}

/// The imports, by number.
#[derive(Clone)]
pub struct Imports {
    imports: BTreeMap<u64, Import>,
    last_number: u64,
    random: Random,
    /// When the next one begins; kept so that a request need not look at all of them.
    next_event: Option<Timestamp>,
}

impl Imports {
    /// None yet. The seed determines their identifiers.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { imports: BTreeMap::new(), last_number: 0, random: Random::new(seed), next_event: None }
    }

    /// Starts an import, or gives the one that the same token started.
    ///
    /// Only another table's name conflicts with a token; everything else of the request is not compared. A table that is
    /// there is looked for before the token (measured: LAB DDB-IMPORT-017, -019).
    ///
    /// # Errors
    /// `ResourceInUseException`, `ImportConflictException`, `LimitExceededException`, or what the table is refused with.
    pub fn start(
        &mut self,
        (token, request): (Option<String>, ImportRequest),
        create: &CreateTable,
        (tables, orders): (&mut Tables, &mut Vec<Order>),
        now: Timestamp,
    ) -> Result<&Import, Error> {
        self.forget(now);
        let name = &create.definition().name;
        let known = token.as_ref().and_then(|token| self.with_token(token, now));
        let is_filling = known.is_some_and(|known| known.table == *name && known.phase.ended().is_none());
        if !is_filling && tables.find(name).is_some() {
            return Err(Error::ResourceInUse(format!("Table already exists: {name}")));
        }
        if let Some(known) = known {
            let number = known.number;
            return if known.table == *name {
                Ok(&self.imports[&number])
            } else {
                Err(Error::ImportConflict)
            };
        }
        if self.imports.values().filter(|import| import.phase.ended().is_none()).count() >= IMPORTS_MAX {
            return Err(Error::LimitExceeded(format!(
                "Subscriber limit exceeded: Only {IMPORTS_MAX} imports can be in progress at the same time"
            )));
        }
        let until = now + tables.settings().table_transition;
        let account = tables.settings().account_id.clone();
        tables.create(create.definition().clone(), create.indexes(), now)?;
        tables.begin_import(name);
        let table = tables.find(name).expect("invariant: it was just made");
        self.last_number += 1;
        let number = self.last_number;
        let import = Import {
            number,
            arn: format!(
                "{}/import/{:014}-{}",
                table.arn(),
                now.as_milliseconds(),
                self.random.hexadecimal(8)
            ),
            table: name.clone(),
            table_arn: table.arn().to_owned(),
            table_id: table.id().to_owned(),
            token: token.unwrap_or_else(|| self.random.uuid()),
            request,
            started: now,
            phase: Phase::Waiting { until },
            report: LoadReport::default(),
        };
        self.imports.insert(number, import);
        self.next_event = Some(self.next_event.map_or(until, |next| next.min(until)));
        self.tick(&account, orders, now);
        Ok(&self.imports[&number])
    }

    /// The import that a token started less than eight hours ago.
    fn with_token(&self, token: &str, now: Timestamp) -> Option<&Import> {
        let valid = |import: &&Import| now.since(import.started) < TOKEN_VALIDITY;
        self.imports.values().rev().take_while(valid).find(|import| import.token == token)
    }

    /// The import of an ARN.
    ///
    /// # Errors
    /// `ImportNotFoundException`.
    pub fn find(&self, arn: &str) -> Result<&Import, Error> {
        let found = self.imports.values().find(|import| import.arn == arn);
        found.ok_or_else(|| JobKind::Import.not_found(&format!("Import not found: {arn}")))
    }

    /// An import whose work is being done.
    #[must_use]
    pub fn working(&self, number: u64) -> Option<&Import> {
        self.imports.get(&number).filter(|import| import.phase == Phase::Working)
    }

    /// Up to `limit` imports of a table, or of all, that were started before the one of number `before`, the last
    /// started first, and whether more follow.
    #[must_use]
    pub fn page(
        &self,
        table_arn: Option<&str>,
        before: Option<u64>,
        limit: usize,
        now: Timestamp,
    ) -> (Vec<&Import>, bool) {
        let earlier = self.imports.range(..before.unwrap_or(u64::MAX)).rev().map(|(_, import)| import);
        let mut found = earlier
            .filter(|import| now.since(import.started) <= LISTED)
            .filter(|import| table_arn.is_none_or(|arn| import.table_arn == arn));
        let page = found.by_ref().take(limit).collect();
        (page, found.next().is_some())
    }

    /// The imports of a database that goes on by itself: nobody does the work that was begun, so it begins again. Items
    /// that are there are put again.
    #[must_use]
    pub fn resumed(mut self, now: Timestamp) -> Self {
        for import in self.imports.values_mut().filter(|import| import.phase == Phase::Working) {
            import.phase = Phase::Waiting { until: now };
            self.next_event = Some(self.next_event.map_or(now, |next| next.min(now)));
        }
        self
    }

    /// When the next import begins.
    #[must_use]
    pub fn next_event_at(&self) -> Option<Timestamp> {
        self.next_event
    }

    /// Hands out the work of the imports that are due.
    pub fn tick(&mut self, account_id: &str, orders: &mut Vec<Order>, now: Timestamp) {
        if self.next_event.is_none_or(|next| next > now) {
            return;
        }
        for import in self.imports.values_mut().filter(|import| import.phase.is_due(now)) {
            import.phase = Phase::Working;
            orders.push(import.order(account_id));
        }
        self.next_event = self.imports.values().filter_map(|import| import.phase.until()).min();
    }

    /// Ends an import. A bucket that is not there leaves no table (LAB DDB-IMPORT-012).
    pub fn end(&mut self, number: u64, report: LoadReport, tables: &mut Tables, now: Timestamp) {
        let Some(import) = self.imports.get_mut(&number).filter(|import| import.phase == Phase::Working)
        else {
            return;
        };
        let keep = report.failure.as_ref().is_none_or(|failure| failure.code != NO_SUCH_BUCKET);
        import.report = report;
        import.phase = Phase::Ended { at: now };
        tables.end_import(&import.table, &import.table_id, keep, now);
    }

    /// Forgets what is no longer listed, so that a database that runs for years does not grow.
    fn forget(&mut self, now: Timestamp) {
        while let Some(first) = self.imports.first_entry() {
            if first.get().phase.ended().is_none() || now.since(first.get().started) <= LISTED {
                break;
            }
            first.remove();
        }
    }
}
