// SPDX-License-Identifier: Apache-2.0
#include "devices/console.h"
#include "boot/lock.h"
#include "boot/platform.h"
#include "boot/vm.h"
#include "cp15.h"
#include "interrupts/gic.h"
#include "pl011.h"
#include "print.h"

void putchar_raw(char c) {
    if (c == '\n') pl011_putc(platform.uart, '\r');
    pl011_putc(platform.uart, c);
}

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

static struct device* listener(struct vm** vm) {
    for (*vm = vms; *vm < vms + vm_count; ++*vm)
        for (u32 i = 0; (*vm)->on && i < (*vm)->device_count; i++)
            if ((*vm)->device[i].access == uart_access && (*vm)->device[i].irq) return &(*vm)->device[i];
    return NULL;
}

void console_listen(void) {
    struct vm* vm;
    if (!platform.irq_uart || !listener(&vm)) return;
    mmio_write32(platform.uart + PL011_IMSC, PL011_INT_RX | PL011_INT_RT);
    gic_set_enabled(platform.irq_uart, true);
}

void console_receive(void) {
    lock_take();
    struct vm* vm;
    struct device* to = listener(&vm);
    while (!(mmio_read32(platform.uart + PL011_FR) & PL011_FR_RXFE)) {
        if (to && uart_is_full(&to->uart)) {  // its guest's next read listens again
            mmio_write32(platform.uart + PL011_IMSC, 0);
            break;
        }
        u8 c = (u8)mmio_read32(platform.uart + PL011_DR);
        if (to) uart_receive(vm, to, c);
    }
    lock_drop();
}
