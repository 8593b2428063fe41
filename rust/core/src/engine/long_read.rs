//! Long reads, which need the engine only to begin and to end.

use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Error;
use crate::request::{BegunAnswer, Operation, Response};
use crate::table::PageRest;

/// What has become of an operation that was begun.
pub enum Begun<'a> {
    /// It is done.
    Done(Result<Response, Error>),
    /// It reads many items. Others may use the engine until it is finished.
    Long(LongRead<'a>),
}

/// A Query or Scan with a long page, to be walked over wherever its owner likes and then to be finished.
///
/// It reads the table as it was when it began.
pub struct LongRead<'a> {
    operation: &'a Operation,
    page: Box<PageRest<'a>>,
}

impl<'a> LongRead<'a> {
    /// What was asked for.
    #[must_use]
    pub fn operation(&self) -> &'a Operation {
        self.operation
    }

    /// Walks over what is left of the page: most of the work, for which no engine is needed.
    pub fn walk(&mut self) {
        self.page.walk();
    }
}

impl Engine {
    /// As [`Engine::execute`], which is this and [`Engine::finish`] in a row, for an owner that others wait for. Whatever
    /// is short is done when this returns, and so are all writes.
    pub fn begin<'a>(&mut self, operation: &'a Operation, now: Timestamp) -> Begun<'a> {
        let begun = match operation {
            Operation::Query(query) => self
                .carry_out(operation, now, |context| query.begin(context))
                .map(|begun| (begun, Response::Query as fn(_) -> _)),
            Operation::Scan(scan) => self
                .carry_out(operation, now, |context| scan.begin(context))
                .map(|begun| (begun, Response::Scan as fn(_) -> _)),
            _ => return Begun::Done(self.execute(operation, now)),
        };
        match begun {
            Err(error) => Begun::Done(Err(error)),
            Ok((BegunAnswer::Whole(answer), response)) => Begun::Done(Ok(response(answer))),
            Ok((BegunAnswer::Rest(page), _)) => Begun::Long(LongRead { operation, page }),
        }
    }

    /// Ends a long read, after the events that were due before it: takes the capacity that it cost, at this time, and
    /// counts it. If its table has gone meanwhile it is answered all the same, and nobody pays.
    ///
    /// # Errors
    /// The operation's exceptions.
    pub fn finish(&mut self, read: LongRead<'_>, now: Timestamp) -> Result<Response, Error> {
        let LongRead { operation, page } = read;
        self.carry_out(operation, now, |context| match operation {
            Operation::Query(query) => query.finish(*page, context).map(Response::Query),
            Operation::Scan(scan) => scan.finish(*page, context).map(Response::Scan),
            _ => unreachable!("only queries and scans are long reads"),
        })
    }
}
