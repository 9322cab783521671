//! What flows through internal topics: one record carries the rows of one batch that belong to one partition, as an
//! Arrow IPC message, so that a shuffle costs a copy and not a serialisation.
//!
//! A payload is a byte of flags (bit 0: operations follow the columns; bit 1: headers do), the length of the IPC
//! metadata (4 bytes, little-endian), the metadata, and the IPC body. The schema is the plan's and is not repeated.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, RecordBatch, UInt8Array};
use arrow::buffer::Buffer;
use arrow::compute::concat;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, UInt8Type};
use arrow::ipc::reader::read_record_batch;
use arrow::ipc::root_as_message;
use arrow::ipc::writer::{DictionaryTracker, IpcDataGenerator, IpcWriteContext, IpcWriteOptions};

use crate::change::{ChangeBatch, Op, Relation};
use crate::error::{Error, Result};

const HAS_OPS: u8 = 1;
const HAS_HEADERS: u8 = 2;

/// Turns batches of one relation into payloads and back.
pub struct BatchCodec {
    /// By the flags of a payload.
    schemas: [SchemaRef; 4],
    generator: IpcDataGenerator,
    options: IpcWriteOptions,
    context: IpcWriteContext,
}

impl BatchCodec {
    pub fn new(relation: &Relation) -> Self {
        let columns = relation.arrow_schema();
        let schema = |flags: u8| {
            // Decided by position: names may repeat in a join.
            let mut fields: Vec<Field> = columns
                .fields()
                .iter()
                .map(|field| Field::new(field.name(), field.data_type().clone(), true))
                .collect();
            if flags & HAS_OPS != 0 {
                fields.push(Field::new("op", DataType::UInt8, false));
            }
            if flags & HAS_HEADERS != 0 {
                fields.push(Field::new("headers", DataType::Binary, true));
            }
            Arc::new(Schema::new(fields))
        };
        Self {
            schemas: [schema(0), schema(1), schema(2), schema(3)],
            generator: IpcDataGenerator::default(),
            options: IpcWriteOptions::default(),
            context: IpcWriteContext::default(),
        }
    }

    /// Appends the payload of a batch to `out`.
    pub fn encode(&mut self, batch: &ChangeBatch, out: &mut Vec<u8>) -> Result<()> {
        let mut flags = 0;
        let mut columns = batch.columns.clone();
        if let Some(ops) = &batch.ops {
            flags |= HAS_OPS;
            columns.push(Arc::new(UInt8Array::from_iter_values(ops.iter().map(|op| *op as u8))));
        }
        if let Some(headers) = &batch.headers {
            flags |= HAS_HEADERS;
            columns.push(headers.clone() as ArrayRef);
        }
        let schema = self.schemas[usize::from(flags)].clone();
        let batch = RecordBatch::try_new(schema, columns)?;
        // No column of ours is a dictionary.
        let mut dictionaries = DictionaryTracker::new(false);
        let (_, encoded) =
            self.generator.encode(&batch, &mut dictionaries, &self.options, &mut self.context)?;
        out.reserve(encoded.ipc_message.len() + encoded.arrow_data.len() + 5);
        out.push(flags);
        out.extend_from_slice(&(encoded.ipc_message.len() as u32).to_le_bytes());
        out.extend_from_slice(&encoded.ipc_message);
        out.extend_from_slice(&encoded.arrow_data);
        Ok(())
    }

    pub fn decode(&self, payload: &[u8]) -> Result<ChangeBatch> {
        let damaged =
            |what: &str| Error::external(format!("a record of an internal topic is damaged: {what}"));
        let (&[flags, a, b, c, d], rest) =
            payload.split_first_chunk::<5>().ok_or_else(|| damaged("it is too short"))?;
        let len = u32::from_le_bytes([a, b, c, d]) as usize;
        let (metadata, body) =
            rest.split_at_checked(len).ok_or_else(|| damaged("its metadata is cut off"))?;
        let schema = self.schemas.get(usize::from(flags)).ok_or_else(|| damaged("its flags are unknown"))?;
        let message = root_as_message(metadata).map_err(|error| damaged(&error.to_string()))?;
        let header = message.header_as_record_batch().ok_or_else(|| damaged("it holds no record batch"))?;
        // Arrow trusts what the header says of the body, so it is compared with what is there.
        let fits = |offset: i64, length: i64| {
            offset >= 0
                && length >= 0
                && offset.checked_add(length).is_some_and(|end| end <= body.len() as i64)
        };
        let buffers = header.buffers().ok_or_else(|| damaged("it says of no buffers"))?;
        if !buffers.iter().all(|buffer| fits(buffer.offset(), buffer.length())) {
            return Err(damaged("its columns are cut off"));
        }
        // The copy aligns the columns.
        let body = Buffer::from(body);
        let batch =
            read_record_batch(&body, header, schema.clone(), &HashMap::new(), None, &message.version())?;
        let (_, mut columns, _) = batch.into_parts();
        let headers = match flags & HAS_HEADERS {
            0 => None,
            _ => columns.pop().and_then(|column| column.as_binary_opt::<i32>().cloned()).map(Arc::new),
        };
        let ops = match flags & HAS_OPS {
            0 => None,
            _ => {
                let column = columns.pop().ok_or_else(|| damaged("it has no operations"))?;
                let codes =
                    column.as_primitive_opt::<UInt8Type>().ok_or_else(|| damaged("it has no operations"))?;
                let ops = codes
                    .values()
                    .iter()
                    .map(|code| op(*code).ok_or_else(|| damaged("an unknown operation")));
                Some(ops.collect::<Result<Arc<[Op]>>>()?)
            }
        };
        Ok(ChangeBatch { columns, ops, headers })
    }
}

fn op(code: u8) -> Option<Op> {
    [Op::Insert, Op::UpdateBefore, Op::UpdateAfter, Op::Delete, Op::Tombstone]
        .into_iter()
        .find(|op| *op as u8 == code)
}

/// Batches of one relation as one.
pub fn join(mut batches: Vec<ChangeBatch>) -> Result<ChangeBatch> {
    if batches.len() == 1 {
        return batches.pop().ok_or_else(|| Error::internal("no batch to join"));
    }
    let width = batches.first().map_or(0, |batch| batch.columns.len());
    let mut columns = Vec::with_capacity(width);
    for index in 0..width {
        let parts: Vec<&dyn Array> = batches.iter().map(|batch| batch.columns[index].as_ref()).collect();
        columns.push(concat(&parts)?);
    }
    let ops = batches.iter().any(|batch| batch.ops.is_some()).then(|| {
        batches.iter().flat_map(|batch| (0..batch.rows()).map(|row| batch.op(row))).collect::<Arc<[Op]>>()
    });
    let headers = if batches.iter().any(|batch| batch.headers.is_some()) {
        let parts: Vec<BinaryArray> = batches
            .iter()
            .map(|batch| {
                batch.headers.as_ref().map_or_else(|| BinaryArray::new_null(batch.rows()), |h| (**h).clone())
            })
            .collect();
        let parts: Vec<&dyn Array> = parts.iter().map(|part| part as &dyn Array).collect();
        concat(&parts)?.as_binary_opt::<i32>().cloned().map(Arc::new)
    } else {
        None
    };
    Ok(ChangeBatch { columns, ops, headers })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Field as Column;
    use crate::schema::SqlType;
    use arrow::array::{Int64Array, StringArray};

    #[test]
    fn rows_survive_the_exchange() {
        let field = |name: &str, ty| Column { name: name.to_owned(), ty };
        let relation = Relation {
            key: vec![field("K", SqlType::String)],
            value: vec![field("K", SqlType::Bigint)],
            ..Relation::default()
        };
        let batch = ChangeBatch {
            columns: vec![
                Arc::new(StringArray::from(vec![Some("a"), None])),
                Arc::new(Int64Array::from(vec![None, Some(2)])),
                Arc::new(Int64Array::from(vec![10, 20])),
            ],
            ops: Some([Op::Delete, Op::Insert].into()),
            headers: Some(Arc::new(BinaryArray::from_opt_vec(vec![Some(b"x"), None]))),
        };
        let mut codec = BatchCodec::new(&relation);
        let mut payload = Vec::new();
        codec.encode(&batch, &mut payload).unwrap();
        let back = codec.decode(&payload).unwrap();
        assert_eq!(back.columns, batch.columns);
        assert_eq!(back.ops, batch.ops);
        assert_eq!(back.headers, batch.headers);
        for end in 0..payload.len() {
            // Never a panic, whatever is cut off.
            let _ = codec.decode(&payload[..end]);
        }
        let twice = join(vec![batch.clone(), batch]).unwrap();
        assert_eq!(twice.rows(), 4);
        assert_eq!(twice.op(2), Op::Delete);
    }
}
