// SPDX-License-Identifier: Apache-2.0
// The hypervisor: a task that has its guest run until it traps, and acts for the processor the guest believes in.
#include "guest_api.h"
#include "layout.h"
#include "print.h"
#include "string.h"
#include "task.h"

#define RAM_HERE 0x30000000u  // the guest's memory in this task
#define MODE_USER 0x10u
#define SPACES 64u

static union {
    struct host_run run;
    u8 page[PAGE_SIZE];
} shared __attribute__((aligned(PAGE_SIZE)));

static struct {
    u32 handle;
    u32 vector;
    struct guest_cpu* banked;  // in the guest's memory: it may say what it likes
    bool interrupt;            // waits until the kernel returns to its user
} cpu;

static bool spaces[SPACES];
static u32 base;  // the space that has the kernel's pages
static struct host_map batch[HOST_BATCH_MAX];

static struct host_run* const run = &shared.run;

static void enter_kernel(u32 trap) {
    struct host_frame* f = &run->frame;
    f->sp = cpu.banked->kernel_sp;
    f->lr = trap;
    f->pc = cpu.vector;
    f->psr = MODE_USER;
    run->kernel = 1;
}

// An exception to the guest's kernel.
static void deliver(void) {
    const struct host_frame* f = &run->frame;
    cpu.banked->sp = f->sp;
    cpu.banked->lr = f->lr;
    cpu.banked->pc = f->pc;
    cpu.banked->psr = f->psr;
    cpu.banked->status = run->status;
    cpu.banked->address = run->address;
    enter_kernel(run->trap);
}

static void return_user(void) {
    struct host_frame* f = &run->frame;
    if (cpu.interrupt) {
        cpu.interrupt = false;
        enter_kernel(TRAP_INTERRUPT);
        return;
    }
    f->sp = cpu.banked->sp;
    f->lr = cpu.banked->lr;
    f->pc = cpu.banked->pc;
    f->psr = cpu.banked->psr;
    run->kernel = 0;
}

static bool in_ram(u32 at, u32 bytes) {
    return at >= GUEST_RAM && at - GUEST_RAM <= GUEST_RAM_SIZE && bytes <= GUEST_RAM_SIZE - (at - GUEST_RAM);
}

static u32 here(u32 at) { return at - GUEST_RAM + RAM_HERE; }

static s32 set_vectors(u32 vector, u32 banked) {
    if (banked & 3 || !in_ram(banked, sizeof(*cpu.banked))) return GUEST_INVALID;
    cpu.vector = vector;
    cpu.banked = (struct guest_cpu*)here(banked);
    return GUEST_OK;
}

static s32 space_create(void) {
    s32 space = host_call(base, 0, 0, 0, HOST_SPACE_CREATE);
    if (space < 0) return GUEST_NO_MEMORY;
    spaces[space] = true;
    return space;
}

static bool exists(u32 space) { return space < SPACES && spaces[space]; }

static s32 space_destroy(u32 space) {
    if (!exists(space) || space == base || space == run->space) return GUEST_INVALID;
    spaces[space] = false;
    return host_call(space, 0, 0, 0, HOST_SPACE_DESTROY);
}

static s32 space_switch(u32 space) {
    if (!exists(space)) return GUEST_INVALID;
    run->space = space;
    return GUEST_OK;
}

// The host finds the pages in this task, with the same rights bits.
static bool translate(const struct guest_map* from, struct host_map* to) {
    u32 rights = from->page & PAGE_MASK, page = from->page - rights;
    if (rights & ~(u32)GUEST_RIGHTS || from->va >= GUEST_USER_END ||
        from->pages > (GUEST_USER_END - from->va) / PAGE_SIZE || (rights && !in_ram(page, from->pages * PAGE_SIZE)))
        return false;
    *to = (struct host_map){from->va, rights ? here(page) | rights : 0, from->pages};
    return true;
}

static s32 map(u32 space, u32 list, u32 entries) {
    if (!exists(space) || list & 3 || entries > GUEST_BATCH_MAX || !in_ram(list, entries * sizeof(struct guest_map)))
        return GUEST_INVALID;
    const struct guest_map* from = (const struct guest_map*)here(list);
    u32 good = 0;
    while (good < entries && translate(&from[good], &batch[good])) good++;
    s32 result = host_call(space, (u32)batch, good, 0, HOST_SPACE_MAP);
    return result == HOST_OK && good < entries ? GUEST_INVALID : result;
}

static s32 cache_sync(u32 at, u32 bytes) {
    return in_ram(at, bytes) ? host_call(here(at), bytes, 0, 0, HOST_CACHE_SYNC) : GUEST_INVALID;
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
    case GUEST_VECTORS: r[0] = (u32)set_vectors(r[0], r[1]); break;
    case GUEST_WRITE_TEXT: r[0] = (u32)write_text(r[0], r[1]); break;
    case GUEST_OFF: return false;
    case GUEST_TIMER: r[0] = (u32)host_call(r[0], r[1], 0, 0, HOST_TIMER); break;
    case GUEST_CACHE_SYNC: r[0] = (u32)cache_sync(r[0], r[1]); break;
    case GUEST_SPACE_CREATE: r[0] = (u32)space_create(); break;
    case GUEST_SPACE_DESTROY: r[0] = (u32)space_destroy(r[0]); break;
    case GUEST_SPACE_SWITCH: r[0] = (u32)space_switch(r[0]); break;
    case GUEST_MAP: r[0] = (u32)map(r[0], r[1], r[2]); break;
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
    if (run->trap == TRAP_INTERRUPT) {
        cpu.interrupt = true;
        return true;
    }
    print("hypervisor: the guest is stopped: trap %u at %x, address %x\n", run->trap, run->frame.pc, run->address);
    return false;
}

static s32 make_guest(void) {
    if (host_call(RAM_HERE, 0, 0, 0, HOST_MAP_FILE) != GUEST_RAM_SIZE) return HOST_INVALID;
    const u32* head = (const u32*)RAM_HERE;
    if (head[0] != GUEST_MAGIC || head[2] > GUEST_RAM_SIZE) return HOST_INVALID;
    s32 handle = host_call((u32)run, 0, 0, 0, HOST_VCPU_CREATE);
    s32 space = host_call(HOST_NO_SPACE, 0, 0, 0, HOST_SPACE_CREATE);
    if (handle < 0 || space < 0) return HOST_NO_MEMORY;
    cpu.handle = (u32)handle;
    cpu.banked = (struct guest_cpu*)RAM_HERE;  // until it says where
    run->space = base = (u32)space;
    spaces[base] = true;
    run->frame.pc = head[1];
    run->frame.psr = MODE_USER;
    run->kernel = 1;
    batch[0] = (struct host_map){GUEST_RAM,
                                 RAM_HERE | HOST_RIGHT_READ | HOST_RIGHT_WRITE | HOST_RIGHT_EXEC | HOST_RIGHT_KERNEL,
                                 GUEST_RAM_SIZE / PAGE_SIZE};
    return host_call(base, (u32)batch, 1, 0, HOST_SPACE_MAP);
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
