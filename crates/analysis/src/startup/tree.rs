//! Which import is going on: a tree that grows as stacks are seen.

use keelback_trace::{FrameId, StackId, TextId};

use super::place::{Bottom, Places, Step};

/// A position in the tree; 0 is the program, outside of any import.
pub(super) type NodeId = u32;

/// The program itself.
pub(super) const ROOT: NodeId = 0;

/// One import.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    pub(super) parent: NodeId,
    /// The file of the module's code, as its frames say.
    pub(super) file: TextId,
    /// The `.pyc` or extension that was read for it.
    pub(super) read: TextId,
    /// Was its source read, to be compiled?
    pub(super) compiled: bool,
    /// Was its byte code written?
    pub(super) written: bool,
    /// The error with which it could not be written; 0 for none.
    pub(super) write_error: u16,
    /// Does the program import it, and not the interpreter for itself?
    pub(super) program: bool,
    /// Was an extension or built-in module initialised?
    pub(super) loaded: bool,
    /// System calls made for it.
    pub(super) calls: u64,
    /// Their calibrated time, nanoseconds.
    pub(super) kernel_ns: u64,
    /// Time by step, nanoseconds; see [`Step`]: measured, and by samples that
    /// stand for their period.
    pub(super) steps: [Time; 7],
}

/// Time of two kinds, nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Time {
    /// Of calls.
    pub(super) measured: u64,
    /// Between calls: samples, each as long as the period between two.
    pub(super) sampled: u64,
}

impl Time {
    pub(super) fn measured(ns: u64) -> Time {
        Time {
            measured: ns,
            sampled: 0,
        }
    }

    pub(super) fn sampled(ns: u64) -> Time {
        Time {
            measured: 0,
            sampled: ns,
        }
    }

    pub(super) fn add(&mut self, more: Time) {
        self.measured += more.measured;
        self.sampled += more.sampled;
    }

    /// In all, if a sample stands for `weight` instead of `period`.
    pub(super) fn ns(self, weight: u64, period: u64) -> u64 {
        let sampled = u128::from(self.sampled) * u128::from(weight) / u128::from(period.max(1));
        match period {
            0 => self.measured + self.sampled,
            _ => self.measured + sampled as u64,
        }
    }
}

/// Where a thread is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Seat {
    pub(super) node: NodeId,
    pub(super) step: Step,
    pub(super) pth: bool,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    importer: Importer,
    node: NodeId,
    rank: u8,
}

/// What asked for an import.
#[derive(Clone, Copy, Debug)]
struct Importer {
    stack: StackId,
    frame: Option<FrameId>,
    truncated: bool,
}

impl Importer {
    /// A stack that lost its outermost frames is known by its innermost.
    fn is(self, other: Importer) -> bool {
        let torn = self.truncated || other.truncated;
        self.stack == other.stack || torn && self.frame == other.frame
    }
}

/// Imports of one thread.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    open: Vec<Open>,
    /// Reused: the imports of the stack in hand, outermost first.
    chain: Vec<(Importer, Step)>,
}

impl Tree {
    pub(super) fn new() -> Tree {
        Tree {
            nodes: vec![Node::default()],
            open: Vec::new(),
            chain: Vec::new(),
        }
    }

    /// The thread was seen with this stack.
    pub(super) fn seat(&mut self, stack: StackId, places: &Places) -> Seat {
        self.read_chain(stack, places);
        let place = places.of(stack);
        let missing = match place.truncated {
            true => self.missing(),
            false => 0,
        };
        for at in 0..self.chain.len() {
            self.at_depth(missing + at, at);
        }
        self.open.truncate(missing + self.chain.len());
        self.name_importers(missing, places);
        let Some(open) = self.open.last() else {
            return Seat {
                node: ROOT,
                step: Step::Run,
                pth: place.pth,
            };
        };
        let (id, importer) = (open.node, open.importer);
        let id = match self.is_another(id, place.file) {
            true => self.next_to(importer),
            false => id,
        };
        let node = &mut self.nodes[id as usize];
        if place.file != TextId::NONE {
            node.file = place.file;
        }
        node.loaded |= place.step == Step::Load;
        node.program |= place.bottom == Bottom::Program && !place.site;
        Seat {
            node: id,
            step: place.step,
            pth: place.pth,
        }
    }

    /// A module that imports shows its own code below what it imports.
    fn name_importers(&mut self, missing: usize, places: &Places) {
        for at in 1..self.chain.len() {
            let file = places.of(self.chain[at].0.stack).file;
            let node = &mut self.nodes[self.open[missing + at - 1].node as usize];
            if node.file == TextId::NONE {
                node.file = file;
            }
        }
    }

    /// Frozen modules are loaded without a call that would tell them apart.
    fn is_another(&self, node: NodeId, file: TextId) -> bool {
        let known = self.nodes[node as usize].file;
        known != TextId::NONE && file != TextId::NONE && known != file
    }

    fn next_to(&mut self, importer: Importer) -> NodeId {
        self.open.pop();
        self.push(importer, 2)
    }

    fn read_chain(&mut self, stack: StackId, places: &Places) {
        self.chain.clear();
        let mut place = places.of(stack);
        while let Some(stack) = place.importer {
            let step = place.step;
            place = places.of(stack);
            let importer = Importer {
                stack,
                frame: place.frame,
                truncated: place.truncated,
            };
            self.chain.push((importer, step));
        }
        self.chain.reverse();
    }

    /// How many of the imports that are open lie in the frames that are
    /// missing of the stack in hand: the rest agrees with what is left of it.
    fn missing(&mut self) -> usize {
        // Its importer is missing too: it is one of those that are open.
        if self.chain.first().is_some_and(|it| it.0.frame.is_none()) {
            self.chain.remove(0);
        }
        let agree = |from: &usize| {
            let open = self.open[*from..].iter();
            open.zip(&self.chain)
                .all(|(open, it)| open.importer.is(it.0))
        };
        (0..self.open.len()).find(agree).unwrap_or(self.open.len())
    }

    /// One line may import many modules one after another: finding again after
    /// having loaded is another import.
    fn at_depth(&mut self, depth: usize, at: usize) {
        let (importer, step) = self.chain[at];
        let rank = rank_of(step);
        if let Some(open) = self.open.get_mut(depth) {
            let again = rank.is_some_and(|rank| rank < open.rank);
            if open.importer.is(importer) && !again {
                open.rank = open.rank.max(rank.unwrap_or(0));
                return;
            }
        }
        self.open.truncate(depth);
        self.push(importer, rank.unwrap_or(0));
    }

    fn push(&mut self, importer: Importer, rank: u8) -> NodeId {
        let parent = self.open.last().map_or(ROOT, |it| it.node);
        let node = self.nodes.len() as NodeId;
        self.nodes.push(Node {
            parent,
            ..Node::default()
        });
        self.open.push(Open {
            importer,
            node,
            rank,
        });
        node
    }
}

/// Steps come in this order; the import system's own work comes at any time.
fn rank_of(step: Step) -> Option<u8> {
    match step {
        Step::Own => None,
        Step::Find => Some(0),
        Step::Read | Step::Unmarshal | Step::Compile | Step::Load => Some(1),
        Step::Run => Some(2),
    }
}

#[cfg(test)]
mod tests {
    use super::super::named_stacks::NamedStacks;
    use super::*;

    const LOAD: &str = "_find_and_load <frozen importlib._bootstrap> 1176";
    const EXEC: &str = "exec_module <frozen importlib._bootstrap_external> 940";
    const FIND: &str = "_find_spec <frozen importlib._bootstrap> 1080";

    /// `app` imports `a`, which imports `b`, which imports `c`.
    const OUTER: [&str; 7] = [
        "<module> /app.py 1",
        LOAD,
        EXEC,
        "<module> /a.py 1",
        LOAD,
        EXEC,
        "<module> /b.py 2",
    ];

    fn below<'a>(outer: &[&'a str], inner: &[&'a str]) -> Vec<&'a str> {
        [outer, inner].concat()
    }

    #[test]
    fn a_stack_that_lost_its_outermost_frames_keeps_its_place() {
        let mut named = NamedStacks::default();
        let whole = named.stack(&below(&OUTER, &[LOAD, FIND]));
        let torn = named.truncated(&below(&OUTER[5..], &[LOAD, EXEC, "<module> /c.py 1"]));
        let deeper = named.truncated(&below(
            &OUTER[6..],
            &[LOAD, EXEC, "<module> /c.py 7", LOAD, FIND],
        ));
        let again = named.stack(&OUTER[..4]);
        let places = Places::read(&named.known);
        let mut tree = Tree::new();
        let seats = [whole, torn, deeper, again].map(|it| tree.seat(it, &places).node);
        assert_eq!(seats, [3, 3, 4, 1]);
        let parents: Vec<_> = tree.nodes.iter().map(|it| it.parent).collect();
        assert_eq!(parents, [0, 0, 1, 2, 3]);
    }

    #[test]
    fn modules_are_named_by_the_code_below_what_they_import() {
        let mut named = NamedStacks::default();
        let stack = named.stack(&below(&OUTER, &[LOAD, FIND]));
        let files = [named.text("/a.py"), named.text("/b.py"), TextId::NONE];
        let places = Places::read(&named.known);
        let mut tree = Tree::new();
        tree.seat(stack, &places);
        let told: Vec<_> = tree.nodes[1..].iter().map(|it| it.file).collect();
        assert_eq!(told, files);
    }

    #[test]
    fn samples_are_weighed_and_calls_are_not() {
        let time = Time {
            measured: 100,
            sampled: 1_000,
        };
        assert_eq!(time.ns(160, 200), 900);
        assert_eq!(time.ns(0, 0), 1_100);
    }
}
