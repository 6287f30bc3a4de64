// SPDX-License-Identifier: Apache-2.0
// A guest that tries what it must not: its user against its kernel, the hypervisor and the host, its kernel against the
// hypervisor, and last its kernel against the host, which ends it.
#include "hosted_guest.h"
#include "layout.h"
#include "print.h"

#define HYPERVISOR 0x20000000u
#define HYPERVISOR_DATA 0x30000000u
#define HOST 0xe0201000u
#define STACK_PAGE 0x00040000u

#define ATTACK(name, statement)           \
    USER_CODE static u32 name(void) {     \
        asm volatile(statement);          \
        return syscall1(SYSCALL_EXIT, 0); \
    }
#define TOUCH(name, at, access)                                      \
    USER_CODE static u32 name(void) {                                \
        asm volatile(access " r0, [%0]" ::"r"(at) : "r0", "memory"); \
        return syscall1(SYSCALL_EXIT, 0);                            \
    }
#define CALL(name, at)                                     \
    USER_CODE static u32 name(void) {                      \
        asm volatile("blx %0" ::"r"(at) : "lr", "memory"); \
        return syscall1(SYSCALL_EXIT, 0);                  \
    }

TOUCH(read_kernel, GUEST_RAM, "ldr")
TOUCH(write_kernel, GUEST_RAM, "str")
TOUCH(read_hypervisor, HYPERVISOR, "ldr")
TOUCH(write_hypervisor, HYPERVISOR_DATA, "str")
TOUCH(read_host, HOST, "ldr")
TOUCH(write_host, HOST, "str")
TOUCH(read_console, DEVICE_UART, "ldr")
TOUCH(write_text, 0x00010000u, "str")
CALL(call_kernel, GUEST_RAM)
CALL(call_host, HOST)
CALL(call_stack, STACK_PAGE)
ATTACK(read_sctlr, "mrc p15, 0, r0, c1, c0, 0" ::: "r0")
ATTACK(write_ttbr0, "mcr p15, 0, r0, c2, c0, 0")
ATTACK(write_dacr, "mcr p15, 0, r0, c3, c0, 0")
ATTACK(flush_tlb, "mcr p15, 0, r0, c8, c7, 0")
ATTACK(use_vfp, ".fpu neon\n vmrs r0, fpscr" ::: "r0")
ATTACK(undefined, "udf #0")

static const struct {
    u32 (*attack)(void);
    s32 trap;
} of_user[] = {
    {read_kernel, TRAP_DATA},      {write_kernel, TRAP_DATA},    {read_hypervisor, TRAP_DATA},
    {write_hypervisor, TRAP_DATA}, {read_host, TRAP_DATA},       {write_host, TRAP_DATA},
    {read_console, TRAP_DATA},     {write_text, TRAP_DATA},      {call_kernel, TRAP_PREFETCH},
    {call_host, TRAP_PREFETCH},    {call_stack, TRAP_PREFETCH},  {read_sctlr, TRAP_UNDEFINED},
    {write_ttbr0, TRAP_UNDEFINED}, {write_dacr, TRAP_UNDEFINED}, {flush_tlb, TRAP_UNDEFINED},
    {use_vfp, TRAP_UNDEFINED},     {undefined, TRAP_UNDEFINED},
};

static const struct {
    u32 r0, r1, r2, number;
} of_kernel[] = {
    {0, 0, 0, 99},
    {0, 0, 0, 0xffffffffu},
    {HYPERVISOR, 4, 0, GUEST_WRITE_TEXT},
    {HOST, 4, 0, GUEST_WRITE_TEXT},
    {GUEST_RAM, 0xffffffffu, 0, GUEST_WRITE_TEXT},
    {GUEST_RAM + GUEST_RAM_SIZE - 4, 8, 0, GUEST_WRITE_TEXT},
    {GUEST_RAM, HYPERVISOR_DATA, 0, GUEST_VECTORS},
    {GUEST_RAM, HOST & ~PAGE_MASK, 0, GUEST_VECTORS},
    {GUEST_RAM, GUEST_RAM + 2, 0, GUEST_VECTORS},
    {GUEST_RAM, GUEST_RAM + GUEST_RAM_SIZE - 4, 0, GUEST_VECTORS},
    {HYPERVISOR, 4, 0, GUEST_CACHE_SYNC},
    {GUEST_RAM, 0xffffffffu, 0, GUEST_CACHE_SYNC},
    {0, 0, 0, GUEST_SPACE_DESTROY},
    {63, 0, 0, GUEST_SPACE_DESTROY},
    {63, 0, 0, GUEST_SPACE_SWITCH},
    {0xffffffffu, 0, 0, GUEST_SPACE_SWITCH},
    {0, HYPERVISOR_DATA, 1, GUEST_MAP},
    {0, HOST & ~PAGE_MASK, 1, GUEST_MAP},
    {0, GUEST_RAM + 2, 1, GUEST_MAP},
    {0, GUEST_RAM, GUEST_BATCH_MAX + 1, GUEST_MAP},
    {0, GUEST_RAM + GUEST_RAM_SIZE - 4, 1, GUEST_MAP},
};

// Of space 0, one entry each; the last two name a space there is not.
static const struct {
    struct guest_map map;
    u32 space;
} of_maps[] = {
    {{GUEST_RAM, GUEST_RAM | GUEST_READ, 1}, 0},
    {{HOST & ~PAGE_MASK, GUEST_RAM | GUEST_READ, 1}, 0},
    {{0, HYPERVISOR | GUEST_READ, 1}, 0},
    {{0, HYPERVISOR_DATA | GUEST_READ, 1}, 0},
    {{0, (HOST & ~PAGE_MASK) | GUEST_READ, 1}, 0},
    {{0, GUEST_RAM | 8 | GUEST_READ, 1}, 0},
    {{0, GUEST_RAM | GUEST_WRITE, 1}, 0},
    {{4, GUEST_RAM | GUEST_READ, 1}, 0},
    {{0, (GUEST_RAM + GUEST_RAM_SIZE - PAGE_SIZE) | GUEST_READ, 2}, 0},
    {{0, GUEST_RAM | GUEST_READ, 0x100000}, 0},
    {{GUEST_RAM, 0, 1}, 0},
    {{0, GUEST_RAM | GUEST_READ, 1}, 63},
    {{0, GUEST_RAM | GUEST_READ, 1}, 0xffffffffu},
};

void guest_main(void) {
    u32 stopped = 0, refused = 0;
    for (u32 i = 0; i < ARRAY_SIZE(of_user); i++) {
        s32 result = guest_run_user(of_user[i].attack);
        if (result == -of_user[i].trap) stopped++;
        else print("attack: user's %u ended with %d\n", i, result);
    }
    print("attack: %u of %u of the user were stopped\n", stopped, (u32)ARRAY_SIZE(of_user));
    for (u32 i = 0; i < ARRAY_SIZE(of_kernel); i++) {
        if (hypercall(of_kernel[i].r0, of_kernel[i].r1, of_kernel[i].r2, of_kernel[i].number) < 0) refused++;
        else print("attack: hypercall %u was not refused\n", i);
    }
    for (u32 i = 0; i < ARRAY_SIZE(of_maps); i++) {
        if (hypercall(of_maps[i].space, (u32)&of_maps[i].map, 1, GUEST_MAP) < 0) refused++;
        else print("attack: map %u was not refused\n", i);
    }
    print("attack: %u of %u hypercalls were refused\n", refused, (u32)(ARRAY_SIZE(of_kernel) + ARRAY_SIZE(of_maps)));
    ((void (*)(void))HOST)();
    print("attack: the guest ran the host's code\n");
}
