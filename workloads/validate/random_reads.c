// SPDX-License-Identifier: Apache-2.0
// What tinymembench's latency test does, by its description (docs/cores/memory.md): reads of a byte at random addresses
// in a buffer of zeros, one or two at a time, each address made from what was read before. Less the same reads of two
// bytes. Pages are in order: what was published is the least of ten tries at random places.
#include "validate.h"

#define READS 65536u
#define WARM 32768u

// A step of the generator: the multiplication and the addition in one.
#define STEP "mla %[seed], %[factor], %[seed], %[term]\n"
#define OPERANDS(mask, buffer)                                                                                \
    : [seed] "+&r"(seed), [n] "+&r"(n), [a] "=&r"(a), [b] "=&r"(b), [t] "=&r"(t) : [factor] "r"(1103515245u), \
      [term] "r"(12345u), [low] "r"(0xffu), [middle] "r"(0xff00u), [high] "r"(0x7fff0000u), [mask] "r"(mask), \
      [buffer] "r"(buffer) : "cc", "memory"

static u32 sink;

__attribute__((noinline)) static void single(const u8* buffer, u32 mask, u32 reads) {
    u32 seed = 0, a, b, t, n = reads / 16;
    asm volatile("1: subs %[n], %[n], #1\n .rept 16\n"          //
                 STEP "and %[a], %[low], %[seed], lsr #16\n"    //
                 STEP "and %[t], %[middle], %[seed], lsr #8\n"  //
                 STEP
                 "orr %[a], %[a], %[t]\n and %[t], %[high], %[seed]\n orr %[a], %[a], %[t]\n"
                 "and %[a], %[a], %[mask]\n ldrb %[a], [%[buffer], %[a]]\n orr %[seed], %[seed], %[a]\n"
                 ".endr\n bne 1b" OPERANDS(mask, buffer));
    sink = seed;
    (void)b;
}

__attribute__((noinline)) static void dual(const u8* buffer, u32 mask, u32 reads) {
    u32 seed = 0, a, b, t, n = reads / 16;
    asm volatile("1: subs %[n], %[n], #1\n .rept 16\n"                       //
                 STEP "and %[a], %[middle], %[seed], lsr #8\n"               //
                 STEP "and %[b], %[middle], %[seed], lsr #8\n"               //
                 STEP "and %[t], %[high], %[seed]\n"                         //
                 STEP "orr %[a], %[a], %[t]\n and %[t], %[high], %[seed]\n"  //
                 STEP
                 "orr %[b], %[b], %[t]\n and %[t], %[low], %[seed], lsr #16\n"
                 "orr %[b], %[b], %[seed], lsr #24\n orr %[a], %[a], %[t]\n and %[b], %[b], %[mask]\n"
                 "eor %[a], %[a], %[b]\n and %[a], %[a], %[mask]\n ldrb %[b], [%[buffer], %[b]]\n"
                 "ldrb %[a], [%[buffer], %[a]]\n orr %[seed], %[seed], %[b]\n add %[seed], %[seed], %[a]\n"
                 ".endr\n bne 1b" OPERANDS(mask, buffer));
    sink = seed;
}

static void report_less(const char* name, const char* base) { print("region %s %u less %s\n", name, READS, base); }

static void touch(const u8* buffer, u32 bytes) {
    u32 sum = 0;
    for (u32 at = 0; at < bytes; at += 32) sum += *(const volatile u8*)(buffer + at);
    sink = sum;
}

static void at_size(const char* one, const char* two, u32 bytes) {
    const u8* buffer = VALIDATE_HEAP;
    touch(buffer, bytes < (2u << 20) ? bytes : 2u << 20);
    single(buffer, bytes - 1, WARM);
    MARK(3);
    single(buffer, bytes - 1, READS);
    MARK(4);
    report_less(one, "single-of-2");
    dual(buffer, bytes - 1, WARM);
    MARK(3);
    dual(buffer, bytes - 1, READS);
    MARK(4);
    report_less(two, "dual-of-2");
}

void validate_main(void) {
    REGION("single-of-2", READS, single(VALIDATE_HEAP, 1, READS));
    REGION("dual-of-2", READS, dual(VALIDATE_HEAP, 1, READS));
    at_size("random-read-64k", "dual-random-read-64k", 64u << 10);
    at_size("random-read-128k", "dual-random-read-128k", 128u << 10);
    at_size("random-read-256k", "dual-random-read-256k", 256u << 10);
    at_size("random-read-512k", "dual-random-read-512k", 512u << 10);
    at_size("random-read-1m", "dual-random-read-1m", 1u << 20);
    at_size("random-read-2m", "dual-random-read-2m", 2u << 20);
    at_size("random-read-4m", "dual-random-read-4m", 4u << 20);
    at_size("random-read-16m", "dual-random-read-16m", 16u << 20);
    at_size("random-read-64m", "dual-random-read-64m", 64u << 20);
}
