//! A hash that is the same on every machine and in every version, because the store keeps what COUNT_DISTINCT makes of it.

/// Fractional part of the golden ratio, odd: spreads the bits of what it is multiplied with.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// 64 well-mixed bits of some bytes.
#[inline]
pub(super) fn hash(bytes: &[u8]) -> u64 {
    let mut state = (bytes.len() as u64).wrapping_mul(SPREAD);
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        state = mix(state ^ u64::from_le_bytes(*word));
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    mix(state ^ u64::from_le_bytes(last))
}

/// The finalizer of SplitMix64 (Steele, Lea, Flood 2014).
#[inline]
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(SPREAD);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}
