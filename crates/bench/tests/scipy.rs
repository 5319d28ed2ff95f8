//! Our statistics beside scipy's, on tables of values computed once.

use keelback_bench::decide::walsh::Walsh;

/// The lines of a table as (leading numbers, sample).
fn table<const N: usize>(text: &str) -> Vec<([f64; N], Vec<f64>)> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let leading = std::array::from_fn(|i| fields[i].parse().unwrap());
            let sample = fields[N].split(' ').map(|x| x.parse().unwrap()).collect();
            (leading, sample)
        })
        .collect()
}

fn assert_close(ours: f64, theirs: f64, what: &str) {
    let off = (ours - theirs).abs();
    assert!(
        off <= 1e-9 * theirs.abs().max(1.0),
        "{what}: {ours} is not scipy's {theirs}"
    );
}

#[test]
fn p_values_and_estimates() {
    let rows = table::<2>(include_str!("data/scipy_wilcoxon.tsv"));
    assert_eq!(rows.len(), 24);
    for ([p, estimate], sample) in rows {
        let walsh = Walsh::of(&sample);
        let what = format!("n = {}", sample.len());
        assert_close(walsh.p_value(), p, &what);
        assert_close(walsh.center(), estimate, &what);
    }
}

#[test]
fn intervals() {
    let rows = table::<3>(include_str!("data/scipy_interval.tsv"));
    assert_eq!(rows.len(), 12);
    for ([error, low, high], sample) in rows {
        let effect = Walsh::of(&sample).effect(error);
        let what = format!("n = {}, error {error}", sample.len());
        assert_close(effect.low, low, &what);
        assert_close(effect.high, high, &what);
    }
}
