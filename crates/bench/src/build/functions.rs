//! Where a linker put the functions of a program.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use object::{Object, ObjectSegment, ObjectSymbol, SymbolKind};

use super::dead_code::PREFIX;

/// The functions of a linked file: address and length of each, by name.
///
/// Local functions that share a name are left out: nobody could tell which one
/// is which in another link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Functions(BTreeMap<String, (u64, u64)>);

impl Functions {
    /// Reads the symbol table of `file`.
    ///
    /// # Errors
    /// It cannot be read, or is not an ELF file.
    pub fn of(file: &Path) -> io::Result<Functions> {
        let data = fs::read(file)?;
        let elf = object::File::parse(data.as_slice()).map_err(io::Error::other)?;
        let mut all: BTreeMap<String, Vec<(u64, u64)>> = BTreeMap::new();
        for symbol in elf.symbols() {
            if symbol.kind() == SymbolKind::Text && symbol.is_definition() {
                let name = symbol.name().unwrap_or_default().to_owned();
                let place = (symbol.address(), symbol.size());
                all.entry(name).or_default().push(place);
            }
        }
        let unique = all.into_iter().filter(|(_, places)| places.len() == 1);
        Ok(Functions(
            unique.map(|(name, places)| (name, places[0])).collect(),
        ))
    }

    /// The address of a function, as the file has it.
    pub fn address(&self, name: &str) -> Option<u64> {
        self.0.get(name).map(|(address, _)| *address)
    }

    /// The names, in their order; without those of dead code.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let names = self.0.keys().map(String::as_str);
        names.filter(|name| !name.starts_with(PREFIX))
    }

    /// How many functions there are in both, and how many of them lie at another
    /// address.
    pub fn moved(&self, other: &Functions) -> (usize, usize) {
        let both = self
            .names()
            .filter_map(|name| Some((self.address(name)?, other.address(name)?)));
        both.fold((0, 0), |(all, moved), (here, there)| {
            (all + 1, moved + usize::from(here != there))
        })
    }
}

/// Where the loadable parts of a file are: for a byte of the file its address,
/// as [`Functions`] has it.
#[derive(Clone, Debug, Default)]
pub struct Segments(Vec<(u64, u64, u64)>);

impl Segments {
    /// Reads the program headers of `file`.
    ///
    /// # Errors
    /// It cannot be read, or is not an ELF file.
    pub fn of(file: &Path) -> io::Result<Segments> {
        let data = fs::read(file)?;
        let elf = object::File::parse(data.as_slice()).map_err(io::Error::other)?;
        let segments = elf.segments().map(|segment| {
            let (offset, size) = segment.file_range();
            (offset, size, segment.address())
        });
        Ok(Segments(segments.collect()))
    }

    /// The address of a byte of the file.
    pub fn address(&self, offset: u64) -> Option<u64> {
        let (start, _, address) = self
            .0
            .iter()
            .find(|(start, size, _)| (*start..start + size).contains(&offset))?;
        Some(offset - start + address)
    }
}

/// The function that an address is in.
#[derive(Clone, Debug)]
pub struct Lookup(Vec<(u64, u64, String)>);

impl Lookup {
    /// Every function of `functions`, by address.
    pub fn of(functions: &Functions) -> Lookup {
        let places = functions.0.iter();
        let mut places: Vec<(u64, u64, String)> = places
            .map(|(name, (address, size))| (*address, *size, name.clone()))
            .collect();
        places.sort();
        Lookup(places)
    }

    /// Its name.
    pub fn name(&self, address: u64) -> Option<&str> {
        let after = self.0.partition_point(|(start, ..)| *start <= address);
        let (start, size, name) = self.0.get(after.checked_sub(1)?)?;
        (address < start + size).then_some(name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn functions(places: &[(&str, u64)]) -> Functions {
        let places = places.iter();
        Functions(
            places
                .map(|(name, at)| ((*name).to_owned(), (*at, 16)))
                .collect(),
        )
    }

    #[test]
    fn dead_code_is_not_counted_among_the_moved() {
        let before = functions(&[("a", 0), ("b", 16)]);
        let dead = format!("{PREFIX}0");
        let after = functions(&[(&dead, 0), ("a", 16), ("b", 32), ("c", 48)]);
        assert_eq!(before.moved(&after), (2, 2));
        assert_eq!(before.moved(&before), (2, 0));
    }

    #[test]
    fn an_address_between_functions_is_in_none() {
        let lookup = Lookup::of(&functions(&[("a", 0), ("b", 32)]));
        assert_eq!(lookup.name(15), Some("a"));
        assert_eq!(lookup.name(16), None);
        assert_eq!(lookup.name(40), Some("b"));
    }
}
