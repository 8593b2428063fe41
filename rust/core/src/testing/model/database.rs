//! The model itself: tables as sorted maps of plain trees, and operations as one would explain them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::condition::begins_with;
use super::path::{Path, project};
use super::request::{BatchRead, BatchWrite, CapacityWanted, PageTerms, Request, SortTerm, WriteTerms};
use super::tree::{Attributes, Tree, attributes_json, item_size};
use super::update::Update;

/// A key attribute: its name and `S`, `N` or `B`.
pub type KeyAttribute = (String, &'static str);

/// A table's key attributes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Schema {
    /// The partition key.
    pub partition: KeyAttribute,
    /// The sort key.
    pub sort: Option<KeyAttribute>,
}

impl Schema {
    /// The key attributes in order.
    pub fn attributes(&self) -> impl Iterator<Item = &KeyAttribute> {
        std::iter::once(&self.partition).chain(self.sort.as_ref())
    }

    /// The key attributes of an item that has them.
    #[must_use]
    pub fn key_of(&self, item: &Attributes) -> Attributes {
        let key = self.attributes().filter_map(|(name, _)| Some((name.clone(), item.get(name)?.clone())));
        key.collect()
    }
}

/// A primary key; keys of one partition stand in the order of their sort keys.
pub type ModelKey = (Tree, Option<Tree>);

/// A table.
#[derive(Clone, PartialEq, Debug)]
pub struct ModelTable {
    /// Its key.
    pub schema: Schema,
    /// Its items.
    pub items: BTreeMap<ModelKey, Attributes>,
}

impl ModelTable {
    /// Items and their bytes.
    #[must_use]
    pub fn tally(&self) -> (usize, usize) {
        (self.items.len(), self.items.values().map(item_size).sum())
    }
}

/// An exception.
#[derive(Clone, PartialEq, Debug)]
pub struct Refusal {
    /// Its name.
    pub code: &'static str,
    /// Its text, where the model knows it.
    pub message: Option<String>,
    /// What it carries besides.
    pub members: Map<String, Json>,
}

impl Refusal {
    fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: Some(message.into()), members: Map::new() }
    }

    fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationException", message)
    }
}

/// An answer: the reply's members, or an exception.
pub type Answer = Result<Json, Refusal>;

/// A naive DynamoDB without throttling.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Model {
    /// The tables by name.
    pub tables: BTreeMap<String, ModelTable>,
}

const PAGE_BYTES: usize = 1_048_576;

impl Model {
    /// Adds a table.
    pub fn create(&mut self, name: &str, schema: Schema) {
        self.tables.insert(name.to_owned(), ModelTable { schema, items: BTreeMap::new() });
    }

    /// Carries out a request. `order` is what a Scan walks over, in its order: hashes are not the model's business.
    pub fn answer(&mut self, request: &Request, order: &[ModelKey]) -> Answer {
        match request {
            Request::Put { table, item, terms } => self.put(table, item, terms),
            Request::Get { table, key, consistent, projection, capacity } => {
                let (item, units) = self.get(table, key, *consistent)?;
                let item = item.map(|item| attributes_json(&reduced(item, projection)));
                Ok(members([("Item", item), ("ConsumedCapacity", consumed(table, units, *capacity))]))
            }
            Request::Delete { table, key, terms } => self.delete(table, key, terms),
            Request::Update { table, key, update, terms } => self.update(table, key, update, terms),
            Request::Query { table, partition, sort, forward, terms } => {
                self.query(table, partition, sort.as_ref(), *forward, terms)
            }
            Request::Scan { table, terms, .. } => {
                let known = self.table(table)?;
                let start = start_key(known, terms)?;
                let behind =
                    |start: ModelKey| order.iter().position(|key| *key == start).map_or(0, |at| at + 1);
                let rest = &order[start.map_or(0, behind)..];
                Ok(page(table, known, rest.iter(), terms, terms.limit))
            }
            Request::BatchGet { tables, capacity } => self.batch_get(tables, *capacity),
            Request::BatchWrite { tables, capacity } => self.batch_write(tables, *capacity),
        }
    }

    fn table(&self, name: &str) -> Result<&ModelTable, Refusal> {
        let missing = || Refusal::new("ResourceNotFoundException", "Requested resource not found");
        self.tables.get(name).ok_or_else(missing)
    }

    fn items(&mut self, name: &str) -> &mut BTreeMap<ModelKey, Attributes> {
        &mut self.tables.get_mut(name).expect("the table was looked up before").items
    }

    fn get(
        &self,
        table: &str,
        key: &Attributes,
        consistent: bool,
    ) -> Result<(Option<&Attributes>, f64), Refusal> {
        let known = self.table(table)?;
        let key = key_alone(&known.schema, key)?;
        let item = known.items.get(&key);
        Ok((item, read_units(item.map_or(0, item_size), consistent)))
    }

    fn put(&mut self, table: &str, item: &Attributes, terms: &WriteTerms) -> Answer {
        old_only(terms)?;
        let known = self.table(table)?;
        let key = key_of_item(&known.schema, item)?;
        let old = known.items.get(&key).cloned();
        check_condition(old.as_ref(), terms)?;
        self.items(table).insert(key, item.clone());
        Ok(written(table, old.as_ref(), Some(item), terms, &[]))
    }

    fn delete(&mut self, table: &str, key: &Attributes, terms: &WriteTerms) -> Answer {
        old_only(terms)?;
        let known = self.table(table)?;
        let key = key_alone(&known.schema, key)?;
        let old = known.items.get(&key).cloned();
        check_condition(old.as_ref(), terms)?;
        self.items(table).remove(&key);
        Ok(written(table, old.as_ref(), None, terms, &[]))
    }

    fn update(&mut self, table: &str, key: &Attributes, update: &Update, terms: &WriteTerms) -> Answer {
        let known = self.table(table)?;
        let place = key_alone(&known.schema, key)?;
        let targets = update.targets();
        if let Some(name) = targets.iter().map(Path::top).find(|name| key.contains_key(*name)) {
            return Err(Refusal::validation(format!(
                "One or more parameter values were invalid: Cannot update attribute {name}. This attribute is part \
                 of the key"
            )));
        }
        let old = known.items.get(&place).cloned();
        check_condition(old.as_ref(), terms)?;
        let new = update.apply(old.as_ref().unwrap_or(key), old.is_some()).map_err(|message| Refusal {
            code: "ValidationException",
            message: message.map(str::to_owned),
            members: Map::new(),
        })?;
        if old.is_none() && update.only_removes() {
            return Ok(written(table, None, None, terms, &targets));
        }
        self.items(table).insert(place, new.clone());
        Ok(written(table, old.as_ref(), Some(&new), terms, &targets))
    }

    fn query(
        &self,
        table: &str,
        partition: &Tree,
        sort: Option<&SortTerm>,
        forward: bool,
        terms: &PageTerms,
    ) -> Answer {
        let known = self.table(table)?;
        check_query_values(&known.schema, partition, sort)?;
        let tops = terms.filter.as_ref().map(|filter| filter.tops()).unwrap_or_default();
        if let Some(name) = tops.iter().find(|top| known.schema.attributes().any(|(name, _)| name == **top)) {
            return Err(Refusal::validation(format!(
                "Filter Expression can only contain non-primary key attributes: Primary key attribute: {name}"
            )));
        }
        let selects = |key: &ModelKey| {
            key.0 == *partition
                && sort.is_none_or(|sort| key.1.as_ref().is_some_and(|key| selected(sort, key)))
        };
        let start = query_start_key(known, terms)?;
        if let Some(start) = start.as_ref().filter(|start| !selects(start)) {
            let sorts = |sort: &SortTerm| start.1.as_ref().is_some_and(|key| selected(sort, key));
            return Err(Refusal::validation(match sort {
                None => "The provided starting key is outside query boundaries based on provided conditions",
                Some(sort) if sorts(sort) => "The query can return at most one row and cannot be restarted",
                Some(_) => "The provided starting key does not match the range key predicate",
            }));
        }
        let mut keys: Vec<&ModelKey> = known.items.keys().filter(|key| selects(key)).collect();
        if !forward {
            keys.reverse();
        }
        let ahead = |key: &&ModelKey| match &start {
            None => true,
            Some(start) if forward => *key > start,
            Some(start) => *key < start,
        };
        // Without a sort key there is one item at most, and no page behind it.
        let limit = terms.limit.filter(|_| known.schema.sort.is_some());
        Ok(page(table, known, keys.into_iter().filter(ahead), terms, limit))
    }

    fn batch_get(&self, tables: &[(String, BatchRead)], wanted: CapacityWanted) -> Answer {
        for (table, read) in tables {
            let known = self.table(table)?;
            let keys =
                read.keys.iter().map(|key| key_alone(&known.schema, key)).collect::<Result<Vec<_>, _>>()?;
            refuse_duplicates(&keys)?;
        }
        let mut responses = Map::new();
        let mut capacity = Vec::new();
        for (table, read) in tables {
            let mut items = Vec::new();
            let mut units = 0.0;
            for key in &read.keys {
                let (item, cost) = self.get(table, key, read.consistent)?;
                units += cost;
                items.extend(item.map(|item| attributes_json(&reduced(item, &read.projection))));
            }
            responses.insert(table.clone(), Json::Array(items));
            capacity.extend(consumed(table, units, wanted));
        }
        let capacity = (wanted != CapacityWanted::Absent).then_some(Json::Array(capacity));
        Ok(members([
            ("Responses", Some(Json::Object(responses))),
            ("UnprocessedKeys", Some(json!({}))),
            ("ConsumedCapacity", capacity),
        ]))
    }

    fn batch_write(&mut self, tables: &[(String, Vec<BatchWrite>)], wanted: CapacityWanted) -> Answer {
        let mut all = Vec::new();
        for (table, writes) in tables {
            let schema = &self.table(table)?.schema;
            let key = |write: &BatchWrite| match write {
                BatchWrite::Put(item) => key_of_item(schema, item),
                BatchWrite::Delete(key) => key_alone(schema, key),
            };
            let keys = writes.iter().map(key).collect::<Result<Vec<_>, _>>()?;
            refuse_duplicates(&keys)?;
            all.push(keys);
        }
        let mut capacity = Vec::new();
        for ((table, writes), keys) in tables.iter().zip(all) {
            let mut units = 0.0;
            for (write, key) in writes.iter().zip(keys) {
                let (old, new) = match write {
                    BatchWrite::Put(item) => (self.items(table).insert(key, item.clone()), Some(item)),
                    BatchWrite::Delete(_) => (self.items(table).remove(&key), None),
                };
                units += write_units(old.as_ref(), new);
            }
            capacity.extend(consumed(table, units, wanted));
        }
        let capacity = (wanted != CapacityWanted::Absent).then_some(Json::Array(capacity));
        Ok(members([("UnprocessedItems", Some(json!({}))), ("ConsumedCapacity", capacity)]))
    }
}

fn members<const N: usize>(members: [(&str, Option<Json>); N]) -> Json {
    members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

fn reduced(item: &Attributes, projection: &[Path]) -> Attributes {
    if projection.is_empty() { item.clone() } else { project(item, projection) }
}

fn read_units(bytes: usize, consistent: bool) -> f64 {
    let blocks = bytes.div_ceil(4096).max(1) as f64;
    if consistent { blocks } else { blocks / 2.0 }
}

fn write_units(old: Option<&Attributes>, new: Option<&Attributes>) -> f64 {
    let bytes = old.map_or(0, item_size).max(new.map_or(0, item_size));
    bytes.div_ceil(1024).max(1) as f64
}

fn consumed(table: &str, units: f64, wanted: CapacityWanted) -> Option<Json> {
    match wanted {
        CapacityWanted::Absent => None,
        CapacityWanted::Total => Some(json!({ "TableName": table, "CapacityUnits": units })),
        CapacityWanted::Indexes => {
            Some(json!({ "TableName": table, "CapacityUnits": units, "Table": { "CapacityUnits": units } }))
        }
    }
}

fn old_only(terms: &WriteTerms) -> Result<(), Refusal> {
    match terms.return_values {
        None | Some("NONE" | "ALL_OLD") => Ok(()),
        Some(_) => Err(Refusal::validation("ReturnValues can only be ALL_OLD or NONE")),
    }
}

fn check_condition(old: Option<&Attributes>, terms: &WriteTerms) -> Result<(), Refusal> {
    let nothing = Attributes::new();
    let holds = terms.condition.as_ref().is_none_or(|condition| condition.holds(old.unwrap_or(&nothing)));
    if holds {
        return Ok(());
    }
    let mut refusal = Refusal::new("ConditionalCheckFailedException", "The conditional request failed");
    if let Some(old) = old.filter(|_| terms.item_on_failure) {
        refusal.members.insert("Item".to_owned(), attributes_json(old));
    }
    Err(refusal)
}

fn written(
    table: &str,
    old: Option<&Attributes>,
    new: Option<&Attributes>,
    terms: &WriteTerms,
    targets: &[Path],
) -> Json {
    let touched = |item: &Attributes| Some(project(item, targets)).filter(|part| !part.is_empty());
    let attributes = match terms.return_values {
        Some("ALL_OLD") => old.cloned(),
        Some("ALL_NEW") => new.cloned(),
        Some("UPDATED_OLD") => old.and_then(touched),
        Some("UPDATED_NEW") => new.and_then(touched),
        _ => None,
    };
    members([
        ("Attributes", attributes.map(|attributes| attributes_json(&attributes))),
        ("ConsumedCapacity", consumed(table, write_units(old, new), terms.capacity)),
    ])
}

fn refuse_empty(name: &str, value: &Tree) -> Result<(), Refusal> {
    let kind = match value {
        Tree::S(text) if text.is_empty() => "string",
        Tree::B(bytes) if bytes.is_empty() => "binary",
        _ => return Ok(()),
    };
    Err(Refusal::validation(format!(
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty \
         {kind} value. Key: {name}"
    )))
}

fn key_of_item(schema: &Schema, item: &Attributes) -> Result<ModelKey, Refusal> {
    for (name, tag) in schema.attributes() {
        let Some(value) = item.get(name) else {
            return Err(Refusal::validation(format!(
                "One or more parameter values were invalid: Missing the key {name} in the item"
            )));
        };
        if value.tag() != *tag {
            return Err(Refusal::validation(format!(
                "One or more parameter values were invalid: Type mismatch for key {name} expected: {tag} actual: {}",
                value.tag()
            )));
        }
    }
    key_alone(schema, &schema.key_of(item))
}

fn key_alone(schema: &Schema, key: &Attributes) -> Result<ModelKey, Refusal> {
    let fits = key.len() == schema.attributes().count()
        && schema.attributes().all(|(name, tag)| key.get(name).is_some_and(|value| value.tag() == *tag));
    if !fits {
        return Err(Refusal::validation("The provided key element does not match the schema"));
    }
    for (name, _) in schema.attributes() {
        refuse_empty(name, &key[name])?;
    }
    Ok((key[&schema.partition.0].clone(), schema.sort.as_ref().map(|(name, _)| key[name].clone())))
}

fn refuse_duplicates(keys: &[ModelKey]) -> Result<(), Refusal> {
    let distinct: BTreeSet<&ModelKey> = keys.iter().collect();
    if distinct.len() == keys.len() {
        return Ok(());
    }
    Err(Refusal::validation("Provided list of item keys contains duplicates"))
}

/// Query's starting key: it says less about a wrong one than Scan.
fn query_start_key(table: &ModelTable, terms: &PageTerms) -> Result<Option<ModelKey>, Refusal> {
    let Some(start) = &terms.start else { return Ok(None) };
    let names = || table.schema.attributes().map(|(name, _)| name);
    if start.len() != names().count() || names().any(|name| !start.contains_key(name)) {
        return Err(Refusal::validation("The provided starting key is invalid"));
    }
    let key = key_alone(&table.schema, start)?;
    if table.schema.sort.is_some() {
        return Ok(Some(key));
    }
    let text = match &key.0 {
        Tree::S(text) => format!("S:{text}"),
        Tree::N(number) => format!("N:{}", number.text()),
        Tree::B(bytes) => format!("B:java.nio.HeapByteBuffer[pos=0 lim={0} cap={0}]", bytes.len()),
        _ => unreachable!("a key is a scalar"),
    };
    let name = &table.schema.partition.0;
    Err(Refusal::validation(format!(
        "The provided exclusive start key is invalid: ExclusiveStartKey: {{{name}=AttributeValue: {{{text}}}}}"
    )))
}

fn start_key(table: &ModelTable, terms: &PageTerms) -> Result<Option<ModelKey>, Refusal> {
    let Some(start) = &terms.start else { return Ok(None) };
    key_alone(&table.schema, start).map(Some).map_err(|refusal| {
        let text = refusal.message.unwrap_or_default();
        Refusal::validation(format!("The provided starting key is invalid: {text}"))
    })
}

fn check_query_values(schema: &Schema, partition: &Tree, sort: Option<&SortTerm>) -> Result<(), Refusal> {
    let values: Vec<&Tree> = match sort {
        None => vec![],
        Some(SortTerm::Compare(_, value) | SortTerm::BeginsWith(value)) => vec![value],
        Some(SortTerm::Between(low, high)) => vec![low, high],
    };
    let sort_tag = schema.sort.as_ref().map(|(_, tag)| *tag);
    if partition.tag() != schema.partition.1 || values.iter().any(|value| Some(value.tag()) != sort_tag) {
        return Err(Refusal::validation(
            "One or more parameter values were invalid: Condition parameter type does not match schema type",
        ));
    }
    refuse_empty(&schema.partition.0, partition)?;
    values.iter().try_for_each(|value| match &schema.sort {
        Some((name, _)) => refuse_empty(name, value),
        None => Ok(()),
    })
}

fn selected(sort: &SortTerm, key: &Tree) -> bool {
    use super::condition::Comparator::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    match sort {
        SortTerm::Compare(comparator, value) => match comparator {
            Equal => key == value,
            NotEqual => key != value,
            Less => key < value,
            LessOrEqual => key <= value,
            Greater => key > value,
            GreaterOrEqual => key >= value,
        },
        SortTerm::Between(low, high) => low <= key && key <= high,
        SortTerm::BeginsWith(prefix) => begins_with(key, prefix),
    }
}

/// A page over keys in order: ends behind the item that makes `Limit` or a megabyte full.
fn page<'k>(
    name: &str,
    table: &ModelTable,
    keys: impl Iterator<Item = &'k ModelKey>,
    terms: &PageTerms,
    limit: Option<usize>,
) -> Json {
    let mut items = Vec::new();
    let (mut count, mut scanned, mut bytes) = (0, 0, 0);
    let mut last = None;
    for key in keys {
        let item = &table.items[key];
        scanned += 1;
        bytes += item_size(item);
        if terms.filter.as_ref().is_none_or(|filter| filter.holds(item)) {
            count += 1;
            items.push(attributes_json(&reduced(item, &terms.projection)));
        }
        if limit == Some(scanned) || bytes >= PAGE_BYTES {
            last = Some(attributes_json(&table.schema.key_of(item)));
            break;
        }
    }
    members([
        ("Items", (!terms.count_only).then_some(Json::Array(items))),
        ("Count", Some(json!(count))),
        ("ScannedCount", Some(json!(scanned))),
        ("LastEvaluatedKey", last),
        ("ConsumedCapacity", consumed(name, read_units(bytes, terms.consistent), terms.capacity)),
    ])
}
