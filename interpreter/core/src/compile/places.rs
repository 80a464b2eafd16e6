//! Offsets to lines and columns.

use crate::bytecode::code::Span;
use crate::syntax::TextRange;

/// Where the lines of a text start; or, of a tree that came without text, the places of its nodes.
pub struct Lines {
    starts: Vec<u32>,
    /// The ranges of node number n go from 2n to 2n + 1.
    places: Option<Vec<Span>>,
}

impl Lines {
    pub fn new(text: &str) -> Lines {
        let mut starts = Vec::with_capacity(text.len() / 32 + 1);
        starts.push(0);
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at as u32 + 1));
        Lines { starts, places: None }
    }

    /// The places of a tree without text.
    pub fn of_places(places: Vec<Span>) -> Lines {
        Lines { starts: Vec::new(), places: Some(places) }
    }

    /// Whether offsets are those of a text.
    pub fn has_text(&self) -> bool {
        self.places.is_none()
    }

    /// Line and column of an offset that stands for a node's place.
    fn of_node(places: &[Span], offset: u32) -> (u32, u32) {
        match places.get(offset as usize / 2) {
            Some(span) if offset.is_multiple_of(2) => (span.line, span.col),
            Some(span) => (span.end_line, span.end_col),
            None => (0, 0),
        }
    }

    /// Line from 1 and column from 0, in bytes.
    pub fn place(&self, offset: u32) -> (u32, u32) {
        self.cursor().place(offset)
    }

    /// Index of the line that holds an offset.
    pub fn index(&self, offset: u32) -> usize {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// Line number, from 1.
    pub fn line(&self, offset: u32) -> u32 {
        match &self.places {
            Some(places) => Lines::of_node(places, offset).0,
            None => self.index(offset) as u32 + 1,
        }
    }

    /// Offset at which a line (from 0) starts.
    pub fn start(&self, index: usize) -> u32 {
        self.starts.get(index).copied().unwrap_or(0)
    }

    /// A converter that remembers its last line.
    pub fn cursor(&self) -> Cursor<'_> {
        Cursor { lines: self, index: 0 }
    }
}

/// Converts offsets that are mostly near each other.
pub struct Cursor<'a> {
    lines: &'a Lines,
    index: usize,
}

impl Cursor<'_> {
    fn place(&mut self, offset: u32) -> (u32, u32) {
        if let Some(places) = &self.lines.places {
            return Lines::of_node(places, offset);
        }
        let starts = &self.lines.starts;
        let after = |i: usize| starts.get(i).copied().unwrap_or(u32::MAX);
        let fits = |i: usize| starts.get(i).is_some_and(|s| *s <= offset) && offset < after(i + 1);
        if !fits(self.index) {
            self.index =
                if fits(self.index + 1) { self.index + 1 } else { self.lines.index(offset) };
        }
        (self.index as u32 + 1, offset - self.lines.start(self.index))
    }

    /// The span of a range.
    pub fn span(&mut self, range: TextRange) -> Span {
        let (line, col) = self.place(range.start().into());
        let (end_line, end_col) = self.place(range.end().into());
        Span { line, end_line, col, end_col }
    }
}
