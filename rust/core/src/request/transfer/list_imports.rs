//! ListImports.

use crate::error::Error;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::transfer::import_description::ImportSummary;
use crate::request::transfer::page_token::Listing;
use crate::{input_shape, output_shape};

/// Summaries on a page where the request does not say (LAB DDB-IMPORT-016), and at most (service model).
pub const PAGE_DEFAULT: i32 = 10;
/// See [`PAGE_DEFAULT`].
pub const PAGE_MAX: i64 = 25;

input_shape! {
    /// What a caller sends.
    pub struct ListImportsInput {
        table_arn: String = "TableArn",
        page_size: i32 = "PageSize",
        next_token: String = "NextToken",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct ListImportsOutput {
        import_summary_list: Vec<ImportSummary> = "ImportSummaryList",
        next_token: String = "NextToken",
    }
}

/// A ListImports that passed its checks.
pub struct ListImports {
    table_arn: Option<String>,
    before: Option<u64>,
    limit: usize,
}

impl ListImports {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: ListImportsInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.length("tableArn", input.table_arn.as_deref(), 1, 1_024);
        violations.at_least("pageSize", input.page_size.map(i64::from), 1);
        violations.at_most("pageSize", input.page_size.map(i64::from), PAGE_MAX);
        let token = input.next_token.as_deref();
        violations.length("nextToken", token, 112, 1_024);
        if let Some(token) = token.filter(|token| !is_token(token)) {
            let constraint = "Member must satisfy regular expression pattern: ([0-9a-f]{16})+";
            violations.note("nextToken", &token, constraint);
        }
        violations.finish()?;
        let before = token.map(|token| Listing::Imports.read(token)).transpose()?;
        let limit = usize::try_from(input.page_size.unwrap_or(PAGE_DEFAULT)).unwrap_or(usize::MAX);
        Ok(Self { table_arn: input.table_arn, before, limit })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// None now; the signature is that of every operation.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<ListImportsOutput, Error> {
        let settings = context.tables.settings();
        let arn = self.table_arn.as_deref();
        let (page, more) = context.imports.page(arn, self.before, self.limit, context.now);
        let next_token = page.last().filter(|_| more).map(|import| Listing::Imports.token(import.number));
        let summaries = page.iter().map(|import| ImportSummary::new(import, settings)).collect();
        Ok(ListImportsOutput { import_summary_list: Some(summaries), next_token })
    }
}

fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text.len().is_multiple_of(16)
        && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
