// SPDX-License-Identifier: Apache-2.0
#include "print.h"
#include <stdarg.h>

static void put_string(const char* s) {
    while (*s) putchar_raw(*s++);
}

static void put_decimal(u32 v) {
    char digits[11];
    int at = sizeof(digits) - 1;
    digits[at] = 0;
    do {
        digits[--at] = (char)('0' + v % 10);
        v /= 10;
    } while (v);
    put_string(digits + at);
}

static void put_hex(u32 v) {
    for (int shift = 28; shift >= 0; shift -= 4) putchar_raw("0123456789abcdef"[(v >> shift) & 15]);
}

void print(const char* format, ...) {
    va_list args;
    va_start(args, format);
    for (const char* p = format; *p; p++) {
        if (*p != '%') {
            putchar_raw(*p);
            continue;
        }
        switch (*++p) {
        case 's': put_string(va_arg(args, const char*)); break;
        case 'c': putchar_raw((char)va_arg(args, int)); break;
        case 'u': put_decimal(va_arg(args, u32)); break;
        case 'x': put_hex(va_arg(args, u32)); break;
        case 'd': {
            s32 v = va_arg(args, s32);
            if (v < 0) putchar_raw('-');
            put_decimal(v < 0 ? 0u - (u32)v : (u32)v);
            break;
        }
        default: putchar_raw(*p); break;
        }
    }
    va_end(args);
}
