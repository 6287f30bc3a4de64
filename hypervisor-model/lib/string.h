// SPDX-License-Identifier: Apache-2.0
// The four functions a freestanding compiler may call, and string comparison.
#pragma once
#include "types.h"

void* memcpy(void* restrict to, const void* restrict from, size_t n);
void* memmove(void* to, const void* from, size_t n);
void* memset(void* to, int byte, size_t n);
int memcmp(const void* a, const void* b, size_t n);
int strcmp(const char* a, const char* b);
size_t strnlen(const char* s, size_t max);
