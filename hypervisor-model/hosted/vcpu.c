// SPDX-License-Identifier: Apache-2.0
// What the host has for hypervisors: a processor that runs in another address space in place of its task, until it
// traps.
#include "cp15.h"
#include "host.h"
#include "psr.h"

#define PSR_MASKS (PSR_A | PSR_I | PSR_F)

s32 vcpu_create(struct task* task, u32 run) {
    u32 page = run & PAGE_MASK ? 0 : space_find(&task->space, run, true);
    if (!page) return HOST_INVALID;
    if (task->vcpu_count == VCPUS_MAX) return HOST_NO_MEMORY;
    struct vcpu* vcpu = &task->vcpus[task->vcpu_count];
    if (!space_create(&vcpu->space)) return HOST_NO_MEMORY;
    vcpu->run = linear(page);
    return (s32)task->vcpu_count++;
}

s32 vcpu_map(struct task* task, u32 handle, u32 va, u32 own, u32 pages) {
    u32 rights = own & PAGE_MASK;
    own -= rights;
    if (handle >= task->vcpu_count || rights & ~(u32)HOST_RIGHTS || va & PAGE_MASK || va >= HOST_USER_END ||
        pages > (HOST_USER_END - va) / PAGE_SIZE ||
        !space_covers(&task->space, own, pages * PAGE_SIZE, (rights & HOST_RIGHT_WRITE) != 0))
        return HOST_INVALID;
    for (u32 done = 0; done < pages * PAGE_SIZE; done += PAGE_SIZE)
        if (!space_map(&task->vcpus[handle].space, va + done, space_find(&task->space, own + done, false), rights))
            return HOST_NO_MEMORY;
    return HOST_OK;
}

// The frame is used where the task wrote it. Nothing runs between here and the return that uses it, and of the program
// status only what User mode may have is left.
struct host_frame* vcpu_run(struct task* task, u32 handle) {
    if (handle >= task->vcpu_count) {
        task->frame.r[0] = (u32)HOST_INVALID;
        return &task->frame;
    }
    struct vcpu* vcpu = &task->vcpus[handle];
    struct host_run* run = vcpu->run;
    run->frame.psr = (run->frame.psr & ~(u32)(PSR_MODE | PSR_MASKS | PSR_J)) | MODE_USR;
    task->running = vcpu;
    task->tpidrurw = tpidrurw_read();
    context_load(&vcpu->space, run->kernel ? DACR_GUEST_KERNEL : DACR_GUEST_USER, run->tpidrurw);
    return &run->frame;
}

struct host_frame* vcpu_trapped(struct task* task, u32 trap) {
    struct host_run* run = task->running->run;
    task->running = NULL;
    run->trap = trap;
    if (trap == TRAP_DATA) {
        run->status = dfsr_read();
        run->address = dfar_read();
    } else if (trap == TRAP_PREFETCH) {
        run->status = ifsr_read();
        run->address = ifar_read();
    }
    run->tpidrurw = tpidrurw_read();
    context_load(&task->space, DACR_TASK, task->tpidrurw);
    task->frame.r[0] = HOST_OK;
    return &task->frame;
}
