// SPDX-License-Identifier: Apache-2.0
// Intermediate physical addresses that are not the machine's: by flat addresses, by mappings of its own, by tables
// there.
#include "attacks.h"
#include "cp15.h"
#include "guest.h"

#define MEMORY_END (GUEST_RAM + (2u << 20))
#define HYPERVISOR 0x40200000u  // where it lies physically
#define PACKAGE 0x44000000u
#define LAST_OF_RAM 0x47fffffcu
#define WINDOW 0x60000000u  // mapped at will by the cases
#define SECTION_RW (0x2u | 3u << 10 | 1u << 12 | 3u << 2)
#define TABLE 0x1u

static u32 load(u32 address) { return *(volatile u32*)address; }
static u32 store(u32 address) {
    *(volatile u32*)address = 0xbadbad;
    return 0;
}
static u32 load_byte(u32 address) { return *(volatile u8*)address; }
static u32 load_pair(u32 address) {
    register u32 r2 asm("r2");
    register u32 r3 asm("r3");
    asm volatile("ldrd %0, %1, [%2]" : "=r"(r2), "=r"(r3) : "r"(address));
    return r2 | r3;
}
static u32 store_multiple(u32 address) {
    asm volatile("stmia %0, {r0-r3}" ::"r"(address) : "memory");
    return 0;
}
static u32 exchange(u32 address) {
    u32 v, failed;
    asm volatile("ldrex %0, [%2]\n strex %1, %0, [%2]" : "=&r"(v), "=&r"(failed) : "r"(address) : "memory");
    return 0;
}

static void set_section(u32 va, u32 descriptor) {
    volatile u32* table = (volatile u32*)ALIGN_DOWN(ttbr0_32_read(), 16384u);
    table[va >> 20] = descriptor;
    dccmvac((u32)&table[va >> 20]);
    dsb();
    tlbiall(0);
    dsb();
    isb();
}

static u32 load_mapped(u32 pa) {
    set_section(WINDOW, ALIGN_DOWN(pa, 1u << 20) | SECTION_RW);
    u32 v = load(WINDOW + (pa & 0xfffff));
    set_section(WINDOW, 0);
    return v;
}
static u32 store_mapped(u32 pa) {
    set_section(WINDOW, ALIGN_DOWN(pa, 1u << 20) | SECTION_RW);
    store(WINDOW + (pa & 0xfffff));
    set_section(WINDOW, 0);
    return 0;
}
// The walk itself leaves the machine.
static u32 table_at(u32 pa) {
    set_section(WINDOW, pa | TABLE);
    u32 v = load(WINDOW);
    set_section(WINDOW, 0);
    return v;
}
static u32 jump_mapped(u32 pa) {
    set_section(WINDOW, ALIGN_DOWN(pa, 1u << 20) | SECTION_RW);
    asm volatile(
        "adr r1, 1f\n"
        "sub r1, r1, %1\n"
        "str r1, %0\n"  // the handler adds it to the address of the fault
        "blx %1\n"
        "1:\n"
        : "=m"(guest_fault_skip)
        : "r"(WINDOW)
        : "r0", "r1", "r2", "r3", "ip", "lr", "cc", "memory");
    guest_fault_skip = 4;
    set_section(WINDOW, 0);
    return 0;
}
static u32 translate(u32 va) {
    asm volatile("mcr p15, 0, %0, c7, c8, 0\n isb" ::"r"(va) : "memory");  // ATS1CPR
    u32 par;
    asm volatile("mrc p15, 0, %0, c7, c4, 0" : "=r"(par));
    return par >> 20 != va >> 20;  // stage 1 alone: a guest learns its own addresses
}
static u32 clean(u32 address) {
    dccmvac(address);
    dsb();
    return 0;
}

static const struct attack table[] = {
    {"load where the hypervisor lies", load, HYPERVISOR, DATA_ABORT},
    {"store where the hypervisor lies", store, HYPERVISOR + 0x1000, DATA_ABORT},
    {"load the hypervisor through a mapping", load_mapped, HYPERVISOR, DATA_ABORT},
    {"store to the hypervisor through a mapping", store_mapped, HYPERVISOR + 0x2000, DATA_ABORT},
    {"load where the machine table lies", load, PACKAGE, DATA_ABORT},
    {"store where the machine table lies", store, PACKAGE, DATA_ABORT},
    {"load the first word behind the memory", load, MEMORY_END, DATA_ABORT},
    {"store the first word behind the memory", store, MEMORY_END, DATA_ABORT},
    {"load a byte behind the memory", load_byte, MEMORY_END + 3, DATA_ABORT},
    {"load a pair behind the memory", load_pair, MEMORY_END + 8, DATA_ABORT},
    {"store registers behind the memory", store_multiple, MEMORY_END, DATA_ABORT},
    {"store registers across the end of the memory", store_multiple, MEMORY_END - 8, DATA_ABORT},
    {"exclusive access behind the memory", exchange, MEMORY_END, DATA_ABORT},
    {"load the last word of physical memory", load, LAST_OF_RAM, DATA_ABORT},
    {"load the second GiB through a mapping", load_mapped, 0x80000000, DATA_ABORT},
    {"load the last MiB through a mapping", load_mapped, 0xfff00000, DATA_ABORT},
    {"load from flash", load, 0x00000000, DATA_ABORT},
    {"load the physical interface control", load, 0x08030000, DATA_ABORT},
    {"store to the physical interface control", store, 0x08030000, DATA_ABORT},
    {"load the physical virtual interface", load, 0x08040000, DATA_ABORT},
    {"load behind the distributor", load, 0x08001000, DATA_ABORT},
    {"load behind the CPU interface", load, 0x08012000, DATA_ABORT},
    {"load the clock it was not given", load, 0x09010000, DATA_ABORT},
    {"load the loader's channel", load, 0x09020000, DATA_ABORT},
    {"load a disk it was not given", load, 0x0a000000, DATA_ABORT},
    {"table walk behind the memory", table_at, MEMORY_END, DATA_ABORT},
    {"table walk in the hypervisor", table_at, HYPERVISOR, DATA_ABORT},
    {"table walk in a device", table_at, GUEST_COUNTER, DATA_ABORT},
    {"jump into the hypervisor", jump_mapped, HYPERVISOR, PREFETCH_ABORT},
    {"jump behind the memory", jump_mapped, 0x50000000, PREFETCH_ABORT},
    {"jump into a device", jump_mapped, GUEST_COUNTER, PREFETCH_ABORT},
    {"translate its own address", translate, GUEST_RAM, 0},
    {"clean the cache over the hypervisor", clean, HYPERVISOR, 0},
};

void attack_memory(void) { ATTACK(table); }
