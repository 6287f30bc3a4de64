// SPDX-License-Identifier: Apache-2.0
#include "exits/stop.h"
#include "devices/console.h"
#include "devices/console_input.h"
#include "exits/enter.h"
#include "interrupts/irq.h"
#include "machine/platform.h"
#include "memory/stage2.h"
#include "memory/translation.h"
#include "print.h"
#include "vcpu/fp.h"
#include "vcpu/gate.h"
#include "vcpu/lock.h"
#include "vcpu/vcpu.h"

static bool others_on(const struct vm* vm) {
    for (const struct vm* other = vms; other < vms + vm_count; other++)
        if (other != vm && other->on) return true;
    return false;
}

void vm_stop(struct vm* vm) {
    lock_take();
    console_flush(vm);
    print("pure: machine '%s' is off\n", vm->name);
    if (!others_on(vm)) {
        print("pure: all machines are off\n");
        platform_power_off();
    }
    hold_machine(vm);
    vcpu_off(current);
    for (u32 i = 0; i < vm->vcpu_count; i++) {
        vm->vcpu[i].state = VCPU_OFF;
        fp_forget(&vm->vcpu[i]);
    }
    vm->on = false;
    irq_take_back(vm);
    stage2_destroy(&vm->stage2, vm->ram_ipa, vm->ram_size);
    translation_destroy(vm);
    hold_release();
    console_listen();  // it may have stopped with a full FIFO, and another listen now
    lock_drop();
    hyp_enter_guest();
}
