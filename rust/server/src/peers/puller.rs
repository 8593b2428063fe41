//! The thread that asks one other process.

use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use dynacore::world::peers::Step;
use tokio::runtime;

use crate::peers::client::Client;
use crate::peers::{PeerAddress, Peers};

/// After an answer without anything new it is asked again this much later, and later each time.
const IDLE_PAUSE: Duration = Duration::from_millis(5);
const IDLE_PAUSE_MAX: Duration = Duration::from_millis(100);
/// The same after a failure.
const FAILURE_PAUSE: Duration = Duration::from_millis(50);
const FAILURE_PAUSE_MAX: Duration = Duration::from_secs(2);

/// Starts the thread, which ends when it is asked to.
pub(super) fn start(peers: Arc<Peers>, address: PeerAddress) -> io::Result<JoinHandle<()>> {
    let runtime = runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
    let pull = move || runtime.block_on(Puller::new(peers, address).run());
    thread::Builder::new().name("dynacore-peer".to_owned()).spawn(pull)
}

struct Puller {
    peers: Arc<Peers>,
    address: PeerAddress,
    client: Client,
    idle: Duration,
    failure: Duration,
    /// What was last said of it.
    problem: Option<String>,
}

impl Puller {
    fn new(peers: Arc<Peers>, address: PeerAddress) -> Self {
        let client = Client::new(address.clone());
        Self { peers, address, client, idle: IDLE_PAUSE, failure: FAILURE_PAUSE, problem: None }
    }

    async fn run(mut self) {
        let mut stop = self.peers.stop.subscribe();
        loop {
            let pause = tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                pause = self.turn() => pause,
            };
            if pause.is_zero() {
                continue;
            }
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Asks once; gives how long to wait before the next time.
    async fn turn(&mut self) -> Duration {
        match self.ask().await {
            Ok(step) => {
                self.failure = FAILURE_PAUSE;
                if self.problem.take().is_some() {
                    self.say("is reached again");
                }
                self.pause_of(step)
            }
            Err(problem) => {
                if self.problem.as_ref() != Some(&problem) {
                    self.say(&format!("is not replicated with, and is asked again: {problem}"));
                    self.problem = Some(problem);
                }
                let pause = self.failure;
                self.failure = (pause * 2).min(FAILURE_PAUSE_MAX);
                pause
            }
        }
    }

    fn pause_of(&mut self, step: Step) -> Duration {
        match step {
            Step::Again => {
                self.idle = IDLE_PAUSE;
                Duration::ZERO
            }
            Step::Idle => {
                let pause = self.idle;
                self.idle = (pause * 2).min(IDLE_PAUSE_MAX);
                pause
            }
            Step::After(pause) => pause,
        }
    }

    async fn ask(&mut self) -> Result<Step, String> {
        let region = self.address.region().to_owned();
        let text = |error: dynacore::error::Error| error.message().to_owned();
        let question = self.peers.next_question(&region).map_err(text)?;
        let body = question.body().map_err(text)?;
        let answer = self.client.ask(question.operation(), body).await?;
        self.peers.absorb(&region, &question, &answer).map_err(text)
    }

    fn say(&self, what: &str) {
        let Self { peers, address, .. } = self;
        peers.database.say(&format!("dynacore: the peer {} at {address} {what}", address.region()));
    }
}
