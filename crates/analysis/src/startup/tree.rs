//! Which import is going on: a tree that grows as stacks are seen.

use keelback_trace::{StackId, TextId};

use super::place::{Places, Step};

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
    /// Was an extension or built-in module initialised?
    pub(super) loaded: bool,
    /// System calls made for it.
    pub(super) calls: u64,
    /// Their calibrated time, nanoseconds.
    pub(super) kernel_ns: u64,
    /// Time by step, nanoseconds; see [`Step`].
    pub(super) steps: [u64; 7],
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
    importer: StackId,
    node: NodeId,
    rank: u8,
}

/// Imports of one thread.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    open: Vec<Open>,
    /// Reused: the imports of the stack in hand, outermost first.
    chain: Vec<(StackId, Step)>,
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
        for depth in 0..self.chain.len() {
            self.at_depth(depth);
        }
        self.open.truncate(self.chain.len());
        let place = places.of(stack);
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
        Seat {
            node: id,
            step: place.step,
            pth: place.pth,
        }
    }

    /// Frozen modules are loaded without a call that would tell them apart.
    fn is_another(&self, node: NodeId, file: TextId) -> bool {
        let known = self.nodes[node as usize].file;
        known != TextId::NONE && file != TextId::NONE && known != file
    }

    fn next_to(&mut self, importer: StackId) -> NodeId {
        self.open.pop();
        self.push(importer, 2)
    }

    fn read_chain(&mut self, stack: StackId, places: &Places) {
        self.chain.clear();
        let mut place = places.of(stack);
        while let Some(importer) = place.importer {
            self.chain.push((importer, place.step));
            place = places.of(importer);
        }
        self.chain.reverse();
    }

    /// One line may import many modules one after another: finding again after
    /// having loaded is another import.
    fn at_depth(&mut self, depth: usize) {
        let (importer, step) = self.chain[depth];
        let rank = rank_of(step);
        if let Some(open) = self.open.get_mut(depth) {
            let again = rank.is_some_and(|rank| rank < open.rank);
            if open.importer == importer && !again {
                open.rank = open.rank.max(rank.unwrap_or(0));
                return;
            }
        }
        self.open.truncate(depth);
        self.push(importer, rank.unwrap_or(0));
    }

    fn push(&mut self, importer: StackId, rank: u8) -> NodeId {
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
