// SPDX-License-Identifier: Apache-2.0
// A small guest kernel for `para`: the shared page, upcalls, one user program.
#pragma once
#include "api.h"

#define page ((volatile struct para_vcpu*)PARA_VCPU)

// Hypercalls: number in r12; r1-r3 and r12 are lost.
static inline u32 para3(u32 number, u32 a, u32 b, u32 c) {
    register u32 r0 asm("r0") = a;
    register u32 r1 asm("r1") = b;
    register u32 r2 asm("r2") = c;
    register u32 ip asm("r12") = number;
    asm volatile("svc #0" : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(ip)::"r3", "cc", "memory");
    return r0;
}
static inline u32 para1(u32 number, u32 a) {
    register u32 r0 asm("r0") = a;
    register u32 ip asm("r12") = number;
    asm volatile("svc #0" : "+r"(r0), "+r"(ip)::"r1", "r2", "r3", "cc", "memory");
    return r0;
}
static inline u32 para0(u32 number) {
    register u32 r0 asm("r0");
    register u32 ip asm("r12") = number;
    asm volatile("svc #0" : "=r"(r0), "+r"(ip)::"r1", "r2", "r3", "cc", "memory");
    return r0;
}

// Interrupts: no call unless one waits.
static inline void para_mask(void) { page->masked = 1; }
static inline void para_unmask(void) {
    page->masked = 0;
    if (page->pending & page->enabled) para0(PARA_DELIVER);
}

// Takes what pends, without an upcall. Only while masked; the microvisor writes `pending` at any time.
static inline u32 para_take(void) {
    u32 old, taken, rest, failed;
    do {
        asm volatile("ldrex %0, [%1]" : "=&r"(old) : "r"(&page->pending) : "memory");
        taken = old & page->enabled;
        rest = old & ~taken;
        asm volatile("strex %0, %2, [%1]" : "=&r"(failed) : "r"(&page->pending), "r"(rest) : "memory");
    } while (failed);
    return taken;
}

static inline u64 para_time(void) {
    u64 v;
    asm volatile("isb\n mrrc p15, 1, %Q0, %R0, c14" : "=r"(v)::"memory");  // CNTVCT
    return v;
}
static inline void para_timer(u64 deadline) { para3(PARA_TIMER, (u32)deadline, (u32)(deadline >> 32), 0); }

static inline u32 para_map1(u32 space, u32 va, u32 gpa_rights, u32 pages) {
    struct para_map entry = {va, gpa_rights, pages};
    return para3(PARA_MAP, space, (u32)&entry, 1);
}

// The program of each guest; interrupts and user faults go to what it supplies.
void guest_main(void);
void guest_off(void) __attribute__((noreturn));
extern void (*guest_on_irq)(u32 delivered);
extern void (*guest_on_user_fault)(void);

// Faults of the guest kernel: with guest_fault_skip they are counted and stepped over; without, they end the guest.
extern volatile u32 guest_fault_skip, guest_faults;
extern volatile u32 guest_fault_resume;  // not zero: go on there, once, instead of stepping over

// The user program: one space with the image's user sections. Runs `entry` until it makes SYSCALL_EXIT; its r0.
#define SYSCALL_NULL 0
#define SYSCALL_EXIT 1
#define USER_CODE __attribute__((section(".user.text"), noinline))
#define USER_DATA __attribute__((section(".user.data")))
extern u32 guest_space;
void guest_make_user(void);
u32 guest_run_user(u32 (*entry)(void));

static inline __attribute__((always_inline)) u32 syscall1(u32 number, u32 a) {
    register u32 r0 asm("r0") = a;
    register u32 r7 asm("r7") = number;
    asm volatile("svc #0" : "+r"(r0) : "r"(r7) : "lr", "cc", "memory");
    return r0;
}
