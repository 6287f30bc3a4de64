// SPDX-License-Identifier: Apache-2.0
#include "devices/console.h"
#include "console_line.h"

void console_flush(struct vm* vm) { console_line_flush(vm->name, vm->line, &vm->line_length); }

void console_putc(struct vm* vm, char c) {
    if (console_line_put(vm->line, &vm->line_length, CONSOLE_LINE, c)) console_flush(vm);
}
