//! Zigzag variable-length numbers, as Protocol Buffers and Kafka's records have them.

/// Longest encoding of a 64-bit number.
pub(crate) const MAX_BYTES: usize = 10;

#[inline(always)]
fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// Bytes that [`put`] will write.
#[inline(always)]
pub(crate) fn size(value: i64) -> usize {
    // Seven bits a byte, at least one byte.
    let bits = 64 - (zigzag(value) | 1).leading_zeros() as usize;
    bits.div_ceil(7)
}

/// Writes `value` at `at` and returns the position after it. The caller leaves [`MAX_BYTES`] of room.
#[inline(always)]
pub(crate) fn put(buffer: &mut [u8], mut at: usize, value: i64) -> usize {
    let mut rest = zigzag(value);
    while rest >= 0x80 {
        buffer[at] = rest as u8 | 0x80;
        rest >>= 7;
        at += 1;
    }
    buffer[at] = rest as u8;
    at + 1
}

/// Reads a number at `*at` and moves `*at` behind it. None at the end of the bytes or after ten bytes.
#[inline(always)]
pub(crate) fn get(bytes: &[u8], at: &mut usize) -> Option<i64> {
    let first = *bytes.get(*at)?;
    if first < 0x80 {
        *at += 1;
        return Some(unzigzag(first as u64));
    }
    // Two bytes hold the length of nearly every record and value.
    let second = *bytes.get(*at + 1)?;
    if second < 0x80 {
        *at += 2;
        return Some(unzigzag((first & 0x7f) as u64 | (second as u64) << 7));
    }
    get_long(bytes, at)
}

#[inline(always)]
fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

fn get_long(bytes: &[u8], at: &mut usize) -> Option<i64> {
    let mut value = 0u64;
    for i in 0..MAX_BYTES {
        let byte = *bytes.get(*at + i)?;
        value |= ((byte & 0x7f) as u64) << (7 * i);
        if byte < 0x80 {
            *at += i + 1;
            return Some(unzigzag(value));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn round_trip(value in any::<i64>(), shift in 0u32..64) {
            let value = value >> shift;
            let mut buffer = [0u8; MAX_BYTES];
            let end = put(&mut buffer, 0, value);
            prop_assert_eq!(end, size(value));
            let mut at = 0;
            prop_assert_eq!(get(&buffer[..end], &mut at), Some(value));
            prop_assert_eq!(at, end);
            let mut at = 0;
            prop_assert_eq!(get(&buffer[..end - 1], &mut at), None);
        }
    }
}
