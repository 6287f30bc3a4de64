// SPDX-License-Identifier: Apache-2.0
// A virtual machine: memory, address spaces, one virtual processor.
#pragma once
#include "api.h"
#include "layout.h"
#include "vm_package.h"

#define CONSOLE_LINE 120
#define NEVER (~0ull)

enum vm_state { VM_READY, VM_WAITING, VM_OFF };

// What switching to a space writes: TTBR0 (0: no such space) and the ASID.
struct space {
    u32 ttbr0;
    u32 asid;
};

struct vm;

// The microvisor's own half of a virtual processor. It ends where the shared page begins, so that one pointer reaches
// both; its last words are known to the entry code.
struct vcpu {
    struct vm* vm;
    u32 ttbr1;
    u32 tls, tpidrurw;
    void (*on_hypercall)(void);  // on_svc while the guest kernel runs
    u64 deadline;                // on the virtual count; NEVER when the timer is off or has fired
    enum vm_state state;
    u32 space;  // the current one
    u32 space_count;
    struct space* spaces;
    u32 r[13];
    u32 sp, lr;
    void (*on_svc)(void);
    u32 pc, psr;
};

#define FROM_END(member) ((int)offsetof(struct vcpu, member) - VCPU_SIZE)
_Static_assert(sizeof(struct vcpu) == VCPU_SIZE, "layout.h");
_Static_assert(FROM_END(deadline) == VCPU_DEADLINE && FROM_END(space) == VCPU_SPACE, "layout.h");
_Static_assert(FROM_END(space_count) == VCPU_SPACE_COUNT && FROM_END(spaces) == VCPU_SPACES, "layout.h");
_Static_assert(FROM_END(r) == VCPU_R && FROM_END(sp) == VCPU_SP && FROM_END(lr) == VCPU_LR, "layout.h");
_Static_assert(FROM_END(on_svc) == VCPU_ON_SVC && FROM_END(pc) == VCPU_PC && FROM_END(psr) == VCPU_PSR, "layout.h");

struct fp_state {
    u64 d[32];
    u32 fpscr;
};

struct vm {
    u32 id;
    char name[VM_NAME_SIZE];
    u32 ram;  // physical address
    u32 ram_size;
    struct vcpu* vcpu;
    u32* kernel_table;  // the part of the address map under TTBR1
    u32* user_tables;   // first-level tables of the spaces, 4 KiB each
    u32* free_tables;   // second-level tables not in use
    bool fp_on;
    struct fp_state fp;
    char line[CONSOLE_LINE];
    u32 line_length;
};

extern struct vm vms[VM_MAX];
extern u32 vm_count;

// The shared page of the machine whose state is in the processor.
extern struct para_vcpu* current_page;

static inline struct vcpu* vcpu_of_page(struct para_vcpu* page) { return (struct vcpu*)page - 1; }
static inline struct para_vcpu* shared_of(struct vcpu* vcpu) { return (struct para_vcpu*)(vcpu + 1); }
static inline struct vcpu* current_vcpu(void) { return vcpu_of_page(current_page); }
static inline bool in_kernel(const struct vcpu* vcpu) { return vcpu->on_svc == vcpu->on_hypercall; }

// A range of the machine's memory, which while its kernel runs may be dereferenced as it stands.
static inline bool vm_owns(const struct vm* vm, u32 gpa, u32 size) {
    return gpa >= PARA_RAM && gpa - PARA_RAM <= vm->ram_size && size <= vm->ram_size - (gpa - PARA_RAM);
}

// Make a virtual interrupt pend, and end the machine's wait when it is enabled. True when that made it ready.
bool vm_raise(struct vcpu* vcpu, u32 virq);
static inline bool vm_has_work(struct vcpu* vcpu) {
    const volatile struct para_vcpu* page = shared_of(vcpu);
    return page->pending & page->enabled;
}
