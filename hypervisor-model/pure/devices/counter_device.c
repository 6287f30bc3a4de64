// SPDX-License-Identifier: Apache-2.0
// A register file shared by the machines that list it: an identification, a counter, a doorbell, scratch registers.
//   00 ID       read-only
//   04 COUNT    reads the counter; a write adds to it
//   08 DOORBELL write a machine's number: raises the interrupt of that machine's counter device
//   0c STATUS   1 when the last doorbell rang nowhere; any write clears it
//   20..3c SCRATCH
#include "devices/device.h"
#include "devices/distributor.h"

enum { ID = 0x00, COUNT = 0x04, DOORBELL = 0x08, STATUS = 0x0c, SCRATCH = 0x20, END = 0x40 };

#define COUNTER_ID 0x434e5452u  // "CNTR"

static u32 count;
static u32 status;
static u32 scratch[(END - SCRATCH) / 4];

static bool ring(u32 target) {
    if (target >= vm_count || !vms[target].on) return false;
    struct vm* vm = &vms[target];
    for (u32 i = 0; i < vm->device_count; i++)
        if (vm->device[i].access == counter_access && vm->device[i].irq) {
            distributor_raise(vm, vm->device[i].irq);
            return true;
        }
    return false;
}

static u32 read(u32 offset) {
    switch (offset) {
    case ID: return COUNTER_ID;
    case COUNT: return count;
    case STATUS: return status;
    default: return offset >= SCRATCH ? scratch[(offset - SCRATCH) / 4] : 0;
    }
}

bool counter_access(struct vcpu* vcpu, struct device* device, struct access* access) {
    (void)vcpu, (void)device;
    u32 offset = ALIGN_DOWN(access->offset, 4u);
    if (access->offset >= END || access->offset % access->size) return false;
    if (!access->write) {
        access->value = access_extract(access, read(offset));
    } else {
        switch (offset) {
        case COUNT: __atomic_fetch_add(&count, access_merge(access, 0), __ATOMIC_RELAXED); break;
        case DOORBELL: status = !ring(access_merge(access, 0)); break;
        case STATUS: status = 0; break;
        default:
            if (offset >= SCRATCH)
                scratch[(offset - SCRATCH) / 4] = access_merge(access, scratch[(offset - SCRATCH) / 4]);
            break;
        }
    }
    return true;
}
