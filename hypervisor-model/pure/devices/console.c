// SPDX-License-Identifier: Apache-2.0
#include "devices/console.h"
#include "print.h"

void console_flush(struct vm* vm) {
    if (vm->line_length == 0) return;
    print("[%s] ", vm->name);
    for (u32 i = 0; i < vm->line_length; i++) putchar_raw(vm->line[i]);
    putchar_raw('\n');
    vm->line_length = 0;
}

void console_putc(struct vm* vm, char c) {
    if (c == '\r') return;
    bool plain = (c >= ' ' && c <= '~') || c == '\t';  // a guest may not steer the terminal
    if (c != '\n') vm->line[vm->line_length++] = plain ? c : '.';
    if (c == '\n' || vm->line_length == CONSOLE_LINE) console_flush(vm);
}
