//! Colours, and the room there is. Nothing is told by colour alone.

use anstyle::{AnsiColor, Color, Effects};

/// How a text report is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Columns to fill.
    pub width: usize,
    /// Colours?
    pub color: bool,
}

impl Style {
    /// Without colours, for files and pipes.
    pub const PLAIN: Style = Style {
        width: 100,
        color: false,
    };

    /// `text` in the colour of its role.
    pub(crate) fn paint(&self, role: Role, text: &str) -> String {
        let style = role.style();
        match self.color && !text.is_empty() && role != Role::Plain {
            true => format!("{}{text}{}", style.render(), style.render_reset()),
            false => text.to_owned(),
        }
    }

    /// The width that is laid out: never so narrow that tables break, never so
    /// wide that lines cannot be followed.
    pub(crate) fn columns(&self) -> usize {
        self.width.clamp(60, 140)
    }
}

/// What a piece of text is, for its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Plain,
    /// A section's name.
    Heading,
    /// Units, labels, what one skips.
    Dim,
    /// Time that does the program's work.
    Work,
    /// Time in the kernel, or asleep in it.
    Kernel,
    /// Time lost to others: GIL, locks, CPU.
    Lost,
    /// A doubt.
    Warning,
    /// A serious finding.
    Serious,
    /// A command to type.
    Command,
}

impl Role {
    fn style(self) -> anstyle::Style {
        let plain = anstyle::Style::new();
        let colour = |it: AnsiColor| plain.fg_color(Some(Color::Ansi(it)));
        match self {
            Role::Plain => plain,
            Role::Heading => plain.effects(Effects::BOLD),
            Role::Dim => plain.effects(Effects::DIMMED),
            Role::Work => colour(AnsiColor::Green),
            Role::Kernel => colour(AnsiColor::Blue),
            Role::Lost => colour(AnsiColor::Red),
            Role::Warning => colour(AnsiColor::Yellow),
            Role::Serious => colour(AnsiColor::Red).effects(Effects::BOLD),
            Role::Command => colour(AnsiColor::Cyan),
        }
    }
}
