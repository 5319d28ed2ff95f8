//! Settings that make runs steadier and can be put back.

use std::path::PathBuf;

use serde::Serialize;

use super::files::Files;

/// A setting of this machine that could be better for measuring.
///
/// Only what can be undone at any time, and changes nothing about what is
/// measured: not address randomization, which must stay on (without it the
/// size of the environment moves programs by several percent).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Knob {
    /// What it is.
    pub name: &'static str,
    /// Its file, without the leading slash.
    pub file: PathBuf,
    /// Its value now.
    pub now: String,
    /// The value for measuring.
    pub better: &'static str,
    /// What that takes out of a comparison.
    pub takes_out: &'static str,
}

/// A kind of knob: name, value for measuring, what that takes out.
type Kind = (&'static str, &'static str, &'static str);

const GOVERNOR: Kind = (
    "governor",
    "performance",
    "the frequency no longer follows the load",
);
const BOOST: Kind = (
    "boost",
    "0",
    "the frequency no longer depends on heat and on the other cores",
);
const NO_TURBO: Kind = ("no_turbo", "1", BOOST.2);
const HUGE_PAGES: Kind = (
    "transparent huge pages",
    "madvise",
    "no run is faster because memory happened to be free in large pieces",
);
const NUMA: Kind = ("NUMA balancing", "0", "no pages move while programs run");
const MERGING: Kind = ("page merging", "0", "no write pays for a merged page");

/// Settings with one file.
const SINGLE: [(&str, Kind); 5] = [
    ("sys/devices/system/cpu/cpufreq/boost", BOOST),
    ("sys/devices/system/cpu/intel_pstate/no_turbo", NO_TURBO),
    ("sys/kernel/mm/transparent_hugepage/enabled", HUGE_PAGES),
    ("proc/sys/kernel/numa_balancing", NUMA),
    ("sys/kernel/mm/ksm/run", MERGING),
];

/// The knobs of this machine whose value is not the best.
pub(super) fn knobs(files: &Files) -> Vec<Knob> {
    let governors = files.matching("sys/devices/system/cpu/cpufreq", "policy");
    let governors = governors.into_iter().filter_map(|policy| {
        let available = files.text(&format!("{policy}/scaling_available_governors"))?;
        let offered = available
            .split_ascii_whitespace()
            .any(|it| it == GOVERNOR.1);
        offered.then(|| knob(files, format!("{policy}/scaling_governor"), GOVERNOR))?
    });
    let single = SINGLE
        .iter()
        .filter_map(|(file, kind)| knob(files, (*file).to_owned(), *kind));
    governors
        .chain(single)
        .filter(|knob| knob.now != knob.better && is_worth_it(knob))
        .collect()
}

/// `never` gives no run large pages: as steady as `madvise`.
fn is_worth_it(knob: &Knob) -> bool {
    knob.name != HUGE_PAGES.0 || knob.now == "always"
}

fn knob(files: &Files, file: String, (name, better, takes_out): Kind) -> Option<Knob> {
    Some(Knob {
        now: value(files, &file)?,
        file: file.into(),
        name,
        better,
        takes_out,
    })
}

/// A setting's value: the chosen word, where the file lists all.
pub(super) fn value(files: &Files, file: &str) -> Option<String> {
    files.chosen(file).or_else(|| files.text(file))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::files::tests::machine;

    #[test]
    fn what_is_good_already_or_not_there_is_no_knob() {
        let (_folder, files) = machine(&[
            ("proc/sys/kernel/numa_balancing", "0\n"),
            ("proc/sys/kernel/randomize_va_space", "2\n"),
            (
                "sys/kernel/mm/transparent_hugepage/enabled",
                "always madvise [never]\n",
            ),
        ]);
        assert_eq!(knobs(&files), []);
    }

    #[test]
    fn every_policy_has_a_governor_of_its_own() {
        let governor = |number: u32| format!("sys/devices/system/cpu/cpufreq/policy{number}/");
        let (now, offers) = ("scaling_governor", "scaling_available_governors");
        let (_folder, files) = machine(&[
            (governor(0) + now, "powersave\n"),
            (governor(0) + offers, "performance powersave\n"),
            (governor(1) + now, "performance\n"),
            (governor(1) + offers, "performance powersave\n"),
            (governor(2) + now, "powersave\n"),
            (governor(2) + offers, "powersave\n"),
            (
                "sys/kernel/mm/transparent_hugepage/enabled".to_owned(),
                "[always] madvise never\n",
            ),
        ]);
        let found: Vec<(&str, String)> = knobs(&files)
            .into_iter()
            .map(|it| (it.name, it.now))
            .collect();
        assert_eq!(
            found,
            [
                ("governor", "powersave".to_owned()),
                ("transparent huge pages", "always".to_owned())
            ]
        );
    }
}
