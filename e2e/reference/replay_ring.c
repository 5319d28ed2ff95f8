/* Makes a start-up's file calls plainly and through an io_uring, in turns.
 *
 * usage: replay_ring OPS ROUNDS
 *
 * OPS is what replay_ops.py writes. Prints the median of each way in
 * nanoseconds, as JSON. Written apart from keelback, with the bare system
 * calls: chains of open, read and close and all questions of 64 files go in one
 * submit to a ring with DEFER_TASKRUN, which is made and unmade each time.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define WAVE 64
#define ENTRIES 4096
#define OPS 65536

struct op {
    char kind;
    int slot, flags;
    size_t length;
    char *path;
};

struct file {
    struct op *open;
    size_t bytes;
    char *buffer;
};

static struct op ops[OPS];
static struct file files[OPS];
static int fds[OPS], count, slots;
static struct statx facts[ENTRIES];
static char *buffer;

static void load(const char *name)
{
    FILE *from = fopen(name, "r");
    char line[8192], path[8192];
    size_t most = 1 << 16;
    while (from && count < OPS && fgets(line, sizeof line, from)) {
        struct op *op = &ops[count++];
        size_t done = 0;
        op->kind = line[0];
        path[0] = 0;
        switch (op->kind) {
        case 'S': sscanf(line + 2, "%8191[^\n]", path); break;
        case 'X': sscanf(line + 2, "%d %8191[^\n]", &op->flags, path); break;
        case 'O': sscanf(line + 2, "%d %d %8191[^\n]", &op->slot, &op->flags, path); break;
        default: sscanf(line + 2, "%d %zu %zu", &op->slot, &op->length, &done);
        }
        op->path = strdup(path);
        if (op->kind == 'O')
            files[op->slot].open = op;
        files[op->slot].bytes += op->kind == 'R' ? done : 0;
        most = op->length > most ? op->length : most;
        slots = op->slot >= slots ? op->slot + 1 : slots;
    }
    buffer = malloc(most);
    memset(buffer, 1, most);
}

static void plain(void)
{
    struct stat it;
    for (int i = 0; i < count; i++) {
        struct op *op = &ops[i];
        switch (op->kind) {
        case 'S': stat(op->path, &it); break;
        case 'X': open(op->path, op->flags); break;
        case 'O': fds[op->slot] = open(op->path, op->flags); break;
        case 'F': fstat(fds[op->slot], &it); break;
        case 'R': if (read(fds[op->slot], buffer, op->length) < 0) break; break;
        case 'C': close(fds[op->slot]); break;
        }
    }
}

static struct {
    int fd;
    unsigned *sq_tail, *sq_array, *cq_head, *cq_tail, sq_mask, pending, asked;
    struct io_uring_sqe *sqes;
    void *rings;
    size_t rings_size, sqes_size;
} ring;

static int set_up(void)
{
    struct io_uring_params p = {.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN};
    struct io_uring_rsrc_register sparse = {.nr = slots, .flags = IORING_RSRC_REGISTER_SPARSE};
    ring.fd = syscall(SYS_io_uring_setup, ENTRIES, &p);
    if (ring.fd < 0)
        return -1;
    size_t sq = p.sq_off.array + p.sq_entries * sizeof(unsigned);
    size_t cq = p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe);
    ring.rings_size = sq > cq ? sq : cq;
    ring.sqes_size = p.sq_entries * sizeof(struct io_uring_sqe);
    int shared = MAP_SHARED | MAP_POPULATE, rights = PROT_READ | PROT_WRITE;
    char *at = ring.rings = mmap(0, ring.rings_size, rights, shared, ring.fd, IORING_OFF_SQ_RING);
    ring.sqes = mmap(0, ring.sqes_size, rights, shared, ring.fd, IORING_OFF_SQES);
    ring.sq_tail = (unsigned *)(at + p.sq_off.tail);
    ring.sq_array = (unsigned *)(at + p.sq_off.array);
    ring.sq_mask = p.sq_entries - 1;
    ring.cq_head = (unsigned *)(at + p.cq_off.head);
    ring.cq_tail = (unsigned *)(at + p.cq_off.tail);
    return syscall(SYS_io_uring_register, ring.fd, IORING_REGISTER_FILES2, &sparse, sizeof sparse);
}

static struct io_uring_sqe *queue(int opcode, int fd)
{
    unsigned tail = *ring.sq_tail, at = tail & ring.sq_mask;
    struct io_uring_sqe *sqe = &ring.sqes[at];
    memset(sqe, 0, sizeof *sqe);
    sqe->opcode = opcode;
    sqe->fd = fd;
    ring.sq_array[at] = at;
    __atomic_store_n(ring.sq_tail, tail + 1, __ATOMIC_RELEASE);
    ring.pending++;
    return sqe;
}

static void ask(const char *path)
{
    struct io_uring_sqe *sqe = queue(IORING_OP_STATX, AT_FDCWD);
    sqe->addr = (unsigned long)path;
    sqe->len = STATX_BASIC_STATS;
    sqe->off = (unsigned long)&facts[ring.asked++];
}

static void open_file(struct op *op, int slot, int flags)
{
    struct io_uring_sqe *sqe = queue(IORING_OP_OPENAT, AT_FDCWD);
    sqe->addr = (unsigned long)op->path;
    sqe->open_flags = flags;
    sqe->file_index = slot + 1;
    sqe->flags = slot < 0 ? 0 : IOSQE_IO_LINK;
}

static void chain(int slot)
{
    struct file *file = &files[slot];
    open_file(file->open, slot, file->open->flags & ~O_CLOEXEC);
    if (file->bytes) {
        struct io_uring_sqe *sqe = queue(IORING_OP_READ, slot);
        sqe->addr = (unsigned long)file->buffer;
        sqe->len = file->bytes;
        sqe->flags = IOSQE_FIXED_FILE | IOSQE_IO_HARDLINK;
    }
    queue(IORING_OP_CLOSE, 0)->file_index = slot + 1;
}

static void finish(void)
{
    unsigned left = ring.pending;
    while (left) {
        syscall(SYS_io_uring_enter, ring.fd, ring.pending, left, IORING_ENTER_GETEVENTS, 0, 0);
        ring.pending = 0;
        unsigned tail = __atomic_load_n(ring.cq_tail, __ATOMIC_ACQUIRE);
        left -= tail - *ring.cq_head;
        __atomic_store_n(ring.cq_head, tail, __ATOMIC_RELEASE);
    }
    ring.asked = 0;
}

static int all(void)
{
    int wave = 0;
    if (set_up())
        return -1;
    for (int i = 0; i < count; i++) {
        struct op *op = &ops[i];
        switch (op->kind) {
        case 'S': ask(op->path); break;
        case 'X': open_file(op, -1, op->flags); break;
        case 'F': ask(files[op->slot].open->path); break;
        case 'O': chain(op->slot); wave++; break;
        }
        if (wave >= WAVE || ring.pending > ENTRIES - 8) {
            finish();
            wave = 0;
        }
    }
    finish();
    munmap(ring.sqes, ring.sqes_size);
    munmap(ring.rings, ring.rings_size);
    return close(ring.fd);
}

/* As keelback's: a buffer for each file of a wave, touched beforehand. */
static void lay_out(void)
{
    char *buffers[WAVE] = {0};
    size_t sizes[WAVE] = {0};
    int seen = 0;
    for (int pass = 0; pass < 2; pass++, seen = 0)
        for (int i = 0; i < count; i++) {
            if (ops[i].kind != 'O')
                continue;
            struct file *file = &files[ops[i].slot];
            int at = seen++ % WAVE;
            if (pass)
                file->buffer = buffers[at];
            else if (file->bytes > sizes[at])
                buffers[at] = memset(realloc(buffers[at], file->bytes), 1, sizes[at] = file->bytes);
        }
}

static long now(void)
{
    struct timespec it;
    clock_gettime(CLOCK_MONOTONIC, &it);
    return it.tv_sec * 1000000000L + it.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
    long x = *(long *)a, y = *(long *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    static long times[2][1000];
    int rounds = argc > 2 ? atoi(argv[2]) : 0;
    if (rounds < 1 || rounds > 999)
        return 2;
    load(argv[1]);
    lay_out();
    for (int round = -1; round < rounds; round++)
        for (int way = 0; way < 2; way++) {
            long began = now();
            int failed = 0;
            if (way)
                failed = all();
            else
                plain();
            if (failed)
                return 3;
            if (round >= 0)
                times[way][round] = now() - began;
        }
    for (int way = 0; way < 2; way++)
        qsort(times[way], rounds, sizeof(long), by_size);
    printf("{\"plain_ns\": %ld, \"all_ns\": %ld}\n", times[0][rounds / 2], times[1][rounds / 2]);
    return 0;
}
