//! The relative links of all documents resolve, their anchors too. Links to the web are not followed.

use super::{Finding, tree::Tree};

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.texts_with_end(".md") {
        for (line, link) in links(text) {
            if let Some(problem) = broken(tree, path, link) {
                found.push(Finding::new(path, format!("{path}:{line}: {problem}")));
            }
        }
    }
    found
}

fn broken(tree: &Tree, path: &str, link: &str) -> Option<String> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (file, anchor) = link.split_once('#').map_or((link, None), |(file, id)| (file, Some(id)));
    let target = if file.is_empty() { path.to_owned() } else { resolve(path, file) };
    if !tree.exists(&target) {
        return Some(format!("`{link}` does not exist"));
    }
    let headings = tree.text(&target).filter(|_| target.ends_with(".md"));
    match (headings, anchor) {
        (Some(text), Some(id)) if !anchors(text).any(|heading| heading == id) => {
            Some(format!("`{target}` has no section `#{id}`"))
        }
        _ => None,
    }
}

/// The path that a link in the file `from` means.
fn resolve(from: &str, link: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            // Above the root there is nothing that every clone has.
            ".." if parts.pop().is_none() => return link.to_owned(),
            ".." => {}
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// The lines outside code blocks, with their numbers.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut in_block = false;
    text.lines().enumerate().filter_map(move |(number, line)| {
        let is_fence = line.trim_start().starts_with("```");
        in_block ^= is_fence;
        (!in_block && !is_fence).then_some((number + 1, line))
    })
}

/// The targets of `[text](target)`, with the number of their line.
fn links(text: &str) -> impl Iterator<Item = (usize, &str)> {
    prose(text).flat_map(|(number, line)| {
        let targets = line.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
        targets.map(move |target| (number, target))
    })
}

/// The anchors that hosts of repositories make from headings.
fn anchors(text: &str) -> impl Iterator<Item = String> {
    prose(text).filter(|(_, line)| line.starts_with('#')).map(|(_, line)| {
        let heading = line.trim_start_matches('#').trim().to_lowercase();
        let kept = heading.chars().filter(|c| c.is_alphanumeric() || "-_ ".contains(*c));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_files_and_anchors_are_found() {
        let text = "[a](../README.md) [b](none.md) [c](#a-b) [d](#none) [e](https://x.y)\n\
                    ```\n[f](in-code)\n```\n# A `b`!\n[g](../../x)\n";
        let tree = Tree::of(&[("docs/a.md", text), ("README.md", "")]);
        let found: Vec<_> = check(&tree).into_iter().map(|finding| finding.text).collect();
        assert_eq!(
            found,
            [
                "docs/a.md:1: `none.md` does not exist",
                "docs/a.md:1: `docs/a.md` has no section `#none`",
                "docs/a.md:6: `../../x` does not exist",
            ]
        );
    }
}
