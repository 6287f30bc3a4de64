// SPDX-License-Identifier: Apache-2.0
// A PL011, ARM DDI 0183G chapter 3. What is written goes to the machine's console; what the hypervisor's console
// receives comes in, to one that has an interrupt.
#include "devices/uart_device.h"
#include "devices/console.h"
#include "devices/device.h"
#include "devices/distributor.h"
#include "pl011.h"
#include "vcpu/lock.h"

#define CR_RESET (PL011_CR_RXE | PL011_CR_TXE)
#define IFLS_RESET 0x12
static const u8 identification[8] = {0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

static void (*told_room)(void);

void uart_tell_room(void (*has_room)(void)) { told_room = has_room; }

void uart_reset(struct uart* uart) { *uart = (struct uart){.cr = CR_RESET, .ifls = IFLS_RESET}; }

static u16* kept(struct uart* uart, u32 offset) {
    switch (offset) {
    case PL011_IBRD: return &uart->ibrd;
    case PL011_FBRD: return &uart->fbrd;
    case PL011_LCRH: return &uart->lcrh;
    case PL011_CR: return &uart->cr;
    case PL011_IFLS: return &uart->ifls;
    case PL011_IMSC: return &uart->imsc;
    default: return NULL;
    }
}

static u32 flags(const struct uart* uart) {
    return PL011_FR_TXFE | (uart->count == 0 ? PL011_FR_RXFE : 0) | (uart->count == UART_FIFO ? PL011_FR_RXFF : 0);
}

static u32 take_received(struct uart* uart) {
    if (uart->count == 0) return 0;
    u8 c = uart->fifo[uart->first];
    uart->first = (uart->first + 1) % UART_FIFO;
    if (uart->count-- == UART_FIFO) told_room();
    if (uart->count == 0) uart->ris &= ~(PL011_INT_RX | PL011_INT_RT);
    return c;
}

static u32 read(struct uart* uart, u32 offset) {
    const u16* reg = kept(uart, offset);
    if (reg) return *reg;
    switch (offset) {
    case PL011_DR: return take_received(uart);
    case PL011_FR: return flags(uart);
    case PL011_RIS: return uart->ris;
    case PL011_MIS: return uart->ris & uart->imsc;
    default: return offset >= PL011_PERIPH_ID ? identification[(offset - PL011_PERIPH_ID) / 4] : 0;
    }
}

// The transmit interrupt says that there is room again, which is so when the character was written.
static void write(struct vm* vm, struct uart* uart, u32 offset, u32 value) {
    u16* reg = kept(uart, offset);
    if (reg) {
        *reg = (u16)(value & PL011_REGISTER_BITS);
    } else if (offset == PL011_DR) {
        console_putc(vm, (char)value);
        uart->ris |= PL011_INT_TX;
    } else if (offset == PL011_ICR) {
        uart->ris &= (u16)~value;
    }
}

static void update_line(struct vm* vm, struct device* device) {
    if (device->irq) distributor_set_line(vm, device->irq, device->uart.ris & device->uart.imsc);
}

bool uart_access(struct vcpu* vcpu, struct device* device, struct access* access) {
    lock_take();
    u32 offset = ALIGN_DOWN(access->offset, 4u);
    if (!access->write) access->value = access_extract(access, read(&device->uart, offset));
    else if (access->offset == offset) write(vcpu->vm, &device->uart, offset, access->value);
    update_line(vcpu->vm, device);
    lock_drop();
    return true;
}

bool uart_is_full(const struct uart* uart) { return uart->count == UART_FIFO; }

void uart_receive(struct vm* vm, struct device* device, u8 c) {
    struct uart* uart = &device->uart;
    uart->fifo[(uart->first + uart->count++) % UART_FIFO] = c;
    uart->ris |= PL011_INT_RX | PL011_INT_RT;
    update_line(vm, device);
}
