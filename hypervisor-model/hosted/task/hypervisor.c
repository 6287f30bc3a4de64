// SPDX-License-Identifier: Apache-2.0
// The hypervisor: a task that has its guest run until it traps, and acts for the processor the guest believes in.
#include "guest_api.h"
#include "layout.h"
#include "print.h"
#include "string.h"
#include "task.h"

#define RAM_HERE 0x30000000u  // the guest's memory in this task
#define MODE_USER 0x10u

static union {
    struct host_run run;
    u8 page[PAGE_SIZE];
} shared __attribute__((aligned(PAGE_SIZE)));

// The virtual processor's banked registers.
static struct {
    u32 handle;
    u32 vector, kernel_sp;
    u32 user_sp, user_lr, user_pc, user_psr;
} cpu = {.user_psr = MODE_USER};

static struct host_run* const run = &shared.run;

// An exception to the guest's kernel.
static void deliver(void) {
    struct host_frame* f = &run->frame;
    cpu.user_sp = f->sp;
    cpu.user_lr = f->lr;
    cpu.user_pc = f->pc;
    cpu.user_psr = f->psr;
    f->sp = cpu.kernel_sp;
    f->lr = run->trap;
    f->pc = cpu.vector;
    f->psr = MODE_USER;
    run->kernel = 1;
}

static void return_user(void) {
    struct host_frame* f = &run->frame;
    f->sp = cpu.user_sp;
    f->lr = cpu.user_lr;
    f->pc = cpu.user_pc;
    f->psr = cpu.user_psr;
    run->kernel = 0;
}

static bool in_ram(u32 at, u32 bytes) {
    return at >= GUEST_RAM && at - GUEST_RAM <= GUEST_RAM_SIZE && bytes <= GUEST_RAM_SIZE - (at - GUEST_RAM);
}

static u32 here(u32 at) { return at - GUEST_RAM + RAM_HERE; }

static s32 map(u32 va, u32 page, u32 pages) {
    u32 rights = page & PAGE_MASK;
    page -= rights;
    if (rights & ~(u32)(GUEST_WRITE | GUEST_EXEC) || va >= GUEST_RAM || pages > (GUEST_RAM - va) / PAGE_SIZE ||
        !in_ram(page, pages * PAGE_SIZE))
        return GUEST_INVALID;
    u32 host_rights = (rights & GUEST_WRITE ? HOST_RIGHT_WRITE : 0) | (rights & GUEST_EXEC ? HOST_RIGHT_EXEC : 0);
    return host_call(cpu.handle, va, here(page) | host_rights, pages, HOST_VCPU_MAP) < 0 ? GUEST_INVALID : GUEST_OK;
}

static s32 write_text(u32 text, u32 bytes) {
    if (!in_ram(text, bytes)) return GUEST_INVALID;
    for (u32 i = 0; i < bytes; i++) {
        static bool inside;
        char c = ((const char*)here(text))[i];
        if (!inside) print("[guest] ");
        inside = c != '\n';
        putchar_raw(c == '\n' || (c >= ' ' && c <= '~') ? c : '.');  // a guest may not steer the terminal
    }
    return GUEST_OK;
}

static bool hypercall(void) {
    u32* r = run->frame.r;
    switch (run->frame.lr) {
        case GUEST_NULL: r[0] = GUEST_OK; break;
        case GUEST_RETURN: return_user(); break;
        case GUEST_USER:
            cpu.user_pc = r[0];
            cpu.user_sp = r[1];
            cpu.user_psr = MODE_USER;
            r[0] = GUEST_OK;
            break;
        case GUEST_VECTORS:
            cpu.vector = r[0];
            cpu.kernel_sp = r[1];
            r[0] = GUEST_OK;
            break;
        case GUEST_MAP: r[0] = (u32)map(r[0], r[1], r[2]); break;
        case GUEST_WRITE_TEXT: r[0] = (u32)write_text(r[0], r[1]); break;
        case GUEST_OFF: return false;
        default: r[0] = (u32)GUEST_UNKNOWN; break;
    }
    return true;
}

// A trap of the user is its kernel's affair; one of the kernel that is no hypercall is the end: it could only trap
// again.
static bool handle(void) {
    if (!run->kernel) {
        deliver();
        return true;
    }
    if (run->trap == TRAP_SVC) return hypercall();
    print("hypervisor: the guest is stopped: trap %u at %x, address %x\n", run->trap, run->frame.pc, run->address);
    return false;
}

static s32 make_guest(void) {
    if (host_call(RAM_HERE, 0, 0, 0, HOST_MAP_FILE) != GUEST_RAM_SIZE) return HOST_INVALID;
    const u32* head = (const u32*)RAM_HERE;
    if (head[0] != GUEST_MAGIC || head[2] > GUEST_RAM_SIZE) return HOST_INVALID;
    s32 handle = host_call((u32)run, 0, 0, 0, HOST_VCPU_CREATE);
    if (handle < 0) return handle;
    cpu.handle = (u32)handle;
    run->frame.pc = head[1];
    run->frame.psr = MODE_USER;
    run->kernel = 1;
    return host_call(cpu.handle, GUEST_RAM, RAM_HERE | HOST_RIGHTS, GUEST_RAM_SIZE / PAGE_SIZE, HOST_VCPU_MAP);
}

s32 task_main(void) {
    if (make_guest() < 0) {
        print("hypervisor: no guest\n");
        return 1;
    }
    print("hypervisor: the guest has %u KiB\n", GUEST_RAM_SIZE / 1024);
    do {
        if (host_run(cpu.handle) < 0) return 1;
    } while (handle());
    print("hypervisor: the guest is off\n");
    return 0;
}
