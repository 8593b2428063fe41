//! `dynacore-server`: a DynamoDB for any AWS SDK, in memory or in a directory, on one port.

use std::io::{self, Write as _};
use std::net::{IpAddr, TcpListener};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use dynacore::store::MemoryStore;
use dynacore::table::Settings;
use dynacore_disk::{Options, SyncMode};
use dynacore_server::{
    Clock, Database, DirectoryBucket, Limits, PeerAddress, Peers, serve, shutdown, stop_on_signals,
};

#[global_allocator]
static ALLOCATOR: dynacore_allocator::Allocator = dynacore_allocator::Allocator;

/// A DynamoDB for any AWS SDK. Point the SDK's endpoint at the address it prints; any credentials do.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    /// Directory of the database; it is made where it is missing. Without one, the data ends with the server.
    path: Option<PathBuf>,
    /// When a write to the directory is acknowledged: when it is durable, at once and durable within 100 ms, or at
    /// once and durable when the server ends.
    #[arg(long, value_enum, default_value_t = Sync::Commit)]
    sync: Sync,
    /// Address to listen on. Requests are not authenticated: think before you open it to a network.
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// Port to listen on; 0 takes a free one.
    #[arg(long, default_value_t = 8000)]
    port: u16,
    /// The Region in ARNs. Requests for other Regions are answered all the same.
    #[arg(long, default_value = "us-east-1")]
    region: String,
    /// The account in ARNs.
    #[arg(long, default_value = "000000000000", value_parser = account_id)]
    account_id: String,
    /// Hold the limits of on-demand tables too: 4,000 writes and 12,000 reads a second at first, twice the previous
    /// peak later, and those of each partition.
    #[arg(long)]
    throttle_on_demand: bool,
    /// Count provisioned throughput but never refuse a request over it.
    #[arg(long)]
    no_throttle: bool,
    /// Seconds of unused throughput that a new table starts with.
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(0..=300))]
    initial_burst_seconds: u32,
    /// How late global indexes follow their table, in seconds.
    #[arg(long, default_value = "0", value_parser = seconds)]
    index_propagation_seconds: Duration,
    /// How far back eventually consistent reads may look, in seconds.
    #[arg(long, default_value = "0", value_parser = seconds)]
    stale_reads_seconds: Duration,
    /// Pace at which a new index is filled; all at once without.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    backfill_items_per_second: Option<u64>,
    /// Size of an item collection in a table with a local index.
    #[arg(long, default_value_t = 10 * 1024 * 1024 * 1024, value_parser = clap::value_parser!(u64).range(1..))]
    item_collection_bytes_max: u64,
    /// How long the items of a transaction stay in flight, so that others on them conflict, in seconds.
    #[arg(long, default_value = "0", value_parser = seconds)]
    transaction_seconds: Duration,
    /// A bucket for imports and exports: `NAME=DIRECTORY`; may be given several times.
    #[arg(long, value_name = "NAME=DIRECTORY", value_parser = bucket)]
    bucket: Vec<(String, PathBuf)>,
    /// Another server that replicates with this one: `REGION=http://HOST:PORT`; may be given several times. Who
    /// reaches a port may read and write all that is replicated.
    #[arg(long, value_name = "REGION=http://HOST:PORT")]
    peer: Vec<PeerAddress>,
    /// Seconds from an item's time to live to its removal.
    #[arg(long, default_value = "0", value_parser = seconds)]
    time_to_live_delay_seconds: Duration,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "seconds are a number".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

/// A bucket on an endpoint of S3 takes a client of S3, which the Python package has.
fn bucket(text: &str) -> Result<(String, PathBuf), String> {
    let (name, place) = text.split_once('=').ok_or("a bucket is NAME=DIRECTORY")?;
    if place.contains("://") {
        return Err("this server has no client of S3: name a directory, or use `dynacore serve`".to_owned());
    }
    Ok((name.to_owned(), PathBuf::from(place)))
}

#[derive(Clone, Copy, ValueEnum)]
enum Sync {
    Commit,
    Interval,
    Never,
}

impl From<Sync> for SyncMode {
    fn from(sync: Sync) -> Self {
        match sync {
            Sync::Commit => Self::Commit,
            Sync::Interval => Self::Interval,
            Sync::Never => Self::Never,
        }
    }
}

fn account_id(text: &str) -> Result<String, String> {
    let valid = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    if valid { Ok(text.to_owned()) } else { Err("an account id is twelve digits".to_owned()) }
}

fn main() -> ExitCode {
    dynacore_allocator::prepare();
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("dynacore-server: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> io::Result<()> {
    let listener = TcpListener::bind((arguments.host, arguments.port))?;
    let address = listener.local_addr()?;
    let settings = Settings {
        region: arguments.region,
        account_id: arguments.account_id,
        throttle: !arguments.no_throttle,
        throttle_on_demand: arguments.throttle_on_demand,
        initial_burst_seconds: arguments.initial_burst_seconds,
        transaction_duration: arguments.transaction_seconds,
        index_propagation: arguments.index_propagation_seconds,
        stale_reads: arguments.stale_reads_seconds,
        backfill_items_per_second: arguments.backfill_items_per_second,
        item_collection_bytes_max: arguments.item_collection_bytes_max,
        time_to_live_delay: arguments.time_to_live_delay_seconds,
        ..Settings::default()
    };
    let database = match &arguments.path {
        None => Database::new(settings, Box::new(MemoryStore::new()), Clock::System, 0),
        Some(path) => {
            let options = Options { sync: arguments.sync.into(), ..Options::default() };
            Database::open(path, options, settings, Clock::System, 0)
                .map_err(|error| io::Error::other(error.to_string()))?
        }
    };
    for (name, directory) in arguments.bucket {
        database.add_bucket(&name, Arc::new(DirectoryBucket::new(directory)));
    }
    database.on_notice(|line| eprintln!("{line}"));
    let peers = match arguments.peer {
        none if none.is_empty() => None,
        peers => Some(Peers::start(Arc::clone(&database), peers)?),
    };
    let (stop, shutdown) = shutdown();
    stop_on_signals(stop)?;
    let mut output = io::stdout();
    writeln!(output, "dynacore listens on http://{address}")?;
    output.flush()?;
    let outcome = serve(listener, Arc::clone(&database) as _, &Limits::default(), shutdown);
    if let Some(peers) = peers {
        peers.stop();
    }
    outcome?;
    database.close().map_err(|error| io::Error::other(error.message().to_owned()))
}
