//! The recording as a file.
