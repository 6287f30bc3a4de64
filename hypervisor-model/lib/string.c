// SPDX-License-Identifier: Apache-2.0
#include "string.h"

#define BOTH_ALIGNED(a, b) (((((uintptr_t)(a)) | ((uintptr_t)(b))) & 3) == 0)

void* memcpy(void* restrict to, const void* restrict from, size_t n) {
    u8* d = to;
    const u8* s = from;
    if (BOTH_ALIGNED(d, s)) {
        for (; n >= 16; n -= 16, d += 16, s += 16) {
            const u32* w = (const u32*)s;
            u32 a = w[0], b = w[1], c = w[2], e = w[3];
            ((u32*)d)[0] = a;
            ((u32*)d)[1] = b;
            ((u32*)d)[2] = c;
            ((u32*)d)[3] = e;
        }
    }
    while (n--) *d++ = *s++;
    return to;
}

void* memmove(void* to, const void* from, size_t n) {
    u8* d = to;
    const u8* s = from;
    if (d <= s || d >= s + n) return memcpy(to, from, n);
    while (n--) d[n] = s[n];
    return to;
}

void* memset(void* to, int byte, size_t n) {
    u8* d = to;
    const u32 word = 0x01010101u * (u8)byte;
    if (BOTH_ALIGNED(d, d)) {
        for (; n >= 32; n -= 32, d += 32)
            for (int i = 0; i < 8; i++) ((u32*)d)[i] = word;
    }
    while (n--) *d++ = (u8)byte;
    return to;
}

int memcmp(const void* a, const void* b, size_t n) {
    const u8 *x = a, *y = b;
    for (; n; n--, x++, y++)
        if (*x != *y) return *x - *y;
    return 0;
}

int strcmp(const char* a, const char* b) {
    while (*a && *a == *b) a++, b++;
    return (u8)*a - (u8)*b;
}

size_t strnlen(const char* s, size_t max) {
    size_t n = 0;
    while (n < max && s[n]) n++;
    return n;
}
