//! `site` takes long: before the program begins.

use super::case::Case;
use crate::finding::{Fact, Finding};
use crate::startup::Phase;
use crate::startup::report::{ImportRow, PhaseRow};
use crate::words::{duration, percent};

/// A bare `site` takes a few milliseconds.
const MIN_NS: u64 = 20_000_000;
const MIN_SHARE: f64 = 0.1;

/// Code of `.pth` files is a finding of its own.
pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let phases = &case.report.phases;
    let site = phases.iter().find(|it| it.phase == Phase::Site)?;
    let size_ns = own(case, site).saturating_sub(case.weigh(case.book.pth));
    let share = case.report.share(size_ns);
    if size_ns < MIN_NS || share < MIN_SHARE {
        return None;
    }
    let dearest = dearest(case);
    let named = dearest.map_or(String::new(), |row| {
        format!(
            ", most of all {} with {}",
            row.module,
            duration(row.total_ns)
        )
    });
    Some(Finding {
        id: "slow-site",
        severity: case.severity(size_ns),
        text: format!(
            "site took {} before the program began, {} of the start-up{named}. It runs \
             sitecustomize and usercustomize and looks through site-packages; python -S -E shows \
             what is left without.",
            duration(size_ns),
            percent(share),
        ),
        evidence: vec![
            Fact::nanos("time_ns", size_ns),
            Fact::share("share", share),
            Fact::text("module", dearest.map_or("", |row| &row.module)),
        ],
        next: String::new(),
        size_ns,
    })
}

/// What samples and calls account for: a CPU that a hypervisor took away looks
/// like running, but is not sampled.
fn own(case: &Case<'_>, site: &PhaseRow) -> u64 {
    let samples = site.samples.saturating_sub(site.in_recorder);
    let seen = samples * case.report.sample_ns + site.kernel_ns;
    match case.report.samples {
        0 => site.own_ns(),
        _ => site.own_ns().min(seen),
    }
}

/// What `site` itself imports, the dearest of it.
fn dearest<'a>(case: &Case<'a>) -> Option<&'a ImportRow> {
    let rows = &case.report.imports;
    let by_site = |row: &&ImportRow| {
        let parent = row.parent.and_then(|it| rows.get(it));
        parent.is_some_and(|it| it.module == "site")
            || parent.is_none() && row.module.ends_with("customize")
    };
    rows.iter().filter(by_site).max_by_key(|row| row.total_ns)
}
