//! Code objects that Python itself hides.

/// Is it the code object that cleans up after an inlined `__init__`? CPython
/// 3.13+ pushes a frame of it below the real one and hides it from everybody
/// (Python/specialize.c: `_Py_InitCleanup`, whose file is named `__init__`).
pub(crate) fn is_shim(name: &str, file: &str) -> bool {
    name == "__init__" && file == "__init__"
}

#[cfg(test)]
mod tests {
    use super::is_shim;

    #[test]
    fn only_the_interpreters_own_code_is_a_shim() {
        assert!(is_shim("__init__", "__init__"));
        assert!(!is_shim("Thing.__init__", "/usr/lib/python3/__init__.py"));
    }
}
