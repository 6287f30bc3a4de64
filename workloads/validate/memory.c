// SPDX-License-Identifier: Apache-2.0
// Latency by working set and order, and bandwidths.
#include "validate.h"

#define LINE 64u
#define PLACEMENTS 16u  // parts of the shuffled view, whose pages lie differently: the figure is their mean

static u32 noise = 2463534242u;
static u32 random_below(u32 bound) {
    noise ^= noise << 13;
    noise ^= noise >> 17;
    noise ^= noise << 5;
    return (u32)((u64)noise * bound >> 32);
}

static u8* chain;  // where the last chase stopped: keeps it from being optimised away

__attribute__((noinline)) static void chase(u8* at, u32 hops) {
    hops /= 16;
    asm volatile(
        "1:\n .rept 16\n ldr %0, [%0]\n .endr\n"
        "subs %1, %1, #1\n bne 1b"
        : "+r"(at), "+r"(hops)::"cc", "memory");
    chain = at;
}

// One cycle through all nodes in a random order (Sattolo's shuffle, in place). Several nodes to a line make the visits
// of a line random in time. Pages are in order: the published tests of this kind show no conflicts between pages in L1.
static void link_random(u32 bytes, u32 node) {
    u32 n = bytes / node;
    u8* base = VALIDATE_HEAP;
    for (u32 i = 0; i < n; i++) *(u32*)(base + i * node) = (u32)(base + i * node);
    for (u32 i = n - 1; i > 0; i--) {
        u32* a = (u32*)(base + i * node);
        u32* b = (u32*)(base + random_below(i) * node);
        u32 t = *a;
        *a = *b;
        *b = t;
    }
}

// A ring of pointers that goes down by `stride` or up. lmbench's lat_mem_rd runs it in the pages that Linux gives.
static void link_stride(u8* base, u32 bytes, int stride) {
    u32 step = stride < 0 ? (u32)-stride : (u32)stride, n = bytes / step;
    for (u32 i = 0; i < n; i++) {
        u32 next = stride < 0 ? (i ? i - 1 : n - 1) : (i + 1 < n ? i + 1 : 0);
        *(u32*)(base + i * step) = (u32)(base + next * step);
    }
}

static void random_latency(const char* name, u32 bytes) {
    u32 node = bytes > (4u << 20) ? LINE : LINE / 4;
    u32 warm = bytes / LINE * 4, hops = 65536;
    link_random(bytes, node);
    chase(VALIDATE_HEAP, warm < hops ? hops : warm > 4 * hops ? 4 * hops : warm);
    REGION_ONCE(name, hops, chase(chain, hops));
}

static void stride_latency(const char* name, u8* base, u32 bytes, int stride) {
    u32 nodes = bytes / (stride < 0 ? (u32)-stride : (u32)stride), hops = nodes < 16384 ? 16384 : nodes & ~15u;
    link_stride(base, bytes, stride);
    for (u32 i = 0; i < 4; i++) chase(base, hops);
    REGION_ONCE(name, hops, chase(chain, hops));
}

// One word of every `step` bytes, independent loads.
__attribute__((noinline)) static void read_every(const u8* at, u32 bytes, u32 step) {
    u32 n = bytes / step / 32;
    asm volatile(
        "1:\n .rept 32\n ldr r3, [%0], %2\n .endr\n"
        "subs %1, %1, #1\n bne 1b"
        : "+r"(at), "+r"(n)
        : "r"(step)
        : "r3", "cc", "memory");
}

__attribute__((noinline)) static void write_every(u8* at, u32 bytes, u32 step) {
    u32 n = bytes / step / 32;
    asm volatile(
        "1:\n .rept 32\n str %1, [%0], %2\n .endr\n"
        "subs %1, %1, #1\n bne 1b"
        : "+r"(at), "+r"(n)
        : "r"(step)
        : "cc", "memory");
}

// As a C library clears and copies: whole lines by block transfers.
__attribute__((noinline)) static void clear(u8* to, u32 bytes) {
    u32 n = bytes / 64;
    asm volatile(
        "mov r3, #0\n mov r4, #0\n mov r5, #0\n mov r6, #0\n mov r7, #0\n mov r8, #0\n mov r9, #0\n mov r12, #0\n"
        "1: stmia %0!, {r3-r9, r12}\n stmia %0!, {r3-r9, r12}\n"
        "subs %1, %1, #1\n bne 1b"
        : "+r"(to), "+r"(n)::"r3", "r4", "r5", "r6", "r7", "r8", "r9", "r12", "cc", "memory");
}

__attribute__((noinline)) static void copy(u8* to, const u8* from, u32 bytes) {
    u32 n = bytes / 64;
    asm volatile(
        "1: ldmia %1!, {r3-r9, r12}\n stmia %0!, {r3-r9, r12}\n"
        "ldmia %1!, {r3-r9, r12}\n stmia %0!, {r3-r9, r12}\n"
        "subs %2, %2, #1\n bne 1b"
        : "+r"(to), "+r"(from), "+r"(n)::"r3", "r4", "r5", "r6", "r7", "r8", "r9", "r12", "cc", "memory");
}

void validate_main(void) {
    u8* const heap = VALIDATE_HEAP;
    random_latency("chase-16k", 16u << 10);
    random_latency("chase-32k", 32u << 10);
    random_latency("chase-64k", 64u << 10);
    random_latency("chase-128k", 128u << 10);
    random_latency("chase-256k", 256u << 10);
    random_latency("chase-512k", 512u << 10);
    random_latency("chase-1m", 1u << 20);
    random_latency("chase-2m", 2u << 20);
    random_latency("chase-4m", 4u << 20);
    random_latency("chase-8m", 8u << 20);
    random_latency("chase-16m", 16u << 20);
    random_latency("chase-32m", 32u << 20);

    for (u32 placement = 0; placement < PLACEMENTS; placement++) {
        u8* const pages = VALIDATE_SHUFFLED + placement * (VALIDATE_HEAP_BYTES / PLACEMENTS);
        stride_latency("lat-mem-rd-512", pages, 512, -128);
        stride_latency("lat-mem-rd-31k", pages, 31u << 10, -128);
        stride_latency("lat-mem-rd-62k", pages, 62u << 10, -128);
        stride_latency("lat-mem-rd-125k", pages, 125u << 10, -128);
        stride_latency("lat-mem-rd-250k", pages, 250u << 10, -128);
        stride_latency("lat-mem-rd-500k", pages, 500u << 10, -128);
        stride_latency("lat-mem-rd-1000k", pages, 1000u << 10, -128);
    }
    stride_latency("chase-up-64-256k", VALIDATE_HEAP, 256u << 10, 64);
    stride_latency("chase-up-128-256k", VALIDATE_HEAP, 256u << 10, 128);

    REGION("read-l1-4", 64 * 4096 / 4, for (u32 i = 0; i < 64; i++) read_every(heap, 4096, 4));
    REGION("read-l2-4", (128u << 10) / 4, read_every(heap, 128u << 10, 4));
    REGION("read-l2-32", (128u << 10) / 32, read_every(heap, 128u << 10, 32));
    REGION("read-l2-64", (128u << 10) / 64, read_every(heap, 128u << 10, 64));
    REGION("write-l2-4", (128u << 10) / 4, write_every(heap, 128u << 10, 4));
    REGION("write-l2-32", (128u << 10) / 32, write_every(heap, 128u << 10, 32));
    REGION("read-ram-4", 16u << 20, read_every(heap, 16u << 20, 4));
    REGION("read-ram-16", 16u << 20, read_every(heap, 16u << 20, 16));
    REGION("write-ram-4", 16u << 20, write_every(heap, 16u << 20, 4));
    REGION("clear-ram", 16u << 20, clear(heap, 16u << 20));
    REGION("copy-ram", 16u << 20, copy(heap, heap + (20u << 20), 16u << 20));
    REGION("copy-l1", 64 * 8192, for (u32 i = 0; i < 64; i++) copy(heap, heap + (9u << 10), 8192));
}
