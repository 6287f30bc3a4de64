/* SPDX-License-Identifier: Apache-2.0 */
/* Arguments and results of every shape, variable argument lists, jumps out of nested calls. */
#include "user.h"

typedef struct { s8 a; } One;
typedef struct { s16 a; u8 b; } Three;
typedef struct { u32 a; u64 b; u8 c; } Padded;
typedef struct { float x, y, z; } Vector;
typedef struct { double a, b, c, d; } Four;
typedef struct { float a; int b; } Mixed;
typedef struct { u32 words[37]; } Large;
typedef union { u64 whole; float parts[2]; } Either;

static NOINLINE One make_one(int x) { return (One){(s8)x}; }
static NOINLINE Three make_three(One one) { return (Three){(s16)(one.a * 300), (u8)~one.a}; }
static NOINLINE Padded pad(Three t, u64 x, Three u) { return (Padded){(u32)t.a, x + u.b, (u8)(t.b ^ u.a)}; }
static NOINLINE Vector cross(Vector a, Vector b) {
    return (Vector){a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
static NOINLINE Four rotate(Four f, float by) { return (Four){f.b * by, f.c, f.d - by, f.a}; }
static NOINLINE double spill(float a, Four f, float b, Four g, float c, double d, Vector v) {
    return a + f.a * b - f.d + g.b / c + g.c * d - v.x * v.y + v.z; /* g and v do not fit into registers */
}
static NOINLINE Mixed mixed(Mixed m, u64 x, Mixed n) { return (Mixed){m.a + n.a, m.b - n.b + (int)x}; }
static NOINLINE Large grow(Large l, u32 by) {
    for (u32 i = 1; i < COUNT(l.words); i++)
        l.words[i] = l.words[i - 1] * by + i;
    return l;
}
static NOINLINE Either turn(Either e) { return (Either){.parts = {e.parts[1], -e.parts[0]}}; }
static NOINLINE u64 aligned(u32 a, u64 b, u32 c, u64 d, u8 e, s16 f) {
    return a + 3 * b + 5 * c + 7 * d + 11u * e + (u64)(13 * f);
}

/* Each letter says how the next argument is read. */
static NOINLINE u64 gather(const char *kinds, ...) {
    va_list args, again;
    u64 sum = MIX_START;
    va_start(args, kinds);
    va_copy(again, args);
    for (; *kinds; kinds++)
        switch (*kinds) {
        case 'i': sum = mix(sum, (u64)va_arg(args, int)); break;
        case 'l': sum = mix(sum, va_arg(args, u64)); break;
        case 'd': sum = mix(sum, bits_of_double(va_arg(args, double))); break;
        case 'p': sum = mix(sum, *va_arg(args, const u32 *)); break;
        case 'v': sum = mix(sum, bits_of_float(va_arg(args, Vector).y)); break;
        case 'L': sum = mix(sum, va_arg(args, Large).words[36]); break;
        }
    sum = mix(sum, (u64)va_arg(again, int));
    va_end(again);
    va_end(args);
    return sum;
}

static void *landing[5];
static NOINLINE void descend(u32 depth, u32 until, volatile u32 *deepest) {
    volatile u8 space[64];
    space[depth & 63] = (u8)depth;
    *deepest = depth;
    if (depth == until)
        __builtin_longjmp(landing, 1);
    descend(depth + 1, until, deepest);
    *deepest += space[depth & 63];
}

static NOINLINE u32 leap(u32 until) {
    volatile u32 deepest = 0, tries = 0;
    if (__builtin_setjmp(landing)) {
        if (++tries < 3)
            descend(1, until + tries, &deepest);
        return deepest * 100 + tries;
    }
    descend(0, until, &deepest);
    return ~0u;
}

static NOINLINE u32 on_stack(u32 n) {
    u32 words[n + 1], sum = 0;
    u8 *bytes = __builtin_alloca(n * 3 + 1);
    for (u32 i = 0; i <= n; i++) {
        words[i] = i * n;
        bytes[i] = (u8)(words[i] >> 3);
    }
    for (u32 i = 0; i <= n; i++)
        sum = sum * 31 + words[n - i] + bytes[i];
    return n ? sum ^ on_stack(n - 1) : sum;
}

int main(void) {
    for (int i = -2; i < 3; i++) {
        Three t = make_three(make_one(i * 50));
        Padded p = pad(t, 0x1234567890ull * (u64)(i + 3), make_three(make_one(i)));
        printf("%d %u %u %llu %u\n", t.a, t.b, p.a, p.b, p.c);
        Vector v = {(float)i, 1.5f, -2.25f}, w = cross(v, (Vector){0.5f, (float)(i * i), 3});
        Four f = rotate((Four){i, 2, 3.5, -i}, w.z);
        double s = spill(v.x, f, v.y, rotate(f, 2), w.x + 100, f.c, w);
        printf("%08x %08x %08x %016llx %016llx\n", bits_of_float(w.x), bits_of_float(w.y), bits_of_float(w.z),
               bits_of_double(f.a), bits_of_double(s));
        Mixed m = mixed((Mixed){w.x, i}, 77, (Mixed){v.y, 3});
        Large l = grow((Large){{(u32)i}}, 17);
        Either e = turn((Either){.whole = 0x400000003f800000ull + (u64)(i + 2)});
        printf("%08x %d %u %u %016llx\n", bits_of_float(m.a), m.b, l.words[1], l.words[36], e.whole);
        printf("%llu\n", aligned((u32)i, 2, 3, 0x100000000ull * (u64)(i + 2), (u8)i, (s16)i));
        u32 pointed = 0xabcd + (u32)i;
        printf("%016llx\n", gather("ildpidlvLid", i, 5ull << 33, 2.5, &pointed, -i, (double)v.y, ~0ull, w, l, 9, -0.0));
        printf("%u %08x\n", leap((u32)i + 5), on_stack((u32)(i + 3) * 10));
    }
    return 0;
}
