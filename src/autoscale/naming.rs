//! Names of engines that autoscaling adds.

use std::collections::BTreeSet;

/// Returns `engineN` with the smallest unused N that is not below the number of engines.
///
/// A name is used if any of `taken` equals it without regard to case.
#[must_use]
pub fn next_name<'a>(count: u32, taken: impl IntoIterator<Item = &'a str>) -> String {
    let taken: BTreeSet<String> = taken.into_iter().map(str::to_lowercase).collect();
    let mut number = u64::from(count);
    loop {
        let name = format!("engine{number}");
        if !taken.contains(&name) {
            return name;
        }
        // Ends after as many steps as there are taken names.
        number = number.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_unused_number_from_the_count_on_is_taken() {
        assert_eq!(next_name(0, []), "engine0");
        assert_eq!(next_name(2, ["alpha", "engine1"]), "engine2");
        assert_eq!(next_name(3, ["engine3", "engine4", "b"]), "engine5");
        assert_eq!(next_name(2, ["engine0", "engine2"]), "engine3");
    }

    #[test]
    fn a_name_that_differs_only_in_case_is_used() {
        assert_eq!(next_name(1, ["ENGINE1", "Engine2"]), "engine3");
    }
}
