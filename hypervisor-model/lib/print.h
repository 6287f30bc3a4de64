// SPDX-License-Identifier: Apache-2.0
// printf's small brother: %s %c %d %u %x (eight digits) %%. The program supplies putchar_raw().
#pragma once
#include "types.h"

void putchar_raw(char c);
void print(const char* format, ...) __attribute__((format(printf, 1, 2)));
