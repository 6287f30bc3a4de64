// SPDX-License-Identifier: Apache-2.0
// `stress n`: n operations of five kinds in turn, each checked; at the end every page must be free again.
#include "lib.h"

#define BLOCK 3000  // more than a pipe holds

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
    s32 fd = open("/tmp/stress", O_RDWR | O_CREAT);
    bool good = fd >= 0 && write(fd, out, BLOCK) == BLOCK && write(fd, out, BLOCK) == BLOCK && close(fd) == 0;
    fd = open("/tmp/stress", O_RDONLY);
    good = good && read_all(fd, in, BLOCK) && read_all(fd, in, BLOCK) && memcmp(in, out, BLOCK) == 0;
    close(fd);
    return good && unlink("/tmp/stress") == 0 && open("/tmp/stress", O_RDONLY) == -ENOENT;
}

static bool (*const kinds[])(u32) = {fork_copies, exec_runs, pipe_carries, socket_carries, file_keeps};

int main(int argc, const char* const* argv) {
    u32 n = argc == 2 ? number(argv[1]) : 100, kind = 0;
    for (u32 i = 0; i < ARRAY_SIZE(kinds); i++) kinds[i](i);  // every page of this program is its own from here on
    s32 before = freepages();
    for (u32 i = 0; i < n; i++) {
        if (!kinds[kind](i)) {
            print("stress: operation %u of kind %u FAILED\n", i, kind);
            return 1;
        }
        kind = kind + 1 < ARRAY_SIZE(kinds) ? kind + 1 : 0;
    }
    s32 lost = before - freepages();
    print("stress: %u operations, %d pages lost\n", n, lost);
    return lost != 0;
}
