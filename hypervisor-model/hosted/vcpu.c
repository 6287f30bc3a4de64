// SPDX-License-Identifier: Apache-2.0
// What the host has for hypervisors: address spaces with pages of the task, and a processor that runs in one of them in
// place of the task until it traps.
#include "cp15.h"
#include "host.h"
#include "psr.h"

#define PSR_MASKS (PSR_A | PSR_I | PSR_F)

static struct space* own_space(struct task* task, u32 handle) {
    return handle < SPACES_MAX && task->spaces[handle].used ? &task->spaces[handle] : NULL;
}

s32 vspace_create(struct task* task, u32 base_handle) {
    struct space* base = NULL;
    if (base_handle != HOST_NO_SPACE && (!(base = own_space(task, base_handle)) || base->base)) return HOST_INVALID;
    for (u32 i = 0; i < SPACES_MAX; i++)
        if (!task->spaces[i].used) return space_create(&task->spaces[i], base) ? (s32)i : HOST_NO_MEMORY;
    return HOST_NO_MEMORY;
}

s32 vspace_destroy(struct task* task, u32 handle) {
    struct space* space = own_space(task, handle);
    return space && space_destroy(space) ? HOST_OK : HOST_INVALID;
}

static s32 carry_out(struct task* task, struct space* space, const struct host_map* e) {
    u32 rights = e->own & PAGE_MASK, own = e->own - rights;
    if (rights & ~(u32)HOST_RIGHTS || e->va & PAGE_MASK || e->va >= HOST_USER_END ||
        e->pages > (HOST_USER_END - e->va) / PAGE_SIZE)
        return HOST_INVALID;
    if (rights && (!(rights & HOST_RIGHT_READ) ||
                   !space_covers(&task->space, own, e->pages * PAGE_SIZE, (rights & HOST_RIGHT_WRITE) != 0)))
        return HOST_INVALID;
    s32 result = HOST_OK;
    for (u32 done = 0; done < e->pages * PAGE_SIZE && result == HOST_OK; done += PAGE_SIZE)
        result = space_map(space, e->va + done, rights ? space_find(&task->space, own + done, false) : 0, rights);
    return result;
}

s32 vspace_map(struct task* task, u32 handle, u32 list, u32 entries) {
    struct space* space = own_space(task, handle);
    if (!space || list & 3 || entries > HOST_BATCH_MAX ||
        !space_covers(&task->space, list, entries * sizeof(struct host_map), false))
        return HOST_INVALID;
    s32 result = HOST_OK;
    for (u32 i = 0; i < entries && result == HOST_OK; i++)
        result = carry_out(task, space, (const struct host_map*)list + i);
    space_settle();
    return result;
}

s32 vcpu_create(struct task* task, u32 run) {
    u32 page = run & PAGE_MASK ? 0 : space_find(&task->space, run, true);
    if (!page) return HOST_INVALID;
    if (task->vcpu_count == VCPUS_MAX) return HOST_NO_MEMORY;
    task->vcpus[task->vcpu_count].run = linear(page);
    return (s32)task->vcpu_count++;
}

// The frame is used where the task wrote it. Nothing runs between here and the return that uses it, and of the program
// status only what User mode may have is left.
struct host_frame* vcpu_run(struct task* task, u32 handle) {
    struct host_run* run = handle < task->vcpu_count ? task->vcpus[handle].run : NULL;
    const struct space* space = run ? own_space(task, run->space) : NULL;
    if (!space) {
        task->frame.r[0] = (u32)HOST_INVALID;
        return &task->frame;
    }
    run->frame.psr = (run->frame.psr & ~(u32)(PSR_MODE | PSR_MASKS | PSR_J)) | MODE_USR;
    task->running = &task->vcpus[handle];
    task->tpidrurw = tpidrurw_read();
    context_load(space, run->kernel ? DACR_GUEST_KERNEL : DACR_GUEST_USER, run->tpidrurw);
    return &run->frame;
}

struct host_frame* vcpu_trapped(struct task* task, u32 trap) {
    struct host_run* run = task->running->run;
    if (trap == TRAP_INTERRUPT && !timer_interrupt(task)) return &run->frame;
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
