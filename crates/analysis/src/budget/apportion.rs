//! Splits a whole by weights so that the pieces sum to it exactly.

/// Splits `total` in proportion to `weights` by the method of the largest
/// remainder. Without any weight everything goes to the last piece.
pub(crate) fn apportion<const N: usize>(total: u64, weights: [u64; N]) -> [u64; N] {
    let sum: u128 = weights.iter().map(|&weight| u128::from(weight)).sum();
    if sum == 0 {
        let mut pieces = [0; N];
        pieces[N - 1] = total;
        return pieces;
    }
    let whole = |weight: u64| u128::from(total) * u128::from(weight);
    let mut pieces = weights.map(|weight| (whole(weight) / sum) as u64);
    let mut by_remainder: Vec<usize> = (0..N).collect();
    by_remainder.sort_by_key(|&index| std::cmp::Reverse(whole(weights[index]) % sum));
    let left = total - pieces.iter().sum::<u64>();
    for &index in by_remainder.iter().take(left as usize) {
        pieces[index] += 1;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::apportion;

    #[test]
    fn remainders_go_to_whom_they_are_nearest() {
        assert_eq!(apportion(10, [1, 1, 1]), [4, 3, 3]);
        assert_eq!(apportion(100, [2, 0, 1]), [67, 0, 33]);
        assert_eq!(apportion(7, [0, 0]), [0, 7]);
    }

    proptest! {
        #[test]
        fn pieces_sum_to_the_whole(total: u64, weights: [u64; 4]) {
            let sum: u128 = apportion(total, weights).iter().map(|&it| u128::from(it)).sum();
            prop_assert_eq!(sum, u128::from(total));
        }
    }
}
