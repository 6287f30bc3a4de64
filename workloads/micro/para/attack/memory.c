// SPDX-License-Identifier: Apache-2.0
// Loads, stores and jumps to what is not the machine's, by its kernel and by its user.
#include "attacks.h"

#define MICROVISOR_CODE 0xe0201000u
#define MICROVISOR_DATA 0xe0280000u
#define LINEAR_START 0xe0000000u
#define OTHERS_MEMORY 0xe0500000u
#define UART_REGISTERS 0xfe000000u
#define GICD_REGISTERS 0xfe100000u
#define GICC_REGISTERS 0xfe210000u
#define PRIVATE_VCPU (PARA_VCPU - 0x10u)
#define MEMORY_END (PARA_RAM + (2u << 20))

USER_DATA u32 user_argument = 0;

u32 as_user(u32 (*code)(void), u32 argument) {
    user_argument = argument;
    return guest_run_user(code);
}

static u32 load(u32 address) { return *(volatile u32*)address; }
static u32 store(u32 address) {
    *(volatile u32*)address = 0xbadbad;
    return 0;
}

// The fault comes at the target: go on behind the call.
__attribute__((noinline)) static u32 jump(u32 address) {
    asm volatile(
        "adr r1, 1f\n"
        "str r1, %0\n"
        "blx %1\n"
        "1:\n"
        : "=m"(guest_fault_resume)
        : "r"(address)
        : "r0", "r1", "r2", "r3", "ip", "lr", "cc", "memory");
    return 0;
}

USER_CODE static u32 user_load_code(void) {
    u32 v = *(volatile u32*)user_argument;
    return syscall1(SYSCALL_EXIT, v);
}
USER_CODE static u32 user_store_code(void) {
    *(volatile u32*)user_argument = 0xbadbad;
    return syscall1(SYSCALL_EXIT, 0);
}
USER_CODE static u32 user_jump_code(void) {
    ((void (*)(void))user_argument)();
    return syscall1(SYSCALL_EXIT, 0);
}
static u32 user_load(u32 address) { return as_user(user_load_code, address); }
static u32 user_store(u32 address) { return as_user(user_store_code, address); }
static u32 user_jump(u32 address) { return as_user(user_jump_code, address); }

static const struct attack table[] = {
    {"kernel loads the microvisor's code", load, MICROVISOR_CODE, DATA_ABORT},
    {"kernel stores to the microvisor's code", store, MICROVISOR_CODE, DATA_ABORT},
    {"kernel loads the microvisor's data", load, MICROVISOR_DATA, DATA_ABORT},
    {"kernel stores to the microvisor's data", store, MICROVISOR_DATA, DATA_ABORT},
    {"kernel loads the start of physical memory", load, LINEAR_START, DATA_ABORT},
    {"kernel loads other machines' memory", load, OTHERS_MEMORY, DATA_ABORT},
    {"kernel stores to other machines' memory", store, OTHERS_MEMORY, DATA_ABORT},
    {"kernel stores to the console's registers", store, UART_REGISTERS, DATA_ABORT},
    {"kernel stores to the distributor", store, GICD_REGISTERS, DATA_ABORT},
    {"kernel loads from the interrupt interface", load, GICC_REGISTERS, DATA_ABORT},
    {"kernel loads the private half of its processor", load, PRIVATE_VCPU, DATA_ABORT},
    {"kernel stores to the private half of its processor", store, PRIVATE_VCPU, DATA_ABORT},
    {"kernel loads a channel of others", load, PARA_CHANNEL_PAGES + PAGE_SIZE, DATA_ABORT},
    {"kernel stores to a channel of others", store, PARA_CHANNEL_PAGES + PAGE_SIZE, DATA_ABORT},
    {"kernel loads behind its memory", load, MEMORY_END, DATA_ABORT},
    {"kernel stores behind its memory", store, MEMORY_END, DATA_ABORT},
    {"kernel loads an empty window", load, PARA_WINDOW, DATA_ABORT},
    {"kernel loads the highest word", load, 0xfffffffc, DATA_ABORT},
    {"kernel jumps into the microvisor", jump, MICROVISOR_CODE, PREFETCH_ABORT},
    {"kernel jumps to the high vectors", jump, 0xffff0008, PREFETCH_ABORT},
    {"kernel jumps behind its memory", jump, MEMORY_END, PREFETCH_ABORT},
    {"kernel executes the shared page", jump, PARA_VCPU, PREFETCH_ABORT},
    {"user loads the microvisor's data", user_load, MICROVISOR_DATA, DATA_ABORT},
    {"user stores to the microvisor's data", user_store, MICROVISOR_DATA, DATA_ABORT},
    {"user loads its kernel's memory", user_load, PARA_RAM + 0x8000, DATA_ABORT},
    {"user stores to its kernel's memory", user_store, PARA_RAM + 0x8000, DATA_ABORT},
    {"user loads the shared page", user_load, PARA_VCPU, DATA_ABORT},
    {"user stores to the shared page", user_store, PARA_VCPU, DATA_ABORT},
    {"user loads its kernel's channel", user_load, PARA_CHANNEL_PAGES, DATA_ABORT},
    {"user stores to its own code", user_store, 0x00100000, DATA_ABORT},
    {"user jumps into its kernel", user_jump, PARA_RAM + 0x8000, PREFETCH_ABORT},
    {"user jumps into the microvisor", user_jump, MICROVISOR_CODE, PREFETCH_ABORT},
    {"user executes its data", user_jump, 0x00110000, PREFETCH_ABORT},
};

void attack_memory(void) { ATTACK(table); }
