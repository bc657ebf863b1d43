/// Where an id falls among a hundred buckets of a group, from 1 to 100: always the same, and spread
/// evenly. It is the MurmurHash3 (32 bits, seed 0) that flag servers have agreed on.
///
/// ```
/// assert_eq!(frame::flags::bucket("gr1", "123"), 73);
/// ```
#[must_use]
pub fn bucket(group: &str, id: &str) -> u32 {
    murmur3(format!("{group}:{id}").as_bytes()) % 100 + 1
}

fn murmur3(bytes: &[u8]) -> u32 {
    let (chunks, rest) = bytes.as_chunks::<4>();
    let mut hash = 0_u32;
    for chunk in chunks {
        hash ^= scrambled(u32::from_le_bytes(*chunk));
        hash = hash
            .rotate_left(13)
            .wrapping_mul(5)
            .wrapping_add(0xe654_6b64);
    }
    let rest = rest
        .iter()
        .rev()
        .fold(0_u32, |word, byte| (word << 8) | u32::from(*byte));
    hash ^= scrambled(rest);
    hash ^= u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    hash = (hash ^ (hash >> 16)).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ (hash >> 13)).wrapping_mul(0xc2b2_ae35);
    hash ^ (hash >> 16)
}

fn scrambled(word: u32) -> u32 {
    word.wrapping_mul(0xcc9e_2d51)
        .rotate_left(15)
        .wrapping_mul(0x1b87_3593)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_as_everybody_does() {
        for (text, hash) in [
            ("", 0),
            ("a", 0x3c25_69b2),
            ("abc", 0xb3dd_93fa),
            ("test", 0xba6b_d213),
        ] {
            assert_eq!(murmur3(text.as_bytes()), hash, "{text}");
        }
        assert_eq!(bucket("gr1", "123"), 73);
        assert_eq!(bucket("groupX", "999"), 25);
    }

    #[test]
    fn buckets_are_of_one_size() {
        let mut sizes = [0_u32; 100];
        for number in 0..100_000 {
            sizes[bucket("g", &number.to_string()) as usize - 1] += 1;
        }
        assert!(
            sizes.iter().all(|size| (800..1_200).contains(size)),
            "{sizes:?}"
        );
    }
}
