//! ImportTable.

use std::sync::Arc;

use crate::error::Error;
use crate::input_shape;
use crate::request::bulk::{check_client_token, check_location};
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::create_table::CreateTable;
use crate::request::transfer::creation_parameters::TableCreationParametersInput;
use crate::request::transfer::import_description::ImportOutput;
use crate::request::transfer::imports::ImportRequest;
use crate::table::{CompressionType, CsvFormat, Definition, NewIndexes, ObjectFormat, ObjectSource};
use crate::value::Type;

/// Names of columns at most, and characters of one (service model).
const HEADERS_MAX: usize = 255;
const HEADER_CHARACTERS_MAX: usize = 65_536;

/// In the order in which the service lists them (LAB DDB-IMPORT-009).
const COMPRESSIONS: [(&str, CompressionType); 3] =
    [("ZSTD", CompressionType::Zstd), ("NONE", CompressionType::None), ("GZIP", CompressionType::Gzip)];

#[derive(Clone, Copy, PartialEq)]
enum Format {
    DynamoDbJson,
    Ion,
    Csv,
}

const FORMATS: [(&str, Format); 3] =
    [("DYNAMODB_JSON", Format::DynamoDbJson), ("ION", Format::Ion), ("CSV", Format::Csv)];

input_shape! {
    /// `S3BucketSource`.
    pub struct S3BucketSourceInput {
        s3_bucket_owner: String = "S3BucketOwner",
        s3_bucket: String = "S3Bucket",
        s3_key_prefix: String = "S3KeyPrefix",
    }
}

input_shape! {
    /// `CsvOptions`.
    pub struct CsvOptionsInput {
        delimiter: String = "Delimiter",
        header_list: Vec<String> = "HeaderList",
    }
}

input_shape! {
    /// `InputFormatOptions`.
    pub struct InputFormatOptionsInput {
        csv: CsvOptionsInput = "Csv",
    }
}

input_shape! {
    /// What a caller sends.
    pub struct ImportTableInput {
        client_token: String = "ClientToken",
        s3_bucket_source: S3BucketSourceInput = "S3BucketSource",
        input_format: String = "InputFormat",
        input_format_options: InputFormatOptionsInput = "InputFormatOptions",
        input_compression_type: String = "InputCompressionType",
        table_creation_parameters: TableCreationParametersInput = "TableCreationParameters",
    }
}

/// An ImportTable that passed every check that needs no table.
pub struct ImportTable {
    token: Option<String>,
    request: ImportRequest,
    create: CreateTable,
}

impl ImportTable {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(given: ImportTableInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        let token = given.client_token;
        check_client_token(&mut violations, token.as_deref());
        violations.required("s3BucketSource", given.s3_bucket_source.as_ref());
        let source = given.s3_bucket_source.unwrap_or_default();
        check_source(&mut violations, &source);
        violations.required("inputFormat", given.input_format.as_ref());
        let format = violations.choice("inputFormat", given.input_format.as_deref(), &FORMATS);
        let options = given.input_format_options.and_then(|options| options.csv);
        check_options(&mut violations, options.as_ref());
        let compression = given.input_compression_type.as_deref();
        let compression = violations.choice("inputCompressionType", compression, &COMPRESSIONS);
        violations.required("tableCreationParameters", given.table_creation_parameters.as_ref());
        let parameters = given.table_creation_parameters.unwrap_or_default();
        let create = parameters.create_table(violations)?;
        let format = format.unwrap_or(Format::DynamoDbJson);
        if options.is_some() && format != Format::Csv {
            let name = FORMATS.iter().find(|(_, known)| *known == format).map_or("", |(name, _)| *name);
            return Err(Error::Validation(format!(
                "Invalid Request: Unsupported InputFormatOptions for the given input format: {name}."
            )));
        }
        let options = options.map(|options| (options.delimiter, options.header_list));
        let format = match format {
            Format::DynamoDbJson => ObjectFormat::DynamoDbJson,
            Format::Ion => ObjectFormat::Ion,
            Format::Csv => ObjectFormat::Csv(csv_format(options.as_ref(), &create)),
        };
        let key_prefix = source.s3_key_prefix;
        let source = ObjectSource {
            bucket: source.s3_bucket.unwrap_or_default(),
            owner: source.s3_bucket_owner,
            prefix: key_prefix.clone().unwrap_or_default(),
            format,
            compression: compression.unwrap_or(CompressionType::None),
        };
        let request = ImportRequest { source, key_prefix, parameters: Arc::new(parameters), options };
        Ok(Self { token, request, create })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of ImportTable.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<ImportOutput, Error> {
        let asked = (self.token.clone(), self.request.clone());
        let Context { imports, tables, orders, now, .. } = context;
        let import = imports.start(asked, &self.create, (tables, orders), *now)?;
        Ok(ImportOutput::new(import, tables.settings()))
    }
}

fn check_source(violations: &mut Violations, source: &S3BucketSourceInput) {
    let location = (source.s3_bucket_owner.as_deref(), source.s3_bucket.as_deref());
    check_location(violations, "s3BucketSource", location);
    violations.required("s3BucketSource.s3Bucket", source.s3_bucket.as_ref());
    violations.length("s3BucketSource.s3KeyPrefix", source.s3_key_prefix.as_deref(), 0, 1_024);
}

/// Both constraints of a delimiter are told, the pattern first (LAB DDB-IMPORT-009).
fn check_options(violations: &mut Violations, options: Option<&CsvOptionsInput>) {
    let Some(options) = options else { return };
    let path = "inputFormatOptions.csv.delimiter";
    if let Some(delimiter) = &options.delimiter {
        if !matches!(delimiter.as_str(), "," | ";" | ":" | "|" | "\t" | " ") {
            let constraint = "Member must satisfy regular expression pattern: [,;:|\\t ]";
            violations.note(path, delimiter, constraint);
        }
        violations.length(path, Some(delimiter), 1, 1);
    }
    let Some(names) = &options.header_list else { return };
    let path = "inputFormatOptions.csv.headerList";
    if names.is_empty() || names.len() > HEADERS_MAX {
        let bound = if names.is_empty() {
            "greater than or equal to 1".to_owned()
        } else {
            format!("less than or equal to {HEADERS_MAX}")
        };
        let shown = format!("[{}]", names.join(", "));
        violations.note(path, &shown, &format!("Member must have length {bound}"));
    }
    for (index, name) in names.iter().enumerate() {
        let path = format!("{path}.{}.member", index + 1);
        violations.length(&path, Some(name), 1, HEADER_CHARACTERS_MAX);
        if !name.bytes().all(|byte| matches!(byte, 0x20..=0x21 | 0x23..=0x2B | 0x2D..=0x7E)) {
            let constraint =
                "Member must satisfy regular expression pattern: [\\x20-\\x21\\x23-\\x2B\\x2D-\\x7E]*";
            violations.note(&path, name, constraint);
        }
    }
}

fn csv_format(options: Option<&(Option<String>, Option<Vec<String>>)>, create: &CreateTable) -> CsvFormat {
    let (delimiter, header) = options.cloned().unwrap_or_default();
    CsvFormat {
        delimiter: delimiter.and_then(|text| text.bytes().next()).unwrap_or(b','),
        header,
        types: column_types(create.definition(), create.indexes()),
    }
}

/// The columns that are no strings.
fn column_types(definition: &Definition, indexes: &NewIndexes) -> Vec<(String, Type)> {
    let of_table = definition.schema.attributes();
    let of_indexes = indexes.secondary.iter().flat_map(|index| index.keys.attributes());
    let mut types: Vec<(String, Type)> = of_table
        .chain(of_indexes)
        .map(|attribute| (attribute.name.clone(), attribute.type_))
        .filter(|(_, type_)| *type_ != Type::S)
        .collect();
    types.sort();
    types.dedup();
    types
}
