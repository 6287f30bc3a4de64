/* SPDX-License-Identifier: Apache-2.0 */
/* What a user-mode program has: printing, memory and strings, and a generator of numbers. */
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NOINLINE __attribute__((noinline))

int main(void);
int printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
int vprintf(const char *format, va_list args);
void exit(int status) __attribute__((noreturn));
void abort(void) __attribute__((noreturn));

void *memcpy(void *to, const void *from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *a, const void *b, size_t size);
size_t strlen(const char *text);
int strcmp(const char *a, const char *b);
char *strcpy(char *to, const char *from);
int puts(const char *text);
int putchar(int c);

/* A sum over everything a test has computed: FNV-1a, 64 bits. */
u64 mix(u64 sum, u64 value);
#define MIX_START 0xcbf29ce484222325ull

/* xorshift64*: the same numbers on every machine. */
u64 next_random(u64 *state);

/* Floating point is compared bit by bit. */
static inline u32 bits_of_float(float x) {
    u32 bits;
    __builtin_memcpy(&bits, &x, sizeof bits);
    return bits;
}
static inline u64 bits_of_double(double x) {
    u64 bits;
    __builtin_memcpy(&bits, &x, sizeof bits);
    return bits;
}
static inline float float_of_bits(u32 bits) {
    float x;
    __builtin_memcpy(&x, &bits, sizeof x);
    return x;
}
static inline double double_of_bits(u64 bits) {
    double x;
    __builtin_memcpy(&x, &bits, sizeof x);
    return x;
}
