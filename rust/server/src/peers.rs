//! Other processes that serve other Regions, and replication with them.
//!
//! A thread for each of them asks it for what it has changed and applies that, one question after the other; see
//! [`Peering`]. No request waits for it.

mod address;
mod client;
mod puller;

use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use dynacore::error::Error;
use dynacore::request::{Operation, Response};
use dynacore::world::peers::{Peering, Question, Step, Target};
use tokio::sync::watch;

use crate::database::{Database, guarded};
use crate::pending::Pending;
use crate::place::Place;

pub use address::PeerAddress;

/// What another process is answered, and the wait before that.
pub(crate) type PeerAnswer = Result<(Vec<u8>, Option<Pending>), Error>;

/// See the module.
pub struct Peers {
    database: Arc<Database>,
    peering: Mutex<Peering>,
    addresses: Vec<PeerAddress>,
    stop: watch::Sender<bool>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    /// Tables that cannot be replicated here, of which that was said.
    refused: Mutex<BTreeSet<String>>,
}

impl Peers {
    /// Begins to replicate a database's tables with other processes, until [`Peers::stop`]. The database is in no world,
    /// and lives by the system's clock.
    ///
    /// # Errors
    /// Where a Region is named twice or is the database's own, or the system refuses a thread.
    pub fn start(database: Arc<Database>, addresses: Vec<PeerAddress>) -> io::Result<Arc<Self>> {
        let mut regions = BTreeSet::from([database.region()]);
        if let Some(twice) = addresses.iter().find(|address| !regions.insert(address.region())) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("each Region is served by one process: {} is named twice", twice.region()),
            ));
        }
        let names = addresses.iter().map(|address| address.region().to_owned()).collect();
        let peers = Arc::new(Self {
            peering: Mutex::new(Peering::new(database.region(), names)),
            addresses,
            stop: watch::Sender::new(false),
            threads: Mutex::default(),
            refused: Mutex::default(),
            database,
        });
        peers.database.join(Place::Process(Arc::downgrade(&peers)));
        for address in &peers.addresses {
            let thread = puller::start(Arc::clone(&peers), address.clone())?;
            peers.threads.lock().unwrap_or_else(PoisonError::into_inner).push(thread);
        }
        Ok(peers)
    }

    /// Ends replication: nothing is asked any more when this returns.
    pub fn stop(&self) {
        self.stop.send_replace(true);
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            // A thread that panicked has ended too.
            let _ = thread.join();
        }
    }

    fn peering(&self) -> Result<MutexGuard<'_, Peering>, Error> {
        self.peering.lock().map_err(|_| {
            Error::Internal("Replication was stopped by an internal error in an earlier request".to_owned())
        })
    }

    /// Answers what another process asks. The answer may be told after the wait.
    pub(crate) fn answer(&self, operation: &str, body: &[u8]) -> PeerAnswer {
        guarded(|| {
            let mut peering = self.peering()?;
            let mut engine = self.database.engine()?;
            let answer = peering.answer(&mut engine, (operation, body), self.database.clock().now())?;
            Ok((answer, self.database.pending(&engine)))
        })
    }

    /// Carries out what changes a global table. It asks another process first.
    pub(crate) fn execute(&self, operation: &Operation) -> Result<Response, Error> {
        let asked = self
            .peering()?
            .target(operation)?
            .map(|(table, region)| (Question::about(table, self.database.region()), region.to_owned()));
        let target = match asked {
            None => None,
            Some((question, region)) => self.ask_about(&question, &region, operation)?,
        };
        let mut peering = self.peering()?;
        let mut engine = self.database.engine()?;
        peering.execute(&mut engine, (operation, target.as_ref()), self.database.clock().now())
    }

    /// What another process says of a table. A replica is made only where that is known; one of a process that is gone can
    /// be removed all the same.
    fn ask_about(
        &self,
        question: &Question,
        region: &str,
        operation: &Operation,
    ) -> Result<Option<Target>, Error> {
        let address = self.addresses.iter().find(|address| address.region() == region);
        let address = address.expect("invariant: the Region is one of the peers").clone();
        let invalid = |problem: &str| {
            Error::Validation(format!(
                "One or more parameter values were invalid: The Region {region} is not reached at {address}: {problem}"
            ))
        };
        let (name, body) = (question.operation(), question.body()?);
        let ask = || client::ask_once(&address, name, body);
        // A runtime of its own must not be waited for on a thread that serves connections.
        let answer = thread::scope(|scope| scope.spawn(ask).join());
        let target = match answer.unwrap_or_else(|_| Err("the question ended early".to_owned())) {
            Ok(answer) => Target::read(&answer)?,
            Err(problem) if Peering::creates(operation) => return Err(invalid(&problem)),
            Err(_) => return Ok(None),
        };
        if target.region() != region {
            return Err(invalid(&format!("it serves {}", target.region())));
        }
        Ok(Some(target))
    }

    fn next_question(&self, region: &str) -> Result<Question, Error> {
        let (question, pending) = guarded(|| {
            let mut peering = self.peering()?;
            let mut engine = self.database.engine()?;
            let question = peering.next_question(&mut engine, region, self.database.clock().now())?;
            Ok((question, self.database.pending(&engine)))
        })?;
        // What a question says is applied may be forgotten where it is asked.
        pending.map_or(Ok(()), Pending::wait)?;
        Ok(question)
    }

    fn absorb(&self, region: &str, question: &Question, answer: &[u8]) -> Result<Step, Error> {
        let (step, refused) = guarded(|| {
            let mut peering = self.peering()?;
            let mut engine = self.database.engine()?;
            let now = self.database.clock().now();
            let step = peering.absorb(&mut engine, (region, question), answer, now)?;
            self.database.settle(engine)?;
            Ok((step, peering.refused().clone()))
        })?;
        let mut known = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        for table in refused.difference(&known) {
            self.database.say(&format!(
                "dynacore: the table {table} of {region} gets no replica here: there is a table of that name"
            ));
        }
        *known = refused;
        Ok(step)
    }
}
