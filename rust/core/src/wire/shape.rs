//! The declaration of AWS shapes: one list of members serves reading, writing and the refusal of what does not
//! exist yet.

/// Declares the input shape of an operation, or a structure inside one. Every member is optional at this level,
/// because AWS checks presence later and in its own order.
///
/// `refused` lists members that AWS has and dynacore does not implement: a request that uses one gets a clear
/// `ValidationException` instead of an answer that ignores it.
#[macro_export]
macro_rules! input_shape {
    (
        $(#[$meta:meta])*
        $visibility:vis struct $name:ident { $( $field:ident : $type:ty = $wire:literal ),* $(,)? }
        $( refused { $( $refused:literal ),* $(,)? } )?
    ) => {
        $(#[$meta])*
        #[derive(Default)]
        $visibility struct $name { $( pub $field: Option<$type>, )* }

        impl $name {
            /// The members this shape knows, in the order of its declaration.
            pub const MEMBERS: &'static [&'static str] = &[$( $wire, )*];
            /// AWS members that are refused with a clear error.
            pub const REFUSED: &'static [&'static str] = &[$( $( $refused, )* )?];
        }

        impl $crate::wire::FromWire for $name {
            fn read<R: $crate::wire::Reader>(reader: &mut R) -> Result<Self, $crate::error::Error> {
                #[allow(unused_mut, reason = "a shape may have no members")]
                let mut shape = Self::default();
                reader.begin_object(concat!("class com.amazonaws.dynamodb.v20120810.", stringify!($name)))?;
                loop {
                    // The name borrows from the reader, so it is turned into a position before the value is read.
                    let (position, refused, unknown) = match reader.next_key()? {
                        None => return Ok(shape),
                        Some(key) => {
                            let position = Self::MEMBERS.iter().position(|member| *member == key);
                            let refused = match position {
                                Some(_) => None,
                                None => Self::REFUSED.iter().find(|member| **member == key),
                            };
                            let unknown = if position.is_none() && refused.is_none() { Some(key.to_owned()) } else { None };
                            (position, refused, unknown)
                        }
                    };
                    if let Some(unknown) = unknown {
                        reader.unknown_member(&unknown, Self::MEMBERS)?;
                        continue;
                    }
                    if reader.take_null()? {
                        continue;
                    }
                    if let Some(refused) = refused {
                        return Err($crate::error::Error::Validation(format!(
                            "{refused} is a parameter of DynamoDB that dynacore does not support yet"
                        )));
                    }
                    #[allow(unused_mut, reason = "a shape may have no members")]
                    let mut index = 0;
                    $(
                        if position == Some(index) {
                            shape.$field = Some(<$type as $crate::wire::FromWire>::read(reader)?);
                            continue;
                        }
                        index += 1;
                    )*
                    let _ = (index, position);
                }
            }

            fn list_parameters(path: &str, found: &mut Vec<$crate::wire::Parameter>) {
                let below = if path.is_empty() { String::new() } else { format!("{path}.") };
                $( {
                    let path = format!("{below}{}", $wire);
                    found.push($crate::wire::Parameter { path: path.clone(), refused: false });
                    <$type as $crate::wire::FromWire>::list_parameters(&path, found);
                } )*
                for refused in Self::REFUSED {
                    found.push($crate::wire::Parameter { path: format!("{below}{refused}"), refused: true });
                }
            }
        }
    };
}

/// Lets a structure of an input be written into an answer as it was given.
#[macro_export]
macro_rules! echoed_shape {
    ( $name:ident { $( $field:ident = $wire:literal ),* $(,)? } ) => {
        impl $crate::wire::ToWire for $name {
            fn write<W: $crate::wire::Writer>(&self, writer: &mut W) {
                writer.begin_object();
                $(
                    if let Some(value) = &self.$field {
                        writer.member($wire);
                        $crate::wire::ToWire::write(value, writer);
                    }
                )*
                writer.end_object();
            }
        }
    };
}

/// Declares the output shape of an operation, or a structure inside one; members that are `None` are left out.
#[macro_export]
macro_rules! output_shape {
    (
        $(#[$meta:meta])*
        $visibility:vis struct $name:ident { $( $field:ident : $type:ty = $wire:literal ),* $(,)? }
    ) => {
        $(#[$meta])*
        #[derive(Default)]
        $visibility struct $name { $( pub $field: Option<$type>, )* }

        impl $crate::wire::ToWire for $name {
            fn write<W: $crate::wire::Writer>(&self, writer: &mut W) {
                writer.begin_object();
                $(
                    if let Some(value) = &self.$field {
                        writer.member($wire);
                        $crate::wire::ToWire::write(value, writer);
                    }
                )*
                writer.end_object();
            }
        }
    };
}
