// SPDX-License-Identifier: Apache-2.0
// The private peripherals of a Cortex-A9, found by CBAR alone (ARM DDI 0407): what a program reads there, a line each.
#include <stdint.h>

extern volatile uint32_t undefined_count;

static uint32_t base;
static volatile uint32_t* at(uint32_t offset) { return (volatile uint32_t*)(base + offset); }

static void show(const char* name, uint32_t value) {
    static char line[64];
    char* to = line;
    while (*name) *to++ = *name++;
    *to++ = ' ';
    for (int shift = 28; shift >= 0; shift -= 4) *to++ = "0123456789abcdef"[value >> shift & 15];
    *to++ = '\n';
    *to = 0;
    register uint32_t r0 __asm__("r0") = 4;  // SYS_WRITE0
    register const char* r1 __asm__("r1") = line;
    __asm__ volatile("svc #0x123456" : "+r"(r0) : "r"(r1) : "memory", "lr");
}

/// The interrupt that the CPU interface at PERIPHBASE has, once the event flag at `status` is set.
static uint32_t taken(uint32_t status) {
    while (!(*at(status) & 1)) continue;
    uint32_t acknowledged = *at(0x10c);  // ICCIAR
    *at(status) = 1;
    *at(0x110) = acknowledged;  // ICCEOIR
    return acknowledged;
}

/// The timer of `control` stands, and what it has still raised is forgotten.
static void stop(uint32_t control) {
    *at(control) = 0;
    *at(control + 4) = 1;
    uint32_t pending = *at(0x10c);
    if (pending != 1023) *at(0x110) = pending;
}

void run(void) {
    __asm__ volatile("mrc p15, 4, %0, c15, c0, 0" : "=r"(base));  // CBAR
    uint32_t unused;
    __asm__ volatile("mrc p15, 0, %0, c14, c0, 0" : "=r"(unused));  // CNTFRQ
    __asm__ volatile("mrc p15, 0, %0, c14, c2, 1" : "=r"(unused));  // CNTP_CTL
    show("undefined", undefined_count);
    uint32_t pfr1;
    __asm__ volatile("mrc p15, 0, %0, c0, c1, 1" : "=r"(pfr1));
    show("generic timer", pfr1 >> 16 & 15);
    show("processors less one", *at(0x4) & 3);

    *at(0x1000) = 1;                               // ICDDCR
    *at(0x1100) = 1u << 27 | 1u << 29 | 1u << 30;  // ICDISER0
    *at(0x104) = 0xf0;                             // ICCPMR
    *at(0x100) = 1;                                // ICCICR

    *at(0x600) = 1000;
    show("counter", *at(0x604));
    *at(0x608) = 5;
    show("private timer", taken(0x60c));
    show("and then", *at(0x604));
    stop(0x608);
    *at(0x600) = 200;
    *at(0x608) = 7 | 3 << 8;
    show("it reloads", taken(0x60c));
    show("and again", taken(0x60c));
    show("control", *at(0x608));
    stop(0x608);

    *at(0x208) = 0;
    *at(0x200) = 0xfffff000;
    *at(0x204) = 1;
    *at(0x210) = 0x100;
    *at(0x214) = 2;
    *at(0x208) = 7;
    while (!(*at(0x20c) & 1)) continue;
    show("global timer", *at(0x10c));
    *at(0x208) = 1;  // no comparator: the event is over
    *at(0x20c) = 1;
    *at(0x110) = 27;
    show("its high half", *at(0x204));
    show("its event", *at(0x20c));
    *at(0x208) = 0;

    *at(0x620) = 100;
    *at(0x628) = 5;
    show("watchdog as a timer", taken(0x62c));
    stop(0x628);
    *at(0x620) = 0xffffffff;
    *at(0x628) = 9;
    *at(0x628) = 1;
    show("watchdog mode stays", *at(0x628) & 8);
    *at(0x634) = 0x12345678;
    *at(0x634) = 0x87654321;
    show("until it is disabled", *at(0x628) & 8);
    *at(0x628) = 0;
    show("nothing pends", *at(0x10c));
}
