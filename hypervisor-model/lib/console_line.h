// SPDX-License-Identifier: Apache-2.0
// The text of one machine on a console that several share: whole lines, each with the machine's name in front. A guest
// may not steer the terminal: what does not print is a dot.
#pragma once
#include "print.h"

static inline void console_line_flush(const char* name, const char* line, u32* length) {
    if (*length == 0) return;
    print("[%s] ", name);
    for (u32 i = 0; i < *length; i++) putchar_raw(line[i]);
    putchar_raw('\n');
    *length = 0;
}

// True: the line is complete, or its `room` is full.
static inline bool console_line_put(char* line, u32* length, u32 room, char c) {
    if (c == '\r') return false;
    bool plain = (c >= ' ' && c <= '~') || c == '\t';
    if (c != '\n') line[(*length)++] = plain ? c : '.';
    return c == '\n' || *length == room;
}
