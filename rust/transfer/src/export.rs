//! Writing a table to a bucket, in DynamoDB's layout.

use std::io;
use std::ops::{Bound, ControlFlow};

use dynacore::random::Random;
use dynacore::store::{Direction, Entry, KeyRange, Read, StoreError};
use dynacore::table::{ExportItems, ExportOrder, ExportReport, HashRange, OutputFormat, PastChange};
use dynacore::value::{Encoder, Item, ItemRef, KeyBytes};

use crate::bucket::{Bucket, Buckets, broken};
use crate::desk::Desk;
use crate::image::{ChangedItem, write_change, write_line};
use crate::manifest::{Listed, data_directory, directory, write as write_manifest};
use crate::upload::{DataFile, put};

/// Bytes of lines that are compressed at a time, and that a data file has before another one begins.
const LINES_BYTES: usize = 1 << 16;
const FILE_BYTES_MAX: u64 = 256 << 20;
/// Items of the past that are asked for at a time: few, as the engine does nothing else meanwhile.
const PAGE_ITEMS: usize = 500;

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
        file: None,
        lines: Vec::with_capacity(LINES_BYTES * 2),
        line_items: 0,
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
    /// The file that is being written.
    file: Option<DataFile>,
    /// Its lines that are not yet compressed, and the items they stand for.
    lines: Vec<u8>,
    line_items: u64,
}

impl Writer<'_> {
    fn write(&mut self, desk: &dyn Desk) -> io::Result<String> {
        // Shows that the bucket can be written to, before anything is.
        put(self.bucket, &format!("{}_started", directory(self.order)), b"")?;
        let order = self.order;
        match &order.items {
            ExportItems::Present(items) => {
                for range in &order.partitions {
                    self.write_partition(items.as_ref(), *range)?;
                }
            }
            ExportItems::Past => self.write_past(desk)?,
        }
        write_manifest(self.order, &self.listed, &self.report, self.bucket, desk.now())
    }

    /// The items of one partition: a file, or several where they are many.
    fn write_partition(&mut self, items: &dyn Read, range: HashRange) -> io::Result<()> {
        self.begin_file()?;
        let mut outcome = Ok(());
        scan(items, self.order, range, &mut |entry| {
            outcome = self.add_item(entry);
            if outcome.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        outcome?;
        self.end_file()
    }

    /// What the engine keeps of the past comes in pages, in the order of the partitions.
    fn write_past(&mut self, desk: &dyn Desk) -> io::Result<()> {
        let order = self.order;
        let mut behind: Option<KeyBytes> = None;
        let mut ranges = order.partitions.iter();
        let mut range = ranges.next();
        self.begin_file()?;
        loop {
            let page = desk.export_page(order.job, behind.as_deref(), PAGE_ITEMS);
            let page = page.map_err(|error| io::Error::other(error.message().to_owned()))?;
            let keys =
                page.items.iter().map(Entry::key).chain(page.changes.iter().map(|change| &change.key[..]));
            let mut items = page.items.iter();
            let mut changes = page.changes.iter();
            for key in keys {
                while range.is_some_and(|range| is_behind(key, *range)) {
                    self.end_file()?;
                    self.begin_file()?;
                    range = ranges.next();
                }
                match items.next() {
                    Some(entry) => self.add_item(entry)?,
                    None => changes.next().map_or(Ok(()), |change| self.add_change(change))?,
                }
            }
            behind = page.behind;
            if behind.is_none() {
                break;
            }
        }
        self.end_file()?;
        for _ in ranges {
            self.begin_file()?;
            self.end_file()?;
        }
        Ok(())
    }

    fn add_item(&mut self, entry: &Entry) -> io::Result<()> {
        let item = ItemRef::trusted(entry.value());
        write_line(item, self.order.format, &mut self.lines);
        self.count(item.size())
    }

    /// What was put and removed again in the period, or is as it was, makes no line (facts 9.3).
    fn add_change(&mut self, change: &PastChange) -> io::Result<()> {
        let (old, new) = (change.old_item(), change.new_item());
        let Some(item) = new.or(old) else { return Ok(()) };
        let Some(period) = self.order.period.filter(|_| !change.is_none()) else { return Ok(()) };
        let keys = self.keys(item);
        let written_micros = change.written.as_nanos() / 1_000;
        let told = ChangedItem { written_micros, keys: keys.as_ref(), old, new };
        write_change(&told, period.view, self.order.format, &mut self.lines);
        self.count(item.size())
    }

    fn count(&mut self, bytes: usize) -> io::Result<()> {
        self.line_items += 1;
        self.report.items += 1;
        self.report.bytes += bytes as u64;
        if self.lines.len() < LINES_BYTES { Ok(()) } else { self.flush() }
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

    fn flush(&mut self) -> io::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        file.write(&self.lines, std::mem::take(&mut self.line_items))?;
        self.lines.clear();
        if file.bytes >= FILE_BYTES_MAX {
            self.end_file()?;
            self.begin_file()?;
        }
        Ok(())
    }

    fn begin_file(&mut self) -> io::Result<()> {
        self.file = Some(self.new_file()?);
        Ok(())
    }

    fn end_file(&mut self) -> io::Result<()> {
        let Some(mut file) = self.file.take() else { return Ok(()) };
        file.write(&self.lines, std::mem::take(&mut self.line_items))?;
        self.lines.clear();
        let (key, items) = (file.key.clone(), file.items);
        let checksums = file.finish()?;
        self.listed.push(Listed { key, items, checksums });
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
}

/// Whether a key lies behind a partition.
fn is_behind(key: &[u8], range: HashRange) -> bool {
    key.get(..8)
        .and_then(|hash| hash.try_into().ok())
        .is_some_and(|hash| u64::from_be_bytes(hash) > range.end)
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
