//! What Python stacks are about, worked out once for all of them.

use keelback_trace::define::Code;
use keelback_trace::{Dictionary, FrameId, StackId};

use crate::path_class::PathClass;

/// For every stack: the frames that reports name, and what its innermost
/// function says about locks.
#[derive(Debug, Default)]
pub struct Stacks {
    by_stack: Vec<Summary>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Summary {
    site: Option<FrameId>,
    own: Option<FrameId>,
    role: Role,
    stage: Option<ImportStage>,
    collects: bool,
}

/// What the import system is doing, when a stack ends in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportStage {
    /// Looking for a module: stats.
    Lookup,
    /// Listing a directory into a finder's cache.
    Scan,
    /// Reading source or byte code.
    Read,
    /// Loading an extension module.
    Load,
}

/// What a function does when a futex is waited for under it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// Nothing in particular.
    #[default]
    Plain,
    /// It joins a thread.
    Join,
    /// It takes or gives back one of the import system's locks.
    ImportLock,
    /// It waits until another thread has news: a condition, an event, a queue.
    News,
}

/// Whose file a function is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    /// `threading.py`, the import system, the garbage collector: they stand
    /// between a wait and whoever asked for it.
    Plumbing,
    Library,
    Program,
}

/// A function, judged by its file and name.
#[derive(Clone, Copy, Debug)]
struct Judgement {
    owner: Owner,
    role: Role,
    in_import_system: bool,
    stage: Option<ImportStage>,
    collector: bool,
}

impl Stacks {
    /// Reads all stacks of a dictionary.
    pub fn read(known: &Dictionary) -> Stacks {
        let codes: Vec<_> = known.codes.iter().map(|code| judge(code, known)).collect();
        let mut stacks = Stacks {
            by_stack: vec![Summary::default()],
        };
        for stack in &known.stacks {
            let callers = stacks.summary(stack.parent);
            let code = known.frames.get(stack.frame.index()).map(|it| it.code);
            let judged = code.and_then(|code| codes.get(code.index()));
            let summary = match judged {
                Some(judged) => callers.under(stack.frame, judged),
                None => callers,
            };
            stacks.by_stack.push(summary);
        }
        stacks
    }

    /// The innermost frame that is not plumbing, else the innermost.
    pub fn site(&self, stack: StackId) -> Option<FrameId> {
        self.summary(stack).site
    }

    /// The innermost frame in a file of the program itself.
    pub fn own(&self, stack: StackId) -> Option<FrameId> {
        self.summary(stack).own
    }

    /// What the innermost function does with locks.
    pub fn role(&self, stack: StackId) -> Role {
        self.summary(stack).role
    }

    /// Does the garbage collector run below the stack's innermost function?
    pub fn collects(&self, stack: StackId) -> bool {
        self.summary(stack).collects
    }

    /// Where in the import system the stack ends, if it does.
    pub fn stage(&self, stack: StackId) -> Option<ImportStage> {
        self.summary(stack).stage
    }

    fn summary(&self, stack: StackId) -> Summary {
        self.by_stack
            .get(stack.index())
            .copied()
            .unwrap_or_default()
    }
}

impl Summary {
    /// The summary of a stack with `frame` on top of these callers.
    fn under(self, frame: FrameId, judged: &Judgement) -> Summary {
        Summary {
            site: match judged.owner {
                Owner::Plumbing => self.site.or(Some(frame)),
                _ => Some(frame),
            },
            own: match judged.owner {
                Owner::Program => Some(frame),
                _ => self.own,
            },
            role: judged.role,
            // Helpers of the import system belong to the stage that calls them.
            stage: match judged.in_import_system {
                true => judged.stage.or(self.stage),
                false => None,
            },
            collects: judged.collector,
        }
    }
}

fn judge(code: &Code, known: &Dictionary) -> Judgement {
    let file = known.text(code.file);
    let name = known.text(code.name);
    let collector = file.is_empty() && name == Code::COLLECTOR;
    Judgement {
        owner: match collector {
            true => Owner::Plumbing,
            false => owner_of(file),
        },
        collector,
        role: role_of(file, name),
        in_import_system: is_import_system(file),
        stage: stage_of(name),
    }
}

/// Function names of Lib/importlib/_bootstrap_external.py, 3.8-3.15; before
/// 3.11 a code object has no qualified name, so the last part must do.
fn stage_of(name: &str) -> Option<ImportStage> {
    let function = name.rsplit('.').next().unwrap_or(name);
    match function {
        "_fill_cache" => Some(ImportStage::Scan),
        "get_data" | "set_data" | "_write_atomic" => Some(ImportStage::Read),
        "create_module" => Some(ImportStage::Load),
        "find_spec"
        | "_path_stat"
        | "_path_isfile"
        | "_path_isdir"
        | "_path_is_mode_type"
        | "path_stats"
        | "_path_importer_cache"
        | "_path_hooks"
        | "_get_spec" => Some(ImportStage::Lookup),
        _ => None,
    }
}

fn owner_of(file: &str) -> Owner {
    let inner = file.starts_with('<');
    match PathClass::of(file) {
        _ if is_threading(file) || is_import_system(file) => Owner::Plumbing,
        PathClass::Stdlib | PathClass::SitePackages => Owner::Library,
        _ if inner && file.starts_with("<frozen ") => Owner::Library,
        _ => Owner::Program,
    }
}

/// Function names are those of Lib/threading.py, Lib/queue.py,
/// Lib/concurrent/futures/thread.py and Lib/importlib/_bootstrap.py, 3.8-3.15.
fn role_of(file: &str, name: &str) -> Role {
    let function = name.rsplit('.').next().unwrap_or(name);
    match function {
        "join" | "_wait_for_tstate_lock" | "_join_thread" | "_shutdown" if is_threading(file) => {
            Role::Join
        }
        "wait" | "wait_for" if is_threading(file) => Role::News,
        "get" | "put" if file.ends_with("/queue.py") => Role::News,
        "_worker" if file.ends_with("/concurrent/futures/thread.py") => Role::News,
        "acquire"
        | "release"
        | "__enter__"
        | "__exit__"
        | "_lock_unlock_module"
        | "_get_module_lock"
        | "cb"
            if is_import_system(file) =>
        {
            Role::ImportLock
        }
        _ => Role::Plain,
    }
}

fn is_threading(file: &str) -> bool {
    file.ends_with("/threading.py") || file == "<frozen threading>"
}

fn is_import_system(file: &str) -> bool {
    matches!(
        file,
        "<frozen importlib._bootstrap>" | "<frozen importlib._bootstrap_external>"
    ) || file.ends_with("/importlib/_bootstrap.py")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_and_import_locks_are_told_by_file_and_function() {
        let threading = "/usr/lib/python3.11/threading.py";
        assert_eq!(role_of(threading, "Thread.join"), Role::Join);
        assert_eq!(role_of(threading, "_wait_for_tstate_lock"), Role::Join);
        assert_eq!(role_of(threading, "Condition.wait"), Role::News);
        assert_eq!(role_of("/app/paths.py", "join"), Role::Plain);
        let bootstrap = "<frozen importlib._bootstrap>";
        assert_eq!(role_of(bootstrap, "_ModuleLock.acquire"), Role::ImportLock);
        // A C extension's own initialisation runs under this one.
        assert_eq!(role_of(bootstrap, "_call_with_frames_removed"), Role::Plain);
    }

    #[test]
    fn a_scripts_own_file_is_the_programs() {
        assert_eq!(owner_of("/home/ann/app.py"), Owner::Program);
        assert_eq!(owner_of("<string>"), Owner::Program);
        assert_eq!(owner_of("<frozen runpy>"), Owner::Library);
        assert_eq!(owner_of("/usr/lib/python3.11/queue.py"), Owner::Library);
    }
}
