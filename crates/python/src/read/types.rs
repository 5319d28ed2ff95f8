//! What an object is.

use crate::{Layout, ReadError, ReadMemory};

/// Longer type names are cut.
const LONGEST: usize = 256;

/// `tp_name` of the type of the object at `object`, like `_thread.lock`.
///
/// # Errors
/// When it cannot be read.
pub fn type_name(
    memory: &impl ReadMemory,
    layout: &Layout,
    object: u64,
) -> Result<String, ReadError> {
    let kind = memory.u64(layout.object.ob_type.of(object))?;
    let name = memory.u64(layout.object.tp_name.of(kind))?;
    c_string(memory, name)
}

/// Byte by byte, for what follows a short string may not be mapped.
fn c_string(memory: &impl ReadMemory, address: u64) -> Result<String, ReadError> {
    let mut text = Vec::new();
    while text.len() < LONGEST {
        match memory.u8(address + text.len() as u64)? {
            0 => break,
            byte => text.push(byte),
        }
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Snapshot;

    #[test]
    fn a_string_ends_at_its_nul_or_with_the_memory() {
        let mut memory = Snapshot::default();
        memory.insert(0x1000, b"_thread.lock\0rest".to_vec());
        memory.insert(0x2000, b"cut".to_vec());
        memory.insert(0x3000, vec![b'x'; 1000]);
        assert_eq!(c_string(&memory, 0x1000).unwrap(), "_thread.lock");
        assert!(c_string(&memory, 0x2000).is_err());
        assert_eq!(c_string(&memory, 0x3000).unwrap().len(), LONGEST);
    }
}
