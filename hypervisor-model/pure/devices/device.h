// SPDX-License-Identifier: Apache-2.0
// Emulated devices. A machine's device is a page of its address space and the function that carries out accesses to it.
#pragma once
#include "boot/vm_package.h"
#include "devices/uart.h"
#include "features.h"

// The interrupt distributor is always there, and where there is no virtual CPU interface the two pages of that.
#define DEVICE_MAX (VM_MAX_DEVICES + (WITHOUT(VGIC) ? 3 : 1))

struct vcpu;
struct vm;
struct device;

// One access, however its description was come by: from the syndrome or from the instruction.
struct access {
    u32 offset;
    u32 value;
    u8 size;  // bytes: 1, 2 or 4
    bool write;
};

// False: the device has nothing there, the guest gets an external abort.
typedef bool (*device_access)(struct vcpu* vcpu, struct device* device, struct access* access);

struct device {
    u32 ipa;
    u32 flags;
    u32 irq;
    device_access access;
    struct uart uart;  // of one that is
};

void uart_reset(struct uart* uart);
bool uart_is_full(const struct uart* uart);
void uart_receive(struct vm* vm, struct device* device, u8 c);  // to one that is not full
bool uart_access(struct vcpu* vcpu, struct device* device, struct access* access);
bool counter_access(struct vcpu* vcpu, struct device* device, struct access* access);
bool gicd_access(struct vcpu* vcpu, struct device* device, struct access* access);

// Narrow accesses to registers of 32 bits: the bytes an access reads out of, or merges into, a register.
u32 access_extract(const struct access* access, u32 reg);
u32 access_merge(const struct access* access, u32 reg);
