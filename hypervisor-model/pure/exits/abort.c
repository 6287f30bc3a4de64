// SPDX-License-Identifier: Apache-2.0
// Stage-2 aborts: memory on demand, then devices.
#include "cp15.h"
#include "exits/emulate.h"
#include "exits/exits.h"
#include "exits/translation_fault.h"
#include "memory/stage2.h"
#include "vcpu/inject.h"
#include "vcpu/lock.h"
#include "vcpu/vcpu.h"

#define FSC_KIND 0x3cu
#define FSC_TRANSLATION 0x04u
#define ISS_WNR (1u << 6)
#define ISS_S1PTW (1u << 7)
#define ISS_CM (1u << 8)

// The intermediate address the walk stopped at, page part only. Valid after a stage-2 translation fault.
static u32 fault_page(void) { return hpfar_read() << 8 & ~PAGE_MASK; }

static bool is_translation_fault(u32 hsr) { return (hsr & FSC_KIND) == FSC_TRANSLATION; }

static bool make_present(struct vm* vm, u32 page) {
    lock_take();
    bool made = vm_ram_page(vm, page);
    lock_drop();
    return made;
}

void exit_data_abort(struct vcpu* vcpu, u32 hsr) {
    struct vm* vm = vcpu->vm;
    u32 address = hdfar_read();
    u32 page = fault_page();
    if (translation_data_fault(vcpu, address, hsr & ISS_WNR, &page)) return;
    if (likely(is_translation_fault(hsr))) {
        if (vm_owns_ram(vm, page)) {
            if (likely(make_present(vm, page))) return;
        } else if (!(hsr & ISS_S1PTW)) {
            struct device* device = vm_device_at(vm, page);
            if (hsr & ISS_CM) {
                // Of what is no memory it does nothing. MCR has 32 bits in A32 and T32; HSR.IL is not valid without
                // ISV.
                vcpu_skip(vcpu, 4);
                return;
            }
            if (device && emulate_access(vcpu, device, page | (address & PAGE_MASK), hsr)) return;
        }
    }
    inject_data_abort(vcpu, address, hsr & ISS_WNR);
}

void exit_instruction_abort(struct vcpu* vcpu, u32 hsr) {
    u32 page = fault_page();
    if (translation_fetch_fault(vcpu, &page)) return;
    if (is_translation_fault(hsr) && vm_owns_ram(vcpu->vm, page) && make_present(vcpu->vm, page)) return;
    inject_prefetch_abort(vcpu, hifar_read());
}
