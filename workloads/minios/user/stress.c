// SPDX-License-Identifier: Apache-2.0
// `stress n`: n operations of five kinds in turn, each checked, by WORKERS processes at the same time; at the end every
// page must be free again.
#include "lib.h"

#define WORKERS 4
#define BLOCK 3000  // more than a pipe holds

static char path[] = "/tmp/stress-0";  // each worker's own

static u8 out[BLOCK], in[BLOCK];

static void fill(u8* data, u32 size, u32 seed) {
    for (u32 i = 0; i < size; i++) data[i] = (u8)((seed = seed * 1664525u + 1013904223u) >> 24);
}

// A child changes its copy of memory and says so by its exit code; the parent's stays.
static bool fork_copies(u32 i) {
    static volatile u32 word;
    s32 code = -1;
    word = i;
    s32 child = fork();
    if (child == 0) {
        bool same = word == i;
        word = ~i;
        exit(same && word == ~i ? (s32)(i & 0x7f) : 255);
    }
    return wait(&code) == child && code == (s32)(i & 0x7f) && word == i;
}

static bool exec_runs(u32 i) {
    (void)i;
    return run("/bin/hello", (const char* const[]){"hello", NULL}) == 42;
}

static bool read_all(s32 fd, u8* to, u32 size) {
    for (u32 done = 0; done < size;) {
        s32 part = read(fd, to + done, size - done);
        if (part <= 0) return false;
        done += (u32)part;
    }
    return true;
}

// A block from a child; the pipe or socket fills on the way.
static bool block_arrives(u32 i, s32 (*make)(s32*)) {
    s32 ends[2], code = -1;
    u8 more;
    if (make(ends)) return false;
    s32 child = fork();
    if (child == 0) {
        fill(out, BLOCK, i);
        exit(write(ends[1], out, BLOCK) == BLOCK ? 7 : 1);
    }
    close(ends[1]);
    bool good = read_all(ends[0], in, BLOCK) && read(ends[0], &more, 1) == 0;
    good &= wait(&code) == child && code == 7;
    close(ends[0]);
    fill(out, BLOCK, i);
    return good && memcmp(in, out, BLOCK) == 0;
}
static bool pipe_carries(u32 i) { return block_arrives(i, pipe); }
static bool socket_carries(u32 i) { return block_arrives(i, socketpair); }

static bool file_keeps(u32 i) {
    fill(out, BLOCK, i);
    s32 fd = open(path, O_RDWR | O_CREAT);
    bool good = fd >= 0 && write(fd, out, BLOCK) == BLOCK && write(fd, out, BLOCK) == BLOCK && close(fd) == 0;
    fd = open(path, O_RDONLY);
    good = good && read_all(fd, in, BLOCK) && read_all(fd, in, BLOCK) && memcmp(in, out, BLOCK) == 0;
    close(fd);
    return good && unlink(path) == 0 && open(path, O_RDONLY) == -ENOENT;
}

static bool (*const kinds[])(u32) = {fork_copies, exec_runs, pipe_carries, socket_carries, file_keeps};

static NORETURN void work(u32 worker, u32 n) {
    path[sizeof(path) - 2] = (char)('0' + worker);
    for (u32 i = 0, kind = worker; i < n; i++) {
        kind = kind + 1 < ARRAY_SIZE(kinds) ? kind + 1 : 0;
        if (kinds[kind](i * WORKERS + worker)) continue;
        print("stress: worker %u: operation %u of kind %u FAILED\n", worker, i, kind);
        finish(1);
    }
    exit(0);
}

int main(int argc, const char* const* argv) {
    u32 n = argc == 2 ? number(argv[1]) : 100, share = n / WORKERS, good = 0;
    fork_copies(0);  // from here on the pages this process writes to are its own
    s32 before = freepages(), code = -1;
    for (u32 worker = 0; worker < WORKERS; worker++)
        if (fork() == 0) work(worker, share);
    while (wait(&code) > 0) good += code == 0;
    s32 lost = before - freepages();
    print("stress: %u operations, %d pages lost\n", good * share, lost);
    return lost != 0 || good != WORKERS;
}
