//! Features cut into a few ranges, so that a split is searched in a histogram.

/// Ranges a feature has at most.
pub const MOST: usize = 64;

/// The bin of a value that is missing.
pub const MISSING: u8 = MOST as u8;

/// Columns of bins with the edges between them.
pub struct Binned {
    /// `edges[feature]`, rising; bin b holds values from edge b−1 up to below edge b.
    pub edges: Vec<Vec<f32>>,
    /// `columns[feature][row]`.
    pub columns: Vec<Vec<u8>>,
}

impl Binned {
    /// Cuts every feature at quantiles of the rows that `chosen` takes; all rows get their bins.
    pub fn new(rows: &[Vec<f32>], features: usize, chosen: &dyn Fn(usize) -> bool) -> Self {
        let edges: Vec<Vec<f32>> = (0..features)
            .map(|feature| {
                let chosen = rows.iter().enumerate().filter(|(row, _)| chosen(*row)).map(|(_, row)| row[feature]);
                edges(chosen.filter(|value| value.is_finite()).collect())
            })
            .collect();
        let bin = |value: f32, edges: &[f32]| {
            if value.is_nan() { MISSING } else { edges.partition_point(|&edge| edge <= value) as u8 }
        };
        let columns = edges
            .iter()
            .enumerate()
            .map(|(feature, edges)| rows.iter().map(|row| bin(row[feature], edges)).collect())
            .collect();
        Self { edges, columns }
    }
}

/// At most [`MOST`] − 1 edges, each between two values that differ.
fn edges(mut values: Vec<f32>) -> Vec<f32> {
    values.sort_by(f32::total_cmp);
    let count = values.len();
    let mut edges: Vec<f32> = (1..MOST)
        .filter_map(|number| {
            let upper = *values.get(number * count / MOST)?;
            let below = values.partition_point(|&value| value < upper).checked_sub(1)?;
            // In the middle, so that what lies between two values seen goes to the nearer one.
            let middle = 0.5 * (values[below] + upper);
            Some(if middle > values[below] { middle } else { upper })
        })
        .collect();
    edges.dedup();
    edges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_get_a_bin_each() {
        let rows: Vec<Vec<f32>> = [3.0, 1.0, 2.0, f32::NAN, 1.0].iter().map(|&value| vec![value]).collect();
        let binned = Binned::new(&rows, 1, &|_| true);
        assert_eq!(binned.edges[0], [1.5, 2.5]);
        assert_eq!(binned.columns[0], [2, 0, 1, MISSING, 0]);
    }

    #[test]
    fn many_values_get_bins_of_equal_size() {
        let rows: Vec<Vec<f32>> = (0..6400).map(|value| vec![value as f32]).collect();
        let binned = Binned::new(&rows, 1, &|_| true);
        for bin in 0..MOST {
            assert_eq!(binned.columns[0].iter().filter(|&&b| usize::from(b) == bin).count(), 100);
        }
    }
}
