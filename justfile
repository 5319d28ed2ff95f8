# What one types most. `.ci/run` is the whole.

# Format, lints, invariants.
check:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    cargo xtask tidy

# All tests.
test *words:
    cargo test --workspace {{words}}

# End-to-end trials with a word in their name.
e2e *words:
    cargo test -p keelback-e2e --test e2e -- {{words}}

# The BPF object from its C.
bpf:
    cargo xtask bpf

# The table of cost.
cost *options:
    cargo run --release -p keelback-benches --bin overhead -- {{options}}
