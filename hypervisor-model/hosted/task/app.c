// SPDX-License-Identifier: Apache-2.0
// A host task beside the hypervisor. It asks for what it must not get.
#include "print.h"
#include "task.h"

#define NOWHERE 0x00100000u
#define HOST_KERNEL 0xe0201000u
#define SPACES 62u

static u32 page[PAGE_SIZE / 4] __attribute__((aligned(PAGE_SIZE)));
static u32 tried, refused;

static void refuse(u32 number, u32 r0, u32 r1, u32 r2, u32 r3) {
    tried++;
    if (host_call(r0, r1, r2, r3, number) < 0) refused++;
    else print("app: call %u was not refused (%x, %x, %x, %x)\n", number, r0, r1, r2, r3);
}

// Of another's memory, beyond what is a task's, with rights the task itself has not.
static void refuse_maps(void) {
    const u32 read = (u32)page | HOST_RIGHT_READ, text = (u32)task_main & ~PAGE_MASK;
    const u32 kernel = HOST_RIGHT_READ | HOST_RIGHT_KERNEL;
    u32 space = (u32)host_call(HOST_NO_SPACE, 0, 0, 0, HOST_SPACE_CREATE);
    struct host_map map = {0, read | HOST_RIGHT_KERNEL, 1};
    if (host_call(space, (u32)&map, 1, 0, HOST_SPACE_MAP) != HOST_OK) print("app: no page for a space\n");
    u32 other = (u32)host_call(space, 0, 0, 0, HOST_SPACE_CREATE);
    const struct {
        u32 space;
        struct host_map map;
    } bad[] = {
        {SPACES, {0x100000, read, 1}},
        {0xffffffffu, {0x100000, read, 1}},
        {space, {HOST_USER_END, read, 1}},
        {space, {HOST_USER_END - PAGE_SIZE, read, 2}},
        {space, {0x100004, read, 1}},
        {space, {0x100000, NOWHERE | HOST_RIGHT_READ, 1}},
        {space, {0x100000, (HOST_KERNEL & ~PAGE_MASK) | HOST_RIGHT_READ, 1}},
        {space, {0x100000, read, 0x80000}},
        {space, {0x100000, text | HOST_RIGHT_READ | HOST_RIGHT_WRITE, 1}},
        {space, {0x100000, (u32)page | HOST_RIGHT_WRITE, 1}},
        {space, {0x100000, (u32)page | HOST_RIGHT_EXEC, 1}},
        {space, {0x100000, read | (HOST_RIGHTS + 1), 1}},
        {space, {PAGE_SIZE, read, 1}},  // a MiB of the kernel's
        {other, {0, 0, 1}},             // what the base has, from a space that has that base
        {other, {0x200000, (u32)page | kernel, 1}},
        {space, {0x200000, (u32)page | kernel, 1}},  // and from the base, unseen by those who have it
    };
    for (u32 i = 0; i < ARRAY_SIZE(bad); i++) refuse(HOST_SPACE_MAP, bad[i].space, (u32)&bad[i].map, 1, 0);
    refuse(HOST_SPACE_MAP, space, HOST_KERNEL, 1, 0);
    refuse(HOST_SPACE_MAP, space, NOWHERE, 1, 0);
    refuse(HOST_SPACE_MAP, space, (u32)&map, HOST_BATCH_MAX + 1, 0);
    refuse(HOST_SPACE_MAP, space, (u32)&map + 2, 1, 0);
    refuse(HOST_SPACE_CREATE, other, 0, 0, 0);
    refuse(HOST_SPACE_DESTROY, space, 0, 0, 0);
    refuse(HOST_SPACE_DESTROY, SPACES, 0, 0, 0);
}

s32 task_main(void) {
    refuse(HOST_CALLS, 0, 0, 0, 0);
    refuse(0xffffffffu, 0, 0, 0, 0);
    refuse(HOST_WRITE, HOST_KERNEL, 4, 0, 0);
    refuse(HOST_WRITE, NOWHERE, 4, 0, 0);
    refuse(HOST_WRITE, (u32)page, 0xffffffffu, 0, 0);
    refuse(HOST_WRITE, (u32)page, HOST_WRITE_MAX, 0, 0);
    refuse(HOST_MAP_FILE, HOST_KERNEL & ~PAGE_MASK, 0, 0, 0);
    refuse(HOST_MAP_FILE, HOST_USER_END - PAGE_SIZE, 0, 0, 0);
    refuse(HOST_MAP_FILE, 0x20000000, 0, 0, 0);
    refuse(HOST_CACHE_SYNC, HOST_KERNEL, 4, 0, 0);
    refuse(HOST_CACHE_SYNC, NOWHERE, 4, 0, 0);
    refuse(HOST_CACHE_SYNC, (u32)page, 0xffffffffu, 0, 0);
    refuse(HOST_VCPU_RUN, 0, 0, 0, 0);
    refuse(HOST_VCPU_RUN, 0xffffffffu, 0, 0, 0);
    refuse(HOST_VCPU_CREATE, (u32)page + 4, 0, 0, 0);
    refuse(HOST_VCPU_CREATE, HOST_KERNEL, 0, 0, 0);
    refuse(HOST_VCPU_CREATE, NOWHERE, 0, 0, 0);
    refuse(HOST_VCPU_CREATE, (u32)task_main & ~PAGE_MASK, 0, 0, 0);
    refuse(HOST_SPACE_CREATE, 0, 0, 0, 0);
    refuse(HOST_SPACE_DESTROY, 0, 0, 0, 0);
    refuse_maps();

    // A frame that asks for Supervisor mode gets User mode: a guest with no page at all traps where it starts.
    struct host_run* run = (struct host_run*)page;
    u32 vcpu = (u32)host_call((u32)page, 0, 0, 0, HOST_VCPU_CREATE);
    run->space = 0xffffffffu;
    refuse(HOST_VCPU_RUN, vcpu, 0, 0, 0);
    run->space = (u32)host_call(HOST_NO_SPACE, 0, 0, 0, HOST_SPACE_CREATE);
    run->frame.pc = HOST_KERNEL;
    run->frame.psr = 0x13;
    tried++;
    if (host_run(vcpu) == HOST_OK && run->trap == TRAP_PREFETCH && run->frame.pc == HOST_KERNEL) refused++;
    print("app: the host refused %u of %u\n", refused, tried);
    return refused == tried ? 0 : 1;
}
