//! What vector indexes meter: bytes, beside the units of their table.

/// The least a request is metered as (developer guide, "Monitoring vector index capacity"; measured to be exactly this).
pub(super) const BYTES_MIN: u64 = 1_024;

/// What a write of an index is metered as, given the size of the larger of the entries before and after.
pub(super) fn write_bytes(size: usize) -> u64 {
    (size as u64).max(BYTES_MIN)
}

/// Hundredths of a vector that a search of up to 16 entries is metered as having examined.
const EXAMINED_FEW: u64 = 440;
/// Hundredths of a vector that each doubling of the entries adds.
const EXAMINED_PER_DOUBLING: u64 = 115;
/// The entries beyond which doublings count, as a power of two.
const FEW_POWER: u32 = 4;

/// `VectorSearchRequestBytes` of a search over `entries` vectors that answers with items of `answered` bytes together.
///
/// DynamoDB meters what its own approximate search examines, which grows with the logarithm of the entries (developer
/// guide), and does not publish how. Measured were 17.6 bytes a dimension over a dozen entries (extenddb) and 59.1 over
/// 15,000, to which the answered items add their stored size whatever is projected of them. The curve through these is
/// ours, and the service's own figure varies from one equal request to the next.
#[must_use]
pub fn search_bytes(dimensions: usize, entries: u64, answered: u64) -> f64 {
    let doublings = entries.max(1).ilog2().saturating_sub(FEW_POWER);
    let examined = EXAMINED_FEW + EXAMINED_PER_DOUBLING * u64::from(doublings);
    let hundredths = dimensions as u64 * 4 * examined + answered * 100;
    hundredths.max(BYTES_MIN * 100) as f64 / 100.0
}
