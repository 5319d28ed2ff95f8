//! Where in the import system, and where in the start-up, a Python stack is.

use keelback_trace::define::Code;
use keelback_trace::{Dictionary, FrameId, StackId, TextId};

/// What the import system does for a module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Its own work: locks, making the module object.
    #[default]
    Own,
    /// Looking for the module: `_find_spec` and all below it.
    Find,
    /// Validating and reading byte code, or reading source: `get_code`.
    Read,
    /// `marshal.loads`: `_compile_bytecode`.
    Unmarshal,
    /// Compiling source, and writing byte code: `source_to_code`, `set_data`.
    Compile,
    /// `dlopen` and initialisation of an extension or built-in module.
    Load,
    /// The module's own code.
    Run,
}

/// Who is at the bottom of a stack.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Bottom {
    /// No Python frame.
    #[default]
    Nobody,
    /// The import system, called by the interpreter itself.
    Imports,
    /// What the interpreter runs when it ends.
    Ending,
    /// The program.
    Program,
}

/// What a stack says.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    /// The stack that asked for the innermost import; none outside imports.
    pub(super) importer: Option<StackId>,
    /// What is done for that import.
    pub(super) step: Step,
    /// Is the module's own code running (and not the import system's)?
    pub(super) body: bool,
    /// The module's file, once its own code runs.
    pub(super) file: TextId,
    /// Is `_fill_cache` or another part of finding at work?
    pub(super) finding: bool,
    /// Is `site` at work?
    pub(super) site: bool,
    /// Is code of a `.pth` file at work?
    pub(super) pth: bool,
    /// Is `site.addpackage` the innermost Python function outside imports?
    pub(super) reads_pth: bool,
    pub(super) bottom: Bottom,
    /// The innermost frame; none for no stack.
    pub(super) frame: Option<FrameId>,
    /// Are the outermost frames missing?
    pub(super) truncated: bool,
}

/// Places of all stacks.
#[derive(Debug)]
pub(super) struct Places(Vec<Place>);

impl Places {
    pub(super) fn read(known: &Dictionary) -> Places {
        let codes: Vec<_> = known.codes.iter().map(|it| Told::of(it, known)).collect();
        let mut places = Places(vec![Place::default()]);
        for stack in &known.stacks {
            let callers = places.of(stack.parent);
            let frame = known.frames.get(stack.frame.index());
            let told = frame.and_then(|frame| codes.get(frame.code.index()));
            let place = match told {
                Some(told) => callers.under(told, stack.parent),
                None => callers,
            };
            places.0.push(Place {
                frame: Some(stack.frame),
                truncated: stack.truncated,
                ..place
            });
        }
        places
    }

    pub(super) fn of(&self, stack: StackId) -> Place {
        self.0.get(stack.index()).copied().unwrap_or_default()
    }
}

/// What a code object is, by file and name.
#[derive(Clone, Copy, Debug)]
struct Told {
    import_system: bool,
    /// `_find_and_load`: an import begins.
    begins: bool,
    step: Option<Step>,
    finds: bool,
    site: bool,
    addpackage: bool,
    module: bool,
    ending: bool,
    /// Is it code that the interpreter itself calls while it starts?
    own: bool,
    file: TextId,
}

impl Told {
    fn of(code: &Code, known: &Dictionary) -> Told {
        let (name, file) = (known.text(code.name), known.text(code.file));
        let import_system =
            file.contains("importlib._bootstrap") || file.contains("importlib/_bootstrap");
        let site = file == "<frozen site>" || file.ends_with("/site.py");
        let threading = file.ends_with("/threading.py") || file == "<frozen threading>";
        Told {
            import_system,
            begins: import_system && name == "_find_and_load",
            step: step_of(name),
            finds: matches!(
                name.rsplit('.').next(),
                Some("_find_spec" | "find_spec" | "_fill_cache" | "_path_hooks")
            ),
            site,
            addpackage: site && name == "addpackage",
            module: name == "<module>",
            ending: threading && name == "_shutdown",
            own: is_interpreters_own(file),
            file: code.file,
        }
    }
}

/// `encodings` is asked for codecs from C, and frozen modules are imported
/// before there is an import system. `runpy` runs the program.
fn is_interpreters_own(file: &str) -> bool {
    let frozen = file.starts_with("<frozen ") && !file.contains("runpy");
    frozen || file.contains("/encodings/") || file.ends_with("/codecs.py")
}

/// Functions of Lib/importlib/_bootstrap.py and _bootstrap_external.py,
/// 3.8-3.15. Code objects have qualified names since 3.11.
fn step_of(name: &str) -> Option<Step> {
    let function = name.rsplit('.').next().unwrap_or(name);
    match function {
        "_find_spec" => Some(Step::Find),
        "get_code" => Some(Step::Read),
        "_compile_bytecode" => Some(Step::Unmarshal),
        "source_to_code" | "_cache_bytecode" | "set_data" => Some(Step::Compile),
        "create_module" => Some(Step::Load),
        "exec_module" => match name.split('.').next() {
            Some("ExtensionFileLoader" | "BuiltinImporter") => Some(Step::Load),
            _ => Some(Step::Run),
        },
        _ => None,
    }
}

impl Place {
    /// The place of a stack with such a function on top of these callers.
    fn under(self, told: &Told, callers: StackId) -> Place {
        let mut place = Place {
            site: self.site || told.site,
            pth: self.pth || self.reads_pth && !told.site && !told.import_system,
            reads_pth: told.addpackage || self.reads_pth && told.import_system,
            bottom: self.bottom_under(told),
            finding: self.finding_under(told),
            ..self
        };
        match () {
            () if told.begins => place.begin(callers),
            () if told.import_system && !self.body => place.advance(told),
            () if self.importer.is_some() => place.enter(told),
            () => {}
        }
        place
    }

    fn bottom_under(self, told: &Told) -> Bottom {
        match self.bottom {
            Bottom::Nobody if told.ending => Bottom::Ending,
            Bottom::Nobody if told.import_system || told.own => Bottom::Imports,
            Bottom::Nobody => Bottom::Program,
            other => other,
        }
    }

    /// A finder may be asked outside of an import (`importlib.util.find_spec`);
    /// a finder of its own is called by `_find_spec`.
    fn finding_under(&self, told: &Told) -> bool {
        match told.import_system {
            true => !told.begins && (self.finding || told.finds),
            false => self.finding && self.step == Step::Find,
        }
    }

    fn begin(&mut self, callers: StackId) {
        self.importer = Some(callers);
        self.step = Step::Own;
        self.body = false;
        self.file = TextId::NONE;
    }

    /// The import system calls on. What is below finding, unmarshalling or
    /// compiling belongs to it.
    fn advance(&mut self, told: &Told) {
        let settled = matches!(self.step, Step::Find | Step::Unmarshal | Step::Compile);
        if let (Some(step), false) = (told.step, settled) {
            self.step = step;
        }
    }

    /// Code outside the import system: a module's, or a finder's of its own.
    fn enter(&mut self, told: &Told) {
        if self.step == Step::Find || self.body {
            return;
        }
        self.body = true;
        self.step = Step::Run;
        if told.module {
            self.file = told.file;
        }
    }
}
