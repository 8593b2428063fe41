//! Writing a table to a bucket, in DynamoDB's layout.

use std::io;
use std::ops::{Bound, ControlFlow};

use dynacore::random::Random;
use dynacore::store::{Direction, Entry, KeyRange, Read, StoreError};
use dynacore::table::{ExportOrder, ExportReport, HashRange, OutputFormat, Period};
use dynacore::value::{Encoder, Item, ItemRef};

use crate::bucket::{Bucket, Buckets, broken};
use crate::desk::Desk;
use crate::image::{ChangedItem, write_change, write_line};
use crate::manifest::{Listed, data_directory, directory, write as write_manifest};
use crate::upload::{DataFile, put};

/// Bytes of lines that are compressed at a time, and that a data file has before another one begins.
const LINES_BYTES: usize = 1 << 16;
const FILE_BYTES_MAX: u64 = 256 << 20;

/// Letters and digits in the name of a data file, as AWS has them.
const NAME_LENGTH: usize = 26;
const NAME_LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// Carries an export out.
pub(crate) fn carry_out(order: &ExportOrder, buckets: &Buckets, desk: &dyn Desk) -> ExportReport {
    let bucket = match buckets.find(&order.bucket, order.owner.as_deref(), &order.account_id) {
        Ok(bucket) => bucket.as_ref(),
        Err(failure) => return ExportReport { failure: Some(failure), ..ExportReport::default() },
    };
    let mut writer = Writer {
        order,
        bucket,
        random: Random::new(order.seed),
        listed: Vec::new(),
        report: ExportReport::default(),
    };
    match writer.write(desk) {
        Ok(manifest) => ExportReport { manifest: Some(manifest), ..writer.report },
        Err(error) => ExportReport { failure: Some(broken(&error)), ..ExportReport::default() },
    }
}

struct Writer<'a> {
    order: &'a ExportOrder,
    bucket: &'a dyn Bucket,
    random: Random,
    listed: Vec<Listed>,
    report: ExportReport,
}

impl Writer<'_> {
    fn write(&mut self, desk: &dyn Desk) -> io::Result<String> {
        // Shows that the bucket can be written to, before anything is.
        put(self.bucket, &format!("{}_started", directory(self.order)), b"")?;
        for range in &self.order.partitions {
            self.write_partition(*range)?;
        }
        write_manifest(self.order, &self.listed, &self.report, self.bucket, desk.now())
    }

    /// The items of one partition: a file, or several where they are many.
    fn write_partition(&mut self, range: HashRange) -> io::Result<()> {
        let mut file = self.new_file()?;
        let mut lines = Vec::with_capacity(LINES_BYTES * 2);
        let mut items = 0;
        let order = self.order;
        let mut outcome = Ok(());
        let mut visit = |visited: &Entry, source: Source, writer: &mut Self| {
            let bytes = match order.period {
                None => {
                    let item = ItemRef::trusted(visited.value());
                    write_line(item, order.format, &mut lines);
                    Some(item.size())
                }
                Some(period) => match writer.change(visited, source, period, order.format, &mut lines) {
                    Ok(bytes) => bytes,
                    Err(error) => {
                        outcome = Err(error);
                        return ControlFlow::Break(());
                    }
                },
            };
            let Some(bytes) = bytes else { return ControlFlow::Continue(()) };
            items += 1;
            writer.report.items += 1;
            writer.report.bytes += bytes as u64;
            if lines.len() < LINES_BYTES {
                return ControlFlow::Continue(());
            }
            outcome = writer.flush(&mut file, &mut lines, &mut items);
            if outcome.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        scan(self.order.items.as_ref(), order, range, &mut |entry| visit(entry, Source::End, self))?;
        if let Some(earlier) = &order.earlier {
            scan(earlier.as_ref(), order, range, &mut |entry| visit(entry, Source::Start, self))?;
        }
        outcome?;
        self.flush(&mut file, &mut lines, &mut items)?;
        self.finish(file)
    }

    /// Writes what changed of an item; gives the bytes that were read, or none where nothing did.
    fn change(
        &self,
        visited: &Entry,
        source: Source,
        period: Period,
        format: OutputFormat,
        lines: &mut Vec<u8>,
    ) -> io::Result<Option<usize>> {
        let order = self.order;
        let other = match source {
            Source::End => order.earlier.as_deref(),
            Source::Start => Some(order.items.as_ref() as &(dyn Read + Send + Sync)),
        };
        let other = match other {
            Some(other) => other.get(order.space, visited.key()).map_err(|error| unreadable(&error))?,
            None => None,
        };
        let item = ItemRef::trusted(visited.value());
        let other_item = other.as_ref().map(|entry| ItemRef::trusted(entry.value()));
        let (old, new) = match source {
            Source::End if other_item.is_some_and(|other| other.as_bytes() == item.as_bytes()) => {
                return Ok(None);
            }
            Source::End => (other_item, Some(item)),
            // What is there at the end was told when that was read.
            Source::Start if other_item.is_some() => return Ok(None),
            Source::Start => (Some(item), None),
        };
        let keys = self.keys(item);
        let written_micros = period.to.as_nanos() / 1_000 - 1;
        let change = ChangedItem { written_micros, keys: keys.as_ref(), old, new };
        write_change(&change, period.view, format, lines);
        Ok(Some(item.size()))
    }

    fn keys(&self, item: ItemRef<'_>) -> Item {
        let mut out = Encoder::item();
        for attribute in self.order.schema.attributes() {
            if let Some(value) = item.get(&attribute.name) {
                out.name(&attribute.name).raw(value);
            }
        }
        out.finish_item()
    }

    fn flush(&mut self, file: &mut DataFile, lines: &mut Vec<u8>, items: &mut u64) -> io::Result<()> {
        file.write(lines, std::mem::take(items))?;
        lines.clear();
        if file.bytes >= FILE_BYTES_MAX {
            let next = self.new_file()?;
            self.finish(std::mem::replace(file, next))?;
        }
        Ok(())
    }

    fn new_file(&mut self) -> io::Result<DataFile> {
        let letters = NAME_LETTERS.len() as u64;
        let name: String = (0..NAME_LENGTH)
            .map(|_| char::from(NAME_LETTERS[usize::try_from(self.random.below(letters)).unwrap_or(0)]))
            .collect();
        let extension = match self.order.format {
            OutputFormat::DynamoDbJson => "json",
            OutputFormat::Ion => "ion",
        };
        DataFile::create(self.bucket, format!("{}{name}.{extension}.gz", data_directory(self.order)))
    }

    fn finish(&mut self, file: DataFile) -> io::Result<()> {
        let (key, items) = (file.key.clone(), file.items);
        let checksums = file.finish()?;
        self.listed.push(Listed { key, items, checksums });
        Ok(())
    }
}

/// Which of the two states of an incremental export is read.
#[derive(Clone, Copy)]
enum Source {
    Start,
    End,
}

/// Visits the entries of a partition: their keys begin with their hash.
fn scan(
    store: &dyn Read,
    order: &ExportOrder,
    range: HashRange,
    visit: &mut dyn FnMut(&Entry) -> ControlFlow<()>,
) -> io::Result<()> {
    let lower = range.start.to_be_bytes();
    let upper = range.end.checked_add(1).map(u64::to_be_bytes);
    let range = KeyRange {
        lower: Bound::Included(&lower),
        upper: upper.as_ref().map_or(Bound::Unbounded, |upper| Bound::Excluded(upper.as_slice())),
    };
    store.scan(order.space, range, Direction::Forward, visit).map_err(|error| unreadable(&error))
}

fn unreadable(error: &StoreError) -> io::Error {
    io::Error::other(error.to_string())
}
