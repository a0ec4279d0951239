//! The exemptions of `xtask/exempt.txt`: lines of `CHECK SUBJECT REASON`. Each must have a reason and must
//! still be needed.

use super::tree::Tree;

const FILE: &str = "xtask/exempt.txt";

pub(super) struct Exemptions(Vec<Exemption>);

struct Exemption {
    check: String,
    subject: String,
    used: bool,
}

impl Exemptions {
    pub(super) fn read<'c>(
        tree: &Tree,
        checks: impl Iterator<Item = &'c str> + Clone,
    ) -> Result<Exemptions, String> {
        let lines = tree.text(FILE).unwrap_or_default().lines();
        let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        lines.map(|line| parse(line, checks.clone())).collect::<Result<_, _>>().map(Exemptions)
    }

    pub(super) fn covers(&mut self, check: &str, subject: &str) -> bool {
        let mut matching =
            self.0.iter_mut().filter(|one| one.check == check && one.subject == subject);
        match matching.next() {
            Some(one) => {
                one.used = true;
                true
            }
            None => false,
        }
    }

    pub(super) fn unused(&self) -> impl Iterator<Item = String> {
        self.0.iter().filter(|one| !one.used).map(|one| {
            format!("{FILE}: `{} {}` is no longer needed; remove the line", one.check, one.subject)
        })
    }
}

fn parse<'c>(line: &str, mut checks: impl Iterator<Item = &'c str>) -> Result<Exemption, String> {
    let mut words = line.splitn(3, ' ');
    match (words.next(), words.next(), words.next()) {
        (Some(check), Some(subject), Some(reason)) if !reason.trim().is_empty() => {
            if !checks.any(|name| name == check) {
                return Err(format!("{FILE}: there is no check `{check}`"));
            }
            Ok(Exemption { check: check.to_owned(), subject: subject.to_owned(), used: false })
        }
        _ => Err(format!("{FILE}: expected `CHECK SUBJECT REASON`, got `{line}`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Exemptions, String> {
        Exemptions::read(&Tree::of(&[(FILE, text)]), ["sizes"].into_iter())
    }

    #[test]
    fn an_exemption_that_is_not_needed_is_reported() {
        let mut exemptions = read("# why\nsizes a.rs generated\nsizes b.rs generated\n").unwrap();
        assert!(exemptions.covers("sizes", "a.rs") && !exemptions.covers("sizes", "c.rs"));
        let unused: Vec<String> = exemptions.unused().collect();
        assert_eq!(unused, ["xtask/exempt.txt: `sizes b.rs` is no longer needed; remove the line"]);
    }

    #[test]
    fn an_exemption_needs_a_known_check_and_a_reason() {
        assert!(read("size a.rs generated").is_err());
        assert!(read("sizes a.rs").is_err());
    }
}
