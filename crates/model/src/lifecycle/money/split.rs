//! Splitting an amount so that its parts add up to it.

/// Parts of `amount` in proportion to `weights`, whole numbers that add up to it exactly: each is what it should be
/// rounded down, and what is left over goes, one to each, to those that lost most by that, earlier ones first. None
/// where no weight is positive or a product leaves 128 bits.
///
/// The method of largest remainders; weights are not negative.
pub(super) fn split(amount: i128, weights: &[i128]) -> Option<Vec<i128>> {
    let whole = weights.iter().try_fold(0i128, |sum, weight| sum.checked_add(*weight))?;
    if whole <= 0 {
        return None;
    }
    let mut parts = Vec::with_capacity(weights.len());
    let mut lost: Vec<(i128, usize)> = Vec::with_capacity(weights.len());
    for (place, weight) in weights.iter().enumerate() {
        let share = amount.checked_mul(*weight)?;
        parts.push(share.div_euclid(whole));
        lost.push((share.rem_euclid(whole), place));
    }
    // fewer than there are parts with a rest
    let left = amount - parts.iter().sum::<i128>();
    lost.sort_by_key(|(rest, place)| (std::cmp::Reverse(*rest), *place));
    for (_, place) in lost.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        parts[place] += 1;
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn what_is_left_over_goes_to_those_that_lost_most() {
        assert_eq!(split(100, &[1, 1, 1]), Some(vec![34, 33, 33]));
        assert_eq!(split(10, &[1, 0, 3]), Some(vec![3, 0, 7]));
        assert_eq!(split(-100, &[1, 1, 1]), Some(vec![-33, -33, -34]));
        assert_eq!(split(1, &[2, 3]), Some(vec![0, 1]));
        assert_eq!(split(0, &[1, 1]), Some(vec![0, 0]));
        assert_eq!(split(5, &[0, 0]), None);
        assert_eq!(split(5, &[]), None);
        assert_eq!(split(i128::MAX, &[2, 3]), None);
    }
}
