//! A seccomp program (seccomp(2), classic BPF) made of tests on calls.

use libc::sock_filter;

use super::calls::When;
use super::passing::Passing;

/// A call to stop at.
pub(super) struct Test {
    pub(super) nr: u32,
    pub(super) when: When,
}

/// Told with every stop: whose filter it was.
pub(super) const OURS: u16 = 0x6b62;

/// `struct seccomp_data` (linux/seccomp.h): nr, arch, instruction pointer, args.
const NR: u32 = 0;
const ARCH: u32 = 4;
const ARGS: u32 = 16;
const AUDIT_ARCH_X86_64: u32 = 0xc000_003e;

const LOAD: u16 = (libc::BPF_LD | libc::BPF_W | libc::BPF_ABS) as u16;
pub(super) const AND: u16 = (libc::BPF_ALU | libc::BPF_AND | libc::BPF_K) as u16;
pub(super) const IF_EQUAL: u16 = (libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K) as u16;
const IF_ANY_BIT: u16 = (libc::BPF_JMP | libc::BPF_JSET | libc::BPF_K) as u16;
const RETURN: u16 = (libc::BPF_RET | libc::BPF_K) as u16;

pub(super) const ALLOW: sock_filter = plain(RETURN, libc::SECCOMP_RET_ALLOW);
const STOP: sock_filter = plain(RETURN, libc::SECCOMP_RET_TRACE | OURS as u32);

/// Stops at what the tests say, but for futexes that pass; everything else passes,
/// and so does every call of another architecture.
pub(super) fn program(tests: impl Iterator<Item = Test>, passing: &Passing) -> Vec<sock_filter> {
    let mut program = vec![
        plain(LOAD, ARCH),
        jump(IF_EQUAL, AUDIT_ARCH_X86_64, 1, 0),
        ALLOW,
        plain(LOAD, NR),
    ];
    for test in tests {
        let mut then = match i64::from(test.nr) {
            libc::SYS_futex => passing.rules(),
            _ => Vec::new(),
        };
        then.extend(rule(test.when));
        program.push(jump(IF_EQUAL, test.nr, 0, then.len() as u8));
        program.extend(then);
    }
    program.push(ALLOW);
    program
}

/// What decides about one call; it always returns.
fn rule(when: When) -> Vec<sock_filter> {
    match when {
        When::Always => vec![STOP],
        When::Unless(arg, value) => vec![argument(arg), jump(IF_EQUAL, value, 0, 1), ALLOW, STOP],
        When::Without(arg, bits) => vec![argument(arg), jump(IF_ANY_BIT, bits, 0, 1), ALLOW, STOP],
        When::Among(arg, mask, values) => {
            let mut rule = vec![argument(arg), plain(AND, mask)];
            for value in values {
                rule.extend([jump(IF_EQUAL, *value, 0, 1), STOP]);
            }
            rule.push(ALLOW);
            rule
        }
    }
}

/// The low half of an argument.
pub(super) fn argument(index: u8) -> sock_filter {
    plain(LOAD, ARGS + 8 * u32::from(index))
}

pub(super) const fn plain(code: u16, k: u32) -> sock_filter {
    sock_filter {
        code,
        jt: 0,
        jf: 0,
        k,
    }
}

pub(super) const fn jump(code: u16, k: u32, jt: u8, jf: u8) -> sock_filter {
    sock_filter { code, jt, jf, k }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::ptrace::calls;

    /// Runs a program as the kernel would.
    fn verdict(program: &[sock_filter], arch: u32, nr: u32, args: [u64; 6]) -> u32 {
        let (mut at, mut value) = (0, 0_u32);
        loop {
            let step = program[at];
            at += 1;
            match step.code {
                LOAD if step.k == NR => value = nr,
                LOAD if step.k == ARCH => value = arch,
                LOAD => value = args[(step.k - ARGS) as usize / 8] as u32,
                AND => value &= step.k,
                RETURN => return step.k,
                _ => {
                    let yes = match step.code {
                        IF_EQUAL => value == step.k,
                        _ => value & step.k != 0,
                    };
                    at += usize::from(if yes { step.jt } else { step.jf });
                }
            }
        }
    }

    #[test]
    fn the_program_says_what_the_table_says() {
        let program = calls::filter(&Passing::default());
        for nr in 0..460 {
            for value in [0, 1, 6, 7, 9, 15, 16, 0x40, 0x81, 0x89, 0x189, u64::MAX] {
                let args = [value; 6];
                let wanted = match calls::meaning(nr, &args) {
                    calls::Meaning::Plain => ALLOW.k,
                    _ => STOP.k,
                };
                let said = verdict(&program, AUDIT_ARCH_X86_64, nr as u32, args);
                assert_eq!(said, wanted, "{nr} {value:#x}");
            }
        }
        assert_eq!(verdict(&program, 0x4000_0003, 202, [0; 6]), ALLOW.k);
    }

    #[test]
    fn the_program_lets_pass_what_passes() {
        const ADDRESS: u64 = 0x7f12_3456_7000;
        const LIMIT: u64 = 0x7ffc_0000_1230;
        let passing = Passing::at(&[0x8f8, 0x950], &[0x8f0, 0x8f4], &[0x938]);
        let program = calls::filter(&passing);
        let mut passed = 0;
        for place in (0x8e8..0x958).step_by(4) {
            for op in [0x0, 0x80, 0x81, 0x89, 0x189] {
                for (value, limit) in [(0, 0), (2, 0), (0, LIMIT), (2, LIMIT)] {
                    let args = [ADDRESS + place, op, value, limit, 0, 0];
                    let said = verdict(&program, AUDIT_ARCH_X86_64, 202, args);
                    let waits = calls::meaning(202, &args) != calls::Meaning::Plain;
                    let stops = waits && !passing.holds(&args);
                    assert_eq!(said == STOP.k, stops, "{args:x?}");
                    passed += u32::from(waits && !stops);
                }
            }
        }
        // Of each mutex (with a limit and without), of each word with a limit, and
        // all of a switch's.
        assert_eq!(passed, 2 * 2 + 2 * 4 * 2 + 4 * 4);
    }
}
