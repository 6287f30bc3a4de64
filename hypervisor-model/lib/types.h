// SPDX-License-Identifier: Apache-2.0
// Integer names and the few helpers every freestanding program here uses.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef unsigned int u32;  // not uint32_t, which is long here and would not match %x
typedef uint64_t u64;
typedef int s32;
typedef int64_t s64;

#define PAGE_SHIFT 12
#define PAGE_SIZE (1u << PAGE_SHIFT)
#define PAGE_MASK (PAGE_SIZE - 1)

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define ALIGN_DOWN(x, n) ((x) & ~((n)-1))
#define ALIGN_UP(x, n) ALIGN_DOWN((x) + (n)-1, n)

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define NORETURN __attribute__((noreturn))
