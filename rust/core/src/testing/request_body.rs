//! The JSON of a made-up request.

use serde_json::{Map, Value as Json, json};

use super::Choices;
use super::model::{
    Attributes, BatchRead, BatchWrite, CapacityWanted, Decimal, PageTerms, Path, Request, Schema, SortTerm,
    Texts, Tree, Update, WriteTerms, attributes_json_with,
};

/// Writes a request as the body that a client would send; the choices decide between ways to write the same
/// thing. `schema` is that of the request's table, as far as there is one.
pub fn request_body(request: &Request, schema: Option<&Schema>, choices: &mut Choices<'_>) -> Json {
    let odd_numbers = choices.chance(25);
    let mut body = Body { members: Map::new(), odd_numbers };
    match request {
        Request::Put { table, item, terms } => {
            body.set("TableName", table.as_str());
            body.attributes("Item", item);
            body.write_terms(terms, &Update::default(), choices);
        }
        Request::Get { table, key, consistent, projection, capacity } => {
            body.set("TableName", table.as_str());
            body.attributes("Key", key);
            body.set("ConsistentRead", *consistent);
            body.capacity(*capacity);
            let mut texts = Texts::new(choices);
            body.projection(projection, &mut texts);
            texts.finish(&mut body.members);
        }
        Request::Delete { table, key, terms } => {
            body.set("TableName", table.as_str());
            body.attributes("Key", key);
            body.write_terms(terms, &Update::default(), choices);
        }
        Request::Update { table, key, update, terms } => {
            body.set("TableName", table.as_str());
            body.attributes("Key", key);
            body.write_terms(terms, update, choices);
        }
        Request::Query { table, partition, sort, forward, terms } => {
            body.set("TableName", table.as_str());
            body.set("ScanIndexForward", *forward);
            let mut texts = Texts::new(choices);
            let key_condition = key_condition(schema, partition, sort.as_ref(), &mut texts);
            body.set("KeyConditionExpression", key_condition);
            body.page_terms(terms, texts);
        }
        Request::Scan { table, segment, terms } => {
            body.set("TableName", table.as_str());
            if let Some((segment, total)) = segment {
                body.set("Segment", *segment);
                body.set("TotalSegments", *total);
            }
            body.page_terms(terms, Texts::new(choices));
        }
        Request::BatchGet { tables, capacity } => {
            let tables = tables.iter().map(|(name, read)| (name.clone(), body.batch_read(read, choices)));
            let tables: Json = tables.collect();
            body.set("RequestItems", tables);
            body.capacity(*capacity);
        }
        Request::BatchWrite { tables, capacity } => {
            let writes = |writes: &Vec<BatchWrite>| {
                writes.iter().map(|write| body.batch_write(write)).collect::<Json>()
            };
            let tables: Json = tables.iter().map(|(name, list)| (name.clone(), writes(list))).collect();
            body.set("RequestItems", tables);
            body.capacity(*capacity);
        }
    }
    Json::Object(body.members)
}

struct Body {
    members: Map<String, Json>,
    odd_numbers: bool,
}

impl Body {
    fn set(&mut self, name: &str, value: impl Into<Json>) {
        self.members.insert(name.to_owned(), value.into());
    }

    fn number(&self) -> fn(Decimal) -> String {
        if self.odd_numbers { Decimal::odd_text } else { Decimal::text }
    }

    fn attributes(&mut self, name: &str, attributes: &Attributes) {
        let json = attributes_json_with(attributes, &self.number());
        self.set(name, json);
    }

    fn capacity(&mut self, wanted: CapacityWanted) {
        match wanted {
            CapacityWanted::Absent => {}
            CapacityWanted::Total => self.set("ReturnConsumedCapacity", "TOTAL"),
            CapacityWanted::Indexes => self.set("ReturnConsumedCapacity", "INDEXES"),
        }
    }

    fn projection(&mut self, paths: &[Path], texts: &mut Texts<'_, '_>) {
        if !paths.is_empty() {
            let paths: Vec<String> = paths.iter().map(|path| texts.path(path)).collect();
            self.set("ProjectionExpression", paths.join(", "));
        }
    }

    fn write_terms(&mut self, terms: &WriteTerms, update: &Update, choices: &mut Choices<'_>) {
        let mut texts = Texts::new(choices);
        if !update.0.is_empty() {
            let text = update.text(&mut texts);
            self.set("UpdateExpression", text);
        }
        if let Some(condition) = &terms.condition {
            let text = condition.text(&mut texts);
            self.set("ConditionExpression", text);
        }
        texts.finish(&mut self.members);
        if let Some(return_values) = terms.return_values {
            self.set("ReturnValues", return_values);
        }
        if terms.item_on_failure {
            self.set("ReturnValuesOnConditionCheckFailure", "ALL_OLD");
        }
        self.capacity(terms.capacity);
    }

    fn page_terms(&mut self, terms: &PageTerms, mut texts: Texts<'_, '_>) {
        if let Some(filter) = &terms.filter {
            let text = filter.text(&mut texts);
            self.set("FilterExpression", text);
        }
        self.projection(&terms.projection, &mut texts);
        texts.finish(&mut self.members);
        if terms.count_only {
            self.set("Select", "COUNT");
        }
        if let Some(limit) = terms.limit {
            self.set("Limit", limit);
        }
        if let Some(start) = &terms.start {
            self.attributes("ExclusiveStartKey", start);
        }
        self.set("ConsistentRead", terms.consistent);
        self.capacity(terms.capacity);
    }

    fn batch_read(&self, read: &BatchRead, choices: &mut Choices<'_>) -> Json {
        let mut part = Self { members: Map::new(), odd_numbers: self.odd_numbers };
        let number = self.number();
        let keys: Json = read.keys.iter().map(|key| attributes_json_with(key, &number)).collect();
        part.set("Keys", keys);
        part.set("ConsistentRead", read.consistent);
        let mut texts = Texts::new(choices);
        part.projection(&read.projection, &mut texts);
        texts.finish(&mut part.members);
        Json::Object(part.members)
    }

    fn batch_write(&self, write: &BatchWrite) -> Json {
        let number = self.number();
        match write {
            BatchWrite::Put(item) => json!({ "PutRequest": { "Item": attributes_json_with(item, &number) } }),
            BatchWrite::Delete(key) => {
                json!({ "DeleteRequest": { "Key": attributes_json_with(key, &number) } })
            }
        }
    }
}

fn key_condition(
    schema: Option<&Schema>,
    partition: &Tree,
    sort: Option<&SortTerm>,
    texts: &mut Texts<'_, '_>,
) -> String {
    let name = |key: Option<&str>, otherwise: &str| Path::attribute(key.unwrap_or(otherwise));
    let partition_path = name(schema.map(|schema| schema.partition.0.as_str()), "pk");
    let sort_path = name(schema.and_then(|schema| schema.sort.as_ref()).map(|sort| sort.0.as_str()), "sk");
    let equal = format!("{} = {}", texts.path(&partition_path), texts.value(partition));
    let Some(sort) = sort else { return equal };
    let path = texts.path(&sort_path);
    let sort = match sort {
        SortTerm::Compare(comparator, value) if texts.choose(20) => {
            format!("{} {} {path}", texts.value(value), comparator.turned().text())
        }
        SortTerm::Compare(comparator, value) => {
            format!("{path} {} {}", comparator.text(), texts.value(value))
        }
        SortTerm::Between(low, high) => {
            format!("{path} BETWEEN {} AND {}", texts.value(low), texts.value(high))
        }
        SortTerm::BeginsWith(prefix) => format!("begins_with({path}, {})", texts.value(prefix)),
    };
    if texts.choose(20) { format!("({sort}) AND ({equal})") } else { format!("{equal} AND {sort}") }
}
