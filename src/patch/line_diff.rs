//! Which lines differ between two files: Myers' greedy shortest edit script.
//!
//! Prints nothing; `diff_writer` does. Limit: after `MAX_EDITS` insertions and deletions everything between the common
//! beginning and the common end counts as one change, which is correct but longer than need be. So memory stays below
//! about 10 MB, and time is at most about lines × `MAX_EDITS`.

use std::collections::BTreeMap;
use std::ops::Range;

/// Most insertions and deletions that are told apart.
pub const MAX_EDITS: usize = 1000;

/// Lines that give way to other lines; either side may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Lines of the old file, from 0.
    pub old: Range<usize>,
    /// Lines of the new file, from 0.
    pub new: Range<usize>,
}

/// Returns the changes that turn the old lines into the new ones, in order; lines between them are the same.
#[must_use]
pub fn changes(old: &[&[u8]], new: &[&[u8]]) -> Vec<Change> {
    let same = |(left, right): &(&&[u8], &&[u8])| left == right;
    let start = old.iter().zip(new).take_while(same).count();
    let shorter = old.len().min(new.len()).saturating_sub(start);
    let end = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take(shorter)
        .take_while(same)
        .count();
    let middle = |lines: &[&[u8]]| start..lines.len().saturating_sub(end);
    let (old_middle, new_middle) = (middle(old), middle(new));
    let script = Script::of(
        old.get(old_middle.clone()).unwrap_or_default(),
        new.get(new_middle.clone()).unwrap_or_default(),
    );
    match script {
        Some(script) => script.changes(start),
        None => vec![Change {
            old: old_middle,
            new: new_middle,
        }],
    }
}

/// The furthest old line on one diagonal; nothing if the diagonal is outside both files.
type Furthest = Option<usize>;

/// The search of E. W. Myers, "An O(ND) difference algorithm and its variations" (1986), with all its fronts.
struct Script {
    /// Entry d: the furthest old line x on each diagonal x − y = 2i − d, i in 0..=d, after d edits.
    fronts: Vec<Vec<Furthest>>,
    old_count: usize,
    new_count: usize,
}

impl Script {
    /// Searches the shortest script; nothing if it has more than `MAX_EDITS` edits.
    fn of(old: &[&[u8]], new: &[&[u8]]) -> Option<Self> {
        let mut numbers = BTreeMap::new();
        let old = numbered(old, &mut numbers);
        let new = numbered(new, &mut numbers);
        let mut script = Self {
            fronts: Vec::new(),
            old_count: old.len(),
            new_count: new.len(),
        };
        for edits in 0..=MAX_EDITS {
            let front: Vec<Furthest> = (0..=edits)
                .map(|place| {
                    let x = script.entered(edits, place)?.0;
                    let y = line_of_new(x, edits, place)?;
                    let alike = old.get(x..)?.iter().zip(new.get(y..)?);
                    Some(x + alike.take_while(|(left, right)| left == right).count())
                })
                .collect();
            let is_done = script
                .end_place(edits)
                .is_some_and(|place| front.get(place).copied().flatten() == Some(script.old_count));
            script.fronts.push(front);
            if is_done {
                return Some(script);
            }
        }
        None
    }

    /// Returns the old line at which the `edits`-th edit enters a diagonal, and whether that edit removes a line.
    fn entered(&self, edits: usize, place: usize) -> Option<(usize, bool)> {
        let Some(before) = edits.checked_sub(1) else {
            return Some((0, false));
        };
        let front = self.fronts.get(before)?;
        let added = front.get(place).copied().flatten();
        let removed = place
            .checked_sub(1)
            .and_then(|place| front.get(place).copied().flatten())
            .map(|x| x + 1);
        let fits = |x: &usize| {
            let y = line_of_new(*x, edits, place);
            *x <= self.old_count && y.is_some_and(|y| y <= self.new_count)
        };
        match (added.filter(fits), removed.filter(fits)) {
            (Some(added), Some(removed)) if removed > added => Some((removed, true)),
            (Some(added), _) => Some((added, false)),
            (None, removed) => removed.map(|removed| (removed, true)),
        }
    }

    /// Returns where in a front the diagonal of both ends lies, if it does.
    fn end_place(&self, edits: usize) -> Option<usize> {
        let twice = (edits + self.old_count).checked_sub(self.new_count)?;
        (twice % 2 == 0 && twice / 2 <= edits).then_some(twice / 2)
    }

    /// Follows the script back from the end and joins neighbouring edits.
    fn changes(&self, offset: usize) -> Vec<Change> {
        let last = self.fronts.len().saturating_sub(1);
        let mut place = self.end_place(last).unwrap_or(0);
        let mut changes: Vec<Change> = Vec::new();
        for edits in (1..=last).rev() {
            let Some((x, is_removal)) = self.entered(edits, place) else {
                break;
            };
            let y = line_of_new(x, edits, place).unwrap_or(0);
            let (x, y) = (x + offset, y + offset);
            let one = if is_removal {
                Change {
                    old: x.saturating_sub(1)..x,
                    new: y..y,
                }
            } else {
                Change {
                    old: x..x,
                    new: y.saturating_sub(1)..y,
                }
            };
            match changes.last_mut() {
                Some(next) if next.old.start == one.old.end && next.new.start == one.new.end => {
                    next.old.start = one.old.start;
                    next.new.start = one.new.start;
                }
                _ => changes.push(one),
            }
            place = if is_removal {
                place.saturating_sub(1)
            } else {
                place
            };
        }
        changes.reverse();
        changes
    }
}

/// Returns y of x on the diagonal x − y = 2·place − edits.
fn line_of_new(x: usize, edits: usize, place: usize) -> Option<usize> {
    (x + edits).checked_sub(2 * place)
}

/// Replaces lines by numbers, equal ones by the same, so that comparing them takes no time.
fn numbered<'a>(lines: &[&'a [u8]], numbers: &mut BTreeMap<&'a [u8], usize>) -> Vec<usize> {
    lines
        .iter()
        .map(|line| {
            let next = numbers.len();
            *numbers.entry(line).or_insert(next)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(text: &str) -> Vec<&[u8]> {
        text.as_bytes().chunks(1).collect()
    }

    fn edits(changes: &[Change]) -> usize {
        changes
            .iter()
            .map(|change| change.old.len() + change.new.len())
            .sum()
    }

    #[test]
    fn the_example_of_the_paper_takes_five_edits() {
        assert_eq!(edits(&changes(&letters("abcabba"), &letters("cbabac"))), 5);
    }

    #[test]
    fn files_without_a_difference_have_no_change() {
        assert!(changes(&letters("abc"), &letters("abc")).is_empty());
        assert!(changes(&[], &[]).is_empty());
    }

    #[test]
    fn neighbouring_edits_are_one_change() {
        let found = changes(&letters("axyzb"), &letters("a12b"));
        assert_eq!(
            found,
            [Change {
                old: 1..4,
                new: 1..3
            }]
        );
        assert_eq!(
            changes(&letters("ab"), &letters("")),
            [Change {
                old: 0..2,
                new: 0..0
            }]
        );
    }

    #[test]
    fn very_different_files_become_one_change() {
        let old = "a".repeat(MAX_EDITS);
        let new = "b".repeat(MAX_EDITS);
        let (old, new) = (format!("x{old}"), format!("x{new}"));
        let found = changes(&letters(&old), &letters(&new));
        assert_eq!(
            found,
            [Change {
                old: 1..MAX_EDITS + 1,
                new: 1..MAX_EDITS + 1
            }]
        );
    }
}
