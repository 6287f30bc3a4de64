// SPDX-License-Identifier: Apache-2.0
#include "machine/cpu.h"
#include "machine/vm.h"

union cpu_area cpus[CPU_MAX] __attribute__((aligned(CPU_AREA), section(".bss.cpus")));
u32 cpu_count = 1;

struct vm vms[VM_MAX];
u32 vm_count;

void vcpu_wake(struct vcpu* vcpu) { vcpu->state = VCPU_READY; }
