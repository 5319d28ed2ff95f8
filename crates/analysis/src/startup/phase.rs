//! The phases of a start-up, and the signs by which one ends.

use super::place::{Bottom, Place};

/// Phases, in their order. Imports and main take turns: an instant belongs to
/// imports while `_find_and_load` is on the stack.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Phase {
    /// Programs that exec the interpreter: shells, launchers.
    #[default]
    Launcher,
    /// From the exec of the interpreter to its first instruction of C.
    Loader,
    /// From there to the first sight of `site`.
    Init,
    /// While `site` is on the stack: paths, the venv, `.pth` files.
    Site,
    /// The program's imports, the bodies of modules included.
    Imports,
    /// The program itself.
    Main,
    /// After the last sight of the program on the stack.
    Finalize,
}

impl Phase {
    /// Every phase.
    pub const ALL: [Phase; 7] = [
        Phase::Launcher,
        Phase::Loader,
        Phase::Init,
        Phase::Site,
        Phase::Imports,
        Phase::Main,
        Phase::Finalize,
    ];

    /// Its name in reports and `--json`; stable.
    pub fn name(self) -> &'static str {
        match self {
            Phase::Launcher => "launcher",
            Phase::Loader => "exec and loader",
            Phase::Init => "interpreter init",
            Phase::Site => "site and venv",
            Phase::Imports => "imports",
            Phase::Main => "main",
            Phase::Finalize => "finalize",
        }
    }

    /// The phase of an instant with such a stack, after an instant in `self`.
    ///
    /// Before the program runs, the interpreter's own imports (encodings,
    /// `site`) are part of starting it.
    pub(super) fn then(self, place: &Place) -> Phase {
        match (self, place.bottom) {
            (Phase::Launcher | Phase::Loader, Bottom::Nobody) => self,
            (Phase::Launcher | Phase::Loader | Phase::Init, _) if place.site => Phase::Site,
            (Phase::Launcher | Phase::Loader, Bottom::Imports) => Phase::Init,
            (Phase::Init, Bottom::Nobody | Bottom::Imports) => self,
            (Phase::Site, _) if place.site => self,
            // The end, unless there is more of it: then it is taken back.
            (Phase::Finalize, _) if place.site && place.bottom == Bottom::Imports => Phase::Site,
            (_, Bottom::Ending | Bottom::Nobody) => Phase::Finalize,
            (_, _) if place.importer.is_some() => Phase::Imports,
            (_, _) => Phase::Main,
        }
    }
}

#[cfg(test)]
mod tests {
    use keelback_trace::StackId;

    use super::*;

    fn place(bottom: Bottom, site: bool, importing: bool) -> Place {
        Place {
            bottom,
            site,
            importer: importing.then_some(StackId::NONE),
            ..Place::default()
        }
    }

    #[test]
    fn a_start_in_order() {
        let nobody = place(Bottom::Nobody, false, false);
        let encodings = place(Bottom::Imports, false, true);
        let site = place(Bottom::Imports, true, true);
        let program = place(Bottom::Program, false, false);
        let import = place(Bottom::Program, false, true);
        let ending = place(Bottom::Ending, false, false);
        let seen = [
            nobody, encodings, nobody, site, nobody, import, program, ending,
        ];
        let mut phase = Loader;
        let phases = seen.map(|place| {
            phase = phase.then(&place);
            phase
        });
        use Phase::*;
        assert_eq!(
            phases,
            [Loader, Init, Init, Site, Finalize, Imports, Main, Finalize]
        );
    }
}
