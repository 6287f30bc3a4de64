// SPDX-License-Identifier: Apache-2.0
// Interrupts and calls without end, and a processor that is not given up.
#include "attacks.h"

#define CHANNEL_BEATS ((volatile u32*)PARA_CHANNEL_PAGES)

static volatile u32 taken;
static void on_irq(u32 delivered) {
    (void)delivered;
    taken++;
}

static void begin(void) {
    taken = 0;
    guest_on_irq = on_irq;
    page->enabled = 1u << PARA_VIRQ_TIMER;
}

static void end(void) {
    para_mask();
    para_timer(~0ull);
    page->enabled = 0;
}

// A timer that is always due: one interrupt each time, between the call and the next instructions.
static u32 timer_storm(u32 times) {
    begin();
    para_unmask();
    for (u32 i = 1; i <= times; i++) {
        para_timer(0);
        while (taken < i)
            ;
    }
    end();
    return taken;
}

// While masked they become one.
static u32 masked_storm(u32 times) {
    begin();
    for (u32 i = 0; i < times; i++) {
        para_timer(0);
        while (!(page->pending & 1u << PARA_VIRQ_TIMER))
            ;
    }
    u32 early = taken;
    para_unmask();
    end();
    return early * 1000 + taken;
}

static u32 notify_storm(u32 times) {
    u32 results = 0;
    for (u32 i = 0; i < times; i++) results |= para1(PARA_NOTIFY, 0);
    return results;
}

static u32 hypercall_storm(u32 times) {
    u32 results = 0;
    for (u32 i = 0; i < times; i++) results |= para0(PARA_NULL);
    return results;
}

// Without giving the processor up: the tick has to.
static u32 spin(u32 beats) {
    u32 until = *CHANNEL_BEATS + beats;
    while ((s32)(*CHANNEL_BEATS - until) < 0)
        ;
    return 0;
}

USER_CODE static u32 user_spin_code(void) {
    volatile u32 n = 0;
    while (n < 200000) n++;
    return syscall1(SYSCALL_EXIT, 0);
}
static u32 user_spin(u32 argument) { return as_user(user_spin_code, argument); }

// Whatever the guest writes there, the microvisor has its own truth.
static u32 garbage_in_shared_page(u32 value) {
    begin();
    page->pending = value;
    page->delivered = value;
    page->batch_done = value;
    page->ram_size = value;
    page->kernel.pc = value;
    page->kernel.psr = value;
    u32 result = para0(PARA_NULL);
    // What it claims is larger than its memory is not believed.
    result |= para3(PARA_CONSOLE, PARA_RAM + (2u << 20), 1, 0) ^ (u32)PARA_INVALID;
    page->pending = 0;
    end();
    return result;
}

// The pages of one frame, mapped and unmapped thousands of times.
static u32 map_storm(u32 times) {
    u32 results = 0;
    for (u32 i = 0; i < times; i++) {
        struct para_map entry = {0x20000000u, PARA_RAM | PARA_READ, 64};
        results |= para3(PARA_MAP, guest_space, (u32)&entry, 1) | para3(PARA_UNMAP, guest_space, (u32)&entry, 1);
    }
    return results;
}

static u32 space_storm(u32 times) {
    u32 results = 0;
    for (u32 i = 0; i < times; i++) {
        u32 space = para0(PARA_SPACE_CREATE);
        results |= para_map1(space, 0x1000, PARA_RAM | PARA_READ, 1) | para1(PARA_SPACE_SWITCH, space) |
                   para1(PARA_SPACE_SWITCH, guest_space) | para1(PARA_SPACE_DESTROY, space);
    }
    return results;
}

static const struct attack table[] = {
    {"a timer that is due 2000 times", timer_storm, 2000, 2000},
    {"a timer that is due 2000 times while masked", masked_storm, 2000, 1},
    {"20000 notifications", notify_storm, 20000, PARA_OK},
    {"50000 hypercalls", hypercall_storm, 50000, PARA_OK},
    {"kernel spins until the other machine beats thrice", spin, 3, 0},
    {"user spins", user_spin, 0, 0},
    {"shared page full of ones", garbage_in_shared_page, 0xffffffff, 0},
    {"shared page full of microvisor addresses", garbage_in_shared_page, 0xe0201000, 0},
    {"64 pages mapped and unmapped 500 times", map_storm, 500, PARA_OK},
    {"a space made, used and destroyed 1000 times", space_storm, 1000, PARA_OK},
};

void attack_floods(void) { ATTACK(table); }
