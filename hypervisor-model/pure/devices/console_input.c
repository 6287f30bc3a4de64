// SPDX-License-Identifier: Apache-2.0
#include "devices/console_input.h"
#include "cp15.h"
#include "devices/device.h"
#include "devices/uart_device.h"
#include "interrupts/gic.h"
#include "machine/platform.h"
#include "pl011.h"
#include "vcpu/lock.h"

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
