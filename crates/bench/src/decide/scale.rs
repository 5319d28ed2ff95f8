//! How far values lie apart, whatever a few disturbed ones do.

/// The median; of an even number, the upper one.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f64::total_cmp).1
}

/// The standard deviation of a normal sample, by the estimator Qn.
///
/// The first quartile of all distances between two values, scaled: half of the
/// values may be disturbed, and it still wastes only a fifth of a normal sample
/// where the median absolute deviation wastes two thirds (P. Rousseeuw and
/// C. Croux, Alternatives to the median absolute deviation, JASA 88, 1993).
pub(crate) fn deviation(values: &[f64]) -> f64 {
    let count = values.len();
    if count < 2 {
        return 0.0;
    }
    let mut distances: Vec<f64> = values
        .iter()
        .enumerate()
        .flat_map(|(i, a)| values[..i].iter().map(move |b| (a - b).abs()))
        .collect();
    let half = count / 2 + 1;
    let place = half * (half - 1) / 2 - 1;
    let quartile = *distances.select_nth_unstable_by(place, f64::total_cmp).1;
    quartile * 2.2219 * small_sample(count)
}

/// Their correction for few values, by its formula for more than nine.
fn small_sample(count: usize) -> f64 {
    let n = count as f64;
    match count % 2 {
        1 => n / (n + 1.4),
        _ => n / (n + 3.8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_normal_sample_has_its_standard_deviation() {
        let mut random = fastrand::Rng::with_seed(1);
        let mut normal = || (0..12).map(|_| random.f64()).sum::<f64>() - 6.0;
        for count in [10, 40, 400] {
            let mean = (0..200)
                .map(|_| deviation(&(0..count).map(|_| normal()).collect::<Vec<_>>()))
                .sum::<f64>()
                / 200.0;
            assert!((0.93..1.07).contains(&mean), "{count}: {mean}");
        }
    }

    #[test]
    fn a_third_of_wild_values_does_not_blow_it_up() {
        let values: Vec<f64> = (0..60)
            .map(|i| {
                if i % 3 == 0 {
                    1e6 * f64::from(i)
                } else {
                    f64::from(i) / 20.0
                }
            })
            .collect();
        assert!(deviation(&values) < 3.0, "{}", deviation(&values));
    }
}
