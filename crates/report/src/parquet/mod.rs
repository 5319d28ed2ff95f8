//! `export -f parquet`: a dataset that DuckDB, Polars or Spark query as it is.

mod columns;
mod dataset;
mod export;
mod part;
mod seen;
mod stacks;

pub use export::{ParquetError, export};
