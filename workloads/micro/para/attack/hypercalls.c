// SPDX-License-Identifier: Apache-2.0
// Hypercalls with numbers, handles, pointers and frames that are wrong.
#include "attacks.h"
#include "psr.h"

#define MEMORY_END (PARA_RAM + (2u << 20))
#define ERROR(name) ((u32)PARA_##name)
#define RW (PARA_READ | PARA_WRITE)
#define FREE_VA 0x20000000u

static u32 number(u32 n) { return para3(n, 0, 0, 0); }
static u32 space_switch(u32 space) { return para1(PARA_SPACE_SWITCH, space); }
static u32 space_destroy(u32 space) { return para1(PARA_SPACE_DESTROY, space); }
static u32 destroy_current(u32 argument) {
    (void)argument;
    return para1(PARA_SPACE_DESTROY, guest_space);
}
static u32 destroy_twice(u32 argument) {
    (void)argument;
    u32 space = para0(PARA_SPACE_CREATE);
    para1(PARA_SPACE_DESTROY, space);
    return para1(PARA_SPACE_DESTROY, space);
}
static u32 switch_to_destroyed(u32 argument) {
    (void)argument;
    u32 space = para0(PARA_SPACE_CREATE);
    para1(PARA_SPACE_DESTROY, space);
    return para1(PARA_SPACE_SWITCH, space);
}
static u32 map_into_destroyed(u32 argument) {
    (void)argument;
    u32 space = para0(PARA_SPACE_CREATE);
    para1(PARA_SPACE_DESTROY, space);
    return para_map1(space, FREE_VA, PARA_RAM | RW, 1);
}
static u32 spaces_until_refused(u32 argument) {
    (void)argument;
    u32 taken[8], count = 0, last;
    while ((s32)(last = para0(PARA_SPACE_CREATE)) > 0 && count < ARRAY_SIZE(taken)) taken[count++] = last;
    while (count--) para1(PARA_SPACE_DESTROY, taken[count]);
    return last;
}
// Tables run out; with the space they all come back, every time.
static u32 tables_until_refused(u32 argument) {
    (void)argument;
    u32 last = PARA_OK, first_count = 0;
    for (u32 round = 0; round < 3; round++) {
        u32 space = para0(PARA_SPACE_CREATE), count = 0;
        while ((last = para_map1(space, FREE_VA + (count << 20), PARA_RAM | RW, 1)) == PARA_OK) count++;
        para1(PARA_SPACE_DESTROY, space);
        if (round == 0) first_count = count;
        if (count != first_count || count == 0) return 1;
    }
    return last;
}

// What was mapped must be gone when it is taken away, from the TLB as well.
static volatile u32* const probe = (volatile u32*)FREE_VA;
static u32 frames[2 * PAGE_SIZE / 4] __attribute__((aligned(PAGE_SIZE)));
static u32 second_frame(void) { return (u32)frames + PAGE_SIZE; }

static u32 map_probe(u32 gpa_rights, u32 pages) { return para_map1(guest_space, FREE_VA, gpa_rights, pages); }
static u32 unmap_probe(u32 pages) {
    struct para_map entry = {FREE_VA, 0, pages};
    return para3(PARA_UNMAP, guest_space, (u32)&entry, 1);
}
static u32 load_unmapped(u32 pages) {
    if (map_probe(PARA_RAM | PARA_READ, pages)) return 1;
    for (u32 i = 0; i < pages; i++) (void)probe[i * PAGE_SIZE / 4];
    unmap_probe(pages);
    return probe[(pages - 1) * PAGE_SIZE / 4] & 0;
}
static u32 store_read_only_again(u32 argument) {
    (void)argument;
    map_probe((u32)frames | RW, 1);
    *probe = 5;
    map_probe((u32)frames | PARA_READ, 1);
    *probe = 6;  // skipped
    u32 value = frames[0];
    unmap_probe(1);
    return value == 5 ? 0 : 1;
}
static u32 load_replaced(u32 argument) {
    (void)argument;
    frames[0] = 11;
    *(volatile u32*)second_frame() = 22;
    map_probe((u32)frames | PARA_READ, 1);
    u32 first = *probe;
    map_probe(second_frame() | PARA_READ, 1);
    u32 second = *probe;
    unmap_probe(1);
    return first * 100 + second;
}
static u32 load_in_remade_space(u32 argument) {
    (void)argument;
    u32 space = para0(PARA_SPACE_CREATE);
    para_map1(space, FREE_VA, (u32)frames | PARA_READ, 1);
    para1(PARA_SPACE_SWITCH, space);
    (void)*probe;
    para1(PARA_SPACE_SWITCH, guest_space);
    para1(PARA_SPACE_DESTROY, space);
    u32 again = para0(PARA_SPACE_CREATE);  // the same number
    para1(PARA_SPACE_SWITCH, again);
    (void)*probe;
    para1(PARA_SPACE_SWITCH, guest_space);
    para1(PARA_SPACE_DESTROY, again);
    return again != space;
}
static u32 load_in_another_space(u32 argument) {
    (void)argument;
    map_probe((u32)frames | PARA_READ, 1);
    u32 space = para0(PARA_SPACE_CREATE);
    (void)*probe;
    para1(PARA_SPACE_SWITCH, space);
    (void)*probe;
    para1(PARA_SPACE_SWITCH, guest_space);
    para1(PARA_SPACE_DESTROY, space);
    unmap_probe(1);
    return 0;
}
static u32 window_unmapped(u32 argument) {
    (void)argument;
    volatile u32* window = (volatile u32*)PARA_WINDOW;
    if (para_map1(0, PARA_WINDOW, (u32)frames | PARA_READ, 1)) return 1;
    (void)*window;
    struct para_map entry = {PARA_WINDOW, 0, 1};
    para3(PARA_UNMAP, 0, (u32)&entry, 1);
    (void)*window;
    return 0;
}

static u32 list_at(u32 list) { return para3(PARA_MAP, guest_space, list, 1); }
static u32 unmap_list_at(u32 list) { return para3(PARA_UNMAP, guest_space, list, 1); }
static u32 list_of(u32 count) {
    static struct para_map list[1] = {{FREE_VA, PARA_RAM | RW, 1}};
    return para3(PARA_MAP, guest_space, (u32)list, count);
}
static u32 map_in_space(u32 space) { return para_map1(space, FREE_VA, PARA_RAM | RW, 1); }
static u32 map_at(u32 va) { return para_map1(guest_space, va, PARA_RAM | RW, 1); }
static u32 map_two_at(u32 va) { return para_map1(guest_space, va, PARA_RAM | RW, 2); }
static u32 map_kernel_at(u32 va) { return para_map1(0, va, PARA_RAM | RW, 1); }
static u32 unmap_kernel_at(u32 va) {
    struct para_map entry = {va, 0, 1};
    return para3(PARA_UNMAP, 0, (u32)&entry, 1);
}
static u32 map_gpa(u32 gpa) { return para_map1(guest_space, FREE_VA, gpa, 1); }
static u32 map_two_gpa(u32 gpa) { return para_map1(guest_space, FREE_VA, gpa, 2); }
static u32 map_pages(u32 pages) { return para_map1(guest_space, FREE_VA, PARA_RAM | RW, pages); }
// The good entries before a wrong one count as done.
static u32 wrong_third_entry(u32 argument) {
    (void)argument;
    struct para_map list[3] = {{FREE_VA, PARA_RAM | RW, 1}, {FREE_VA + PAGE_SIZE, PARA_RAM | RW, 1}, {1, 1, 1}};
    u32 result = para3(PARA_MAP, guest_space, (u32)list, 3);
    return page->batch_done == 2 ? result : 1;
}

static u32 console_at(u32 text) { return para3(PARA_CONSOLE, text, 16, 0); }
static u32 console_of(u32 length) { return para3(PARA_CONSOLE, PARA_RAM, length, 0); }
static u32 notify(u32 channel) { return para1(PARA_NOTIFY, channel); }
static u32 notify_wait(u32 channel) { return para1(PARA_NOTIFY_WAIT, channel); }
static u32 irq_ack(u32 virq) { return para1(PARA_IRQ_ACK, virq); }
static u32 sync_at(u32 start) { return para3(PARA_CACHE_SYNC, start, 64, 0); }
static u32 sync_of(u32 size) { return para3(PARA_CACHE_SYNC, PARA_RAM, size, 0); }

USER_CODE static u32 my_mode(void) {
    u32 psr;
    asm volatile("mrs %0, cpsr" : "=r"(psr));
    return psr & 0x1df;  // mode and masks
}
USER_CODE static u32 user_mode_code(void) { return syscall1(SYSCALL_EXIT, my_mode()); }

// Returns into the guest kernel with a forged program status; the result is what the processor made of it.
__attribute__((noinline)) static u32 forged_kernel_return(u32 psr) {
    register u32 r0 asm("r0") = psr;
    asm volatile(
        "mov r1, sp\n"
        "adr r2, 1f\n"
        "str r1, [%1]\n"
        "str r2, [%1, #8]\n"
        "str r0, [%1, #12]\n"
        "mov ip, %2\n"
        "svc #0\n"
        "1: mrs r0, cpsr\n"
        : "+r"(r0)
        : "r"(PARA_VCPU + PARA_KFRAME_SP), "i"(PARA_RETURN_KERNEL)
        : "r1", "r2", "r3", "ip", "lr", "cc", "memory");
    page->masked = 1;
    return r0 & 0x1df;
}

// The user's return with a forged program status: put there by a system call's way back.
static u32 forged_psr;
static void forge(void) {
    page->user.psr = forged_psr;
    page->user.pc += 4;
}
USER_CODE static u32 forged_user_code(void) {
    asm volatile("udf #0");  // the kernel forges the status it returns with
    return syscall1(SYSCALL_EXIT, my_mode());
}
static u32 forged_user_return(u32 psr) {
    void (*before)(void) = guest_on_user_fault;
    forged_psr = psr;
    guest_on_user_fault = forge;
    u32 result = as_user(forged_user_code, 0);
    guest_on_user_fault = before;
    return result;
}
// A hypercall by the guest user is only a system call to its kernel, which knows no number as large.
USER_CODE static u32 user_hypercall_code(void) {
    register u32 r0 asm("r0") = 0;
    register u32 r7 asm("r7") = 99;
    register u32 ip asm("r12") = PARA_OFF;
    asm volatile("svc #0" : "+r"(r0) : "r"(r7), "r"(ip) : "r1", "r2", "r3", "lr", "memory");
    return syscall1(SYSCALL_EXIT, r0);
}
static u32 user_hypercall(u32 argument) { return as_user(user_hypercall_code, argument); }
static u32 user_mode(u32 argument) { return as_user(user_mode_code, argument); }
static u32 kernel_return_to(u32 pc) {
    (void)pc;
    register u32 r0 asm("r0") = pc;
    asm volatile(
        "mov r1, sp\n"
        "adr r2, 1f\n"
        "str r2, %3\n"
        "mov r3, #0x93\n"
        "str r1, [%1]\n"
        "str r0, [%1, #8]\n"
        "str r3, [%1, #12]\n"
        "mov ip, %2\n"
        "svc #0\n"
        "1:\n"
        : "+r"(r0)
        : "r"(PARA_VCPU + PARA_KFRAME_SP), "i"(PARA_RETURN_KERNEL), "m"(guest_fault_resume)
        : "r1", "r2", "r3", "ip", "lr", "cc", "memory");
    return 0;
}

static const struct attack table[] = {
    {"hypercall behind the last", number, PARA_HYPERCALLS, ERROR(UNKNOWN)},
    {"hypercall 0x7fffffff", number, 0x7fffffff, ERROR(UNKNOWN)},
    {"hypercall 0x80000000", number, 0x80000000, ERROR(UNKNOWN)},
    {"hypercall 0xffffffff", number, 0xffffffff, ERROR(UNKNOWN)},
    {"PSCI function as a hypercall", number, 0x84000008, ERROR(UNKNOWN)},
    {"switch to a space never made", space_switch, 3, ERROR(INVALID)},
    {"switch to space 1000", space_switch, 1000, ERROR(INVALID)},
    {"switch to space 0xffffffff", space_switch, 0xffffffff, ERROR(INVALID)},
    {"switch to space 0x20000000", space_switch, 0x20000000, ERROR(INVALID)},
    {"switch to a destroyed space", switch_to_destroyed, 0, ERROR(INVALID)},
    {"destroy the empty space", space_destroy, 0, ERROR(INVALID)},
    {"destroy the current space", destroy_current, 0, ERROR(INVALID)},
    {"destroy a space never made", space_destroy, 4, ERROR(INVALID)},
    {"destroy space 0x80000001", space_destroy, 0x80000001, ERROR(INVALID)},
    {"destroy a space twice", destroy_twice, 0, ERROR(INVALID)},
    {"more spaces than there are", spaces_until_refused, 0, ERROR(NO_MEMORY)},
    {"more tables than there are, three times", tables_until_refused, 0, ERROR(NO_MEMORY)},
    {"map list in the microvisor", list_at, 0xe0280000, ERROR(INVALID)},
    {"map list in the user half", list_at, 0x00110000, ERROR(INVALID)},
    {"map list at 0", list_at, 0, ERROR(INVALID)},
    {"map list behind the memory", list_at, MEMORY_END, ERROR(INVALID)},
    {"map list across the end of the memory", list_at, MEMORY_END - 8, ERROR(INVALID)},
    {"map list across the end of addresses", list_at, 0xfffffffc, ERROR(INVALID)},
    {"map list that is not aligned", list_at, PARA_RAM + 2, ERROR(INVALID)},
    {"unmap list in the microvisor", unmap_list_at, 0xe0280000, ERROR(INVALID)},
    {"map list of 65 entries", list_of, 65, ERROR(INVALID)},
    {"map list of 0xffffffff entries", list_of, 0xffffffff, ERROR(INVALID)},
    {"map list of 0x15555556 entries", list_of, 0x15555556, ERROR(INVALID)},
    {"map in a space never made", map_in_space, 4, ERROR(INVALID)},
    {"map in space 77", map_in_space, 77, ERROR(INVALID)},
    {"map in a destroyed space", map_into_destroyed, 0, ERROR(INVALID)},
    {"map over the kernel half", map_at, PARA_USER_END, ERROR(INVALID)},
    {"map across the end of the user half", map_two_at, PARA_USER_END - PAGE_SIZE, ERROR(INVALID)},
    {"map over the microvisor", map_at, 0xe0200000, ERROR(INVALID)},
    {"map at no page's address", map_at, FREE_VA + 4, ERROR(INVALID)},
    {"map the window over the memory", map_kernel_at, PARA_RAM, ERROR(INVALID)},
    {"map the window over the shared page", map_kernel_at, PARA_VCPU, ERROR(INVALID)},
    {"map the window over the microvisor", map_kernel_at, 0xe0280000, ERROR(INVALID)},
    {"map the window over a channel of others", map_kernel_at, PARA_CHANNEL_PAGES + PAGE_SIZE, ERROR(INVALID)},
    {"unmap the shared page", unmap_kernel_at, PARA_VCPU, ERROR(INVALID)},
    {"unmap the microvisor", unmap_kernel_at, 0xe0200000, ERROR(INVALID)},
    {"map what lies before the memory", map_gpa, (PARA_RAM - PAGE_SIZE) | RW, ERROR(DENIED)},
    {"map what lies behind the memory", map_gpa, MEMORY_END | RW, ERROR(DENIED)},
    {"map across the end of the memory", map_two_gpa, (MEMORY_END - PAGE_SIZE) | RW, ERROR(DENIED)},
    {"map the microvisor's memory", map_gpa, 0xe0200000 | RW, ERROR(DENIED)},
    {"map the console's registers", map_gpa, 0x09000000 | RW, ERROR(DENIED)},
    {"map the interrupt controller", map_gpa, 0x08000000 | RW, ERROR(DENIED)},
    {"map the highest page", map_gpa, 0xfffff000 | RW, ERROR(DENIED)},
    {"map without any right", map_gpa, PARA_RAM, ERROR(INVALID)},
    {"map for writing alone", map_gpa, PARA_RAM | PARA_WRITE, ERROR(INVALID)},
    {"map with unknown rights", map_gpa, PARA_RAM | 0x801, ERROR(INVALID)},
    {"map no page", map_pages, 0, ERROR(INVALID)},
    {"map 1025 pages", map_pages, 1025, ERROR(INVALID)},
    {"map 0xffffffff pages", map_pages, 0xffffffff, ERROR(INVALID)},
    {"map with a wrong third entry", wrong_third_entry, 0, ERROR(INVALID)},
    {"load what was unmapped", load_unmapped, 1, DATA_ABORT},
    {"load the last of 64 pages that were unmapped", load_unmapped, 64, DATA_ABORT},
    {"store to what became read-only", store_read_only_again, 0, DATA_ABORT},
    {"load what was mapped anew", load_replaced, 0, 1122},
    {"load what a destroyed space had", load_in_remade_space, 0, DATA_ABORT},
    {"load what another space has", load_in_another_space, 0, DATA_ABORT},
    {"load what the window had", window_unmapped, 0, DATA_ABORT},
    {"print the microvisor", console_at, 0xe0280000, ERROR(INVALID)},
    {"print the user half", console_at, 0x00110000, ERROR(INVALID)},
    {"print across the end of the memory", console_at, MEMORY_END - 8, ERROR(INVALID)},
    {"print across the end of addresses", console_at, 0xfffffff8, ERROR(INVALID)},
    {"print 257 characters", console_of, 257, ERROR(INVALID)},
    {"print 0xffffffff characters", console_of, 0xffffffff, ERROR(INVALID)},
    {"notify on a channel of others", notify, 1, ERROR(DENIED)},
    {"notify on no channel", notify, 2, ERROR(INVALID)},
    {"notify on channel 0xffffffff", notify, 0xffffffff, ERROR(INVALID)},
    {"notify and wait on a channel of others", notify_wait, 1, ERROR(DENIED)},
    {"notify and wait on no channel", notify_wait, 0x80000000, ERROR(INVALID)},
    {"acknowledge a device interrupt it has not", irq_ack, PARA_VIRQ_DEVICE(0), ERROR(INVALID)},
    {"acknowledge its timer", irq_ack, PARA_VIRQ_TIMER, ERROR(INVALID)},
    {"acknowledge interrupt 0xffffffff", irq_ack, 0xffffffff, ERROR(INVALID)},
    {"synchronize caches over the microvisor", sync_at, 0xe0201000, ERROR(INVALID)},
    {"synchronize caches behind the memory", sync_at, MEMORY_END - 32, ERROR(INVALID)},
    {"synchronize more than the memory", sync_of, 0xffffffff, ERROR(INVALID)},
    {"user returned to runs in User mode", user_mode, 0, MODE_USR},
    {"user returned to in Supervisor mode", forged_user_return, 0x13, MODE_USR},
    {"user returned to in System mode, masked", forged_user_return, 0x1df, MODE_USR},
    {"user returned to in Hyp mode", forged_user_return, 0x1a, MODE_USR},
    {"user returned to in Monitor mode, masked", forged_user_return, 0xd6, MODE_USR},
    {"user returned to in Jazelle state", forged_user_return, 0x01000010, MODE_USR},
    {"kernel returned to in System mode, masked", forged_kernel_return, 0x1df, MODE_USR},
    {"kernel returned to in Abort mode", forged_kernel_return, 0xd7, MODE_USR},
    {"kernel returned to in FIQ mode", forged_kernel_return, 0xd1, MODE_USR},
    {"kernel returned to inside the microvisor", kernel_return_to, 0xe0201000, PREFETCH_ABORT},
    {"user calls the microvisor", user_hypercall, 0, 0xffffffff},
};

void attack_hypercalls(void) { ATTACK(table); }
