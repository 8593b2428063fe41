//! ListExports.

use crate::error::Error;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::transfer::export_description::ExportSummary;
use crate::request::transfer::list_imports::{PAGE_DEFAULT, PAGE_MAX};
use crate::request::transfer::page_token::Listing;
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct ListExportsInput {
        table_arn: String = "TableArn",
        max_results: i32 = "MaxResults",
        next_token: String = "NextToken",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct ListExportsOutput {
        export_summaries: Vec<ExportSummary> = "ExportSummaries",
        next_token: String = "NextToken",
    }
}

/// A ListExports that passed its checks.
pub struct ListExports {
    table_arn: Option<String>,
    before: Option<u64>,
    limit: usize,
}

impl ListExports {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: ListExportsInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.length("tableArn", input.table_arn.as_deref(), 1, 1_024);
        violations.at_least("maxResults", input.max_results.map(i64::from), 1);
        violations.at_most("maxResults", input.max_results.map(i64::from), PAGE_MAX);
        violations.finish()?;
        let before = input.next_token.map(|token| Listing::Exports.read(&token)).transpose()?;
        let limit = usize::try_from(input.max_results.unwrap_or(PAGE_DEFAULT)).unwrap_or(usize::MAX);
        Ok(Self { table_arn: input.table_arn, before, limit })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// None now; the signature is that of every operation.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<ListExportsOutput, Error> {
        let table = self.table_arn.as_deref().map(|arn| (arn, &*context.tables));
        let (page, more) = context.exports.page(table, self.before, self.limit, context.now);
        let next_token = page.last().filter(|_| more).map(|export| Listing::Exports.token(export.number));
        let summaries = page.iter().map(|export| ExportSummary::new(export)).collect();
        Ok(ListExportsOutput { export_summaries: Some(summaries), next_token })
    }
}
