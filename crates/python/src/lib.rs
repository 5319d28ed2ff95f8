//! CPython seen from outside: runtime, layouts, frames, code, lines, GIL.
