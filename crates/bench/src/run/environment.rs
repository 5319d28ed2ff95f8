//! The variables a process sees.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

/// A whole environment, given by the caller: nothing is inherited unseen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment(BTreeMap<OsString, OsString>);

impl Environment {
    /// An environment of these variables.
    pub fn new(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Environment {
        Environment(variables.into_iter().collect())
    }

    /// A variable's value.
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        self.0.get(OsStr::new(name)).map(OsString::as_os_str)
    }

    /// Sets a variable.
    pub fn set(&mut self, name: impl Into<OsString>, value: impl Into<OsString>) {
        self.0.insert(name.into(), value.into());
    }

    /// Sets a variable that nobody has set yet.
    pub(super) fn set_if_absent(&mut self, name: &str, value: impl Into<OsString>) {
        self.0.entry(name.into()).or_insert_with(|| value.into());
    }

    /// Puts a folder in front of a list of folders like `LD_LIBRARY_PATH`.
    pub fn prepend(&mut self, name: &str, folder: &OsStr) {
        let mut list = folder.to_owned();
        if let Some(before) = self.get(name).filter(|before| !before.is_empty()) {
            list.push(":");
            list.push(before);
        }
        self.set(name, list);
    }

    /// All variables.
    pub fn variables(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_goes_in_front() {
        let mut env = Environment::new([("P".into(), "/old".into())]);
        env.prepend("P", OsStr::new("/new"));
        env.prepend("Q", OsStr::new("/only"));
        assert_eq!(env.get("P").unwrap(), "/new:/old");
        assert_eq!(env.get("Q").unwrap(), "/only");
    }
}
