//! Functions on dates, times and timestamps.

mod convert_tz;
mod dateadd;
mod datesub;
mod datetostring;
mod format_date;
mod format_time;
mod format_timestamp;
mod formatting;
mod from_days;
mod from_unixtime;
mod intervals;
mod parse_date;
mod parse_time;
mod parse_timestamp;
mod parsing;
mod patterns;
mod stringtodate;
mod stringtotimestamp;
mod timeadd;
mod timestampadd;
mod timestampsub;
mod timestamptostring;
mod timesub;
mod unix_date;
mod unix_timestamp;

use super::ScalarFunction;

pub(super) const FUNCTIONS: &[&ScalarFunction] = &[
    &convert_tz::CONVERT_TZ,
    &dateadd::DATEADD,
    &datesub::DATESUB,
    &datetostring::DATETOSTRING,
    &format_date::FORMAT_DATE,
    &format_time::FORMAT_TIME,
    &format_timestamp::FORMAT_TIMESTAMP,
    &from_days::FROM_DAYS,
    &from_unixtime::FROM_UNIXTIME,
    &parse_date::PARSE_DATE,
    &parse_time::PARSE_TIME,
    &parse_timestamp::PARSE_TIMESTAMP,
    &stringtodate::STRINGTODATE,
    &stringtotimestamp::STRINGTOTIMESTAMP,
    &timeadd::TIMEADD,
    &timestampadd::TIMESTAMPADD,
    &timestampsub::TIMESTAMPSUB,
    &timestamptostring::TIMESTAMPTOSTRING,
    &timesub::TIMESUB,
    &unix_date::UNIX_DATE,
    &unix_timestamp::UNIX_TIMESTAMP,
];
