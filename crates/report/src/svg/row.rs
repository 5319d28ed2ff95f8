//! One row: a thread, or a GIL.

use std::fmt::Write;

use keelback_analysis::Chart;
use keelback_analysis::chart::{ChartThread, OwnerSlice, StateSlice};
use keelback_analysis::words::{percent, share};

use super::shade::Shade;
use super::strip::Strip;
use super::{COLUMNS, LEFT, OWNERS, RIGHT};
use crate::markup::escaped;

/// A row of the picture.
pub(super) struct Row {
    name: String,
    /// What is written to its right.
    share: String,
    /// Of a thread: its colour on the row of the GIL.
    mark: Option<&'static str>,
    strip: Strip,
    colors: Colors,
    height: u64,
}

/// What the colours of a strip stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Colors {
    States,
    /// Each owner's twice: on a CPU, and off it.
    Owners,
}

impl Row {
    /// Who had the GIL of a process.
    pub(super) fn gil(chart: &Chart, pid: u32, owners: &[OwnerSlice]) -> Row {
        let mut strip = Strip::new(COLUMNS, chart.end.0, 2 * OWNERS.len());
        for it in owners {
            let color = 2 * (it.thread.index() % OWNERS.len()) + usize::from(!it.on_cpu);
            strip.put(it.from.0, it.to.0, color);
        }
        let held = percent(share(strip.total(), chart.end.0));
        Row {
            name: format!("GIL of {pid}, by owner"),
            share: format!("held {held}"),
            mark: None,
            strip,
            colors: Colors::Owners,
            height: 18,
        }
    }

    /// What a thread did; `threads` share the picture with it.
    pub(super) fn thread(
        chart: &Chart,
        thread: &ChartThread,
        states: &[StateSlice],
        mark: Option<&'static str>,
        threads: usize,
    ) -> Row {
        let mut strip = Strip::new(COLUMNS, chart.end.0, Shade::ALL.len());
        for it in states {
            strip.put(it.from.0, it.to.0, Shade::of(it.what).index());
        }
        Row {
            name: format!("{} {}", thread.name, thread.tid),
            share: shares(&strip),
            mark,
            strip,
            colors: Colors::States,
            height: height(threads),
        }
    }

    /// Is anything of it wide enough to be seen?
    pub(super) fn is_visible(&self) -> bool {
        (0..self.colors.all().count()).any(|color| !self.path(color, 0.0).is_empty())
    }

    /// Is the colour on it?
    pub(super) fn has(&self, shade: Shade) -> bool {
        self.colors == Colors::States && self.strip.sum(shade.index()) > 0
    }

    /// Its height and the gap below, pixels.
    pub(super) fn room(&self) -> f64 {
        let gap = if self.height > 4 { 3.0 } else { 0.5 };
        self.height as f64 + gap
    }

    /// Draws it, with or without its name.
    pub(super) fn draw(&self, svg: &mut String, top: f64, named: bool) {
        let _ = writeln!(
            svg,
            "<g><title>{}: {}</title>",
            escaped(&self.name),
            escaped(&self.told())
        );
        if named {
            self.words(svg, top + self.height as f64 / 2.0 + 4.0);
        }
        if let Some(color) = self.mark {
            let (x, height) = (LEFT - 7.0, self.height);
            let _ = writeln!(
                svg,
                r#"<rect x="{x}" y="{top}" width="4" height="{height}" fill="{color}"/>"#
            );
        }
        for (index, (color, opacity)) in self.colors.all().enumerate() {
            let path = self.path(index, top);
            if !path.is_empty() {
                let _ = writeln!(svg, r#"<path fill="{color}"{opacity} d="{path}"/>"#);
            }
        }
        svg.push_str("</g>\n");
    }

    fn path(&self, color: usize, top: f64) -> String {
        self.strip.path(color, LEFT, top, self.height)
    }

    fn words(&self, svg: &mut String, y: f64) {
        let (name, share) = (escaped(&self.name), escaped(&self.share));
        let _ = writeln!(
            svg,
            r##"<text x="{}" y="{y:.1}" text-anchor="end">{name}</text><text x="{}" y="{y:.1}" fill="#57606a">{share}</text>"##,
            LEFT - 12.0,
            RIGHT + 8.0,
        );
    }

    /// Every colour's share of the row, for whoever cannot tell colours apart.
    fn told(&self) -> String {
        if self.colors == Colors::Owners {
            return self.share.clone();
        }
        let total = self.strip.total();
        let parts = Shade::ALL.into_iter().filter(|it| self.has(*it));
        let told = parts.map(|it| {
            let part = share(self.strip.sum(it.index()), total);
            format!("{} {}", it.label(), percent(part))
        });
        told.collect::<Vec<_>>().join(", ")
    }
}

impl Colors {
    /// In the order of the strip: colour, and an attribute to make it paler.
    fn all(self) -> Box<dyn Iterator<Item = (&'static str, &'static str)>> {
        match self {
            Colors::States => Box::new(Shade::ALL.into_iter().map(|it| (it.color(), ""))),
            Colors::Owners => Box::new(
                OWNERS
                    .into_iter()
                    .flat_map(|it| [(it, ""), (it, r#" fill-opacity=".4""#)]),
            ),
        }
    }
}

/// The two that matter: how much it ran, and how much it waited for the GIL, or
/// where there is none for locks.
fn shares(strip: &Strip) -> String {
    let of = |shades: &[Shade]| {
        let sum = shades.iter().map(|it| strip.sum(it.index())).sum();
        percent(share(sum, strip.total()))
    };
    let ran = of(&[Shade::WithGil, Shade::Running]);
    match strip.sum(Shade::Gil.index()) {
        0 => format!("ran {ran} · locks {}", of(&[Shade::Lock])),
        _ => format!("ran {ran} · GIL {}", of(&[Shade::Gil, Shade::Forced])),
    }
}

/// Many threads are drawn thin.
fn height(threads: usize) -> u64 {
    match threads {
        0..=24 => 14,
        25..=80 => 7,
        81..=200 => 4,
        _ => 3,
    }
}
