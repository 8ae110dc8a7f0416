//! Sizes as people write them: `500M`, `2GiB`, `1048576`.

use std::fmt;

/// A number of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByteSize(pub u64);

/// Units from the largest to the smallest, each 1,024 of the next.
const UNITS: [(&str, u64); 4] = [
    ("TiB", 1 << 40),
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
];

impl ByteSize {
    /// Parses a whole number with or without a unit; `K`, `KB` and `KiB` all mean 1,024 bytes, and so on.
    ///
    /// # Errors
    ///
    /// Says how a size is written.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || "use a whole number of bytes or a size like `500M` or `2GiB`".to_owned();
        let text = text.trim();
        let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
        let number: u64 = digits.parse().map_err(|_| wrong())?;
        let unit = text
            .get(digits.len()..)
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        let factor = match unit.as_str() {
            "" | "b" => 1,
            "k" | "kb" | "kib" => 1 << 10,
            "m" | "mb" | "mib" => 1 << 20,
            "g" | "gb" | "gib" => 1 << 30,
            "t" | "tb" | "tib" => 1 << 40,
            _ => return Err(wrong()),
        };
        number.checked_mul(factor).map(Self).ok_or_else(wrong)
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = UNITS.into_iter().find(|(_, size)| self.0 >= *size);
        let Some((unit, size)) = found else {
            return write!(f, "{} bytes", self.0);
        };
        let (whole, rest) = (self.0 / size, self.0 % size);
        // Tenths, rounded down: what is free should not look like more than it is.
        match rest * 10 / size {
            0 => write!(f, "{whole} {unit}"),
            tenths => write!(f, "{whole}.{tenths} {unit}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_shown() {
        for (text, bytes, shown) in [
            ("0", 0, "0 bytes"),
            ("1048576", 1 << 20, "1 MiB"),
            ("500M", 500 << 20, "500 MiB"),
            ("2 GiB", 2 << 30, "2 GiB"),
            ("1536k", 1536 << 10, "1.5 MiB"),
            ("7b", 7, "7 bytes"),
        ] {
            assert_eq!(ByteSize::parse(text), Ok(ByteSize(bytes)), "{text}");
            assert_eq!(ByteSize(bytes).to_string(), shown);
        }
        for wrong in ["", "M", "-1", "1.5G", "5 parsecs", "99999999999T", "1é"] {
            assert!(ByteSize::parse(wrong).is_err(), "{wrong}");
        }
    }
}
