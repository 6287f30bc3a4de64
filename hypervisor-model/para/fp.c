// SPDX-License-Identifier: Apache-2.0
#include "fp.h"
#include "cp15.h"

#define CPACR_CP10_CP11 (0xfu << 20)
#define FPEXC_EN (1u << 30)

// In fp_registers.S.
void fp_save(struct fp_state* state);
void fp_restore(const struct fp_state* state);

static bool present;
static struct vm* owner;

static void set_enabled(bool on) { asm volatile(".fpu neon\n vmsr fpexc, %0" ::"r"(on ? FPEXC_EN : 0)); }

void fp_init(void) {
    cpacr_write(CPACR_CP10_CP11);
    isb();
    present = (cpacr_read() & CPACR_CP10_CP11) == CPACR_CP10_CP11;
    if (present) set_enabled(false);
}

void fp_switch(const struct vm* next) {
    if (present) set_enabled(owner == next && next->fp_on);
}

bool fp_take(void) {
    struct vm* vm = current_vcpu()->vm;
    if (!present || owner == vm || !vm->fp_on) return false;
    set_enabled(true);
    if (owner) fp_save(&owner->fp);
    fp_restore(&vm->fp);
    owner = vm;
    return true;
}

void fp_set(struct vm* vm, bool on) {
    vm->fp_on = on;
    fp_switch(vm);
}
