//! Findings of a start-up: one lint per file.

mod case;
mod children;
mod chunk_cliff;
mod data_folders;
mod dead_entries;
mod file_system;
mod idle_threads;
mod loader_search;
mod pth_code;
mod slow_site;
mod spinning_threads;
mod stale_bytecode;
mod twice_listed;
mod unused_imports;

pub(super) use case::{Case, all};
