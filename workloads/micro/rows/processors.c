// SPDX-License-Identifier: Apache-2.0
// Not a measurement: a machine of two processors asks for what the hypervisor promises such a machine, and for things
// it must refuse. The first processor reports; the second does what it is told to.
#include "cp15.h"
#include "fp_use.h"
#include "gicv2.h"
#include "guest.h"
#include "hypercall.h"
#include "print.h"
#include "psci.h"

#define OTHER 1u
#define BOTH 3u
#define AFFINITY_ON 0u
#define AFFINITY_OFF 1u
#define PING 1u  // software interrupts
#define PONG 2u
#define TWICE 3u
#define SHARED 66u  // a shared peripheral interrupt that no device raises
#define IRQS 96u
#define ROUNDS 500u
#define PATIENCE 200000u
#define SGI_TO(targets) ((u32)(targets) << GICD_SGIR_TARGETS_SHIFT)
#define SGI_TO_OTHERS (1u << 24)
#define SGI_TO_SELF (2u << 24)
#define SGI_RESERVED (3u << 24)

enum command { NOTHING, COUNT, SEND_TWICE, MASK, UNMASK, READ_TIME, STOP, SPIN };

struct other_start {
    u32 stack, irq_stack, vbar, ttbr0, dacr, sctlr;
};

void processors_other_start(void);
void processors_other_main(void) __attribute__((noreturn));

static u32 stack[2][256] __attribute__((aligned(8)));
static volatile u32 alive, mpidr, command, irqs[2][IRQS], linger, shared_sum;
static volatile u64 other_time;

static u32 self(void) { return mpidr_read() & 3; }
static void yield(void) { hypercall(HYPERCALL_YIELD); }
static void send(u32 sgir) {
    dsb();
    mmio_write32(GUEST_GICD + GICD_SGIR, sgir);
}
static void gicd_bit(u32 registers, u32 irq) { mmio_write32(GUEST_GICD + registers + 4 * (irq / 32), 1u << irq % 32); }
static bool gicd_test(u32 registers, u32 irq) {
    return mmio_read32(GUEST_GICD + registers + 4 * (irq / 32)) & 1u << irq % 32;
}

static void report(const char* what, bool held) { print("processors: %s: %s\n", what, held ? "held" : "FAILED"); }

// Until it holds, for as long as is reasonable.
#define EVENTUALLY(condition)                                                   \
    ({                                                                          \
        for (u32 tries = 0; tries < PATIENCE && !(condition); tries++) yield(); \
        (condition);                                                            \
    })

static void handle(u32 irq) {
    irqs[self()][irq]++;
    if (irq == PING && self() == OTHER) send(SGI_TO(1) | PONG);
    while (irq == SHARED && linger) yield();
}

static void count_up(void) {
    for (u32 i = 0; i < ROUNDS; i++) __atomic_fetch_add(&shared_sum, 1, __ATOMIC_SEQ_CST);
}

static void obey(u32 what) {
    switch (what) {
    case COUNT: count_up(); break;
    case SEND_TWICE: send(SGI_TO(1) | TWICE); break;
    case MASK: irq_mask(); break;
    case UNMASK: irq_unmask(); break;
    case READ_TIME: other_time = cntvct_read(); break;
    case STOP: psci_hvc(PSCI_CPU_OFF, 0, 0, 0); break;
    case SPIN:
        for (;;)
            ;
    default: break;
    }
}

void processors_other_main(void) {
    mmio_write32(GUEST_GICC + GICC_PMR, 0xff);
    mmio_write32(GUEST_GICC + GICC_CTLR, GICC_CTLR_ENABLE);
    mpidr = mpidr_read();
    irq_unmask();
    alive++;
    for (;; yield()) {
        u32 what = command;
        if (what == NOTHING) continue;
        if (what >= STOP) command = NOTHING;  // no return from these
        obey(what);
        command = NOTHING;
    }
}

static void begin(enum command what) {
    dsb();
    command = what;
}
static bool tell(enum command what) {
    begin(what);
    return EVENTUALLY(command == NOTHING);
}

static u32 start_other(u32 entry) {
    static struct other_start start;
    start =
        (struct other_start){(u32)&stack[1], (u32)&stack[2], vbar_read(), ttbr0_32_read(), dacr_read(), sctlr_read()};
    dccmvac((u32)&start);
    dsb();
    return psci_hvc(PSCI_CPU_ON, OTHER, entry, (u32)&start);
}

static u32 affinity(u32 processor) { return psci_hvc(PSCI_AFFINITY_INFO, processor, 0, 0); }

static void starting(void) {
    report("the distributor has two processors", (mmio_read32(GUEST_GICD + GICD_TYPER) >> 5 & 7) == 1);
    report("the other one is off", affinity(OTHER) == AFFINITY_OFF);
    report("it does not start outside memory", start_other(0x0c000000) == (u32)PSCI_INVALID_ADDRESS);
    report("it does not start in a device", start_other(GUEST_UART) == (u32)PSCI_INVALID_ADDRESS);
    report("there is no third", psci_hvc(PSCI_CPU_ON, 2, GUEST_RAM, 0) == (u32)PSCI_INVALID_PARAMETERS);
    report("it starts", start_other((u32)processors_other_start) == PSCI_SUCCESS && EVENTUALLY(alive == 1));
    report("and has a number of its own", mpidr == (1u << 31 | OTHER) && mpidr_read() == 1u << 31);
    report("it is on", affinity(OTHER) == AFFINITY_ON);
    report("and does not start twice", start_other((u32)processors_other_start) == (u32)PSCI_ALREADY_ON);
}

static void memory(void) {
    begin(COUNT);
    count_up();
    report("both count in the same memory", EVENTUALLY(shared_sum == 2 * ROUNDS));
    // Simulated processors may be a little apart.
    u64 apart = cntfrq_read() / 10000, before = cntvct_read();
    bool told = tell(READ_TIME) && EVENTUALLY(other_time != 0);
    report("both have the same time", told && before <= other_time + apart && other_time <= cntvct_read() + apart);
}

// The machine beside this one disables them whenever it runs.
static void floating_point(void) {
    bool kept = true;
    fp_allow();
    fp_enable(true);
    for (u32 i = 1; i <= ROUNDS; i++) {
        fp_use(i);
        yield();
        kept &= fp_used() == i;
    }
    report("floating-point registers stay enabled and keep their contents", kept);
}

static void software_interrupts(void) {
    bool answered = true;
    for (u32 i = 1; i <= ROUNDS && answered; i++) {
        send(SGI_TO(2) | PING);
        answered = EVENTUALLY(irqs[0][PONG] == i);
    }
    report("software interrupts go there and back", answered && irqs[1][PING] == ROUNDS);
    send(SGI_TO_OTHERS | PING);
    report("to all others", EVENTUALLY(irqs[0][PONG] == ROUNDS + 1) && irqs[0][PING] == 0);
    send(SGI_TO_SELF | PING);
    report("to itself", EVENTUALLY(irqs[0][PING] == 1) && irqs[1][PING] == ROUNDS + 1);
    irq_mask();
    tell(SEND_TWICE);
    send(SGI_TO_SELF | TWICE);
    bool waits = EVENTUALLY(mmio_read32(GUEST_GICD + GICD_SPENDSGIR) >> 8 * TWICE == BOTH);
    irq_unmask();
    report("one from each processor at once", waits && EVENTUALLY(irqs[0][TWICE] == 2));
    send(SGI_TO(0xfc) | PING);
    send(SGI_TO(0) | PING);
    send(SGI_RESERVED | SGI_TO(BOTH) | PING);
    for (u32 i = 0; i < 10; i++) yield();
    report("to processors that are not: to nobody", irqs[0][PING] == 1 && irqs[1][PING] == ROUNDS + 1);
}

static void pend(u32 target) {
    *(volatile u8*)(GUEST_GICD + GICD_ITARGETSR + SHARED) = (u8)target;
    gicd_bit(GICD_ISPENDR, SHARED);
}

static void shared_interrupts(void) {
    gicd_bit(GICD_ISENABLER, SHARED);
    pend(2);
    report("a shared interrupt goes to the other", EVENTUALLY(irqs[1][SHARED] == 1) && irqs[0][SHARED] == 0);
    pend(1);
    report("and to the first", EVENTUALLY(irqs[0][SHARED] == 1) && irqs[1][SHARED] == 1);
    *(volatile u8*)(GUEST_GICD + GICD_ITARGETSR + SHARED) = 0xfc;
    report("not to processors that are not", mmio_read32(GUEST_GICD + GICD_ITARGETSR + SHARED / 4 * 4) << 8 >> 24 == 0);

    linger = true;
    pend(2);
    bool active = EVENTUALLY(irqs[1][SHARED] == 2) && gicd_test(GICD_ISACTIVER, SHARED);
    linger = false;
    report("it is active while the other handles it", active && EVENTUALLY(!gicd_test(GICD_ISACTIVER, SHARED)));

    tell(MASK);
    pend(2);
    bool waits = EVENTUALLY(gicd_test(GICD_ISPENDR, SHARED));
    gicd_bit(GICD_ICENABLER, SHARED);
    tell(UNMASK);
    report("disabled, it waits", waits && gicd_test(GICD_ISPENDR, SHARED) && irqs[1][SHARED] == 2);
    gicd_bit(GICD_ISENABLER, SHARED);
    report("enabled, it comes", EVENTUALLY(irqs[1][SHARED] == 3));
    tell(MASK);
    pend(2);
    waits = EVENTUALLY(gicd_test(GICD_ISPENDR, SHARED));
    *(volatile u8*)(GUEST_GICD + GICD_ITARGETSR + SHARED) = 1;
    report("moved while it waits, it comes here", waits && EVENTUALLY(irqs[0][SHARED] == 2));
    pend(2);
    waits = EVENTUALLY(gicd_test(GICD_ISPENDR, SHARED));
    gicd_bit(GICD_ICPENDR, SHARED);
    tell(UNMASK);
    report("withdrawn, it does not", waits && !gicd_test(GICD_ISPENDR, SHARED) && irqs[1][SHARED] == 3);
}

static void stopping(void) {
    tell(STOP);
    report("the other stops", EVENTUALLY(affinity(OTHER) == AFFINITY_OFF));
    bool again = start_other((u32)processors_other_start) == PSCI_SUCCESS && EVENTUALLY(alive == 2);
    report("and starts again", again && affinity(OTHER) == AFFINITY_ON);
    tell(SPIN);
}

void guest_main(void) {
    while (mmio_read32(GUEST_COUNTER + COUNTER_COUNT) == 0) yield();  // the machine beside has said that it is there
    print("processors: start\n");
    guest_irq_init(handle);
    irq_unmask();
    starting();
    memory();
    floating_point();
    software_interrupts();
    shared_interrupts();
    stopping();
    print("processors: done\n");  // and off, while the other spins
}
