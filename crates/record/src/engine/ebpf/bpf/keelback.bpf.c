/* All programs of the eBPF engine, one translation unit.
 *
 * They need tp_btf, perf_event and uprobe programs, a ring buffer and task
 * storage: Linux 5.15 with BTF. No fentry, no kprobe, no kernel headers.
 * Each thing observed has a folder: its BPF here, its decoder beside it.
 */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include "abi.h"
#include "maps.h"

#include "../runtime/runtime.bpf.h"
#include "../code/code.bpf.h"
#include "../stack/stack.bpf.h"
#include "../switch/switch.bpf.h"
#include "../wake/wake.bpf.h"
#include "../call/call.bpf.h"
#include "../sample/sample.bpf.h"
#include "../life/life.bpf.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";
