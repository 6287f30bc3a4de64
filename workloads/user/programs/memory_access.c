/* SPDX-License-Identifier: Apache-2.0 */
/* Atomic operations of every width, and structures without alignment. */
#include "user.h"

#define ATOMIC(type)                                                                                                \
    static type shared_##type;                                                                                      \
    static NOINLINE u64 test_##type(type x, type y, u64 sum) {                                                      \
        type *p = &shared_##type, expected = y;                                                                     \
        __atomic_store_n(p, x, __ATOMIC_SEQ_CST);                                                                   \
        sum = mix(sum, (u64)__atomic_fetch_add(p, y, __ATOMIC_SEQ_CST));                                            \
        sum = mix(sum, (u64)__atomic_sub_fetch(p, x, __ATOMIC_RELAXED));                                            \
        sum = mix(sum, (u64)__atomic_compare_exchange_n(p, &expected, x, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE));   \
        sum = mix(sum, (u64)__atomic_compare_exchange_n(p, &expected, x, 1, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));   \
        sum = mix(sum, (u64)expected);                                                                              \
        sum = mix(sum, (u64)__atomic_fetch_xor(p, y, __ATOMIC_ACQUIRE));                                            \
        sum = mix(sum, (u64)__atomic_or_fetch(p, (type)(x >> 3), __ATOMIC_RELEASE));                                \
        sum = mix(sum, (u64)__atomic_fetch_nand(p, (type)~y, __ATOMIC_SEQ_CST));                                    \
        sum = mix(sum, (u64)__atomic_exchange_n(p, (type)(x + y), __ATOMIC_SEQ_CST));                               \
        sum = mix(sum, (u64)__sync_val_compare_and_swap(p, (type)(x + y), y));                                      \
        return mix(sum, (u64)__atomic_load_n(p, __ATOMIC_SEQ_CST));                                                 \
    }

ATOMIC(u8)
ATOMIC(s16)
ATOMIC(u32)
ATOMIC(u64)

struct __attribute__((packed)) Packed {
    u8 tag;
    u16 half;
    u32 word;
    s64 wide;
    float single;
    double precise;
    s16 halves[3];
    u8 tail;
    u32 last;
};

static u8 memory[512] __attribute__((aligned(16)));

static NOINLINE void write_packed(struct Packed *p, u64 x) {
    p->tag = (u8)x;
    p->half = (u16)(x >> 3);
    p->word = (u32)(x >> 9);
    p->wide = (s64)x;
    p->single = (float)(s32)x;
    p->precise = (double)(s64)x;
    for (u32 i = 0; i < COUNT(p->halves); i++)
        p->halves[i] = (s16)(x >> (i * 13));
    p->last += p->word ^ p->tail++;
}

static NOINLINE u64 read_packed(const struct Packed *p, u64 sum) {
    sum = mix(sum, p->tag + p->half * 3u + p->word * 5u);
    sum = mix(sum, (u64)(p->wide >> 3));
    sum = mix(sum, bits_of_float(p->single * 0.5f));
    sum = mix(sum, bits_of_double(p->precise + p->half));
    for (u32 i = 0; i < COUNT(p->halves); i++)
        sum = mix(sum, (u64)p->halves[i]);
    return mix(sum, p->last);
}

typedef u16 __attribute__((aligned(1), may_alias)) Half;
typedef s16 __attribute__((aligned(1), may_alias)) SignedHalf;
typedef u32 __attribute__((aligned(1), may_alias)) Word;
typedef u64 __attribute__((aligned(1), may_alias)) Wide;

static NOINLINE u64 read_anywhere(const u8 *at) {
    return *(const Half *)at + 3 * (u64)*(const SignedHalf *)(at + 5) + 5 * (u64)*(const Word *)(at + 11) +
           7 * *(const Wide *)(at + 17);
}

static NOINLINE void write_anywhere(u8 *at, u64 x) {
    *(Half *)at = (u16)x;
    *(Word *)(at + 3) = (u32)(x >> 7);
    *(Wide *)(at + 9) = ~x;
}

/* Copies the compiler may turn into multiple or NEON transfers, between any two alignments. */
static NOINLINE void copy_words(Word *to, const Word *from, u32 n) {
    for (u32 i = 0; i < n; i++)
        to[i] = from[i] + 1;
}

static NOINLINE void copy_block(u8 *to, const u8 *from) { __builtin_memcpy(to, from, 52); }

int main(void) {
    u64 seed = 29, sum = MIX_START;
    for (u32 i = 0; i < 300; i++) {
        u64 x = next_random(&seed), y = i % 3 ? next_random(&seed) : x;
        sum = test_u8((u8)x, (u8)y, sum);
        sum = test_s16((s16)x, (s16)y, sum);
        sum = test_u32((u32)x, (u32)y, sum);
        sum = test_u64(x, y, sum);
    }
    printf("atomic %016llx\n", sum);
    for (u32 offset = 0; offset < 17; offset++) {
        struct Packed *p = (struct Packed *)(memory + offset);
        for (u32 i = 0; i < 20; i++) {
            write_packed(p, next_random(&seed));
            sum = read_packed(p, sum);
            write_anywhere(memory + offset + 60 + i, seed);
            sum = mix(sum, read_anywhere(memory + offset + 2 * i));
        }
        copy_words((Word *)(memory + 200 + offset), (Word *)(memory + (offset * 7) % 13), 20);
        copy_block(memory + 300 + (offset * 5) % 17, memory + 200 + offset);
        for (u32 i = 0; i < sizeof memory; i++)
            sum = (sum ^ memory[i]) * 0x100000001b3ull;
        printf("offset %u %016llx\n", offset, sum);
    }
    return 0;
}
