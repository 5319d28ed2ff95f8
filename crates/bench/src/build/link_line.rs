//! The line of a CPython Makefile that links what the code is in.

use std::path::{Path, PathBuf};

use crate::layout::relink::quoted;

/// A link as make would do it, its output named `{out}` and a place for
/// `{dead}` code in front.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LinkLine {
    /// For the shell, in the folder of the build.
    text: String,
    /// The soname, when the code is in a shared library.
    pub(super) library: Option<String>,
}

impl LinkLine {
    /// Finds it in what `make -n` prints for a python that is out of date.
    ///
    /// With --enable-shared the program is a dozen functions, and the line that
    /// counts is that of the library (Makefile.pre.in, the rules of
    /// `$(BUILDPYTHON)` and `libpython$(LDVERSION).so`, 3.7 to 3.14).
    pub(super) fn find(printed: &str) -> Option<LinkLine> {
        library(printed).or_else(|| program(printed))
    }

    /// The compiler that links, as the line begins.
    pub(super) fn compiler(&self) -> &str {
        self.text.split_ascii_whitespace().next().unwrap_or("cc")
    }

    /// Does the link compile the program, too?
    pub(super) fn optimises(&self) -> bool {
        self.text
            .split_ascii_whitespace()
            .rfind(|word| word.starts_with("-flto") || *word == "-fno-lto")
            .is_some_and(|word| word != "-fno-lto")
    }

    /// The archive that holds the objects, if they are not named one by one.
    pub(super) fn archive(&self) -> Option<&str> {
        self.text
            .split_ascii_whitespace()
            .find(|word| word.starts_with("libpython") && word.ends_with(".a"))
    }

    /// The same line with the archive replaced by its objects.
    pub(super) fn with_objects(&self, archive: &str, objects: &str) -> LinkLine {
        LinkLine {
            text: self.text.replacen(archive, objects.trim(), 1),
            ..self.clone()
        }
    }

    /// The same line with the objects that are bytecode replaced by the code that
    /// link-time optimisation made of them.
    pub(super) fn with_code(
        &self,
        is_bytecode: impl Fn(&str) -> bool,
        objects: &[PathBuf],
    ) -> LinkLine {
        let is_optimiser = |word: &str| word.starts_with("-flto") || word == "-fuse-linker-plugin";
        let is_object = |word: &str| word.ends_with(".o") && is_bytecode(word);
        let words = self.text.split_ascii_whitespace();
        let rest: Vec<&str> = words
            .filter(|word| !is_optimiser(word) && !is_object(word))
            .collect();
        let objects: Vec<String> = objects.iter().map(|object| quoted(object)).collect();
        let code = format!("{{dead}} {}", objects.join(" "));
        LinkLine {
            text: rest.join(" ").replacen("{dead}", &code, 1),
            ..self.clone()
        }
    }

    /// As a command from anywhere.
    pub(super) fn command(&self, folder: &Path) -> String {
        format!("cd {} && {}", quoted(folder), self.text)
    }

    /// The same with a place for the objects in random order.
    pub(super) fn shuffling_objects(&self, folder: &Path) -> String {
        let is_object = |word: &&str| word.ends_with(".o");
        let words = self.text.split_ascii_whitespace();
        let objects: Vec<&str> = words.clone().filter(is_object).collect();
        let rest: Vec<&str> = words.filter(|word| !is_object(word)).collect();
        let text = rest.join(" ").replacen(
            "{dead}",
            &format!("{{dead}} {{shuffle: {}}}", objects.join(" ")),
            1,
        );
        format!("cd {} && {text}", quoted(folder))
    }
}

fn program(printed: &str) -> Option<LinkLine> {
    let out = " -o python ";
    let line = printed
        .lines()
        .rfind(|line| line.contains(out) && line.contains("Programs/python.o"))?;
    Some(LinkLine {
        text: line.trim().replacen(out, " -o {out} {dead} ", 1),
        library: None,
    })
}

fn library(printed: &str) -> Option<LinkLine> {
    let line = printed
        .lines()
        .find(|line| line.contains(" -o libpython") && line.contains(".o "))?;
    let (_, after) = line.split_once(" -o ")?;
    let name = after.split_ascii_whitespace().next()?.to_owned();
    // In the Makefile it is one branch of an `if` for another system.
    let line = line.trim().trim_end_matches([';', '\\', ' ']);
    Some(LinkLine {
        text: line.replacen(&format!(" -o {name} "), " -o {out} {dead} ", 1),
        library: Some(name),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shortened from 3.13.
    const STATIC: &str = "\
gcc -c -O3 -o Programs/python.o ../src/Programs/python.c
gcc -Xlinker -export-dynamic -o python Programs/python.o Modules/getbuildinfo.o Objects/call.o -ldl -lm
";

    /// Shortened from 3.10.
    const SHARED: &str = "\
if test \"linux\" != \"aix\"; then \\
\tgcc -shared  -Wl,-hlibpython3.10.so.1.0 -o libpython3.10.so.1.0 Modules/getbuildinfo.o Objects/call.o  -ldl -lm; \\
else \\
\tgcc -shared -o libpython3.10.so Modules/getbuildinfo.o Objects/call.o  -ldl -lm; \\
fi
gcc -o python Programs/python.o -L. -lpython3.10 -ldl -lm
";

    #[test]
    fn the_program_has_the_code_of_a_static_build() {
        let line = LinkLine::find(STATIC).unwrap();
        assert_eq!(line.library, None);
        assert_eq!(line.compiler(), "gcc");
        assert_eq!(
            line.command(Path::new("/b")),
            "cd '/b' && gcc -Xlinker -export-dynamic -o {out} {dead} \
             Programs/python.o Modules/getbuildinfo.o Objects/call.o -ldl -lm"
        );
        assert_eq!(
            line.shuffling_objects(Path::new("/b")),
            "cd '/b' && gcc -Xlinker -export-dynamic -o {out} {dead} \
             {shuffle: Programs/python.o Modules/getbuildinfo.o Objects/call.o} -ldl -lm"
        );
    }

    #[test]
    fn the_library_has_the_code_of_a_shared_build() {
        let line = LinkLine::find(SHARED).unwrap();
        assert_eq!(line.library.as_deref(), Some("libpython3.10.so.1.0"));
        assert_eq!(
            line.command(Path::new("/b")),
            "cd '/b' && gcc -shared  -Wl,-hlibpython3.10.so.1.0 -o {out} {dead} \
             Modules/getbuildinfo.o Objects/call.o  -ldl -lm"
        );
    }

    #[test]
    fn an_archive_becomes_its_objects() {
        let printed = "gcc -o python Programs/python.o libpython3.8.a -ldl";
        let line = LinkLine::find(printed).unwrap();
        let archive = line.archive().unwrap();
        let line = line.with_objects(archive, "Objects/call.o Python/ceval.o\n");
        assert_eq!(
            line.shuffling_objects(Path::new("/b")),
            "cd '/b' && gcc -o {out} {dead} \
             {shuffle: Programs/python.o Objects/call.o Python/ceval.o} -ldl"
        );
    }

    #[test]
    fn code_takes_the_place_of_bytecode() {
        let printed = "gcc -flto -O3 -o python Programs/python.o Python/asm.o -lm";
        let line = LinkLine::find(printed).unwrap();
        let line = line.with_code(|word| word == "Programs/python.o", &["/t/a.o".into()]);
        assert_eq!(
            line.command(Path::new("/b")),
            "cd '/b' && gcc -O3 -o {out} {dead} '/t/a.o' Python/asm.o -lm"
        );
    }

    #[test]
    fn link_time_optimisation_shows() {
        let of = |flags: &str| {
            let printed = format!("gcc {flags} -o python Programs/python.o -lm");
            LinkLine::find(&printed).unwrap().optimises()
        };
        assert!(of("-flto=auto -g"));
        assert!(!of("-flto -fno-lto"));
        assert!(!of("-O3"));
    }
}
