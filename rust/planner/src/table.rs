//! The scenario's tables in the engine: made, scaled, and looked at each minute.

use dynacore::clock::Timestamp;
use dynacore::request::Service;
use dynacore::wire::{JsonWriter, ToWire as _};
use serde_json::{Value, json};

use crate::error::PlanError;
use crate::regions::Engines;
use crate::request::RequestReader;
use crate::scenario::{Scaling, Table};

/// Carries out requests that are not part of a load.
pub struct Console<'a> {
    /// The engines.
    pub engines: &'a mut Engines,
    /// The Region that is called.
    pub region: usize,
    /// Reads the requests.
    pub reader: &'a RequestReader,
    /// When.
    pub now: Timestamp,
}

impl Console<'_> {
    /// Calls an operation.
    ///
    /// # Errors
    /// [`PlanError::Refused`] with the exception's text.
    pub fn call(&mut self, service: Service, name: &str, parameters: &Value) -> Result<Value, PlanError> {
        let body = parameters.to_string();
        let operation = self.reader.read(service, name, body.as_bytes())?;
        let response = self
            .engines
            .execute(self.region, &operation, self.now)
            .map_err(|error| PlanError::Refused(format!("{name}: {}", error.message())))?;
        let mut writer = JsonWriter::with_capacity(1_024);
        response.write(&mut writer);
        Ok(serde_json::from_slice(&writer.into_bytes()).expect("the engine writes JSON"))
    }

    /// Makes a table with its indexes, and what scales them.
    ///
    /// # Errors
    /// As [`Console::call`].
    pub fn make(&mut self, table: &Table) -> Result<(), PlanError> {
        self.call(Service::DynamoDb, "CreateTable", &create_table(table))?;
        self.scale_all(table)
    }

    /// Makes what scales a table and its indexes.
    ///
    /// # Errors
    /// As [`Console::call`].
    pub fn scale_all(&mut self, table: &Table) -> Result<(), PlanError> {
        let resource = format!("table/{}", table.name);
        self.scale(&resource, "table", "Read", table.read_scaling)?;
        self.scale(&resource, "table", "Write", table.write_scaling)?;
        for index in &table.indexes {
            let resource = format!("{resource}/index/{}", index.name);
            self.scale(&resource, "index", "Read", index.read_scaling)?;
            self.scale(&resource, "index", "Write", index.write_scaling)?;
        }
        Ok(())
    }

    fn scale(
        &mut self,
        resource: &str,
        kind: &str,
        direction: &str,
        scaling: Option<Scaling>,
    ) -> Result<(), PlanError> {
        let Some(scaling) = scaling else { return Ok(()) };
        let dimension = format!("dynamodb:{kind}:{direction}CapacityUnits");
        let target = json!({
            "ServiceNamespace": "dynamodb", "ResourceId": resource, "ScalableDimension": dimension,
            "MinCapacity": scaling.min, "MaxCapacity": scaling.max,
        });
        self.call(Service::ApplicationAutoScaling, "RegisterScalableTarget", &target)?;
        let policy = json!({
            "PolicyName": format!("{direction}-target"), "PolicyType": "TargetTrackingScaling",
            "ServiceNamespace": "dynamodb", "ResourceId": resource, "ScalableDimension": dimension,
            "TargetTrackingScalingPolicyConfiguration": {
                "TargetValue": scaling.target_percent,
                "PredefinedMetricSpecification": {
                    "PredefinedMetricType": format!("DynamoDB{direction}CapacityUtilization"),
                },
            },
        });
        self.call(Service::ApplicationAutoScaling, "PutScalingPolicy", &policy).map(drop)
    }

    /// What is provisioned now: of the table and then of each index, reads and writes.
    ///
    /// # Errors
    /// As [`Console::call`].
    pub fn provisioned(&mut self, table: &Table) -> Result<Vec<[u64; 2]>, PlanError> {
        let answer = self.call(Service::DynamoDb, "DescribeTable", &json!({ "TableName": table.name }))?;
        let units = |described: &Value| {
            let throughput = &described["ProvisionedThroughput"];
            ["ReadCapacityUnits", "WriteCapacityUnits"].map(|name| throughput[name].as_u64().unwrap_or(0))
        };
        let described = &answer["Table"];
        let mut provisioned = vec![units(described)];
        let indexes = described["GlobalSecondaryIndexes"].as_array();
        for index in &table.indexes {
            let of = indexes.and_then(|all| all.iter().find(|each| each["IndexName"] == index.name.as_str()));
            provisioned.push(of.map_or([0, 0], units));
        }
        Ok(provisioned)
    }
}

fn create_table(table: &Table) -> Value {
    let mut names = vec![&table.partition_key];
    names.extend(table.sort_key.as_ref());
    let keys: Vec<Value> = names
        .iter()
        .zip(["HASH", "RANGE"])
        .map(|(name, kind)| json!({ "AttributeName": name, "KeyType": kind }))
        .collect();
    for index in &table.indexes {
        if !names.contains(&&index.partition_key) {
            names.push(&index.partition_key);
        }
    }
    let attributes: Vec<Value> =
        names.iter().map(|name| json!({ "AttributeName": name, "AttributeType": "S" })).collect();
    let throughput = |read: Option<u64>, write: Option<u64>| json!({ "ReadCapacityUnits": read, "WriteCapacityUnits": write });
    let mut request = json!({
        "TableName": table.name, "KeySchema": keys, "AttributeDefinitions": attributes,
        "BillingMode": if table.read_units.is_some() { "PROVISIONED" } else { "PAY_PER_REQUEST" },
    });
    if table.read_units.is_some() {
        request["ProvisionedThroughput"] = throughput(table.read_units, table.write_units);
    }
    if !table.indexes.is_empty() {
        let indexes = table.indexes.iter().map(|index| {
            let mut described = json!({
                "IndexName": index.name,
                "KeySchema": [{ "AttributeName": index.partition_key, "KeyType": "HASH" }],
                "Projection": { "ProjectionType": "ALL" },
            });
            if index.read_units.is_some() {
                described["ProvisionedThroughput"] = throughput(index.read_units, index.write_units);
            }
            described
        });
        request["GlobalSecondaryIndexes"] = Value::Array(indexes.collect());
    }
    request
}
