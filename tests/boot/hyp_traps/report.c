// SPDX-License-Identifier: Apache-2.0
// Prints one line for each case: which vector, and the registers that the exception set.
typedef unsigned u32;

struct setup {
    u32 code, spsr, hcr, hstr, hcptr, hdcr, cnthctl;
};
struct test_case {
    const char* name;
    struct setup setup;
};
struct result {
    u32 vector, hsr, elr, spsr, hdfar, hpfar, lr_und, spsr_und, lr_abt, spsr_abt, lr_svc, spsr_svc, dfsr, dfar, ifsr;
    u32 r2, r3;
};

extern const struct test_case cases[];
extern const u32 case_count;
extern volatile struct result result;
extern unsigned long long stage2[512];
void run_case(const struct setup*);

static void put(char c) { *(volatile u32*)0x09000000 = c; }
static void text(const char* s) {
    while (*s) put(*s++);
}
static void field(const char* name, u32 value) {
    put(' ');
    text(name);
    put('=');
    for (int shift = 28; shift >= 0; shift -= 4) put("0123456789abcdef"[value >> shift & 15]);
}

enum { ec_hvc = 0x12, ec_data_abort = 0x24, ec_data_abort_hyp = 0x25, done = 0xffe };

static void report_pl1(u32 vector, u32 code) {
    field("pl1", vector);
    field("psr", result.spsr);
    switch (vector) {
    case 4: field("lr", result.lr_und - code), field("spsr", result.spsr_und); break;
    case 8: field("lr", result.lr_svc - code), field("spsr", result.spsr_svc); break;
    case 12: field("lr", result.lr_abt - code), field("spsr", result.spsr_abt), field("ifsr", result.ifsr); break;
    case 16:
        field("lr", result.lr_abt - code), field("spsr", result.spsr_abt);
        field("dfsr", result.dfsr), field("dfar", result.dfar);
        break;
    }
}

static void report_hyp(u32 code) {
    const u32 ec = result.hsr >> 26;
    field("hyp", result.vector * 4);
    field("hsr", result.hsr);
    field("elr", result.elr - code);
    field("spsr", result.spsr);
    if (ec == ec_data_abort || ec == ec_data_abort_hyp) field("hdfar", result.hdfar), field("hpfar", result.hpfar);
}

int main(void) {
    stage2[1] = 0x40000000 | 0x7fd;  // RAM: a 1 GB block, all access, Normal memory; all else is not mapped
    __asm__ volatile("mcrr p15, 6, %0, %1, c2" ::"r"(stage2), "r"(0));
    __asm__ volatile("mcr p15, 4, %0, c2, c1, 2" ::"r"(0x80003540));
    __asm__ volatile("mcr p15, 4, %0, c8, c7, 4\n dsb\n isb" ::"r"(0));
    for (u32 i = 0; i < case_count; ++i) {
        const u32 code = cases[i].setup.code & ~1u;
        run_case(&cases[i].setup);
        text(cases[i].name);
        put(':');
        const u32 number = result.hsr & 0xffff;
        if (result.hsr >> 26 != ec_hvc) report_hyp(code);
        else if (number == done)
            field("done", result.elr - code), field("psr", result.spsr), field("r2", result.r2), field("r3", result.r3);
        else if (number >> 8 == 0xf) report_pl1((number & 15) * 4, code);
        else report_hyp(code);
        put('\n');
    }
    text("end\n");
    return 0;
}
