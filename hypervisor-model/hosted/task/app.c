// SPDX-License-Identifier: Apache-2.0
// A host task beside the hypervisor. It asks for what it must not get.
#include "print.h"
#include "task.h"

#define NOWHERE 0x00100000u
#define HOST_KERNEL 0xe0201000u

static u32 page[PAGE_SIZE / 4] __attribute__((aligned(PAGE_SIZE)));
static u32 tried, refused;

static void refuse(u32 number, u32 r0, u32 r1, u32 r2, u32 r3) {
    tried++;
    if (host_call(r0, r1, r2, r3, number) < 0)
        refused++;
    else
        print("app: call %u was not refused (%x, %x, %x, %x)\n", number, r0, r1, r2, r3);
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
    refuse(HOST_VCPU_RUN, 0, 0, 0, 0);
    refuse(HOST_VCPU_RUN, 0xffffffffu, 0, 0, 0);
    refuse(HOST_VCPU_MAP, 0, 0, (u32)page, 1);
    refuse(HOST_VCPU_CREATE, (u32)page + 4, 0, 0, 0);
    refuse(HOST_VCPU_CREATE, HOST_KERNEL, 0, 0, 0);
    refuse(HOST_VCPU_CREATE, NOWHERE, 0, 0, 0);
    refuse(HOST_VCPU_CREATE, (u32)task_main & ~PAGE_MASK, 0, 0, 0);
    u32 vcpu = (u32)host_call((u32)page, 0, 0, 0, HOST_VCPU_CREATE);
    refuse(HOST_VCPU_MAP, vcpu, HOST_USER_END, (u32)page, 1);
    refuse(HOST_VCPU_MAP, vcpu, 4, (u32)page, 1);
    refuse(HOST_VCPU_MAP, vcpu, 0, (u32)page | 8, 1);
    refuse(HOST_VCPU_MAP, vcpu, 0, NOWHERE, 1);
    refuse(HOST_VCPU_MAP, vcpu, 0, HOST_KERNEL, 1);
    refuse(HOST_VCPU_MAP, vcpu, 0, (u32)page, 0x100000);
    refuse(HOST_VCPU_MAP, vcpu, 0, ((u32)task_main & ~PAGE_MASK) | HOST_RIGHT_WRITE, 1);
    refuse(HOST_VCPU_MAP, vcpu + 1, 0, (u32)page, 1);

    // A frame that asks for Supervisor mode gets User mode: a guest with no page at all traps where it starts.
    struct host_run* run = (struct host_run*)page;
    run->frame.pc = HOST_KERNEL;
    run->frame.psr = 0x13;
    tried++;
    if (host_run(vcpu) == HOST_OK && run->trap == 3 && run->frame.pc == HOST_KERNEL) refused++;
    print("app: the host refused %u of %u\n", refused, tried);
    return refused == tried ? 0 : 1;
}
