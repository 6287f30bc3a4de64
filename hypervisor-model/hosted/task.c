// SPDX-License-Identifier: Apache-2.0
// Tasks: made from images at boot, run until they give the processor up or end.
#include "cp15.h"
#include "host.h"
#include "print.h"
#include "psr.h"
#include "string.h"

static struct task tasks[TASKS_MAX];
static u32 task_count;
struct task* current;

static u32 rights_of(const struct task_image* image, u32 va) {
    if (va < image->text_end) return HOST_RIGHT_READ | HOST_RIGHT_EXEC;
    return va < image->rodata_end ? HOST_RIGHT_READ : HOST_RIGHT_READ | HOST_RIGHT_WRITE;
}

static bool load(struct task* task, const struct task_image* image, u32 size) {
    for (u32 va = image->base; va < image->end; va += PAGE_SIZE) {
        u32 offset = va - image->base;
        u8* page = mem_take(PAGE_SIZE, PAGE_SIZE);
        if (!page) return false;
        if (offset < size)
            memcpy(page, (const u8*)image + offset, size - offset < PAGE_SIZE ? size - offset : PAGE_SIZE);
        code_written(page, PAGE_SIZE);
        if (space_map(&task->space, va, physical(page), rights_of(image, va)) != HOST_OK) return false;
    }
    return true;
}

bool task_create(const char* name, const struct task_image* image, u32 size) {
    if (task_count == TASKS_MAX || image->magic != TASK_MAGIC || image->end > HOST_USER_END) return false;
    struct task* task = &tasks[task_count];
    if (!space_create(&task->space, NULL) || !load(task, image, size)) return false;
    task->name = name;
    task->frame.pc = image->entry;
    task->frame.sp = image->stack;
    task->frame.psr = MODE_USR | PSR_I;  // interrupts come from guests only
    task->deadline = NEVER;
    task->alive = true;
    task_count++;
    return true;
}

static struct host_frame* enter(struct task* task) {
    if (task != current) {
        if (current) current->tpidrurw = tpidrurw_read();
        context_load(&task->space, DACR_TASK, task->tpidrurw);
        timer_load(task);
        current = task;
    }
    return &task->frame;
}

struct host_frame* task_first(void) {
    return enter(&tasks[0]);
}

struct host_frame* task_next(void) {
    u32 at = (u32)(current - tasks);
    for (u32 i = 0; i < task_count; i++) {
        at = at + 1 < task_count ? at + 1 : 0;
        if (tasks[at].alive) return enter(&tasks[at]);
    }
    print("host: all tasks have ended\n");
    platform_power_off();
}

struct host_frame* task_end(void) {
    current->alive = false;
    return task_next();
}
