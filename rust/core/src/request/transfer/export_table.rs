//! ExportTableToPointInTime.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::input_shape;
use crate::request::bulk::{check_client_token, check_location};
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::transfer::export_description::ExportOutput;
use crate::request::transfer::exports::{ExportRequest, ExportSource};
use crate::table::{
    ExportItems, ImageView, OutputFormat, PastMoment, Period, Settings, SseAlgorithm, Table, Tables,
    recovery_unavailable,
};

const FULL: &str = "FULL_EXPORT";
const INCREMENTAL: &str = "INCREMENTAL_EXPORT";
const TYPES: [(&str, &str); 2] = [(FULL, FULL), (INCREMENTAL, INCREMENTAL)];

/// The shortest and the longest period of an incremental export (facts 9.3).
const PERIOD_MIN: Duration = Duration::from_secs(15 * 60);
const PERIOD_MAX: Duration = Duration::from_secs(24 * 3_600);

input_shape! {
    /// `IncrementalExportSpecification`.
    pub struct IncrementalExportSpecificationInput {
        export_from_time: Timestamp = "ExportFromTime",
        export_to_time: Timestamp = "ExportToTime",
        export_view_type: String = "ExportViewType",
    }
}

input_shape! {
    /// What a caller sends.
    pub struct ExportTableInput {
        table_arn: String = "TableArn",
        export_time: Timestamp = "ExportTime",
        client_token: String = "ClientToken",
        s3_bucket: String = "S3Bucket",
        s3_bucket_owner: String = "S3BucketOwner",
        s3_prefix: String = "S3Prefix",
        s3_sse_algorithm: String = "S3SseAlgorithm",
        s3_sse_kms_key_id: String = "S3SseKmsKeyId",
        export_format: String = "ExportFormat",
        export_type: String = "ExportType",
        incremental_export_specification: IncrementalExportSpecificationInput = "IncrementalExportSpecification",
    }
    refused {
        "FilterSpecification",
    }
}

/// An ExportTableToPointInTime that passed every check that needs no table.
pub struct ExportTable {
    token: Option<String>,
    request: ExportRequest,
}

fn invalid_request(problem: &str) -> Error {
    Error::Validation(format!("Invalid Request: {problem}"))
}

impl ExportTable {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`, with texts measured in LAB DDB-EXPORT-001 to -005.
    pub fn new(given: ExportTableInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.required("tableArn", given.table_arn.as_ref());
        violations.length("tableArn", given.table_arn.as_deref(), 1, 1_024);
        check_client_token(&mut violations, given.client_token.as_deref());
        violations.required("s3Bucket", given.s3_bucket.as_ref());
        check_location(&mut violations, "", (given.s3_bucket_owner.as_deref(), given.s3_bucket.as_deref()));
        violations.length("s3Prefix", given.s3_prefix.as_deref(), 1, 1_024);
        let algorithm =
            violations.choice("s3SseAlgorithm", given.s3_sse_algorithm.as_deref(), SseAlgorithm::ALL);
        violations.length("s3SseKmsKeyId", given.s3_sse_kms_key_id.as_deref(), 1, 2_048);
        let format = violations.choice("exportFormat", given.export_format.as_deref(), OutputFormat::ALL);
        let type_ = violations.choice("exportType", given.export_type.as_deref(), &TYPES);
        let specification = given.incremental_export_specification;
        let view = specification.as_ref().and_then(|given| given.export_view_type.as_deref());
        let path = "incrementalExportSpecification.exportViewType";
        let view = violations.choice(path, view, ImageView::ALL);
        violations.finish()?;
        let period = read_period(type_, specification.as_ref(), view.unwrap_or(ImageView::NewAndOld))?;
        if given.s3_sse_kms_key_id.is_some() && algorithm != Some(SseAlgorithm::Kms) {
            return Err(invalid_request("KMS Key Id is not supported for this encryption type"));
        }
        let request = ExportRequest {
            table_arn: given.table_arn.unwrap_or_default(),
            export_time: given.export_time,
            bucket: given.s3_bucket.unwrap_or_default(),
            owner: given.s3_bucket_owner,
            prefix: given.s3_prefix,
            sse_algorithm: algorithm,
            sse_kms_key_id: given.s3_sse_kms_key_id,
            format: format.unwrap_or(OutputFormat::DynamoDbJson),
            type_,
            period: period.map(|(period, _)| period),
            period_ends: period.is_none_or(|(_, ends)| ends),
        };
        Ok(Self { token: given.client_token, request })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of ExportTableToPointInTime.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<ExportOutput, Error> {
        let Context { exports, tables, orders, now, .. } = context;
        let now = *now;
        let name = table_name(&self.request.table_arn, tables.settings())?;
        let mut request = self.request.clone();
        if let Some(period) = request.period.as_mut().filter(|_| !request.period_ends) {
            period.to = now;
        }
        if let Some(token) = &self.token
            && let Some(known) = exports.with_token(token, &request, now)?
        {
            return Ok(ExportOutput::new(known));
        }
        let table = tables.backed_up(name, &self.request.table_arn)?;
        if let Some(period) = request.period {
            check_period(period, table, now)?;
        }
        exports.check_limit()?;
        let source = source(&request, tables, name, now)?;
        let table = tables.find(name).expect("invariant: found above");
        let asked = (self.token.clone(), request);
        Ok(ExportOutput::new(exports.start(asked, (table, source), (tables, orders), now)))
    }
}

/// The period of an incremental export, and whether its end was given.
fn read_period(
    type_: Option<&str>,
    given: Option<&IncrementalExportSpecificationInput>,
    view: ImageView,
) -> Result<Option<(Period, bool)>, Error> {
    let Some(given) = given else {
        return match type_ {
            Some(INCREMENTAL) => Err(invalid_request(
                "Incremental Export Specification expected when export type is set as Incremental Export",
            )),
            _ => Ok(None),
        };
    };
    match type_ {
        None => Err(invalid_request(
            "Export Type expected to be Incremental Export when incremental export specification is provided",
        )),
        Some(FULL) => Err(invalid_request(
            "When Export Type is Full Export , Incremental Export Specification should not be provided",
        )),
        Some(_) => {
            let from = given.export_from_time.ok_or_else(|| {
                invalid_request("ExportFromTime must be provided in IncrementalExportSpecification")
            })?;
            let to = given.export_to_time;
            Ok(Some((Period { from, to: to.unwrap_or_default(), view }, to.is_some())))
        }
    }
}

/// The table of an ARN: the account is looked at first, the Region is no part of the search (LAB DDB-EXPORT-002).
fn table_name<'a>(arn: &'a str, settings: &Settings) -> Result<&'a str, Error> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", partition, "dynamodb", region, account, resource] = parts[..] else {
        return Err(Error::validation(
            "One or more parameter values were invalid: tableArn is not a valid ARN",
        ));
    };
    if account != settings.account_id {
        return Err(Error::AccessDenied("Access is denied".to_owned()));
    }
    match resource.split_once('/') {
        Some(("table", name)) if !name.contains('/') => {
            if (partition, region) == ("aws", settings.region.as_str()) {
                Ok(name)
            } else {
                Err(Error::TableNotFound(format!("Table not found: {arn}")))
            }
        }
        _ => Err(invalid_request("Table ARN is invalid.")),
    }
}

/// Without milliseconds, as AWS's texts about exports have times.
fn shown(time: Timestamp) -> String {
    let text = time.to_iso_8601();
    format!("{}Z", text.split('.').next().unwrap_or_default())
}

/// In the measured order; the text about too long a period is ours, after the one about too short a one.
fn check_period(period: Period, table: &Table, now: Timestamp) -> Result<(), Error> {
    let invalid = |problem: String| Err(Error::InvalidExportTime(problem));
    if period.from.as_whole_seconds() < table.created().as_whole_seconds() {
        return invalid(format!(
            "Incremental export period from time cannot be less than the table creation time : {}",
            shown(period.from)
        ));
    }
    if period.to > now {
        return invalid(format!(
            "Incremental export period to time cannot be greater than the current time : {}",
            shown(period.to)
        ));
    }
    let length = period.to.since(period.from);
    let difference = "Difference between export period from time and export period to time is";
    if length < PERIOD_MIN {
        return invalid(format!("{difference} less than 15 minutes"));
    }
    if length > PERIOD_MAX {
        return invalid(format!("{difference} greater than 24 hours"));
    }
    Ok(())
}

/// What is exported: the present, or what continuous backups keep of an earlier time.
fn source(
    request: &ExportRequest,
    tables: &mut Tables,
    name: &str,
    now: Timestamp,
) -> Result<ExportSource, Error> {
    let invalid = |problem: &str| Err(Error::InvalidExportTime(problem.to_owned()));
    let recovery = tables.find(name).and_then(Table::recovery);
    let Some(recovery) = recovery else { return Err(recovery_unavailable(name)) };
    let (earliest, latest) = (recovery.earliest(now), recovery.latest(now));
    let second = |time: Timestamp| Timestamp::from_seconds(time.as_whole_seconds());
    if let Some(period) = request.period {
        if second(period.from) < earliest {
            return invalid("Export Time is invalid");
        }
        // Changes from the start on are those after the second before it; the end is not part of the period.
        let before = |time: Timestamp| second(time) - Duration::from_secs(1);
        let from = tables.hold_past(name, PastMoment::EndOfSecond(before(period.from).max(earliest)), now)?;
        let to = tables.hold_past(name, PastMoment::EndOfSecond(before(period.to)), now)?;
        return Ok(ExportSource { items: ExportItems::Past, holds: vec![from, to], export_time: period.to });
    }
    let Some(time) = request.export_time else {
        let items = ExportItems::Present(tables.snapshot());
        return Ok(ExportSource { items, holds: Vec::new(), export_time: now });
    };
    if time > now || second(time) < earliest {
        return invalid("Export Time is invalid");
    }
    if second(time) > latest {
        return invalid("Point in Time Recovery is not available for specified export time");
    }
    let hold = tables.hold_past(name, PastMoment::EndOfSecond(time), now)?;
    Ok(ExportSource { items: ExportItems::Past, holds: vec![hold], export_time: time })
}
