// SPDX-License-Identifier: Apache-2.0
// An emulated device: a page of a machine's address space and the function that carries out accesses to it.
#pragma once
#include "machine/guest_interface.h"
#include "machine/uart.h"
#include "machine/vm_package.h"

#define DEVICE_MAX (VM_MAX_DEVICES + VM_INTERFACE_DEVICES)

struct vcpu;
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
