//! A document printer: groups that print on one line where they fit, and break where not. What is
//! printed with it is the parent module's business.

use std::borrow::Cow;

/// A piece of a document. It knows the width of its one-line form, so that fitting is one
/// comparison.
pub(super) struct Doc<M> {
    flat: usize,
    node: Node<M>,
}

enum Node<M> {
    Text(Cow<'static, str>),
    Break(&'static str),
    Cat(Vec<Doc<M>>),
    Nest(usize, Box<Doc<M>>),
    Group(Box<Doc<M>>),
    Mark(M),
}

impl<M> Doc<M> {
    pub(super) fn text(text: impl Into<Cow<'static, str>>) -> Doc<M> {
        let text = text.into();
        Doc { flat: text.chars().count(), node: Node::Text(text) }
    }

    /// A line break, or `flat` where the group around it fits on the line.
    pub(super) fn brk(flat: &'static str) -> Doc<M> {
        Doc { flat: flat.len(), node: Node::Break(flat) }
    }

    pub(super) fn cat(docs: Vec<Doc<M>>) -> Doc<M> {
        Doc { flat: docs.iter().map(|doc| doc.flat).sum(), node: Node::Cat(docs) }
    }

    /// The document with `indent` more columns after its line breaks.
    pub(super) fn nest(self, indent: usize) -> Doc<M> {
        Doc { flat: self.flat, node: Node::Nest(indent, Box::new(self)) }
    }

    /// The document on one line if it fits, whatever follows it.
    pub(super) fn group(self) -> Doc<M> {
        Doc { flat: self.flat, node: Node::Group(Box::new(self)) }
    }

    /// Nothing; rendering reports the line on which it lies.
    pub(super) fn mark(mark: M) -> Doc<M> {
        Doc { flat: 0, node: Node::Mark(mark) }
    }

    /// Documents with a separator between them.
    pub(super) fn join(separator: impl Fn() -> Doc<M>, docs: Vec<Doc<M>>) -> Doc<M> {
        let mut joined = Vec::with_capacity(2 * docs.len());
        for doc in docs {
            if !joined.is_empty() {
                joined.push(separator());
            }
            joined.push(doc);
        }
        Doc::cat(joined)
    }
}

/// The text at a line width, and the line of each mark, counted from 0.
pub(super) fn render<M>(doc: Doc<M>, width: usize) -> (String, Vec<(M, usize)>) {
    let mut text = String::new();
    let mut marks = Vec::new();
    let (mut line, mut column) = (0, 0);
    let mut agenda = vec![(0, false, doc)];
    while let Some((indent, flat, doc)) = agenda.pop() {
        let fits = doc.flat <= width.saturating_sub(column);
        match doc.node {
            Node::Text(piece) => {
                text.push_str(&piece);
                column += doc.flat;
            }
            Node::Break(piece) if flat => {
                text.push_str(piece);
                column += piece.len();
            }
            Node::Break(_) => {
                text.push('\n');
                text.extend(std::iter::repeat_n(' ', indent));
                column = indent;
                line += 1;
            }
            Node::Cat(docs) => agenda.extend(docs.into_iter().rev().map(|doc| (indent, flat, doc))),
            Node::Nest(more, doc) => agenda.push((indent + more, flat, *doc)),
            Node::Group(doc) => agenda.push((indent, flat || fits, *doc)),
            Node::Mark(mark) => marks.push((mark, line)),
        }
    }
    (text, marks)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(count: usize) -> Doc<usize> {
        let words = (0..count).map(|_| Doc::text("word")).collect();
        Doc::join(|| Doc::brk(" "), words).nest(2).group()
    }

    #[test]
    fn a_group_breaks_everywhere_or_nowhere() {
        assert_eq!(render(words(3), 14).0, "word word word");
        assert_eq!(render(words(3), 13).0, "word\n  word\n  word");
    }

    #[test]
    fn marks_report_their_line() {
        let doc = Doc::cat(vec![Doc::mark(1), Doc::text("a"), Doc::brk(""), Doc::mark(2)]);
        assert_eq!(render(doc, 80).1, [(1, 0), (2, 1)]);
    }
}
