// SPDX-License-Identifier: Apache-2.0
// A small kernel for one processor: it knows the `virt` machine, the hypercalls and nothing else.
#pragma once
#include "types.h"

#define GUEST_RAM 0x40000000u
#define GUEST_UART 0x09000000u
#define GUEST_GICD 0x08000000u
#define GUEST_GICC 0x08010000u
// Two pages with the same device: the hypervisor's description of the machine has it decode accesses to the second.
#define GUEST_COUNTER 0x0b000000u
#define GUEST_COUNTER_DECODED 0x0b001000u
#define GUEST_DOORBELL_IRQ 64u
#define COUNTER_ID 0x00
#define COUNTER_COUNT 0x04
#define COUNTER_DOORBELL 0x08
#define COUNTER_STATUS 0x0c
#define COUNTER_SCRATCH 0x20
#define COUNTER_ID_VALUE 0x434e5452u

// The program of each guest.
void guest_main(void);
void guest_off(void) __attribute__((noreturn));

// Hypercalls: HVC #0, function and arguments in r0..r3.
static inline u32 hypercall3(u32 function, u32 a1, u32 a2, u32 a3) {
    register u32 r0 asm("r0") = function;
    register u32 r1 asm("r1") = a1;
    register u32 r2 asm("r2") = a2;
    register u32 r3 asm("r3") = a3;
    asm volatile(".arch_extension virt\n hvc #0" : "+r"(r0) : "r"(r1), "r"(r2), "r"(r3) : "memory");
    return r0;
}
static inline u32 hypercall(u32 function) {
    register u32 r0 asm("r0") = function;
    asm volatile(".arch_extension virt\n hvc #0" : "+r"(r0)::"memory");
    return r0;
}

// Address space: flat. The first MiB of RAM by pages with the rights of the image's parts, the rest by sections.
void guest_mmu_enable(void);

// Interrupts: one handler for all.
typedef void (*irq_handler)(u32 irq);
void guest_irq_init(irq_handler handler);
void guest_irq_enable(u32 irq);
void guest_irq_dispatch(void);
static inline void irq_unmask(void) { asm volatile("cpsie i" ::: "memory"); }
static inline void irq_mask(void) { asm volatile("cpsid i" ::: "memory"); }

// User mode: runs `entry` until it makes system call SYSCALL_EXIT.
#define SYSCALL_NULL 0
#define SYSCALL_EXIT 1
#define SYSCALL_COUNT 2
void guest_run_user(void (*entry)(void));
#define USER_CODE __attribute__((section(".user.text"), noinline))
#define USER_DATA __attribute__((section(".user.data")))

// What the last abort or undefined instruction was; guest_probe() runs a function and says whether it ended in one.
struct guest_fault {
    u32 kind, pc, status, address;
};
enum { FAULT_NONE, FAULT_UNDEFINED, FAULT_PREFETCH, FAULT_DATA };
extern volatile struct guest_fault guest_last_fault;
// Faults skip this many bytes and go on when it is not zero; otherwise they end the guest.
extern volatile u32 guest_fault_skip;
