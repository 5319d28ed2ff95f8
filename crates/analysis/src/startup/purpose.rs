//! What the calls of a start-up are for.

/// Purposes of the system calls of a start-up, finer than
/// [`crate::syscalls::Purpose`]. Each is decided by the call, its path, its
/// result and what its descriptor was opened for; see `sort`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum StartPurpose {
    /// A program is executed, or looked for along `PATH`.
    Exec,
    /// The loader looks for a library where it is not.
    LoaderSearch,
    /// A library is opened, mapped, closed.
    Library,
    /// An extension module is opened, mapped, closed.
    Extension,
    /// Locale and character set tables.
    Locale,
    /// The interpreter finds itself and its library: `getpath`, `pyvenv.cfg`.
    Paths,
    /// `.pth` files and the metadata of distributions.
    SiteFiles,
    /// The import system looks for a file that is not there.
    FailedLookup,
    /// The import system asks whether a directory has changed.
    DirectoryCheck,
    /// The import system lists a directory.
    DirectoryScan,
    /// The import system asks for a source or extension file that is there.
    FoundStat,
    /// A compiled module, from open to close, or written.
    Pyc,
    /// Source is read.
    Source,
    /// Directories listed by anyone but the import system.
    DataListing,
    /// Other files.
    Files,
    /// The standard streams.
    Streams,
    /// Memory is mapped, unmapped, protected.
    Memory,
    /// Signal handlers.
    Signals,
    /// Threads and locks.
    Threads,
    /// Children are made and waited for.
    Children,
    /// Sockets, and waiting for any of several descriptors.
    Network,
    /// What the process asks about itself, the machine and the time.
    Facts,
    /// Anything else.
    Other,
}

impl StartPurpose {
    /// Every purpose, in the order of their numbers.
    pub const ALL: [StartPurpose; 23] = [
        StartPurpose::Exec,
        StartPurpose::LoaderSearch,
        StartPurpose::Library,
        StartPurpose::Extension,
        StartPurpose::Locale,
        StartPurpose::Paths,
        StartPurpose::SiteFiles,
        StartPurpose::FailedLookup,
        StartPurpose::DirectoryCheck,
        StartPurpose::DirectoryScan,
        StartPurpose::FoundStat,
        StartPurpose::Pyc,
        StartPurpose::Source,
        StartPurpose::DataListing,
        StartPurpose::Files,
        StartPurpose::Streams,
        StartPurpose::Memory,
        StartPurpose::Signals,
        StartPurpose::Threads,
        StartPurpose::Children,
        StartPurpose::Network,
        StartPurpose::Facts,
        StartPurpose::Other,
    ];

    /// Its name in reports and `--json`; stable.
    pub fn name(self) -> &'static str {
        match self {
            StartPurpose::Exec => "exec",
            StartPurpose::LoaderSearch => "loader: failed search",
            StartPurpose::Library => "loader: libraries",
            StartPurpose::Extension => "extension modules",
            StartPurpose::Locale => "locale",
            StartPurpose::Paths => "getpath and venv",
            StartPurpose::SiteFiles => ".pth and metadata",
            StartPurpose::FailedLookup => "import: failed lookup",
            StartPurpose::DirectoryCheck => "import: directory check",
            StartPurpose::DirectoryScan => "import: directory scan",
            StartPurpose::FoundStat => "import: stat of found file",
            StartPurpose::Pyc => "import: .pyc open to close",
            StartPurpose::Source => "source read",
            StartPurpose::DataListing => "data folders listed",
            StartPurpose::Files => "application files",
            StartPurpose::Streams => "standard streams",
            StartPurpose::Memory => "memory",
            StartPurpose::Signals => "signals",
            StartPurpose::Threads => "threads and locks",
            StartPurpose::Children => "child processes",
            StartPurpose::Network => "network",
            StartPurpose::Facts => "process facts",
            StartPurpose::Other => "other",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::StartPurpose;

    #[test]
    fn numbers_are_positions() {
        for (position, purpose) in StartPurpose::ALL.into_iter().enumerate() {
            assert_eq!(purpose as usize, position);
        }
    }
}
