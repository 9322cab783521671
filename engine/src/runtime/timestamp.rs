//! Event time out of a column (WITH TIMESTAMP, TIMESTAMP_FORMAT), for sources and sinks.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{Int64Type, TimestampMillisecondType};

use crate::error::{Error, Result};
use crate::plan::TimestampColumn;
use crate::schema::SqlType;
use crate::time::{Formatter, Zone};

/// Reads epoch milliseconds from a BIGINT, TIMESTAMP or STRING column.
pub struct TimestampExtractor {
    column: String,
    reads: Reads,
}

enum Reads {
    Bigint,
    Timestamp,
    /// A zone that the text does not name is the server's, as in ksqlDB.
    Text(Formatter, Zone),
}

impl TimestampExtractor {
    pub fn new(column: &TimestampColumn, ty: &SqlType) -> Result<Self> {
        let reads = match (ty, &column.format) {
            (SqlType::Bigint, _) => Reads::Bigint,
            (SqlType::Timestamp, _) => Reads::Timestamp,
            (SqlType::String, Some(format)) => Reads::Text(
                Formatter::new(format).map_err(|error| Error::user(error.to_string()))?,
                Zone::system(),
            ),
            (SqlType::String, None) => {
                return Err(Error::user(format!(
                    "The timestamp column {} is a string: TIMESTAMP_FORMAT has to say how it is read",
                    column.column
                )));
            }
            _ => {
                return Err(Error::user(format!(
                    "Timestamp column, {}, should be LONG(INT64), TIMESTAMP, or a String with a timestamp_format \
                     specified. It is {ty}",
                    column.column
                )));
            }
        };
        Ok(Self { column: column.column.clone(), reads })
    }

    /// Replaces `times[row]` by the column's time for the rows that `wanted` names. Rows whose time is missing, cannot
    /// be read or lies before 1970 are given to `failed`.
    pub fn extract(
        &self,
        values: &ArrayRef,
        times: &mut [i64],
        wanted: impl Fn(usize) -> bool,
        mut failed: impl FnMut(usize, String),
    ) -> Result<()> {
        let wrong =
            || Error::internal(format!("the timestamp column {} is {:?}", self.column, values.data_type()));
        let mut put = |row: usize, time: std::result::Result<i64, String>| match time {
            Ok(time) if time >= 0 => times[row] = time,
            Ok(time) => failed(row, format!("the time {time} in column {} is before 1970", self.column)),
            Err(reason) => failed(row, reason),
        };
        let rows = (0..values.len()).filter(|row| wanted(*row));
        let missing = || Err(format!("the timestamp column {} is NULL", self.column));
        match &self.reads {
            Reads::Bigint | Reads::Timestamp => {
                let (numbers, nulls) = match &self.reads {
                    Reads::Bigint => {
                        let array = values.as_primitive_opt::<Int64Type>().ok_or_else(wrong)?;
                        (array.values(), array.nulls())
                    }
                    _ => {
                        let array =
                            values.as_primitive_opt::<TimestampMillisecondType>().ok_or_else(wrong)?;
                        (array.values(), array.nulls())
                    }
                };
                for row in rows {
                    let is_null = nulls.is_some_and(|nulls| nulls.is_null(row));
                    put(row, if is_null { missing() } else { Ok(numbers[row]) });
                }
            }
            Reads::Text(formatter, zone) => {
                let texts = values.as_string_opt::<i32>().ok_or_else(wrong)?;
                for row in rows {
                    let time = if texts.is_null(row) {
                        missing()
                    } else {
                        let text = texts.value(row);
                        let time = formatter.parse(text).and_then(|parsed| parsed.to_epoch_millis(*zone));
                        time.map_err(|reason| {
                            format!("the timestamp column {} has '{text}': {reason}", self.column)
                        })
                    };
                    put(row, time);
                }
            }
        }
        Ok(())
    }
}
