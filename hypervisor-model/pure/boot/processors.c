// SPDX-License-Identifier: Apache-2.0
#include "boot/processors.h"
#include "cp15.h"
#include "exits/enter.h"
#include "interrupts/gic.h"
#include "interrupts/irq.h"
#include "interrupts/timer.h"
#include "interrupts/vgic.h"
#include "machine/platform.h"
#include "print.h"
#include "psci.h"
#include "vcpu/world.h"

static bool released;

void cpu_init(struct cpu* cpu) {
    cpu->gic_target = gic_init_cpu();
    irq_init_cpu();
    vgic_init_hardware();
    world_init_hardware();
    timer_init_cpu();
}

void cpu_start_others(void (*first)(void)) {
    for (u32 i = 1; i < platform.cpu_count; i++) {
        struct cpu* cpu = &cpus[i].cpu;
        u32 result = platform_psci(PSCI_CPU_ON, platform.cpu_mpidr[i], (u32)first, (u32)cpu);
        if (result != PSCI_SUCCESS) {
            print("pure: processor %u does not start: PSCI error %d\n", i, (s32)result);
            break;
        }
        while (!__atomic_load_n(&cpu->up, __ATOMIC_ACQUIRE))
            ;
        cpu_count++;
    }
    if (cpu_count > 1) print("pure: %u processors\n", cpu_count);
}

void cpu_release_others(void) {
    __atomic_store_n(&released, true, __ATOMIC_RELEASE);
    dsb();
    sev();
}

// First C function of a processor that was started, on its own stack.
void boot_other(struct cpu* cpu) {
    cpu_init(cpu);
    __atomic_store_n(&cpu->up, true, __ATOMIC_RELEASE);
    while (!__atomic_load_n(&released, __ATOMIC_ACQUIRE)) wfe();
    cpu_go();
}

void cpu_go(void) {
    world_trap_wfe(this_cpu()->shared);
    timer_start_tick();
    hyp_enter_guest();
}
