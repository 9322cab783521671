//! Functions on URLs.

mod uri;
mod url_decode_param;
mod url_encode_param;
mod url_extract_fragment;
mod url_extract_host;
mod url_extract_parameter;
mod url_extract_path;
mod url_extract_port;
mod url_extract_protocol;
mod url_extract_query;

use super::ScalarFunction;

pub(super) const FUNCTIONS: &[&ScalarFunction] = &[
    &url_decode_param::URL_DECODE_PARAM,
    &url_encode_param::URL_ENCODE_PARAM,
    &url_extract_fragment::URL_EXTRACT_FRAGMENT,
    &url_extract_host::URL_EXTRACT_HOST,
    &url_extract_parameter::URL_EXTRACT_PARAMETER,
    &url_extract_path::URL_EXTRACT_PATH,
    &url_extract_port::URL_EXTRACT_PORT,
    &url_extract_protocol::URL_EXTRACT_PROTOCOL,
    &url_extract_query::URL_EXTRACT_QUERY,
];
