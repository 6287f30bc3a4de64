// SPDX-License-Identifier: Apache-2.0
// Prints what software can find out about the core it runs on, one `name value` a line: identification registers, what
// maintenance leaves in the caches and predictors (in cycles), and what the performance monitors count.
#include "machine.h"

extern volatile u32 last_hsr;
void at_pl1(void (*function)(void), u32 spsr);

enum { svc = 0x1d3, svc_irqs_on = 0x153 };
enum { cycle_counter = 1u << 31, P = 1u << 31, U = 1u << 30, NSH = 1u << 27, E = 1, reset_both = 6 };

static u32 cycles(void) {
    asm volatile("dsb\n\tisb");
    return READ(0, c9, c13, 0);
}
static void choose(u32 counter, u32 event) {
    WRITE(0, c9, c12, 5, counter);
    WRITE(0, c9, c13, 1, event);
}
static u32 event_counter(u32 counter) {
    WRITE(0, c9, c12, 5, counter);
    return READ(0, c9, c13, 2);
}
/// The Cortex-A9 counts instructions by another event than the architecture's.
static u32 instructions(void) { return (READ(0, c0, c0, 0) >> 4 & 0xfff) == 0xc09 ? 0x68 : 0x08; }

static void identification(void) {
    say("MIDR", READ(0, c0, c0, 0));
    say("CTR", READ(0, c0, c0, 1));
    say("TLBTR", READ(0, c0, c0, 3));
    say("MPIDR", READ(0, c0, c0, 5));
    say("REVIDR", READ(0, c0, c0, 6));
    say("VPIDR", READ(4, c0, c0, 0));
    say("VMPIDR", READ(4, c0, c0, 5));
    say("CLIDR", READ(1, c0, c0, 1));
    static const char* const names[] = {"CCSIDR0", "CCSIDR1", "CCSIDR2"};
    for (u32 i = 0; i < 3; ++i) {
        WRITE(2, c0, c0, 0, i);
        say(names[i], READ(1, c0, c0, 0));
    }
    say("ID_PFR1", READ(0, c0, c1, 1));
    say("ID_DFR0", READ(0, c0, c1, 2));
    say("ID_MMFR0", READ(0, c0, c1, 4));
    say("ID_ISAR0", READ(0, c0, c2, 0));
    say("ACTLR", READ(0, c1, c0, 1));
    say("PMCR", READ(0, c9, c12, 0));
    last_hsr = ~0u;
    const u32 control = READ(1, c9, c0, 2);
    say("L2CTLR", last_hsr == ~0u ? control : ~0u);
}

// --- maintenance

static unsigned long long table[4] __attribute__((aligned(32)));
static unsigned char buffer[16384] __attribute__((aligned(4096)));
enum { step = 32 };  ///< the shortest line

static void caches_on(void) {
    table[0] = 0x701 | 0 << 2;        // devices: attributes 0
    table[1] = 0x40000701 | 1 << 2;   // RAM: attributes 1
    WRITE(4, c10, c2, 0, 0xff00);     // HMAIR0
    WRITE64(4, c2, (u32)table);       // HTTBR
    WRITE(4, c2, c0, 2, 0x80003500);  // HTCR: cacheable walks
    WRITE(4, c8, c7, 0, 0);           // TLBIALLH
    WRITE(4, c1, c0, 0, READ(4, c1, c0, 0) | 0x1005);
}
static u32 read_all(void) {
    const u32 start = cycles();
    for (u32 i = 0; i < sizeof buffer; i += step) (void)*(volatile u32*)(buffer + i);
    return cycles() - start;
}
static void dirty_all(void) {
    for (u32 i = 0; i < sizeof buffer; i += step) *(volatile u32*)(buffer + i) = i;
    cycles();
}
/// By set and way, as kernels and boot loaders do it: all levels up to one that CLIDR names (LoC, LoUIS), CCSIDR's sets
/// and ways of each.
static void flush(u32 levels) {
    const u32 clidr = READ(1, c0, c0, 1);
    for (u32 level = 0; level < levels; ++level) {
        if ((clidr >> 3 * level & 7) < 2) continue;
        WRITE(2, c0, c0, 0, level << 1);
        const u32 shape = READ(1, c0, c0, 0), last_way = shape >> 3 & 0x3ff, last_set = shape >> 13 & 0x7fff;
        for (int way = (int)last_way; way >= 0; --way)
            for (int set = (int)last_set; set >= 0; --set) {
                const u32 operand = (u32)way << __builtin_clz(last_way) | (u32)set << ((shape & 7) + 4) | level << 1;
                asm volatile("mcr p15, 0, %0, c7, c14, 2" ::"r"(operand) : "memory");
            }
    }
    cycles();
}
#define BY_LINE(name, crm, opc2)                                                               \
    static u32 name(void) {                                                                    \
        const u32 start = cycles();                                                            \
        for (u32 i = 0; i < sizeof buffer; i += step)                                          \
            asm volatile("mcr p15, 0, %0, c7, " #crm ", " #opc2 ::"r"(buffer + i) : "memory"); \
        return cycles() - start;                                                               \
    }
BY_LINE(clean_invalidate, c14, 1)
BY_LINE(clean_poc, c10, 1)
BY_LINE(clean_pou, c11, 1)
BY_LINE(invalidate, c6, 1)

static __attribute__((noinline)) u32 branches(void) {
    const u32 start = cycles();
    asm volatile(".rept 64\n tst r0, #0\n beq 1f\n nop\n1:\n .endr" ::: "cc");
    return cycles() - start;
}
static u32 trained(void) {
    for (u32 i = 0; i < 6; ++i) branches();
    return branches();
}

static void maintenance(void) {
    caches_on();
    read_all();
    read_all();
    say("hits", read_all());
    clean_invalidate();
    say("misses", read_all());
    dirty_all();
    say("clean_poc_dirty", clean_poc());
    say("hits_after_clean", read_all());
    say("clean_poc_clean", clean_poc());
    dirty_all();
    say("clean_invalidate_dirty", clean_invalidate());
    read_all();
    say("clean_invalidate_clean", clean_invalidate());
    read_all();
    invalidate();
    say("misses_after_invalidate", read_all());
    dirty_all();
    clean_pou();
    say("hits_after_clean_pou", read_all());
    dirty_all();
    flush(READ(1, c0, c0, 1) >> 24 & 7);
    say("misses_after_flush_all", read_all());
    read_all();
    flush(READ(1, c0, c0, 1) >> 21 & 7);
    say("misses_after_flush_louis", read_all());

    const u32 before = trained();
    asm volatile("mcr p15, 0, %0, c7, c5, 6" ::"r"(0));  // BPIALL
    say("bpiall_forgets", branches() > 2 * before);
    // Both leave L1I without this code; only one may have told the predictor.
    trained();
    for (u32 i = 0; i < 4096; i += 32) asm volatile("mcr p15, 0, %0, c7, c5, 1" ::"r"((u32)branches + i));  // ICIMVAU
    const u32 cold = branches();
    trained();
    asm volatile("mcr p15, 0, %0, c7, c5, 0" ::"r"(0));  // ICIALLU
    say("iciallu_forgets_branches", branches() > cold + before);
}

// --- performance monitors

static u32 interrupts, flags, latest;
void interrupt(void) {
    const u32 id = *(volatile u32*)0x0801000c;  // GICC_IAR
    if (id == 23) {
        const u32 count = READ(0, c9, c13, 0);
        if (count > latest) latest = count;
        flags |= READ(0, c9, c12, 3);
        WRITE(0, c9, c13, 0, -5000);
        WRITE(0, c9, c12, 3, cycle_counter);
        ++interrupts;
    }
    *(volatile u32*)0x08010010 = id;  // GICC_EOIR
}

static void sampled(void) {
    WRITE(0, c9, c13, 0, -5000);
    WRITE(0, c9, c14, 1, cycle_counter);  // PMINTENSET
    for (u32 n = 0; n < 1000000 && interrupts < 5; ++n) asm volatile("nop");
    WRITE(0, c9, c14, 2, cycle_counter);  // PMINTENCLR
}

static u32 of_guest, of_guest_cycles;
static void calling(void) {
    const u32 first = event_counter(0), start = cycles();
    asm volatile("hvc #1" ::: "memory");
    of_guest_cycles = cycles() - start;
    of_guest = event_counter(0) - first;
    say("guest_PMCR.N", READ(0, c9, c12, 0) >> 11 & 0x1f);
    choose(2, 0);
    say("guest_PMXEVTYPER2", READ(0, c9, c13, 1));
    WRITE(0, c9, c12, 2, ~0u);  // PMCNTENCLR: its own only
}

static void monitors(void) {
    *(volatile u32*)0x08000000 = 1;         // GICD_CTLR
    *(volatile u32*)0x08000100 = 1u << 23;  // GICD_ISENABLER0
    *(volatile u32*)0x08010004 = 0xff;      // GICC_PMR
    *(volatile u32*)0x08010000 = 1;         // GICC_CTLR
    WRITE(0, c9, c12, 3, ~0u);
    choose(31, 0);
    WRITE(0, c9, c12, 1, cycle_counter);
    WRITE(0, c9, c12, 0, E);
    at_pl1(sampled, svc_irqs_on);
    say("interrupts", interrupts);
    say("flags", flags);
    say("latest", latest);
    say("pending_after", *(volatile u32*)0x08000200 & 1u << 23);

    // An overflow that nobody asked an interrupt for
    choose(0, NSH | instructions());
    WRITE(0, c9, c12, 1, 1);
    WRITE(0, c9, c12, 5, 0);
    WRITE(0, c9, c13, 2, -100);
    for (u32 n = 0; n < 1000; ++n) asm volatile("nop");
    say("overflow", READ(0, c9, c12, 3));
    say("overflow_pending", *(volatile u32*)0x08000200 & 1u << 23);
    WRITE(0, c9, c12, 3, ~0u);

    // Branches taken, where the core has the event and the timing model knows it
    const u32 is_a15 = (READ(0, c0, c0, 0) >> 4 & 0xfff) == 0xc0f;
    choose(0, NSH | (is_a15 ? 0x76 : 0x0c));
    const u32 taken_before = event_counter(0);
    for (u32 n = 0; n < 1000; ++n) asm volatile("nop");
    say("taken", event_counter(0) - taken_before);

    // The clock stands in WFI; the generic timer, which ends it, does not
    *(volatile u32*)0x08000100 = 1u << 30;
    choose(31, NSH);
    const u32 count = (u32)READ64(0, c14), start = cycles();
    WRITE(0, c14, c2, 0, 100000);  // CNTP_TVAL
    WRITE(0, c14, c2, 1, 1);       // CNTP_CTL
    asm volatile("dsb\n\twfi" ::: "memory");
    say("cycles_asleep", cycles() - start);
    say("counts_asleep", (u32)READ64(0, c14) - count);
    WRITE(0, c14, c2, 1, 0);

    // A guest's two counters and its cycle counter over a call that it makes; the hypervisor's own, of Hyp mode only
    if ((READ(0, c0, c1, 2) >> 24 & 0xf) >= 2) {
        choose(31, 0);
        choose(0, instructions());
        choose(2, P | U | NSH | instructions());
        WRITE(0, c9, c12, 1, cycle_counter | 5);
        WRITE(4, c1, c1, 1, 2 | 1 << 7);  // HDCR: HPMN = 2, HPME
        WRITE(0, c9, c12, 0, E | reset_both);
        const u32 first = event_counter(2);
        at_pl1(calling, svc);
        const u32 of_hyp = event_counter(2) - first;
        say("guest_insns", of_guest);
        say("guest_cycles", of_guest_cycles);
        say("hyp_insns", of_hyp);
        say("hyp_still_enabled", READ(0, c9, c12, 1));
    }
}

int main(void) {
    identification();
    WRITE(0, c9, c12, 5, 31);
    WRITE(0, c9, c13, 1, NSH);
    WRITE(0, c9, c12, 1, cycle_counter);
    WRITE(0, c9, c12, 0, E | reset_both);
    maintenance();
    monitors();
    return 0;
}
