//! Files of other tools, as those tools write them.

use std::fs;

use keelback_bench::history::{History, read};

fn history(text: &str) -> Result<History, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("old.json");
    fs::write(&file, text).unwrap();
    read(&file).map_err(|error| error.to_string())
}

#[test]
fn pyperf_counts_a_process_as_its_best_value() {
    let text = r#"{"version": "1.0", "metadata": {"unit": "second"}, "benchmarks": [
        {"metadata": {"name": "json"}, "runs": [
            {"metadata": {"calibrate_loops": 8}, "warmups": [[8, 0.1]]},
            {"values": [0.3, 0.2, 0.25], "warmups": [[8, 0.4]]},
            {"values": [0.5]}]}]}"#;
    let history = history(text).unwrap();
    assert_eq!(history.format, "pyperf 1.0");
    assert_eq!(history.series[0].name, "json");
    assert_eq!(history.series[0].seconds, [0.2, 0.5]);
}

#[test]
fn hyperfine_one() {
    let text = r#"{"results": [{"command": "sleep 0.1", "mean": 0.1, "times": [0.101, 0.102], "exit_codes": [0, 0]}]}"#;
    let history = history(text).unwrap();
    assert_eq!(
        (history.format, history.series[0].name.as_str()),
        ("hyperfine 1", "sleep 0.1")
    );
    assert_eq!(history.series[0].seconds, [0.101, 0.102]);
}

#[test]
fn hyperfine_two() {
    let text = r#"{"schema_version": 2, "metadata": {}, "primary_metric": "time_wall_clock", "results": [
        {"command": "sleep 0.1", "name": "nap", "measurements": [
            {"time_wall_clock": {"value": 0.101, "unit": "second"}, "exit_code": 0},
            {"time_wall_clock": {"value": 0.103, "unit": "second"}, "exit_code": 0}]}]}"#;
    let history = history(text).unwrap();
    assert_eq!(
        (history.format, history.series[0].name.as_str()),
        ("hyperfine 2", "nap")
    );
    assert_eq!(history.series[0].seconds, [0.101, 0.103]);
}

#[test]
fn another_tools_file_is_refused_by_name() {
    assert!(
        history("{\"criterion\": 1}")
            .unwrap_err()
            .contains("from no tool known here")
    );
    assert!(history("not json").unwrap_err().contains("is not JSON"));
}
