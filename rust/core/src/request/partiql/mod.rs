//! PartiQL: ExecuteStatement, BatchExecuteStatement and ExecuteTransaction.
//!
//! A statement is parsed and bound where a request is checked ([`Prepared`]); what it means for a table is planned
//! where the request is carried out (`read_plan`, `write_plan`), and then runs the cursor loop and the write path that
//! every other operation runs.

mod batch_execute_statement;
mod execute_statement;
mod execute_transaction;
mod next_token;
mod prepared;
mod read_plan;
mod select;
mod statement_error;
mod write_plan;

pub use batch_execute_statement::{
    BatchExecuteStatement, BatchExecuteStatementInput, BatchExecuteStatementOutput,
};
pub use execute_statement::{ExecuteStatement, ExecuteStatementInput, ExecuteStatementOutput};
pub use execute_transaction::{ExecuteTransaction, ExecuteTransactionInput, ExecuteTransactionOutput};
