//! Reading an index: the rules that Query and Scan share beyond those of a table.

use crate::error::Error;
use crate::expression::{IndexQuery, KeyCondition, Projection};
use crate::request::page_options::{PageOptions, refuse_empty, refuse_long};
use crate::store::Direction;
use crate::table::{
    Consistency, Index, IndexKeys, IndexKind, KeyAttribute, KeySpan, Projection as IndexProjection, Table,
};
use crate::value::{Encoder, IndexKey, Item, ItemRef, Key, Value};

/// Query's refusal of a vector index.
pub const QUERY_REFUSED: &str = "Query operation not supported on this index type.";
/// Scan's refusal of a vector index. That it ends without a full stop is the service's own.
pub const SCAN_REFUSED: &str = "Scan operation not supported on this index type";

/// Refuses to read a vector index in another way than by a search (captured by dynoxide's authors; that a vector index
/// counts as a global one under strong consistency, too).
///
/// # Errors
/// `ValidationException`.
pub fn refuse_vector_index(
    table: &Table,
    name: Option<&String>,
    consistency: Consistency,
    refusal: &str,
) -> Result<(), Error> {
    let Some(name) = name else { return Ok(()) };
    if !table.vector_indexes().iter().any(|index| index.name() == name) {
        return Ok(());
    }
    Err(Error::validation(match consistency {
        Consistency::Strong => "Consistent reads are not supported on global secondary indexes",
        _ => refusal,
    }))
}

/// An index that a request reads, beside its table.
#[derive(Clone, Copy)]
pub struct IndexRead<'a> {
    table: &'a Table,
    index: &'a Index,
    position: usize,
}

impl<'a> IndexRead<'a> {
    /// The index a request names; none where it names none.
    ///
    /// # Errors
    /// `ValidationException` where it cannot be read, or not with strong consistency.
    pub fn find(
        table: &'a Table,
        name: Option<&String>,
        consistency: Consistency,
    ) -> Result<Option<Self>, Error> {
        let Some(name) = name else { return Ok(None) };
        let position = table.readable_index(name)?;
        let index = &table.indexes()[position];
        if index.is_global() && consistency == Consistency::Strong {
            return Err(Error::validation("Consistent reads are not supported on global secondary indexes"));
        }
        Ok(Some(Self { table, index, position }))
    }

    /// An index by its position, which the caller knows to be readable.
    #[must_use]
    pub fn at(table: &'a Table, position: usize) -> Self {
        Self { table, index: &table.indexes()[position], position }
    }

    /// The index's position in its table.
    #[must_use]
    pub fn position(&self) -> usize {
        self.position
    }

    /// The index's key.
    #[must_use]
    pub fn keys(&self) -> &'a IndexKeys {
        self.index.definition().keys()
    }

    /// The entries that a query selects, behind its starting key. The checks come in the order in which DynamoDB makes
    /// them (dynalite's measured tests): starting key and conditions, one key attribute after the other, then the
    /// conditions' types, then where the starting key lies.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn query_span(
        &self,
        condition: &KeyCondition,
        options: &PageOptions,
        direction: Direction,
    ) -> Result<KeySpan, Error> {
        let keys = self.keys();
        let names = |attributes: &'a [KeyAttribute]| -> Vec<&'a str> {
            attributes.iter().map(|attribute| attribute.name.as_str()).collect()
        };
        let resolved = condition.resolve_index(&names(&keys.partition), &names(&keys.sort));
        if let Some(start) = &options.start {
            self.check_start_length(start.as_ref())?;
            check_start_part(start.as_ref(), &keys.partition)?;
            if keys.partition.iter().all(|attribute| condition.names(&attribute.name)) {
                check_start_part(start.as_ref(), &keys.sort)?;
            }
        }
        let query = resolved?;
        check_values(keys, &query)?;
        let mut span = KeySpan::of_index_query(&query);
        if let Some(start) = &options.start {
            let key = self.start_key(start.as_ref())?;
            if !span.contains(key.as_bytes()) {
                return Err(self.outside(&span, &query, start.as_ref()));
            }
            span.start_behind(key.as_bytes(), direction);
        }
        Ok(span)
    }

    /// The key of the entry behind which a scan goes on.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn scan_start(&self, options: &PageOptions) -> Result<Option<IndexKey>, Error> {
        let Some(start) = &options.start else { return Ok(None) };
        self.check_start_length(start.as_ref())?;
        check_start_part(start.as_ref(), &self.keys().partition)?;
        check_start_part(start.as_ref(), &self.keys().sort)?;
        self.start_key(start.as_ref()).map(Some)
    }

    /// A starting key has the key attributes of table and index, and no others.
    fn check_start_length(&self, start: ItemRef<'_>) -> Result<(), Error> {
        let schema = self.table.schema();
        let index_only = self.keys().attributes().filter(|attribute| !schema.holds(&attribute.name)).count();
        if start.len() != schema.attributes().count() + index_only {
            return Err(Error::validation("The provided starting key is invalid"));
        }
        Ok(())
    }

    fn start_key(&self, start: ItemRef<'_>) -> Result<IndexKey, Error> {
        let table_key = self.table_key(start)?;
        let key = self.index.definition().key_of(start, table_key.as_bytes());
        key.ok_or_else(|| Error::validation("The provided starting key is invalid"))
    }

    /// The table's part of a starting key.
    fn table_key(&self, start: ItemRef<'_>) -> Result<Key, Error> {
        let schema = self.table.schema();
        let mut part = Encoder::item();
        for attribute in schema.attributes() {
            if let Some(value) = start.get(&attribute.name) {
                part.name(&attribute.name);
                part.raw(value);
            }
        }
        let part: Item = part.finish_item();
        schema.key_alone(part.as_ref()).map_err(|error| {
            Error::Validation(format!("The provided starting key is invalid: {}", error.message()))
        })
    }

    /// Why a starting key that a query's span does not hold is refused.
    fn outside(&self, span: &KeySpan, query: &IndexQuery, start: ItemRef<'_>) -> Error {
        if query.sort.is_none() {
            return Error::validation(
                "The provided starting key is outside query boundaries based on provided conditions",
            );
        }
        let partition: Vec<_> = query.partition.iter().map(Value::as_ref).collect();
        let mut moved = IndexKey::new(&partition);
        for value in self.keys().sort.iter().filter_map(|attribute| start.get(&attribute.name)) {
            moved.push(value);
        }
        Error::validation(if span.contains(moved.as_bytes()) {
            "The query can return at most one row and cannot be restarted"
        } else {
            "The provided starting key does not match the range key predicate"
        })
    }

    /// Whether whole items are read from the table: a local index gives any attribute, at that price. A global one
    /// gives only what it projects (facts 1.4).
    ///
    /// # Errors
    /// `ValidationException` where a global index is asked for more than it projects.
    pub fn fetches(&self, options: &PageOptions) -> Result<bool, Error> {
        let definition = self.index.definition();
        let name = definition.name();
        let local = definition.kind() == IndexKind::Local;
        let wants_all = options.all_attributes && *definition.projection() != IndexProjection::All;
        if wants_all && !local {
            return Err(Error::Validation(format!(
                "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global \
                 secondary index {name} because its projection type is not ALL"
            )));
        }
        let wanted = options.projection.iter().flat_map(Projection::top_level_names);
        Ok(self.fetches_for(wanted)? || wants_all)
    }

    /// As [`IndexRead::fetches`], for the attributes that are asked for by name.
    ///
    /// # Errors
    /// `ValidationException` where a global index is asked for more than it projects.
    pub fn fetches_for<'n>(&self, wanted: impl Iterator<Item = &'n str>) -> Result<bool, Error> {
        let definition = self.index.definition();
        let missing: Vec<&str> = wanted.filter(|name| !definition.projects(name)).collect();
        if !missing.is_empty() && definition.kind() != IndexKind::Local {
            return Err(Error::Validation(format!(
                "One or more parameter values were invalid: Global secondary index {} does not project [{}]",
                definition.name(),
                missing.join(", ")
            )));
        }
        Ok(!missing.is_empty())
    }

    /// The rules for a query's filter: none of the index's key attributes, and none that the index does not project
    /// even where whole items are read. A scan's filter just finds nothing there.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn check_filter_keys(&self, options: &PageOptions) -> Result<(), Error> {
        options.refuse_key_filter(|name| self.keys().holds(name))
    }

    /// See [`IndexRead::check_filter_keys`].
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn check_filter_projected(&self, options: &PageOptions) -> Result<(), Error> {
        let Some(filter) = &options.filter else { return Ok(()) };
        let definition = self.index.definition();
        let mut missing: Vec<&str> =
            filter.top_level_names().filter(|name| !definition.projects(name)).collect();
        missing.dedup();
        if missing.is_empty() { Ok(()) } else { Err(self.unprojected_filter(&missing)) }
    }

    /// The rule for a PartiQL statement that reads by key: refused if every branch of its clause has a filter of
    /// attributes that the index does not project; those of the last branch are named, in the order that the service's
    /// hash table has them in (measured).
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn check_branch_filters<'n>(
        &self,
        branches: impl Iterator<Item = &'n [&'n str]>,
    ) -> Result<(), Error> {
        let definition = self.index.definition();
        let mut last = Vec::new();
        for names in branches {
            let mut missing: Vec<&str> = Vec::new();
            for name in names {
                if !definition.projects(name) && !missing.contains(name) {
                    missing.push(name);
                }
            }
            if missing.is_empty() {
                return Ok(());
            }
            last = missing;
        }
        // The table is at most three quarters full.
        let buckets = (last.len() * 4).div_ceil(3).next_power_of_two().max(16);
        let mask = u32::try_from(buckets).unwrap_or(16) - 1;
        last.sort_by_key(|name| {
            let hash = java_hash(name);
            (hash ^ (hash >> 16)) & mask
        });
        Err(self.unprojected_filter(&last))
    }

    fn unprojected_filter(&self, missing: &[&str]) -> Error {
        Error::Validation(format!(
            "One or more parameter values were invalid: Secondary index {} does not project one or more filter \
             attributes: [{}]",
            self.index.name(),
            missing.join(", ")
        ))
    }
}

/// The hash that Java has for a text, which says where its hash tables put it.
fn java_hash(text: &str) -> u32 {
    text.encode_utf16().fold(0, |hash: u32, unit| hash.wrapping_mul(31).wrapping_add(u32::from(unit)))
}

/// The index's key attributes in a starting key are there and have their types.
fn check_start_part(start: ItemRef<'_>, attributes: &[KeyAttribute]) -> Result<(), Error> {
    for attribute in attributes {
        let Some(value) = start.get(&attribute.name) else {
            return Err(Error::validation("The provided starting key is invalid"));
        };
        if value.type_() != attribute.type_ {
            return Err(Error::validation("The provided key element does not match the schema"));
        }
    }
    Ok(())
}

/// The values of a key condition have the types of the key attributes, and none is empty or too long.
fn check_values(keys: &IndexKeys, query: &IndexQuery) -> Result<(), Error> {
    let partition = keys.partition.iter().zip(&query.partition);
    let equal = keys.sort.iter().zip(&query.equal);
    let mut all: Vec<(&KeyAttribute, &Value)> = partition.chain(equal).collect();
    if let (Some(attribute), Some(condition)) = (keys.sort.get(query.equal.len()), &query.sort) {
        all.extend(condition.values().map(|value| (attribute, value)));
    }
    if all.iter().any(|(attribute, value)| value.as_ref().type_() != attribute.type_) {
        return Err(Error::validation(
            "One or more parameter values were invalid: Condition parameter type does not match schema type",
        ));
    }
    all.into_iter().try_for_each(|(attribute, value)| refuse_empty(attribute, value))?;
    refuse_long(&query.partition, &query.equal, query.sort.as_ref())
}
