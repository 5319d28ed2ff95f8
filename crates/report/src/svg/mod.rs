//! `export -f svg`: the time line as one picture, for a page or a README.

mod axis;
mod row;
mod shade;
mod strip;

use std::fmt::Write as _;
use std::io::{self, Write};

use keelback_analysis::Chart;
use keelback_analysis::chart::{ChartThread, OwnerSlice};
use keelback_analysis::words::duration;
use keelback_trace::{ProcessId, ThreadId};

use crate::markup::escaped;
use row::Row;
use shade::Shade;

/// Columns of a row: at most one colour's width of detail each.
const COLUMNS: usize = 760;
/// Where rows begin: names are to the left of it.
const LEFT: f64 = 170.0;
/// Where rows end: shares are to the right of it.
const RIGHT: f64 = LEFT + COLUMNS as f64;
const WIDTH: f64 = RIGHT + 150.0;
/// Room for the title and the legend.
const HEAD: f64 = 66.0;
/// The height of a line of text, and the least distance of two.
const TEXT: f64 = 13.0;

/// Colours of threads on the row of a GIL, used in turn.
const OWNERS: [&str; 8] = [
    "#4e79a7", "#f28e2b", "#76b7b2", "#b07aa1", "#9c755f", "#edc948", "#ff9da7", "#59a14f",
];

/// Writes the picture.
///
/// # Errors
/// What `to` says.
pub fn write(chart: &Chart, to: &mut dyn Write) -> io::Result<()> {
    to.write_all(picture(chart).as_bytes())
}

/// The picture.
pub fn picture(chart: &Chart) -> String {
    let rows = rows(chart);
    let bottom = HEAD + rows.iter().map(Row::room).sum::<f64>();
    let mut svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {}" font-family="system-ui, sans-serif" font-size="11">
<rect width="100%" height="100%" fill="#fff"/>
<text x="16" y="22" font-size="14" font-weight="600">{}</text>
"##,
        bottom + 24.0,
        escaped(&title(chart)),
    );
    legend(&mut svg, &rows);
    axis::draw(&mut svg, chart.end.0, HEAD, bottom);
    let (mut top, mut named_at) = (HEAD, f64::MIN);
    for row in &rows {
        let named = top - named_at >= TEXT;
        row.draw(&mut svg, top, named);
        named_at = if named { top } else { named_at };
        top += row.room();
    }
    svg.push_str("</svg>\n");
    svg
}

fn title(chart: &Chart) -> String {
    let length = duration(chart.end.0);
    // The end of a command says more than its beginning, an interpreter's path.
    let count = chart.command.chars().count();
    match count.checked_sub(100) {
        None | Some(0) => format!("{} · {length}", chart.command),
        Some(extra) => {
            let rest: String = chart.command.chars().skip(extra).collect();
            format!("…{rest} · {length}")
        }
    }
}

/// Each process's GIL and threads, as far as anything is known of them.
fn rows(chart: &Chart) -> Vec<Row> {
    let seen = chart.states.iter().filter(|it| !it.is_empty()).count();
    let mut rows = Vec::new();
    for (index, process) in chart.processes.iter().enumerate() {
        // Of one thread that runs alone, its own row says the same.
        let owners = chart.owners.get(index).filter(|it| is_shared(it));
        // A free-threaded Python has one for the moment of an import.
        let gil = owners.map(|owners| Row::gil(chart, process.pid, owners));
        let gil = gil.filter(Row::is_visible);
        let has_gil = gil.is_some();
        rows.extend(gil);
        let own = |(_, thread): &(usize, &_)| same(thread, index);
        for (index, thread) in chart.threads.iter().enumerate().filter(own) {
            let states = chart.states.get(index).filter(|it| !it.is_empty());
            let color = has_gil.then(|| owner_color(ThreadId(index as u32)));
            rows.extend(states.map(|states| Row::thread(chart, thread, states, color, seen)));
        }
    }
    rows
}

fn is_shared(owners: &[OwnerSlice]) -> bool {
    owners.windows(2).any(|two| two[0].thread != two[1].thread)
}

fn same(thread: &ChartThread, process: usize) -> bool {
    thread.process == ProcessId(process as u32)
}

fn owner_color(thread: ThreadId) -> &'static str {
    OWNERS[thread.index() % OWNERS.len()]
}

/// The colours that occur, each with its name.
fn legend(svg: &mut String, rows: &[Row]) {
    let mut x = 16.0;
    for shade in Shade::ALL {
        if !rows.iter().any(|row| row.has(shade)) {
            continue;
        }
        let label = shade.label();
        let _ = writeln!(
            svg,
            r#"<rect x="{x}" y="34" width="11" height="11" fill="{}"/><text x="{}" y="43.5">{label}</text>"#,
            shade.color(),
            x + 15.0,
        );
        x += 34.0 + 5.6 * label.len() as f64;
    }
}

#[cfg(test)]
mod tests {
    use keelback_analysis::Part;
    use keelback_analysis::chart::{ChartProcess, StateSlice, What};
    use keelback_analysis::futex::FutexClass;
    use keelback_trace::Nanos;

    use super::*;

    const MS: u64 = 1_000_000;

    /// The first thread has the GIL for the first half, the second for the rest.
    fn chart() -> Chart {
        let thread = |tid, name: &str| ChartThread {
            tid,
            process: ProcessId(0),
            name: name.into(),
        };
        let state = |from, to, what| StateSlice {
            from: Nanos(from * MS),
            to: Nanos(to * MS),
            what,
        };
        let waits = What::Part(Part::Futex(FutexClass::Gil));
        let owner = |from, to, thread| OwnerSlice {
            from: Nanos(from * MS),
            to: Nanos(to * MS),
            thread: ThreadId(thread),
            on_cpu: true,
        };
        Chart {
            command: "python3 a<b.py".into(),
            end: Nanos(10 * MS),
            processes: vec![ChartProcess {
                pid: 7,
                command: "python3".into(),
            }],
            threads: vec![thread(7, "main"), thread(8, "R&D")],
            states: vec![
                vec![state(0, 5, What::WithGil), state(5, 10, waits)],
                vec![state(0, 5, waits), state(5, 10, What::WithGil)],
            ],
            owners: vec![vec![owner(0, 5, 0), owner(5, 9, 1)]],
            ..Chart::default()
        }
    }

    #[test]
    fn each_thread_and_the_gil_have_a_row() {
        let svg = picture(&chart());
        let titles: Vec<&str> = svg
            .lines()
            .filter_map(|line| line.strip_prefix("<g><title>")?.strip_suffix("</title>"))
            .collect();
        let halves = "running with the GIL 50.0 %, waiting for the GIL 50.0 %";
        let expected = [
            "GIL of 7, by owner: held 90.0 %".to_owned(),
            format!("main 7: {halves}"),
            format!("R&amp;D 8: {halves}"),
        ];
        assert_eq!(titles, expected);
        assert!(svg.contains("python3 a&lt;b.py · 10.0 ms"), "{svg}");
    }

    #[test]
    fn a_thread_alone_needs_no_row_for_its_gil() {
        let mut chart = chart();
        chart.owners[0].truncate(1);
        assert!(!picture(&chart).contains("by owner"));
    }

    #[test]
    fn the_owner_is_drawn_where_it_had_the_gil() {
        let svg = picture(&chart());
        let half = COLUMNS / 2;
        let first = format!(r##"<path fill="{}" d="M170 66h{half}v18"##, OWNERS[0]);
        assert!(svg.contains(&first), "{svg}");
        let waits = format!("M{} 87h{half}v14", LEFT + half as f64);
        assert!(svg.contains(&waits), "{svg}");
    }

    #[test]
    fn a_long_command_is_told_by_its_end() {
        let command = format!("/very/{}/python3 app.py", "long/".repeat(40));
        let chart = Chart {
            command,
            ..Chart::default()
        };
        assert!(title(&chart).ends_with("python3 app.py · 0 ns"));
        assert!(title(&chart).chars().count() < 120);
    }
}
