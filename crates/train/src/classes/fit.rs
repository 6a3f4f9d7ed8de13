//! Multinomial logistic regression by Newton's method, small enough to be read.

/// Weight of the squares of the weights of standardised measures: it keeps weights finite where classes can be told apart without a fault.
const RIDGE: f64 = 1.0;

/// The same of the constants, only so that they are determined.
const RIDGE_OF_CONSTANTS: f64 = 1e-6;

/// Newton's steps at most, and the step that is as good as none.
const STEPS: usize = 60;
const SETTLED: f64 = 1e-9;

/// For each of `classes` a weight for each measure and last a constant, such that the largest score names the class.
///
/// # Panics
///
/// If rows are of unequal length, or there are not as many targets.
#[must_use]
pub fn softmax(rows: &[Vec<f64>], targets: &[usize], classes: usize) -> Vec<Vec<f64>> {
    assert_eq!(rows.len(), targets.len(), "each row has its class");
    let Some(width) = rows.first().map(Vec::len) else { return Vec::new() };
    let scales: Vec<(f64, f64)> = (0..width).map(|column| scale(rows, column)).collect();
    let standardised: Vec<Vec<f64>> = rows
        .iter()
        .map(|row| row.iter().zip(&scales).map(|(x, (mean, deviation))| (x - mean) / deviation).chain([1.0]).collect())
        .collect();
    let mut weights = vec![0.0; classes * (width + 1)];
    for _ in 0..STEPS {
        let step = newton(&standardised, targets, classes, &weights);
        let before = loss(&standardised, targets, classes, &weights);
        // Half of the step, and half again, until it leads down.
        let mut share = 1.0;
        let mut next: Vec<f64> = Vec::new();
        while share > 1e-6 {
            next = weights.iter().zip(&step).map(|(weight, step)| weight - share * step).collect();
            if loss(&standardised, targets, classes, &next) <= before {
                break;
            }
            share *= 0.5;
        }
        let moved = weights.iter().zip(&next).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        weights = next;
        if moved < SETTLED {
            break;
        }
    }
    weights.chunks(width + 1).map(|scores| unscaled(scores, &scales)).collect()
}

/// Mean and deviation of a measure.
fn scale(rows: &[Vec<f64>], column: usize) -> (f64, f64) {
    let count = rows.len() as f64;
    let mean = rows.iter().map(|row| row[column]).sum::<f64>() / count;
    let variance = rows.iter().map(|row| (row[column] - mean).powi(2)).sum::<f64>() / count;
    (mean, variance.sqrt().max(1e-6))
}

/// Weights of measures as they are, of those of standardised ones.
fn unscaled(scores: &[f64], scales: &[(f64, f64)]) -> Vec<f64> {
    let mut weights: Vec<f64> = scores.iter().zip(scales).map(|(weight, (_, deviation))| weight / deviation).collect();
    let shift: f64 = weights.iter().zip(scales).map(|(weight, (mean, _))| weight * mean).sum();
    weights.push(scores[scales.len()] - shift);
    weights
}

/// Probabilities of the classes of a row.
fn probabilities(row: &[f64], classes: usize, weights: &[f64]) -> Vec<f64> {
    let scores: Vec<f64> =
        weights.chunks(row.len()).take(classes).map(|each| each.iter().zip(row).map(|(w, x)| w * x).sum()).collect();
    let largest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let powers: Vec<f64> = scores.iter().map(|score| (score - largest).exp()).collect();
    let sum: f64 = powers.iter().sum();
    powers.iter().map(|power| power / sum).collect()
}

fn ridge(place: usize, width: usize) -> f64 {
    if place % width == width - 1 { RIDGE_OF_CONSTANTS } else { RIDGE }
}

fn loss(rows: &[Vec<f64>], targets: &[usize], classes: usize, weights: &[f64]) -> f64 {
    let of_row = |(row, &target): (&Vec<f64>, &usize)| -probabilities(row, classes, weights)[target].max(1e-300).ln();
    let width = weights.len() / classes;
    let of_weights = weights.iter().enumerate().map(|(n, weight)| 0.5 * ridge(n, width) * weight * weight);
    rows.iter().zip(targets).map(of_row).sum::<f64>() + of_weights.sum::<f64>()
}

/// Newton's step: the gradient over the matrix of second derivatives.
fn newton(rows: &[Vec<f64>], targets: &[usize], classes: usize, weights: &[f64]) -> Vec<f64> {
    let width = weights.len() / classes;
    let mut gradient: Vec<f64> = weights.iter().enumerate().map(|(n, weight)| ridge(n, width) * weight).collect();
    let mut second = vec![vec![0.0; weights.len()]; weights.len()];
    for (n, row) in second.iter_mut().enumerate() {
        row[n] = ridge(n, width);
    }
    for (row, &target) in rows.iter().zip(targets) {
        let p = probabilities(row, classes, weights);
        for a in 0..classes {
            let off = p[a] - f64::from(u8::from(a == target));
            for (i, x) in row.iter().enumerate() {
                gradient[a * width + i] += off * x;
                for b in 0..classes {
                    let curve = p[a] * (f64::from(u8::from(a == b)) - p[b]) * x;
                    for (j, y) in row.iter().enumerate() {
                        second[a * width + i][b * width + j] += curve * y;
                    }
                }
            }
        }
    }
    solve(second, gradient)
}

/// Solves `matrix · x = right` by elimination, with the largest pivot of each column.
fn solve(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Vec<f64> {
    let n = right.len();
    for column in 0..n {
        let pivot = (column..n).max_by(|&a, &b| matrix[a][column].abs().total_cmp(&matrix[b][column].abs()));
        let pivot = pivot.unwrap_or(column);
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        let (above, below) = matrix.split_at_mut(column + 1);
        let row = &above[column];
        for (offset, other) in below.iter_mut().enumerate() {
            let factor = other[column] / row[column];
            for (x, y) in other.iter_mut().zip(row).skip(column) {
                *x -= factor * y;
            }
            right[column + 1 + offset] -= factor * right[column];
        }
    }
    for row in (0..n).rev() {
        let rest: f64 = (row + 1..n).map(|column| matrix[row][column] * right[column]).sum();
        right[row] = (right[row] - rest) / matrix[row][row];
    }
    right
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equations_are_solved() {
        let solved = solve(vec![vec![0.0, 2.0, 1.0], vec![1.0, 0.0, -1.0], vec![3.0, 1.0, 1.0]], vec![7.0, -2.0, 8.0]);
        for (x, expected) in solved.into_iter().zip([1.0, 2.0, 3.0]) {
            assert!((x - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn three_classes_on_a_line_are_told_apart() {
        let rows: Vec<Vec<f64>> = (0..90).map(|n| vec![f64::from(n), f64::from(n % 7)]).collect();
        let targets: Vec<usize> = (0..90).map(|n| n / 30).collect();
        let weights = softmax(&rows, &targets, 3);
        let best = |row: &[f64]| {
            let score = |w: &Vec<f64>| w[0] * row[0] + w[1] * row[1] + w[2];
            (0..3).max_by(|&a, &b| score(&weights[a]).total_cmp(&score(&weights[b]))).unwrap()
        };
        let right = rows.iter().zip(&targets).filter(|&(row, &target)| best(row) == target).count();
        assert!(right >= 86, "{right}");
    }

    #[test]
    fn the_gradient_is_nothing_where_the_fit_has_settled() {
        let rows: Vec<Vec<f64>> = (0..40).map(|n| vec![f64::from(n) / 20.0 - 1.0]).collect();
        let targets: Vec<usize> = (0..40).map(|n| usize::from(n % 3 == 0 || n > 30)).collect();
        let weights = softmax(&rows, &targets, 2);
        // The constants are all but free, so that the mean probability of a class is its share.
        let score = |row: &[f64]| (weights[1][0] - weights[0][0]) * row[0] + weights[1][1] - weights[0][1];
        let mean = rows.iter().map(|row| 1.0 / (1.0 + (-score(row)).exp())).sum::<f64>() / 40.0;
        let share = targets.iter().sum::<usize>() as f64 / 40.0;
        assert!((mean - share).abs() < 1e-4, "{mean} {share}");
    }
}
