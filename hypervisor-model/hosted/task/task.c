// SPDX-License-Identifier: Apache-2.0
// A task's console: a line at a time.
#include "task.h"
#include "print.h"

#define LINE 128u

void putchar_raw(char c) {
    static char line[LINE];
    static u32 length;
    line[length++] = c;
    if (c != '\n' && length < LINE) return;
    host_call((u32)line, length, 0, 0, HOST_WRITE);
    length = 0;
}
