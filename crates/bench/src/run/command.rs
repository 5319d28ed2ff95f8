//! Sides that are whole commands.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use super::environment::Environment;
use super::error::RunError;
use super::leftover;
use super::observation::Observation;
use super::output::Digest;
use super::placement::{self, Placed, Placement};
use super::process::{self, Ended, Finished, Launch, Problem};
use super::program::{Linked, Program};
use super::scratch::Scratch;
use crate::session::Subject;

/// One of the things compared.
#[derive(Clone, Debug)]
pub struct Side {
    /// What it is called in the results.
    pub name: String,
    /// The command: program and arguments.
    pub argv: Vec<OsString>,
    /// All variables it sees.
    pub env: Environment,
    /// Where it runs; here if `None`.
    pub cwd: Option<PathBuf>,
    /// Run once, before everything.
    pub setup: Option<Vec<OsString>>,
    /// Run before every run, unmeasured.
    pub prepare: Option<Vec<OsString>>,
}

/// How runs are made, the same for all sides.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The longest a run may take.
    pub limit: Duration,
    /// Take a run that ends with an error for an observation?
    pub ignore_failure: bool,
    /// Set to end the session soon.
    pub stop: Arc<AtomicBool>,
}

impl Side {
    /// A command that runs here, with nothing before it.
    pub fn new(name: impl Into<String>, argv: Vec<OsString>, env: Environment) -> Side {
        Side {
            name: name.into(),
            argv,
            env,
            cwd: None,
            setup: None,
            prepare: None,
        }
    }
}

impl Setting {
    /// Runs of at most this long, which must succeed.
    pub fn up_to(limit: Duration) -> Setting {
        Setting {
            limit,
            ignore_failure: false,
            stop: Arc::default(),
        }
    }
}

/// What is drawn once per pair, and shared by its runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    /// The seed of Python's string hashes; dict and set orders follow from it.
    pub hash_seed: u32,
}

/// Commands ready to run: found, tried once, their pages ready to be drawn.
#[derive(Debug)]
pub struct Commands {
    sides: Vec<(Side, Program)>,
    setting: Setting,
    scratch: Scratch,
    random: fastrand::Rng,
    placement: Placement,
    warnings: Vec<String>,
}

/// Bytes of padding at most: one page, because the stack's place within a page
/// is what the length of the environment moves.
const PADDING: usize = 4096;

/// Bytes of the padding that name the run.
const MARK: usize = 16;

/// The variable that carries the padding.
const PADDING_NAME: &str = "KEELBACK_PADDING";

impl Commands {
    /// Finds the programs, runs every setup, and tries each side: once as it
    /// is, once the way the session will run it.
    ///
    /// # Errors
    /// A program is missing, or a trial run fails.
    pub fn new(sides: Vec<Side>, setting: Setting, seed: u64) -> Result<Commands, RunError> {
        leftover::adopt_orphans();
        let sides: Vec<(Side, Program)> = sides.into_iter().map(found).collect::<Result<_, _>>()?;
        // The same for all sides: a copied program lies in other pages than an
        // original, and that must not be the difference.
        let placement = sides
            .iter()
            .map(|(_, program)| placement::best_for(program))
            .min();
        let mut commands = Commands {
            placement: placement.unwrap_or(Placement::Kept),
            scratch: Scratch::new().map_err(RunError::system("make a folder for copies"))?,
            random: fastrand::Rng::with_seed(seed),
            sides,
            setting,
            warnings: Vec::new(),
        };
        commands.note_kept();
        commands.set_up()?;
        commands.try_all()?;
        Ok(commands)
    }

    /// How the programs' pages are drawn anew.
    pub fn placement(&self) -> Placement {
        self.placement
    }

    /// What a reader of the results should know, in sentences.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Runs `side` once with more arguments, and measures it.
    ///
    /// # Errors
    /// It fails, takes too long, cannot be started, or stop was asked for.
    pub(crate) fn observe_with(
        &mut self,
        side: usize,
        arguments: &[OsString],
        draw: Draw,
    ) -> Result<Observation, RunError> {
        self.prepare(side)?;
        let finished = self.run(side, arguments, draw, self.placement, false)?;
        Ok(finished.observation)
    }

    /// Runs `side` once with a copy of what a linker made in place of its own.
    ///
    /// A linker leaves its output in pages of its own kind; a copy lies as the
    /// copies of all other runs do.
    ///
    /// # Errors
    /// As [`Commands::observe_with`].
    pub(crate) fn observe_linked(
        &mut self,
        side: usize,
        linked: &Linked,
        arguments: &[OsString],
        draw: Draw,
    ) -> Result<Observation, RunError> {
        self.prepare(side)?;
        let mut program = self.sides[side].1.with(linked);
        program.argv.extend_from_slice(arguments);
        let finished = self.run_program(side, &program, draw, Placement::Copied, false)?;
        Ok(finished.observation)
    }

    /// Runs `side` with more arguments as the command of another program, such
    /// as a recorder; unmeasured, and without what is drawn for a run: what is
    /// counted shall differ by the side alone.
    ///
    /// # Errors
    /// As [`Commands::observe_with`].
    pub(crate) fn run_around_with(
        &mut self,
        side: usize,
        arguments: &[OsString],
        around: &[OsString],
        what: &'static str,
    ) -> Result<(), RunError> {
        let (own, program) = &self.sides[side];
        let words: Vec<OsString> = around
            .iter()
            .cloned()
            .chain([program.found.clone().into_os_string()])
            .chain(program.argv[1..].iter().cloned())
            .chain(arguments.iter().cloned())
            .collect();
        let mut env = own.env.clone();
        env.set_if_absent("PYTHONHASHSEED", "1");
        let found = Program::find(&words, &env, own.cwd.as_deref())
            .map_err(|error| not_found(&own.name, &words, error))?;
        let placed = placement::place(&found, Placement::Kept, PathBuf::new())
            .map_err(RunError::system("place a program"))?;
        let mark = name_of_run();
        let finished = self.launch(side, &found, &placed, &mark, env, false)?;
        self.judge(side, what, &finished)
    }

    /// A folder that lasts as long as the session.
    pub fn scratch(&self) -> &Path {
        self.scratch.path()
    }

    fn set_up(&mut self) -> Result<(), RunError> {
        for side in 0..self.sides.len() {
            if let Some(argv) = self.sides[side].0.setup.clone() {
                self.run_helper(side, &argv, "its setup")?;
            }
        }
        Ok(())
    }

    pub(super) fn prepare(&mut self, side: usize) -> Result<(), RunError> {
        match self.sides[side].0.prepare.clone() {
            Some(argv) => self.run_helper(side, &argv, "its preparation"),
            None => Ok(()),
        }
    }

    /// Runs something a side needs, unmeasured.
    pub(crate) fn run_helper(
        &mut self,
        side: usize,
        argv: &[OsString],
        what: &'static str,
    ) -> Result<(), RunError> {
        let name = &self.sides[side].0.name;
        let program = Program::find(
            argv,
            &self.sides[side].0.env,
            self.sides[side].0.cwd.as_deref(),
        )
        .map_err(|error| not_found(name, argv, error))?;
        let placed = placement::place(&program, Placement::Kept, PathBuf::new())
            .map_err(RunError::system("place a program"))?;
        let mark = self.mark();
        let finished = self.launch(
            side,
            &program,
            &placed,
            &mark,
            self.sides[side].0.env.clone(),
            false,
        )?;
        self.judge(side, what, &finished)
    }

    fn try_all(&mut self) -> Result<(), RunError> {
        let draw = Draw { hash_seed: 1 };
        let mut plain = Vec::new();
        let mut placed = Vec::new();
        for side in 0..self.sides.len() {
            self.prepare(side)?;
            let first = self.run(side, &[], draw, Placement::Kept, true)?;
            self.note_orphans(side, first.orphans);
            plain.push(first.stdout);
        }
        for side in 0..self.sides.len() {
            self.prepare(side)?;
            placed.push(self.try_placed(side, draw)?);
        }
        self.note_outputs(&plain, &placed);
        Ok(())
    }

    /// A program that fails only as a copy is run where it is, on all sides.
    fn try_placed(&mut self, side: usize, draw: Draw) -> Result<Digest, RunError> {
        let tried = self.run(side, &[], draw, self.placement, true);
        match tried {
            Err(RunError::Failed { .. } | RunError::NotExecutable { .. })
                if self.placement == Placement::Copied =>
            {
                self.placement = Placement::Evicted;
                self.run(side, &[], draw, self.placement, true)
                    .map(|finished| finished.stdout)
            }
            tried => tried.map(|finished| finished.stdout),
        }
    }

    fn note_kept(&mut self) {
        for (side, program) in &self.sides {
            if placement::best_for(program) == Placement::Kept {
                self.warnings.push(format!(
                    "{}: {} is a script that starts something else, whose page-cache pages cannot be drawn anew; \
                     they alone can be worth several percent. Name the program itself to have them drawn",
                    side.name,
                    program.file.display()
                ));
            }
        }
    }

    fn note_orphans(&mut self, side: usize, orphans: usize) {
        if orphans > 0 {
            let name = &self.sides[side].0.name;
            self.warnings.push(format!(
                "{name} leaves {orphans} process(es) running when it ends; they are ended after every run, and their time is not counted"
            ));
        }
    }

    /// Sides that print different things may do different work, unless a side
    /// differs from itself too.
    fn note_outputs(&mut self, plain: &[Digest], placed: &[Digest]) {
        if plain != placed {
            return;
        }
        for (side, digest) in plain.iter().enumerate().skip(1) {
            if digest != &plain[0] {
                let (a, b) = (&self.sides[0].0.name, &self.sides[side].0.name);
                self.warnings.push(format!(
                    "{a} and {b} print different things ({} and {} lines, {} and {} bytes): do they do the same work?",
                    plain[0].lines, digest.lines, plain[0].bytes, digest.bytes
                ));
            }
        }
    }

    fn run(
        &mut self,
        side: usize,
        arguments: &[OsString],
        draw: Draw,
        how: Placement,
        digest: bool,
    ) -> Result<Finished, RunError> {
        let mut program = self.sides[side].1.clone();
        program.argv.extend_from_slice(arguments);
        self.run_program(side, &program, draw, how, digest)
    }

    fn run_program(
        &mut self,
        side: usize,
        program: &Program,
        draw: Draw,
        how: Placement,
        digest: bool,
    ) -> Result<Finished, RunError> {
        let mark = self.mark();
        let folder = self.scratch.fresh(self.random.u64(..));
        let placed = placement::place(program, how, folder).map_err(RunError::system(format!(
            "place {}",
            program.file.display()
        )))?;
        let mut env = self.sides[side].0.env.clone();
        env.set_if_absent("PYTHONHASHSEED", draw.hash_seed.to_string());
        if let Some(folder) = &placed.libraries {
            env.prepend("LD_LIBRARY_PATH", folder.as_os_str());
        }
        let finished = self.launch(side, program, &placed, &mark, env, digest)?;
        self.judge(side, "the command", &finished)?;
        Ok(finished)
    }

    /// A name that no other run on this machine has, padded to a random length.
    fn mark(&mut self) -> String {
        let padding = self.random.usize(..PADDING);
        name_of_run() + &"x".repeat(padding)
    }

    fn launch(
        &self,
        side: usize,
        program: &Program,
        placed: &Placed,
        mark: &str,
        mut env: Environment,
        digest: bool,
    ) -> Result<Finished, RunError> {
        env.set(PADDING_NAME, mark);
        let launch = Launch {
            program: placed.file.clone(),
            argv: &program.argv,
            env,
            cwd: self.sides[side].0.cwd.as_ref(),
            digest,
            mark: &mark[..MARK],
            limit: self.setting.limit,
        };
        process::run(&launch, &self.setting.stop).map_err(|problem| match problem {
            Problem::Start(source) => RunError::NotExecutable {
                side: self.sides[side].0.name.clone(),
                program: program.file.display().to_string(),
                source,
            },
            Problem::Follow(source) => RunError::System {
                what: "follow a process".to_owned(),
                source,
            },
        })
    }

    fn judge(&self, side: usize, what: &'static str, finished: &Finished) -> Result<(), RunError> {
        let side = self.sides[side].0.name.clone();
        let stderr = finished.stderr.clone();
        match finished.ended {
            Ended::Stopped => Err(RunError::Interrupted),
            Ended::TimedOut => Err(RunError::TimedOut {
                side,
                what,
                limit: self.setting.limit,
                stderr,
            }),
            Ended::Itself if finished.status == 0 || self.setting.ignore_failure => Ok(()),
            Ended::Itself => Err(RunError::Failed {
                side,
                what,
                status: in_words(finished.status),
                stderr,
            }),
        }
    }
}

impl Subject for Commands {
    fn sides(&self) -> Vec<String> {
        self.sides
            .iter()
            .map(|(side, _)| side.name.clone())
            .collect()
    }

    fn kernels(&self) -> Vec<String> {
        vec!["command".to_owned()]
    }

    fn observe(&mut self, _: usize, side: usize, draw: Draw) -> Result<Observation, RunError> {
        self.observe_with(side, &[], draw)
    }
}

fn found(side: Side) -> Result<(Side, Program), RunError> {
    let program = Program::find(&side.argv, &side.env, side.cwd.as_deref())
        .map_err(|error| not_found(&side.name, &side.argv, error))?;
    Ok((side, program))
}

fn not_found(side: &str, argv: &[OsString], source: io::Error) -> RunError {
    let side = side.to_owned();
    let program = argv[0].to_string_lossy().into_owned();
    match source.kind() {
        io::ErrorKind::NotFound => RunError::NotFound { side, program },
        _ => RunError::NotExecutable {
            side,
            program,
            source,
        },
    }
}

/// [`MARK`] characters that no other run carries.
fn name_of_run() -> String {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    let number = RUNS.fetch_add(1, Ordering::Relaxed);
    format!("{:08x}{number:08x}", std::process::id())
}

fn in_words(status: i32) -> String {
    let status = ExitStatus::from_raw(status);
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("ended with exit status {code}"),
        (None, Some(signal)) => format!("was ended by signal {signal}"),
        (None, None) => "ended in an unknown way".to_owned(),
    }
}
