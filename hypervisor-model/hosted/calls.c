// SPDX-License-Identifier: Apache-2.0
// Traps from User mode: a guest's go to its task, a task's are calls or its end.
#include "host.h"
#include "print.h"

struct host_frame* host_trap(u32 trap);

static struct task* file_owner;

static s32 write_console(struct task* task, u32 text, u32 bytes) {
    if (bytes > HOST_WRITE_MAX || !space_covers(&task->space, text, bytes, false)) return HOST_INVALID;
    for (u32 i = 0; i < bytes; i++) putchar_raw(((const char*)text)[i]);
    return HOST_OK;
}

static s32 map_file(struct task* task, u32 va) {
    if (va & PAGE_MASK || va >= HOST_USER_END || FILE_SIZE > HOST_USER_END - va) return HOST_INVALID;
    if (file_owner && file_owner != task) return HOST_INVALID;
    for (u32 done = 0; done < FILE_SIZE; done += PAGE_SIZE)
        if (space_find(&task->space, va + done, false)) return HOST_INVALID;
    file_owner = task;
    s32 result = HOST_OK;
    for (u32 done = 0; done < FILE_SIZE && result == HOST_OK; done += PAGE_SIZE)
        result =
            space_map(&task->space, va + done, RAM_PHYSICAL + FILE_OFFSET + done, HOST_RIGHT_READ | HOST_RIGHT_WRITE);
    space_settle();
    return result == HOST_OK ? FILE_SIZE : result;
}

static s32 set_timer(struct task* task, u64 deadline) {
    timer_set(task, deadline);
    return HOST_OK;
}

static s32 sync_cache(const struct task* task, u32 va, u32 bytes) {
    if (!space_covers(&task->space, va, bytes, false)) return HOST_INVALID;
    code_written((const void*)va, bytes);
    return HOST_OK;
}

static struct host_frame* host_call(struct task* task) {
    u32* r = task->frame.r;
    switch (r[7]) {
    case HOST_NULL: r[0] = HOST_OK; break;
    case HOST_WRITE: r[0] = (u32)write_console(task, r[0], r[1]); break;
    case HOST_EXIT: print("host: task '%s' has ended with %d\n", task->name, (s32)r[0]); return task_end();
    case HOST_YIELD: r[0] = HOST_OK; return task_next();
    case HOST_MAP_FILE: r[0] = (u32)map_file(task, r[0]); break;
    case HOST_TIMER: r[0] = (u32)set_timer(task, (u64)r[1] << 32 | r[0]); break;
    case HOST_CACHE_SYNC: r[0] = (u32)sync_cache(task, r[0], r[1]); break;
    case HOST_SPACE_CREATE: r[0] = (u32)vspace_create(task, r[0]); break;
    case HOST_SPACE_DESTROY: r[0] = (u32)vspace_destroy(task, r[0]); break;
    case HOST_SPACE_MAP: r[0] = (u32)vspace_map(task, r[0], r[1], r[2]); break;
    case HOST_VCPU_CREATE: r[0] = (u32)vcpu_create(task, r[0]); break;
    case HOST_VCPU_RUN: return vcpu_run(task, r[0]);
    default: r[0] = (u32)HOST_UNKNOWN; break;
    }
    return &task->frame;
}

struct host_frame* host_trap(u32 trap) {
    struct task* task = current;
    if (task->running) return vcpu_trapped(task, trap);
    if (likely(trap == TRAP_SVC)) return host_call(task);
    print("host: task '%s' is stopped: %s at %x\n", task->name, trap_name(trap), task->frame.pc);
    return task_end();
}
