//! GEO_DISTANCE.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, StringArray};
use arrow::datatypes::Float64Type;

use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};

const EARTH_RADIUS_KM: f64 = 6371.0;
const EARTH_RADIUS_MILES: f64 = 3959.0;

pub(super) static GEO_DISTANCE: ScalarFunction = ScalarFunction {
    name: "GEO_DISTANCE",
    category: Category::Other,
    description: "The distance between two places on Earth.",
    variants: &[
        Variant {
            signature: "(lat1 DOUBLE, lon1 DOUBLE, lat2 DOUBLE, lon2 DOUBLE, units STRING) -> DOUBLE",
            description: "The great-circle distance between two places given in degrees, in 'KM' or 'MILES'.",
            returns: Returns::Declared,
            call: geo_distance,
        },
        Variant {
            signature: "(lat1 DOUBLE, lon1 DOUBLE, lat2 DOUBLE, lon2 DOUBLE) -> DOUBLE",
            description: "The great-circle distance between two places given in degrees, in kilometres.",
            returns: Returns::Declared,
            call: geo_distance,
        },
    ],
    examples: &[Example { call: "GEO_DISTANCE(0e0, 0e0, 0e0, 0e0)", result: "0.0" }],
};

fn geo_distance(call: &Call<'_>) -> Result<ArrayRef> {
    let degrees = |index| call.values::<Float64Array>(index);
    let (lat1, lon1, lat2, lon2) = (degrees(0)?, degrees(1)?, degrees(2)?, degrees(3)?);
    let units = if call.len() > 4 { Some(call.values::<StringArray>(4)?) } else { None };
    Ok(Arc::new(rows::primitives::<Float64Type>(call.rows, |row| {
        let (lat1, lon1) = (lat1.get(row)?, lon1.get(row)?);
        let (lat2, lon2) = (lat2.get(row)?, lon2.get(row)?);
        if !(within(lat1, 90.0) && within(lat2, 90.0) && within(lon1, 180.0) && within(lon2, 180.0)) {
            call.fail(row, "invalid latitude or longitude values for function call to geo_distance");
            return None;
        }
        // A unit that is NULL is as one not given.
        let radius =
            match units.as_ref().and_then(|units| units.get(row)).map(str::to_ascii_lowercase).as_deref() {
                None | Some("km" | "kilometer" | "kilometers" | "kilometre" | "kilometres" | "kms") => {
                    EARTH_RADIUS_KM
                }
                Some("mi" | "mile" | "miles") => EARTH_RADIUS_MILES,
                Some(other) => {
                    call.fail(
                        row,
                        format!("geo_distance function only supports units of 'KM' and 'MILES'. Got {other}"),
                    );
                    return None;
                }
            };
        Some(haversine(lat1, lon1, lat2, lon2) * radius)
    })))
}

fn within(degrees: f64, most: f64) -> bool {
    (-most..=most).contains(&degrees)
}

/// The angle between two places, in radians.
fn haversine(lat1: f64, lon1: f64, lat2: f64, lon2: f64) -> f64 {
    let delta_lat = (lat2 - lat1).to_radians();
    let delta_lon = (lon2 - lon1).to_radians();
    let (lat1, lat2) = (lat1.to_radians(), lat2.to_radians());
    let a = (delta_lat / 2.0).sin().powi(2)
        + (delta_lon / 2.0).sin() * (delta_lon / 2.0).sin() * lat1.cos() * lat2.cos();
    2.0 * a.sqrt().asin()
}
