//! StartBulkPutItems.

use crate::error::Error;
use crate::input_shape;
use crate::request::bulk::description::BulkOperationOutput;
use crate::request::bulk::members::{
    InputS3ConfigurationInput, OutputS3ConfigurationInput, check_client_token, check_output, read_input,
    read_output,
};
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::table_name::TableName;
use crate::table::{BulkRequest, PerformanceTier, not_found};

/// The least that `MaxWriteRequestUnits` can be (service model).
const WRITE_REQUEST_UNITS_MIN: i64 = 1_024;

input_shape! {
    /// What a caller sends.
    pub struct StartBulkPutItemsInput {
        client_token: String = "ClientToken",
        input_s3_configuration: InputS3ConfigurationInput = "InputS3Configuration",
        output_s3_configuration: OutputS3ConfigurationInput = "OutputS3Configuration",
        table_name: String = "TableName",
        max_write_request_units: i64 = "MaxWriteRequestUnits",
        performance_tier: String = "PerformanceTier",
    }
}

/// A StartBulkPutItems that passed every check that needs no table.
pub struct StartBulkPutItems {
    token: Option<String>,
    request: BulkRequest,
}

impl StartBulkPutItems {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(given: StartBulkPutItemsInput) -> Result<Self, Error> {
        let table = TableName::new(given.table_name)?;
        let mut violations = Violations::default();
        let token = given.client_token;
        check_client_token(&mut violations, token.as_deref());
        let input = read_input(&mut violations, given.input_s3_configuration);
        let output = read_output(&mut violations, given.output_s3_configuration);
        violations.at_least("maxWriteRequestUnits", given.max_write_request_units, WRITE_REQUEST_UNITS_MIN);
        let tier = given.performance_tier.as_deref();
        let tier = violations.choice("performanceTier", tier, PerformanceTier::ALL);
        violations.finish()?;
        let (input, output) = input.zip(output).expect("invariant: presence was checked above");
        check_output(&output)?;
        let request = BulkRequest {
            table: table.name().to_owned(),
            input,
            output,
            max_write_request_units: given.max_write_request_units,
            tier: tier.unwrap_or(PerformanceTier::Standard),
        };
        Ok(Self { token, request })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of StartBulkPutItems.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<BulkOperationOutput, Error> {
        let lasting = context.tables.settings().table_transition;
        let name = &self.request.table;
        let table = context.tables.find(name).ok_or_else(|| not_found(name))?;
        let asked = (self.token.clone(), self.request.clone());
        let account = &context.tables.settings().account_id;
        let operation = context.bulk.start(table, asked, lasting, (account, context.orders), context.now)?;
        Ok(BulkOperationOutput::new(operation))
    }
}
