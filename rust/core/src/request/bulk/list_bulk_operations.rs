//! ListBulkOperations.

use crate::clock::Timestamp;
use crate::error::Error;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::table::BulkOperation;
use crate::{input_shape, output_shape};

/// Summaries on a page where the request does not say, and at most (service model).
const PAGE_DEFAULT: i32 = 10;
const PAGE_MAX: i32 = 25;
/// Hexadecimal digits of a token are a multiple of this (service model); ours have one number.
const TOKEN_DIGITS: usize = 16;
const TOKEN_LENGTH_MAX: usize = 1_024;

input_shape! {
    /// What a caller sends.
    pub struct ListBulkOperationsInput {
        max_results: i32 = "MaxResults",
        next_token: String = "NextToken",
    }
}

output_shape! {
    /// One operation of a list.
    pub struct BulkOperationSummary {
        bulk_operation_arn: String = "BulkOperationArn",
        bulk_operation_status: &'static str = "BulkOperationStatus",
        start_time: Timestamp = "StartTime",
        end_time: Timestamp = "EndTime",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct ListBulkOperationsOutput {
        bulk_operations_summary_list: Vec<BulkOperationSummary> = "BulkOperationsSummaryList",
        next_token: String = "NextToken",
    }
}

/// A ListBulkOperations that passed its checks.
pub struct ListBulkOperations {
    limit: usize,
    before: Option<u64>,
}

impl ListBulkOperations {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`; the text for a token that was never given is ours.
    pub fn new(input: ListBulkOperationsInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.at_least("maxResults", input.max_results.map(i64::from), 1);
        violations.at_most("maxResults", input.max_results.map(i64::from), i64::from(PAGE_MAX));
        violations.length("nextToken", input.next_token.as_deref(), 1, TOKEN_LENGTH_MAX);
        let is_digits = |token: &str| {
            token.len().is_multiple_of(TOKEN_DIGITS)
                && token.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        };
        if let Some(token) = input.next_token.as_ref().filter(|token| token.is_empty() || !is_digits(token)) {
            let constraint = "Member must satisfy regular expression pattern: ([0-9a-f]{16})+";
            violations.note("nextToken", token, constraint);
        }
        violations.finish()?;
        let before = input.next_token.map(|token| u64::from_str_radix(&token, 16));
        let before = before.transpose().map_err(|_| Error::validation("Invalid NextToken"))?;
        let limit = usize::try_from(input.max_results.unwrap_or(PAGE_DEFAULT)).unwrap_or(usize::MAX);
        Ok(Self { limit, before })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// None now; the signature is that of every operation.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<ListBulkOperationsOutput, Error> {
        let (page, more) = context.bulk.page(self.before, self.limit, context.now);
        let last = page.last().filter(|_| more).map(|operation| format!("{:016x}", operation.number));
        let summary = |operation: &&BulkOperation| BulkOperationSummary {
            bulk_operation_arn: Some(operation.arn.clone()),
            bulk_operation_status: Some(operation.status()),
            start_time: Some(operation.started),
            end_time: operation.state.ended(),
        };
        Ok(ListBulkOperationsOutput {
            bulk_operations_summary_list: Some(page.iter().map(summary).collect()),
            next_token: last,
        })
    }
}
