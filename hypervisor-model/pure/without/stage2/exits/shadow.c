// SPDX-License-Identifier: Apache-2.0
// The guest's side of shadow page tables: its translation registers, which trap, its own walk (ARM DDI 0406C B3.5), and
// what is entered. Tables follow the guest's as a TLB does: filled when something is missing, dropped when the guest
// says so by TLB maintenance; writes to its tables are not looked at.
#include "exits/shadow.h"
#include "cp15.h"
#include "exits/stop.h"
#include "exits/sysreg.h"
#include "memory/shadow_tables.h"
#include "memory/stage2.h"
#include "print.h"
#include "vcpu/inject.h"
#include "vcpu/lock.h"
#include "without/exits/vm_control.h"

#define SCTLR_WXN (3u << 19)  // and UWXN
#define TTBCR_N 7u
#define TTBCR_PD0 (1u << 4)
#define TTBCR_PD1 (1u << 5)
#define TTBCR_EAE (1u << 31)

// Fault status, ARM DDI 0406C B3.13.3.
#define FS_TRANSLATION_SECTION 0x005u
#define FS_TRANSLATION_PAGE 0x007u
#define FS_DOMAIN_SECTION 0x009u
#define FS_DOMAIN_PAGE 0x00bu
#define FS_WRITE (1u << 11)

// Of a guest without translation: everything is allowed; memory is normal and devices are devices.
#define OFF_MEMORY (L2_PAGE | L2_NG | 1u << 10 | 1u << 6 | 3u << 4 | 3u << 2)
#define OFF_DEVICE (L2_PAGE | L2_NG | 3u << 4 | 1u << 2)

struct walk {
    u32 fault;       // status, 0 when there is none
    u32 page;        // of the machine's physical space
    u32 attributes;  // as a small page has them
    u32 slot;        // domain and PXN, as a first-level table has them
    bool section;
};

static NORETURN void refuse(struct vcpu* vcpu, const char* what) {
    print("pure: machine '%s' stopped: shadow page tables have no %s\n", vcpu->vm->name, what);
    vm_stop(vcpu->vm);
}

static u32 load(struct vcpu* vcpu, u32 ipa) {
    u32 page = stage2_lookup(&vcpu->vm->stage2, ipa);
    return page && vm_owns_ram(vcpu->vm, ipa) ? *(const volatile u32*)(page | (ipa & PAGE_MASK)) : 0;
}

static bool open_domain(const struct shadow* s, u32 domain) { return s->dacr >> 2 * domain & 1; }

static struct walk fault(u32 status, u32 domain) { return (struct walk){.fault = status | domain << 4}; }

static struct walk section(const struct shadow* s, u32 va, u32 d) {
    bool super = d >> 18 & 1;
    u32 domain = super ? 0 : d >> 5 & 15;
    if (!open_domain(s, domain)) return fault(FS_DOMAIN_SECTION, domain);
    return (struct walk){
        .page = super ? (d & 0xff000000) | (va & 0x00fff000) : (d & 0xfff00000) | (va & 0x000ff000),
        .attributes = L2_PAGE | (d >> 4 & 1) | (d & 0xc) | (d >> 6 & 0x30) | (d >> 6 & 0x1c0) | (d >> 6 & 0xe00),
        .slot = L1_DOMAIN(domain) | (d & 1 ? L1_TABLE_PXN : 0),
        .section = true,
    };
}

static struct walk second_level(struct vcpu* vcpu, const struct shadow* s, u32 va, u32 table) {
    u32 domain = table >> 5 & 15;
    u32 d = load(vcpu, (table & ~0x3ffu) | (va >> 10 & 0x3fc));
    if ((d & 3) == 0) return fault(FS_TRANSLATION_PAGE, domain);
    if (!open_domain(s, domain)) return fault(FS_DOMAIN_PAGE, domain);
    struct walk w = {.slot = L1_DOMAIN(domain) | (table & L1_TABLE_PXN)};
    if (d & 2) {
        w.page = d & ~PAGE_MASK;
        w.attributes = d & PAGE_MASK;
    } else {
        w.page = (d & 0xffff0000) | (va & 0xf000);
        w.attributes = L2_PAGE | (d >> 15 & 1) | (d & 0xe3c) | (d >> 6 & 0x1c0);
        w.section = true;
    }
    return w;
}

static struct walk walk(struct vcpu* vcpu, const struct shadow* s, u32 va) {
    if (!(s->sctlr & SCTLR_M)) {
        bool ram = vm_owns_ram(vcpu->vm, va);
        return (struct walk){
            .page = va & ~PAGE_MASK, .attributes = ram ? OFF_MEMORY : OFF_DEVICE, .slot = L1_DOMAIN(NOBODYS_DOMAIN)};
    }
    u32 n = s->ttbcr & TTBCR_N;
    bool upper = n && va >> (32 - n);
    if (s->ttbcr & (upper ? TTBCR_PD1 : TTBCR_PD0)) return fault(FS_TRANSLATION_SECTION, 0);
    u32 base = upper ? s->ttbr1 & ~0x3fffu : s->ttbr0 & ~((1u << (14 - n)) - 1);
    u32 d = load(vcpu, base + (va >> 20) * 4);
    switch (d & 3) {
    case 0: return fault(FS_TRANSLATION_SECTION, 0);
    case 1: return second_level(vcpu, s, va, d);
    default: return section(s, va, d);
    }
}

// The real page behind one of the machine's, made when it is memory that was never touched.
static u32 real_page(struct vm* vm, u32 page) {
    lock_take();
    u32 real = vm_owns_ram(vm, page) ? vm_ram_page(vm, page) : stage2_lookup(&vm->stage2, page);
    lock_drop();
    return real;
}

static void inject(struct vcpu* vcpu, u32 va, u32 status, bool write, bool instruction) {
    if (instruction) inject_prefetch_fault(vcpu, va, status);
    else inject_data_fault(vcpu, va, status | (write ? FS_WRITE : 0));
}

bool shadow_fault(struct vcpu* vcpu, u32 va, bool write, bool instruction, u32* page) {
    struct shadow* s = shadow_of(vcpu);
    struct walk w = walk(vcpu, s, va);
    if (w.fault) {
        inject(vcpu, va, w.fault, write, instruction);
        return true;
    }
    *page = w.page;
    if ((s->sctlr & SCTLR_M) && (w.slot & L1_DOMAIN(15)) == L1_DOMAIN(NOBODYS_DOMAIN)) refuse(vcpu, "domain 15");
    u32 real = real_page(vcpu->vm, w.page);
    if (real && !shadow_enter(s, va, real | w.attributes, w.slot, w.section)) refuse(vcpu, "memory left");
    return real != 0;
}

static void use_space(struct shadow* s) {
    s->walked = shadow_root_of(s, s->sctlr & SCTLR_M ? contextidr_read() & 0xff : SPACE_OFF);
    ttbr0_32_write((u32)s->walked->level1 | TTBR_WALK);
    isb();
}

// Translation on or off is another space; entries of both have the ASID of the moment.
static void set_sctlr(struct vcpu* vcpu, struct shadow* s, u32 value) {
    bool toggled = (s->sctlr ^ value) & SCTLR_M;
    if (value & SCTLR_WXN) refuse(vcpu, "SCTLR.WXN");
    s->sctlr = value;
    sctlr_write(value | SCTLR_M);
    if (!toggled) return;
    tlbiall(0);
    use_space(s);
}

static void set_ttbcr(struct vcpu* vcpu, struct shadow* s, u32 value) {
    if (value & TTBCR_EAE) refuse(vcpu, "long descriptors");
    s->ttbcr = value;
}

static void set_dacr(struct shadow* s, u32 value) {
    s->dacr = value;
    dacr_write(value | DACR_NOBODYS);
}

static void set_contextidr(struct shadow* s, u32 value) {
    u32 old = contextidr_read();
    contextidr_write(value);
    if (((old ^ value) & 0xff) && (s->sctlr & SCTLR_M)) use_space(s);
}

enum {
    SCTLR = KEY(0, 1, 0, 0),
    CPACR = KEY(0, 1, 0, 2),
    TTBR0 = KEY(0, 2, 0, 0),
    TTBR1 = KEY(0, 2, 0, 1),
    TTBCR = KEY(0, 2, 0, 2),
    DACR = KEY(0, 3, 0, 0),
    CONTEXTIDR = KEY(0, 13, 0, 1),
};

static bool read(const struct shadow* s, u32 key, u32* value) {
    switch (key) {
    case SCTLR: *value = s->sctlr; return true;
    case CPACR: *value = cpacr_read(); return true;
    case TTBR0: *value = s->ttbr0; return true;
    case TTBR1: *value = s->ttbr1; return true;
    case TTBCR: *value = s->ttbcr; return true;
    case DACR: *value = s->dacr; return true;
    default: return false;
    }
}

static bool write(struct vcpu* vcpu, struct shadow* s, u32 key, u32 value) {
    switch (key) {
    case SCTLR: set_sctlr(vcpu, s, value); return true;
    case CPACR: cpacr_write(value); return true;
    case TTBR0: s->ttbr0 = value; return true;
    case TTBR1: s->ttbr1 = value; return true;
    case TTBCR: set_ttbcr(vcpu, s, value); return true;
    case DACR: set_dacr(s, value); return true;
    case CONTEXTIDR: set_contextidr(s, value); return true;
    default: return false;
    }
}

// c8: by opc2 everything, a page of a space, a space, a page of every space; CRm says which TLBs, which is all the
// same.
static void tlb_maintenance(struct shadow* s, u32 opc2, u32 value) {
    switch (opc2) {
    case 0: shadow_drop_all(s); break;
    case 1: shadow_drop_page(s, value, value & 0xff, false); break;
    case 2: shadow_drop_space(s, value & 0xff); break;
    case 3: shadow_drop_page(s, value, 0, true); break;
    default: break;
    }
    dsb_ish();
}

// The operation itself, on the processor's own TLB, is vm_control_access()'s.
bool shadow_control_access(struct vcpu* vcpu, u32 hsr) {
    struct shadow* s = shadow_of(vcpu);
    u32 key = hsr & ISS_KEY, value;
    if (vcpu_in_user(vcpu)) return false;
    if (hsr & ISS_IS_READ) {
        if (!read(s, key, &value)) return false;
        vcpu_reg_write(vcpu, ISS_RT(hsr), value);
        return true;
    }
    value = vcpu_reg_read(vcpu, ISS_RT(hsr));
    if (write(vcpu, s, key, value)) return true;
    if ((key >> 10 & 15) == 8) tlb_maintenance(s, key >> 17 & 7, value);
    return vm_control_access(vcpu, hsr);
}
