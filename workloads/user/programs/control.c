/* SPDX-License-Identifier: Apache-2.0 */
/* Recursion, tables of functions, dense and sparse switches, a byte-code machine with computed branches. */
#include "user.h"

static NOINLINE u32 ackermann(u32 m, u32 n) {
    return m == 0 ? n + 1 : ackermann(m - 1, n == 0 ? 1 : ackermann(m, n - 1));
}

static NOINLINE u32 queens(u32 n, u32 columns, u32 left, u32 right) {
    u32 found = 0, all = (1u << n) - 1;
    if (columns == all)
        return 1;
    for (u32 free = all & ~(columns | left | right); free; free &= free - 1) {
        u32 bit = free & -free;
        found += queens(n, columns | bit, (left | bit) << 1, (right | bit) >> 1);
    }
    return found;
}

static u32 moves;
static u64 trace = MIX_START;
static NOINLINE void hanoi(u32 n, u32 from, u32 to, u32 by) {
    if (!n)
        return;
    hanoi(n - 1, from, by, to);
    trace = mix(trace, n << 4 | from << 2 | to);
    moves++;
    hanoi(n - 1, by, to, from);
}

static int is_odd(u32 n);
static NOINLINE int is_even(u32 n) { return n == 0 || is_odd(n - 1); }
static NOINLINE int is_odd(u32 n) { return n != 0 && is_even(n - 1); }

static NOINLINE u32 dense(u32 x, u32 y) {
    switch (x % 14) {
    case 0: return y + 1;
    case 1: return y * 3;
    case 2: return y ^ 0x55;
    case 3: return ~y;
    case 4: return y >> 3;
    case 5: return y << 7;
    case 6: return y / 7;
    case 7: return y % 1000;
    case 8: y += 9; /* fallthrough */
    case 9: return y - 77;
    case 10: return y * y;
    case 11: return -y;
    default: return y | x;
    }
}

static NOINLINE const char *sparse(s32 x) {
    switch (x) {
    case -2147483647 - 1: return "least";
    case -100: return "minus hundred";
    case -1: return "minus one";
    case 0: return "zero";
    case 7: return "seven";
    case 1000 ... 1999: return "thousand and something";
    case 65536: return "large";
    case 2147483647: return "most";
    default: return "other";
    }
}

/* A switch whose cases are long enough for halfword offsets in T32. */
#define LONG_CASE(n)                                                                                                \
    case n:                                                                                                         \
        for (u32 i = 0; i < 3; i++)                                                                                 \
            y = (y * (0x1003u + n * 0x10204u) ^ y >> (n % 13 + 1)) + (0x12345u << (n % 7)) - (y << 3) % (n + 11u);  \
        break;
static NOINLINE u32 wide(u32 x, u32 y) {
    switch (x) {
        LONG_CASE(0) LONG_CASE(1) LONG_CASE(2) LONG_CASE(3) LONG_CASE(4) LONG_CASE(5) LONG_CASE(6) LONG_CASE(7)
        LONG_CASE(8) LONG_CASE(9) LONG_CASE(10) LONG_CASE(11) LONG_CASE(12) LONG_CASE(13) LONG_CASE(14)
    default: y--;
    }
    return y;
}

enum { PUSH, ADD, SUB, MUL, DUP, SWAP, JUMP_IF, OVER, DROP, SHOW, HALT };

static NOINLINE s32 interpret(const s8 *code) {
    static const void *const labels[] = {&&push, &&add, &&sub, &&mul, &&dup, &&swap, &&jump_if, &&over, &&drop, &&show,
                                         &&halt};
    s32 stack[32], *top = stack - 1, t;
    const s8 *at = code;
    goto *labels[(u8)*at++];
push: *++top = *at++; goto *labels[(u8)*at++];
add: top--; top[0] += top[1]; goto *labels[(u8)*at++];
sub: top--; top[0] -= top[1]; goto *labels[(u8)*at++];
mul: top--; top[0] *= top[1]; goto *labels[(u8)*at++];
dup: top++; top[0] = top[-1]; goto *labels[(u8)*at++];
swap: t = top[0]; top[0] = top[-1]; top[-1] = t; goto *labels[(u8)*at++];
jump_if: t = *at++; if (*top--) at += t; goto *labels[(u8)*at++];
over: top++; top[0] = top[-2]; goto *labels[(u8)*at++];
drop: top--; goto *labels[(u8)*at++];
show: printf("[%d]", *top); goto *labels[(u8)*at++];
halt: return *top;
}

static u32 twice(u32 x) { return 2 * x; }
static u32 square(u32 x) { return x * x; }
static u32 invert(u32 x) { return ~x; }
static u32 (*const functions[])(u32) = {twice, square, invert, twice};

static NOINLINE u32 compose(u32 (*const *table)(u32), u32 n, u32 x) {
    for (u32 i = 0; i < n; i++)
        x = table[(x ^ i) % COUNT(functions)](x);
    return x;
}

int main(void) {
    static const s8 factorial[] = {PUSH, 1, PUSH, 10, SHOW, SWAP, OVER, MUL, SWAP, PUSH, 1, SUB, DUP, JUMP_IF, -11, DROP,
                                   SHOW, HALT};
    static const s32 values[] = {-2147483647 - 1, -100, -1, 0, 1, 7, 999, 1000, 1999, 2000, 65536, 2147483647};
    printf("ackermann %u %u\n", ackermann(2, 30), ackermann(3, 4));
    for (u32 n = 1; n < 9; n++)
        printf("queens %u: %u\n", n, queens(n, 0, 0, 0));
    hanoi(10, 0, 1, 2);
    printf("hanoi %u %016llx\n", moves, trace);
    printf("even %d %d\n", is_even(1000), is_odd(777));
    u32 y = 1;
    for (u32 x = 0; x < 2000; x++)
        y = wide(x % 17, dense(x * 7 + (y & 3), y));
    printf("switch %08x\n", y);
    for (u32 i = 0; i < COUNT(values); i++)
        puts(sparse(values[i]));
    printf(" = %d\n", interpret(factorial));
    for (u32 n = 0; n < 12; n++)
        printf("compose %u: %08x\n", n, compose(functions, n, n + 3));
    return 0;
}
