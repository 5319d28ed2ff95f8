//! The parts of an ELF file that this crate asks for, with a few small reads:
//! headers, dynamic section, exported symbols. Never the debug information.

use std::collections::HashMap;
use std::fs::File;
use std::os::unix::fs::FileExt;

use object::elf::{self, FileHeader64, Sym64};
use object::read::StringTable;
use object::read::elf::{Dyn, FileHeader, ProgramHeader, SectionHeader, Sym};
use object::{LittleEndian, ReadCache, pod};

use super::{Image, Segment};

type Header = FileHeader64<LittleEndian>;
type Cache<'a> = &'a ReadCache<File>;
const LE: LittleEndian = LittleEndian;

/// More bytes than any string table or symbol table of a real library has:
/// a damaged header must not make us allocate what it says.
const LARGEST: u64 = 256 << 20;

/// An ELF file, its headers read.
pub(crate) struct Elf {
    file: File,
    pub(crate) machine: u16,
    pub(crate) image: Image,
    pub(crate) dynamic: Dynamic,
    /// `PT_INTERP`: the loader of an executable.
    pub(crate) loader: Option<String>,
    sections: Vec<Section>,
}

/// What the dynamic section says about libraries.
#[derive(Default)]
pub(crate) struct Dynamic {
    /// `DT_NEEDED`.
    pub(crate) needed: Vec<String>,
    /// `DT_RUNPATH`, or `DT_RPATH` where that is absent, split at colons.
    pub(crate) search: Vec<String>,
}

/// A section.
pub(crate) struct Section {
    name: String,
    kind: elf::SectionType,
    link: usize,
    pub(crate) address: u64,
    pub(crate) offset: u64,
    pub(crate) size: u64,
}

/// An exported symbol.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Symbol {
    pub(crate) address: u64,
    pub(crate) size: u64,
}

impl Elf {
    /// Reads the headers; `None` for what is no 64-bit little-endian ELF file.
    pub(crate) fn read(file: File) -> object::Result<Option<Elf>> {
        let mut ident = [0; 6];
        let known = file.read_exact_at(&mut ident, 0).is_ok();
        if !known || ident != [0x7f, b'E', b'L', b'F', 2, 1] {
            return Ok(None);
        }
        let cache = ReadCache::new(file);
        let parts = Parts::parse(&cache)?;
        Ok(Some(parts.with(cache.into_inner())))
    }

    /// The section of that name, if it is in the file.
    pub(crate) fn section(&self, name: &str) -> Option<&Section> {
        self.sections
            .iter()
            .find(|it| it.name == name && it.kind != elf::SHT_NOBITS)
    }

    /// Those of the wanted symbols that this file defines and exports.
    pub(crate) fn exports(&self, wanted: &[&'static str]) -> HashMap<&'static str, Symbol> {
        self.read_exports(wanted).unwrap_or_default()
    }

    fn read_exports(&self, wanted: &[&'static str]) -> Option<HashMap<&'static str, Symbol>> {
        let table = self.sections.iter().find(|it| it.kind == elf::SHT_DYNSYM)?;
        let names = self.section_bytes(self.sections.get(table.link)?)?;
        let table = self.section_bytes(table)?;
        let count = table.len() / size_of::<Sym64<LittleEndian>>();
        let (symbols, _) = pod::slice_from_bytes::<Sym64<LittleEndian>>(&table, count).ok()?;
        let defined = symbols.iter().filter(|it| !it.is_undefined(LE));
        Some(
            defined
                .filter_map(|it| Some((find(&names, it.st_name(LE), wanted)?, symbol(it))))
                .collect(),
        )
    }

    /// A section's bytes in the file.
    pub(crate) fn section_bytes(&self, section: &Section) -> Option<Vec<u8>> {
        self.bytes_at(section.offset, section.size)
    }

    /// `size` bytes at a link-time address.
    pub(crate) fn bytes(&self, address: u64, size: u64) -> Option<Vec<u8>> {
        self.bytes_at(self.image.file_offset(address)?, size)
    }

    fn bytes_at(&self, offset: u64, size: u64) -> Option<Vec<u8>> {
        let length = self.file.metadata().ok()?.len().min(LARGEST);
        if size > length {
            return None;
        }
        let mut bytes = vec![0; usize::try_from(size).ok()?];
        self.file.read_exact_at(&mut bytes, offset).ok()?;
        Some(bytes)
    }
}

/// The wanted name that is at `at` in a string table.
fn find(names: &[u8], at: u32, wanted: &[&'static str]) -> Option<&'static str> {
    let rest = names.get(at as usize..)?;
    wanted.iter().copied().find(|it| {
        rest.strip_prefix(it.as_bytes())
            .is_some_and(|rest| rest.first() == Some(&0))
    })
}

fn symbol(it: &Sym64<LittleEndian>) -> Symbol {
    Symbol {
        address: it.st_value(LE),
        size: it.st_size(LE),
    }
}

/// All of [`Elf`] but its file, which the parser still holds.
struct Parts {
    machine: u16,
    image: Image,
    dynamic: Dynamic,
    loader: Option<String>,
    sections: Vec<Section>,
}

impl Parts {
    fn parse(cache: Cache<'_>) -> object::Result<Parts> {
        let header = Header::parse(cache)?;
        let programs = header.program_headers(LE, cache)?;
        Ok(Parts {
            machine: header.e_machine(LE).0,
            image: Image {
                fixed: header.e_type(LE) == elf::ET_EXEC,
                segments: segments(programs),
            },
            dynamic: dynamic(header, cache)?,
            loader: loader(programs, cache),
            sections: sections(header, cache)?,
        })
    }

    fn with(self, file: File) -> Elf {
        Elf {
            file,
            machine: self.machine,
            image: self.image,
            dynamic: self.dynamic,
            loader: self.loader,
            sections: self.sections,
        }
    }
}

fn segments(programs: &[elf::ProgramHeader64<LittleEndian>]) -> Vec<Segment> {
    programs
        .iter()
        .filter(|it| it.p_type(LE) == elf::PT_LOAD)
        .map(|it| Segment {
            address: it.p_vaddr(LE),
            size: it.p_memsz(LE),
            offset: it.p_offset(LE),
            file_size: it.p_filesz(LE),
            executable: it.p_flags(LE).contains(elf::PF_X),
        })
        .collect()
}

fn loader(programs: &[elf::ProgramHeader64<LittleEndian>], cache: Cache<'_>) -> Option<String> {
    programs
        .iter()
        .find_map(|it| it.interpreter(LE, cache).ok().flatten())
        .map(text)
}

fn sections(header: &Header, cache: Cache<'_>) -> object::Result<Vec<Section>> {
    let table = header.sections(LE, cache)?;
    let names = names(header, cache)?;
    Ok(table
        .iter()
        .map(|it| Section {
            name: text(it.name(LE, names).unwrap_or_default()),
            kind: it.sh_type(LE),
            link: it.sh_link(LE) as usize,
            address: it.sh_addr(LE),
            offset: it.sh_offset(LE),
            size: it.sh_size(LE),
        })
        .collect())
}

/// The sections' names, read at once instead of name by name.
fn names<'a>(header: &Header, cache: Cache<'a>) -> object::Result<StringTable<'a>> {
    let headers = header.section_headers(LE, cache)?;
    let index = header.shstrndx(LE, cache)? as usize;
    let bytes = match headers.get(index) {
        Some(it) => it.data(LE, cache)?,
        None => &[],
    };
    Ok(StringTable::new(bytes, 0, bytes.len() as u64))
}

fn dynamic(header: &Header, cache: Cache<'_>) -> object::Result<Dynamic> {
    let sections = header.sections(LE, cache)?;
    let Some((entries, link)) = sections.dynamic(LE, cache)? else {
        return Ok(Dynamic::default());
    };
    let bytes = sections.section(link)?.data(LE, cache)?;
    let strings = StringTable::new(bytes, 0, bytes.len() as u64);
    let all = |tag| {
        entries
            .iter()
            .filter(move |it| it.d_tag(LE).0 == tag)
            .filter_map(|it| strings.get(u32::try_from(it.d_val(LE)).ok()?).ok())
            .map(text)
            .collect::<Vec<_>>()
    };
    let runpath = all(elf::DT_RUNPATH.0);
    let search = if runpath.is_empty() {
        all(elf::DT_RPATH.0)
    } else {
        runpath
    };
    Ok(Dynamic {
        needed: all(elf::DT_NEEDED.0),
        search: search
            .iter()
            .flat_map(|it| it.split(':'))
            .map(str::to_owned)
            .collect(),
    })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
